"""Dividing the samples of a data set into those to learn from, those to check with, and those kept for the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.data._spec import AS_IT_IS, DataError, Inputs, Samples, Scale, Targets


@dataclass(frozen=True, eq=False)
class Split:
    """Training, validation and test samples: shapes and types as in Samples, arrays read-only.

    `x_validation` and `y_validation` have length 0 if no validation was asked for, or if there is only one sample.
    `scale` says what target values mean in their unit.
    """

    x_train: Inputs
    y_train: Targets
    x_validation: Inputs
    y_validation: Targets
    x_test: Inputs
    y_test: Targets
    scale: Scale = AS_IT_IS


@dataclass(frozen=True, eq=False)
class Division:
    """Which of the samples given for training go where: positions among them.

    `left_out` are those that nobody looks at: beyond the training size, or too near to the validation samples of a
    series. `y_train` are the classes or values to learn, of which those at `wrong` (places in `train`) are wrong on
    purpose.
    """

    train: NDArray[np.intp]
    validation: NDArray[np.intp]
    left_out: NDArray[np.intp]
    y_train: Targets
    wrong: NDArray[np.intp]


MOST_FOLDS = 100


def split(
    samples: Samples,
    *,
    validation_fraction: float,
    train_size: int = 0,
    seed: int,
    folds: int = 0,
    fold: int = 1,
    label_noise: float = 0.0,
) -> Split:
    """Holds a part of the training samples back for validation; the test samples stay as they are.

    `validation_fraction` of the training samples (0 up to, but not including, 1) become validation samples: at least
    one, and at least one is left to train on. `train_size` limits what is left (0, or more than there is, means all).
    `seed` (0 or more) decides which samples go where. Classes keep their proportions in every part.

    Samples of one person or recording all go to the same part; then the parts are only about as large as wanted, and
    classes keep their proportions only as far as that allows. Of a series the latest samples are for validation,
    whatever the seed, and `train_size` takes the latest of those before them.

    The validation samples do not depend on `train_size`, only on the seed and the fraction, and a smaller
    training set is part of a larger one: so two runs that differ in `train_size` can be compared.

    With `folds` (2 or more) the examples are divided into so many parts of equal size, and number `fold` (from 1) is
    for validation, whatever the fraction: each example is held back in one fold, and in one only (k-fold cross-
    validation). `label_noise` (0 to 1) of the training samples get another class, drawn at random; those for
    validation and test keep theirs.

    Raises DataError for a fraction, size, fold or seed that cannot be.
    """
    divided = divide(
        samples,
        validation_fraction=validation_fraction,
        train_size=train_size,
        seed=seed,
        folds=folds,
        fold=fold,
        label_noise=label_noise,
    )
    parts = Split(
        x_train=samples.x_train[divided.train],
        y_train=divided.y_train,
        x_validation=samples.x_train[divided.validation],
        y_validation=samples.y_train[divided.validation],
        x_test=samples.x_test,
        y_test=samples.y_test,
        scale=samples.scale,
    )
    for array in (parts.x_train, parts.y_train, parts.x_validation, parts.y_validation):
        array.setflags(write=False)
    return parts


def divide(
    samples: Samples,
    *,
    validation_fraction: float,
    train_size: int = 0,
    seed: int,
    folds: int = 0,
    fold: int = 1,
    label_noise: float = 0.0,
) -> Division:
    """Which sample goes where, by the rules of `split`, without copying any of them."""
    _check(validation_fraction, train_size, seed)
    total = len(samples.y_train)
    rng = np.random.default_rng(seed)
    if folds:
        validation, learnable = _fold(samples, folds, fold, rng)
    else:
        validation, learnable = _held_back(samples, _validation_count(total, validation_fraction), rng)
    train = rng.permutation(learnable[:train_size] if train_size else learnable)
    truth = samples.y_train[train]
    given = _with_wrong_labels(truth, label_noise, samples.y_train, rng) if label_noise else truth
    is_used = np.zeros(total, np.bool_)
    is_used[train] = is_used[validation] = True
    wrong = np.flatnonzero(given != truth) if label_noise and _are_classes(truth) else np.zeros(0, np.intp)
    return Division(train, validation, np.flatnonzero(~is_used), given, wrong)


def _held_back(samples: Samples, held: int, rng: np.random.Generator) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The positions of about `held` samples for validation, and those of the others."""
    if samples.shared_steps:
        return _latest(len(samples.y_train), held, samples.shared_steps)
    order = _mixed(samples.y_train, rng)
    if samples.belongs_to is not None and held:
        return _by_origin(samples.belongs_to, held, order, rng)
    return order[:held], order[held:]


