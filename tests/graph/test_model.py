from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.graph.model import CycleError, Edge, Graph, GraphError, Node


def graph_of(count: int, *wires: tuple[int, int]) -> Graph:
    """Nodes n0, n1, …; the k-th wire into a node ends at its port k."""
    edges: list[Edge] = []
    for source, target in wires:
        port = sum(edge.target == f"n{target}" for edge in edges)
        edges.append(Edge(f"n{source}", f"n{target}", 0, port))
    return Graph(tuple(Node(f"n{number}", "relu") for number in range(count)), tuple(edges))


DIAMOND = graph_of(5, (0, 1), (0, 2), (1, 3), (2, 3), (3, 4))


@st.composite
def acyclic_graphs(draw: st.DrawFn) -> Graph:
    count = draw(st.integers(1, 9))
    pairs = [(a, b) for a in range(count) for b in range(count) if a < b]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=14)) if pairs else []
    names = draw(st.permutations(range(count)))
    return graph_of(count, *((names[a], names[b]) for a, b in chosen))


def test_a_node_is_called_by_its_name_or_else_its_id() -> None:
    assert Node("conv1", "conv2d").title == "conv1"
    assert Node("conv1", "conv2d", name="Edges").title == "Edges"


def test_equal_graphs_are_equal_however_they_were_made() -> None:
    assert graph_of(3, (0, 1), (1, 2)) == graph_of(3, (0, 1), (1, 2))
    assert graph_of(3, (0, 1), (1, 2)) != graph_of(3, (0, 1))


def test_looking_up_what_is_not_there_names_it() -> None:
    with pytest.raises(GraphError, match="no layer “fc9”"):
        DIAMOND.node("fc9")
    assert "fc9" not in DIAMOND
    assert "n3" in DIAMOND
    assert [node.id for node in DIAMOND] == ["n0", "n1", "n2", "n3", "n4"]
    assert len(DIAMOND) == 5


def test_incoming_wires_come_by_port_whatever_their_order() -> None:
    nodes = (Node("a", "relu"), Node("b", "relu"), Node("sum", "add"))
    graph = Graph(nodes, (Edge("b", "sum", 0, 1), Edge("a", "sum", 0, 0)))
    assert graph.sources("sum") == ("a", "b")
    assert graph.outgoing("a") == (Edge("a", "sum", 0, 0),)


@given(acyclic_graphs())
def test_the_order_puts_every_source_first(graph: Graph) -> None:
    assert sorted(graph.order) == sorted(node.id for node in graph)
    place = {node_id: index for index, node_id in enumerate(graph.order)}
    assert all(place[edge.source] < place[edge.target] for edge in graph.edges)


@given(acyclic_graphs())
def test_descendants_are_what_wires_lead_to(graph: Graph) -> None:
    """Against the transitive closure by Warshall's algorithm."""
    ids = [node.id for node in graph]
    reaches = {(edge.source, edge.target) for edge in graph.edges}
    for middle in ids:
        reaches |= {(a, b) for a in ids for b in ids if (a, middle) in reaches and (middle, b) in reaches}
    for one in ids:
        assert graph.descendants(one) == {other for other in ids if (one, other) in reaches}
        assert graph.ancestors(one) == {other for other in ids if (other, one) in reaches}


def test_ties_in_the_order_follow_the_order_of_the_nodes() -> None:
    assert DIAMOND.order == ("n0", "n1", "n2", "n3", "n4")


@pytest.mark.parametrize(
    ("graph", "circle"),
    [
        (graph_of(4, (0, 1), (1, 2), (2, 1), (2, 3)), {"n1", "n2"}),
        (graph_of(1, (0, 0)), {"n0"}),
        (graph_of(4, (0, 1), (1, 2), (2, 3), (3, 0)), {"n0", "n1", "n2", "n3"}),
    ],
)
def test_a_circle_is_reported_with_the_layers_on_it(graph: Graph, circle: set[str]) -> None:
    with pytest.raises(CycleError) as error:
        _ = graph.order
    assert set(error.value.nodes) == circle
    assert len(error.value.nodes) == len(circle)
    follows = {(edge.source, edge.target) for edge in graph.edges}
    walk = (*error.value.nodes, error.value.nodes[0])
    assert all(step in follows for step in pairwise(walk))


def test_a_long_circle_does_not_make_a_long_message() -> None:
    count = 1000
    graph = graph_of(count, *((number, (number + 1) % count) for number in range(count)))
    with pytest.raises(CycleError, match="and 994 more") as error:
        _ = graph.order
    assert len(str(error.value)) < 300
