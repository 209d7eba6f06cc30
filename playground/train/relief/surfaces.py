"""Classical surfaces over the plane on which optimizers are compared: their heights, slopes, and what is hard there.

Sources: Rosenbrock (1960); Beale (1958); Himmelblau (1972); Rastrigin (1974). Ravine and saddle are the two shapes with
which lectures explain momentum and why a gradient of 0 need not be a minimum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Point = tuple[float, float]
Window = tuple[float, float, float, float]
"""Left, right, bottom, top."""


@dataclass(frozen=True)
class ClassicalSurface:
    """One surface.

    `rates` are learning rates by method key (see `train.race`) with which each method does well here; `start` is where
    a race begins unless the user chooses another place; `formula` is LaTeX; `idea` says what is hard, in words.
    """

    key: str
    title: str
    formula: str
    idea: str
    window: Window
    start: Point
    minima: tuple[Point, ...]
    rates: Mapping[str, float]
    height: Callable[[Floats, Floats], Floats]
    slopes: Callable[[Floats, Floats], tuple[Floats, Floats]]

    def slope(self, x: float, y: float) -> tuple[float, float, float]:
        """The height at a point, and how much it grows to the right and upwards; infinite numbers where it overflows.

        It is the gradient that the optimizers are given.
        """
        a, b = np.float64(x), np.float64(y)
        with np.errstate(over="ignore", invalid="ignore"):
            right, up = self.slopes(a, b)  # type: ignore[arg-type]
            return float(self.height(a, b)), float(right), float(up)  # type: ignore[arg-type]

    def heights(self, xs: Floats, ys: Floats) -> Floats:
        """(len(ys), len(xs)) heights over a grid."""
        x, y = np.meshgrid(xs, ys)
        return np.asarray(self.height(x, y), dtype=np.float64)


def _rosenbrock(x: Floats, y: Floats) -> Floats:
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rosenbrock_slopes(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    return -2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)


_BEALE = ((1.5, 1), (2.25, 2), (2.625, 3))


def _beale(x: Floats, y: Floats) -> Floats:
    one, two, three = ((constant - x + x * y**power) ** 2 for constant, power in _BEALE)
    return one + two + three


def _beale_slopes(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    right = up = 0 * x
    for constant, power in _BEALE:
        inside = constant - x + x * y**power
        right = right + 2 * inside * (y**power - 1)
        up = up + 2 * inside * power * x * y ** (power - 1)
    return right, up


def _himmelblau(x: Floats, y: Floats) -> Floats:
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def _himmelblau_slopes(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    first, second = x**2 + y - 11, x + y**2 - 7
    return 4 * x * first + 2 * second, 2 * first + 4 * y * second


def _saddle(x: Floats, y: Floats) -> Floats:
    return 0.25 + x**2 / 2 - y**2 / 2 + y**4 / 4


def _saddle_slopes(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    return x, y**3 - y


def _ravine(x: Floats, y: Floats) -> Floats:
    return x**2 / 20 + y**2


def _ravine_slopes(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    return x / 10, 2 * y


def _rastrigin(x: Floats, y: Floats) -> Floats:
    return 20 + x**2 + y**2 - 10 * np.cos(2 * np.pi * x) - 10 * np.cos(2 * np.pi * y)


def _rastrigin_slopes(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    return 2 * x + 20 * np.pi * np.sin(2 * np.pi * x), 2 * y + 20 * np.pi * np.sin(2 * np.pi * y)


def _rates(*rates: float) -> dict[str, float]:
    """By the keys of `train.race.METHODS`, in their order."""
    return dict(zip(("sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam"), rates, strict=True))


SURFACES = {
    surface.key: surface
    for surface in (
        ClassicalSurface(
            "ravine",
            "Ravine",
            r"f = \frac{x^2}{20} + y^2",
            "Steep across, almost flat along: plain steps must be small because of the walls, and then creep along the "
            "floor. Momentum adds up along the floor and cancels out across.",
            (-9.0, 9.0, -5.0, 5.0),
            (-7.0, 3.5),
            ((0.0, 0.0),),
            _rates(0.9, 0.1, 0.1, 0.1, 1.0, 0.3),
            _ravine,
            _ravine_slopes,
        ),
        ClassicalSurface(
            "saddle",
            "Saddle",
            r"f = \frac{1}{4} + \frac{x^2}{2} - \frac{y^2}{2} + \frac{y^4}{4}",
            "In the middle the slope is 0 without a minimum: a valley one way, a ridge the other. Started almost on "
            "the ridge with one rate for all, methods that make every direction count alike leave it first.",
            (-2.0, 2.0, -1.6, 1.6),
            (-1.6, 0.001),
            ((0.0, 1.0), (0.0, -1.0)),
            _rates(0.3, 0.1, 0.1, 0.03, 0.3, 0.1),
            _saddle,
            _saddle_slopes,
        ),
        ClassicalSurface(
            "rosenbrock",
            "Rosenbrock’s banana",
            r"f = (1 - x)^2 + 100\,(y - x^2)^2",
            "A narrow valley that bends. Everyone finds the valley at once; going along its flat, curved floor to the "
            "minimum is what takes long.",
            (-2.0, 2.0, -1.0, 3.0),
            (-1.4, 2.2),
            ((1.0, 1.0),),
            _rates(0.001, 0.001, 0.001, 0.01, 0.5, 0.1),
            _rosenbrock,
            _rosenbrock_slopes,
        ),
        ClassicalSurface(
            "beale",
            "Beale",
            r"f = \sum_{i=1}^{3} (c_i - x + x\,y^i)^2, \quad c = (1.5,\, 2.25,\, 2.625)",
            "Steep cliffs at the corners around a wide plain that is almost flat: a rate that is right on the plain "
            "throws you off the cliffs.",
            (-4.5, 4.5, -4.5, 4.5),
            (0.7, 1.6),
            ((3.0, 0.5),),
            _rates(0.03, 0.003, 0.01, 0.03, 1.0, 0.3),
            _beale,
            _beale_slopes,
        ),
        ClassicalSurface(
            "himmelblau",
            "Himmelblau",
            r"f = (x^2 + y - 11)^2 + (x + y^2 - 7)^2",
            "Four minima, all equally deep. Where a run ends depends on where it starts, and on the method: from this "
            "place beside the hill, SGD and momentum go to one, RMSprop, Adagrad and Adam to another.",
            (-5.5, 5.5, -5.5, 5.5),
            (0.0, -1.0),
            ((3.0, 2.0), (-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127)),
            _rates(0.01, 0.003, 0.003, 0.1, 1.0, 0.3),
            _himmelblau,
            _himmelblau_slopes,
        ),
        ClassicalSurface(
            "rastrigin",
            "Rastrigin",
            r"f = 20 + x^2 + y^2 - 10 \cos 2\pi x - 10 \cos 2\pi y",
            "A bowl full of holes: the slope leads into the nearest one, and small steps never get out of it again. "
            "Momentum with a large rate rolls through many of them.",
            (-5.12, 5.12, -5.12, 5.12),
            (-4.4, 3.4),
            ((0.0, 0.0),),
            _rates(0.003, 0.005, 0.003, 0.3, 1.0, 0.3),
            _rastrigin,
            _rastrigin_slopes,
        ),
    )
}
"""By their keys, the easiest first."""
