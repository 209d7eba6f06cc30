"""Points in the plane that were placed by hand: the data set's key holds them, so that a document does.

"points:2:-1,2.5,0;3,0.4,1;0,0,1,t" are three points in two classes: x₁, x₂ and the number of the class; a "t" marks a
point for testing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from playground.data._spec import DataError, DataSet, Inputs, Samples, register_family

FAMILY = "points"
REACH = 6.0
"""x₁ and x₂ lie between −6 and 6, as in the other sets in the plane."""
MOST_POINTS = 2000
COLOURS = ("orange", "blue", "green", "pink", "yellow", "purple", "teal", "lime", "red")
"""The names of the classes, in the order of their numbers; there are at least two."""
FEWEST_CLASSES, MOST_CLASSES = 2, len(COLOURS)
_DECIMALS = 2


@dataclass(frozen=True)
class Point:
    """One point, its class (from 0), and whether it is for testing."""

    x: float
    y: float
    colour: int
    is_test: bool = False


@dataclass(frozen=True)
class HandPoints:
    """The points of a set, in the order in which they were placed, and how many classes there are."""

    points: tuple[Point, ...] = ()
    classes: int = FEWEST_CLASSES

    @property
    def key(self) -> str:
        """The key of the data set that these are."""
        return f"{FAMILY}:{self.classes}:" + ";".join(map(_written, self.points))


def hand_points(key: str) -> HandPoints:
    """The points that a key holds; none for the key of another set.

    Raises:
        DataError: the key is damaged.
    """
    prefix, _, rest = key.partition(":")
    return _read(rest) if prefix == FAMILY else HandPoints()


def as_points(samples: Samples, classes: int) -> HandPoints:
    """The points of another set in the plane, to go on from by hand. Raises DataError where there are too many."""
    total = len(samples.y_train) + len(samples.y_test)
    if total > MOST_POINTS:
        raise DataError(f"These are {total:,} points, and at most {MOST_POINTS:,} can be held by hand.")
    train = _of(samples.x_train, samples.y_train.tolist(), is_test=False)
    test = _of(samples.x_test, samples.y_test.tolist(), is_test=True)
    return HandPoints((*train, *test), max(FEWEST_CLASSES, classes))


def within(value: float) -> float:
    """The place that can be held: not beyond the plane, two digits after the point."""
    return round(min(REACH, max(-REACH, float(value))), _DECIMALS) + 0.0  # no −0


def _of(places: Inputs, colours: Iterable[float], *, is_test: bool) -> list[Point]:
    pairs = zip(places, colours, strict=True)
    return [Point(within(place[0]), within(place[1]), int(colour), is_test) for place, colour in pairs]


def _written(point: Point) -> str:
    return f"{within(point.x):g},{within(point.y):g},{point.colour}" + (",t" if point.is_test else "")


@lru_cache(maxsize=32)
def _read(written: str) -> HandPoints:
    number, _, listed = written.partition(":")
    try:
        classes = int(number)
        points = tuple(_point(one, classes) for one in listed.split(";")) if listed else ()
    except ValueError:
        raise DataError(_REFUSAL) from None
    if not FEWEST_CLASSES <= classes <= MOST_CLASSES or len(points) > MOST_POINTS:
        raise DataError(_REFUSAL)
    return HandPoints(points, classes)


def _point(written: str, classes: int) -> Point:
    """Raises ValueError where it is none."""
    x, y, colour, *rest = written.split(",")
    point = Point(float(x), float(y), int(colour), rest == ["t"])
    inside = max(abs(point.x), abs(point.y)) <= REACH  # false for NaN
    if rest not in ([], ["t"]) or not inside or not 0 <= point.colour < classes:
        raise ValueError(written)
    return point


_REFUSAL = (
    "The points placed by hand cannot be read. They are written as in points:2:-1,2.5,0;3,0.4,1: how many classes "
    f"({FEWEST_CLASSES} to {MOST_CLASSES}), then x₁, x₂ (−{REACH:g} to {REACH:g}) and the class (from 0) of each of "
    f"at most {MOST_POINTS:,} points."
)


@lru_cache(maxsize=32)
def _described(written: str) -> DataSet:
    held = _read(written)
    test = sum(point.is_test for point in held.points)

    def load(*, noise: float, samples: int, seed: int) -> Samples:
        """A Loader. Without points for testing those that are learnt from are looked at."""
        learnt = [point for point in held.points if not point.is_test]
        if not learnt:
            raise DataError(
                "There are no points to learn from yet. Choose “Points by hand…” in the list of data sets, and click "
                "into the plane to place some."
            )
        x_train, y_train = _arrays(learnt)
        x_test, y_test = _arrays([point for point in held.points if point.is_test] or learnt)
        return Samples(x_train, y_train, x_test, y_test)

    tested = f"{test:,} to test" if test else "and the same to test with"
    return DataSet(
        key=f"{FAMILY}:{written}",
        title="Points by hand",
        summary=f"Points that were placed by hand: {len(held.points) - test:,} to learn from, {tested}."
        if held.points
        else "Points that are placed by hand: there are none yet.",
        sample_shape=(2,),
        classes=COLOURS[: held.classes],
        target_shape=(),
        options=(),
        source="Placed by hand.",
        loader=load,
        group="Points in the plane",
    )


def _arrays(points: list[Point]) -> tuple[Inputs, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    places = np.array([(point.x, point.y) for point in points], np.float32)
    return places, np.array([point.colour for point in points], np.int64)


register_family(FAMILY, _described)
