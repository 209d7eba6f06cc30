"""How a network does on examples that it does not learn from: loss, accuracy, and what it confuses."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, fx
from torch.nn import functional

from playground.train.events import Mistakes

_CHUNK = 256
"""Examples sent through at once, at least."""

_WORST = 8


@dataclass(frozen=True)
class Answers:
    """How predictions (examples, outputs) name classes.

    The largest output does, or a single one by which side of the threshold it lies on. `are_scores`: softmax makes
    probabilities of the outputs (of a single score, the logistic function); else they are taken as they are.
    """

    are_scores: bool
    threshold: float

    def for_each_class(self, predictions: Tensor) -> Tensor:
        """(examples, classes), the largest naming the class; a single output speaks for the second of two classes."""
        if predictions.shape[1] > 1:
            return predictions
        other = torch.zeros_like(predictions) if self.are_scores else 2 * self.threshold - predictions
        return torch.cat((other, predictions), 1)

    def count_right(self, predictions: Tensor, target: Tensor) -> Tensor:
        """How many of the classes (examples,) were named, as a tensor on the device."""
        return (self.for_each_class(predictions).argmax(1) == target).sum()


@dataclass(frozen=True)
class Evaluation:
    """Mean loss and accuracy (None where no classes are named); `predictions` (examples, outputs) if they were kept.

    The loss is what training lowers, the sum of the main and the auxiliary losses, so that it can be compared with the
    training loss.
    """

    loss: float
    accuracy: float | None
    predictions: Tensor | None = None


def evaluate(
    module: fx.GraphModule,
    x: Tensor,
    target: Tensor,
    batch_size: int,
    answers: Answers | None,
    keep_predictions: bool = False,
) -> Evaluation | None:
    """Send all examples through the network as it is used (switch it to use before); None if there are none.

    `answers` says how classes are named, None that none are.
    """
    if not len(x):
        return None
    chunk = max(batch_size, _CHUNK)
    loss_sum = torch.zeros((), device=x.device)
    right = torch.zeros((), device=x.device)
    kept: list[Tensor] = []
    with torch.no_grad():
        for first in range(0, len(x), chunk):
            part, wanted = x[first : first + chunk], target[first : first + chunk]
            prediction, loss = module(part, wanted)
            loss_sum += loss * len(part)
            if answers is not None:
                right += answers.count_right(prediction, wanted)
            if keep_predictions:
                kept.append(prediction)
    means = (torch.stack((loss_sum, right)) / len(x)).cpu().numpy()
    return Evaluation(
        float(means[0]), float(means[1]) if answers else None, torch.cat(kept) if keep_predictions else None
    )


def find_mistakes(epoch: int, predictions: Tensor, x: Tensor, target: Tensor, answers: Answers) -> Mistakes:
    """What was confused with what, and the worst of it.

    Args:
        epoch: the one after which this is.
        predictions: (examples, outputs).
        x: the examples.
        target: (examples,) class numbers.
        answers: how the predictions name classes.
    """
    predictions = answers.for_each_class(predictions)
    classes = predictions.shape[1]
    confidence, named = (functional.softmax(predictions, 1) if answers.are_scores else predictions).max(1)
    confusion = torch.bincount(target * classes + named, minlength=classes * classes).view(classes, classes)
    wrong = torch.nonzero(named != target).flatten()
    worst = wrong[confidence[wrong].argsort(descending=True, stable=True)[:_WORST]]
    return Mistakes(
        epoch,
        confusion.cpu().numpy(),
        x[worst].contiguous().cpu().numpy(),
        target[worst].cpu().numpy(),
        named[worst].cpu().numpy(),
        confidence[worst].double().clamp(0, 1).cpu().numpy(),
    )
