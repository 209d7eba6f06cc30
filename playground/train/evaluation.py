"""How a network does on examples that it does not learn from: loss, accuracy, and what it confuses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, fx
from torch.nn import functional

from playground.data import Scale
from playground.train.events import Mistakes, Predictions

_CHUNK = 256
"""Examples sent through at once, at least."""

_WORST = 8

MOST_CURVES = 50
"""For more classes than this no receiver curves are worked out."""
_GRID = 101

_MOST_POINTS = 500
"""Examples whose predictions are shown beside the truth, at most."""


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

    def tally(self, predictions: Tensor, target: Tensor) -> Tensor:
        """How many of the classes (examples,) were named, as a tensor on the device."""
        return (self.for_each_class(predictions).argmax(1) == target).sum()


@dataclass(frozen=True)
class Estimates:
    """How predictions (examples, values) stand for values in the target's unit."""

    scale: Scale

    def tally(self, predictions: Tensor, target: Tensor) -> Tensor:
        """The absolute errors of the examples added up, in the unit; of several values of an example, the mean."""
        return (predictions - target).abs().flatten(1).mean(1).sum() * self.scale.spread


@dataclass(frozen=True)
class Evaluation:
    """Mean loss; accuracy where classes are named, the mean absolute error in the unit where values are predicted.

    `predictions` (examples, outputs) if they were kept.

    The loss is what training lowers, the sum of the main and the auxiliary losses, so that it can be compared with the
    training loss.
    """

    loss: float
    accuracy: float | None
    error: float | None = None
    predictions: Tensor | None = None


def evaluate(
    module: fx.GraphModule,
    x: Tensor,
    target: Tensor,
    batch_size: int,
    judge: Answers | Estimates | None,
    keep_predictions: bool = False,
) -> Evaluation | None:
    """Send all examples through the network as it is used (switch it to use before); None if there are none.

    `judge` says how predictions name classes or stand for values, None that they do neither.
    """
    if not len(x):
        return None
    chunk = max(batch_size, _CHUNK)
    loss_sum = torch.zeros((), device=x.device)
    tally = torch.zeros((), device=x.device)
    kept: list[Tensor] = []
    with torch.no_grad():
        for first in range(0, len(x), chunk):
            part, wanted = x[first : first + chunk], target[first : first + chunk]
            prediction, loss = module(part, wanted)
            loss_sum += loss * len(part)
            if judge is not None:
                tally += judge.tally(prediction, wanted)
            if keep_predictions:
                kept.append(prediction)
    means = (torch.stack((loss_sum, tally)) / len(x)).cpu().numpy()
    return Evaluation(
        float(means[0]),
        float(means[1]) if isinstance(judge, Answers) else None,
        float(means[1]) if isinstance(judge, Estimates) else None,
        torch.cat(kept) if keep_predictions else None,
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
    scores = functional.softmax(predictions, 1) if answers.are_scores else predictions
    roc, auc = _receiver_curves(scores.double().cpu().numpy(), target.cpu().numpy())
    return Mistakes(
        epoch,
        confusion.cpu().numpy(),
        x[worst].contiguous().cpu().numpy(),
        target[worst].cpu().numpy(),
        named[worst].cpu().numpy(),
        confidence[worst].double().clamp(0, 1).cpu().numpy(),
        target.cpu().numpy(),
        named.cpu().numpy(),
        roc,
        auc,
    )


def _receiver_curves(scores: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each class against all others: true positives at 0 %, 1 % … 100 % false positives, and the area.

    The area is the chance that an example of the class has a higher score than another, half of it where they are
    equal (Mann and Whitney).
    """
    classes = scores.shape[1]
    if classes > MOST_CURVES:
        return np.zeros((0, _GRID)), np.zeros(0)
    curves, areas = np.full((classes, _GRID), np.nan), np.full(classes, np.nan)
    grid = np.linspace(0, 1, _GRID)
    for number in range(classes):
        is_it = target == number
        its, others = int(is_it.sum()), int((~is_it).sum())
        if not its or not others:
            continue
        order = np.argsort(-scores[:, number], kind="stable")
        ends = np.append(np.flatnonzero(np.diff(scores[order, number])), len(order) - 1)  # equal scores move together
        found = np.append(0, np.cumsum(is_it[order])[ends]) / its
        false = np.append(0, np.cumsum(~is_it[order])[ends]) / others
        areas[number] = float(np.trapezoid(found, false))
        last = np.searchsorted(false, grid, side="right") - 1
        following = np.minimum(last + 1, len(false) - 1)
        step = false[following] - false[last]
        part = np.divide(grid - false[last], step, out=np.zeros(_GRID), where=step > 0)
        curves[number] = found[last] + part * (found[following] - found[last])
    return curves, areas


def compare_values(
    epoch: int, predictions: Tensor, target: Tensor, learnt_from: Tensor, estimates: Estimates
) -> Predictions:
    """What is predicted beside what is true.

    Args:
        epoch: the one after which this is.
        predictions: (examples, values).
        target: (examples, values), what is true.
        learnt_from: the targets of the training examples, whose mean a blind guess would be.
        estimates: what the values mean in their unit.
    """
    total = len(target)
    chosen = torch.linspace(0, total - 1, min(total, _MOST_POINTS), device=target.device).round().long()
    blind = learnt_from.mean(0, keepdim=True).expand_as(target)
    true, predicted = (
        estimates.scale.in_unit(values.flatten(1)[chosen].cpu().numpy()) for values in (target, predictions)
    )
    error, blind_error = (float(estimates.tally(guess, target)) / total for guess in (predictions, blind))
    return Predictions(epoch, total, true, predicted, error, blind_error)
