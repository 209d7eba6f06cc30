"""Dropout's microscope: the mask over the values, two ways of scaling, use beside training, the pass without masks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from playground.graph.experiment import DataSettings, Experiment
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.mask import MaskMicroscope
from playground.ui.microscopes.mask_map import MaskMap
from playground.ui.session import Session
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.ui.microscopes.on_screen import on_screen
from tests.ui.microscopes.recordings import chain, scene_of
from tests.ui.step.stage import go, open_step

Show = Callable[[Scene], MaskMicroscope]

LAYERS = [
    ("input", "input", {"shape": (1, 28, 28)}),
    ("flat", "flatten", {}),
    ("fc1", "dense", {"out_features": 20}),
    ("drop", "dropout", {"p": 0.5}),
    ("fc2", "dense", {"out_features": 10}),
    ("loss", "cross_entropy", {}),
]


def scene(phase: str = "forward") -> Scene:
    return scene_of(chain(LAYERS), "drop", phase)  # type: ignore[arg-type]


@pytest.fixture
def show(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Show:
    session = open_session(zoo_experiment("mazur"))
    return lambda scene: on_screen(MaskMicroscope(session), scene, qtbot)


def test_what_is_dropped_is_struck_out_where_it_comes_from(show: Show) -> None:
    shown = scene()
    scope = show(shown)
    mask = shown.frame.mask
    assert mask is not None
    assert isinstance(scope.before, MaskMap)
    assert isinstance(scope.after, MaskMap)
    assert scope.before.dropped is not None
    np.testing.assert_array_equal(scope.before.dropped.reshape(-1)[:20], mask[0] == 0)
    assert scope.after.dropped is None
    scope.show_scene(scene("backward"))
    assert scope.before.dropped is None
    assert scope.after.dropped is not None, "backward it is the arriving blame that is dropped"


def test_both_ways_of_scaling_stand_side_by_side(show: Show) -> None:
    shown = scene()
    scope = show(shown)
    place = scope.unit
    inverted, classical = scope.scaling.numbers
    assert inverted[0] == pytest.approx(shown.frame.output[0, place])
    assert inverted[1] == pytest.approx(shown.frame.inputs[0][0, place])
    assert classical == pytest.approx((inverted[0] / 2, inverted[1] / 2))


def test_in_use_nothing_is_dropped(show: Show) -> None:
    shown = scene()
    scope = show(shown)
    scope.modes.set_current(1)
    np.testing.assert_array_equal(scope.numbers_after(), shown.frame.inputs[0][0])
    assert "nothing is dropped" in scope.card.lines
    assert not scope.draw.isEnabled()


def test_the_pass_without_masks_is_that_of_the_network_in_use(show: Show, qtbot: QtBot) -> None:
    shown = scene()
    scope = show(shown)
    qtbot.waitUntil(lambda: "loss E" in scope.card.lines, timeout=30_000)
    weights = {key: frame.weights for key, frame in shown.trace.frames.items()}
    hidden = shown.trace.x.reshape(1, -1) @ weights["fc1"]["weight"].T + weights["fc1"]["bias"]
    scores = (hidden @ weights["fc2"]["weight"].T + weights["fc2"]["bias"])[0]
    full = np.log(np.exp(scores).sum()) - scores[0]
    line = next(line for line in scope.card.lines.splitlines() if line.startswith("loss E"))
    assert float(line.split("→")[1]) == pytest.approx(full, rel=1e-4)
    assert shown.trace.loss is not None
    assert float(line.split()[2]) == pytest.approx(shown.trace.loss, rel=1e-4)


def mask_of(mode: StepMode) -> np.ndarray:
    assert mode.round is not None
    mask = mode.round.trace.frames["drop"].mask
    assert mask is not None
    return mask


def test_masks_are_drawn_again_and_held_and_both_can_be_undone(
    open_session: Callable[[Experiment], Session], qtbot: QtBot
) -> None:
    session = open_session(Experiment(chain(LAYERS), DataSettings("mnist")))  # type: ignore[arg-type]
    mode = open_step(session, qtbot)
    go(mode, "drop")
    scope = mode.microscope
    assert isinstance(scope, MaskMicroscope)
    first = mask_of(mode)
    scope.draw.click()
    qtbot.waitUntil(lambda: bool((mask_of(mode) != first).any()), timeout=30_000)
    assert mode.microscope is scope, "the station stays where it was"
    second = mask_of(mode)
    scope.hold.click()
    qtbot.waitUntil(lambda: "round 1" in scope.hold.text(), timeout=30_000)
    qtbot.waitUntil(lambda: mode.recorder.go_to(2), timeout=30_000)
    qtbot.waitUntil(lambda: mode.round is not None and mode.round.number == 2, timeout=30_000)
    np.testing.assert_array_equal(mask_of(mode), second)
    session.document.undo()
    session.document.undo()
    assert session.experiment.step_draw == session.experiment.step_held == 0
    qtbot.waitUntil(lambda: bool((mask_of(mode) != second).any()), timeout=30_000)
