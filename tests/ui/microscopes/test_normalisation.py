"""The normalisations' microscope: four steps forward, three ways back, which numbers are together, the other mode."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.normalisation import NormalisationMicroscope
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.ui.microscopes.recordings import chain, scene_of

Show = Callable[[Scene], NormalisationMicroscope]

TOGETHER = {
    "batch_norm2d": ((0, 4), (2, 3)),
    "instance_norm2d": ((0, 1), (2, 3)),
    "layer_norm": ((0, 1), (0, 4)),
    "group_norm": ((0, 1), (2, 4)),
}
"""By type: examples and channels of the block that the third of four channels belongs to, of a batch of four."""


def scene(kind: str, phase: str = "forward") -> Scene:
    layers = [
        ("input", "input", {"shape": (2, 6, 6)}),
        ("conv", "conv2d", {"out_channels": 4, "kernel_size": (3, 3)}),
        ("norm", kind, {}),
        ("tanh", "tanh", {}),
        ("flatten", "flatten", {}),
        ("fc", "dense", {"out_features": 3}),
        ("loss", "cross_entropy", {}),
    ]
    return scene_of(chain(layers), "norm", phase, batch=4)  # type: ignore[arg-type]


@pytest.fixture
def show(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Show:
    session = open_session(zoo_experiment("mazur"))

    def show_(scene: Scene) -> NormalisationMicroscope:
        scope = NormalisationMicroscope(session)
        qtbot.addWidget(scope)
        scope.resize(1400, 690)
        scope.show()
        scope.show_scene(scene)
        scope.select_unit(2)
        scope.grab()
        return scope

    return show_


@pytest.mark.parametrize("kind", TOGETHER)
def test_the_four_steps_lead_from_the_input_to_the_output(kind: str, show: Show) -> None:
    shown = scene(kind)
    scope = show(shown)
    assert scope.cube.block == TOGETHER[kind]
    mean, variance, normalised, out = (step.value for step in scope.steps.steps)
    (first, last), (low, high) = TOGETHER[kind]
    numbers = shown.frame.inputs[0][first:last, low:high]
    assert mean == pytest.approx(numbers.mean())
    assert variance == pytest.approx(numbers.var())
    cell = scope.after.chosen
    assert cell is not None
    x, y = (float(array[(0, 2, *cell)]) for array in (shown.frame.inputs[0], shown.frame.output))
    assert normalised == pytest.approx((x - mean) / np.sqrt(variance + 1e-5))
    assert out == y
    for step in scope.steps.steps:
        assert step.explain is not None
        assert step.explain().value == pytest.approx(step.value, rel=1e-9)


@pytest.mark.parametrize("kind", TOGETHER)
def test_three_ways_lead_back_and_add_up(kind: str, show: Show) -> None:
    scope = show(scene(kind, "backward"))
    *ways, total = (step.value for step in scope.steps.steps)
    assert len(ways) == 3
    assert sum(ways) == pytest.approx(total, abs=1e-12)


def test_in_use_batch_norm_takes_the_running_averages_and_goes_back(show: Show) -> None:
    shown = scene("batch_norm2d")
    scope = show(shown)
    before = scope.after.values.copy() if scope.after.values is not None else None
    scope.modes.set_current(1)
    assert scope.is_other_mode
    assert [step.value for step in scope.steps.steps[:2]] == [0.0, 1.0]
    np.testing.assert_allclose(scope.after.values, shown.frame.inputs[0][0, 2] / np.sqrt(1 + 1e-5))  # type: ignore[arg-type]
    assert scope.focus_place() is None, "what is shown was not recorded"
    scope.modes.set_current(0)
    np.testing.assert_array_equal(scope.after.values, before)  # type: ignore[arg-type]
    assert scope.focus_place() is not None


def test_the_other_mode_stays_for_the_way_back_but_not_for_another_layer(show: Show) -> None:
    scope = show(scene("batch_norm2d"))
    scope.modes.set_current(1)
    scope.show_scene(scene("batch_norm2d", "backward"))
    assert scope.is_other_mode
    assert "backward" in scope.title.text()
    assert len(scope.steps.steps) == 2, "mean and variance stand still"


@pytest.mark.parametrize("kind", ["layer_norm", "group_norm", "instance_norm2d"])
def test_norms_that_are_the_same_in_use_offer_no_switch(kind: str, show: Show) -> None:
    scope = show(scene(kind))
    assert not scope.modes.isVisible()
    assert "same in training and in use" in scope.scope.text()


def test_a_step_clicked_says_where_it_comes_from(show: Show, qtbot: QtBot) -> None:
    scope = show(scene("batch_norm2d"))
    at = scope.steps.row_rect(1).center().toPoint()
    with qtbot.waitSignal(scope.explain_requested) as asked:
        qtbot.mouseClick(scope.steps, Qt.MouseButton.LeftButton, pos=at)
    assert asked.args is not None
    assert asked.args[0]().value == pytest.approx(scope.steps.steps[1].value)


def test_the_batch_stands_beside_the_running_averages_in_both_modes(show: Show) -> None:
    shown = scene("batch_norm2d")
    scope = show(shown)
    x = shown.frame.inputs[0][:, 2]
    batch, before, after = scope.statistics.rows
    assert (batch.mean, batch.variance) == pytest.approx((x.mean(), x.var()))
    assert (before.mean, before.variance) == (0, 1)
    assert after.mean == pytest.approx(0.1 * x.mean())
    assert after.variance == pytest.approx(0.9 + 0.1 * x.var(ddof=1))
    scope.modes.set_current(1)
    assert [(row.label, row.used) for row in scope.statistics.rows] == [("this batch", False), ("running", True)]
    for row in (batch, before, after, *scope.statistics.rows):
        assert row.explain_mean().value == pytest.approx(row.mean)
        assert row.explain_variance().value == pytest.approx(row.variance)
    assert not show(scene("layer_norm")).statistics.rows
