"""Dividing the samples of a data set into those to learn from, those to check with, and those kept for the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.data._spec import DataError, Inputs, Samples, Targets


@dataclass(frozen=True, eq=False)
class Split:
    """Training, validation and test samples: shapes and types as in Samples, arrays read-only.

    `x_validation` and `y_validation` have length 0 if no validation was asked for, or if there is only one sample.
    """

    x_train: Inputs
    y_train: Targets
    x_validation: Inputs
    y_validation: Targets
    x_test: Inputs
    y_test: Targets


def split(samples: Samples, *, validation_fraction: float, train_size: int = 0, seed: int) -> Split:
    """Holds a part of the training samples back for validation; the test samples stay as they are.

    `validation_fraction` of the training samples (0 up to, but not including, 1) become validation samples: at least
    one, and at least one is left to train on. `train_size` limits what is left (0, or more than there is, means all).
    `seed` (0 or more) decides which samples go where. Classes keep their proportions in every part.

    The validation samples do not depend on `train_size`, only on the seed and the fraction, and a smaller
    training set is part of a larger one: so two runs that differ in `train_size` can be compared.

    Raises DataError for a fraction, size or seed that cannot be.
    """
    _check(validation_fraction, train_size, seed)
    total = len(samples.y_train)
    rng = np.random.default_rng(seed)
    order = stratified_order(samples.y_train, rng) if _are_classes(samples.y_train) else rng.permutation(total)
    held = _validation_count(total, validation_fraction)
    end = held + train_size if 0 < train_size < total - held else total
    validation, train = order[:held], rng.permutation(order[held:end])
    parts = Split(
        x_train=samples.x_train[train],
        y_train=samples.y_train[train],
        x_validation=samples.x_train[validation],
        y_validation=samples.y_train[validation],
        x_test=samples.x_test,
        y_test=samples.y_test,
    )
    for array in (parts.x_train, parts.y_train, parts.x_validation, parts.y_validation):
        array.setflags(write=False)
    return parts


def stratified_order(labels: Targets, rng: np.random.Generator) -> NDArray[np.intp]:
    """All positions of `labels` (N,) in a random order of which every stretch holds the classes in proportion.

    Sample number r of the n in its class, after shuffling, gets the place (r + ½) ÷ n between 0 and 1; sorting all
    samples by their places spreads each class evenly over the whole. Samples with the same place come in random order.
    """
    shuffled = rng.permutation(len(labels))
    _, class_of, counts = np.unique(labels[shuffled], return_inverse=True, return_counts=True)
    places = np.empty(len(labels))
    for number, count in enumerate(counts):
        places[class_of == number] = (np.arange(count) + 0.5) / count
    return shuffled[np.argsort(places, kind="stable")]


def _validation_count(total: int, fraction: float) -> int:
    if fraction == 0:
        return 0
    return min(max(round(fraction * total), 1), total - 1)


def _are_classes(targets: Targets) -> bool:
    return targets.ndim == 1 and np.issubdtype(targets.dtype, np.integer)


def _check(validation_fraction: float, train_size: int, seed: int) -> None:
    if not 0 <= validation_fraction < 1:
        raise DataError(
            f"The validation fraction is {validation_fraction}. Choose a number from 0 (no validation) to below 1; "
            "0.1 holds back one training sample in ten."
        )
    if train_size < 0:
        raise DataError(f"The training size is {train_size}. Choose a number of samples, or 0 for all of them.")
    if seed < 0:
        raise DataError(f"The seed is {seed}. Choose a whole number that is 0 or more.")
