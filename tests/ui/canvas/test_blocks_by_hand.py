"""Blocks, the clipboard, notes and arranging, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from playground.graph import blocks, edits
from playground.graph.experiment import Experiment
from playground.graph.model import Edge, GraphError, Node
from playground.ui.canvas import block_commands, commands, own_templates
from playground.ui.canvas.find_bar import FindBar, matches
from playground.ui.canvas.mini_map import MiniMap
from playground.ui.canvas.note_field import NoteField
from playground.ui.canvas.pieces import OWN, TEMPLATE
from playground.ui.canvas.rename_field import RenameField
from playground.zoo import all_templates, zoo_experiment
from tests.ui.canvas.test_view import LEFT, Canvas, Hand, hand
from tests.ui.conftest import settle

__all__ = ["hand"]
NO_KEY = Qt.KeyboardModifier.NoModifier


def grouped(user: Hand, *ids: str) -> str:
    """These layers in a closed block."""
    user.scene.select(ids)
    user.view.editing.group()
    field = user.view.findChild(RenameField)
    assert field is not None
    QTest.keyClick(field, Qt.Key.Key_Escape)
    (block,) = user.scene.selected_ids
    user.view.editing.set_open([block], is_open=False)
    settle(user.session, user.qtbot)
    return block


def double_click(user: Hand, point: QPointF) -> None:
    QTest.mouseDClick(user.view.viewport(), LEFT, NO_KEY, user.at(point))


def click(user: Hand, point: QPointF) -> None:
    QTest.mouseClick(user.view.viewport(), LEFT, NO_KEY, user.at(point))


def test_a_group_gets_a_frame_and_a_name(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    user.scene.select(["conv1", "relu1", "pool1"])
    user.view.editing.group()
    field = user.view.findChild(RenameField)
    assert field is not None
    field.setText("Strokes")
    QTest.keyClick(field, Qt.Key.Key_Return)
    (block,) = user.graph.blocks
    assert block.title == "Strokes"
    assert set(user.scene.frames) == {block.id}
    box = user.scene.frames[block.id].box
    assert all(box.contains(user.scene.cards[key].sceneBoundingRect()) for key in ("conv1", "relu1", "pool1"))
    others = user.scene.cards.keys() - set(user.graph.members[block.id])
    assert not any(box.intersects(user.scene.cards[key].box.translated(user.scene.cards[key].pos())) for key in others)


def test_a_closed_block_is_a_card_with_what_it_holds_and_gives(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    block = grouped(user, "conv1", "relu1", "pool1")
    look = user.scene.cards[block].look
    assert (look.caption, look.left, look.right) == ("3 layers", "6×14×14", "156")
    assert look.pictures
    assert "conv1" not in user.scene.cards


def test_a_double_click_opens_a_block_and_its_button_closes_it(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    places = {node.id: node.position for node in user.graph}
    block = grouped(user, "conv1", "relu1", "pool1")
    folded = user.graph
    user.view.fit()
    double_click(user, user.scene.cards[block].pos() + QPointF(40, 60))
    assert user.graph.block(block).is_open
    assert set(user.scene.frames) == {block}
    assert places.keys() == user.scene.cards.keys()
    user.view.fit()
    click(user, user.scene.frames[block].close_button.center())
    assert user.graph == folded
    user.session.document.undo()
    assert user.graph.block(block).is_open


def test_a_wire_to_a_block_feeds_every_place_inside_that_the_old_one_fed(hand: Canvas) -> None:
    user = hand(zoo_experiment("residual-mini"))
    seen = user.scene.seen
    block, ways = next((card, ways) for card, ways in seen.inputs.items() if len(ways[0].ends) > 1)
    source = ways[0].source
    graph = edits.append(user.graph, Node("extra", "relu", position=(0.0, 900.0)), source)
    user.session.edit("Add", graph)
    commands.reconnect(
        user.session, "extra", commands.entering(user.scene.seen, block, 0), user.graph.outgoing(source)[:0]
    )
    fed = {(edge.target, edge.target_port) for edge in user.graph.outgoing("extra")}
    assert fed == set(ways[0].ends)


def test_dragging_a_frame_moves_everything_in_it_and_nothing_else(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    block = grouped(user, "fc1", "relu3", "fc2")
    user.view.editing.set_open([block], is_open=True)
    user.view.fit()
    before = {key: node.position for key, node in user.graph.by_id.items()}
    grip = user.scene.frames[block].title_bar.center()
    user.drag(grip, grip + QPointF(0, 120))
    moved = {key for key, node in user.graph.by_id.items() if node.position != before[key]}
    assert moved == set(user.graph.members[block])
    user.session.document.undo()
    assert {key: node.position for key, node in user.graph.by_id.items()} == before


def test_ungrouping_leaves_the_layers(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    edges = user.graph.edges
    grouped(user, "conv1", "relu1", "pool1")
    user.view.editing.ungroup()
    assert user.graph.blocks == ()
    assert user.graph.edges == edges
    assert set(user.scene.selected_ids) == {"conv1", "relu1", "pool1"}


def test_a_repeated_block_is_one_card_that_says_so(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    block = grouped(user, "fc2", "relu4")
    holder = block_commands.repeat(user.session, block, 3)
    assert holder is not None
    settle(user.session, user.qtbot)
    look = user.scene.cards[holder].look
    assert look.title.startswith("3 × ")
    assert look.caption == "6 layers"
    assert user.session.analysis is not None
    assert user.session.analysis.can_train


def test_what_cannot_be_repeated_says_why(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    block = grouped(user, "input", "conv1")
    with user.qtbot.waitSignal(user.session.message) as said:
        assert block_commands.repeat(user.session, block, 3) is None
    assert said.args is not None
    assert "no wire leads into it" in said.args[1]


def test_layers_travel_over_the_clipboard_into_another_window(hand: Canvas) -> None:
    first, second = hand(zoo_experiment("lenet-5")), hand(Experiment())
    block = grouped(first, "conv1", "relu1", "pool1")
    first.scene.select([block])
    first.view.editing.copy()
    second.view.editing.paste()
    assert [node.type for node in second.graph] == ["conv2d", "relu", "max_pool2d"]
    assert len(second.graph.edges) == 2
    assert [found.is_open for found in second.graph.blocks] == [False]


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("Dear all, the meeting is at nine.", "holds no layers, but the text “Dear all, the meeting is at nine.”"),
        ('{"version": 2, "graph": {"nodes": []', "cannot be pasted"),
        ('{"version": 99, "graph": {}}', "newer version"),
        ("", "nothing to paste"),
    ],
)
def test_foreign_text_is_refused_in_plain_words(hand: Canvas, text: str, reply: str) -> None:
    user = hand(zoo_experiment("lenet-5"))
    graph = user.graph
    QGuiApplication.clipboard().setText(text)
    with user.qtbot.waitSignal(user.session.message) as said:
        user.view.editing.paste()
    assert said.args is not None
    assert reply in said.args[1]
    assert user.graph == graph


def test_a_second_paste_does_not_cover_the_first(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    user.scene.select(["conv1"])
    user.view.editing.copy()
    user.view.editing.paste()
    user.view.editing.paste()
    places = [node.position for node in user.graph if node.type == "conv2d"]
    assert len(places) == len(set(places)) == 4


def test_bypassing_keeps_the_layer_beside_the_network(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    user.scene.select(["relu1"])
    user.view.editing.bypass()
    assert Edge("conv1", "pool1") in user.graph.edges
    assert "relu1" in user.graph
    assert not user.graph.incoming("relu1")


def test_another_type_keeps_what_fits(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    commands.replace_type(user.session, ["pool1"], "avg_pool2d")
    node = user.graph.node("pool1")
    assert (node.type, node.params["kernel_size"]) == ("avg_pool2d", (2, 2))
    assert user.graph.sources("pool1") == ("relu1",)
    commands.replace_type(user.session, ["pool1"], "relu")
    assert user.graph.node("pool1").params == {}
    assert user.graph.sources("conv2") == ("pool1",)


def test_cards_are_brought_into_line(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    user.scene.select(["conv1", "conv2", "fc1"])
    user.view.editing.align("top")
    assert len({user.graph.node(key).position[1] for key in ("conv1", "conv2", "fc1")}) == 1
    user.session.document.undo()
    user.scene.select(["input", "conv1", "pool1"])
    user.view.editing.spread(0)
    x = [user.graph.node(key).position[0] for key in ("input", "conv1", "pool1")]
    assert x[1] - x[0] == pytest.approx(x[2] - x[1], abs=1)


def test_tidying_leaves_no_card_on_another(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    heap = blocks.move(user.graph, {node.id: (0.0, 0.0) for node in user.graph})
    user.session.edit("Heap", heap)
    user.view.editing.tidy()
    boxes = [card.box.translated(card.pos()) for card in user.scene.cards.values()]
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
    user.session.document.undo()
    assert user.graph == heap


def test_find_goes_from_match_to_match(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    bar = FindBar(user.session, user.view)
    bar.open()
    field = bar.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "conv")
    assert user.scene.selected_ids == ["conv1"]
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert user.scene.selected_ids == ["conv2"]
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert user.scene.selected_ids == ["conv1"]
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert bar.isHidden()


def test_what_is_found_in_a_closed_block_is_shown_by_the_block(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    block = grouped(user, "conv1", "relu1", "pool1")
    assert matches(user.graph, "max pool") == ["pool1", "pool2"]
    assert matches(user.graph, "conv2") == ["conv2", "conv1"], "what is called so comes before others of its type"
    user.view.reveal("pool1")
    assert user.scene.selected_ids == [block]


def test_a_note_is_written_in_place(hand: Canvas) -> None:
    user = hand(zoo_experiment("lenet-5"))
    user.view.editing.add_note()
    field = user.view.findChild(NoteField)
    assert field is not None
    QTest.keyClicks(field, "Why 6?")
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (note,) = user.graph.notes
    assert note.text == "Why 6?"
    user.scene.select([note.id])
    user.view.editing.delete()
    assert user.graph.notes == ()
    user.session.document.undo()
    assert user.graph.notes == (note,)


def test_the_map_is_there_only_while_something_is_out_of_view(hand: Canvas, qtbot: QtBot) -> None:
    user = hand(zoo_experiment("lenet-5"))
    little = MiniMap(user.scene, user.view)
    user.view.fit()
    qtbot.waitUntil(lambda: little.isHidden())
    user.view.set_zoom(2.0)
    qtbot.waitUntil(lambda: not little.isHidden())
    middle = user.view.mapToScene(user.view.viewport().rect().center())
    QTest.mouseClick(little, LEFT, NO_KEY, little.rect().topLeft() + little.rect().center() / 4)
    moved = user.view.mapToScene(user.view.viewport().rect().center())
    assert moved.x() < middle.x() or moved.y() < middle.y()


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(own_templates, "folder", lambda: tmp_path / "blocks")
    return tmp_path / "blocks"


def test_a_saved_block_comes_back_from_the_palette(hand: Canvas, own_folder: Path) -> None:
    user = hand(zoo_experiment("lenet-5"))
    block = grouped(user, "conv1", "relu1", "pool1")
    kept = own_templates.save_template("My / stage", blocks.fragment(user.graph, [block]))
    assert own_templates.own_templates() == (kept,) == ("My stage",)
    other = hand(Experiment())
    other.drop(f"{OWN}{kept}", QPointF(0, 0))
    assert [node.type for node in other.graph] == ["conv2d", "relu", "max_pool2d"]
    own_templates.delete_template(kept)
    assert own_templates.own_templates() == ()


def test_a_damaged_saved_block_says_so(own_folder: Path) -> None:
    own_folder.mkdir()
    (own_folder / "bad.block.json").write_text("{")
    with pytest.raises(GraphError, match="is damaged"):
        own_templates.own_template("bad")
    with pytest.raises(GraphError, match="cannot be read"):
        own_templates.own_template("gone")
    assert own_templates.own_templates() == ()


@pytest.mark.parametrize("found", all_templates(), ids=lambda found: found.key)
def test_every_block_of_the_palette_can_be_dropped_onto_a_wire_and_into_the_open(
    hand: Callable[[Experiment], Hand], found: object
) -> None:
    key = f"{TEMPLATE}{found.key}"  # type: ignore[attr-defined]
    user = hand(zoo_experiment("fashion-cnn"))
    wire = next(edge for edge in user.graph.edges if edge.target.startswith("pool"))
    card = commands.insert(user.session, key, [wire])
    assert card in user.graph.block_by_id
    assert commands.leaving(user.scene.seen, card, 0) == user.graph.sources(wire.target)[0]
    settle(user.session, user.qtbot)
    analysis = user.session.analysis
    assert analysis is not None
    assert set(user.graph.members[card]) <= analysis.layers.keys(), analysis.problems
    free = commands.add_free(user.session, key, (0.0, 2000.0))
    assert len(user.scene.seen.inputs[free]) == 1
