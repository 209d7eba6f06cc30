"""Points in the plane with two classes, after TensorFlow Playground (D. Smilkov and S. Carter, 2016).

Each sample is (x₁, x₂), about −6 to 6 each; class 0 is "orange" (negative), class 1 "blue" (positive). Half of the
points are for training, half for testing. With the same seed, more noise moves or relabels the same points: everything
random is drawn first, and the noise only scales it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from playground.data._spec import DataSet, Samples, register
from playground.data.split import stratified_order

ORANGE, BLUE = 0, 1

CIRCLE_RADIUS = 5.0
"""Outer radius of the ring. The blue disc has half of it; the ring begins at 0.7 of it."""
XOR_REACH = 5.0
XOR_GAP = 0.3
"""How far the XOR points stay away from the axes."""
GAUSS_CENTRE = 2.0
SPIRAL_RADIUS = 5.0
SPIRAL_TURNS = 1.75

Floats = NDArray[np.float64]
Classes = NDArray[np.int64]
Maker: TypeAlias = "Callable[[int, float, np.random.Generator], tuple[Floats, Classes, Classes]]"
"""(count, noise, rng) → points (count, 2), the class that each was made for, the class that the noise gave it."""


def circle(count: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Classes, Classes]:
    """A blue disc (radius up to 2.5) in an orange ring (3.5 to 5).

    Noise blurs the border: a point gets the class of a place up to 5 × noise away along each axis.
    """
    made_for = two_classes(count)
    inside = made_for == BLUE
    nearest = np.where(inside, 0.0, 0.7 * CIRCLE_RADIUS)
    farthest = np.where(inside, 0.5 * CIRCLE_RADIUS, CIRCLE_RADIUS)
    points = polar(rng.uniform(nearest, farthest), rng.uniform(0, 2 * np.pi, count))
    moved = points + noise * rng.uniform(-CIRCLE_RADIUS, CIRCLE_RADIUS, points.shape)
    return points, made_for, np.where(np.hypot(moved[:, 0], moved[:, 1]) < 0.5 * CIRCLE_RADIUS, BLUE, ORANGE)


def xor(count: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Classes, Classes]:
    """A square whose quarters alternate: blue where x₁ and x₂ have the same sign, orange where they differ.

    The points keep 0.3 away from the axes. Noise blurs the borders as in `circle`.
    """
    points = rng.uniform(-XOR_REACH, XOR_REACH, (count, 2))
    points += np.where(points > 0, XOR_GAP, -XOR_GAP)
    moved = points + noise * rng.uniform(-XOR_REACH, XOR_REACH, points.shape)
    return points, _same_sign(points), _same_sign(moved)


def gauss(count: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Classes, Classes]:
    """Two round clouds, blue about (2, 2) and orange about (−2, −2). Their variance is ½ + 7 × noise: ½ to 4."""
    made_for = two_classes(count)
    centres = np.where(made_for == BLUE, GAUSS_CENTRE, -GAUSS_CENTRE)
    deviation = np.sqrt(0.5 + 7 * noise)
    return centres[:, np.newaxis] + deviation * rng.standard_normal((count, 2)), made_for, made_for


def spiral(count: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Classes, Classes]:
    """Two arms that wind outwards, 1¾ turns to radius 5, the orange one half a turn behind the blue one.

    Noise moves each point by up to `noise` along each axis. Points sit in the middle of equal steps along the arm, so
    that the two arms do not share their first point, which would have both classes at once.
    """
    made_for = two_classes(count)
    along = np.empty(count)
    for colour in (ORANGE, BLUE):
        arm = made_for == colour
        steps = np.count_nonzero(arm)
        along[arm] = (np.arange(steps) + 0.5) / steps
    angles = 2 * np.pi * SPIRAL_TURNS * along + np.where(made_for == BLUE, 0.0, np.pi)
    points = polar(SPIRAL_RADIUS * along, angles)
    return points + noise * rng.uniform(-1, 1, points.shape), made_for, made_for


def two_classes(count: int) -> Classes:
    """`count` classes, half of them blue; the odd one, if any, is blue too."""
    return np.where(np.arange(count) < (count + 1) // 2, BLUE, ORANGE)


def polar(radii: Floats, angles: Floats) -> Floats:
    """Points at these radii and angles; angle 0 points up and angles grow clockwise, as in the original."""
    return np.stack([radii * np.sin(angles), radii * np.cos(angles)], axis=1)


def _same_sign(points: Floats) -> Classes:
    return np.where(points[:, 0] * points[:, 1] >= 0, BLUE, ORANGE)


def load_points(maker: Maker, *, noise: float, samples: int, seed: int) -> Samples:
    """A Loader: makes the points and deals them out, so that both halves hold both classes alike."""
    rng = np.random.default_rng(seed)
    points, made_for, labels = maker(samples, noise, rng)
    # Dealing by the class a point was made for keeps it in its half, however much noise relabels it.
    order = stratified_order(made_for, rng)
    half = (samples + 1) // 2
    train, test = rng.permutation(order[:half]), rng.permutation(order[half:])
    x, y = points.astype(np.float32), labels.astype(np.int64)
    return Samples(x[train], y[train], x[test], y[test])


def register_points(
    key: str, title: str, summary: str, maker: Maker, classes: tuple[str, ...] = ("orange", "blue")
) -> DataSet:
    """Adds a set of points in the plane with classes; `maker` is as `circle`."""
    return register(
        DataSet(
            key=key,
            title=title,
            summary=summary,
            sample_shape=(2,),
            classes=classes,
            target_shape=(),
            options=("noise", "samples"),
            source="Made by the program, after TensorFlow Playground (D. Smilkov and S. Carter, 2016).",
            loader=partial(load_points, maker),
            group="Points in the plane",
        )
    )


CIRCLE = register_points(
    "circle", "Circle", "Points in the plane: a blue disc inside an orange ring. No straight line parts them.", circle
)
XOR = register_points(
    "xor", "XOR", "Points in the plane: blue where both coordinates have the same sign, orange where they differ.", xor
)
GAUSS = register_points("gauss", "Gauss", "Points in the plane: two round clouds, which a straight line parts.", gauss)
SPIRAL = register_points(
    "spiral", "Spiral", "Points in the plane: two arms wound around each other. The hardest.", spiral
)
