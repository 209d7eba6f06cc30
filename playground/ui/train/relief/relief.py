"""Heights over a plane as they are drawn: their scale, their contour lines, and the tracks that lie on them. No Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from playground.train.relief.grids import fill, height_at
from playground.train.relief.surfaces import Floats, Point, Window

LEVELS = 14
"""Contour lines."""

_FINE = 0.02
"""On the logarithmic scale everything below this part of the median height looks evenly spaced."""


@dataclass(frozen=True, eq=False)
class Trail:
    """A way over the plane: points (count, 2) with the heights that were really there, and how it looks.

    `role` is the theme's role of its colour. Something stands at the point of number `here`; −1 is the last one.
    """

    name: str
    points: Floats
    heights: Floats
    role: str
    here: int = -1


@dataclass(frozen=True, eq=False)
class Relief:
    """Heights over a grid. `values` (rows, columns), row 0 at the bottom, NaN where nothing was measured yet.

    `word` says what the height is ("loss"); `marks` are places worth a mark, such as known minima.
    `has_lines`: contour lines are drawn; while it is still being measured they would only jump about.
    """

    xs: Floats
    ys: Floats
    values: Floats
    labels: tuple[str, str] = ("x", "y")
    word: str = "loss"
    logarithmic: bool = True
    marks: tuple[Point, ...] = field(default=())
    has_lines: bool = True

    @property
    def window(self) -> Window:
        """Left, right, bottom, top."""
        return float(self.xs[0]), float(self.xs[-1]), float(self.ys[0]), float(self.ys[-1])

    @cached_property
    def filled(self) -> Floats:
        """The values, those not measured yet guessed from their neighbours, infinite ones like the highest."""
        values = fill(self.values)
        finite = values[np.isfinite(values)]
        if not len(finite):
            return np.zeros_like(values)
        return np.nan_to_num(values, nan=float(finite.max()), posinf=float(finite.max()), neginf=float(finite.min()))

    @property
    def low(self) -> float:
        """The lowest of the values."""
        return float(self.filled.min())

    @property
    def high(self) -> float:
        """The highest of the finite values."""
        return float(self.filled.max())

    @cached_property
    def _unit(self) -> float:
        return max(_FINE * float(np.median(self.filled) - self.low), 1e-9 * (self.high - self.low), 1e-30)

    def scaled(self, values: Floats) -> Floats:
        """Values as heights to draw: 0 the lowest, 1 the highest; those beyond are as these."""
        span = self.high - self.low
        if span <= 0:
            return np.zeros_like(values)
        above = np.clip(np.nan_to_num(values, nan=self.high, posinf=self.high) - self.low, 0, span)
        if not self.logarithmic:
            return above / span
        return np.log1p(above / self._unit) / np.log1p(span / self._unit)

    def value_of(self, height: float) -> float:
        """The value that is drawn at a height from 0 to 1."""
        span = self.high - self.low
        if not self.logarithmic or span <= 0:
            return self.low + height * span
        return self.low + self._unit * float(np.expm1(height * np.log1p(span / self._unit)))

    @cached_property
    def heights(self) -> Floats:
        """(rows, columns) from 0 to 1."""
        return self.scaled(self.filled)

    @cached_property
    def contours(self) -> tuple[Floats, ...]:
        """For each of the evenly spaced levels its line in pieces: (pieces, 4), from x, y to x, y."""
        if not self.has_lines:
            return ()
        levels = (np.arange(LEVELS) + 0.5) / LEVELS
        return tuple(_contour(self.xs, self.ys, self.heights, float(level)) for level in levels)

    def at(self, x: float, y: float) -> float:
        """The value at a place, NaN outside or where nothing is known yet."""
        return float(height_at(self.xs, self.ys, self.filled, np.array([[x, y]]))[0])

    def heights_at(self, points: Floats) -> Floats:
        """The drawn heights at points (count, 2); NaN outside."""
        return height_at(self.xs, self.ys, self.heights, points)


# Which sides of a cell a contour line joins, by the corners that lie above it: 1 bottom left, 2 bottom right, 4 top
# right, 8 top left. Sides: 0 bottom, 1 right, 2 top, 3 left. (Two corners across leave two ways; one is taken.)
_SIDES: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((3, 0),),
    2: ((0, 1),),
    3: ((3, 1),),
    4: ((1, 2),),
    5: ((3, 2), (0, 1)),
    6: ((0, 2),),
    7: ((3, 2),),
    8: ((2, 3),),
    9: ((0, 2),),
    10: ((3, 0), (1, 2)),
    11: ((1, 2),),
    12: ((3, 1),),
    13: ((0, 1),),
    14: ((3, 0),),
}


def _contour(xs: Floats, ys: Floats, heights: Floats, level: float) -> Floats:
    """The places of one height by marching squares (Lorensen and Cline, 1987, in the plane)."""
    a, b, c, d = heights[:-1, :-1], heights[:-1, 1:], heights[1:, 1:], heights[1:, :-1]
    above = heights > level
    case = above[:-1, :-1] + 2 * above[:-1, 1:] + 4 * above[1:, 1:] + 8 * above[1:, :-1]
    x, y = np.meshgrid(xs[:-1], ys[:-1])
    wide, high = np.meshgrid(np.diff(xs), np.diff(ys))
    with np.errstate(divide="ignore", invalid="ignore"):
        sides = (
            (x + wide * (level - a) / (b - a), y),
            (x + wide, y + high * (level - b) / (c - b)),
            (x + wide * (level - d) / (c - d), y + high),
            (x, y + high * (level - a) / (d - a)),
        )
    pieces: list[Floats] = []
    for number, joined in _SIDES.items():
        here = case == number
        if here.any():
            for start, end in joined:
                pieces.append(np.stack([part[here] for part in (*sides[start], *sides[end])], axis=1))
    return np.concatenate(pieces) if pieces else np.zeros((0, 4))


def thinned(points: Floats, most: int) -> Floats:
    """At most about so many of the points, evenly chosen, the last one among them."""
    if len(points) <= most:
        return points
    chosen = np.linspace(0, len(points) - 1, most).round().astype(np.int64)
    return points[chosen]


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two, at most about so many."""
    raw = (high - low) / max(1, most)
    if not np.isfinite(raw) or raw <= 0:
        return []
    power = 10.0 ** np.floor(np.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw - 1e-12 * power)
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    return [round(number * step, 12) for number in range(first, last + 1)]


def outermost(trails: Iterable[Trail]) -> Floats:
    """All points of the trails together (count, 2)."""
    held = [trail.points for trail in trails if len(trail.points)]
    return np.concatenate(held) if held else np.zeros((0, 2))
