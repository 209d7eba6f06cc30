"""How an optimizer turns a gradient into a step: its rule, its settings, and what it remembers of earlier steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class UpdateRule:
    """The settings of an optimizer, in PyTorch's names; `betas` and `eps` are Adam's, `momentum` is SGD's."""

    optimizer: Literal["sgd", "adam"]
    learning_rate: float
    momentum: float = 0.0
    weight_decay: float = 0.0
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8


def rule_of(optimizer: torch.optim.Optimizer) -> UpdateRule | None:
    """The rule that `torch.optim.SGD` or `torch.optim.Adam` follows; None for variants that cannot be explained."""
    group: Mapping[str, Any] = optimizer.param_groups[0]
    rate, decay = float(group["lr"]), float(group.get("weight_decay", 0.0))
    if type(optimizer) is torch.optim.SGD and not (group["nesterov"] or group["dampening"] or group["maximize"]):
        return UpdateRule("sgd", rate, momentum=float(group["momentum"]), weight_decay=decay)
    variants = ("amsgrad", "maximize", "decoupled_weight_decay")
    if type(optimizer) is torch.optim.Adam and not any(group.get(name) for name in variants):
        first, second = group["betas"]
        return UpdateRule(
            "adam", rate, weight_decay=decay, betas=(float(first), float(second)), eps=float(group["eps"])
        )
    return None


def memory_of(optimizer: torch.optim.Optimizer, parameter: Tensor) -> dict[str, np.ndarray]:
    """A copy of what the optimizer remembers for a parameter, by torch's names; empty before its first step.

    SGD with momentum: `momentum_buffer`. Adam: `exp_avg`, `exp_avg_sq` (shaped as the parameter) and `step`.
    """
    state: Mapping[str, Any] = optimizer.state.get(parameter, {})
    return {key: value.detach().cpu().numpy().copy() for key, value in state.items() if isinstance(value, Tensor)}
