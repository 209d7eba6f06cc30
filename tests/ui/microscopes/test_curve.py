"""The activation's microscope: dots on the curve, dead and saturated units counted and shown, local × upstream."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.layers import all_layer_types
from playground.ui.microscopes.base import Microscope, Scene
from playground.ui.microscopes.curve import CurveMicroscope
from playground.ui.microscopes.curve_plot import MOST_DOTS
from playground.ui.microscopes.number_lines import Said
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.ui.microscopes.on_screen import on_screen
from tests.ui.microscopes.recordings import Layers, chain, scene_of

CURVES = [kind.key for kind in all_layer_types() if kind.capability == "curve"]
Show = Callable[[Scene], CurveMicroscope]


def layered(kind: str, *, picture: bool = False) -> Layers:
    body: Layers = [("conv", "conv2d", {"out_channels": 3, "kernel_size": (3, 3)})] if picture else []
    shape = (2, 6, 6) if picture else (9,)
    end: Layers = [("flat", "flatten", {})] if picture else []
    return [
        ("input", "input", {"shape": shape}),
        *body,
        ("curve", kind, {}),
        *end,
        ("fc", "dense", {"out_features": 3}),
        ("loss", "cross_entropy", {}),
    ]


@pytest.fixture
def show(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Show:
    session = open_session(zoo_experiment("mazur"))
    return lambda scene: on_screen(CurveMicroscope(session), scene, qtbot)


def said(scope: CurveMicroscope) -> list[Said]:
    return [line for line in scope.card.said if isinstance(line, Said)]


@pytest.mark.parametrize("kind", CURVES)
def test_local_slope_times_arriving_blame_is_what_is_handed_back(kind: str, show: Show) -> None:
    scope = show(scene_of(chain(layered(kind)), "curve", "backward", batch=2))
    arriving, slope, handed = (line.number for line in said(scope)[:3])
    assert arriving is not None
    assert slope is not None
    assert handed == pytest.approx(arriving * slope, abs=1e-12)
    for line in said(scope)[:3]:
        assert line.explain is not None
        assert line.explain().value == pytest.approx(line.number, abs=1e-12)


def test_a_count_shows_which_units_it_means_and_hides_them_again(show: Show) -> None:
    scene = scene_of(chain(layered("relu")), "curve", batch=3)
    scope = show(scene)
    silent = scene.frame.output[0] == 0
    line = next(line for line in said(scope) if line.act is not None)
    assert line.label == f"silent: {int(silent.sum())}"
    assert line.act is not None
    line.act()
    columns = scope.after.values.shape[1] if scope.after.values is not None else 1
    assert scope.after.outlined == {divmod(int(place), columns) for place in np.flatnonzero(silent)}
    assert scope.before.outlined == scope.after.outlined
    assert scope.curve.marked_count == silent.sum()
    hide = next(line for line in said(scope) if line.is_chosen)
    assert hide.act is not None
    hide.act()
    assert not scope.after.outlined
    assert scope.curve.marked_count == 0


def test_the_units_that_are_shown_stay_shown_when_its_twin_takes_over(show: Show) -> None:
    scene = scene_of(chain(layered("relu", picture=True)), "curve", batch=2)
    scope, twin = show(scene), show(scene)
    line = next(line for line in said(scope) if line.act is not None)
    assert line.act is not None
    line.act()
    twin.take_over(scope)
    twin.show_scene(scene)
    assert twin.curve.marked_count == scope.curve.marked_count > 0
    assert twin.user_choices == scope.user_choices


@pytest.mark.parametrize("batch", [1, 3])
def test_saturated_and_dead_units_of_every_curve_are_named(batch: int, show: Show) -> None:
    scenes = [scene_of(chain(layered(kind)), "curve", batch=batch) for kind in CURVES]
    scope = show(scenes[0])
    for scene in scenes:
        scope.show_scene(scene)
        lines = [line if isinstance(line, str) else line.text() for line in scope.card.said]
        assert any(line.startswith(("saturated: ", "silent: ", "flat: ")) for line in lines)
        assert sum(line.startswith("dead: ") for line in lines) == 1


def test_a_dot_of_the_curve_brings_its_number_into_focus(show: Show, qtbot: QtBot) -> None:
    scene = scene_of(chain(layered("sigmoid", picture=True)), "curve")
    scope = show(scene)
    place = (2, 1, 3)
    x, y = (float(array[(0, *place)]) for array in (scene.frame.inputs[0], scene.frame.output))
    qtbot.mouseClick(scope.curve, Qt.MouseButton.LeftButton, pos=scope.curve.dot_at(x, y).toPoint())
    unit, cell = scope.unit, scope.after.chosen
    assert cell is not None
    assert scene.frame.inputs[0][0, unit, cell[0], cell[1]] == pytest.approx(x, abs=0.05), "the dot, or one under it"


def test_of_a_large_layer_not_every_number_is_drawn(show: Show) -> None:
    layers: Layers = [("input", "input", {"shape": (2000,)}), ("curve", "tanh", {}), ("loss", "cross_entropy", {})]
    scope = show(scene_of(chain(layers), "curve"))
    scope.curve.mark(np.ones(2000, dtype=bool))
    assert 0 < scope.curve.marked_count <= MOST_DOTS


def test_the_number_in_focus_has_a_place_and_its_factors_are_lit(show: Show) -> None:
    scope: Microscope = show(scene_of(chain(layered("tanh")), "curve", "backward"))
    place = scope.focus_place()
    assert place is not None
    assert place.kind == "grad_input"
    assert isinstance(scope, CurveMicroscope)
    arriving = scope.place_on("after")
    scope.light({arriving: "factor_blame"})
    assert scope.after.lit == {scope.after.chosen: "factor_blame"}
    scope.light({})
    assert not scope.after.lit
