"""What is done to the gradients before each step: L1 is added, then they are cut to their limits, as torch does it.

It happens in a hook of the optimizer, so that training and the recorded step of Step mode do the same. What was done
stands in the optimizer's groups: "l1", "clip_grad_value", and "clip_scale", by which the last gradients were
multiplied. The length of the gradient is that of all groups together.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim import Optimizer

from playground.graph.experiment import TrainingSettings


def watch_gradients(optimizer: Optimizer, settings: TrainingSettings) -> None:
    """From now on the optimizer takes L1 and the limits of the settings into account."""
    adjust_penalties(optimizer, settings)
    optimizer.register_step_pre_hook(_before_step)


def adjust_penalties(optimizer: Optimizer, settings: TrainingSettings) -> None:
    """Take L1 and the limits over from the settings."""
    for group in optimizer.param_groups:
        group["l1"] = settings.l1
        group["clip_grad_norm"] = settings.clip_grad_norm
        group["clip_grad_value"] = settings.clip_grad_value
        group["clip_scale"] = 1.0


def _before_step(optimizer: Optimizer, _args: Any, _kwargs: Any) -> None:
    groups = optimizer.param_groups
    first = groups[0]  # what is asked for here is the same in all of them
    if not (first["l1"] or first["clip_grad_norm"] or first["clip_grad_value"]):
        return
    learning = [parameter for group in groups for parameter in group["params"] if parameter.grad is not None]
    if first["l1"]:
        with torch.no_grad():
            for parameter in learning:
                parameter.grad.add_(parameter.sign(), alpha=first["l1"])
    if first["clip_grad_norm"]:
        norm = clip_grad_norm_(learning, first["clip_grad_norm"])
        scale = first["clip_grad_norm"] / (norm + 1e-6)  # torch's own 1e-6
        for group in groups:
            group["clip_scale"] = scale.clamp(max=1.0).item()
    if first["clip_grad_value"]:
        clip_grad_value_(learning, first["clip_grad_value"])
