from __future__ import annotations

from dataclasses import replace

import pytest

from playground.graph.edits import (
    add,
    append,
    bridge,
    check_id,
    connect,
    disconnect,
    fresh_id,
    insert_on_edge,
    remove,
    remove_and_bridge,
    rename,
    set_params,
    update,
)
from playground.graph.model import Block, Edge, Graph, GraphError, Node

INPUT, CONV, RELU, ADD = Node("input", "input"), Node("conv1", "conv2d"), Node("relu1", "relu"), Node("add1", "add")
CHAIN = Graph((INPUT, CONV, RELU), (Edge("input", "conv1"), Edge("conv1", "relu1")))


def ids(graph: Graph) -> list[str]:
    return [node.id for node in graph]


def test_fresh_ids_fill_the_first_gap() -> None:
    graph = Graph((Node("conv1", "conv2d"), Node("conv3", "conv2d")))
    assert fresh_id(graph, "conv") == "conv2"
    assert fresh_id(graph, "pool") == "pool1"


def test_add_keeps_the_old_graph() -> None:
    graph = add(CHAIN, ADD)
    assert ids(graph) == ["input", "conv1", "relu1", "add1"]
    assert ids(CHAIN) == ["input", "conv1", "relu1"]


def test_add_refuses_an_id_twice() -> None:
    with pytest.raises(GraphError, match="already a layer “conv1”"):
        add(CHAIN, Node("conv1", "dense"))


@pytest.mark.parametrize("bad", ["", "1conv", "conv 1", "conv.1", "größe", "conv1\n", "a" * 101, "__import__('os')"])
def test_ids_that_cannot_name_a_torch_module_are_refused(bad: str) -> None:
    with pytest.raises(GraphError, match="cannot name a layer"):
        check_id(bad)
    with pytest.raises(GraphError, match="cannot name a layer"):
        add(CHAIN, Node(bad, "relu"))


def test_remove_takes_the_wires_along() -> None:
    graph = remove(CHAIN, ["conv1"])
    assert ids(graph) == ["input", "relu1"]
    assert graph.edges == ()


def test_a_new_wire_takes_the_place_of_the_one_at_its_port() -> None:
    graph = connect(CHAIN, Edge("input", "relu1"))
    assert graph.sources("relu1") == ("input",)
    assert graph.outgoing("conv1") == ()


def test_wires_to_other_ports_stay() -> None:
    graph = connect(connect(add(CHAIN, ADD), Edge("conv1", "add1", 0, 0)), Edge("relu1", "add1", 0, 1))
    assert graph.sources("add1") == ("conv1", "relu1")


def test_wires_that_close_a_circle_are_refused() -> None:
    with pytest.raises(GraphError, match="in a circle: relu1 already depends on conv1"):
        connect(CHAIN, Edge("relu1", "conv1"))
    with pytest.raises(GraphError, match="conv1 cannot feed itself"):
        connect(CHAIN, Edge("conv1", "conv1"))


@pytest.mark.parametrize("edge", [Edge("input", "nowhere"), Edge("nowhere", "relu1")])
def test_wires_need_both_ends(edge: Edge) -> None:
    with pytest.raises(GraphError, match="no layer “nowhere”"):
        connect(CHAIN, edge)


def test_disconnect_takes_out_just_that_wire() -> None:
    assert disconnect(CHAIN, Edge("input", "conv1")).edges == (Edge("conv1", "relu1"),)


def test_set_params_keeps_the_others() -> None:
    graph = set_params(set_params(CHAIN, "conv1", {"out_channels": 8}), "conv1", {"kernel_size": (5, 5)})
    assert graph.node("conv1").params == {"out_channels": 8, "kernel_size": (5, 5)}
    assert CHAIN.node("conv1").params == {}


def test_update_needs_the_node() -> None:
    with pytest.raises(GraphError, match="no layer “add1”"):
        update(CHAIN, ADD)


def test_rename_tidies_spaces_and_an_empty_name_shows_the_id() -> None:
    graph = rename(CHAIN, "conv1", "  Edge \n finder ")
    assert graph.node("conv1").title == "Edge finder"
    assert rename(graph, "conv1", " ").node("conv1").title == "conv1"


def test_the_own_id_as_a_name_is_no_name() -> None:
    assert rename(CHAIN, "conv1", "conv1") == CHAIN


def test_no_two_cards_bear_the_same_name() -> None:
    with pytest.raises(GraphError, match="already called “relu1”"):
        rename(CHAIN, "conv1", "relu1")


def test_a_name_of_endless_length_is_refused() -> None:
    assert rename(CHAIN, "conv1", "x" * 100).node("conv1").name == "x" * 100
    with pytest.raises(GraphError, match="at most 100 characters; this one has 101"):
        rename(CHAIN, "conv1", "x" * 101)


def test_insert_on_edge_puts_the_node_between() -> None:
    graph = insert_on_edge(CHAIN, Node("norm1", "batch_norm2d"), Edge("conv1", "relu1"))
    assert graph.order == ("input", "conv1", "norm1", "relu1")


def test_insert_on_edge_keeps_the_port() -> None:
    graph = connect(connect(add(CHAIN, ADD), Edge("conv1", "add1", 0, 0)), Edge("relu1", "add1", 0, 1))
    graph = insert_on_edge(graph, Node("norm1", "batch_norm2d"), Edge("relu1", "add1", 0, 1))
    assert graph.sources("add1") == ("conv1", "norm1")


def test_append_feeds_the_new_node() -> None:
    assert append(CHAIN, Node("flatten", "flatten"), "relu1").sources("flatten") == ("relu1",)


def test_remove_and_bridge_closes_the_gap() -> None:
    graph = remove_and_bridge(CHAIN, "conv1")
    assert graph.edges == (Edge("input", "relu1"),)


def test_remove_and_bridge_serves_everyone_that_was_fed() -> None:
    graph = append(append(CHAIN, Node("a", "relu"), "conv1"), ADD, "conv1", target_port=1)
    graph = remove_and_bridge(graph, "conv1")
    assert {(edge.target, edge.target_port) for edge in graph.outgoing("input")} == {
        ("relu1", 0),
        ("a", 0),
        ("add1", 1),
    }


def test_removing_the_first_leaves_the_rest_unfed() -> None:
    assert remove_and_bridge(CHAIN, "input").sources("conv1") == ()


def test_a_layer_goes_into_all_wires_of_one_source_at_once() -> None:
    graph = append(append(CHAIN, Node("a", "relu"), "conv1"), Node("b", "relu"), "conv1")
    graph = insert_on_edge(graph, Node("norm1", "batch_norm2d"), *graph.outgoing("conv1"))
    assert graph.outgoing("conv1") == (Edge("conv1", "norm1"),)
    assert {edge.target for edge in graph.outgoing("norm1")} == {"relu1", "a", "b"}


def test_bridging_leaves_the_node_unwired_where_it_is() -> None:
    nodes = (Node("x", "input"), Node("a", "relu", block="b"), Node("y", "tanh"))
    graph = Graph(nodes, (Edge("x", "a"), Edge("a", "y")), (Block("b"),))
    assert bridge(graph, "a") == replace(graph, edges=(Edge("x", "y"),))
