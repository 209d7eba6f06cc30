"""What optimizers race on: a classical surface, or the real loss of the network in a plane through its weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from playground.train.relief.grids import grid
from playground.train.relief.planes import Plane
from playground.train.relief.race import METHODS, Ground
from playground.train.relief.surfaces import SURFACES, ClassicalSurface, Floats, Point, Window
from playground.ui.train.relief.relief import Relief

if TYPE_CHECKING:
    from playground.train.relief.landscape import LossInPlane

_FINE = 121
"""Points of a classical surface in either direction; its heights cost nothing."""

_NETWORK_IDEA = (
    "The real loss of your network in the plane of its landscape. Every method is given the real gradient there, and "
    "stays in the plane: a race in all directions at once is what Train does."
)


@dataclass(frozen=True, eq=False)
class RaceGround:
    """A ground with all that a race on it needs; `minima` are known ones, `rates` suggestions by method."""

    key: str
    title: str
    idea: str
    formula: str
    ground: Ground
    relief: Relief
    start: Point
    rates: Mapping[str, float]
    minima: tuple[Point, ...] = ()

    @property
    def window(self) -> Window:
        """The part of the plane that is shown."""
        return self.relief.window

    @property
    def near(self) -> float:
        """Who is so near to a minimum has arrived: 2 % of the shorter side."""
        left, right, bottom, top = self.window
        return 0.02 * min(right - left, top - bottom)


def classical_ground(key: str) -> RaceGround:
    """One of the surfaces of `train.surfaces`. Raises KeyError for an unknown key."""
    surface: ClassicalSurface = SURFACES[key]
    xs, ys = grid(surface.window, _FINE)
    relief = Relief(xs, ys, surface.heights(xs, ys), word="height", marks=surface.minima)
    return RaceGround(
        key,
        surface.title,
        surface.idea,
        surface.formula,
        surface,
        relief,
        surface.start,
        surface.rates,
        surface.minima,
    )


def network_ground(ground: LossInPlane, plane: Plane, relief: Relief, way: Floats) -> RaceGround:
    """The measured landscape of the network, started where the run began if that is in view."""
    return RaceGround(
        "network",
        "Your network’s loss",
        _NETWORK_IDEA,
        "",
        ground,
        relief,
        _first_start(plane, relief, way),
        suggested_rates(relief),
    )


def _first_start(plane: Plane, relief: Relief, way: Floats) -> Point:
    """Where the run began, if that is in view and not where it stands now; else a place towards a corner."""
    left, right, bottom, top = relief.window
    if len(way):
        x, y = map(float, way[0])
        far = abs(x - plane.origin[0]) > 0.15 * (right - left) or abs(y - plane.origin[1]) > 0.15 * (top - bottom)
        if far and left <= x <= right and bottom <= y <= top:
            return x, y
    return left + 0.15 * (right - left), bottom + 0.8 * (top - bottom)


def suggested_rates(relief: Relief) -> dict[str, float]:
    """Rates with which first steps are some hundredths of the window, from how steep it is there on the median.

    Methods that divide by the gradient's size take steps about as long as their rate; the others as long as their rate
    times the gradient, and momentum adds up about ten of them.
    """
    left, right, bottom, top = relief.window
    size = min(right - left, top - bottom)
    up, across = np.gradient(relief.filled, relief.ys, relief.xs)
    steep = float(np.median(np.hypot(up, across)))
    plain = 0.03 * size / steep if steep > 0 else 0.1
    wanted = (plain, plain / 5, plain / 5, 0.02 * size, 0.15 * size, 0.03 * size)
    return {key: rounded(rate) for key, rate in zip(METHODS, wanted, strict=True)}


def rounded(rate: float) -> float:
    """A rate with one digit, within what can be typed."""
    if not math.isfinite(rate) or rate <= 0:
        return 0.1
    return float(f"{min(1000.0, max(1e-9, rate)):.0e}")
