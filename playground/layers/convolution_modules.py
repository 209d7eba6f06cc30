"""The convolutions that torch does not have. Imported only when a layer is built, since this imports torch."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


def border(before: Sequence[int], after: Sequence[int]) -> tuple[int, ...]:
    """The padding in the order that `functional.pad` takes: the last dimension first, before and after."""
    return tuple(side for pair in reversed(list(zip(before, after, strict=True))) for side in pair)


class BorderedConv1d(nn.Conv1d):
    """torch.nn.Conv1d with more zeros at the end than at the beginning."""

    border: tuple[int, ...] = ()

    def forward(self, x: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        """(batch, channels, length) → (batch, filters, places)."""
        return super().forward(functional.pad(x, self.border))


class BorderedConv2d(nn.Conv2d):
    """torch.nn.Conv2d with more zeros at the bottom and right than at the top and left."""

    border: tuple[int, ...] = ()

    def forward(self, x: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        """(batch, channels, height, width) → (batch, filters, rows, columns)."""
        return super().forward(functional.pad(x, self.border))


class BorderedConv3d(nn.Conv3d):
    """torch.nn.Conv3d with more zeros at the end of each dimension than at its beginning."""

    border: tuple[int, ...] = ()

    def forward(self, x: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        """(batch, channels, depth, height, width) → (batch, filters, planes, rows, columns)."""
        return super().forward(functional.pad(x, self.border))


class WeightStandardizedConv2d(BorderedConv2d):
    """A convolution with ŵ = (w − μ) / √(σ² + ε) in place of w; μ and σ² are taken over each filter's weights."""

    eps: float = 1e-5

    def forward(self, x: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        """(batch, channels, height, width) → (batch, filters, rows, columns)."""
        variance, mean = torch.var_mean(self.weight, dim=(1, 2, 3), correction=0, keepdim=True)
        weight = (self.weight - mean) / torch.sqrt(variance + self.eps)
        return self._conv_forward(functional.pad(x, self.border), weight, self.bias)


class FixedConv2d(nn.Module):
    """The same given kernel on each channel alone; it is a buffer, so nothing is learnt."""

    kernel: Tensor

    def __init__(self, rows: Sequence[Sequence[float]], stride: tuple[int, int], border: tuple[int, ...]) -> None:
        super().__init__()
        self.register_buffer("kernel", torch.tensor([[float(value) for value in row] for row in rows]))
        self.stride, self.border = stride, border

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) → (batch, channels, rows, columns)."""
        channels = x.shape[1]
        weight = self.kernel.expand(channels, 1, -1, -1)
        return functional.conv2d(functional.pad(x, self.border), weight, stride=self.stride, groups=channels)
