"""Points in the plane with a value each instead of a class, after TensorFlow Playground.

(D. Smilkov and S. Carter, 2016.) The values lie between −1 and 1. Half of the points are for training, half for
testing.
Noise changes the values: a point gets that of a place up to 6 × noise away along each axis.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from playground.data._spec import DataSet, Samples, register

REACH = 6.0
PLANE_SCALE = 10.0
"""x₁ + x₂ is divided by this."""
HILLS = ((-4.0, 2.5, 1.0), (0.0, 2.5, -1.0), (4.0, 2.5, 1.0), (-4.0, -2.5, -1.0), (0.0, -2.5, 1.0), (4.0, -2.5, -1.0))
"""x₁, x₂ and height of the six summits."""
HILL_RADIUS = 2.0

Floats = NDArray[np.float64]
Surface = Callable[[Floats], Floats]
"""Places (count, 2) → heights (count,)."""


def plane(places: Floats) -> Floats:
    """A tilted plane: (x₁ + x₂) ÷ 10, never beyond −1 and 1."""
    return np.clip(places.sum(axis=1) / PLANE_SCALE, -1, 1)


def hills(places: Floats) -> Floats:
    """Three hills and three hollows: each falls in a straight line from ±1 in its middle to 0 at a distance of 2."""
    middles = np.array(HILLS)
    distances = np.hypot(*(places[:, np.newaxis, :] - middles[:, :2]).transpose(2, 0, 1))
    heights = middles[:, 2] * np.clip(1 - distances / HILL_RADIUS, 0, 1)
    return heights[np.arange(len(places)), np.abs(heights).argmax(axis=1)]


def _load(surface: Surface, *, noise: float, samples: int, seed: int) -> Samples:
    """A Loader: places drawn at random, and the heights there."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(-REACH, REACH, (samples, 2))
    moved = places + noise * rng.uniform(-REACH, REACH, places.shape)
    x, y = places.astype(np.float32), surface(moved).astype(np.float32)[:, np.newaxis]
    half = (samples + 1) // 2
    return Samples(x[:half], y[:half], x[half:], y[half:])


def _register(key: str, title: str, summary: str, surface: Surface) -> DataSet:
    return register(
        DataSet(
            key=key,
            title=title,
            summary=summary,
            sample_shape=(2,),
            classes=(),
            target_shape=(1,),
            options=("noise", "samples"),
            source="Made by the program, after TensorFlow Playground (D. Smilkov and S. Carter, 2016).",
            loader=partial(_load, surface),
            group="Points in the plane",
        )
    )


PLANE = _register(
    "plane", "Plane (values)", "Points in the plane with a value each: the height of a tilted plane over them.", plane
)
HILLS_AND_HOLLOWS = _register(
    "hills", "Gauss (values)", "Points in the plane with a value each: three hills and three hollows.", hills
)
