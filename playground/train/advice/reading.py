"""Reading the curves: what a practised eye would say of them, in one sentence with its reason."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.train.history import Floats, History

Verdict = Literal[
    "none",
    "early",
    "guessing",
    "diverging",
    "rising",
    "learning",
    "underfitting",
    "right",
    "overfitting",
    "level",
    "unseen",
]
"""none, early: nothing can be said yet. guessing: not learning. diverging: the loss grows far beyond where it began;
rising: it only rises. right: a right fit. level: neither loss changes any more, or only the training loss does, and it
is none of the fits. unseen: there are no validation examples, so that fits cannot be told apart."""

_WINDOW, _SHARE = 5, 0.1
"""What "lately" means: so many epochs, or this share of all if that is more."""
_RISE = 1.05
"""Validation loss this many times its best counts as risen: smaller changes are chance."""
_CHANGE = 0.02
"""A relative change of loss below this is none."""
_GUESSING = 0.97
"""Training loss above this share of the loss of blind guessing means that nothing was learnt."""
_POOR = 0.3
"""Making this share of the mistakes of blind guessing on the very examples that are learnt is underfitting."""
_APART, _APART_SHARE = 2.0, 0.05
"""Losses are apart if validation has so many times the training loss, and (the gap in what is got right, as a share of
blind guessing's mistakes) this much more is wrong."""
_CLOSE = 1.3
_GROWN, _GROWN_EARLY, _FEW = 3.0, 10.0, 50
"""Training diverges where the loss of a batch is so many times that of the first ones; of few batches, so many more."""


@dataclass(frozen=True)
class Reading:
    """A verdict, the sentence that gives it with its reason, and the epoch from which on it holds (0: none)."""

    verdict: Verdict
    sentence: str
    since: int = 0


def read_curves(history: History, classes: int = 0, blind_error: float = math.nan) -> Reading:
    """What the curves say.

    `classes` (0: the targets are values) tells what blind guessing would cost: log(classes). Of values, `blind_error`
    does: the mean absolute error of always answering the mean, where it is known.
    """
    diverging = _diverging(history)
    if diverging is not None:
        return diverging
    epoch, train = history.epoch_column("epoch"), history.epoch_column("train_loss")
    validation = history.epoch_column("validation_loss")
    if not len(epoch):
        return Reading("none", "")
    if len(epoch) < 3:
        done = "one epoch" if len(epoch) == 1 else f"{len(epoch)} epochs"
        return Reading("early", f"Too early to tell after {done}: wait for the third.")
    poor = _Fit(history, classes, blind_error)
    if (guessing := _guessing(train, classes, poor)) is not None:
        return guessing
    if np.isnan(validation[-1]):
        return _without_validation(epoch, train, could_have_some=classes > 0)
    return _overfitting(history, epoch, train, validation) or _trend(epoch, train, validation, poor)


class _Fit:
    """How much of what is learnt, and of what is new, is wrong, as a share of what is wrong in blind guessing.

    Of values it is the square of the mean absolute error's share: about the part of their variance left unexplained.
    """

    def __init__(self, history: History, classes: int, blind_error: float) -> None:
        self.classes, self.blind_error = classes, blind_error
        kind = "accuracy" if classes > 1 else "error"
        self.train = float(history.epoch_column(f"train_{kind}")[-1])
        self.validation = float(history.epoch_column(f"validation_{kind}")[-1])

    def share(self, value: float) -> float:
        """NaN where that is not known."""
        if self.classes > 1:
            return (1 - value) / (1 - 1 / self.classes)
        return (value / self.blind_error) ** 2 if self.blind_error > 0 else math.nan

    def words(self, value: float, of: str) -> str:
        if self.classes > 1:
            return f"{100 * value:.3g} % of the {of} examples are right"
        return f"the {of} examples are answered off by {value:.3g} on average"

    @property
    def blind_words(self) -> str:
        if self.classes > 1:
            return f"blind guessing: {100 / self.classes:.3g} %"
        return f"always answering the mean: {self.blind_error:.3g}"


def _diverging(history: History) -> Reading | None:
    """The loss of the last batches lies far above that of the first."""
    position, loss = history.batch_column("position"), history.batch_column("loss")
    count = len(loss)
    if count < 2:
        return None
    window = min(20, max(1, count // 5))
    began, now = float(np.median(loss[:window])), float(np.median(loss[-window:]))
    if not now > (_GROWN_EARLY if count < _FEW else _GROWN) * began > 0:
        return None
    means = np.convolve(loss, np.full(window, 1 / window), "valid")  # the loss over `window` batches from each on
    lowest = int(np.argmin(means))
    low = float(means[lowest]) if np.isfinite(means[lowest]) else began
    since = float(position[lowest])
    return Reading(
        "diverging",
        f"Diverging since epoch {since:.3g}: the loss of a batch grew from {low:.3g} to {loss[-1]:.3g} by epoch "
        f"{position[-1]:.3g}. The steps are too large, so each one lands higher up than the last. "
        "Choose a smaller learning rate.",
        since=max(1, math.ceil(since)),
    )


def _guessing(train: Floats, classes: int, fit: _Fit) -> Reading | None:
    advice = (
        "Try another learning rate: a larger one if the loss stands still, a smaller one if it jumps. If none helps, "
        "the network is too simple for this."
    )
    if classes >= 2 and train[-1] >= _GROWN * math.log(classes):
        return Reading(
            "diverging",
            f"Diverging: training loss {train[-1]:.3g} is far above what blind guessing costs (log {classes} = "
            f"{math.log(classes):.3g}). The steps are too large. Choose a smaller learning rate.",
        )
    if classes >= 2 and train[-1] >= _GUESSING * math.log(classes):
        blind = f"is what blind guessing costs (log {classes} = {math.log(classes):.3g})"
        return Reading("guessing", f"Not learning: training loss {train[-1]:.3g} {blind}. {advice}")
    if classes < 2 and fit.share(fit.train) >= _GUESSING:
        words = f"{fit.words(fit.train, 'training')}, as always answering the mean would be ({fit.blind_error:.3g})"
        return Reading("guessing", f"Not learning: {words}. {advice}")
    return None


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
    """Training loss falls on below validation loss, which has been above its best for at least three epochs."""
    best = history.best_epoch
    if not best or epoch[-1] - best < 3:
        return None
    at_best = int(np.searchsorted(epoch, best))
    later = validation[at_best + 1 :]
    recent = float(np.mean(later[-3:]))
    if recent < _RISE * history.best_loss or train[-1] >= train[at_best] or recent <= train[-1]:
        return None
    return Reading(
        "overfitting",
        f"Overfitting since epoch {best}: training loss falls on ({_from_to(train[at_best], train[-1])}) while "
        f"validation loss rises ({_from_to(validation[at_best], validation[-1])}). "
        "The network learns its examples by heart.",
        since=best,
    )


def _trend(epoch: Floats, train: Floats, validation: Floats, fit: _Fit) -> Reading:
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
    if fell_outside < -_CHANGE <= fell:
        return Reading(
            "learning",
            f"Still learning: {lately} validation loss went {_from_to(validation[earlier], validation[-1])}, while "
            f"training loss stayed at {train[-1]:.3g}.",
        )
    if fell_outside < -_CHANGE:
        return Reading(
            "learning",
            f"Still learning: {lately} training loss went {_from_to(train[earlier], train[-1])} and validation loss "
            f"{_from_to(validation[earlier], validation[-1])}. Both fall: what is learnt holds for new examples too.",
        )
    if fell < -_CHANGE:
        return _apart(epoch, train, validation, fit) or Reading(
            "level",
            f"Validation loss has levelled off at {validation[-1]:.3g}, while training loss still falls "
            f"({_from_to(train[earlier], train[-1])} {lately}). More epochs will bring little that is new.",
        )
    return _levelled(epoch, train, validation, fit, lately)


def _apart(epoch: Floats, train: Floats, validation: Floats, fit: _Fit) -> Reading | None:
    """Neither loss rises, but what is learnt holds for new examples only in part."""
    more_is_wrong = fit.share(fit.validation) - fit.share(fit.train)
    if not (validation[-1] > _APART * train[-1] and more_is_wrong > _APART_SHARE):
        return None
    return Reading(
        "overfitting",
        f"Overfitting: validation loss has levelled off at {validation[-1]:.3g}, far above training loss "
        f"({train[-1]:.3g}): {fit.words(fit.train, 'training')}, but {fit.words(fit.validation, 'validation')}. "
        "Part of what it learns holds for its own examples only.",
        since=int(epoch[np.nanargmin(validation)]),
    )


def _levelled(epoch: Floats, train: Floats, validation: Floats, fit: _Fit, lately: str) -> Reading:
    """Nothing changes any more: which fit is it?"""
    losses = f"(training {train[-1]:.3g}, validation {validation[-1]:.3g})"
    share = fit.share(fit.train)
    if (apart := _apart(epoch, train, validation, fit)) is not None:
        return apart
    if share >= _POOR and validation[-1] <= _CLOSE * train[-1]:
        return Reading(
            "underfitting",
            f"Underfitting: both losses have levelled off {losses}, yet {fit.words(fit.train, 'training')} "
            f"({fit.blind_words}). The network cannot describe even the examples that it learns from.",
        )
    if share < _POOR:
        return Reading(
            "right",
            f"A right fit: both losses have levelled off {losses}, and what was learnt holds for new examples too: "
            f"{fit.words(fit.train, 'training')}, {fit.words(fit.validation, 'validation')}. "
            "More epochs will not help.",
        )
    return Reading(
        "level",
        f"Levelled off: {lately} neither loss changed by more than {_CHANGE:.0%} {losses}. More epochs will not help; "
        "a larger network, more data or another learning rate may.",
    )


def _relative(values: Floats, earlier: int) -> float:
    """How far the last value lies above an earlier one, as a share of it."""
    return float((values[-1] - values[earlier]) / max(abs(values[earlier]), 1e-12))


def _from_to(before: float, after: float) -> str:
    return f"{before:.3g} → {after:.3g}"
