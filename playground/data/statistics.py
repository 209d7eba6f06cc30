"""What the numbers of a data set are like: how many of each class, mean and spread, where they lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.data._spec import Inputs, Targets

BINS = 40
MOST_SORTED = 1_000_000
"""The histogram of more numbers than these is that of so many of them, evenly picked."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """Many numbers in short. `counts` are those of `len(counts)` equal bins from `least` to `most`."""

    count: int
    mean: float
    spread: float
    least: float
    most: float
    counts: NDArray[np.int64]


def numbers_of(values: Inputs, bins: int = BINS) -> Numbers:
    """Mean, spread (the standard deviation), range and histogram of all numbers of an array, which has one at least.

    They are summed in double precision, block by block, so that a large array needs no second one of its size.
    """
    flat = values.reshape(-1)
    blocks = [flat[start : start + MOST_SORTED] for start in range(0, len(flat), MOST_SORTED)]
    mean = float(sum(block.sum(dtype=np.float64) for block in blocks) / len(flat))
    squares = sum(float(np.square(block - np.float32(mean), dtype=np.float64).sum()) for block in blocks)
    least, most = float(flat.min()), float(flat.max())
    picked = flat[:: -(-len(flat) // MOST_SORTED)].astype(np.float64)
    places = (picked - least) * (bins / (most - least)) if most > least else np.zeros(len(picked))
    counts = np.bincount(np.minimum(places.astype(np.intp), bins - 1), minlength=bins)
    return Numbers(len(flat), mean, float(np.sqrt(squares / len(flat))), least, most, counts)


def per_feature(rows: Inputs, bins: int = BINS) -> tuple[Numbers, ...]:
    """The same for each column of a table (examples, features)."""
    return tuple(numbers_of(np.ascontiguousarray(column), bins) for column in rows.T)


def class_counts(labels: Targets, classes: int) -> NDArray[np.int64]:
    """How many examples there are of each class."""
    return np.bincount(labels.astype(np.int64), minlength=classes)


def class_means(examples: Inputs, labels: Targets, classes: int) -> Inputs:
    """The mean example of each class, (classes, *shape); zeros for a class of which there is none."""
    means = np.zeros((classes, *examples.shape[1:]), np.float32)
    for number in range(classes):
        of_class = examples[labels == number]
        if len(of_class):
            means[number] = of_class.mean(axis=0, dtype=np.float64)
    return means
