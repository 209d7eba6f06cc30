from __future__ import annotations

from playground.graph.diff import diff
from playground.graph.edits import add, connect, insert_on_edge, move, remove, set_params
from playground.graph.model import Edge, Graph, Node

BEFORE = Graph((Node("input", "input"), Node("conv1", "conv2d")), (Edge("input", "conv1"),))


def test_equal_graphs_have_no_difference() -> None:
    assert not diff(BEFORE, Graph(BEFORE.nodes, BEFORE.edges))


def test_a_node_set_again_to_what_it_was_has_not_changed() -> None:
    assert not diff(BEFORE, Graph((Node("input", "input"), Node("conv1", "conv2d")), BEFORE.edges))


def test_each_kind_of_change_is_told_apart() -> None:
    relu = Node("relu1", "relu")
    after = connect(add(move(BEFORE, {"conv1": (9.0, 9.0)}), relu), Edge("conv1", "relu1"))
    change = diff(BEFORE, after)
    assert change.added == (relu,)
    assert [node.id for node in change.changed] == ["conv1"]
    assert change.changed[0].position == (9.0, 9.0)
    assert change.wires_added == (Edge("conv1", "relu1"),)
    assert change.removed == change.wires_removed == ()
    back = diff(after, BEFORE)
    assert back.removed == ("relu1",)
    assert back.wires_removed == (Edge("conv1", "relu1"),)


def test_another_setting_is_a_change() -> None:
    assert diff(BEFORE, set_params(BEFORE, "conv1", {"out_channels": 8})).changed


def test_a_removed_node_takes_its_wires_along() -> None:
    change = diff(BEFORE, remove(BEFORE, ["conv1"]))
    assert change.removed == ("conv1",)
    assert change.wires_removed == (Edge("input", "conv1"),)


def test_an_inserted_node_replaces_one_wire_by_two() -> None:
    change = diff(BEFORE, insert_on_edge(BEFORE, Node("norm1", "batch_norm2d"), Edge("input", "conv1")))
    assert change.wires_removed == (Edge("input", "conv1"),)
    assert set(change.wires_added) == {Edge("input", "norm1"), Edge("norm1", "conv1")}
