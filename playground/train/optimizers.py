"""The optimizers: made from the settings, steered while they run, and turned into plain arrays and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.optim import SGD, Adam, Optimizer

from playground.graph.experiment import TrainingSettings
from playground.train.errors import TrainError
from playground.train.methods import METHODS

NamedParameters = Mapping[str, nn.Parameter]


@dataclass(frozen=True)
class _Recipe:
    """How torch's optimizer is made, and which tensors it keeps for each parameter once it has made a step."""

    make: Callable[[Iterable[nn.Parameter], TrainingSettings, bool], Optimizer]
    slots: tuple[str, ...]


_RECIPES = {
    "sgd": _Recipe(
        lambda parameters, settings, fused: SGD(
            parameters,
            lr=settings.learning_rate,
            momentum=settings.momentum,
            weight_decay=settings.weight_decay,
            fused=fused,
        ),
        ("momentum_buffer",),
    ),
    "adam": _Recipe(
        lambda parameters, settings, fused: Adam(
            parameters, lr=settings.learning_rate, weight_decay=settings.weight_decay, fused=fused
        ),
        ("step", "exp_avg", "exp_avg_sq"),
    ),
}


def check_settings(settings: TrainingSettings) -> None:
    """Raises TrainError for settings that no optimizer could work with."""
    if settings.optimizer not in METHODS:
        known = ", ".join(METHODS)
        raise TrainError(f"There is no optimizer “{settings.optimizer}”. Choose one of: {known}.")
    for value, name, below in (
        (settings.learning_rate, "learning rate", float("inf")),
        (settings.weight_decay, "weight decay", float("inf")),
        (settings.momentum, "momentum", 1.0),
    ):
        if not 0 <= value < below:
            most = " and below 1" if below == 1.0 else ""
            raise TrainError(f"The {name} is {value}. Choose a number from 0{most}.")
    if settings.batch_size < 1:
        raise TrainError(f"The batch size is {settings.batch_size}. A batch holds at least 1 example.")
    if settings.epochs < 1:
        raise TrainError(f"The number of epochs is {settings.epochs}. Choose at least 1.")


def make_optimizer(settings: TrainingSettings, parameters: NamedParameters) -> Optimizer:
    """An optimizer over the parameters.

    torch's fused form is taken: the same arithmetic in one call for all parameters, and the fastest on every device.

    Raises:
        TrainError: there is nothing to learn.
    """
    if not parameters:
        raise TrainError(
            "There is nothing to learn: no layer has weights that may change. "
            "Add a layer with weights, such as Dense or Conv 2D, in Build."
        )
    return _RECIPES[settings.optimizer].make(parameters.values(), settings, True)


def adjust(optimizer: Optimizer, settings: TrainingSettings) -> None:
    """Take learning rate, momentum and weight decay over from the settings."""
    for group in optimizer.param_groups:
        group["lr"] = settings.learning_rate
        group["weight_decay"] = settings.weight_decay
        if "momentum" in group:
            group["momentum"] = settings.momentum


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
    for name, parameter in parameters.items():
        found = {slot: arrays.get(f"{slot}/{name}") for slot in _RECIPES[method].slots}
        restored = {slot: _like(parameter, slot, array) for slot, array in found.items()}
        if all(tensor is not None for tensor in restored.values()):
            optimizer.state[parameter] = restored


def _like(parameter: nn.Parameter, slot: str, array: np.ndarray | None) -> torch.Tensor | None:
    """The array as a tensor laid out as the parameter is; None if it does not fit."""
    if array is None or not np.issubdtype(array.dtype, np.floating):
        return None
    if slot == "step":
        return torch.tensor(float(array), device=parameter.device) if array.size == 1 else None
    if array.shape != tuple(parameter.shape):
        return None
    return torch.empty_like(parameter, requires_grad=False).copy_(torch.tensor(array))
