"""The update's microscope: what moves a weight term by term, all steps at once, its history, and freezing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, Qt
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Place
from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.graph.model import ParamValue
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.story import Lines, Prose
from playground.ui.microscopes.update import UpdateMicroscope
from playground.ui.microscopes.update_cells import MOST, ParameterCells
from playground.ui.session import Session
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.ui.microscopes.on_screen import on_screen
from tests.ui.microscopes.recordings import chain, scene_of
from tests.ui.step.stage import go, open_step

Show = Callable[[Scene], UpdateMicroscope]

LAYERS: list[tuple[str, str, dict[str, ParamValue]]] = [
    ("input", "input", {"shape": (2, 6, 6)}),
    ("conv", "conv2d", {"out_channels": 3, "kernel_size": (3, 3)}),
    ("flatten", "flatten", {}),
    ("fc", "dense", {"out_features": 4}),
    ("loss", "cross_entropy", {}),
]
EVERYTHING = TrainingSettings("sgd", 0.1, momentum=0.9, weight_decay=0.05, l1=0.01, clip_grad_norm=0.5)


@pytest.fixture
def show(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Show:
    session = open_session(zoo_experiment("mazur"))
    return lambda scene: on_screen(UpdateMicroscope(session), scene, qtbot)


def told(scope: UpdateMicroscope) -> dict[str, float]:
    lines = [line for block in scope.story.blocks if isinstance(block, Lines) for line in block.lines]
    values = {line.label: line.value.replace("−", "-").replace("+", "") for line in lines}
    return {label: float(value) for label, value in values.items() if value and "→" not in value and "%" not in value}


def test_what_moves_the_weight_and_what_its_gradient_is_made_of_stand_on_lines(show: Show) -> None:
    shown = scene_of(chain(LAYERS), "fc", "update", training=EVERYTHING)
    scope = show(shown)
    place = scope.focus_place()
    assert place is not None
    lines, frame = told(scope), shown.frame
    change = float(frame.updated["weight"][place.index] - frame.weights["weight"][place.index])
    assert lines["the gradient now"] + lines["L2"] == pytest.approx(change, rel=1e-4)
    parts = sum(lines[name] for name in ("from the loss", "L1: λ₁ · sign w", "clipped by length", "L2: λ · w"))
    assert parts == pytest.approx(lines["what counts: g"], rel=1e-4)
    assert lines["from the loss"] == pytest.approx(float(frame.grad_weights["weight"][place.index]), rel=1e-5)


def test_averages_over_the_layer_tell_where_they_come_from(show: Show) -> None:
    shown = scene_of(chain(LAYERS), "fc", "update", training=EVERYTHING)
    scope = show(shown)
    place = scope.focus_place()
    assert place is not None
    asked = {
        line.label: line.explain for block in scope.story.blocks if isinstance(block, Lines) for line in block.lines
    }
    frame = shown.frame
    weights, steps = frame.weights["weight"], frame.updated["weight"] - frame.weights["weight"]
    wanted = {
        "gradient, on average": np.abs(frame.grad_weights["weight"]).mean(),
        "step, on average": np.abs(steps).mean(),
        "step over weight": 100 * np.abs(steps).mean() / np.abs(weights).mean(),
        "of this weight": 100 * abs(steps[place.index] / weights[place.index]),
    }
    for label, value in wanted.items():
        explain = asked[label]
        assert explain is not None
        assert explain().value == pytest.approx(value)


def test_in_a_small_window_the_numbers_before_and_after_have_the_room(show: Show) -> None:
    layers: list[tuple[str, str, dict[str, ParamValue]]] = [*LAYERS]
    layers[1] = ("conv", "conv2d", {"out_channels": 3, "kernel_size": (5, 5)})
    scope = show(scene_of(chain(layers), "conv", "update", training=EVERYTHING))
    scope.resize(1100, 490)
    QCoreApplication.sendPostedEvents()
    for picture in (scope.before, scope.step_map, scope.after):
        assert picture.picture_rect().width() / 5 > 26


def test_the_map_of_all_steps_leads_to_any_weight(show: Show, qtbot: QtBot) -> None:
    shown = scene_of(chain(LAYERS), "conv", "update", training=TrainingSettings("sgd", 0.5, momentum=0.0))
    scope = show(shown)
    assert scope.whole.values is not None
    frame = shown.frame
    steps = frame.weights["weight"] - frame.updated["weight"]
    np.testing.assert_allclose(scope.whole.values, steps.reshape(3, -1))
    at = scope.whole.cell_center(2, 13).toPoint()  # filter 3, map 2, row 1, column 1
    with qtbot.waitSignal(scope.explain_requested) as asked:
        qtbot.mouseClick(scope.whole, Qt.MouseButton.LeftButton, pos=at)
    place = scope.focus_place()
    assert place is not None
    assert place.index == (2, 1, 1, 1)
    assert scope.whole.chosen == (2, 13)
    assert asked.args is not None
    assert asked.args[0]().value == frame.updated["weight"][2, 1, 1, 1]


def test_biases_have_their_turn(show: Show) -> None:
    shown = scene_of(chain(LAYERS), "fc", "update", training=EVERYTHING)
    scope = show(shown)
    scope.parameter.setCurrentIndex(1)
    scope.parameter.activated.emit(1)
    assert scope.name == "bias"
    assert scope.before.values is not None
    np.testing.assert_array_equal(scope.before.values.reshape(-1)[:4], shown.frame.weights["bias"])
    place = scope.focus_place()
    assert place is not None
    assert place.name == "bias"


def test_of_a_list_each_number_is_a_unit(show: Show, qtbot: QtBot) -> None:
    shown = scene_of(chain(LAYERS), "fc", "update", training=EVERYTHING)
    scope = show(shown)
    scope.parameter.setCurrentIndex(1)
    scope.parameter.activated.emit(1)
    assert scope.unit_count == 4
    scope.select_unit(2)
    assert (scope.focus_place() or Place("", "weight", ())).index == (2,)
    qtbot.mouseClick(scope.after, Qt.MouseButton.LeftButton, pos=scope.after.cell_center(0, 1).toPoint())
    assert (scope.unit, scope.before.chosen) == (1, (0, 1))


@pytest.mark.parametrize("shape", [(5,), (13,), (4, 7), (3, 5, 2), (3, 2, 4, 4), (900, 500)])
@pytest.mark.parametrize("is_kernel", [False, True])
def test_cells_and_elements_of_a_parameter_belong_together(shape: tuple[int, ...], is_kernel: bool) -> None:
    if is_kernel and len(shape) < 3:
        return
    tensor = np.arange(np.prod(shape)).reshape(shape)
    rng = np.random.default_rng(1)
    for flat in rng.integers(tensor.size, size=12):
        index = tuple(int(place) for place in np.unravel_index(int(flat), shape))
        cells = ParameterCells(shape, is_kernel, index[0], index[1] if len(shape) > 1 else 0)
        assert cells.shows(index)
        assert cells.index(cells.cell(index)) == index
        matrix = cells.matrix(tensor)
        assert max(matrix.shape) <= MOST
        where = cells.in_matrix(index)
        near = cells.from_matrix(where)
        assert near == index or max(cells.strides) > 1
        assert matrix.ndim == 2
        assert matrix[where] == tensor[near]


def open_fc(open_session: Callable[[Experiment], Session], qtbot: QtBot, training: TrainingSettings) -> StepMode:
    layers = [("input", "input", {"shape": (1, 28, 28)}), ("flatten", "flatten", {}), *LAYERS[3:]]
    layers[2] = ("fc", "dense", {"out_features": 10})
    mode = open_step(open_session(Experiment(chain(layers), DataSettings("mnist"), training)), qtbot)  # type: ignore[arg-type]
    go(mode, None, "update")
    return mode


def test_the_history_of_a_weight_follows_the_rounds_that_are_kept(
    open_session: Callable[[Experiment], Session], qtbot: QtBot
) -> None:
    mode = open_fc(open_session, qtbot, TrainingSettings("sgd", 0.1, momentum=0.0))
    for number in (2, 3):
        qtbot.waitUntil(lambda number=number: mode.recorder.go_to(number), timeout=30_000)
        qtbot.waitUntil(lambda number=number: mode.round is not None and mode.round.number == number, timeout=30_000)
    scope = mode.microscope
    assert isinstance(scope, UpdateMicroscope)
    place = scope.focus_place()
    assert place is not None
    values = dict(scope.history.values)
    assert sorted(values) == [0, 1, 2, 3]
    for number, trace in mode.recorder.traces():
        frame = trace.frames["fc"]
        assert values[number - 1] == frame.weights["weight"][place.index]
        assert values[number] == frame.updated["weight"][place.index]


def test_a_frozen_parameter_does_not_move_until_it_may_learn_again(
    open_session: Callable[[Experiment], Session], qtbot: QtBot
) -> None:
    mode = open_fc(open_session, qtbot, TrainingSettings("sgd", 0.1, momentum=0.0))
    scope = mode.microscope
    assert isinstance(scope, UpdateMicroscope)
    scope.freeze.whole.click()

    def moved() -> bool:
        assert mode.round is not None
        frame = mode.round.trace.frames["fc"]
        return bool((frame.updated["weight"] != frame.weights["weight"]).any())

    qtbot.waitUntil(lambda: not moved(), timeout=30_000)
    assert mode.microscope is scope
    assert "frozen" in str([block.text for block in scope.story.blocks if isinstance(block, Prose)])
    scope.session.document.undo()
    qtbot.waitUntil(moved, timeout=30_000)


def test_a_weight_frozen_alone_bears_a_sign_and_the_others_move(
    open_session: Callable[[Experiment], Session], qtbot: QtBot
) -> None:
    mode = open_fc(open_session, qtbot, TrainingSettings("sgd", 0.1, momentum=0.0))
    scope = mode.microscope
    assert isinstance(scope, UpdateMicroscope)
    chosen, index = scope.before.chosen, scope._index()
    assert chosen is not None
    scope.freeze.this.click()
    qtbot.waitUntil(lambda: scope.before.frozen == (chosen,), timeout=30_000)
    assert scope.gradient.frozen == scope.after.frozen == (chosen,)
    assert scope.whole.frozen == (scope._cells.in_matrix(index),)
    frame = scope.scene.frame
    stayed = (frame.updated["weight"] == frame.weights["weight"]) & (frame.grad_weights["weight"] != 0)
    assert np.argwhere(stayed).tolist() == [list(index)]
    assert "is frozen" in str(scope.story.blocks)
    scope.select_unit((scope.unit + 1) % scope.unit_count)
    assert scope.before.frozen == (), "it belongs to another neuron"


def test_a_schedules_rate_is_the_one_that_the_step_is_made_with(
    open_session: Callable[[Experiment], Session], qtbot: QtBot
) -> None:
    settings = TrainingSettings("sgd", 0.1, momentum=0.0, schedule="cosine", warmup_epochs=1)
    mode = open_fc(open_session, qtbot, settings)
    assert mode.round is not None
    rule = mode.round.trace.rule
    assert rule is not None
    assert rule.learning_rate == pytest.approx(0.001), "a warm-up begins with a hundredth"
    scope = mode.microscope
    assert isinstance(scope, UpdateMicroscope)
    words = str([block.text for block in scope.story.blocks if isinstance(block, Prose)])
    assert "η = 0.001" in words
    assert "cosine" in words
    constant = replace(settings, schedule="constant", warmup_epochs=0)
    scope.session.apply("No schedule", replace(scope.session.experiment, training=constant))
    qtbot.waitUntil(
        lambda: (
            mode.round is not None and mode.round.trace.rule is not None and mode.round.trace.rule.learning_rate == 0.1
        ),
        timeout=30_000,
    )
