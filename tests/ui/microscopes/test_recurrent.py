"""The microscope of layers that read a sequence: cells, gates, time, and the gradient on its way back through it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Explanation, Place
from playground.graph.experiment import Experiment
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.gallery import Gallery
from playground.ui.microscopes.recurrent import READ, REMEMBERED, RecurrentMicroscope
from playground.ui.microscopes.recurrent_model import fading
from playground.ui.microscopes.story import Prose
from playground.ui.session import Session
from playground.ui.step.pace import Pace
from playground.zoo import zoo_experiment
from tests.ui.microscopes.recordings import Layers, chain, scene_of

Show = Callable[[Scene], RecurrentMicroscope]
LENGTH, UNITS = 7, 3


def scene(kind: str, phase: str = "forward", **settings: int | bool) -> Scene:
    layers: Layers = [
        ("x", "input", {"shape": (2, LENGTH)}),
        ("cell", kind, {"hidden_size": UNITS, **settings}),
        *([("flat", "flatten", {})] if settings.get("return_sequence") else []),
        ("loss", "cross_entropy", {}),
    ]  # type: ignore[assignment]
    return scene_of(chain(layers), "cell", phase)


@pytest.fixture
def show(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Show:
    gallery = Gallery(open_session(zoo_experiment("mazur")), Pace())

    def show_(shown: Scene) -> RecurrentMicroscope:
        scope, is_new = gallery.get(gallery.key_for(shown))
        assert isinstance(scope, RecurrentMicroscope)
        if is_new:
            qtbot.addWidget(scope)
            scope.resize(1400, 690)
            scope.show()
        scope.show_scene(shown)
        qtbot.waitUntil(lambda: bool(scope.times.bands), timeout=10_000)
        scope.grab()
        return scope

    return show_


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_what_is_remembered_at_the_end_is_what_comes_out(kind: str, show: Show) -> None:
    shown = scene(kind)
    scope = show(shown)
    assert (scope.unit_count, scope.step_count) == (UNITS, LENGTH)
    scope.finish()
    np.testing.assert_allclose(scope.times.bands[REMEMBERED].values[:, -1], shown.frame.output[0], atol=1e-9)
    np.testing.assert_array_equal(scope.times.bands[READ].values, shown.frame.inputs[0][0])
    for unit in range(UNITS):
        scope.select_unit(unit)
        assert scope.focus_place() == Place("cell", "output", (0, unit))
    scope.go_to_step(2)
    assert scope.focus_place() is None, "what is remembered on the way is no recorded number"


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("phase", ["forward", "backward"])
def test_every_number_of_the_cell_says_where_it_comes_from(kind: str, phase: str, show: Show, qtbot: QtBot) -> None:
    scope = show(scene(kind, phase))
    asked: list[Explanation] = []
    scope.explain_requested.connect(lambda explain, _at: asked.append(explain()))
    scope.go_to_step(3)
    for part in (*scope.cell._plan.boxes, *scope.cell._plan.chips):
        rect = scope.cell.box_rect(part) if hasattr(part, "curve") else scope.cell.chip_rect(part)  # type: ignore[arg-type]
        factor = scope.cell._factor(part.letter)
        assert factor is not None
        asked.clear()
        qtbot.mouseClick(scope.cell, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
        if factor.because is not None and part.letter != "1":
            assert asked, part
            letter = scope.cell.part_at(rect.center())
            expected = scope.cell._factor(letter)
            assert expected is not None
            assert asked[0].value == pytest.approx(expected.value)


def test_gates_multiply_to_the_notes(show: Show) -> None:
    scope = show(scene("lstm"))
    scope.go_to_step(4)
    numbers = scope.cell._numbers
    assert numbers is not None
    v = {letter: factor.value for letter, factor in numbers.values.items()}
    assert v["c"] == pytest.approx(v["f"] * v["C"] + v["i"] * v["g"])
    assert v["h"] == pytest.approx(v["o"] * np.tanh(v["c"]))


def test_the_way_back_goes_through_time_backwards(show: Show) -> None:
    shown = scene("lstm", "backward")
    scope = show(shown)
    scope.begin()
    assert scope.place == LENGTH - 1
    scope.finish()
    assert scope.place == 0
    np.testing.assert_allclose(scope.times.bands[READ].values, shown.frame.grad_inputs[0][0], atol=1e-9)
    place = scope.focus_place()
    assert place is not None
    assert (place.kind, place.name) == ("grad_weight", "weight_hh_l0")
    unrolled = scope._unrolled
    assert unrolled is not None
    parts = unrolled.parts_over_time(place, 0, 0)
    assert parts.sum() == pytest.approx(float(shown.frame.grad_weights[place.name][place.index]), abs=1e-9)


def test_two_layers_in_two_directions_can_be_chosen(show: Show) -> None:
    shown = scene("gru", num_layers=2, bidirectional=True, return_sequence=True)
    scope = show(shown)
    assert scope.layers.isVisible()
    assert scope.ways.isVisible()
    scope.ways.set_current(1)
    scope.go_to_step(0)
    assert scope.place == LENGTH - 1, "it reads from the end"
    expected = shown.frame.output[0, UNITS:]
    np.testing.assert_allclose(scope.times.bands[REMEMBERED].values, expected, atol=1e-9)
    assert scope.focus_place() == Place("cell", "output", (0, UNITS, LENGTH - 1))
    scope.layers.set_current(0)
    assert scope.focus_place() is None


def test_a_click_in_time_moves_the_cursor_and_asks(show: Show, qtbot: QtBot) -> None:
    shown = scene("lstm", return_sequence=True)
    scope = show(shown)
    asked: list[Explanation] = []
    scope.explain_requested.connect(lambda explain, _at: asked.append(explain()))
    at = scope.times.cell((REMEMBERED, 2, 4)).center().toPoint()
    qtbot.mouseClick(scope.times, Qt.MouseButton.LeftButton, pos=at)
    assert (scope.unit, scope.place) == (2, 4)
    assert asked[-1].value == pytest.approx(shown.frame.output[0, 2, 4], abs=1e-9)
    qtbot.mouseClick(scope.times, Qt.MouseButton.LeftButton, pos=scope.times.cell((READ, 1, 4)).center().toPoint())
    assert asked[-1].place is not None
    scope.light({Place("cell", "input", (0, 1, 3)): "factor_input", Place("cell", "output", (0, 2, 5)): "factor_input"})
    assert set(scope.times.lit) == {(READ, 1, 3), (REMEMBERED, 2, 5)}


@pytest.mark.parametrize(
    ("sizes", "said"),
    [([1e-6, 1e-3, 1.0], "vanishes"), ([1e6, 1e3, 1.0], "explodes"), ([0.9, 1.1, 1.0], "keeps its size")],
)
def test_what_becomes_of_the_gradient_is_said(sizes: list[float], said: str) -> None:
    assert said in fading(np.array(sizes), range(3))
    assert said in fading(np.array(sizes[::-1]), range(2, -1, -1))


def test_the_story_says_whether_the_gradient_fades(show: Show) -> None:
    scope = show(scene("rnn", "backward"))
    prose = " ".join(block.text for block in scope.story.blocks if isinstance(block, Prose))
    assert "times as large as at the last" in prose


def test_every_number_of_the_cell_is_reached_by_keys(show: Show, qtbot: QtBot) -> None:
    scope = show(scene("lstm", "backward"))
    asked: list[Explanation] = []
    scope.explain_requested.connect(lambda explain, _at: asked.append(explain()))
    scope.go_to_step(2)
    scope.cell.setFocus()
    seen: set[str] = set()
    for part in scope.cell.parts:
        factor = scope.cell._factor(part)
        assert factor is not None
        seen.add(part)
        scope.cell._hover = part
        qtbot.keyClick(scope.cell, Qt.Key.Key_Return)
        if factor.because is not None:
            assert asked[-1].value == pytest.approx(factor.value)
    assert {"f", "i", "g", "o", "c", "h", "∂h", "∂c"} <= seen
    scope.cell._hover = scope.cell.parts[0]
    qtbot.keyClick(scope.cell, Qt.Key.Key_Right)
    assert scope.cell._hover == scope.cell.parts[1]
