"""Examples to look at with networks whose own data does not ship: nothing can be learnt from them."""

from __future__ import annotations

import numpy as np

from playground.assets import MissingAsset
from playground.data._spec import DataSet, Samples, register
from playground.data.photographs import SIDE, imagenet_labels, photograph

NEAREST_CLASS = {
    "astronaut": 812,
    "brick_wall": 825,
    "cat": 281,
    "coffee": 967,
    "grass": 958,
    "retina": 712,
    "rocket": 657,
    "temple": 698,
}
"""For each photograph the class of ImageNet that comes nearest to it, such as 281: tabby. Some fit badly."""

SEEDS = 100
"""Numbers that a generator of pictures starts from."""
_NOISES = 16


def _load_photographs(*, noise: float, samples: int, seed: int) -> Samples:
    """A Loader: the photographs serve for training and test alike. The options play no part."""
    x = np.stack([photograph(name) for name in NEAREST_CLASS])
    y = np.array(list(NEAREST_CLASS.values()), dtype=np.int64)
    return Samples(x, y, x, y)


def _class_names() -> tuple[str, ...]:
    """ImageNet's, or numbers where their file is missing: loading the photographs then says so."""
    try:
        return imagenet_labels()
    except (MissingAsset, OSError):
        return tuple(f"class {number}" for number in range(1000))


def _load_noise(*, noise: float, samples: int, seed: int) -> Samples:
    """A Loader: numbers from −1 to 1, all equally likely, always the same. The options play no part."""
    x = np.random.default_rng(0).uniform(-1, 1, (_NOISES, SEEDS)).astype(np.float32)
    y = np.zeros((_NOISES, 1), np.float32)
    return Samples(x, y, x, y)


PHOTOGRAPHS = register(
    DataSet(
        key="imagenet",
        title="Photographs",
        summary="Eight photographs to look at, scaled to the size of the Input. ImageNet itself does not ship.",
        sample_shape=(3, SIDE, SIDE),
        classes=_class_names(),
        target_shape=(),
        options=(),
        source="NASA, SpaceX and photographers named in assets/SOURCES.md; public domain, CC0 and CC BY 2.0.",
        loader=_load_photographs,
        group="To look at",
        examples=tuple(name.replace("_", " ").capitalize() for name in NEAREST_CLASS),
    )
)

RANDOM_NUMBERS = register(
    DataSet(
        key="random_numbers",
        title="Random numbers",
        summary="Lists of 100 random numbers from −1 to 1, from which a generator makes pictures.",
        sample_shape=(SEEDS,),
        classes=(),
        target_shape=(1,),
        options=(),
        source="Made by the program.",
        loader=_load_noise,
        group="To look at",
        examples=tuple(f"List {number}" for number in range(1, _NOISES + 1)),
    )
)
