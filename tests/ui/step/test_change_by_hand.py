"""Changing numbers in Step with mouse and keyboard, as a user does, from the click to the reopened file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Place
from playground.graph.files import Saved, load, save
from playground.ui.microscopes.chain import ChainMicroscope
from playground.ui.microscopes.chain_model import Target
from playground.ui.microscopes.hand_field import HandField, step_of, written
from playground.ui.microscopes.input import InputMicroscope
from playground.ui.session import Progress, Session
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession, go, open_step, shown
from tests.ui.test_by_hand import mazur_by_torch

W5 = Place("dense2", "weight", (0, 0), name="weight")


@pytest.fixture
def mazur(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    return open_step(open_session(zoo_experiment("mazur")), qtbot)


@pytest.fixture
def lenet(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    return open_step(open_session(zoo_experiment("lenet-5")), qtbot)


def wait(mode: StepMode, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not mode.recorder.is_busy, timeout=30_000)


def ask(mode: StepMode, place: Place, qtbot: QtBot) -> HandField:
    """Ask where a number comes from, and wait for the field in the answer."""
    microscope = mode.microscope
    assert microscope is not None
    microscope.ask(lambda: microscope.origin(place), mode.mapToGlobal(QPoint(500, 300)))
    field = mode.popup.change.field
    qtbot.waitUntil(lambda: field.isVisible() and field.place == place, timeout=30_000)
    qtbot.waitUntil(field.hasFocus)
    return field


def click_weight(mode: StepMode, target: Target, qtbot: QtBot) -> HandField:
    """Click on a weight's number in the picture of a small network."""
    microscope = mode.microscope
    assert isinstance(microscope, ChainMicroscope)
    view = microscope.view
    points = (QPoint(x, y) for y in range(0, view.height(), 3) for x in range(0, view.width(), 3))
    place = microscope.chain.place(target)
    for point in points:
        number = view.number_at(point.toPointF())
        if number is not None and number.place == place:
            qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=point + QPoint(2, 2))
            break
    field = mode.popup.change.field
    qtbot.waitUntil(lambda: field.isVisible() and field.place == place, timeout=30_000)
    qtbot.waitUntil(field.hasFocus)
    return field


