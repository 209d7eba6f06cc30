"""Updates against torch's own optimizers, over several steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from playground.engine.arithmetic import ExplanationError, Memory, explain_recorded_update, explain_update
from playground.engine.compile import Network
from playground.engine.trace import record
from playground.engine.update_rule import UpdateRule
from tests.engine.networks import MAZUR_TARGET, MAZUR_X, compiled, mazur, mazur_optimizer

Maker = type[torch.optim.SGD] | type[torch.optim.Adam]


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
    ],
)
def test_every_weight_of_every_step_comes_from_its_terms(maker: Maker, settings: dict[str, Any]) -> None:
    network = compiled(mazur())
    optimizer = maker([parameter for _, parameter in network.named_parameters(frozen=False)], **settings)
    for _ in range(5):
        trace = record(network, MAZUR_X, MAZUR_TARGET, optimizer)
        for layer in ("hidden", "output"):
            frame = trace.frames[layer]
            for index in np.ndindex(2, 2):
                explanation = explain_recorded_update(frame, trace.rule, "weight", index)
                assert explanation.value == frame.updated["weight"][index]
                assert explanation.total() == pytest.approx(explanation.value, rel=1e-12)
                for factor in (f for term in explanation.terms for f in term.factors if f.because is not None):
                    assert factor.because is not None
                    inner = factor.because()
                    assert inner.total() == pytest.approx(inner.value, rel=1e-12)


def test_mazurs_w5() -> None:
    network = compiled(mazur())
    trace = record(network, MAZUR_X, MAZUR_TARGET, mazur_optimizer(network))
    explanation = explain_recorded_update(trace.frames["output"], trace.rule, "weight", (0, 0))
    assert f"{explanation.value:.8f}" == "0.35891648"
    assert explanation.symbols == r"w_{1,1}^{+} = w_{1,1} - \eta \cdot \frac{\partial E}{\partial w_{1,1}}"
    assert explanation.numbers == r"w_{1,1}^{+} = 0.4 - 0.5 \cdot 0.082167 = 0.358916"
    assert "down by 0.04108" in explanation.words


def test_a_held_bias_stays() -> None:
    network = compiled(mazur())
    trace = record(network, MAZUR_X, MAZUR_TARGET, mazur_optimizer(network))
    explanation = explain_recorded_update(trace.frames["output"], trace.rule, "bias", (1,))
    assert explanation.value == explanation.total() == 0.60
    assert "held fast" in explanation.words


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
    trace = record(network, MAZUR_X, MAZUR_TARGET, torch.optim.RMSprop(parameters(network)))
    assert trace.rule is None
    with pytest.raises(ExplanationError, match="not written out yet"):
        explain_recorded_update(trace.frames["output"], trace.rule, "weight", (0, 0))


def parameters(network: Network) -> list[torch.nn.Parameter]:
    return [parameter for _, parameter in network.named_parameters(frozen=False)]
