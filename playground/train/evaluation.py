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
class Evaluation:
    """Mean loss and accuracy (None where targets are values); `predictions` (examples, outputs) if they were kept."""

    loss: float
    accuracy: float | None
    predictions: Tensor | None = None


def evaluate(
    module: fx.GraphModule, x: Tensor, target: Tensor, batch_size: int, keep_predictions: bool = False
) -> Evaluation | None:
    """Send all examples through the network as it is used (switch it to use before); None if there are none."""
    if not len(x):
        return None
    chunk = max(batch_size, _CHUNK)
    loss_sum = torch.zeros((), device=x.device)
    right = torch.zeros((), device=x.device)
    has_classes = not target.is_floating_point()
    kept: list[Tensor] = []
    with torch.no_grad():
        for first in range(0, len(x), chunk):
            part, wanted = x[first : first + chunk], target[first : first + chunk]
            prediction, loss = module(part, wanted)
            loss_sum += loss * len(part)
            if has_classes:
                right += (prediction.argmax(1) == wanted).sum()
            if keep_predictions:
                kept.append(prediction)
    means = (torch.stack((loss_sum, right)) / len(x)).cpu().numpy()
    return Evaluation(
        float(means[0]), float(means[1]) if has_classes else None, torch.cat(kept) if keep_predictions else None
    )


def find_mistakes(epoch: int, predictions: Tensor, x: Tensor, target: Tensor, are_scores: bool) -> Mistakes:
    """What was confused with what, and the worst of it.

    Args:
        epoch: the one after which this is.
        predictions: (examples, classes).
        x: the examples.
        target: (examples,) class numbers.
        are_scores: whether softmax makes probabilities of the predictions; else they are taken as they are.
    """
    classes = predictions.shape[1]
    confidence, named = (functional.softmax(predictions, 1) if are_scores else predictions).max(1)
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
