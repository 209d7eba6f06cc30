"""The torch modules of layers that only rearrange. Imported only when a layer is built, since this imports torch."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from playground.layers._spec import Shape


class Slice(nn.Module):
    """A stretch of the channels (or features)."""

    def __init__(self, start: int, length: int) -> None:
        super().__init__()
        self.start, self.length = start, length

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, …) → (batch, length, …)."""
        return x.narrow(1, self.start, self.length)


class ChannelShuffle(nn.Module):
    """Deals the channels out like cards: the first of every group, then the second of every group, and so on."""

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, …), channels a multiple of the groups."""
        dealt = x.reshape(len(x), self.groups, -1, *x.shape[2:])
        return dealt.transpose(1, 2).reshape(x.shape)


class Reshape(nn.Module):
    """The same numbers in the same order, cut into rows differently."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        """(batch, …) → (batch, *shape), one extent of which may be −1."""
        return x.reshape(len(x), *self.shape)


class Permute(nn.Module):
    """The dimensions in another order; that of the batch stays first."""

    def __init__(self, order: Shape) -> None:
        super().__init__()
        self.order = order

    def forward(self, x: Tensor) -> Tensor:
        """(batch, …) → (batch, …)."""
        return x.permute(0, *(1 + axis for axis in self.order))


class PixelPermutation(nn.Module):
    """The pixels of every map (or the numbers of a list) in one fixed random order.

    Attributes:
        order: (pixels,) where each pixel of the output, row by row, is taken from.
    """

    order: Tensor

    def __init__(self, shape: Shape, seed: int) -> None:
        super().__init__()
        self.first = 1 if len(shape) == 1 else 2
        count = int(np.prod(shape[self.first - 1 :]))
        order = torch.from_numpy(np.random.default_rng(seed).permutation(count))
        self.register_buffer("order", order, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, …) or (batch, features), the same shape out."""
        return x.flatten(self.first)[..., self.order].reshape(x.shape)
