"""Walking by layer, by unit and by term, forwards and back, in microscopes of several kinds."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.ui.microscopes.chain import ChainMicroscope
from playground.ui.step.grains import grain_here
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession, go, open_step, shown


@pytest.fixture
def mazur(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    return open_step(open_session(zoo_experiment("mazur")), qtbot)


@pytest.fixture
def lenet(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    return open_step(open_session(zoo_experiment("lenet-5")), qtbot)


def forward(mode: StepMode, qtbot: QtBot) -> None:
    mode.forward()
    qtbot.waitUntil(lambda: not mode.terms.is_pending, timeout=10_000)


def back(mode: StepMode, qtbot: QtBot) -> None:
    mode.back()
    qtbot.waitUntil(lambda: not mode.terms.is_pending, timeout=10_000)


def test_where_there_is_no_such_grain_the_closest_one_is_taken() -> None:
    assert grain_here("unit", {"layer": "layer", "unit": "", "step": "", "term": "term"}) == "layer"
    assert grain_here("step", {"layer": "layer", "unit": "map", "step": "", "term": "term"}) == "term"
    assert grain_here("term", {"layer": "layer", "unit": "map", "step": "window", "term": ""}) == "step"
    assert grain_here("term", {"layer": "layer", "unit": "", "step": "", "term": ""}) == "layer"


def test_by_term_a_neurons_sum_is_built_up_and_then_the_next_neurons(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense1")
    mazur.transport.set_granularity("term")
    lines: list[str] = []
    for _ in range(7):
        forward(mazur, qtbot)
        assert mazur.microscope is not None
        lines.append(f"{mazur.microscope.unit}: {mazur.terms.band.line}" if mazur.terms.band.isVisible() else "none")
    assert lines[:6] == [
        "0: 0.15 · 0.05 … = 0.0075",
        "0: 0.15 · 0.05 + 0.2 · 0.1 … = 0.0275",
        "0: 0.15 · 0.05 + 0.2 · 0.1 + 0.35 = 0.3775",
        "1: 0.25 · 0.05 … = 0.0125",
        "1: 0.25 · 0.05 + 0.3 · 0.1 … = 0.0425",
        "1: 0.25 · 0.05 + 0.3 · 0.1 + 0.35 = 0.3925",
    ]
    assert shown(mazur) == ("forward", "sigmoid1"), "behind the last term of the last neuron comes the next layer"
    back(mazur, qtbot)
    assert shown(mazur) == ("forward", "dense1")
    assert mazur.terms.band.line == lines[5].removeprefix("1: "), "back comes to the last term"
    back(mazur, qtbot)
    assert mazur.terms.band.line == lines[4].removeprefix("1: ")


def test_by_term_every_station_of_the_round_can_be_walked(mazur: StepMode, qtbot: QtBot) -> None:
    mazur.transport.set_granularity("term")
    seen: set[tuple[str, str | None]] = set()
    for _ in range(120):
        seen.add(shown(mazur))
        if shown(mazur) == ("update", None):
            break
        forward(mazur, qtbot)
    assert mazur.round is not None
    assert len(seen) == len(mazur.round.trace.moments)


def test_by_term_a_number_without_terms_is_passed_over(lenet: StepMode, qtbot: QtBot) -> None:
    lenet.transport.set_granularity("term")
    assert shown(lenet) == ("forward", "input")
    for _ in range(2):  # the first finds out that a pixel is no sum
        forward(lenet, qtbot)
    assert shown(lenet) == ("forward", "conv1")


def test_by_term_back_comes_to_the_last_term_of_the_last_window(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "relu1")
    lenet.transport.set_granularity("term")
    back(lenet, qtbot)
    assert shown(lenet) == ("forward", "conv1")
    scope = lenet.microscope
    assert scope is not None
    assert (scope.unit, scope.step) == (5, 28 * 28 - 1)
    assert (lenet.terms.count, lenet.terms.at) == (10, 9), "nine products and the bias, the rest is padding"
    back(lenet, qtbot)
    assert (scope.step, lenet.terms.at) == (28 * 28 - 1, 8)


def test_by_window_back_comes_to_the_last_window_of_the_last_filter(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "relu1")
    lenet.transport.set_granularity("step")
    for window in (783, 782):
        back(lenet, qtbot)
        scope = lenet.microscope
        assert scope is not None
        assert shown(lenet) == ("forward", "conv1")
        assert (scope.unit, scope.step) == (5, window)
    lenet.forward()
    assert (scope.unit, scope.step) == (5, 783)
    lenet.forward()
    assert shown(lenet) == ("forward", "relu1")


def test_by_window_a_filter_is_entered_at_its_first_window_and_left_backwards_at_its_last(lenet: StepMode) -> None:
    lenet.transport.set_granularity("step")
    lenet.forward()
    scope = lenet.microscope
    assert scope is not None
    assert (shown(lenet), scope.unit, scope.step, scope.filled) == (("forward", "conv1"), 0, 0, 1)
    scope.go_to_step(783)
    lenet.forward()
    scope = lenet.microscope
    assert scope is not None
    assert (scope.unit, scope.step, scope.filled) == (1, 0, 1)
    lenet.back()
    scope = lenet.microscope
    assert scope is not None
    assert (scope.unit, scope.step) == (0, 783)


def test_by_term_back_from_a_filters_first_window_comes_to_the_last_of_the_one_before(
    lenet: StepMode, qtbot: QtBot
) -> None:
    go(lenet, "conv1")
    lenet.transport.set_granularity("term")
    scope = lenet.microscope
    assert scope is not None
    scope.select_unit(1)
    scope.begin()
    forward(lenet, qtbot)
    assert (scope.unit, scope.step, lenet.terms.at) == (1, 0, 0)
    back(lenet, qtbot)
    assert (scope.unit, scope.step, lenet.terms.at) == (0, 783, lenet.terms.count - 1)


def test_the_present_terms_factors_are_lit_up(mazur: StepMode, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    go(mazur, "dense1")
    assert mazur.microscope is not None
    lit: list[dict[tuple[str, tuple[int, ...]], str]] = []
    monkeypatch.setattr(
        mazur.microscope, "light", lambda places: lit.append({(p.kind, p.index): role for p, role in places.items()})
    )
    mazur.transport.set_granularity("term")
    forward(mazur, qtbot)
    assert lit[-1] == {("weight", (0, 0)): "factor_weight", ("input", (0, 0)): "factor_input"}
    mazur.transport.set_granularity("layer")
    assert lit[-1] == {}, "the marks go with the band"
    assert not mazur.terms.band.isVisible()


def test_a_window_is_walked_by_term_too(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "pool1")
    assert lenet.microscope is not None
    lenet.transport.set_granularity("term")
    for _ in range(4):
        forward(lenet, qtbot)
    assert (lenet.microscope.step, lenet.terms.at, lenet.terms.count) == (0, 3, 4)
    forward(lenet, qtbot)
    assert (lenet.microscope.step, lenet.terms.at) == (1, 0)
    back(lenet, qtbot)
    assert (lenet.microscope.step, lenet.terms.at) == (0, 3)


def test_a_click_on_a_term_goes_to_it(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense1")
    mazur.transport.set_granularity("term")
    forward(mazur, qtbot)
    band = mazur.terms.band
    band.grab()
    qtbot.mouseClick(band, Qt.MouseButton.LeftButton, pos=band.spot(2).center().toPoint())
    assert mazur.terms.at == 2


def test_an_edit_keeps_the_station_and_goes_on_building(mazur: StepMode, qtbot: QtBot) -> None:
    from playground.engine.arithmetic import Place

    go(mazur, "dense1")
    mazur.transport.set_granularity("term")
    forward(mazur, qtbot)
    before = mazur.round
    mazur._session.by_hand.change({Place("dense1", "weight", (0, 0), name="weight"): 0.5})
    qtbot.waitUntil(lambda: mazur.round is not before and not mazur.terms.is_pending, timeout=30_000)
    assert shown(mazur) == ("forward", "dense1")
    assert mazur.terms.band.line.startswith("0.5 · 0.05")


def test_keys_choose_the_grain_and_jump_by_phase(mazur: StepMode, qtbot: QtBot) -> None:
    qtbot.keyClick(mazur, Qt.Key.Key_PageDown)
    assert shown(mazur) == ("forward", "loss")
    qtbot.keyClick(mazur, Qt.Key.Key_PageDown)
    assert shown(mazur) == ("backward", "loss")
    qtbot.keyClick(mazur, Qt.Key.Key_PageDown)
    assert shown(mazur) == ("update", None)
    qtbot.keyClick(mazur, Qt.Key.Key_PageUp)
    assert shown(mazur) == ("backward", "loss")
    qtbot.keyClick(mazur, Qt.Key.Key_2)
    assert mazur.transport.granularity == "unit"
    qtbot.keyClick(mazur, Qt.Key.Key_1)
    assert mazur.transport.granularity == "layer"
    go(mazur, "dense1")
    qtbot.keyClick(mazur, Qt.Key.Key_3)
    assert mazur.transport.granularity == "term"


def test_dragging_along_the_timeline_scrubs_and_past_its_ends_stops_there(lenet: StepMode, qtbot: QtBot) -> None:
    timeline = lenet.transport.timeline
    seen: list[int] = []
    timeline.clicked.connect(seen.append)
    at = [timeline.segment_rect(index).center().toPoint() for index in (2, 5, 9)]
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=at[0])
    for point in (at[1], at[2], QPoint(timeline.width() + 40, 8), QPoint(-30, 8)):
        QTest.mouseMove(timeline, point)
        qtbot.waitUntil(lambda: timeline.current == lenet.index)
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=at[0])
    assert seen == [2, 5, 9, len(timeline.stations) - 1, 0]
    assert lenet.index == 0


def test_by_weight_the_update_of_every_layer_is_walked_and_back_from_the_next_round(
    mazur: StepMode, qtbot: QtBot
) -> None:
    go(mazur, "dense1", "backward")
    mazur.transport.set_granularity("unit")

    def focus() -> str:
        assert isinstance(mazur.microscope, ChainMicroscope)
        return mazur.microscope.chain.name(mazur.microscope.focus)

    while shown(mazur) == ("backward", "dense1"):
        mazur.forward()
    assert mazur.transport.forward_button.toolTip() == "The update of dense2 (→)"
    seen: list[str] = []
    while mazur.round is not None and mazur.round.number == 1:
        seen.append(focus())
        mazur.forward()
        qtbot.waitUntil(lambda: not mazur.recorder.is_busy)
    assert seen == [f"w{number}" for number in range(1, 9)]
    assert shown(mazur) == ("forward", "input")
    mazur.back()
    assert (shown(mazur), mazur.walker.node, focus()) == (("update", None), "dense2", "w8")
