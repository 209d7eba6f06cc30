"""The torch modules that cut pictures. Imported only when a layer is built, since this imports torch."""

from __future__ import annotations

from torch import Tensor, nn


class Crop2d(nn.Module):
    """A piece of every map: (batch, channels, …) → (batch, channels, height, width)."""

    def __init__(self, top: int, left: int, height: int, width: int) -> None:
        super().__init__()
        self.rows, self.columns = slice(top, top + height), slice(left, left + width)

    def forward(self, x: Tensor) -> Tensor:
        """The piece; what lies around it is gone."""
        return x[:, :, self.rows, self.columns]


class CenterCrop2d(nn.Module):
    """The middle of every map; of an odd rest the larger part is cut off at the bottom and on the right."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) → (batch, channels, *size)."""
        height, width = self.size
        top, left = (x.shape[2] - height) // 2, (x.shape[3] - width) // 2
        return x[:, :, top : top + height, left : left + width]
