"""Worked examples, so small that every number can be checked by hand: from the literature, or given in the key."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from playground.data._spec import DataError, DataSet, Samples, register, register_family


def _load_mazur(*, noise: float, samples: int, seed: int) -> Samples:
    """A Loader. The one sample serves for training and for testing; noise, samples and seed play no part."""
    x = np.array([[0.05, 0.10]], dtype=np.float32)
    y = np.array([[0.01, 0.99]], dtype=np.float32)
    return Samples(x, y, x, y)


MAZUR = register(
    DataSet(
        key="mazur",
        title="Mazur's example",
        summary="One sample of two numbers, 0.05 and 0.10, and the two numbers to give for it, 0.01 and 0.99.",
        sample_shape=(2,),
        classes=(),
        target_shape=(2,),
        options=(),
        source="M. Mazur, “A Step by Step Backpropagation Example” (2015).",
        loader=_load_mazur,
        group="Worked examples",
    )
)

MOST_GIVEN = 256


@lru_cache(maxsize=32)
def _given(written: str) -> DataSet:
    """The one example that the key itself holds: "given:-1,-2" are two numbers, "given:1x1x2:-1,-2" a map of them."""
    size, _, listed = written.rpartition(":")
    try:
        numbers = tuple(float(number) for number in listed.split(","))
        shape = tuple(int(extent) for extent in size.split("x")) if size else (len(numbers),)
    except ValueError:
        numbers, shape = (), ()
    is_sound = 1 <= len(numbers) <= MOST_GIVEN and all(map(math.isfinite, numbers)) and min(shape, default=0) > 0
    if not is_sound or math.prod(shape) != len(numbers) or len(shape) > 4:
        raise DataError(
            f"“given:{written}” is no data set: write 1 to {MOST_GIVEN} numbers with commas between them, such as "
            "given:-1,-2, or with a size before them: given:1x1x2:-1,-2."
        )
    listed = ", ".join(f"{number:g}".replace("-", "−") for number in numbers[:6]) + (" …" if len(numbers) > 6 else "")

    def load(*, noise: float, samples: int, seed: int) -> Samples:
        """A Loader. There is nothing to be right or wrong about: the target is 0, and no loss looks at it."""
        x, y = np.array([numbers], dtype=np.float32).reshape(1, *shape), np.zeros((1, 1), dtype=np.float32)
        return Samples(x, y, x, y)

    return DataSet(
        key=f"given:{written}",
        title=f"Given: {listed}",
        summary=f"One example, made of the numbers that were typed: {listed}.",
        sample_shape=shape,
        classes=(),
        target_shape=(1,),
        options=(),
        source="Typed in.",
        loader=load,
        group="Worked examples",
    )


register_family("given", _given)
