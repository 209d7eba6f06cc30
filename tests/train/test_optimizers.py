"""The optimizers that settings make, against torch's own run by hand: bit for bit, resumed, and with limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from playground.graph.experiment import TrainingSettings
from playground.train.errors import TrainError
from playground.train.optimizers import adjust, make_optimizer, optimizer_arrays, restore_optimizer
from playground.train.schedules import Schedule
from playground.train.validity import check_settings

STEPS = 20

METHODS: list[tuple[TrainingSettings, type[torch.optim.Optimizer], dict[str, Any]]] = [
    (
        TrainingSettings("sgd", 0.1, momentum=0.9, weight_decay=0.01, optimizer_params={"nesterov": True}),
        torch.optim.SGD,
        {"momentum": 0.9, "weight_decay": 0.01, "nesterov": True, "fused": True},
    ),
    (
        TrainingSettings("sgd", 0.1, momentum=0.8, optimizer_params={"dampening": 0.25}),
        torch.optim.SGD,
        {"momentum": 0.8, "dampening": 0.25, "fused": True},
    ),
    (
        TrainingSettings("adam", 0.01, optimizer_params={"betas": (0.8, 0.95), "eps": 1e-6, "amsgrad": True}),
        torch.optim.Adam,
        {"betas": (0.8, 0.95), "eps": 1e-6, "amsgrad": True, "fused": True},
    ),
    (
        TrainingSettings("adamw", 0.01, weight_decay=0.1),
        torch.optim.AdamW,
        {"weight_decay": 0.1, "fused": True},
    ),
    (
        TrainingSettings("rmsprop", 0.01, optimizer_params={"alpha": 0.9, "momentum": 0.5, "centered": True}),
        torch.optim.RMSprop,
        {"alpha": 0.9, "momentum": 0.5, "centered": True},
    ),
    (
        TrainingSettings("adagrad", 0.1, optimizer_params={"lr_decay": 0.01, "initial_accumulator_value": 0.1}),
        torch.optim.Adagrad,
        {"lr_decay": 0.01, "initial_accumulator_value": 0.1},
    ),
    (
        TrainingSettings("adadelta", 1.0, weight_decay=0.01, optimizer_params={"rho": 0.8, "eps": 1e-5}),
        torch.optim.Adadelta,
        {"rho": 0.8, "eps": 1e-5, "weight_decay": 0.01},
    ),
]
EACH = pytest.mark.parametrize(("settings", "kind", "options"), METHODS)


def layers() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))


def named(network: nn.Module) -> dict[str, nn.Parameter]:
    return dict(network.named_parameters())


def learn(network: nn.Module, optimizer: torch.optim.Optimizer, first: int = 0, last: int = STEPS) -> None:
    for step in range(first, last):
        generator = torch.Generator().manual_seed(step)
        x = torch.randn(5, 3, generator=generator)
        optimizer.zero_grad()
        functional.mse_loss(network(x), x[:, :2].sin()).backward()
        optimizer.step()


def same(one: nn.Module, other: nn.Module) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


@EACH
def test_settings_make_torchs_optimizer_bit_for_bit(
    settings: TrainingSettings, kind: type[torch.optim.Optimizer], options: dict[str, Any]
) -> None:
    ours, theirs = layers(), layers()
    learn(ours, make_optimizer(settings, named(ours)))
    learn(theirs, kind(theirs.parameters(), lr=settings.learning_rate, **options))  # type: ignore[call-arg]
    assert same(ours, theirs)
    assert not same(ours, layers())


@EACH
@pytest.mark.parametrize(
    "limits", [{}, {"clip_grad_norm": 0.2, "clip_grad_value": 0.1, "l1": 0.01}], ids=["", "limits"]
)
def test_layers_with_rates_of_their_own_learn_as_with_torchs_parameter_groups(
    settings: TrainingSettings, kind: type[torch.optim.Optimizer], options: dict[str, Any], limits: dict[str, float]
) -> None:
    """The oracle: torch's optimizer with a learning rate for each group, limits and L1 by hand over all of them."""
    rates = {"0.weight": 0.25, "0.bias": 0.25}
    ours, theirs = layers(), layers()
    learn(ours, make_optimizer(replace(settings, **limits), named(ours), rates))
    groups = [
        {"params": list(theirs[0].parameters()), "lr": 0.25 * settings.learning_rate},
        {"params": list(theirs[2].parameters())},
    ]
    optimizer = kind(groups, lr=settings.learning_rate, **options)  # type: ignore[call-arg, arg-type]
    if limits:
        optimizer.register_step_pre_hook(lambda *_: limit(list(theirs.parameters())))
    learn(theirs, optimizer)
    pairs = zip(ours.parameters(), theirs.parameters(), strict=True)
    assert all(torch.allclose(a, b, rtol=1e-6, atol=1e-8) for a, b in pairs)
    assert not torch.allclose(named(ours)["0.weight"], named(layers())["0.weight"])


def limit(parameters: list[nn.Parameter]) -> None:
    for parameter in parameters:
        assert parameter.grad is not None
        parameter.grad += 0.01 * parameter.detach().sign()
    nn.utils.clip_grad_norm_(parameters, 0.2)
    nn.utils.clip_grad_value_(parameters, 0.1)


