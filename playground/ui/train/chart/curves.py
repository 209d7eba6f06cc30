"""From a history to what the chart draws: smoothed and thinned lines, the gap between them, limits. No Qt in here."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.train.history import Floats, History

Metric = Literal["loss", "accuracy", "error", "rate"]
"""error: the mean absolute error, in the unit of the values to predict. rate: the learning rate of each batch."""

POINTS = 400
"""A line is drawn with at most so many points; a screen shows no more, and every redraw costs."""

_SMALLEST = 1e-12


@dataclass(frozen=True, eq=False)
class Other:
    """Another run to be drawn beside: its name, its curves so far, and the theme's role of its colour."""

    name: str
    history: History
    role: str


@dataclass(frozen=True, eq=False)
class Curves:
    """Everything in the units of the chart.

    x is in epochs, or its log₁₀; y in loss, per cent, the target's unit or learning rate, or its log₁₀.
    `batch_*` is the line per batch; `epoch_x` with `validation` and `training_x` with `training` are the lines per
    epoch (validation holds NaN where there is none). Training loss is the mean over an epoch, so it stands in the
    middle of it, where the network was that good; validation is measured at the end. The learning rate is one line,
    `training`. Where lines are smoothed, `raw_*` are the same ones as they were, else empty. `best` is the epoch with
    the lowest validation loss, 0 for none. `changes` were made by hand on the way: (x, "rate 0.01"). `left` and
    `right` are the limits of x, `low` and `high` those of y.
    """

    batch_x: Floats
    epoch_x: Floats
    training_x: Floats
    batch_y: Floats
    training: Floats
    validation: Floats
    raw_batch_y: Floats
    raw_training: Floats
    raw_validation: Floats
    best: int
    changes: tuple[tuple[float, str], ...]
    left: float
    right: float
    low: float
    high: float


