"""A race of optimizers from one start: torch's own methods walk on one surface, each with its learning rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from playground.train.relief.surfaces import Floats, Point, Window

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

MOST_STEPS = 20_000
"""A race ends after so many steps: five megabytes at the most."""

_FAR = 50.0
"""So many widths of the window away from it a racer is lost."""

Standing = Literal["running", "lost"]


class Ground(Protocol):
    """What is walked on."""

    def slope(self, x: float, y: float) -> tuple[float, float, float]:
        """The height at a point, and how much it grows to the right and upwards."""
        ...


@dataclass(frozen=True)
class Method:
    """One way to go down; `idea` says in a sentence what it does with the gradient."""

    key: str
    title: str
    idea: str
    uses_momentum: bool = False


METHODS = {
    method.key: method
    for method in (
        Method("sgd", "SGD", "A step against the gradient, as long as the gradient times the rate."),
        Method(
            "momentum",
            "Momentum",
            "Steps keep part of their direction, as a ball that rolls: faster along a valley, over small bumps.",
            uses_momentum=True,
        ),
        Method(
            "nesterov",
            "Nesterov",
            "Momentum that looks ahead: the gradient counts where the momentum is about to carry the point.",
            uses_momentum=True,
        ),
        Method("rmsprop", "RMSprop", "Divides each direction by the recent size of its gradient: all move alike."),
        Method("adagrad", "Adagrad", "Divides each direction by all its gradients so far: steps only get smaller."),
        Method("adam", "Adam", "Momentum, and each direction divided by the recent size of its gradient."),
    )
}
"""By their keys, in the order in which they were invented."""


@dataclass(frozen=True)
class Racer:
    """A method with its learning rate; `momentum` counts for those that use one."""

    method: str
    rate: float
    momentum: float = 0.9


class Track:
    """Where one racer has been: the start, and a point after every step."""

    def __init__(self, racer: Racer, start: Point, height: float) -> None:
        self.racer = racer
        self.standing: Standing = "running"
        self._rows: Floats = np.empty((64, 3))
        self._count = 0
        self.add(start, height)

    def add(self, point: Point, height: float) -> None:
        """Go on to a point."""
        if self._count == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        self._rows[self._count] = (*point, height)
        self._count += 1

    @property
    def points(self) -> Floats:
        """(steps + 1, 2)."""
        return self._rows[: self._count, :2]

    @property
    def heights(self) -> Floats:
        """(steps + 1,)."""
        return self._rows[: self._count, 2]

    def steps_to(self, places: Sequence[Point], near: float) -> int | None:
        """After how many steps it first came so near to one of the places; None if it never did."""
        if not places:
            return None
        distances = [np.hypot(*(self.points - np.array(place)).T) for place in places]
        there = np.flatnonzero(np.min(distances, axis=0) <= near)
        return int(there[0]) if len(there) else None


class Race:
    """All racers on one ground, a step of all at a time. The same race gives the same tracks on the CPU.

    Raises:
        KeyError: a racer's method is not in `METHODS`.
    """

    def __init__(self, ground: Ground, window: Window, start: Point, racers: Sequence[Racer]) -> None:
        left, right, bottom, top = window
        self._middle = ((left + right) / 2, (bottom + top) / 2)
        self._far = (_FAR * (right - left), _FAR * (top - bottom))
        self._ground = ground
        self.steps = 0
        height, *slope = ground.slope(*start)
        self.tracks = tuple(Track(racer, start, height) for racer in racers)
        self._walkers = [_Walker(racer, start, (slope[0], slope[1])) for racer in racers]

    @property
    def is_over(self) -> bool:
        """Whether nobody goes on."""
        return self.steps >= MOST_STEPS or all(track.standing == "lost" for track in self.tracks)

    def step(self) -> None:
        """Everyone makes one step."""
        if self.is_over:
            return
        self.steps += 1
        for walker, track in zip(self._walkers, self.tracks, strict=True):
            if track.standing == "lost":
                continue
            point = walker.step()
            height, right, up = self._ground.slope(*point) if self._is_near(point) else (math.nan, 0.0, 0.0)
            if all(map(math.isfinite, (height, right, up))):
                walker.slope = (right, up)
                track.add(point, height)
            else:
                track.standing = "lost"

    def _is_near(self, point: Point) -> bool:
        away = zip(point, self._middle, self._far, strict=True)
        return all(math.isfinite(place) and abs(place - middle) <= far for place, middle, far in away)


class _Walker:
    """A point that torch's optimizer moves; `slope` is the gradient where it stands."""

    def __init__(self, racer: Racer, start: Point, slope: Point) -> None:
        import torch

        self._point = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        self._point.grad = torch.zeros_like(self._point)
        self._optimizer = _make_optimizer(self._point, racer)
        self.slope = slope

    def step(self) -> Point:
        gradient = self._point.grad
        assert gradient is not None
        gradient[0], gradient[1] = self.slope
        self._optimizer.step()
        return float(self._point[0].item()), float(self._point[1].item())


def _make_optimizer(point: Tensor, racer: Racer) -> Optimizer:
    """torch's own optimizer; besides rate and momentum it has the parameters that torch gives it."""
    from torch import optim

    if racer.method in ("sgd", "momentum", "nesterov"):
        momentum = racer.momentum if METHODS[racer.method].uses_momentum else 0.0
        # Without any momentum there is nothing to look ahead along: Nesterov's method is then plain SGD.
        return optim.SGD([point], racer.rate, momentum, nesterov=racer.method == "nesterov" and momentum > 0)
    kinds = {"rmsprop": optim.RMSprop, "adagrad": optim.Adagrad, "adam": optim.Adam}
    return kinds[racer.method]([point], lr=racer.rate)
