"""The examples of a run as tensors on the device, laid out as the network prefers them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Examples:
    """`x` (examples, *input shape) and `target` (examples,) or (examples, values), on the device."""

    x: Tensor
    target: Tensor
    channels_last: bool

    def __len__(self) -> int:
        return len(self.x)

    @cached_property
    def _rows(self) -> Tensor:
        """The same numbers in the order in which they lie in memory."""
        return self.x.permute(0, 2, 3, 1) if self.channels_last else self.x

    def take(self, index: Tensor) -> tuple[Tensor, Tensor]:
        """The examples of these indices, laid out as `x` is (index_select by itself would turn them round)."""
        rows = self._rows.index_select(0, index)
        x = rows.permute(0, 3, 1, 2) if self.channels_last else rows
        return x, self.target.index_select(0, index)


def put_channels_last(tensor: Tensor) -> Tensor:
    """(count, channels, height, width) with the channels of a pixel side by side in memory.

    Copied by hand, since torch's own conversion leaves a tensor of one channel as it is, with the strides by which the
    convolution then chooses the slower layout for its output.
    """
    return tensor.permute(0, 2, 3, 1).clone(memory_format=torch.contiguous_format).permute(0, 3, 1, 2)
