"""The torch modules of gates and of numbers that come from nowhere. Imported only when a layer is built."""

from __future__ import annotations

from math import prod

import torch
from torch import Tensor, nn

from playground.layers._spec import Shape


class Scale(nn.Module):
    """Every number times a fixed factor."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return self.factor * x


class Shift(nn.Module):
    """Every number plus a fixed amount."""

    def __init__(self, amount: float) -> None:
        super().__init__()
        self.amount = amount

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return x + self.amount


class Negate(nn.Module):
    """Every number with the other sign."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return -x


class Exp(nn.Module):
    """e to the power of every number."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return x.exp()


class Log(nn.Module):
    """The natural logarithm; numbers below `smallest` count as that, so that 0 has a logarithm too."""

    def __init__(self, smallest: float) -> None:
        super().__init__()
        self.smallest = smallest

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return x.clamp_min(self.smallest).log()


class Reciprocal(nn.Module):
    """One divided by every number."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return x.reciprocal()


class Constant(nn.Module):
    """Fixed numbers, the same for every example.

    Attributes:
        values: as many numbers as there are places, in the order of a reshape; else the first one, for every place.
    """

    values: Tensor

    def __init__(self, values: tuple[float, ...], shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        given = values if len(values) == prod(shape) else values[:1]
        self.register_buffer("values", torch.tensor(given, dtype=torch.float64), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, …), of which only the batch counts → (batch, *shape)."""
        values = self.values.to(x.dtype)
        shaped = values.reshape((1,) * len(self.shape) if len(values) == 1 else self.shape)
        return shaped.expand(len(x), *self.shape)


class Parameter(nn.Module):
    """Numbers that are learnt, the same for every example."""

    def __init__(self, shape: Shape, init: str) -> None:
        super().__init__()
        made = {"normal": torch.randn, "zeros": torch.zeros, "ones": torch.ones}[init]
        self.weight = nn.Parameter(made(shape))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, …), of which only the batch counts → (batch, *shape)."""
        return self.weight.expand(len(x), *self.weight.shape)
