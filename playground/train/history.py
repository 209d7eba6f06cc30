"""The curves of a run: every epoch and every batch as plain arrays, in bounded memory.

Where a curve grows too long it is thinned: neighbouring batches become their mean, so that no batch is left out of the
picture; of the epochs every second one is dropped, so that those that stay are exact.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from playground.train.errors import TrainError
from playground.train.events import BatchDone, BatchesDone, EpochDone, Event, Finished, Knobs

Floats = NDArray[np.float64]

BATCH_POINTS, EPOCH_POINTS = 4096, 4096
"""Points kept at most of either curve."""

_EPOCH_COLUMNS = (
    *("epoch", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy", "seconds"),
    *("train_error", "validation_error"),
)
_BATCH_COLUMNS = ("position", "loss", "accuracy", "error", "rate")
_KNOBS = {
    "learning_rate": "rate",
    "weight_decay": "L2",
    "l1": "L1",
    "augmentation": "augmentation",
    "layers": "which layers learn",
}
"""What can be turned while a run goes on, and what the chart calls it."""

_ADDED_COLUMNS = {"epochs": 2, "batches": 2, "pending": 2, "knobs": 2}
"""So many of the last columns of a table may be missing in older files."""


@dataclass(frozen=True)
class Result:
    """How the network did on the test set, after `position` epochs.

    `accuracy` is NaN where targets are values, `error` (mean absolute, in the unit) where they are not.
    """

    position: float
    loss: float
    accuracy: float
    error: float = math.nan


class _Table:
    """Rows of numbers that grow at the end; a column is a view, not a copy."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._names = columns
        self._rows: Floats = np.empty((64, len(columns)))
        self._count = 0

    def append(self, row: tuple[float, ...]) -> None:
        if self._count == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        self._rows[self._count] = row
        self._count += 1

    def extend(self, rows: Floats) -> None:
        """Several rows at once."""
        count = self._count + len(rows)
        while count > len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        self._rows[self._count : count], self._count = rows, count

    def replace(self, rows: Floats) -> None:
        self._rows, self._count = np.array(rows, dtype=np.float64), len(rows)
        if not len(self._rows):
            self._rows = np.empty((64, len(self._names)))

    @property
    def rows(self) -> Floats:
        return self._rows[: self._count]

    def column(self, name: str) -> Floats:
        return self.rows[:, self._names.index(name)]

    def __len__(self) -> int:
        return self._count


