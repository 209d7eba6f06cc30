"""The exact values under the pointer, of all runs in the chart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from playground.train.history import History
from playground.ui.train.chart.curves import Metric, Other
from playground.ui.train.chart.reading import Line
from playground.ui.widgets.numbers import short

_BOTH = 3
"""Up to so many other runs say training and validation; of more, there is room for one value each."""


def exact_value(value: float, metric: Metric, unit: str = "") -> str:
    """A value of the curves with all digits that mean something."""
    return f"{100 * value:.2f} %" if metric == "accuracy" else short(value, 6) + unit


def values_at(
    history: History, others: Sequence[Other], metric: Metric, position: float, unit: str = ""
) -> tuple[float, list[Line]] | None:
    """The nearest epoch, or before the first one the nearest batch: its place on the epoch axis, and what to say."""
    found = _own(history, metric, position, unit)
    if found is None:
        at, lines = position, [(f"epoch {position:.2f}", "", "text")]
    else:
        at, lines = found
    for other in others:
        lines += _of_other(other, metric, at, unit, len(others) <= _BOTH)
    return (at, lines) if found is not None or len(lines) > 1 else None


def _own(history: History, metric: Metric, position: float, unit: str) -> tuple[float, list[Line]] | None:
    epochs, batches = history.epoch_column("epoch"), history.batch_column("position")
    if metric == "rate":
        if not len(batches):
            return None
        batch = _nearest(batches, position)
        value = exact_value(float(history.batch_column("rate")[batch]), metric)
        place = float(batches[batch])
        return place, [(f"epoch {place:.2f}", "", "text"), ("learning rate", value, "positive_text")]
    lines: list[Line] = []
    at = position
    if len(epochs) and (position >= 0.5 or not len(batches)):
        epoch = _nearest(epochs, position)
        at = float(epochs[epoch])
        lines.append((f"epoch {at:,.0f}", "", "text"))
        for name, of, role in (
            ("training", "train", "positive_text"),
            ("validation", "validation", "negative_text"),
        ):
            value = float(history.epoch_column(f"{of}_{metric}")[epoch])
            if np.isfinite(value):
                lines.append((name, exact_value(value, metric, unit), role))
    if len(batches):
        batch = _nearest(batches, position)
        if not lines:
            at = float(batches[batch])
            lines.append((f"epoch {at:.2f}", "", "text"))
        lines.append(("batch", exact_value(float(history.batch_column(metric)[batch]), metric, unit), "muted"))
    return (at, lines) if lines else None


def _of_other(other: Other, metric: Metric, at: float, unit: str, both: bool) -> list[Line]:
    """What another run was at that epoch; nothing where it has not been yet."""
    history = other.history
    if at > history.position + 0.5:
        return []
    epochs, batches = history.epoch_column("epoch"), history.batch_column("position")
    if metric == "rate" or not len(epochs):
        if not len(batches):
            return []
        value = float(history.batch_column(metric)[_nearest(batches, at)])
        return [(other.name, exact_value(value, metric, unit), other.role)]
    epoch = _nearest(epochs, at)
    training, validation = (float(history.epoch_column(f"{of}_{metric}")[epoch]) for of in ("train", "validation"))
    if not np.isfinite(validation):
        return [(f"{other.name}: training", exact_value(training, metric, unit), other.role)]
    lines = [(other.name, exact_value(validation, metric, unit), other.role)]
    if both:
        lines = [
            (f"{other.name}: training", exact_value(training, metric, unit), other.role),
            (f"{other.name}: validation", exact_value(validation, metric, unit), other.role),
        ]
    return lines


def _nearest(places: np.ndarray, position: float) -> int:
    return int(np.abs(places - position).argmin())
