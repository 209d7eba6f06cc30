"""The torch modules of the losses. Each gives one number, already multiplied by the weight that the loss has.

`prediction` is (batch, …). `target` is of the same shape, or holds class numbers, (batch,): these stand for a list with
a single 1, or, where the prediction is a single number, for 0 and 1.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from torch import Tensor, nn
from torch.nn import functional


def as_values(target: Tensor, prediction: Tensor) -> Tensor:
    """The target as one number for each number of the prediction."""
    if not target.is_floating_point():
        single = prediction.ndim == 2 and prediction.shape[1] == 1
        target = (target if single else functional.one_hot(target, prediction.shape[1])).to(prediction.dtype)
    return target.reshape(prediction.shape)


class Weighted(nn.Module, ABC):
    """A loss that counts for `factor` times its value."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """A scalar."""
        found = self.measure(prediction, target)
        return found if self.factor == 1 else self.factor * found

    @abstractmethod
    def measure(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The loss before it is weighted."""


class CrossEntropy(Weighted):
    """torch.nn.CrossEntropyLoss; the target may be probabilities."""

    def __init__(self, factor: float, label_smoothing: float) -> None:
        super().__init__(factor)
        self.label_smoothing = label_smoothing
        self.class_weights: Tensor | None = None
        """How much each class counts, (classes,): torch's `weight`. None: all the same."""

    def measure(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The mean over the batch of −Σ y log p, weighted by class."""
        return functional.cross_entropy(prediction, target, self.class_weights, label_smoothing=self.label_smoothing)


class BinaryCrossEntropy(Weighted):
    """torch.nn.BCEWithLogitsLoss: −t log p − (1 − t) log(1 − p) with p = 1 / (1 + e^−z), the mean over everything."""

    def measure(self, prediction: Tensor, target: Tensor) -> Tensor:
        """log(1 + e^z) − t z, which is the same."""
        return functional.binary_cross_entropy_with_logits(prediction, as_values(target, prediction))


class SquaredError(Weighted):
    """Squared distance of prediction and target.

    `half_sum`: the sum of ½(t − o)² over an example, averaged over the batch (as in hand calculations);
    `mean`: the mean of (t − o)² over everything (as `torch.nn.MSELoss`).
    """

    def __init__(self, factor: float, reduction: str) -> None:
        super().__init__(factor)
        self.reduction = reduction

    def measure(self, prediction: Tensor, target: Tensor) -> Tensor:
        """See the class."""
        squares = (prediction - as_values(target, prediction)).square()
        return squares.mean() if self.reduction == "mean" else 0.5 * squares.sum() / len(prediction)


class MeanAbsoluteError(Weighted):
    """torch.nn.L1Loss: the mean of |t − o| over everything."""

    def measure(self, prediction: Tensor, target: Tensor) -> Tensor:
        """See the class."""
        return functional.l1_loss(prediction, as_values(target, prediction))


class Huber(Weighted):
    """torch.nn.HuberLoss: ½d² up to |d| = δ, δ(|d| − ½δ) beyond; the mean over everything."""

    def __init__(self, factor: float, delta: float) -> None:
        super().__init__(factor)
        self.delta = delta

    def measure(self, prediction: Tensor, target: Tensor) -> Tensor:
        """See the class."""
        return functional.huber_loss(prediction, as_values(target, prediction), delta=self.delta)


class Hinge(Weighted):
    """The margin that is missing, summed over an example and averaged over the batch.

    For a list and a class y: Σ over the other classes j of max(0, margin + s_j − s_y), as in cs231n (torch divides by
    the number of classes besides). For a single number, and for targets that are values: max(0, margin − t·s) with
    t = ±1; class 0 means −1.
    """

    def __init__(self, factor: float, margin: float) -> None:
        super().__init__(factor)
        self.margin = margin

    def measure(self, prediction: Tensor, target: Tensor) -> Tensor:
        """See the class."""
        if target.is_floating_point():
            missing = self.margin - target.reshape(prediction.shape) * prediction
        elif prediction.shape[1] == 1:
            missing = self.margin - (2 * target.view(-1, 1) - 1) * prediction
        else:
            true = functional.one_hot(target, prediction.shape[1]).to(prediction.dtype)
            own = (prediction * true).sum(1, keepdim=True)
            missing = (self.margin + prediction - own) * (1 - true)
        return missing.clamp(min=0).sum() / len(prediction)


class OutputLoss(Weighted):
    """The output itself: its sum over an example, averaged over the batch. The target plays no part."""

    def measure(self, prediction: Tensor, target: Tensor) -> Tensor:
        """See the class."""
        del target
        return prediction.sum() / len(prediction)
