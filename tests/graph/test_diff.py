from __future__ import annotations

from playground.graph.blocks import group, move, set_open
from playground.graph.diff import OutlineDiff, diff
from playground.graph.edits import add, connect, insert_on_edge, remove, set_params
from playground.graph.model import Edge, Graph, Node
from playground.graph.outline import Thread, outline

BEFORE = Graph((Node("input", "input"), Node("conv1", "conv2d")), (Edge("input", "conv1"),))
WIRE = Thread("input", "conv1", 0, 0, (Edge("input", "conv1"),))


def between(before: Graph, after: Graph) -> OutlineDiff:
    return diff(outline(before), outline(after))


def test_equal_graphs_have_no_difference() -> None:
    assert not between(BEFORE, Graph(BEFORE.nodes, BEFORE.edges))


def test_a_node_set_again_to_what_it_was_has_not_changed() -> None:
    assert not between(BEFORE, Graph((Node("input", "input"), Node("conv1", "conv2d")), BEFORE.edges))


def test_each_kind_of_change_is_told_apart() -> None:
    after = connect(add(move(BEFORE, {"conv1": (9.0, 9.0)}), Node("relu1", "relu")), Edge("conv1", "relu1"))
    change = between(BEFORE, after)
    assert change.cards_added == ("relu1",)
    assert change.changed == ("conv1",)
    assert [wire.edges for wire in change.wires_added] == [(Edge("conv1", "relu1"),)]
    assert change.cards_removed == change.wires_removed == ()
    back = between(after, BEFORE)
    assert back.cards_removed == ("relu1",)
    assert [wire.edges for wire in back.wires_removed] == [(Edge("conv1", "relu1"),)]


def test_another_setting_is_a_change() -> None:
    assert between(BEFORE, set_params(BEFORE, "conv1", {"out_channels": 8})).changed == ("conv1",)


def test_a_removed_node_takes_its_wires_along() -> None:
    change = between(BEFORE, remove(BEFORE, ["conv1"]))
    assert change.cards_removed == ("conv1",)
    assert change.wires_removed == (WIRE,)


def test_an_inserted_node_replaces_one_wire_by_two() -> None:
    change = between(BEFORE, insert_on_edge(BEFORE, Node("norm1", "batch_norm2d"), Edge("input", "conv1")))
    assert change.wires_removed == (WIRE,)
    assert {(wire.source, wire.target) for wire in change.wires_added} == {("input", "norm1"), ("norm1", "conv1")}


def test_closing_a_block_puts_one_card_in_place_of_its_layers() -> None:
    grouped, block = group(BEFORE, ["conv1"], "Stage")
    assert between(BEFORE, grouped).frames_added == (block,)
    change = between(grouped, set_open(grouped, block, False))
    assert change.cards_added == (block,)
    assert change.cards_removed == ("conv1",)
    assert change.frames_removed == (block,)


def test_a_change_within_a_closed_block_changes_its_card() -> None:
    grouped, block = group(BEFORE, ["conv1"], "Stage")
    closed = set_open(grouped, block, False)
    assert between(closed, set_params(closed, "conv1", {"out_channels": 8})).changed == (block,)
