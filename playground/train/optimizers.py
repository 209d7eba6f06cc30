"""The optimizers: made from the settings, steered while they run, and turned into plain arrays and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.optim import SGD, Adadelta, Adagrad, Adam, AdamW, Optimizer, RMSprop

from playground.graph.experiment import TrainingSettings
from playground.train.errors import TrainError
from playground.train.holding import Indices, hold_fast
from playground.train.methods import METHODS
from playground.train.penalties import adjust_penalties, watch_gradients

NamedParameters = Mapping[str, nn.Parameter]
RATE = "rate"
"""Under this name a group of parameters says how many times the learning rate it learns with."""
_PLAIN = "plain lr"
_ALL_ALIKE: Mapping[str, float] = MappingProxyType({})
_NONE_HELD: Mapping[str, Indices] = MappingProxyType({})
Groups = list[dict[str, Any]]
Make = Callable[[Groups, TrainingSettings, Mapping[str, Any]], Optimizer]


@dataclass(frozen=True)
class _Recipe:
    """How torch's optimizer is made, and which tensors it keeps for each parameter once it has made a step.

    torch's fused form is taken where there is one: the same arithmetic in one call for all parameters, and the fastest
    on every device. `optional` tensors are kept with some settings only.
    """

    make: Make
    slots: tuple[str, ...]
    optional: tuple[str, ...] = ()


def _sgd(parameters: Groups, settings: TrainingSettings, params: Mapping[str, Any]) -> Optimizer:
    return SGD(
        parameters,
        lr=settings.learning_rate,
        momentum=settings.momentum,
        weight_decay=settings.weight_decay,
        fused=True,
        **params,
    )


def _plain(kind: Callable[..., Optimizer], **fixed: Any) -> Make:
    """An optimizer that is made from learning rate, weight decay and its own parameters."""
    return lambda groups, settings, params: kind(
        groups, lr=settings.learning_rate, weight_decay=settings.weight_decay, **params, **fixed
    )


_RECIPES = {
    "sgd": _Recipe(_sgd, ("momentum_buffer",)),
    "adam": _Recipe(_plain(Adam, fused=True), ("step", "exp_avg", "exp_avg_sq"), ("max_exp_avg_sq",)),
    "adamw": _Recipe(_plain(AdamW, fused=True), ("step", "exp_avg", "exp_avg_sq"), ("max_exp_avg_sq",)),
    "rmsprop": _Recipe(_plain(RMSprop), ("step", "square_avg"), ("momentum_buffer", "grad_avg")),
    "adagrad": _Recipe(_plain(Adagrad), ("step", "sum")),
    "adadelta": _Recipe(_plain(Adadelta), ("step", "square_avg", "acc_delta")),
}


def make_optimizer(
    settings: TrainingSettings,
    parameters: NamedParameters,
    rates: Mapping[str, float] = _ALL_ALIKE,
    held: Mapping[str, Indices] = _NONE_HELD,
) -> Optimizer:
    """An optimizer over the parameters; before each step it takes L1 and the limits of the gradient into account.

    Args:
        settings: the method and what it can be set to.
        parameters: what may change, by name.
        rates: how many times the learning rate a parameter learns with, where that is not 1. Whoever sets the learning
            rate of the groups, once or by a schedule, sets the plain one: each step multiplies it, and sets it back.
        held: where parameters have single numbers that stay as they are (see `holding`).

    Raises:
        TrainError: there is nothing to learn, or the settings do not go together.
    """
    if not parameters:
        raise TrainError(
            "There is nothing to learn: no layer has weights that may change. "
            "Add a layer with weights, such as Dense or Conv 2D, in Build."
        )
    params = METHODS[settings.optimizer].complete(settings.optimizer_params)
    optimizer = _RECIPES[settings.optimizer].make(_by_rate(parameters, rates), settings, params)
    hold_fast(optimizer, {parameters[name]: indices for name, indices in held.items() if name in parameters})
    watch_gradients(optimizer, settings)
    if len(optimizer.param_groups) > 1 or optimizer.param_groups[0][RATE] != 1.0:
        optimizer.register_step_pre_hook(_multiply_rates)
        optimizer.register_step_post_hook(_set_rates_back)
    return optimizer


def _by_rate(parameters: NamedParameters, rates: Mapping[str, float]) -> Groups:
    """The parameters, those that learn alike together."""
    found: dict[float, list[nn.Parameter]] = {}
    for name, parameter in parameters.items():
        found.setdefault(rates.get(name, 1.0), []).append(parameter)
    return [{"params": alike, RATE: rate} for rate, alike in found.items()]


def _multiply_rates(optimizer: Optimizer, _args: Any, _kwargs: Any) -> None:
    for group in optimizer.param_groups:
        group[_PLAIN] = group["lr"]
        group["lr"] = group["lr"] * group[RATE]


def _set_rates_back(optimizer: Optimizer, _args: Any, _kwargs: Any) -> None:
    for group in optimizer.param_groups:
        group["lr"] = group.pop(_PLAIN)


def adjust(optimizer: Optimizer, settings: TrainingSettings) -> None:
    """Take momentum, weight decay, L1 and limits over from the settings; the learning rate is the schedule's."""
    for group in optimizer.param_groups:
        group["weight_decay"] = settings.weight_decay
        if settings.optimizer == "sgd":
            group["momentum"] = settings.momentum
    adjust_penalties(optimizer, settings)


