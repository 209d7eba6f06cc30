"""The grid over a plane on which heights are measured, coarsely first, so that something can be seen at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.train.relief.surfaces import Floats, Window

Part = Literal["training", "validation"]
"""Which examples a loss is measured on."""

STRIDES = (8, 4, 2, 1)
"""Every eighth place first, and then those between the places there are."""


@dataclass(frozen=True)
class Measured:
    """The loss at one place of the grid, infinite where it is no number; `done` of `total` places are there now."""

    row: int
    column: int
    loss: float
    done: int
    total: int


def grid(window: Window, size: int) -> tuple[Floats, Floats]:
    """The places of `size` columns and of as many rows; row 0 is the bottom."""
    left, right, bottom, top = window
    return np.linspace(left, right, size), np.linspace(bottom, top, size)


def coarse_first(size: int) -> Iterator[tuple[int, int]]:
    """All (row, column) of a square grid: those that a stride adds come after those of the strides before."""
    before = 0
    for stride in STRIDES:
        for row in range(0, size, stride):
            for column in range(0, size, stride):
                if not before or row % before or column % before:
                    yield row, column
        before = stride


def fill(values: Floats) -> Floats:
    """A grid that is measured in part, with each place that is not (NaN) like the nearest coarser one below left."""
    filled = values.copy()
    for stride in sorted(STRIDES)[1:]:
        coarse = values[::stride, ::stride].repeat(stride, 0).repeat(stride, 1)[: len(values), : values.shape[1]]
        filled = np.where(np.isnan(filled), coarse, filled)
    return filled


def height_at(xs: Floats, ys: Floats, values: Floats, points: Floats) -> Floats:
    """The heights at points (count, 2) between the places of a grid, bilinearly; NaN outside of it."""
    column = (points[:, 0] - xs[0]) / (xs[-1] - xs[0]) * (len(xs) - 1)
    row = (points[:, 1] - ys[0]) / (ys[-1] - ys[0]) * (len(ys) - 1)
    with np.errstate(invalid="ignore"):
        inside = (column >= 0) & (column <= len(xs) - 1) & (row >= 0) & (row <= len(ys) - 1)
        left = np.where(inside, np.minimum(np.floor(column), len(xs) - 2), 0).astype(np.int64)
        low = np.where(inside, np.minimum(np.floor(row), len(ys) - 2), 0).astype(np.int64)
        across, up = column - left, row - low
        bottom = values[low, left] * (1 - across) + values[low, left + 1] * across
        top = values[low + 1, left] * (1 - across) + values[low + 1, left + 1] * across
        return np.where(inside, bottom * (1 - up) + top * up, np.nan)
