"""The torch module of the features of points in the plane."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

_MAKERS: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "x1": lambda first, second: first,
    "x2": lambda first, second: second,
    "x1_squared": lambda first, second: first * first,
    "x2_squared": lambda first, second: second * second,
    "x1_x2": lambda first, second: first * second,
    "sin_x1": lambda first, second: torch.sin(first),
    "sin_x2": lambda first, second: torch.sin(second),
}


class PlaneFeatures(nn.Module):
    """The features of these names, in this order, of points (x₁, x₂)."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.names = names

    def forward(self, x: Tensor) -> Tensor:
        """(batch, 2) → (batch, features)."""
        first, second = x[:, 0], x[:, 1]
        return torch.stack([_MAKERS[name](first, second) for name in self.names], 1)
