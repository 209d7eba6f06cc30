"""What a run came to, in a few numbers, for tables and maps of runs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from playground.train.history import Floats, History


@dataclass(frozen=True)
class RunResult:
    """The best that a run did on the validation examples, and how it did on the test examples at its end.

    NaN where there is no such number. Accuracies from 0 to 1, errors in the unit of the values.
    """

    epochs: int = 0
    validation_loss: float = math.nan
    validation_accuracy: float = math.nan
    validation_error: float = math.nan
    training_loss: float = math.nan
    test_loss: float = math.nan
    test_accuracy: float = math.nan
    test_error: float = math.nan


def result_of(history: History) -> RunResult:
    """What the run of these curves has come to so far; the lowest training loss is that of a whole epoch."""
    test = history.result
    return RunResult(
        history.epochs,
        _best(history.epoch_column("validation_loss"), lowest=True),
        _best(history.epoch_column("validation_accuracy"), lowest=False),
        _best(history.epoch_column("validation_error"), lowest=True),
        _best(history.epoch_column("train_loss"), lowest=True),
        *((math.nan,) * 3 if test is None else (test.loss, test.accuracy, test.error)),
    )


def _best(column: Floats, *, lowest: bool) -> float:
    known = column[np.isfinite(column)]
    return math.nan if not len(known) else float(known.min() if lowest else known.max())
