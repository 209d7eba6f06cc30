"""A step taken apart adds up to the whole step, whatever the method and what else pulls at the weight."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.arithmetic.update_steps import step_of
from playground.engine.shapes import analyse
from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.ui.step.recording import Request, Round, record_round
from tests.ui.microscopes.recordings import chain

METHODS = {
    "plain": TrainingSettings("sgd", 0.1, momentum=0.0),
    "momentum and L2": TrainingSettings("sgd", 0.1, momentum=0.9, weight_decay=0.05),
    "nesterov": TrainingSettings("sgd", 0.1, momentum=0.9, optimizer_params={"nesterov": True}),
    "adam and L2": TrainingSettings("adam", 0.01, weight_decay=0.05),
    "adamw": TrainingSettings("adamw", 0.01, weight_decay=0.05),
    "rmsprop": TrainingSettings("rmsprop", 0.01, weight_decay=0.01),
    "adagrad": TrainingSettings("adagrad", 0.01, l1=0.02),
    "adadelta": TrainingSettings("adadelta", 1.0),
    "everything": TrainingSettings(
        "sgd", 0.1, momentum=0.5, weight_decay=0.05, l1=0.02, clip_grad_norm=0.3, clip_grad_value=0.05
    ),
}


def rounds(training: TrainingSettings) -> list[Round]:
    layers = [("input", "input", {"shape": (4,)}), ("fc", "dense", {"out_features": 3}), ("loss", "cross_entropy", {})]
    experiment = Experiment(chain(layers), DataSettings("mnist"), training)  # type: ignore[arg-type]
    x = np.random.default_rng(2).normal(size=(3, 4))
    first = record_round(Request(analyse(experiment.graph), experiment, x, np.array([0, 2, 1]), {}))
    return [first, record_round(first.following())]


@pytest.mark.parametrize("method", METHODS)
def test_moves_add_up_to_the_change_and_the_parts_to_the_gradient_that_counts(method: str) -> None:
    for number, recorded in enumerate(rounds(METHODS[method])):
        frame, rule = recorded.trace.frames["fc"], recorded.trace.rule
        assert rule is not None
        for name in ("weight", "bias"):
            for index in np.ndindex(frame.weights[name].shape):
                step = step_of(frame, rule, name, index)
                change = frame.updated[name][index] - frame.weights[name][index]
                assert sum(part.value for part in step.moves) == pytest.approx(change, abs=1e-9)
                assert sum(part.value for part in step.gradient) == pytest.approx(step.seen, abs=1e-12)
                if method == "plain":
                    assert change == pytest.approx(-0.1 * step.seen, abs=1e-12)
        titles = {part.title for part in step_of(frame, rule, "weight", (0, 0)).moves}
        if method in ("momentum and L2", "everything"):
            assert "L2" in titles
            assert ("momentum: earlier steps" in titles) is (number == 1)
        assert ("weight decay" in titles) is (method == "adamw")


def test_what_else_pulls_at_a_weight_stands_on_lines_of_its_own() -> None:
    frame, rule = rounds(METHODS["everything"])[0].trace.frames["fc"], None
    rule = rounds(METHODS["everything"])[0].trace.rule
    assert rule is not None
    found = [part.title for index in np.ndindex(3, 4) for part in step_of(frame, rule, "weight", index).gradient]
    assert {"from the loss", "L1: λ₁ · sign w", "clipped by length", "clipped by value", "L2: λ · w"} <= set(found)


def test_a_weight_that_is_held_fast_does_not_move() -> None:
    recorded = rounds(METHODS["plain"])[0]
    frame, rule = replace(recorded.trace.frames["fc"], frozen=("weight",)), recorded.trace.rule
    assert rule is not None
    assert step_of(frame, rule, "weight", (0, 0)).moves == ()