def _fold(
    samples: Samples, folds: int, fold: int, rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The positions of one part of `folds`, and those of the others. Parts of a series are stretches of it."""
    total = len(samples.y_train)
    origins = total if samples.belongs_to is None else len(np.unique(samples.belongs_to))
    if not 2 <= folds <= min(MOST_FOLDS, origins) or not 1 <= fold <= folds:
        raise DataError(
            f"Fold {fold} of {folds} cannot be made of {origins:,} samples that may be parted. Choose 2 to "
            f"{min(MOST_FOLDS, origins)} folds, and one of them."
        )
    if samples.shared_steps:
        bounds = np.linspace(0, total, folds + 1).round().astype(np.intp)
        first, end = int(bounds[fold - 1]), int(bounds[fold])
        near = samples.shared_steps - 1
        others = np.concatenate([np.arange(max(0, first - near)), np.arange(min(total, end + near), total)])
        return np.arange(first, end), others[::-1]
    if samples.belongs_to is not None:
        drawn = rng.permutation(np.unique(samples.belongs_to))
        is_held = np.isin(samples.belongs_to, np.array_split(drawn, folds)[fold - 1])
        return np.flatnonzero(is_held), rng.permutation(np.flatnonzero(~is_held))
    parts = np.array_split(_mixed(samples.y_train, rng), folds)
    return parts[fold - 1], np.concatenate([part for number, part in enumerate(parts, start=1) if number != fold])


def _with_wrong_labels(labels: Targets, part: float, of_all: Targets, rng: np.random.Generator) -> Targets:
    """Class numbers of which a part is replaced, each by one of the other classes."""
    if not 0 <= part <= 1:
        raise DataError(f"The part of wrong labels is {part}. Choose a number from 0 to 1.")
    classes = np.unique(of_all)
    if not _are_classes(labels) or len(classes) < 2:
        return labels
    wrong = rng.permutation(len(labels))[: round(part * len(labels))]
    places = np.searchsorted(classes, labels[wrong])
    noisy = labels.copy()
    noisy[wrong] = classes[(places + rng.integers(1, len(classes), len(wrong))) % len(classes)]
    return noisy


def _mixed(targets: Targets, rng: np.random.Generator) -> NDArray[np.intp]:
    """All positions in a random order; every stretch of it holds classes in proportion."""
    return stratified_order(targets, rng) if _are_classes(targets) else rng.permutation(len(targets))


def _latest(total: int, held: int, shared_steps: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The last `held` positions, and those before them from the latest on.

    Those whose targets share a value with a validation target are left out, as long as one remains.
    """
    first = total - held
    end = max(1, first - (shared_steps - 1)) if held else total
    return np.arange(first, total), np.arange(end)[::-1]


def _by_origin(
    belongs_to: NDArray[np.int64], held: int, order: NDArray[np.intp], rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The positions of whole origins, drawn at random, that together are as near to `held` as they come; the others.

    At least one origin is for validation and one to learn from, if there are two. Both parts are in the order given.
    """
    origins, counts = np.unique(belongs_to, return_counts=True)
    drawn = rng.permutation(len(origins))[:-1]
    together = np.cumsum(counts[drawn])
    number = int(np.abs(together - held).argmin()) + 1 if len(drawn) else 0
    is_held = np.isin(belongs_to[order], origins[drawn[:number]])
    return order[is_held], order[~is_held]


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
