"""Predict, then reveal: what is asked, what stays hidden until then, how the tally counts, and Play."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from playground.ui.microscopes.chain import ChainMicroscope
from playground.ui.microscopes.chain_model import Target
from playground.ui.microscopes.input import InputMicroscope
from playground.ui.microscopes.origin import origin_of
from playground.ui.step.question_finder import next_questions
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession, go, open_step, shown


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked on a slow machine is what is asked on a fast one."""
    monkeypatch.setattr("playground.ui.step.question_finder.PATIENCE_S", math.inf)


@pytest.fixture
def mazur(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    mode = open_step(open_session(zoo_experiment("mazur")), qtbot)
    qtbot.keyClick(mode, Qt.Key.Key_Q)
    return mode


@pytest.fixture
def lenet(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    mode = open_step(open_session(zoo_experiment("lenet-5")), qtbot)
    qtbot.keyClick(mode, Qt.Key.Key_Q)
    return mode


def ask(mode: StepMode, qtbot: QtBot) -> None:
    mode.forward()
    qtbot.waitUntil(lambda: mode.guessing.predictor.is_open, timeout=20_000)


def guess(mode: StepMode, text: str, qtbot: QtBot) -> None:
    field = mode.guessing.panel.field
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def press(button: QPushButton, qtbot: QtBot) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_view_stays_until_the_guess_is_right(mazur: StepMode, qtbot: QtBot) -> None:
    panel = mazur.guessing.panel
    ask(mazur, qtbot)
    assert shown(mazur) == ("forward", "input")
    assert "0.15 · 0.05 + 0.2 · 0.1 + 0.35" in panel.numbers.text()
    assert "0.3775" not in panel.numbers.text()
    guess(mazur, "abc", qtbot)
    assert "not a number" in panel.verdict.text()
    guess(mazur, "0.6", qtbot)
    assert "too large" in panel.verdict.text()
    assert shown(mazur) == ("forward", "input")
    guess(mazur, "0,3775", qtbot)
    assert "0.3775" in panel.numbers.text()
    assert panel.tally.text() == "0 of 1 right", "only the first try counts"
    qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    assert shown(mazur) == ("forward", "dense1")
    assert not panel.isVisible()


def test_by_unit_every_neuron_is_asked_before_the_layer_is_shown(mazur: StepMode, qtbot: QtBot) -> None:
    mazur.transport.set_granularity("unit")
    panel, predictor = mazur.guessing.panel, mazur.guessing.predictor
    ask(mazur, qtbot)
    for answer in ("0.3775", "0.3925"):
        assert shown(mazur) == ("forward", "input")
        guess(mazur, answer, qtbot)
        qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    assert shown(mazur) == ("forward", "dense1")
    assert predictor.tally == "2 of 2 right"


def test_by_term_the_sum_is_asked_step_by_step(mazur: StepMode, qtbot: QtBot) -> None:
    mazur.transport.set_granularity("term")
    ask(mazur, qtbot)
    for answer in ("0.0075", "0.0275", "0.3775", "0.0125"):
        guess(mazur, answer, qtbot)
        assert mazur.guessing.panel.is_answered
        qtbot.keyClick(mazur.guessing.panel.field, Qt.Key.Key_Return)
    assert shown(mazur) == ("forward", "input")
    assert mazur.guessing.predictor.tally == "4 of 4 right"


def test_r_reveals_and_a_second_step_goes_on(mazur: StepMode, qtbot: QtBot) -> None:
    ask(mazur, qtbot)
    qtbot.keyClick(mazur.guessing.panel.field, Qt.Key.Key_R)
    assert "0.3775" in mazur.guessing.panel.verdict.text()
    assert mazur.guessing.panel.field.text() == ""
    mazur.forward()
    assert shown(mazur) == ("forward", "dense1")
    assert mazur.guessing.predictor.tally == "0 of 1 right"
    ask(mazur, qtbot)
    mazur.forward()
    assert mazur.guessing.panel.is_answered, "a step forward reveals first"
    mazur.forward()
    assert shown(mazur) == ("forward", "sigmoid1")


def test_escape_skips_without_counting(mazur: StepMode, qtbot: QtBot) -> None:
    ask(mazur, qtbot)
    qtbot.keyClick(mazur.guessing.panel.field, Qt.Key.Key_Escape)
    assert shown(mazur) == ("forward", "dense1")
    assert mazur.guessing.predictor.tally == ""


def test_the_whole_round_of_mazur_can_be_guessed(mazur: StepMode, qtbot: QtBot) -> None:
    predictor, panel = mazur.guessing.predictor, mazur.guessing.panel
    stations: list[tuple[str, str | None]] = []
    while not mazur.walker.at_end:
        ask(mazur, qtbot)
        question = predictor.question
        assert question is not None
        guess(mazur, f"{question.value:.9g}", qtbot)
        assert panel.is_answered
        if isinstance(mazur.microscope, ChainMicroscope):
            assert mazur.microscope.values.updated(Target("weight", 2, 0, 0)) is None, "that would give the answer away"
        qtbot.keyClick(panel.field, Qt.Key.Key_Return)
        stations.append(shown(mazur))
    assert mazur.round is not None
    assert len(stations) == len(mazur.round.trace.moments), "the update is asked for twice, layer by layer"
    assert predictor.tally == f"{len(stations)} of {len(stations)} right"
    mazur.forward()
    qtbot.waitUntil(lambda: mazur.round is not None and mazur.round.number == 2, timeout=30_000)
    assert shown(mazur) == ("forward", "input")


def test_going_elsewhere_takes_the_question_back(mazur: StepMode, qtbot: QtBot) -> None:
    for leave in (mazur.to_end, mazur.back, lambda: mazur.go_to(3), lambda: go(mazur, "dense2", "backward")):
        ask(mazur, qtbot) if not mazur.walker.at_end else mazur.to_start()
        leave()
        assert not mazur.guessing.panel.isVisible()
        assert not mazur.guessing.predictor.is_open


def test_nothing_on_screen_gives_the_numbers_away(mazur: StepMode, lenet: StepMode, qtbot: QtBot) -> None:
    assert not mazur.published.panel.isVisible()
    assert not mazur.published.tab.isVisible()
    mazur.rounds.toggle()
    assert mazur.rounds.curve.shown == ()
    assert "loss" not in mazur.rounds.summary.text()
    assert isinstance(lenet.microscope, InputMicroscope)
    assert lenet.microscope.keeps_secrets
    mazur.guessing.toggle()
    qtbot.waitUntil(lambda: mazur.published.panel.isVisible() or mazur.published.tab.isVisible(), timeout=20_000)
    assert "loss" in mazur.rounds.summary.text()


def test_what_nobody_can_work_out_is_passed_over(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "pool1")
    ask(lenet, qtbot)
    question = lenet.guessing.predictor.question
    assert question is not None
    assert question.place.node == "relu2", "a window of conv2 has 150 products"
    assert shown(lenet) == ("forward", "conv2"), "what went into it is on screen"


def test_when_patience_ends_the_walk_goes_on_without_a_question(
    lenet: StepMode, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.ui.step.question_finder.PATIENCE_S", -1.0)
    go(lenet, "pool1")
    ask(lenet, qtbot)
    assert lenet.guessing.predictor.question is None
    assert "Nothing to guess" in lenet.guessing.panel.title.text()
    qtbot.keyClick(lenet.guessing.panel, Qt.Key.Key_Return)
    assert shown(lenet) == ("forward", "conv2")
    assert lenet.guessing.predictor.tally == ""


def test_windows_are_asked_one_after_the_other(lenet: StepMode, qtbot: QtBot) -> None:
    lenet.transport.set_granularity("step")
    go(lenet, "pool2")
    assert lenet.microscope is not None
    lenet.microscope.begin()
    ask(lenet, qtbot)
    question = lenet.guessing.predictor.question
    assert question is not None
    assert "wins" in question.prompt
    assert lenet.microscope.step == 0
    cell = question.place.index[2] * 5 + question.place.index[3]
    guess(lenet, f"{question.value:.6g}", qtbot)
    qtbot.keyClick(lenet.guessing.panel.field, Qt.Key.Key_Return)
    assert (lenet.microscope.step, lenet.microscope.filled) == (cell, cell + 1)


def test_play_rests_at_each_question_and_goes_on_after_it(mazur: StepMode, qtbot: QtBot) -> None:
    mazur.pace.dwell = 0.0
    mazur.play_pause()
    qtbot.waitUntil(lambda: mazur.guessing.predictor.is_open, timeout=20_000)
    assert not mazur.player.is_playing
    guess(mazur, "0.3775", qtbot)
    press(mazur.guessing.panel.check, qtbot)
    assert mazur.player.is_playing
    qtbot.waitUntil(lambda: mazur.guessing.predictor.is_open, timeout=20_000)
    assert shown(mazur) == ("forward", "dense1")


@pytest.mark.parametrize("key", ["lenet-5", "residual-mini", "xor", "fashion-cnn"])
def test_every_question_is_about_a_recorded_number_and_does_not_name_it(
    key: str, open_session: OpenSession, qtbot: QtBot
) -> None:
    from playground.engine.arithmetic import value_at

    mode = open_step(open_session(zoo_experiment(key)), qtbot)
    assert mode.round is not None
    trace = mode.round.trace
    index, phases = 0, set[str]()
    while index < len(trace.moments) - 1:
        found = next_questions(trace, index, "layer", lambda place: origin_of(trace, place))
        index = found.station
        if not found.questions:  # the round's end
            continue
        (question,) = found.questions
        phases.add(trace.moments[index].phase)
        place = question.place
        assert question.value == value_at(trace.frames[place.node], place)
        assert place.node == (trace.moments[index].node or place.node)
        assert not question.numbers.endswith(f"= {question.value}")
    assert phases == {"forward", "backward", "update"}
