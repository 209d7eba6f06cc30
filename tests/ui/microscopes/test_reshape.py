"""Layers that only move numbers: both places are framed, pointing at one lights the other, and cells fly over."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.graph.model import ParamValue
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.reshape import ReshapeMicroscope
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.ui.microscopes.on_screen import on_screen
from tests.ui.microscopes.recordings import chain, scene_of

Show = Callable[[Scene], ReshapeMicroscope]
KINDS: list[tuple[str, dict[str, ParamValue]]] = [
    ("permute", {"order": (0, 2, 1)}),
    ("channel_shuffle", {"groups": 2}),
    ("pixel_permutation", {}),
    ("pixel_shuffle", {"upscale_factor": 2}),
    ("crop2d", {"top": 1, "left": 2, "height": 3, "width": 2}),
    ("pad", {"padding": (1, 2, 0, 1), "mode": "zeros"}),
    ("pad", {"padding": (1, 2, 2, 1), "mode": "reflect"}),
    ("reshape", {"shape": (8, 10)}),
    ("slice", {"start": 1, "length": 2}),
    ("flatten", {}),
]


def scene(kind: str, params: dict[str, ParamValue], phase: str = "forward") -> Scene:
    layers = [
        ("x", "input", {"shape": (1, 6, 7)}),
        ("conv", "conv2d", {"out_channels": 4, "kernel_size": (3, 3)}),
        ("move", kind, params),
        *([] if kind == "flatten" else [("flat", "flatten", {})]),
        ("loss", "squared_error", {}),
    ]
    graph = chain(layers)  # type: ignore[arg-type]
    from playground.engine.shapes import analyse

    answer = analyse(graph).output_shape
    assert answer is not None
    return scene_of(graph, "move", phase, target=np.zeros((1, *answer)))


@pytest.fixture
def show(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Show:
    session = open_session(zoo_experiment("mazur"))
    return lambda scene: on_screen(ReshapeMicroscope(session), scene, qtbot)


@pytest.mark.parametrize("phase", ["forward", "backward"])
@pytest.mark.parametrize(("kind", "params"), KINDS)
def test_the_two_framed_numbers_are_the_same(kind: str, params: dict[str, ParamValue], phase: str, show: Show) -> None:
    scope = show(scene(kind, params, phase))
    assert scope.after.values is not None
    assert scope.before.values is not None
    for row, column in ((0, 0), (scope.after.values.shape[0] - 1, 1), (1, 0)):
        scope.choose_cell("after", row, column)
        assert scope.after.chosen == (row, column)
        made = scope.after.values[row, column]
        if scope.before.chosen is None:
            assert kind == "pad"
            assert made == 0 or phase == "backward"
        elif not (kind == "pad" and phase == "backward"):  # a mirrored number collects the blame of several places
            assert scope.before.values[scope.before.chosen] == made


@pytest.mark.parametrize(("kind", "params"), KINDS)
def test_pointing_at_one_side_lights_the_other(kind: str, params: dict[str, ParamValue], show: Show) -> None:
    scope = show(scene(kind, params))
    out = scope.after.chosen
    assert out is not None
    scope.after.hovered.emit(out)
    assert scope.before.outlined == ({scope.before.chosen} if scope.before.chosen else frozenset())
    if scope.before.chosen is not None:
        scope.before.hovered.emit(scope.before.chosen)
        assert out in scope.after.outlined
    scope.before.hovered.emit(None)
    assert not scope.after.outlined


@pytest.mark.parametrize("phase", ["forward", "backward"])
def test_cells_fly_over_row_by_row_until_all_have_arrived(phase: str, show: Show, qtbot: QtBot) -> None:
    scope = show(scene("permute", {"order": (0, 2, 1)}, phase))
    assert scope.step == scope.step_count - 1
    assert scope.after.values is not None
    assert scope.before.values is not None
    leaving = scope.after if phase == "backward" else scope.before
    assert leaving.values is not None
    rows, columns = leaving.values.shape
    assert scope.step_count == rows
    scope.begin()
    hidden = [scope.flight.hidden_cells]
    while scope.step < scope.step_count - 1:
        scope.go_to_step(scope.step + 1)
        hidden.append(scope.flight.hidden_cells)
    assert hidden == [columns * (rows - 1 - step) for step in range(rows)]
    qtbot.waitUntil(lambda: not scope.flight.isVisible(), timeout=3_000)


def test_a_map_on_the_left_leads_to_where_it_went(show: Show) -> None:
    scope = show(scene("channel_shuffle", {"groups": 2}))
    scope.strip_before.chosen.emit(2)
    assert scope.unit == 1, "dealt out like cards, the first of the second group comes second"
    scope.select_unit(3)
    assert scope.strip_before.current == 3


def test_what_is_left_out_and_what_is_filled_in_is_said(show: Show) -> None:
    assert "56 numbers of the input are left out" in show(scene("crop2d", KINDS[4][1])).card.lines
    scope = show(scene("pad", KINDS[5][1]))
    scope.choose_cell("after", 0, 0)
    assert "came from nowhere" in scope.card.lines
    assert scope.before.chosen is None


def test_a_number_asked_is_the_one_clicked(show: Show) -> None:
    scope = show(scene("pixel_shuffle", {"upscale_factor": 2}))
    asked: list[float] = []
    scope.explain_requested.connect(lambda explain, _at: asked.append(explain().value))
    assert scope.after.values is not None
    scope.after.clicked.emit(5, 3, QPoint())
    assert asked == [scope.after.values[5, 3]]
