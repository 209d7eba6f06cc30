"""Where branches part and meet, the numbers on them, and the gradient that parts again on its way back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Explanation
from playground.engine.arithmetic.branch_slopes import slope_for
from playground.graph.experiment import Experiment
from playground.graph.model import Graph
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.merge import MergeMicroscope
from playground.ui.microscopes.merge_branches import branches_of
from playground.ui.microscopes.merge_flow import RESULT
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from playground.zoo._sketch import Sketch
from tests.ui.microscopes.on_screen import on_screen
from tests.ui.microscopes.recordings import scene_of

Show = Callable[[Scene], MergeMicroscope]


def residual(kind: str = "add") -> Graph:
    net = Sketch((1, 7, 7))
    skip = net.add("conv2d", "stem", out_channels=2, kernel_size=3, padding=1)
    net.add("conv2d", "conv_a", out_channels=2, kernel_size=3, padding=1)
    net.add("relu", "relu_a")
    branch = net.add("conv2d", "conv_b", out_channels=2, kernel_size=3, padding=1)
    net.add(kind, "meet", after=(skip, branch))
    net.add("global_avg_pool2d", "gap")
    net.add("cross_entropy", "loss")
    return net.graph()


@pytest.fixture
def show(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Show:
    session = open_session(zoo_experiment("mazur"))
    return lambda scene: on_screen(MergeMicroscope(session), scene, qtbot)


def test_a_residual_block_parts_at_its_stem() -> None:
    found = branches_of(residual(), "meet")
    assert found.fork == "stem"
    assert found.ways == ((), ("conv_a", "relu_a", "conv_b"))


@pytest.mark.parametrize("kind", ["add", "multiply", "maximum", "average"])
def test_each_branch_is_handed_its_slope_times_what_arrives(kind: str, show: Show) -> None:
    scene = scene_of(residual(kind), "meet", "backward")
    scope = show(scene)
    scope.choose_cell("after", 3, 2)
    flow = scope.flow.flow
    assert flow is not None
    for port, branch in enumerate(flow.branches):
        assert branch.value == scene.frame.inputs[port][0, scope.unit, 3, 2]
        assert branch.blame == pytest.approx(scene.frame.grad_inputs[port][0, scope.unit, 3, 2], abs=1e-12)
    if kind == "add":
        assert flow.branches[0].blame == flow.branches[1].blame == flow.blame
        assert "distributor" in flow.pattern


def test_a_joined_number_belongs_to_one_branch(show: Show) -> None:
    scene = scene_of(residual("concat"), "meet", "backward")
    scope = show(scene)
    scope.select_unit(3)
    flow = scope.flow.flow
    assert flow is not None
    assert flow.branches[0].value is None
    assert flow.branches[1].value == scene.frame.inputs[1][(0, 1, *scope._index()[2:])]
    assert [slope_for(scene.frame, port, scope._index()) for port in (0, 1)] == [0.0, 1.0]


def test_the_numbers_on_the_branches_can_be_asked_and_a_branch_chosen(show: Show, qtbot: QtBot) -> None:
    scene = scene_of(residual(), "meet", "backward")
    scope = show(scene)
    asked: list[Explanation] = []
    scope.explain_requested.connect(lambda explain, _at: asked.append(explain()))
    flow = scope.flow.flow
    assert flow is not None
    for port, part, value in (
        (0, "value", flow.branches[0].value),
        (1, "blame", flow.branches[1].blame),
        (RESULT, "blame", flow.blame),
        (RESULT, "value", flow.value),
    ):
        at = scope.flow.number_rect(port, part).center().toPoint()
        qtbot.mouseClick(scope.flow, Qt.MouseButton.LeftButton, pos=at)
        assert asked[-1].value == pytest.approx(value)
    scope.flow.chosen.emit(1)
    assert scope.before.values is not None
    np.testing.assert_array_equal(scope.before.values, scene.frame.grad_inputs[1][0, scope.unit])


def test_a_gate_of_a_whole_map_says_how_often_it_is_used(show: Show, qtbot: QtBot) -> None:
    net = Sketch((1, 6, 6))
    maps = net.add("conv2d", "maps", out_channels=2, kernel_size=3)
    net.add("global_avg_pool2d", "means")
    gate = net.add("sigmoid", "gate")
    net.add("multiply", "se", after=(maps, gate))
    net.add("global_avg_pool2d", "gap")
    net.add("cross_entropy", "loss")
    scene = scene_of(net.graph(), "se", "backward")
    scope = show(scene)
    asked: list[Explanation] = []
    scope.explain_requested.connect(lambda explain, _at: asked.append(explain()))
    flow = scope.flow.flow
    assert flow is not None
    assert "used 16 times" in flow.branches[1].remark
    at = scope.flow.number_rect(1, "blame").center().toPoint()
    qtbot.mouseClick(scope.flow, Qt.MouseButton.LeftButton, pos=at)
    assert asked[-1].value == pytest.approx(flow.branches[1].blame)


def test_branches_are_chosen_and_asked_from_the_keyboard(show: Show, qtbot: QtBot) -> None:
    scope = show(scene_of(residual(), "meet", "backward"))
    asked: list[Explanation] = []
    scope.explain_requested.connect(lambda explain, _at: asked.append(explain()))
    scope.flow.setFocus()
    qtbot.keyClick(scope.flow, Qt.Key.Key_Down)
    flow = scope.flow.flow
    assert flow is not None
    assert flow.chosen == 1
    qtbot.keyClick(scope.flow, Qt.Key.Key_Return)
    qtbot.keyClick(scope.flow, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert [each.value for each in asked] == pytest.approx([flow.branches[1].value, flow.branches[1].blame])
