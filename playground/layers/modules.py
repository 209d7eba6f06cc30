"""The torch modules that torch does not have. Imported only when a layer is built, since this imports torch."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Add(nn.Module):
    """Elementwise sum of any number of equally shaped inputs."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """Inputs and output (batch, …)."""
        total = inputs[0]
        for other in inputs[1:]:
            total = total + other
        return total


class Concat(nn.Module):
    """Inputs behind each other along the first dimension after the batch."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """Inputs (batch, features or channels, …), equal but for that dimension."""
        return torch.cat(inputs, dim=1)


class GlobalAveragePool2d(nn.Module):
    """The mean of each channel: (batch, channels, height, width) → (batch, channels)."""

    def forward(self, x: Tensor) -> Tensor:
        """The mean over height and width."""
        return x.mean(dim=(2, 3))


class SquaredError(nn.Module):
    """Squared distance of prediction and target, (batch, features) both.

    `half_sum`: the sum of ½(t − o)² over the features, averaged over the batch (as in hand calculations);
    `mean`: the mean of (t − o)² over everything (as `torch.nn.MSELoss`). Class indices are compared as one-hot vectors.
    """

    def __init__(self, reduction: str) -> None:
        super().__init__()
        self.reduction = reduction

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """A scalar."""
        if not target.is_floating_point():
            target = functional.one_hot(target, prediction.shape[1]).to(prediction.dtype)
        squares = (prediction - target.view_as(prediction)).square()
        return squares.mean() if self.reduction == "mean" else 0.5 * squares.sum() / len(prediction)