def test_click_type_enter_changes_w5_and_all_that_follows(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2")
    session = mazur._session
    field = click_weight(mazur, Target("weight", 2, 0, 0), qtbot)
    assert field.selectedText() == field.text() == "0.4"
    qtbot.keyClicks(field, "0.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    wait(mazur, qtbot)
    assert mazur.round is not None
    trace = mazur.round.trace
    out, loss, blame = mazur_by_torch(0.5)
    np.testing.assert_allclose(trace.frames["sigmoid2"].output[0], out, rtol=1e-12)
    assert trace.loss == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(trace.frames["dense1"].grad_weights["weight"], blame, rtol=1e-12)
    assert session.document.undo_label == "Change w5 of dense2 to 0.5"
    assert shown(mazur) == ("forward", "dense2"), "the station stays"
    assert mazur.popup.isVisible()
    assert field.hasFocus()
    assert mazur.popup.change.back.isVisible()
    assert "1 number by hand" in mazur.transport.status_line.text()
    assert "1 number changed by hand" in _tip_words(mazur)
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait(mazur, qtbot)
    assert mazur.round.trace.loss == pytest.approx(mazur_by_torch(0.4)[1], rel=1e-12)
    assert field.text() == "0.4"
    assert "by hand" not in mazur.transport.status_line.text()


def _tip_words(mode: StepMode) -> str:
    from playground.ui.step.by_hand_marks import by_hand_words

    return by_hand_words(mode._session.by_hand.marks().get("dense2", 0))


def test_arrows_nudge_and_a_row_of_nudges_is_one_step(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2")
    field = ask(mazur, W5, qtbot)
    index = mazur.index
    for _ in range(3):
        qtbot.keyClick(field, Qt.Key.Key_Up)
    qtbot.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    wait(mazur, qtbot)
    assert field.text() == "0.33"
    assert mazur._session.by_hand.value(W5) == 0.33
    assert mazur.index == index, "the arrows were the field's"
    mazur._session.document.undo()
    assert mazur._session.by_hand.value(W5) == pytest.approx(0.4, rel=1e-6)
    assert mazur._session.document.undo_label is None


@pytest.mark.parametrize(
    ("value", "step"),
    [(0.0, "0.01"), (0.4, "0.01"), (-3.0, "0.01"), (25.0, "0.1"), (640.0, "1"), (0.05, "0.001"), (2e-5, "0.000001")],
)
def test_a_nudge_is_about_a_hundredth(value: float, step: str) -> None:
    assert float(step_of(value)) == float(step)


def test_numbers_are_written_as_they_can_be_typed() -> None:
    assert [written(n) for n in (0.4, -1.5, 1234567.0, 1.25e-9)] == ["0.4", "−1.5", "1234567", "1.25e−9"]


def test_what_cannot_be_is_refused_beside_the_field(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2")
    field = ask(mazur, W5, qtbot)
    row = mazur.popup.change
    qtbot.keyClicks(field, "abc")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "not a number" in row.note.text()
    assert row.note.isVisible()
    assert field.property("invalid")
    assert mazur._session.document.undo_label is None
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "0.4", "first what was half typed is taken back"
    assert not row.note.isVisible()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not mazur.popup.isVisible()


def test_as_learnt_takes_the_change_back(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2")
    field = ask(mazur, W5, qtbot)
    qtbot.keyClicks(field, "2")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    wait(mazur, qtbot)
    qtbot.mouseClick(mazur.popup.change.back, Qt.MouseButton.LeftButton)
    wait(mazur, qtbot)
    assert mazur._session.experiment.weights_by_hand == ()
    assert field.text() == "0.4"
    assert not mazur.popup.change.back.isVisible()


def test_a_parameter_can_be_frozen_whole(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2")
    ask(mazur, W5, qtbot)
    hold = mazur.popup.change.freeze.whole
    assert not hold.isChecked()
    qtbot.mouseClick(hold, Qt.MouseButton.LeftButton, pos=QPoint(8, hold.height() // 2))
    wait(mazur, qtbot)
    assert mazur.round is not None
    frame = mazur.round.trace.frames["dense2"]
    np.testing.assert_array_equal(frame.updated["weight"], frame.weights["weight"])
    assert hold.isChecked()
    assert mazur.popup.isVisible()


def test_a_later_round_says_where_the_change_counts(mazur: StepMode, qtbot: QtBot) -> None:
    mazur.recorder.go_to(2)
    qtbot.waitUntil(lambda: mazur.round is not None and mazur.round.number == 2)
    go(mazur, "dense2")
    field = ask(mazur, W5, qtbot)
    assert "from this round of training on, which is number 2" in mazur.popup.change.note.text()
    qtbot.keyClicks(field, "0.9")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    wait(mazur, qtbot)
    assert mazur.round is not None
    assert mazur.round.number == 2
    assert mazur.round.trace.frames["dense2"].weights["weight"][0, 0] == 0.9


def test_the_class_is_chosen_from_a_list(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "loss")
    microscope = lenet.microscope
    assert microscope is not None
    place = Place("loss", "target", (0,))
    microscope.ask(lambda: microscope.origin(place), lenet.mapToGlobal(QPoint(500, 300)))
    classes = lenet.popup.change.classes
    qtbot.waitUntil(classes.isVisible, timeout=30_000)
    assert lenet.round is not None
    before = lenet.round.trace.loss
    index = (classes.currentIndex() + 1) % 10
    classes.setCurrentIndex(index)
    classes.activated.emit(index)
    wait(lenet, qtbot)
    assert lenet.round.trace.loss != before
    assert lenet.round.trace.target is not None
    assert int(lenet.round.trace.target[0]) == index
    assert f"“{index}”" in lenet.transport.example_label.text()


def test_a_painted_stroke_changes_the_answer_and_is_there_again_in_the_file(
    lenet: StepMode, qtbot: QtBot, tmp_path: Path
) -> None:
    session = lenet._session
    lenet.to_start()
    microscope = lenet.microscope
    assert isinstance(microscope, InputMicroscope)
    before = microscope.answer.words.text()
    steps = len(session.document.history[0])
    microscope.tools.switch.set_current(1)
    picture = microscope.picture
    qtbot.mousePress(picture, Qt.MouseButton.LeftButton, pos=picture.cell_center(3, 3).toPoint())
    qtbot.mouseMove(picture, picture.cell_center(3, 12).toPoint())
    assert microscope._numbers[0, 3, 12] == 1.0, "at once"
    qtbot.mouseMove(picture, picture.cell_center(9, 12).toPoint())
    qtbot.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=picture.cell_center(9, 12).toPoint())
    wait(lenet, qtbot)
    assert lenet.round is not None
    assert lenet.round.trace.x[0, 0, 3, 3:13].tolist() == [1.0] * 10, "no gaps where the mouse was quick"
    assert microscope.answer.bars.isVisible()
    assert microscope.answer.words.text() != before
    assert len(session.document.history[0]) == steps + 1, "a stroke is one step of undo"
    assert session.document.undo_label == "Paint on the input"
    loss = lenet.round.trace.loss
    file = tmp_path / "painted.playground"
    save(file, Saved(session.experiment, session.starting_state(), sample=session.example_index))
    session.document.undo()
    wait(lenet, qtbot)
    assert lenet.round.trace.loss != loss
    saved = load(file)
    session.replace_document(saved.experiment, file, saved.weights, Progress(), saved.sample)
    qtbot.waitUntil(lambda: lenet.round is not None and lenet.round.trace.loss == loss, timeout=30_000)


def test_the_menu_of_a_card_takes_the_changes_back(mazur: StepMode, qtbot: QtBot) -> None:
    session: Session = mazur._session
    session.by_hand.change({W5: 0.5})
    session.by_hand.change({Place("input", "output", (0, 1)): 0.7})
    wait(mazur, qtbot)
    mazur.by_hand_menu.open("dense2", mazur.mapToGlobal(QPoint(100, 40)))
    menu = mazur.by_hand_menu.menu
    assert menu is not None
    entries = [action.text() for action in menu.actions()]
    assert entries == [
        "Take back the change by hand of dense2",
        "Take back 2 changes by hand in the whole network",
        "Let all of dense2 learn (frozen: bias)",
    ]
    menu.actions()[0].trigger()
    assert session.by_hand.marks() == {"input": 1}
    menu.close()
    mazur.by_hand_menu.open("input", mazur.mapToGlobal(QPoint(100, 40)))
    again = mazur.by_hand_menu.menu
    assert again is not None
    again.actions()[0].trigger()
    again.close()
    QApplication.processEvents()
    assert session.by_hand.marks() == {}


def test_one_weight_is_frozen_alone_until_it_is_undone(mazur: StepMode, qtbot: QtBot) -> None:
    """A tick where the number is asked for: it stays in all rounds, the others learn, the picture shows it."""
    go(mazur, "dense2")
    click_weight(mazur, Target("weight", 2, 0, 0), qtbot)
    this = mazur.popup.change.freeze.this
    qtbot.mouseClick(this, Qt.MouseButton.LeftButton, pos=QPoint(8, this.height() // 2))
    wait(mazur, qtbot)
    assert mazur._session.document.undo_label == "Freeze w5 of dense2"
    assert mazur.recorder.go_to(2)
    qtbot.waitUntil(lambda: mazur.round is not None and mazur.round.number == 2)
    go(mazur, None, "update")
    assert mazur.round is not None
    frame = mazur.round.trace.frames["dense2"]
    moved = frame.updated["weight"] != np.array([[0.40, 0.45], [0.50, 0.55]])
    np.testing.assert_array_equal(moved, [[False, True], [True, True]])
    assert frame.grad_weights["weight"][0, 0] != 0, "its blame is still told"
    scope = mazur.microscope
    assert isinstance(scope, ChainMicroscope)
    assert [target for target in scope.chain.weights_of(2) if scope.values.is_frozen(target)] == [
        Target("weight", 2, 0, 0)
    ]
    mazur.walker.show_layer("dense2")
    assert "w5 is frozen: it stays" in str(scope.story.blocks)
    assert [card.frozen for card in mazur.strip.cards if card.node == "dense2"] == ["bias, 1 single number"]
    mazur.by_hand_menu.open("dense2", mazur.mapToGlobal(QPoint(300, 40)))
    menu = mazur.by_hand_menu.menu
    assert menu is not None
    (entry,) = menu.actions()
    assert entry.text() == "Let all of dense2 learn (frozen: bias, 1 single number)"
    entry.trigger()
    menu.close()
    assert mazur._session.graph.node("dense2").held == mazur._session.graph.node("dense2").frozen == ()
    mazur._session.document.undo()
    mazur._session.document.undo()
    assert mazur._session.graph == zoo_experiment("mazur").graph


def test_a_number_frozen_with_all_others_is_not_let_go_alone(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2")
    ask(mazur, W5, qtbot)
    freeze = mazur.popup.change.freeze
    assert freeze.whole.text() == "all 4"
    mazur._session.by_hand.freeze_number(W5, on=True)
    wait(mazur, qtbot)
    assert (freeze.this.isChecked(), freeze.whole.isChecked()) == (True, False)
    mazur._session.by_hand.freeze("dense2", "weight", on=True)
    wait(mazur, qtbot)
    assert (freeze.this.isChecked(), freeze.this.isEnabled(), freeze.whole.isChecked()) == (True, False, True)
    mazur._session.by_hand.freeze("dense2", "weight", on=False)
    assert not mazur._session.by_hand.is_frozen(W5), "all of it learns again"