def curves_of(
    history: History, metric: Metric, logarithmic: bool = False, log_x: bool = False, smoothing: float = 0.0
) -> Curves:
    """What to draw of a history. `logarithmic` is of y, and has no meaning for the accuracy.

    The learning rate is known exactly: it is never smoothed.
    """
    smoothing = 0.0 if metric == "rate" else smoothing
    unit = _percent if metric == "accuracy" else _logarithm if logarithmic else _as_it_is
    x, raw = _lines(history, metric, unit, 0.0)
    drawn = _lines(history, metric, unit, smoothing)[1] if smoothing else raw
    raw = raw if smoothing else (raw[0][:0], raw[1][:0], raw[2][:0])
    left, right = 0.0, _round_up(max(history.position, 1.0), 4)
    if log_x:
        x = (_logarithm(x[0]), _logarithm(x[1]), _logarithm(x[2]))
        left, right = _logarithmic_limits(np.concatenate(x), right)
    settled = slice(max(1, len(x[1]) // 20) if len(x[1]) > 2 else 0, None)
    outside = (0, 100) if log_x else (10, 90) if len(x[1]) else (2, 98)
    low, high = _limits(metric, logarithmic, outside, drawn[0], np.concatenate([drawn[1][settled], drawn[2][settled]]))
    return Curves(
        *x,
        *drawn,
        *raw,
        best=history.best_epoch if metric != "rate" else 0,
        changes=tuple((place_of(at, log_x), words) for at, words in history.changes if at > 0 or not log_x),
        left=left,
        right=right,
        low=low,
        high=high,
    )


def _lines(
    history: History, metric: Metric, unit: Callable[[Floats], Floats], smoothing: float
) -> tuple[tuple[Floats, Floats, Floats], tuple[Floats, Floats, Floats]]:
    """x of batches, epochs and their middles; and batches, training, validation, smoothed and in the chart's unit."""

    def made(line: Floats) -> Floats:
        return unit(smooth(line, smoothing) if smoothing else line)

    position = history.batch_column("position")
    if metric == "rate":
        nothing, chosen = np.array([]), _spread(len(position))
        return (nothing, nothing, position[chosen]), (nothing, made(history.batch_column("rate"))[chosen], nothing)
    epoch = history.epoch_column("epoch")
    chosen = _spread(len(epoch))
    batch_x, batch_y = thin(position, made(history.batch_column(metric)))
    training, validation = (made(history.epoch_column(f"{of}_{metric}"))[chosen] for of in ("train", "validation"))
    return (batch_x, epoch[chosen], epoch[chosen] - 0.5), (batch_y, training, validation)


def _logarithm(values: Floats) -> Floats:
    return np.log10(np.maximum(values, _SMALLEST))


def _percent(values: Floats) -> Floats:
    return values * 100


def _as_it_is(values: Floats) -> Floats:
    return values


def smooth(values: Floats, weight: float) -> Floats:
    """The exponential moving average, without its bias towards the beginning, as TensorBoard draws it.

    aₜ = weight · aₜ₋₁ + (1 − weight) · vₜ, and what is drawn is aₜ ÷ (1 − weightᵗ). Values that are not finite stay as
    they are, and count for nothing.
    """
    smoothed, average, share = np.array(values, dtype=np.float64), 0.0, 1.0
    for index in np.flatnonzero(np.isfinite(values)).tolist():
        average = weight * average + (1 - weight) * float(values[index])
        share *= weight
        smoothed[index] = average / (1 - share)
    return smoothed


def thin(x: Floats, y: Floats, points: int = POINTS) -> tuple[Floats, Floats]:
    """At most `points` points: equal stretches of neighbours become their mean."""
    if len(x) <= points:
        return x.copy(), y.copy()
    edges = np.linspace(0, len(x), points + 1).astype(np.intp)
    counts = np.diff(edges)
    return np.add.reduceat(x, edges[:-1]) / counts, np.add.reduceat(y, edges[:-1]) / counts


def gap(curves: Curves, worse_above: bool) -> tuple[Floats, Floats, Floats]:
    """Where validation is worse than training: x, and the two lines between which to shade.

    `worse_above`: larger is worse, as for a loss.
    """
    known = np.isfinite(curves.validation)
    if not known.any():
        return np.array([]), np.array([]), np.array([])
    corners = np.union1d(curves.epoch_x[known], curves.training_x)
    x = corners[corners >= curves.epoch_x[known][0]]
    training = np.interp(x, curves.training_x, curves.training)
    validation = np.interp(x, curves.epoch_x[known], curves.validation[known])
    outer = np.maximum(validation, training) if worse_above else np.minimum(validation, training)
    return x, training, outer


def place_of(position: float, log_x: bool) -> float:
    """Where a place on the epoch axis lies in the chart."""
    return math.log10(max(position, _SMALLEST)) if log_x else position


def position_at(x: float, log_x: bool) -> float:
    """The place on the epoch axis of an x of the chart."""
    return float(10 ** min(x, 15.0)) if log_x else x


def _spread(count: int) -> np.ndarray:
    """The indices of at most POINTS of `count` items, first and last among them."""
    if not count:
        return np.array([], np.intp)
    return np.unique(np.linspace(0, count - 1, min(count, POINTS)).round().astype(np.intp))


def _logarithmic_limits(x: Floats, right: float) -> tuple[float, float]:
    """From the first point that there is."""
    first = float(x.min()) if len(x) else -1.0
    return math.floor(4 * first) / 4, math.log10(right)


def _limits(
    metric: Metric, logarithmic: bool, outside: tuple[int, int], batches: Floats, epochs: Floats
) -> tuple[float, float]:
    """Limits that show these epochs, and the batches between these percentiles."""
    batches, epochs = batches[np.isfinite(batches)], epochs[np.isfinite(epochs)]
    if not len(batches) and not len(epochs):
        return (0.0, 100.0) if metric == "accuracy" else (0.0, 1.0)
    ends = [*epochs, *(np.percentile(batches, outside) if len(batches) else ())]
    low, high = float(min(ends)), float(max(ends))
    if metric == "accuracy":
        return max(0.0, math.floor(low / 5) * 5 - 2.0), 101.0
    if logarithmic:
        return math.floor(5 * low) / 5 - 0.1, math.ceil(5 * high) / 5 + 0.1
    return 0.0, _round_up(1.1 * high, 2)


def _round_up(value: float, parts: int) -> float:
    """The next multiple of a part of the value's power of ten: limits that jump seldom instead of creeping always."""
    if value <= 0:
        return 1.0
    step = 10 ** math.floor(math.log10(value)) / parts
    return math.ceil(value / step - 1e-9) * step
