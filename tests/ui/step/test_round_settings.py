"""The settings of the round: each is one undoable edit, and the station stays."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.graph.files import Saved, load, save
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession, go, open_step, shown


@pytest.fixture
def lenet(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    mode = open_step(open_session(zoo_experiment("lenet-5")), qtbot)
    go(mode, "fc3", "backward")
    qtbot.keyClick(mode, Qt.Key.Key_S)
    assert mode.settings.isVisible()
    return mode


@pytest.fixture
def mazur(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    mode = open_step(open_session(zoo_experiment("mazur")), qtbot)
    mode.settings.toggle()
    return mode


def wait_for_another(mode: StepMode, before: object, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: mode.round is not before and not mode.recorder.is_busy, timeout=30_000)


def type_into(field: object, text: str) -> None:
    field.setFocus()  # type: ignore[attr-defined]
    field.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(field, text)  # type: ignore[call-overload]
    QTest.keyClick(field, Qt.Key.Key_Return)  # type: ignore[call-overload]


def test_another_example_by_its_number(lenet: StepMode, qtbot: QtBot) -> None:
    before = lenet.round
    type_into(lenet.settings.example, "12")
    wait_for_another(lenet, before, qtbot)
    assert lenet._session.example_index == 11
    assert shown(lenet) == ("backward", "fc3")
    assert lenet.settings.isVisible()
    assert "example 12" in lenet.transport.example_label.text()


def test_a_mini_batch_gives_the_mean_and_says_so(lenet: StepMode, qtbot: QtBot) -> None:
    before = lenet.round
    type_into(lenet.settings.batch, "8")
    wait_for_another(lenet, before, qtbot)
    assert lenet.round is not None
    assert lenet.round.trace.x.shape[0] == 8
    assert shown(lenet) == ("backward", "fc3")
    assert "7 others" in lenet.transport.status_line.text()
    assert "mean" in lenet.transport.status_line.text()
    assert "means over the mini-batch" in lenet.settings.words.text()
    batch = lenet.round
    lenet._session.document.undo()
    wait_for_another(lenet, batch, qtbot)
    assert lenet.round.trace.x.shape[0] == 1
    assert lenet.settings.batch.value() == 1


def test_another_class_as_target_gives_another_loss(lenet: StepMode, qtbot: QtBot) -> None:
    before = lenet.round
    assert before is not None
    lenet.settings.toggle()
    lenet.settings.toggle()
    classes = lenet.settings.target.classes
    assert classes is not None
    classes.setFocus()
    wanted = (classes.currentIndex() + 1) % classes.count()
    classes.setCurrentIndex(wanted)
    classes.activated.emit(wanted)
    wait_for_another(lenet, before, qtbot)
    assert lenet.round is not None
    assert int(lenet.round.trace.target[0]) == wanted  # type: ignore[index]
    assert lenet.round.trace.loss != before.trace.loss
    assert shown(lenet) == ("backward", "fc3")


def test_target_values_have_fields_of_their_own(mazur: StepMode, qtbot: QtBot) -> None:
    before = mazur.round
    assert [field.text() for field in mazur.settings.target.fields] == ["0.01", "0.99"]
    type_into(mazur.settings.target.fields[0], "0.5")
    wait_for_another(mazur, before, qtbot)
    assert mazur.round is not None
    assert mazur.round.trace.loss == pytest.approx(0.5 * (0.5 - 0.7513650695523157) ** 2 + 0.023560025583942117)
    type_into(mazur.settings.target.fields[0], "abc")
    assert "not a number" in mazur.settings.problem.text()
    assert mazur.settings.problem.isVisible()


def test_the_learning_rate_and_the_method_change_the_update(mazur: StepMode, qtbot: QtBot) -> None:
    mazur.to_end()
    before = mazur.round
    type_into(mazur.settings.rate, "1")
    wait_for_another(mazur, before, qtbot)
    assert mazur.round is not None
    frame = mazur.round.trace.frames["dense2"]
    step = frame.weights["weight"] - frame.updated["weight"]
    assert step == pytest.approx(frame.grad_weights["weight"])
    assert shown(mazur) == ("update", None)
    slow = mazur.round
    choice = mazur.settings.method
    choice.activated.emit(0)
    wait_for_another(mazur, slow, qtbot)
    assert mazur._session.experiment.training.optimizer == "adam"
    assert not mazur.settings.momentum_row.isVisible()
    assert mazur._session.document.undo_label == "Change the method"


def test_nesterov_is_at_hand_where_there_is_momentum(mazur: StepMode, qtbot: QtBot) -> None:
    settings, session = mazur.settings, mazur._session
    assert not settings.nesterov_row.isVisible(), "without momentum there is nothing to look ahead along"
    type_into(settings.momentum, "0.9")
    assert settings.nesterov_row.isVisible()
    before = mazur.round
    settings.nesterov.click()
    wait_for_another(mazur, before, qtbot)
    assert mazur.round is not None
    assert mazur.round.trace.rule is not None
    assert mazur.round.trace.rule.nesterov
    frame = mazur.round.trace.frames["dense2"]
    step = frame.weights["weight"] - frame.updated["weight"]
    assert step == pytest.approx(0.5 * 1.9 * frame.grad_weights["weight"])
    type_into(settings.momentum, "0")
    assert "nesterov" not in session.experiment.training.optimizer_params
    assert not settings.nesterov_row.isVisible()
    session.document.undo()
    assert settings.nesterov.isChecked()


def test_as_in_use_drops_nothing(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("fashion-cnn")), qtbot)
    mode.settings.toggle()
    before = mode.round
    mode.settings.behaviour.activated.emit(1)
    wait_for_another(mode, before, qtbot)
    assert mode.round is not None
    assert len(mode.round.trace.x) == 1
    assert all(frame.mask is None for frame in mode.round.trace.frames.values())
    assert "as in use" in mode.transport.status_line.text()


def test_a_list_that_drops_down_does_not_close_the_panel(mazur: StepMode, qtbot: QtBot) -> None:
    mazur.settings.method.showPopup()
    view = mazur.settings.method.view()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(0, 0)).center())
    assert mazur.settings.isVisible()
    qtbot.mouseClick(mazur.strip.row, Qt.MouseButton.LeftButton)
    assert not mazur.settings.isVisible()


def test_the_settings_are_in_the_file(lenet: StepMode, tmp_path: object) -> None:
    from dataclasses import replace
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    experiment = replace(lenet._session.experiment, step_batch=8, step_training=False)
    save(tmp_path / "a.playground", Saved(experiment))
    assert load(tmp_path / "a.playground").experiment == experiment
