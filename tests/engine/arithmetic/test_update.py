"""Updates against torch's own optimizers, over several steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from playground.engine.arithmetic import (
    Explanation,
    ExplanationError,
    Index,
    Memory,
    explain_recorded_update,
    explain_update,
    memory_at,
    remembered,
)
from playground.engine.arithmetic.update_memory import Kept, corrected_averages, explain_memory
from playground.engine.compile import Network
from playground.engine.trace import Frame, record
from playground.engine.update_rule import UpdateRule
from playground.graph import edits
from playground.graph.experiment import TrainingSettings
from playground.train.optimizers import make_optimizer, optimizer_arrays
from tests.engine.networks import MAZUR_TARGET, MAZUR_X, compiled, mazur, mazur_optimizer

Maker = type[torch.optim.Optimizer]


@pytest.mark.parametrize(
    ("maker", "settings"),
    [
        (torch.optim.SGD, {"lr": 0.5}),
        (torch.optim.SGD, {"lr": 0.5, "momentum": 0.9}),
        (torch.optim.SGD, {"lr": 0.5, "weight_decay": 0.1}),
        (torch.optim.SGD, {"lr": 0.5, "momentum": 0.9, "weight_decay": 0.1}),
        (torch.optim.SGD, {"lr": 0.5, "momentum": 0.9, "weight_decay": 0.1, "fused": True}),
        (torch.optim.Adam, {"lr": 0.01}),
        (torch.optim.Adam, {"lr": 0.01, "weight_decay": 0.1}),
        (torch.optim.Adam, {"lr": 0.01, "betas": (0.5, 0.75), "eps": 1e-3}),
        (torch.optim.Adam, {"lr": 0.01, "fused": True}),
        (torch.optim.Adam, {"lr": 0.01, "amsgrad": True}),
        (torch.optim.AdamW, {"lr": 0.01, "weight_decay": 0.1}),
        (torch.optim.AdamW, {"lr": 0.01, "weight_decay": 0.1, "amsgrad": True, "fused": True}),
        (torch.optim.SGD, {"lr": 0.5, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1}),
        (torch.optim.SGD, {"lr": 0.5, "momentum": 0.9, "nesterov": True}),
        (torch.optim.SGD, {"lr": 0.5, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
        (torch.optim.RMSprop, {"lr": 0.01}),
        (torch.optim.RMSprop, {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.1, "alpha": 0.9}),
        (torch.optim.RMSprop, {"lr": 0.01, "momentum": 0.5, "centered": True}),
        (torch.optim.Adagrad, {"lr": 0.1}),
        (torch.optim.Adagrad, {"lr": 0.1, "lr_decay": 0.2, "weight_decay": 0.1, "initial_accumulator_value": 0.3}),
        (torch.optim.Adadelta, {"lr": 1.0}),
        (torch.optim.Adadelta, {"lr": 1.0, "rho": 0.8, "weight_decay": 0.1}),
    ],
)
def test_every_weight_of_every_step_comes_from_its_terms(maker: Maker, settings: dict[str, Any]) -> None:
    network = compiled(mazur())
    optimizer = maker([parameter for _, parameter in network.named_parameters(frozen=False)], **settings)
    check_steps(network, optimizer)


@pytest.mark.parametrize("method", ["sgd", "adam", "adamw", "rmsprop", "adagrad", "adadelta"])
@pytest.mark.parametrize(
    "penalties",
    [
        {"l1": 0.02},
        {"clip_grad_norm": 0.05, "weight_decay": 0.01},
        {"clip_grad_norm": 100.0},
        {"clip_grad_value": 0.01},
        {"l1": 0.02, "clip_grad_norm": 0.05, "clip_grad_value": 0.01, "weight_decay": 0.01},
    ],
)
def test_so_it_does_with_penalties_and_limits(method: str, penalties: dict[str, Any]) -> None:
    network = compiled(mazur())
    settings = TrainingSettings(method, 0.1, **penalties)
    check_steps(network, make_optimizer(settings, dict(network.named_parameters(frozen=False))))


@pytest.mark.parametrize("method", ["sgd", "adamw", "adagrad"])
def test_so_it_does_with_a_rate_of_its_own(method: str) -> None:
    """The hidden layer learns with a quarter of the learning rate."""
    graph = mazur()
    network = compiled(edits.update(graph, replace(graph.node("hidden"), rate=0.25)))
    settings = TrainingSettings(method, 0.1, weight_decay=0.01)
    check_steps(network, make_optimizer(settings, dict(network.named_parameters(frozen=False)), network.rates))


def check_steps(network: Network, optimizer: torch.optim.Optimizer) -> None:
    """Five recorded steps: terms and everything behind them add up, and what is remembered is what torch remembers."""
    learning = dict(network.named_parameters(frozen=False))
    for _ in range(5):
        trace = record(network, MAZUR_X, MAZUR_TARGET, optimizer)
        assert trace.rule is not None
        kept = optimizer_arrays(optimizer, learning)
        for layer in ("hidden", "output"):
            frame = trace.frames[layer]
            held = {key.split("/")[0]: array for key, array in kept.items() if key.endswith(f"/{layer}.weight")}
            for index in np.ndindex(2, 2):
                explanation = explain_recorded_update(frame, trace.rule, "weight", index)
                assert explanation.value == frame.updated["weight"][index]
                check_depth(explanation, explanation.value)
                rule = trace.rule.at_rate(frame.rate)
                check_memory(explain_memory(frame, rule, "weight", index), frame, held, index)
                for average in corrected_averages(frame, rule, "weight", index):
                    assert any(average.value == pytest.approx(value) for value in behind(explanation)), "m̂, v̂"


def check_depth(explanation: Explanation, value: float) -> None:
    assert explanation.total() == pytest.approx(value, rel=1e-12)
    for factor in (factor for term in explanation.terms for factor in term.factors):
        if factor.because is not None:
            inner = factor.because()
            check_depth(inner, inner.value)


def behind(explanation: Explanation) -> list[float]:
    """The values of everything that a step says that it comes from."""
    factors = [factor for term in explanation.terms for factor in term.factors]
    found = [factor.because() for factor in factors if factor.because is not None]
    return [*(each.value for each in found), *(value for each in found for value in behind(each))]


def check_memory(kept: tuple[Kept, ...], frame: Frame, after: Mapping[str, np.ndarray], index: Index) -> None:
    """The numbers before are those that torch had, those after are those that it has, and the terms lead there."""
    rows = [each.what for each in kept]
    symbols = {"v": ("momentum_buffer", "exp_avg_sq"), "m": ("exp_avg", "grad_avg"), "u": ("acc_delta",)}
    symbols |= {"s": ("square_avg", "sum"), r"v_{\max}": ("max_exp_avg_sq",)}
    slots = after.keys() - {"step"}
    assert len(rows) == len(slots)
    for row in rows:
        (slot,) = slots & set(symbols[row.symbol])
        before = frame.memory["weight"].get(slot)
        assert row.before == (0 if before is None else before[index])
        assert row.after == pytest.approx(after[slot][index], rel=1e-12)
    for each in kept:
        assert each.explanation.value == pytest.approx(each.what.after, rel=1e-12)
        check_depth(each.explanation, each.what.after)


def test_the_two_ways_to_write_momentum_are_the_same() -> None:
    """torch: v ← μ v + g, w ← w − η v. Lecture: V ← μ V − η g, w ← w + V. With V = −η v they agree, term by term."""
    network = compiled(mazur())
    optimizer = torch.optim.SGD(parameters(network), lr=0.5, momentum=0.9)
    lecture, weight = 0.0, 0.4
    for _ in range(4):
        trace = record(network, MAZUR_X, MAZUR_TARGET, optimizer)
        frame = trace.frames["output"]
        lecture = 0.9 * lecture - 0.5 * float(frame.grad_weights["weight"][0, 0])
        weight += lecture
        assert trace.rule is not None
        (velocity,) = remembered(frame, trace.rule, "weight", (0, 0))
        assert -0.5 * velocity.after == pytest.approx(lecture, rel=1e-12)
        assert frame.updated["weight"][0, 0] == pytest.approx(weight, rel=1e-12)


def test_nothing_is_remembered_of_a_weight_before_the_first_step() -> None:
    assert memory_at({}, (0, 0)) == Memory()


def test_mazurs_w5() -> None:
    network = compiled(mazur())
    trace = record(network, MAZUR_X, MAZUR_TARGET, mazur_optimizer(network))
    explanation = explain_recorded_update(trace.frames["output"], trace.rule, "weight", (0, 0))
    assert f"{explanation.value:.8f}" == "0.35891648"
    assert explanation.symbols == r"w_{1,1}^{+} = w_{1,1} - \eta \cdot \frac{\partial E}{\partial w_{1,1}}"
    assert explanation.numbers == r"w_{1,1}^{+} = 0.4 - 0.5 \cdot 0.082167 = 0.358916"
    assert "down by 0.04108" in explanation.words


def test_a_frozen_bias_stays() -> None:
    network = compiled(mazur())
    trace = record(network, MAZUR_X, MAZUR_TARGET, mazur_optimizer(network))
    explanation = explain_recorded_update(trace.frames["output"], trace.rule, "bias", (1,))
    assert explanation.value == explanation.total() == 0.60
    assert "is frozen" in explanation.words


def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_gradient() -> None:
    rule = UpdateRule("adam", 0.01)
    for gradient in (1e-3, 1.0, 1e3):
        assert explain_update(2.0, gradient, rule).total() == pytest.approx(1.99, abs=1e-6)


def test_momentum_carries_on_without_gradient() -> None:
    rule = UpdateRule("sgd", 0.1, momentum=0.5)
    assert explain_update(1.0, 0.0, rule, Memory(velocity=2.0)).total() == pytest.approx(0.9)
    assert explain_update(1.0, 0.0, rule).total() == 1.0
    assert "stays as it is" in explain_update(1.0, 0.0, rule).words


def test_weight_decay_pulls_towards_zero() -> None:
    assert explain_update(1.0, 0.0, UpdateRule("sgd", 0.1, weight_decay=0.5)).total() == pytest.approx(0.95)


def test_without_a_step_there_is_nothing_to_explain() -> None:
    network = compiled(mazur())
    trace = record(network, MAZUR_X, MAZUR_TARGET)
    with pytest.raises(ExplanationError, match="No step was made"):
        explain_recorded_update(trace.frames["output"], trace.rule, "weight", (0, 0))


def test_an_optimizer_that_is_not_written_out_says_so() -> None:
    network = compiled(mazur())
    trace = record(network, MAZUR_X, MAZUR_TARGET, torch.optim.NAdam(parameters(network)))
    assert trace.rule is None
    with pytest.raises(ExplanationError, match="not written out yet"):
        explain_recorded_update(trace.frames["output"], trace.rule, "weight", (0, 0))


def parameters(network: Network) -> list[torch.nn.Parameter]:
    return [parameter for _, parameter in network.named_parameters(frozen=False)]
