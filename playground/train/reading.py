"""Reading the curves: what a practised eye would say of them, in one sentence with its reason."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.train.history import Floats, History

Verdict = Literal["none", "early", "learning", "level", "overfitting", "guessing", "rising", "unseen"]

_WINDOW, _SHARE = 5, 0.1
"""What "lately" means: so many epochs, or this share of all if that is more."""
_RISE = 1.05
"""Validation loss this many times its best counts as risen: smaller changes are chance."""
_CHANGE = 0.02
"""A relative change of loss below this is none."""
_GUESSING = 0.97
"""Training loss above this share of the loss of blind guessing means that nothing was learnt."""


@dataclass(frozen=True)
class Reading:
    """A verdict, the sentence that gives it with its reason, and the epoch from which on it holds (0: none)."""

    verdict: Verdict
    sentence: str
    since: int = 0


def read_curves(history: History, classes: int = 0) -> Reading:
    """What the curves say. `classes` (0: the targets are values) tells what blind guessing would cost: log(classes)."""
    epoch, train = history.epoch_column("epoch"), history.epoch_column("train_loss")
    validation = history.epoch_column("validation_loss")
    if not len(epoch):
        return Reading("none", "")
    if len(epoch) < 3:
        done = "one epoch" if len(epoch) == 1 else f"{len(epoch)} epochs"
        return Reading("early", f"Too early to tell after {done}: wait for the third.")
    if (guessing := _guessing(train, classes)) is not None:
        return guessing
    if np.isnan(validation[-1]):
        return _without_validation(epoch, train, could_have_some=classes > 0)
    return _overfitting(history, epoch, train, validation) or _trend(epoch, train, validation)


def _guessing(train: Floats, classes: int) -> Reading | None:
    if classes < 2 or train[-1] < _GUESSING * math.log(classes):
        return None
    blind = math.log(classes)
    return Reading(
        "guessing",
        f"Not learning: training loss {train[-1]:.3g} is what blind guessing costs (log {classes} = {blind:.3g}). "
        "Try another learning rate: a larger one if the loss stands still, a smaller one if it jumps.",
    )


def _without_validation(epoch: Floats, train: Floats, could_have_some: bool) -> Reading:
    earlier = _earlier(epoch)
    lately = f"over the last {epoch[-1] - epoch[earlier]:,.0f} epochs training loss went"
    advice = "Set Validation to 10 % to see how the network does on examples it does not learn from."
    return Reading(
        "unseen",
        f"Without validation examples overfitting cannot be seen; {lately} {_from_to(train[earlier], train[-1])}."
        + (f" {advice}" if could_have_some else ""),
    )


def _earlier(epoch: Floats) -> int:
    """The index of the epoch with which the last one is compared."""
    window = max(_WINDOW, int(_SHARE * len(epoch)))
    return len(epoch) - 1 - min(window, len(epoch) // 2)


def _overfitting(history: History, epoch: Floats, train: Floats, validation: Floats) -> Reading | None:
    """Training loss falls on, while validation loss has been above its best for at least three epochs."""
    best = history.best_epoch
    if not best or epoch[-1] - best < 3:
        return None
    at_best = int(np.searchsorted(epoch, best))
    later = validation[at_best + 1 :]
    recent = float(np.mean(later[-3:]))
    if recent < _RISE * history.best_loss or train[-1] >= train[at_best]:
        return None
    return Reading(
        "overfitting",
        f"Overfitting since epoch {best}: training loss falls on ({_from_to(train[at_best], train[-1])}) while "
        f"validation loss rises ({_from_to(validation[at_best], validation[-1])}). "
        "The network learns its examples by heart. Early stopping, L1 or weight decay hold against that.",
        since=best,
    )


def _trend(epoch: Floats, train: Floats, validation: Floats) -> Reading:
    """Falling, level or rising, from the last few epochs against the few before them."""
    earlier = _earlier(epoch)
    span = epoch[-1] - epoch[earlier]
    fell, fell_outside = _relative(train, earlier), _relative(validation, earlier)
    lately = f"over the last {span:,.0f} epochs" if span > 1 else "in the last epoch"
    if fell > _CHANGE and train[-1] > train.min() * _RISE:
        return Reading(
            "rising",
            f"Training loss rises ({_from_to(train[earlier], train[-1])} {lately}): the steps are too large. "
            "Choose a smaller learning rate.",
        )
    if fell_outside < -_CHANGE:
        return Reading(
            "learning",
            f"Still learning: {lately} training loss went {_from_to(train[earlier], train[-1])} and validation loss "
            f"{_from_to(validation[earlier], validation[-1])}. Both fall: what is learnt holds for new examples too.",
        )
    if fell < -_CHANGE:
        return Reading(
            "level",
            f"Validation loss has levelled off at {validation[-1]:.3g}, while training loss still falls "
            f"({_from_to(train[earlier], train[-1])} {lately}). More epochs will bring little that is new.",
        )
    return Reading(
        "level",
        f"Levelled off: {lately} neither loss changed by more than {_CHANGE:.0%}. More epochs will not help; "
        "a larger network, more data or another learning rate may.",
    )


def _relative(values: Floats, earlier: int) -> float:
    """How far the last value lies above an earlier one, as a share of it."""
    return float((values[-1] - values[earlier]) / max(abs(values[earlier]), 1e-12))


def _from_to(before: float, after: float) -> str:
    return f"{before:.3g} → {after:.3g}"
