"""The torch modules of neurons that are more, or less, than a weighted sum."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from playground.layers.elementwise_modules import Step


class Perceptron(nn.Linear):
    """1 where the weighted sum is positive, else 0. Backwards the threshold lets the gradient pass as it is."""

    def __init__(self, in_features: int, out_features: int, bias: bool) -> None:
        super().__init__(in_features, out_features, bias)
        self.threshold = Step("straight_through")

    def forward(self, x: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        """(batch, in_features) → (batch, out_features) of 0 and 1."""
        fired: Tensor = self.threshold(super().forward(x))
        return fired


class RadialBasis(nn.Module):
    """The squared distance of the input from each of a few learnt prototypes, the rows of `weight`."""

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, in_features) → (batch, out_features)."""
        return (x.unsqueeze(1) - self.weight).square().sum(2)
