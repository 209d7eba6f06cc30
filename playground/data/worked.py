"""Worked examples, so small that every number can be checked by hand: from the literature, or given in the key."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from playground.data._spec import DataError, DataSet, Inputs, Samples, register, register_family


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
"""So many numbers an example may have, and so many examples a data set that is written out in its key."""

_SIGNS = str.maketrans("-", "−")


@lru_cache(maxsize=32)
def _given(written: str) -> DataSet:
    """The examples that the key itself holds.

    "given:-1,-2" are two numbers, "given:1x1x2:-1,-2" a map of them; "given:0,1;1,1=1;0" are two examples, and behind
    the equals sign what should come out for each.
    """
    size, _, listed = written.rpartition(":")
    listed, _, wanted = listed.partition("=")
    try:
        x, y = _table(listed), _table(wanted) if wanted else None
        shape = tuple(int(extent) for extent in size.split("x")) if size else x.shape[1:]
    except ValueError:
        raise DataError(_refusal(written)) from None
    fits = math.prod(shape) == x.shape[1] and 1 <= len(shape) <= 4 and min(shape) > 0
    if not fits or (y is not None and len(y) != len(x)):
        raise DataError(_refusal(written))
    count, has_target = len(x), y is not None
    inputs: Inputs = x.reshape(count, *shape)
    targets: Inputs = np.zeros((count, 1), dtype=np.float32) if y is None else y

    def load(*, noise: float, samples: int, seed: int) -> Samples:
        """A Loader. Without targets nothing is right or wrong: they are 0, and no loss looks at them."""
        return Samples(inputs, targets, inputs, targets)

    first = _named(inputs[0].ravel())
    made = "One example, made of the numbers that were typed" if count == 1 else f"{count} examples that were typed"
    return DataSet(
        key=f"given:{written}",
        title=f"Given: {first}" if count == 1 else f"Given: {count} examples",
        summary=f"{made}: {first}{' …' if count > 1 else ''}" + (", each with its target." if has_target else "."),
        sample_shape=shape,
        classes=(),
        target_shape=targets.shape[1:],
        options=(),
        source="Typed in.",
        loader=load,
        group="Worked examples",
    )


def _table(listed: str) -> Inputs:
    """Examples between semicolons, the numbers of each between commas.

    Raises:
        ValueError: it is none, some are longer than others, too many, or no finite numbers.
    """
    rows = [[float(number) for number in row.split(",")] for row in listed.split(";")]
    table = np.array(rows, dtype=np.float32)  # rows of unequal length raise
    if max(table.shape) > MOST_GIVEN or not np.isfinite(table).all():
        raise ValueError(listed)
    return table


def _refusal(written: str) -> str:
    return (
        f"“given:{written}” is no data set: write 1 to {MOST_GIVEN} numbers with commas between them, such as "
        "given:-1,-2, or with a size before them: given:1x1x2:-1,-2. Several examples have semicolons between them, "
        "and what should come out stands behind an equals sign: given:0,1;1,1=1;0."
    )


def _named(numbers: Inputs) -> str:
    return ", ".join(f"{number:g}".translate(_SIGNS) for number in numbers[:6]) + (" …" if len(numbers) > 6 else "")


register_family("given", _given)
