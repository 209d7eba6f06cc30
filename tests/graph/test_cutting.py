"""Where a network can be cut in two, against trying it out: without that layer nothing reaches the end."""

from __future__ import annotations

import pytest

from playground.graph.cutting import cut_behind, passages
from playground.graph.edits import remove
from playground.graph.model import Edge, Graph, Node
from playground.zoo import zoo_network


@pytest.mark.parametrize("key", ["lenet-5", "squeezenet-1-1", "resnet-18", "googlenet", "u-net", "efficientnet-lite0"])
def test_passages_are_the_layers_without_which_nothing_gets_through(key: str) -> None:
    graph = zoo_network(key).build()
    start = next(node.id for node in graph if node.type == "input")
    end = next(reversed([key for key in graph.order if graph.outgoing(key)]))
    between = graph.ancestors(end) & graph.descendants(start)
    alone = {node for node in between if start not in remove(graph, [node]).ancestors(end)}
    found = passages(graph, end)
    assert set(found) == alone
    assert [node for node in graph.order if node in alone] == list(found)
    assert found


def test_a_cut_keeps_what_the_layer_depends_on_and_nothing_more() -> None:
    graph = zoo_network("squeezenet-1-1").build()
    cut = cut_behind(graph, "fire4_concat")
    assert {node.id for node in cut} == graph.ancestors("fire4_concat") | {"fire4_concat"}
    assert "fire4" in cut.block_by_id
    assert "fire5" not in cut.block_by_id, "blocks that are empty now are gone"
    assert all(edge.target in cut and edge.source in cut for edge in cut.edges)


def test_constants_on_the_side_do_not_stand_in_the_way() -> None:
    nodes = [Node(key, kind) for key, kind in (("x", "input"), ("c", "constant"), ("sum", "add"), ("y", "relu"))]
    edges = [Edge("x", "sum"), Edge("c", "sum", 0, 1), Edge("sum", "y")]
    assert passages(Graph(tuple(nodes), tuple(edges)), "y") == ("sum",)
