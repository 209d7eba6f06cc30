"""Single numbers of parameters that training leaves alone, whatever the optimizer does.

While the optimizer makes its step such a number and its gradient are 0, so that it counts neither for L1, L2 and weight
decay nor for the length of the gradient; then it gets back what it was, and so does what is remembered of it. It all
happens in hooks of the optimizer, so that training and the recorded step of Step mode do the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

Indices = tuple[tuple[int, ...], ...]
_COUNT = "step"
"""What the optimizer remembers of a whole parameter, not of its numbers."""


def hold_fast(optimizer: Optimizer, held: Mapping[nn.Parameter, Indices]) -> None:
    """From now on the optimizer's steps leave these numbers of its parameters as they are.

    To be called before other hooks that look at weights and gradients (see `penalties`).
    """
    fast = [_Held(parameter, indices) for parameter, indices in held.items() if indices]
    if not fast:
        return

    def before(stepping: Optimizer, _args: Any, _kwargs: Any) -> None:
        for one in fast:
            one.put_aside(stepping)

    def after(stepping: Optimizer, _args: Any, _kwargs: Any) -> None:
        for one in fast:
            one.put_back(stepping)

    optimizer.register_step_pre_hook(before)
    optimizer.register_step_post_hook(after)


class _Held:
    """The held numbers of one parameter."""

    def __init__(self, parameter: nn.Parameter, indices: Indices) -> None:
        self._parameter = parameter
        self._where = tuple(torch.tensor(axis, device=parameter.device) for axis in zip(*indices, strict=True))
        self._kept: dict[str, Tensor] = {}
        self._value = torch.empty(0)

    def put_aside(self, optimizer: Optimizer) -> None:
        parameter, where = self._parameter.detach(), self._where
        self._value = parameter[where].clone()
        self._kept = {slot: tensor[where].clone() for slot, tensor in self._memory(optimizer)}
        parameter[where] = 0.0
        if self._parameter.grad is not None:
            self._parameter.grad[where] = 0.0

    def put_back(self, optimizer: Optimizer) -> None:
        self._parameter.detach()[self._where] = self._value
        for slot, tensor in self._memory(optimizer):
            tensor[self._where] = self._kept.get(slot, 0.0)  # type: ignore[call-overload]

    def _memory(self, optimizer: Optimizer) -> list[tuple[str, Tensor]]:
        """What the optimizer remembers of each number of the parameter."""
        state: Mapping[str, Any] = optimizer.state.get(self._parameter, {})
        found = ((slot, tensor) for slot, tensor in state.items() if isinstance(tensor, Tensor) and slot != _COUNT)
        return [(slot, tensor) for slot, tensor in found if tensor.shape == self._parameter.shape]
