from __future__ import annotations

import pytest
import torch

from playground.engine.update_rule import UpdateRule, memory_of, rule_of
from playground.graph.experiment import TrainingSettings
from playground.train.optimizers import make_optimizer


def weight() -> torch.nn.Parameter:
    return torch.nn.Parameter(torch.tensor([1.0, -2.0]))


@pytest.mark.parametrize(
    ("optimizer", "rule"),
    [
        (torch.optim.SGD([weight()], lr=0.5), UpdateRule("sgd", 0.5)),
        (
            torch.optim.SGD([weight()], lr=0.1, momentum=0.9, weight_decay=0.01),
            UpdateRule("sgd", 0.1, momentum=0.9, weight_decay=0.01),
        ),
        (
            torch.optim.Adam([weight()], lr=0.002, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1),
            UpdateRule("adam", 0.002, weight_decay=0.1, betas=(0.8, 0.99), eps=1e-6),
        ),
        (
            torch.optim.SGD([weight()], lr=0.1, momentum=0.9, nesterov=True),
            UpdateRule("sgd", 0.1, momentum=0.9, nesterov=True),
        ),
        (torch.optim.AdamW([weight()], lr=0.1), UpdateRule("adamw", 0.1, weight_decay=0.01)),
        (torch.optim.RMSprop([weight()], lr=0.1, centered=True), UpdateRule("rmsprop", 0.1, centered=True)),
        (torch.optim.Adadelta([weight()], lr=1.0, rho=0.8), UpdateRule("adadelta", 1.0, rho=0.8, eps=1e-6)),
    ],
)
def test_the_rule_of_an_optimizer(optimizer: torch.optim.Optimizer, rule: UpdateRule) -> None:
    assert rule_of(optimizer) == rule


@pytest.mark.parametrize("method", ["sgd", "adam", "adamw", "rmsprop", "adagrad", "adadelta"])
def test_the_optimizers_that_the_product_makes_have_a_rule(method: str) -> None:
    settings = TrainingSettings(method, 0.01, momentum=0.8, weight_decay=0.002, l1=0.003, clip_grad_value=2.0)
    rule = rule_of(make_optimizer(settings, {"w": weight()}))
    assert rule is not None
    assert (rule.optimizer, rule.learning_rate, rule.weight_decay) == (method, 0.01, 0.002)
    assert rule.momentum == (0.8 if method == "sgd" else 0.0)
    assert (rule.l1, rule.clip_scale, rule.clip_grad_value) == (0.003, 1.0, 2.0)


@pytest.mark.parametrize(
    "variant",
    [
        torch.optim.SGD([weight()], lr=0.1, maximize=True),
        torch.optim.AdamW([weight()], maximize=True),
        torch.optim.NAdam([weight()]),
        torch.optim.Rprop([weight()]),
    ],
)
def test_variants_that_compute_something_else_have_none(variant: torch.optim.Optimizer) -> None:
    assert rule_of(variant) is None


def test_what_an_optimizer_remembers() -> None:
    parameter = weight()
    optimizer = torch.optim.Adam([parameter])
    assert memory_of(optimizer, parameter) == {}
    parameter.grad = torch.tensor([0.5, 1.0])
    optimizer.step()
    memory = memory_of(optimizer, parameter)
    assert memory["exp_avg"].tolist() == pytest.approx([0.05, 0.1])
    assert memory["step"] == 1
    parameter.grad = torch.tensor([0.0, 0.0])
    optimizer.step()
    assert memory["step"] == 1, "it is a copy"


def test_a_parameter_that_the_optimizer_does_not_have() -> None:
    assert memory_of(torch.optim.SGD([weight()], lr=0.1), weight()) == {}
