"""The torch modules of pooling and unpooling that torch does not have. Imported only when a layer is built."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

Pair = tuple[int, int]


class GlobalAveragePool(nn.Module):
    """The mean of each channel: (batch, channels, …) → (batch, channels)."""

    def forward(self, x: Tensor) -> Tensor:
        """The mean over all dimensions after the channels."""
        return x.mean(dim=tuple(range(2, x.dim())))


class GlobalMaxPool(nn.Module):
    """The largest number of each channel: (batch, channels, …) → (batch, channels).

    Of equal ones the first gets the whole gradient, as in max pooling.
    """

    def forward(self, x: Tensor) -> Tensor:
        """The maximum over all dimensions after the channels."""
        return x.flatten(2).max(dim=2).values


class ChannelPool(nn.Module):
    """Mean or maximum over the channels: (batch, channels, height, width) → (batch, 1, height, width)."""

    def __init__(self, mode: str) -> None:
        super().__init__()
        self.mode = mode

    def forward(self, x: Tensor) -> Tensor:
        """One map; of equal channels the first gets the whole gradient of a maximum."""
        return x.max(dim=1, keepdim=True).values if self.mode == "max" else x.mean(dim=1, keepdim=True)


class SumPool2d(nn.Module):
    """The sum of each window; padding counts as zeros."""

    def __init__(self, kernel_size: Pair, stride: Pair, padding: Pair, ceil_mode: bool) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding, self.ceil_mode = kernel_size, stride, padding, ceil_mode

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width), smaller maps of the same channels."""
        window = (self.kernel_size, self.stride, self.padding, self.ceil_mode)
        return functional.avg_pool2d(x, *window, divisor_override=1)


class LpPool2d(SumPool2d):
    """(Σ |x|^p)^(1/p) over each window, p ≥ 1; padding counts as zeros.

    As `torch.nn.LPPool2d` wherever that is defined. Torch takes x^p without the bars, which has no root where an odd
    power of negative numbers is added up. Where a whole window is zero the norm has no slope; the gradient is 0.
    """

    def __init__(self, norm_type: float, kernel_size: Pair, stride: Pair, padding: Pair, ceil_mode: bool) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode)
        self.norm_type = norm_type

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width), smaller maps of the same channels, not negative."""
        total = super().forward(x.abs().pow(self.norm_type))
        found = total > 0
        # The root of 0 has an infinite slope, so its place is taken by that of 1, which is then multiplied by 0.
        return torch.where(found, total, torch.ones_like(total)).pow(1 / self.norm_type) * found


class MaxUnpool2d(nn.Module):
    """Puts each value back where the window that it came from had its largest number; zeros elsewhere.

    As `torch.nn.MaxUnpool2d` with the indices that `torch.nn.MaxPool2d` would give for `before`. Where windows overlap
    and share their largest number, their values are added (torch keeps any one of them).
    """

    def __init__(self, kernel_size: Pair, stride: Pair, padding: Pair) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding

    def forward(self, values: Tensor, before: Tensor) -> Tensor:
        """values (batch, channels, rows, columns), before (batch, channels, height, width); in the latter's shape."""
        window = (self.kernel_size, self.stride, self.padding)
        _, switches = functional.max_pool2d(before.detach(), *window, return_indices=True)
        flat = torch.zeros_like(before).flatten(2).detach()
        return flat.scatter_add(2, switches.flatten(2), values.flatten(2)).view_as(before)
