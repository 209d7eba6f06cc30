"""Loading a data set by its key. What was loaded is kept for the next time."""

from __future__ import annotations

from functools import lru_cache

from playground.data._spec import DataError, DataSet, Samples, data_set

NOISE_RANGE = (0.0, 0.5)
"""Least and most noise, as in TensorFlow Playground, whose slider shows them as 0 to 50."""

SAMPLES_RANGE = (4, 20_000)
"""Fewest and most points of a toy data set, training and test together."""


def load(key: str, *, noise: float = 0.1, samples: int = 500, seed: int = 0) -> Samples:
    """The samples of the data set `key`, the same for the same arguments. The arrays are read-only.

    `noise` (0 to 0.5) and `samples` (training and test together) and `seed` shape the toy data sets; a data set
    without these options ignores them. Raises DataError for an unknown key, an option out of its range, or a data
    file that is missing or damaged.
    """
    chosen = data_set(key)
    made_by_chance = bool(chosen.options)
    return _kept(
        key,
        _checked_noise(chosen, noise) if "noise" in chosen.options else 0.0,
        _checked_samples(chosen, samples) if "samples" in chosen.options else 0,
        _checked_seed(seed) if made_by_chance else 0,
    )


@lru_cache(maxsize=8)
def _kept(key: str, noise: float, samples: int, seed: int) -> Samples:
    loaded = data_set(key).loader(noise=noise, samples=samples, seed=seed)
    for array in (loaded.x_train, loaded.y_train, loaded.x_test, loaded.y_test):
        array.setflags(write=False)
    return loaded


def _checked_noise(chosen: DataSet, noise: float) -> float:
    least, most = NOISE_RANGE
    if not least <= noise <= most:
        raise DataError(f"The noise of “{chosen.title}” is {noise}. Choose a number from {least:g} to {most:g}.")
    return float(noise)


def _checked_samples(chosen: DataSet, samples: int) -> int:
    least, most = SAMPLES_RANGE
    if not least <= samples <= most or samples != int(samples):
        raise DataError(
            f"The number of samples of “{chosen.title}” is {samples}. Choose a whole number from {least} to {most:,}."
        )
    return int(samples)


def _checked_seed(seed: int) -> int:
    if not seed >= 0:
        raise DataError(f"The seed is {seed}. Choose a whole number that is 0 or more.")
    return int(seed)
