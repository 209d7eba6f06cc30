"""The line below the arithmetic of a window says what is true."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.graph.model import ParamValue
from playground.ui.microscopes.spot import Spot
from playground.ui.microscopes.window import WindowMicroscope
from playground.ui.microscopes.window_origin import place_at
from playground.ui.session import Session
from playground.ui.step.pace import Pace
from playground.ui.widgets.numbers import MINUS
from playground.zoo import zoo_experiment
from tests.ui.microscopes.on_screen import on_screen
from tests.ui.microscopes.recordings import Layers, chain, scene_of


@pytest.mark.parametrize(
    ("key", "params"), [("max_pool2d", {}), ("avg_pool2d", {}), ("lp_pool2d", {}), ("sum_pool2d", {})]
)
def test_what_a_window_hands_back_is_worked_out(
    key: str, params: dict[str, ParamValue], open_session: Callable[[Experiment], Session], qtbot: QtBot
) -> None:
    layers: Layers = [("input", "input", {"shape": (2, 6, 6)}), ("layer", key, params), ("flatten", "flatten", {})]
    graph = chain([*layers, ("fc", "dense", {"out_features": 3}), ("loss", "cross_entropy", {})])
    session = open_session(zoo_experiment("mazur"))
    scope = on_screen(WindowMicroscope(session, Pace()), scene_of(graph, "layer", "backward"), qtbot)
    factors, _, value = scope.view.result_text().removeprefix(" = ").replace(MINUS, "-").rpartition(" = ")
    place = place_at(scope.model, scope.local, Spot("result"), (0, 0), backward=True)
    assert place is not None
    assert place.kind == "grad_input"
    recorded = scope.scene.frame.grad_inputs[0][place.index]  # windows of 2 × 2 do not overlap
    assert float(value) == pytest.approx(recorded, rel=1e-3)
    if factors:
        slope, _, blame = factors.partition(" · ")
        assert float(Fraction(slope)) * float(blame) == pytest.approx(recorded, rel=1e-3)
