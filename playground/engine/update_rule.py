"""How an optimizer turns a gradient into a step: its rule, its settings, and what it remembers of earlier steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import numpy as np
import torch
from torch import Tensor

Method = Literal["sgd", "adam", "adamw", "rmsprop", "adagrad", "adadelta"]


@dataclass(frozen=True)
class UpdateRule:
    """The settings of an optimizer, in PyTorch's names; those that its method does not have play no part.

    What is done to the gradient before: `l1` times the sign of the weight is added, it is multiplied by `clip_scale`
    (so that the gradient of all weights together is not too long), and cut to ± `clip_grad_value` (0: not).
    """

    optimizer: Method
    learning_rate: float
    momentum: float = 0.0
    weight_decay: float = 0.0
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    nesterov: bool = False
    dampening: float = 0.0
    amsgrad: bool = False
    alpha: float = 0.99
    centered: bool = False
    lr_decay: float = 0.0
    rho: float = 0.9
    l1: float = 0.0
    clip_scale: float = 1.0
    clip_grad_value: float = 0.0

    @property
    def is_plain(self) -> bool:
        """Whether the step is η times the gradient and nothing else."""
        return self == UpdateRule("sgd", self.learning_rate)

    def at_rate(self, times: float) -> UpdateRule:
        """The rule for a layer that learns with so many times the learning rate."""
        return self if times == 1.0 else replace(self, learning_rate=self.learning_rate * times)


_METHODS: dict[type[torch.optim.Optimizer], Method] = {
    torch.optim.SGD: "sgd",
    torch.optim.Adam: "adam",
    torch.optim.AdamW: "adamw",
    torch.optim.RMSprop: "rmsprop",
    torch.optim.Adagrad: "adagrad",
    torch.optim.Adadelta: "adadelta",
}
_NUMBERS = ("momentum", "weight_decay", "eps", "dampening", "alpha", "lr_decay", "rho")
_SWITCHES = ("nesterov", "amsgrad", "centered")
_BEFORE = ("l1", "clip_scale", "clip_grad_value")


def rule_of(optimizer: torch.optim.Optimizer) -> UpdateRule | None:
    """The rule that one of torch's optimizers follows; None for variants that cannot be explained.

    What `train.penalties` does to the gradients is part of it: the rule is that of the step made last.
    """
    group: Mapping[str, Any] = optimizer.param_groups[0]
    method = _METHODS.get(type(optimizer))
    if method is None or group.get("maximize"):
        return None
    if method == "adam" and group.get("decoupled_weight_decay"):
        method = "adamw"
    found: dict[str, Any] = {name: float(group[name]) for name in (*_NUMBERS, *_BEFORE) if name in group}
    found |= {name: bool(group[name]) for name in _SWITCHES if name in group}
    if "betas" in group:
        found["betas"] = cast("tuple[float, float]", tuple(float(beta) for beta in group["betas"]))
    return UpdateRule(method, float(group["lr"]), **found)


def memory_of(optimizer: torch.optim.Optimizer, parameter: Tensor) -> dict[str, np.ndarray]:
    """A copy of what the optimizer remembers for a parameter, by torch's names; empty before its first step.

    SGD with momentum: `momentum_buffer`. Adam, AdamW: `exp_avg`, `exp_avg_sq`, `max_exp_avg_sq`. RMSprop: `square_avg`,
    `grad_avg`, `momentum_buffer`. Adagrad: `sum`. Adadelta: `square_avg`, `acc_delta`. All are shaped as the parameter.
    All but SGD: `step`.
    """
    state: Mapping[str, Any] = optimizer.state.get(parameter, {})
    return {key: value.detach().cpu().numpy().copy() for key, value in state.items() if isinstance(value, Tensor)}
