"""The torch modules of layers with several inputs. Imported only when a layer is built, since this imports torch."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def widened(inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The inputs with equally many dimensions: a list (batch, features) gets places of extent 1 behind it."""
    rank = max(x.dim() for x in inputs)
    return tuple(x.reshape(*x.shape, *(1,) * (rank - x.dim())) if x.dim() < rank else x for x in inputs)


class Add(nn.Module):
    """Elementwise sum of any number of inputs."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """Inputs and output (batch, …), broadcast."""
        return _total(widened(inputs))


class Multiply(nn.Module):
    """Elementwise product of any number of inputs."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """Inputs and output (batch, …), broadcast."""
        product, *others = widened(inputs)
        for other in others:
            product = product * other
        return product


class Maximum(nn.Module):
    """The largest of the inputs at each place; backwards, inputs that are equally large share the gradient."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """Inputs and output (batch, …), broadcast."""
        wide = widened(inputs)
        if len(wide) == 2:
            return torch.maximum(*wide)
        # A chain of maxima would share among three as ¼ : ¼ : ½.
        shape = [max(extents) for extents in zip(*(x.shape for x in wide), strict=True)]
        return torch.stack([x.expand(shape) for x in wide]).amax(dim=0)


class Average(nn.Module):
    """The mean of the inputs; in training each input may be left out, by chance and for each example anew.

    Attributes:
        mask: which inputs took part in the last pass in training (batch, inputs), 1 or 0; None: all of them.
    """

    def __init__(self, drop_path: float) -> None:
        super().__init__()
        self.drop_path = drop_path
        self.mask: Tensor | None = None

    def forward(self, *inputs: Tensor) -> Tensor:
        """Inputs and output (batch, …), broadcast."""
        wide = widened(inputs)
        self.mask = self._drawn(wide[0], len(wide)) if self.training and self.drop_path else None
        if self.mask is None:
            return _total(wide) / len(wide)
        shares = self.mask / self.mask.sum(dim=1, keepdim=True)
        places = (1,) * (wide[0].dim() - 1)
        return _total(tuple(x * shares[:, port].reshape(-1, *places) for port, x in enumerate(wide)))

    def _drawn(self, x: Tensor, count: int) -> Tensor:
        """Each input is kept with probability 1 − drop_path; where none would be left, one chosen by chance is."""
        chance = torch.rand(len(x), count, device=x.device)
        kept = (chance >= self.drop_path).to(x.dtype)
        luckiest = torch.zeros_like(kept).scatter_(1, chance.argmax(dim=1, keepdim=True), 1)
        return torch.maximum(kept, luckiest)


def _total(inputs: tuple[Tensor, ...]) -> Tensor:
    total, *others = inputs
    for other in others:
        total = total + other
    return total


class Concat(nn.Module):
    """Inputs behind each other along the first dimension after the batch."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """Inputs (batch, features or channels, …), equal but for that dimension."""
        return torch.cat(inputs, dim=1)
