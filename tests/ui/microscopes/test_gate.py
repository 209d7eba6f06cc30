"""Gates on many numbers: the number in focus drawn through its gate, and each number of the drawing asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Explanation
from playground.graph.experiment import Experiment
from playground.ui.microscopes.gallery import Gallery
from playground.ui.microscopes.gate import GateMicroscope
from playground.ui.microscopes.merge_flow import RESULT
from playground.ui.session import Session
from playground.ui.step.pace import Pace
from playground.zoo import zoo_experiment
from tests.ui.microscopes.on_screen import on_screen
from tests.ui.microscopes.recordings import chain, scene_of


@pytest.mark.parametrize("kind", ["scale", "shift", "negate", "exp", "log", "reciprocal"])
def test_value_gradient_and_local_slope_stand_at_the_gate(
    kind: str, open_session: Callable[[Experiment], Session], qtbot: QtBot
) -> None:
    graph = chain(
        [
            ("input", "input", {"shape": (5,)}),
            ("square", "square", {}),
            ("gate", kind, {}),
            ("fc", "dense", {"out_features": 3}),
            ("loss", "cross_entropy", {}),
        ]
    )
    scene = scene_of(graph, "gate", "backward")
    session = open_session(zoo_experiment("mazur"))
    assert Gallery(session, Pace()).key_for(scene) == "gate"
    scope = on_screen(GateMicroscope(session), scene, qtbot)
    scope.select_unit(2)
    flow, frame = scope.flow.flow, scene.frame
    assert flow is not None
    assert frame.grad_output is not None
    assert (flow.value, flow.blame) == (frame.output[0, 2], frame.grad_output[0, 2])
    assert (flow.branches[0].value, flow.branches[0].blame) == (frame.inputs[0][0, 2], frame.grad_inputs[0][0, 2])
    slope = float(flow.pattern.split("local slope ")[1].split(" ×")[0].replace("−", "-"))
    assert slope * frame.grad_output[0, 2] == pytest.approx(frame.grad_inputs[0][0, 2], rel=1e-3)
    for port, part, wanted in (
        (0, "value", frame.inputs[0]),
        (0, "blame", frame.grad_inputs[0]),
        (RESULT, "blame", frame.grad_output),
    ):
        with qtbot.waitSignal(scope.explain_requested) as asked:
            at = scope.flow.number_rect(port, part).center().toPoint()
            qtbot.mouseClick(scope.flow, Qt.MouseButton.LeftButton, pos=at)
        assert asked.args is not None
        found: Explanation = asked.args[0]()
        assert found.value == wanted[0, 2]
