"""A run and its twin: from where the twin begins, and in words what came of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from playground.graph.experiment import Experiment
from playground.train.checkpoints import Checkpoint
from playground.train.events import Reason
from playground.train.history import History

_NOTICED = 0.02
"""A loss that differs by less than this part is the same: another seed would change it as much."""


def branch(checkpoint: Checkpoint, from_best: bool) -> Checkpoint | None:
    """Where a twin goes on "from the same point": the best epoch of a run, or where it stands; None if there is none.

    From the best epoch the twin has its weights alone: the optimizer's memory of then is not kept.
    """
    if not from_best:
        return checkpoint if checkpoint.step else None
    best = checkpoint.best
    if best is None:
        return None
    steps = round(checkpoint.step * best.epoch / max(checkpoint.epoch, 1))
    return Checkpoint(
        checkpoint.fingerprint, best.state, epoch=best.epoch, step=steps, batch_size=checkpoint.batch_size
    )


def with_epochs_left(experiment: Experiment, epoch: int) -> Experiment:
    """The experiment with something left to do after so many epochs: half as many again where all of them are done."""
    training = experiment.training
    if training.epochs > epoch:
        return experiment
    return replace(experiment, training=replace(training, epochs=epoch + max(1, epoch // 2)))


@dataclass(frozen=True)
class Outcome:
    """What a twin came to, beside the run that it is a twin of. `is_better` is None where nothing can be said."""

    sentence: str
    is_better: bool | None = None


def outcome(main: History, twin: History, reason: Reason | None = None, restores_best: bool = True) -> Outcome:
    """The twin's validation loss (and what it gets right) in words, instead of the run's own.

    They are compared after the same number of epochs. A twin that stopped early and went back to its best weights
    counts by these, beside what the run itself came to.
    """
    if not twin.epochs or not main.epochs:
        return Outcome("It ended before its first epoch was complete.")
    is_early = reason == "early"
    last = main.epochs if is_early else min(main.epochs, twin.epochs)
    chosen = twin.best_epoch if is_early and restores_best and twin.best_epoch else twin.epochs if is_early else last
    loss, own = _value(twin, chosen, "validation_loss"), _value(main, last, "validation_loss")
    which = "validation loss"
    if math.isnan(loss) or math.isnan(own):
        loss, own, which = _value(twin, chosen, "train_loss"), _value(main, last, "train_loss"), "training loss"
    if not (math.isfinite(loss) and math.isfinite(own)):
        return Outcome("Its loss is not a number that could be compared.")
    change = (loss - own) / max(abs(own), 1e-12)
    is_better = change < -_NOTICED
    verdict = "Better" if is_better else "No better" if change <= _NOTICED else "Worse"
    parts = [f"{which} {loss:.3g} instead of {own:.3g}"]
    right, own_right = (_value(each, at, "validation_accuracy") for each, at in ((twin, chosen), (main, last)))
    if not (math.isnan(right) or math.isnan(own_right)):
        parts.append(f"{100 * right:.1f} % right instead of {100 * own_right:.1f} %")
    return Outcome(f"{verdict}: {', '.join(parts)}, {_when(chosen, last)}{_lowest(main, twin)}.", is_better)


def _when(chosen: int, last: int) -> str:
    if chosen == last:
        return f"after epoch {last:,}"
    return f"after epoch {chosen:,} instead of {last:,}"


def _lowest(main: History, twin: History) -> str:
    """The lowest validation losses on the way, where both had one."""
    if not (main.best_epoch and twin.best_epoch):
        return ""
    return f"; at best {twin.best_loss:.3g} (epoch {twin.best_epoch:,}) and {main.best_loss:.3g} ({main.best_epoch:,})"


def _value(history: History, epoch: int, column: str) -> float:
    """The number after that epoch, or after the last one before it that is still kept."""
    epochs = history.epoch_column("epoch")
    place = int(np.searchsorted(epochs, epoch, side="right")) - 1
    return float(history.epoch_column(column)[place]) if place >= 0 else math.nan
