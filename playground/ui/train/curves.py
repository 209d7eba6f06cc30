"""From a history to what the chart draws: thinned lines, the gap between them, and sensible limits. No Qt in here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.train.history import Floats, History

Metric = Literal["loss", "accuracy", "error"]
"""error: the mean absolute error, in the unit of the values to predict."""

POINTS = 400
"""A line is drawn with at most so many points; a screen shows no more, and every redraw costs."""

_SMALLEST = 1e-12


@dataclass(frozen=True, eq=False)
class Curves:
    """Everything in the units of the chart: x in epochs, y in loss, its log₁₀, per cent, or the target's unit.

    `batch_*` is the line per batch; `epoch_x` with `validation` and `training_x` with `training` are the lines per
    epoch (validation holds NaN where there is none). Training loss is the mean over an epoch, so it stands in the
    middle of it, where the network was that good; validation is measured at the end. `best` is the epoch with the
    lowest validation loss, 0 for none. `changes` were made by hand on the way: (x, "rate 0.01"). `low` and `high` are
    the limits of y, `right` that of x.
    """

    batch_x: Floats
    batch_y: Floats
    epoch_x: Floats
    training_x: Floats
    training: Floats
    validation: Floats
    best: int
    changes: tuple[tuple[float, str], ...]
    low: float
    high: float
    right: float


def curves_of(history: History, metric: Metric, logarithmic: bool = False) -> Curves:
    """What to draw of a history."""
    batch_x, batch_y = thin(
        history.batch_column("position"), _scaled(history.batch_column(metric), metric, logarithmic)
    )
    chosen = _spread(len(history.epoch_column("epoch")))
    epoch_x = history.epoch_column("epoch")[chosen]
    training = _scaled(history.epoch_column(f"train_{metric}")[chosen], metric, logarithmic)
    validation = _scaled(history.epoch_column(f"validation_{metric}")[chosen], metric, logarithmic)
    settled = slice(max(1, len(epoch_x) // 20) if len(epoch_x) > 2 else 0, None)
    low, high = _limits(metric, logarithmic, batch_y, np.concatenate([training[settled], validation[settled]]))
    right = _round_up(max(history.position, 1.0), 4)
    return Curves(
        batch_x,
        batch_y,
        epoch_x,
        epoch_x - 0.5,
        training,
        validation,
        history.best_epoch,
        history.changes,
        low,
        high,
        right,
    )


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


def _spread(count: int) -> np.ndarray:
    """The indices of at most POINTS of `count` items, first and last among them."""
    return (
        np.unique(np.linspace(0, count - 1, min(count, POINTS)).round().astype(np.intp))
        if count
        else np.array([], np.intp)
    )


def _scaled(values: Floats, metric: Metric, logarithmic: bool) -> Floats:
    if metric == "accuracy":
        return values * 100
    return np.log10(np.maximum(values, _SMALLEST)) if logarithmic else values


def _limits(metric: Metric, logarithmic: bool, batches: Floats, epochs: Floats) -> tuple[float, float]:
    """Limits that show these epochs and most batches; before there is an epoch, nearly all batches."""
    batches, epochs = batches[np.isfinite(batches)], epochs[np.isfinite(epochs)]
    if not len(batches) and not len(epochs):
        return (0.0, 100.0) if metric == "accuracy" else (0.0, 1.0)
    outside = (10, 90) if len(epochs) else (2, 98)
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