def optimizer_arrays(optimizer: Optimizer, parameters: NamedParameters) -> dict[str, np.ndarray]:
    """A copy of what the optimizer remembers, by "slot/parameter" ("exp_avg/conv1.weight")."""
    arrays: dict[str, np.ndarray] = {}
    for name, parameter in parameters.items():
        for slot, tensor in optimizer.state.get(parameter, {}).items():
            if isinstance(tensor, torch.Tensor):
                arrays[f"{slot}/{name}"] = tensor.detach().cpu().numpy().copy()
    return arrays


def restore_optimizer(
    optimizer: Optimizer, method: str, parameters: NamedParameters, arrays: Mapping[str, np.ndarray]
) -> None:
    """Let the optimizer remember what `optimizer_arrays` wrote; parameters whose arrays do not fit start afresh."""
    recipe = _RECIPES[method]
    wanted = (*recipe.slots, *(slot for slot in recipe.optional if _keeps(optimizer, slot)))
    steps_there = bool(optimizer.param_groups[0].get("fused"))
    for name, parameter in parameters.items():
        found = {slot: arrays.get(f"{slot}/{name}") for slot in wanted}
        restored = {slot: _like(parameter, slot, array, steps_there) for slot, array in found.items()}
        if all(tensor is not None for tensor in restored.values()):
            optimizer.state[parameter] = restored
    if method == "sgd" and optimizer.state:  # torch wants a momentum for all of them or for none
        for parameter in parameters.values():
            optimizer.state[parameter].setdefault("momentum_buffer", torch.zeros_like(parameter, requires_grad=False))


def _keeps(optimizer: Optimizer, slot: str) -> bool:
    """Whether the optimizer's settings make it keep an optional tensor."""
    group = optimizer.param_groups[0]
    setting = {"max_exp_avg_sq": "amsgrad", "momentum_buffer": "momentum", "grad_avg": "centered"}[slot]
    return bool(group.get(setting))


def _like(parameter: nn.Parameter, slot: str, array: np.ndarray | None, steps_there: bool) -> torch.Tensor | None:
    """The array as a tensor laid out as the parameter is; None if it does not fit.

    Fused optimizers count their steps on the device (`steps_there`), the others on the CPU.
    """
    if array is None or not np.issubdtype(array.dtype, np.floating):
        return None
    if slot == "step":
        device = parameter.device if steps_there else None
        return torch.tensor(float(array), device=device) if array.size == 1 else None
    if array.shape != tuple(parameter.shape):
        return None
    return torch.empty_like(parameter, requires_grad=False).copy_(torch.tensor(array))