class History:
    """What a run has shown of itself so far. Feed it every event; others read its arrays.

    Accuracy, error and validation columns hold NaN where there is no such number. Files of before there were errors
    lack those columns.
    """

    def __init__(self) -> None:
        self._epochs = _Table(_EPOCH_COLUMNS)
        self._batches = _Table(_BATCH_COLUMNS)
        self._stride = 1
        self._pending = [0.0] * len(_BATCH_COLUMNS)
        self._knobs = _Table(("position", *_KNOBS))
        self._position = 0.0
        self.best_epoch = 0
        """The epoch with the lowest validation loss, 0 while there is none."""
        self.best_loss = math.inf
        self.learning_rate = math.nan
        """The one of the last batch, NaN while that is not known."""
        self.result: Result | None = None
        """The test set's verdict on the present weights, None until a run has ended."""

    def add(self, event: Event) -> None:
        """Take an event in; those without a number for the curves are passed over."""
        if isinstance(event, BatchDone):
            self._add_batch(event)
        elif isinstance(event, BatchesDone):
            self._add_batches(event)
        elif isinstance(event, EpochDone):
            self._add_epoch(event)
        elif isinstance(event, Finished) and event.test_loss is not None:
            self.result = Result(
                self._position, event.test_loss, _or_nan(event.test_accuracy), _or_nan(event.test_error)
            )

    def epoch_column(self, name: str) -> Floats:
        """One number per epoch: "epoch" (from 1), "train_loss", "validation_accuracy", … (see EpochDone)."""
        return self._epochs.column(name)

    def batch_column(self, name: str) -> Floats:
        """One number per batch, or per few batches: "position" on the epoch axis, "loss", "accuracy", "error".

        "rate" is the learning rate, NaN in older files.
        """
        return self._batches.column(name)

    @property
    def changes(self) -> tuple[tuple[float, str], ...]:
        """What was changed by hand: (position from which on it holds, "rate 0.01, L1 0.001")."""
        found: list[tuple[float, str]] = []
        for before, after in pairwise(self._knobs.rows):
            turned = (before[1:] != after[1:]) & np.isfinite(before[1:]) & np.isfinite(after[1:])
            words = [
                _turned(name, float(value))
                for name, value, is_new in zip(_KNOBS.values(), after[1:], turned, strict=True)
                if is_new
            ]
            if words:
                found.append((float(after[0]), ", ".join(words)))
        return tuple(found)

    @property
    def position(self) -> float:
        """The place on the epoch axis that the run has reached: 2.5 is the middle of the third epoch."""
        return self._position

    @property
    def epochs(self) -> int:
        """How many epochs are complete."""
        return int(self.epoch_column("epoch")[-1]) if len(self._epochs) else 0

    def __len__(self) -> int:
        """How many points there are to draw."""
        return len(self._epochs) + len(self._batches)

    def _add_batch(self, event: BatchDone) -> None:
        self._see_knobs(event.knobs, event.learning_rate)
        self._position, self.result = event.position, None
        pending = self._pending
        pending[0] += 1
        pending[1] += event.loss
        pending[2] += _or_nan(event.accuracy)
        pending[3] += _or_nan(event.error)
        pending[4] += event.learning_rate
        if pending[0] == self._stride:
            self._end_point(event.position)

    def _add_batches(self, event: BatchesDone) -> None:
        """The same to the last bit as if they came one by one, since sums are added up in the same order."""
        self._see_knobs(event.knobs, float(event.learning_rates[-1]))
        self._position, self.result = event.position, None
        unknown = np.full(len(event), math.nan)
        columns = (event.losses, event.accuracies, event.errors, event.learning_rates)
        rows = np.column_stack([event.positions, *(unknown if column is None else column for column in columns)])
        while len(rows):
            begun, stride = int(self._pending[0]), self._stride
            if begun or len(rows) < stride:
                some = rows[: stride - begun]
                sums = np.add.accumulate(np.vstack([self._pending[1:], some[:, 1:]]))[-1]
                self._pending = [float(begun + len(some)), *sums.tolist()]
                if len(some) + begun == stride:
                    self._end_point(float(some[-1, 0]))
                rows = rows[len(some) :]
            else:
                points = min(len(rows) // stride, BATCH_POINTS - len(self._batches))
                groups = rows[: points * stride].reshape(points, stride, -1)
                means = np.add.accumulate(groups[:, :, 1:], axis=1)[:, -1] / stride
                self._append_points(np.column_stack([groups[:, -1, 0], means]))
                rows = rows[points * stride :]

    def _end_point(self, position: float) -> None:
        """As many batches as make a point are together."""
        count, *totals = self._pending
        self._pending = [0.0] * len(_BATCH_COLUMNS)
        self._append_points(np.array([[position, *(total / count for total in totals)]]))

    def _append_points(self, rows: Floats) -> None:
        self._batches.extend(rows)
        if len(self._batches) >= BATCH_POINTS:
            self._thin_batches()

    def _see_knobs(self, knobs: Knobs | None, learning_rate: float) -> None:
        row = (learning_rate, *(math.nan for _ in range(len(_KNOBS) - 1)))
        if knobs is not None:
            row = (knobs.learning_rate, knobs.weight_decay, knobs.l1, knobs.augmentation, knobs.layers)
        if not len(self._knobs) or not np.array_equal(self._knobs.rows[-1, 1:], row, equal_nan=True):
            self._knobs.append((self._position, *row))
        self.learning_rate = learning_rate

    def _thin_batches(self) -> None:
        """Two neighbours become one point: at the end of the second, with the mean of both."""
        pairs = self._batches.rows[: len(self._batches) // 2 * 2].reshape(-1, 2, len(_BATCH_COLUMNS))
        merged = pairs.mean(axis=1)
        merged[:, 0] = pairs[:, 1, 0]
        self._batches.replace(merged)
        self._stride *= 2

    def _add_epoch(self, event: EpochDone) -> None:
        self._position = float(event.epoch)
        losses = (event.train_loss, _or_nan(event.train_accuracy))
        validation = (_or_nan(event.validation_loss), _or_nan(event.validation_accuracy))
        errors = (_or_nan(event.train_error), _or_nan(event.validation_error))
        self._epochs.append((event.epoch, *losses, *validation, event.seconds, *errors))
        if event.is_best and event.validation_loss is not None:
            self.best_epoch, self.best_loss = event.epoch, event.validation_loss
        if len(self._epochs) >= EPOCH_POINTS:
            rows = self._epochs.rows
            kept = np.arange(len(rows)) % 2 == 1
            self._epochs.replace(rows[kept | (rows[:, 0] == self.best_epoch)])

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Everything, as a flat dict for a file."""
        result = () if self.result is None else dataclasses.astuple(self.result)
        return {
            "epochs": self._epochs.rows.copy(),
            "batches": self._batches.rows.copy(),
            "pending": np.array([self._stride, *self._pending]),
            "knobs": self._knobs.rows.copy(),
            "best": np.array([self._position, self.best_epoch, self.best_loss]),
            "result": np.array(result, dtype=np.float64),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> History:
        """What `to_arrays` wrote; no arrays make an empty history.

        Raises:
            TrainError: the arrays are not those of a history.
        """
        history = cls()
        if not arrays:
            return history
        try:
            history._epochs.replace(_table(arrays["epochs"], "epochs", len(_EPOCH_COLUMNS)))
            history._batches.replace(_table(arrays["batches"], "batches", len(_BATCH_COLUMNS)))
            history._knobs.replace(_knobs(arrays))
            pending = _table(arrays["pending"][np.newaxis], "pending", 1 + len(_BATCH_COLUMNS))[0]
            stride, *history._pending = (float(n) for n in pending)
            position, best_epoch, best_loss = (float(n) for n in _table(arrays["best"][np.newaxis], "best", 3)[0])
            result = [float(n) for n in arrays["result"].ravel()]
            history._stride, history._position = max(1, int(stride)), position
            history.best_epoch, history.best_loss = int(best_epoch), best_loss
            history.result = Result(*result) if len(result) in (3, 4) else None
        except (KeyError, ValueError, IndexError, OverflowError) as error:
            raise TrainError(
                "The curves in the file are damaged. Network and weights are good; the curves start anew."
            ) from error
        return history


def _turned(name: str, value: float) -> str:
    if name == "augmentation":
        return name if value else f"no {name}"
    if name == _KNOBS["layers"]:
        return name
    return f"{name} {value:g}"


def _table(array: np.ndarray, name: str, columns: int) -> Floats:
    """The array, with NaN in the columns that older files lack."""
    fewest = columns - _ADDED_COLUMNS.get(name, 0)
    if array.ndim != 2 or not fewest <= array.shape[1] <= columns or array.dtype != np.float64:
        raise ValueError(f"a table of {columns} columns expected, not {array.dtype} {array.shape}")
    return np.pad(array, ((0, 0), (0, columns - array.shape[1])), constant_values=np.nan)


def _knobs(arrays: Mapping[str, np.ndarray]) -> Floats:
    """Where the knobs stood; before there were others, the learning rate was the only one noted."""
    if "knobs" in arrays:
        return _table(arrays["knobs"], "knobs", 1 + len(_KNOBS))
    rates = _table(arrays["rates"], "rates", 2)
    return np.hstack([rates, np.full((len(rates), len(_KNOBS) - 1), math.nan)])


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
