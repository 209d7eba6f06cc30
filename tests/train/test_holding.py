"""Single numbers that stay while the rest of their parameter learns, against networks in which they are constants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from playground.graph.experiment import TrainingSettings
from playground.graph.freezing import hold
from playground.train import Training, split_for
from playground.train.optimizers import make_optimizer
from playground.train.preparation import as_number_of_layers, learns_alike, same_run
from tests.train.test_optimizers import METHODS
from tests.train.toy_runs import points

HELD = ((0, 1), (2, 0))
LIMITED = [
    (TrainingSettings("sgd", 0.3, momentum=0.9, weight_decay=0.05, l1=0.02, clip_grad_norm=0.1)),
    (TrainingSettings("adam", 0.05, weight_decay=0.05, l1=0.02, clip_grad_value=0.02)),
]
EACH = pytest.mark.parametrize("settings", [settings for settings, *_ in METHODS] + LIMITED)
STEPS = 6


class _PartlyConstant(nn.Module):
    """A dense layer two weights of which are no parameters."""

    def __init__(self, whole: nn.Linear) -> None:
        super().__init__()
        mask = torch.zeros_like(whole.weight)
        mask[tuple(zip(*HELD, strict=True))] = 1.0
        self.constant = mask * whole.weight.detach()
        self.learning = 1.0 - mask
        self.weight = nn.Parameter(whole.weight.detach() * self.learning)
        self.bias = nn.Parameter(whole.bias.detach().clone())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.linear(x, self.constant + self.weight * self.learning, self.bias)


def _learn(layer: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    for step in range(STEPS):
        x = torch.randn(5, 3, generator=torch.Generator().manual_seed(step))
        optimizer.zero_grad()
        functional.mse_loss(layer(x), 3.0 * x.sin()).backward()
        optimizer.step()


@EACH
def test_held_numbers_stay_and_the_others_learn_as_if_they_were_constants(settings: TrainingSettings) -> None:
    torch.manual_seed(0)
    layer = nn.Linear(3, 3)
    start, oracle = layer.weight.detach().clone(), _PartlyConstant(layer)
    _learn(oracle, make_optimizer(settings, dict(oracle.named_parameters())))
    optimizer = make_optimizer(settings, dict(layer.named_parameters()), held={"weight": HELD})
    _learn(layer, optimizer)
    where = tuple(zip(*HELD, strict=True))
    assert torch.equal(layer.weight[where], start[where])
    learnt = oracle.constant + oracle.weight.detach() * oracle.learning
    np.testing.assert_allclose(layer.weight.detach(), learnt, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(layer.bias.detach(), oracle.bias.detach(), rtol=1e-6, atol=1e-9)
    assert not torch.equal(layer.weight, start)


@EACH
def test_what_is_remembered_of_a_held_number_stays_too(settings: TrainingSettings) -> None:
    """Learn for a while, then hold, then go on: memory and value are those of the moment in which it was held."""
    torch.manual_seed(0)
    layer = nn.Linear(3, 3)
    parameters = dict(layer.named_parameters())
    free = make_optimizer(settings, parameters)
    _learn(layer, free)
    holding = make_optimizer(replace(settings), parameters, held={"weight": HELD})
    holding.load_state_dict(free.state_dict())
    where = tuple(zip(*HELD, strict=True))
    before = {slot: kept[where].clone() for slot, kept in holding.state[layer.weight].items() if kept.ndim}
    _learn(layer, holding)
    after = holding.state[layer.weight]
    assert before.keys() == {slot for slot, kept in after.items() if kept.ndim}
    for slot, kept in before.items():
        assert torch.equal(after[slot][where], kept), slot


def test_training_leaves_it_and_moves_the_others() -> None:
    experiment = points(epochs=1, weight_decay=0.1)
    experiment = replace(experiment, graph=hold(experiment.graph, "fc1", ("weight", (3, 1)), on=True))
    training = Training(experiment, split_for(experiment))
    before = training.checkpoint().state["fc1.weight"]
    list(training.events())
    moved = training.checkpoint().state["fc1.weight"] != before
    assert not moved[3, 1]
    assert moved.sum() == moved.size - 1


def test_a_run_goes_on_with_it_as_with_a_frozen_layer() -> None:
    plain = points()
    held = replace(plain, graph=hold(plain.graph, "fc1", ("weight", (3, 1)), on=True))
    assert same_run(plain, held)
    assert not learns_alike(plain.graph, held.graph)
    assert as_number_of_layers(plain.graph) == 0 != as_number_of_layers(held.graph)
