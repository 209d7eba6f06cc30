"""The torch modules of activations, affine maps and drop layers that torch lacks. Imported only when one is built."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional


class ScaledTanh(nn.Module):
    """1.7159 tanh(⅔ x): f(1) = 1 and f(−1) = −1 (LeCun et al. 1998)."""

    AMPLITUDE, STRETCH = 1.7159, 2 / 3

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return self.AMPLITUDE * torch.tanh(self.STRETCH * x)


class Hardsigmoid(nn.Module):
    """clip(x + 3, 0, 6) / 6. Torch's own rounds the slope, a sixth, to single precision even in double."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return functional.relu6(x + 3) / 6


class Sine(nn.Module):
    """sin x."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return torch.sin(x)


class Square(nn.Module):
    """x²."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return x * x


class Constant(nn.Module):
    """Zeros, whatever comes in: the slope is 0 everywhere."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return 0 * x


class Step(nn.Module):
    """1 where x > 0, else 0. What passes backwards: straight_through, all; clipped, where |x| ≤ 1; zero, nothing."""

    def __init__(self, backward: str) -> None:
        super().__init__()
        self.stand_in = backward

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return cast("Tensor", _Threshold.apply(x, self.stand_in))


class _Threshold(torch.autograd.Function):
    """The step with the gradient of its stand-in."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, stand_in: str) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx.stand_in = stand_in
        ctx.save_for_backward(x)
        return (x > 0).to(x.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:  # pyright: ignore[reportIncompatibleMethodOverride]
        (x,) = ctx.saved_tensors
        if ctx.stand_in == "straight_through":
            return grad, None
        passes = x.abs() < 1 if ctx.stand_in == "clipped" else torch.zeros_like(x, dtype=torch.bool)
        return grad * passes, None


class ChannelAffine(nn.Module):
    """y = γ x + β with a learned γ (`weight`) and β (`bias`) for each channel; nothing is measured."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, …)."""
        shape = (1, -1, *(1,) * (x.ndim - 2))
        return x * self.weight.view(shape) + self.bias.view(shape)


class StochasticDepth(nn.Module):
    """While training, whole examples are set to zero with probability p and the others scaled by 1 / (1 − p)."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        """(batch, …)."""
        if not self.training or self.p == 0:
            return x
        shape = (len(x), *(1,) * (x.ndim - 1))
        kept = torch.bernoulli(torch.full(shape, 1 - self.p, dtype=x.dtype, device=x.device))
        return x * (kept / (1 - self.p))
