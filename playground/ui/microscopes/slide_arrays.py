"""Arrays of any number of dimensions laid out as slices of pictures, and windows that meet them. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from playground.ui.microscopes.window_geometry import WindowGeometry

Array = np.ndarray[Any, Any]
VOLUME = 4  # channels, slices, rows, columns


def volume(array: Array, dimensions: int) -> Array:
    """(channels, …) as (channels, slices, rows, columns)."""
    return array.reshape(array.shape[0], *(1,) * (VOLUME - 1 - dimensions), *array.shape[1:])


def padded_source(before: int, extent: int, after: int) -> Array:
    """For each position along a padded dimension the recorded one, -1 on padding."""
    return np.concatenate([np.full(before, -1), np.arange(extent), np.full(after, -1)])


def meetings(geometry: WindowGeometry, plane: Array, arriving: Array, places: int) -> Array:
    """For each weight Σ pixel × blame over the first so many windows of a slice."""
    total = np.zeros(geometry.kernel)
    row, column = geometry.cell(places)
    for i in range(geometry.kernel[0]):
        for j in range(geometry.kernel[1]):
            met = plane[geometry.met(i, j)]
            total[i, j] = (met[:row] * arriving[:row]).sum()
            if column:
                total[i, j] += (met[row, :column] * arriving[row, :column]).sum()
    return total


def correlation(a: Array, b: Array) -> float | None:
    """How alike two arrays of one shape are, −1 to 1; None where either does not vary."""
    a, b = (np.asarray(array, np.float64) - array.mean() for array in (a, b))
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float((a * b).sum()) / length if length > 1e-12 else None


_KEPT = 64


class KeptArrays:
    """Arrays that are worked out once and handed out again, read-only; when there are many, they are forgotten."""

    def __init__(self) -> None:
        self._found: dict[Hashable, Array] = {}

    def get(self, key: Hashable, work_out: Callable[[], Array]) -> Array:
        """The array of that key."""
        found = self._found.get(key)
        if found is None:
            found = work_out()
            found.flags.writeable = False
            if len(self._found) >= _KEPT:
                self._found.clear()
            self._found[key] = found
        return found
