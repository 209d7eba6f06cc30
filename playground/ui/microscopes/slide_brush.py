"""A soft brush over the cells of a picture: which cells a stroke touches, and how much. No Qt."""

from __future__ import annotations

import math
from collections.abc import Mapping

Point = tuple[float, float]
"""Row and column, as fractions of a cell from the picture's top left corner."""

Cell = tuple[int, int]

_CORE = 0.45
"""Cells whose middle lies so near to the stroke get the whole colour."""
_EDGE = 1.35
"""Beyond this distance, in cells, there is none."""

_SMALL = 32


def brushed(start: Point, end: Point, size: tuple[int, int]) -> Mapping[Cell, float]:
    """For each cell near the line from `start` to `end`, how strongly the brush covers it, 0 < share ≤ 1.

    On pictures of more than 32 rows the brush is as much larger.
    """
    core, edge = (radius * max(1.0, size[0] / _SMALL) for radius in (_CORE, _EDGE))
    reach = math.ceil(edge)
    rows = range(max(0, int(min(start[0], end[0])) - reach), min(size[0], int(max(start[0], end[0])) + reach + 1))
    columns = range(max(0, int(min(start[1], end[1])) - reach), min(size[1], int(max(start[1], end[1])) + reach + 1))
    found: dict[Cell, float] = {}
    for row in rows:
        for column in columns:
            distance = _distance((row + 0.5, column + 0.5), start, end)
            share = min(1.0, (edge - distance) / (edge - core))
            if share > 0:
                found[row, column] = share
    return found


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the nearest point of a line."""
    along = (end[0] - start[0], end[1] - start[1])
    length = along[0] ** 2 + along[1] ** 2
    share = 0.0
    if length:
        share = ((point[0] - start[0]) * along[0] + (point[1] - start[1]) * along[1]) / length
    share = min(1.0, max(0.0, share))
    return math.dist(point, (start[0] + share * along[0], start[1] + share * along[1]))
