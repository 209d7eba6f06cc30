"""Steps of SGD, Adam and AdamW on all weights at once, lying behind each other in one array.

The arithmetic is torch's, and so is what is remembered: it lies in torch's optimizer, which can go on from there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import SGD, Adam, Optimizer

from playground.train.optimizers import RATE

Array = NDArray[np.float32]


def can_step(optimizer: Optimizer) -> bool:
    """Whether its next step can be made here: one group, no limits of the gradient, no largest averages."""
    if len(optimizer.param_groups) != 1 or not isinstance(optimizer, SGD | Adam):
        return False
    group = optimizer.param_groups[0]
    limited = group["clip_grad_norm"] or group["clip_grad_value"]
    return not limited and not group.get("amsgrad") and not group.get("maximize") and group[RATE] == 1.0


class FlatOptimizer:
    """The optimizer's steps on `weights` and `gradient`, both (numbers,), which change in place.

    `views` cuts such an array into the parameters' shapes, in their order.
    """

    def __init__(
        self, optimizer: Optimizer, parameters: Sequence[nn.Parameter], weights: Array, gradient: Array
    ) -> None:
        self.optimizer = optimizer
        self._group: dict[str, Any] = optimizer.param_groups[0]
        self._parameters = parameters
        self._weights, self._gradient = weights, gradient
        self._spare, self._other = np.empty_like(weights), np.empty_like(weights)
        self._first, self._second = np.zeros_like(weights), np.zeros_like(weights)
        self._step, self._steps = torch.zeros(()), 0
        self._has_memory = False

    def adopt(self, views: Any) -> bool:
        """Take over what torch's optimizer remembers; False if that is not of one piece."""
        slots = ("momentum_buffer",) if isinstance(self.optimizer, SGD) else ("exp_avg", "exp_avg_sq")
        kept = [_tensors(self.optimizer.state.get(parameter, {})) for parameter in self._parameters]
        has = [all(slot in each for slot in slots) for each in kept]
        if any(has) != all(has):
            return False
        self._has_memory = all(has)
        if self._has_memory:
            steps = {each["step"].item() for each in kept} if "step" in kept[0] else {0.0}
            if len(steps) != 1:
                return False
            self._steps = int(steps.pop())
            self.settle()
            for slot, flat in zip(slots, (self._first, self._second), strict=False):
                for each, view in zip(kept, views(flat), strict=True):
                    view[...] = each[slot].detach().numpy()
        if self._has_memory or not isinstance(self.optimizer, SGD):
            self._share(views)
        return True

    def _share(self, views: Any) -> None:
        """From now on torch's optimizer remembers these arrays themselves."""
        for parameter, first, second in zip(self._parameters, views(self._first), views(self._second), strict=True):
            state = self.optimizer.state[parameter]
            if isinstance(self.optimizer, SGD):
                state["momentum_buffer"] = torch.from_numpy(first)
            else:
                state.update(step=self._step, exp_avg=torch.from_numpy(first), exp_avg_sq=torch.from_numpy(second))

    def begin(self, views: Any) -> None:
        """Before some steps: a memory that is needed from now on is made, and torch's schedulers hear of the steps."""
        self.optimizer._opt_called = True  # pyright: ignore[reportAttributeAccessIssue, reportPrivateUsage]
        if isinstance(self.optimizer, SGD) and self._group["momentum"] and not self._has_memory:
            self._share(views)

    def settle(self) -> None:
        """After some steps: torch's optimizer knows how many there were."""
        self._step.fill_(self._steps)

    def step(self) -> None:
        """One step against the gradient; L1, if there is one, is added to it as torch's own hook does."""
        group, weights, gradient, spare = self._group, self._weights, self._gradient, self._spare
        if group["l1"]:
            np.sign(weights, spare)
            spare *= group["l1"]
            np.add(gradient, spare, gradient)
        if isinstance(self.optimizer, SGD):
            self._step_sgd(group, weights, gradient, spare)
        else:
            self._step_adam(group, weights, gradient, spare)

    def _step_sgd(self, group: dict[str, Any], weights: Array, gradient: Array, spare: Array) -> None:
        rate, momentum = group["lr"], group["momentum"]
        gradient = self._with_decay(group["weight_decay"], weights, gradient)
        if momentum:
            memory = self._first
            if not self._has_memory:  # torch: the first gradient as it is, without dampening
                memory[...] = gradient
                self._has_memory = True
            else:
                np.multiply(memory, momentum, memory)
                np.multiply(gradient, 1 - group["dampening"], spare)
                np.add(memory, spare, memory)
            if group["nesterov"]:
                np.multiply(memory, momentum, spare)
                np.add(gradient, spare, self._other)
                gradient = self._other
            else:
                gradient = memory
        np.multiply(gradient, rate, spare)
        np.subtract(weights, spare, weights)

    def _with_decay(self, decay: float, weights: Array, gradient: Array) -> Array:
        """The gradient with that of the L2 penalty, ½ · decay · |w|²."""
        if not decay:
            return gradient
        np.multiply(weights, decay, self._other)
        return np.add(gradient, self._other, self._other)

    def _step_adam(self, group: dict[str, Any], weights: Array, gradient: Array, spare: Array) -> None:
        """m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − η/(1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)."""
        (beta1, beta2), rate, decay = group["betas"], group["lr"], group["weight_decay"]
        first, second, other = self._first, self._second, self._other
        self._has_memory = True
        self._steps += 1
        steps = self._steps
        if decay and group["decoupled_weight_decay"]:
            np.multiply(weights, 1 - rate * decay, weights)
        else:
            gradient = self._with_decay(decay, weights, gradient)
        np.subtract(gradient, first, spare)
        np.multiply(spare, 1 - beta1, spare)
        np.add(first, spare, first)
        np.multiply(gradient, gradient, spare)
        np.multiply(spare, 1 - beta2, spare)
        np.multiply(second, beta2, second)
        np.add(second, spare, second)
        np.sqrt(second, spare)
        np.divide(spare, math.sqrt(1 - beta2**steps), spare)
        np.add(spare, group["eps"], spare)
        np.divide(first, spare, other)
        np.multiply(other, rate / (1 - beta1**steps), other)
        np.subtract(weights, other, weights)


def _tensors(state: Mapping[str, Any]) -> dict[str, Tensor]:
    return {slot: value for slot, value in state.items() if isinstance(value, Tensor)}
