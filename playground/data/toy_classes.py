"""More points in the plane: two moons, and sets of three classes, for which softmax and a third output are needed."""

from __future__ import annotations

import numpy as np

from playground.data.toy import ORANGE, SPIRAL_RADIUS, Classes, Floats, polar, register_points, two_classes

THREE_COLOURS = ("orange", "blue", "green")

MOON_RADIUS = 3.2
MOON_SHIFT = (1.6, 0.8)
"""How far each moon lies from the middle: to the side, and towards the other one."""

RING_EDGES = ((0.0, 1.5), (2.2, 3.5), (4.2, 5.5))
"""Inner and outer radius of the disc and of the two rings."""

ARM_TURNS = 1.0
CLOUD_DISTANCE = 3.2


def moons(count: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Classes, Classes]:
    """Two half circles of radius 3.2 that reach into each other: the orange one open below, the blue one above.

    Noise moves each point by a normal distribution whose deviation is 2 × noise.
    """
    made_for = two_classes(count)
    angles = rng.uniform(0, np.pi, count)
    is_upper = made_for == ORANGE
    across, up = MOON_RADIUS * np.cos(angles), MOON_RADIUS * np.sin(angles)
    side, towards = MOON_SHIFT
    points = np.stack(
        [np.where(is_upper, across - side, across + side), np.where(is_upper, up - towards, towards - up)], axis=1
    )
    return points + 2 * noise * rng.standard_normal((count, 2)), made_for, made_for


def rings(count: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Classes, Classes]:
    """An orange disc in a blue ring in a green ring.

    Noise blurs the borders: a point gets the class of a place up to 5 × noise away along each axis.
    """
    made_for = _three_classes(count)
    inner, outer = np.array(RING_EDGES).T
    points = polar(
        np.asarray(rng.uniform(inner[made_for], outer[made_for]), np.float64), rng.uniform(0, 2 * np.pi, count)
    )
    moved = points + 5 * noise * rng.uniform(-1, 1, points.shape)
    borders = (outer[:-1] + inner[1:]) / 2
    return points, made_for, np.searchsorted(borders, np.hypot(moved[:, 0], moved[:, 1])).astype(np.int64)


def three_spirals(count: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Classes, Classes]:
    """Three arms that wind outwards, one turn to radius 5, a third of a turn apart (after cs231n).

    Noise moves each point by up to `noise` along each axis.
    """
    made_for = _three_classes(count)
    along = np.empty(count)
    for colour in range(3):
        arm = made_for == colour
        steps = np.count_nonzero(arm)
        along[arm] = (np.arange(steps) + 0.5) / max(1, steps)
    points = polar(SPIRAL_RADIUS * along, 2 * np.pi * (ARM_TURNS * along + made_for / 3))
    return points + noise * rng.uniform(-1, 1, points.shape), made_for, made_for


def three_clouds(count: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Classes, Classes]:
    """Three round clouds at the corners of a triangle. Their variance is ½ + 7 × noise, as in Gauss."""
    made_for = _three_classes(count)
    centres = polar(np.full(count, CLOUD_DISTANCE, np.float64), 2 * np.pi * made_for / 3)
    return centres + np.sqrt(0.5 + 7 * noise) * rng.standard_normal((count, 2)), made_for, made_for


def _three_classes(count: int) -> Classes:
    """`count` classes, a third of them each."""
    return np.arange(count, dtype=np.int64) * 3 // count


MOONS = register_points(
    "moons", "Moons", "Points in the plane: two half moons that reach into each other. A bent line parts them.", moons
)
THREE_CLOUDS = register_points(
    "three_clouds",
    "Three clouds",
    "Points in the plane in three classes: round clouds, which straight lines part.",
    three_clouds,
    THREE_COLOURS,
)
RINGS = register_points(
    "rings", "Three rings", "Points in the plane in three classes: a disc in a ring in a ring.", rings, THREE_COLOURS
)
THREE_SPIRALS = register_points(
    "three_spirals",
    "Three spirals",
    "Points in the plane in three classes: three arms wound around each other.",
    three_spirals,
    THREE_COLOURS,
)
