"""Many rounds in the background: progress, cancelling, the losses, going back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Place
from playground.ui.step import recorder
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession, go, open_step, shown


@pytest.fixture
def mazur(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    return open_step(open_session(zoo_experiment("mazur")), qtbot)


def number(mode: StepMode) -> int:
    assert mode.round is not None
    return mode.round.number


def test_n_goes_on_one_round_at_the_station_on_screen_and_shift_n_back(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2", "backward")
    first = mazur.round
    qtbot.keyClick(mazur, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: number(mazur) == 2, timeout=30_000)
    assert shown(mazur) == ("backward", "dense2")
    assert mazur.transport.rounds_button.text() == "Round 2"
    qtbot.keyClick(mazur, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert mazur.round is first
    assert shown(mazur) == ("backward", "dense2")


def test_a_hundred_rounds_are_those_of_stepping_one_by_one(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "loss")
    mazur.rounds.toggle()
    qtbot.mouseClick(mazur.rounds.hundred, Qt.MouseButton.LeftButton)
    assert mazur.ahead.is_running
    assert not mazur.rounds.hundred.isEnabled()
    qtbot.waitUntil(lambda: not mazur.ahead.is_running, timeout=60_000)
    assert number(mazur) == 101
    assert shown(mazur) == ("forward", "loss")
    losses = mazur.recorder.losses
    assert sorted(losses) == list(range(1, 102))
    assert losses[1] == pytest.approx(0.2983711087600027, rel=1e-12)
    assert losses[2] == pytest.approx(0.29102777369359933, rel=1e-12)
    assert losses[101] < 0.06
    assert mazur.recorder.kept == tuple(range(1, 102)), "one can go back through all of them"
    assert "Rounds 1 to 101 are kept" in mazur.rounds.kept.text()
    assert "kB" in mazur.rounds.kept.text()
    assert mazur.round is not None
    assert mazur.round.trace.loss == losses[101]


def test_the_loss_of_the_round_can_be_asked_where_it_comes_from(mazur: StepMode, qtbot: QtBot) -> None:
    mazur.rounds.toggle()
    assert "0.298371" in mazur.rounds.summary.text()
    assert mazur.rounds.summary.toolTip().startswith("0.29837110876000")
    mazur.rounds.summary.linkActivated.emit("loss")
    qtbot.waitUntil(lambda: mazur.popup.isVisible() and mazur.popup.explanation is not None, timeout=20_000)
    assert mazur.popup.explanation is not None
    assert mazur.popup.explanation.value == mazur.recorder.losses[1]


def test_running_on_can_be_cancelled_and_what_there_is_stays(mazur: StepMode, qtbot: QtBot) -> None:
    mazur.rounds.toggle()
    mazur.ahead.run(100_000)
    qtbot.waitUntil(lambda: mazur.ahead.done > 0, timeout=30_000)
    qtbot.mouseClick(mazur.rounds.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not mazur.ahead.is_running, timeout=30_000)
    assert 1 < number(mazur) < 100_000
    assert len(mazur.recorder.losses) == number(mazur)
    reached = number(mazur)
    mazur.next_round()
    qtbot.waitUntil(lambda: number(mazur) == reached + 1, timeout=30_000)


def test_a_click_on_the_curve_goes_to_a_kept_round_only(
    mazur: StepMode, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "KEPT_ROUNDS", 50)
    mazur.rounds.toggle()
    mazur.ahead.run(80)
    qtbot.waitUntil(lambda: not mazur.ahead.is_running, timeout=60_000)
    curve = mazur.rounds.curve
    assert curve.shown[0] == (1, mazur.recorder.losses[1])

    def click(wanted: int) -> None:
        qtbot.mouseClick(curve, Qt.MouseButton.LeftButton, pos=QPoint(round(curve.x_of(wanted)), 60))

    click(60)
    assert number(mazur) == 60
    click(5)
    assert number(mazur) == 60, "round 5 is not kept"
    curve.setFocus()
    qtbot.keyClick(curve, Qt.Key.Key_Left)
    assert number(mazur) == 59
    qtbot.mouseClick(mazur.rounds.restart, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: number(mazur) == 1, timeout=30_000)
    assert dict(mazur.recorder.losses) == {1: pytest.approx(0.2983711087600027)}


def test_an_edit_while_rounds_run_ends_them(mazur: StepMode, qtbot: QtBot) -> None:
    from dataclasses import replace

    mazur.ahead.run(100_000)
    qtbot.waitUntil(lambda: mazur.ahead.done > 0, timeout=30_000)
    session = mazur._session
    training = replace(session.experiment.training, learning_rate=0.25)
    session.apply("slower", replace(session.experiment, training=training))
    qtbot.waitUntil(lambda: not mazur.ahead.is_running, timeout=30_000)
    qtbot.waitUntil(lambda: number(mazur) == 1 and not mazur.recorder.is_busy, timeout=30_000)
    assert dict(mazur.recorder.losses) == {1: pytest.approx(0.2983711087600027)}


def test_rounds_behind_a_change_by_hand_are_forgotten_with_their_losses(mazur: StepMode, qtbot: QtBot) -> None:
    mazur.ahead.run(4)
    qtbot.waitUntil(lambda: not mazur.ahead.is_running, timeout=60_000)
    before = dict(mazur.recorder.losses)
    assert sorted(before) == [1, 2, 3, 4, 5]
    mazur.go_to_round(3)
    mazur._session.by_hand.change({Place("dense2", "weight", (0, 0), name="weight"): 2.0})
    qtbot.waitUntil(lambda: not mazur.recorder.is_busy, timeout=30_000)
    after = dict(mazur.recorder.losses)
    assert sorted(after) == [1, 2, 3]
    assert (after[1], after[2]) == (before[1], before[2])
    assert after[3] > before[3]
    assert mazur.recorder.kept == (1, 2, 3)


def test_the_panel_opens_by_key_and_closes_by_escape_and_by_its_button(mazur: StepMode, qtbot: QtBot) -> None:
    qtbot.keyClick(mazur, Qt.Key.Key_L)
    assert mazur.rounds.isVisible()
    assert mazur.rounds.geometry().bottom() < mazur.transport.mapTo(mazur, QPoint(0, 0)).y()
    qtbot.mouseClick(mazur.transport.rounds_button, Qt.MouseButton.LeftButton)
    assert not mazur.rounds.isVisible()
    qtbot.mouseClick(mazur.transport.rounds_button, Qt.MouseButton.LeftButton)
    assert mazur.rounds.isVisible()
    qtbot.keyClick(mazur.rounds, Qt.Key.Key_Escape)
    assert not mazur.rounds.isVisible()