@pytest.mark.parametrize("schedule", ["constant", "step", "cosine", "one_cycle", "plateau"])
def test_schedules_move_all_rates_together(schedule: str) -> None:
    """A layer with a tenth of the learning rate makes a tenth of the step of its twin, all along the schedule."""
    first, second = nn.Parameter(torch.ones(1)), nn.Parameter(torch.ones(1))
    settings = TrainingSettings("sgd", 0.5, momentum=0.0, epochs=6, schedule=schedule, warmup_epochs=1)
    optimizer = make_optimizer(settings, {"first": first, "second": second}, {"second": 0.1})
    running = Schedule(optimizer, settings, batches=2)
    for epoch in range(6):
        for _ in range(2):
            before = first.item(), second.item()
            first.grad, second.grad = torch.ones(1), torch.ones(1)
            rate = running.rate
            optimizer.step()
            assert before[0] - first.item() == pytest.approx(rate, rel=1e-4, abs=1e-7)
            assert before[1] - second.item() == pytest.approx(0.1 * rate, rel=1e-4, abs=1e-7)
            running.after_batch()
        running.after_epoch(float(epoch))


@EACH
def test_an_optimizer_taken_up_again_goes_on_exactly(
    settings: TrainingSettings, kind: type[torch.optim.Optimizer], options: dict[str, Any]
) -> None:
    del kind, options
    whole, halved = layers(), layers()
    learn(whole, make_optimizer(settings, named(whole)))
    first = make_optimizer(settings, named(halved))
    learn(halved, first, 0, 7)
    arrays = optimizer_arrays(first, named(halved))
    second = make_optimizer(settings, named(halved))
    restore_optimizer(second, settings.optimizer, named(halved), arrays)
    learn(halved, second, 7)
    assert same(whole, halved)


def test_the_gradient_of_l1_is_the_slope_of_its_penalty() -> None:
    """Against a numeric gradient of E + l1 Σ|w|, in float64: one plain step shows the gradient."""
    network = layers().double()
    x = torch.randn(5, 3, generator=torch.Generator().manual_seed(1)).double()

    def penalised() -> float:
        with torch.no_grad():
            loss = functional.mse_loss(network(x), x[:, :2])
            return float(loss + 0.05 * sum(parameter.abs().sum() for parameter in network.parameters()))

    expected: list[np.ndarray] = []
    for parameter in network.parameters():
        slopes = torch.zeros_like(parameter).flatten()
        flat = parameter.data.view(-1)
        for position in range(flat.numel()):
            value = float(flat[position])
            flat[position] = value + 1e-6
            above = penalised()
            flat[position] = value - 1e-6
            slopes[position] = (above - penalised()) / 2e-6
            flat[position] = value
        expected.append(slopes.view_as(parameter).numpy())
    optimizer = make_optimizer(TrainingSettings("sgd", 1.0, momentum=0.0, l1=0.05), named(network))
    before = [parameter.detach().clone() for parameter in network.parameters()]
    functional.mse_loss(network(x), x[:, :2]).backward()
    optimizer.step()
    for old, parameter, slope in zip(before, network.parameters(), expected, strict=True):
        np.testing.assert_allclose((old - parameter).detach().numpy(), slope, atol=1e-8)


@pytest.mark.parametrize("limits", [{"clip_grad_norm": 0.2}, {"clip_grad_value": 0.05}, {"clip_grad_norm": 1e6}])
def test_gradients_are_limited_as_torch_does_it(limits: dict[str, float]) -> None:
    ours, theirs = layers(), layers()
    learn(ours, make_optimizer(TrainingSettings("sgd", 0.3, momentum=0.0, **limits), named(ours)))  # type: ignore[arg-type]
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.3, fused=True)

    def clip(*_: object) -> None:
        if "clip_grad_norm" in limits:
            nn.utils.clip_grad_norm_(theirs.parameters(), limits["clip_grad_norm"])
        else:
            nn.utils.clip_grad_value_(theirs.parameters(), limits["clip_grad_value"])

    optimizer.register_step_pre_hook(clip)
    learn(theirs, optimizer)
    assert same(ours, theirs)


def test_penalties_change_while_it_runs() -> None:
    network = layers()
    settings = TrainingSettings("sgd", 0.1, momentum=0.0)
    optimizer = make_optimizer(settings, named(network))
    adjust(optimizer, replace(settings, weight_decay=0.5, l1=0.25))
    before = [parameter.detach().clone() for parameter in network.parameters()]
    for parameter in network.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    for old, parameter in zip(before, network.parameters(), strict=True):
        torch.testing.assert_close(parameter.detach(), old - 0.1 * (0.5 * old + 0.25 * old.sign()))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (TrainingSettings(optimizer_params={"nesterov": True}), "Adam has no setting “nesterov”"),
        (TrainingSettings(optimizer_params={"betas": (0.9, 1.5)}), "Betas lies between 0 and"),
        (TrainingSettings("sgd", momentum=0.0, optimizer_params={"nesterov": True}), "needs a momentum above 0"),
        (TrainingSettings("sgd", optimizer_params={"nesterov": True, "dampening": 0.5}), "a dampening of 0"),
        (TrainingSettings(schedule="triangle"), "no schedule “triangle”. Choose one of: constant, "),
        (TrainingSettings(schedule="step", schedule_params={"gamma": 2.0}), "Factor lies between"),
        (TrainingSettings(initialiser="luck"), "no initialiser “luck”"),
        (TrainingSettings(initialiser="uniform", initialiser_params={"a": 1.0, "b": -1.0}), "Swap the limits"),
        (TrainingSettings(class_weights="fair"), "no class weights “fair”"),
        (TrainingSettings(batch_mode="huge"), "no batch mode “huge”"),
        (TrainingSettings(l1=-1.0), "L1 penalty is -1.0"),
        (TrainingSettings(patience=-1), "patience is -1"),
    ],
)
def test_settings_that_make_no_sense_are_said_in_words(settings: TrainingSettings, words: str) -> None:
    with pytest.raises(TrainError, match=words):
        check_settings(settings)
