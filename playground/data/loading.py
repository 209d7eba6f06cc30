"""Loading a data set by its key. What was loaded is kept for the next time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from threading import Lock

from playground.data._spec import DataError, DataSet, Inputs, Samples, Targets, data_set
from playground.data.permutation import put_in_order

NOISE_RANGE = (0.0, 0.5)
"""Least and most noise, as in TensorFlow Playground, whose slider shows them as 0 to 50."""

SAMPLES_RANGE = (4, 20_000)
"""Fewest and most points of a toy data set, training and test together."""


MOST_KEPT = 600_000_000
"""Bytes of the data sets that are kept; the one that was asked for last is kept whatever its size."""
_MOST_SETS = 8


def load(key: str, *, noise: float = 0.1, samples: int = 500, seed: int = 0, permuted: int = 0) -> Samples:
    """The samples of the data set `key`, the same for the same arguments. The arrays are read-only.

    `noise` (0 to 0.5) and `samples` (training and test together) and `seed` shape the toy data sets; a data set
    without these options ignores them. With `permuted` other than 0 the pixels of all examples stand in one other
    order, which this number decides (see `data.permutation`). Raises DataError for an unknown key, an option out of
    its range, or a data file that is missing or damaged.
    """
    chosen = data_set(key)
    made_by_chance = bool(chosen.options)
    noise = _checked_noise(chosen, noise) if "noise" in chosen.options else 0.0
    samples = _checked_samples(chosen, samples) if "samples" in chosen.options else 0
    seed = _checked_seed(seed) if made_by_chance else 0
    asked = (key, noise, samples, seed)
    loaded = _kept.get(asked, lambda: chosen.loader(noise=noise, samples=samples, seed=seed))
    if _checked_permutation(permuted) and not chosen.is_gallery:
        return _kept.get((*asked, permuted), lambda: _permuted(loaded, permuted))
    return loaded


class _Kept:
    """The sets that were loaded last, the latest at the end: at most 8, and as many as fit into MOST_KEPT bytes."""

    def __init__(self) -> None:
        self._sets: OrderedDict[tuple[object, ...], Samples] = OrderedDict()
        self._lock = Lock()

    def get(self, asked: tuple[object, ...], make: Callable[[], Samples]) -> Samples:
        """What was kept, or else made now; a failure is not kept."""
        with self._lock:
            if asked in self._sets:
                self._sets.move_to_end(asked)
                return self._sets[asked]
        made = make()
        for array in _arrays(made):
            array.setflags(write=False)
        with self._lock:
            self._sets[asked] = made
            while len(self._sets) > 1 and (len(self._sets) > _MOST_SETS or self._bytes() > MOST_KEPT):
                self._sets.popitem(last=False)
        return made

    def _bytes(self) -> int:
        return sum(array.nbytes for samples in self._sets.values() for array in _arrays(samples))


_kept = _Kept()


def _arrays(samples: Samples) -> tuple[Inputs | Targets, ...]:
    return samples.x_train, samples.y_train, samples.x_test, samples.y_test


def _permuted(loaded: Samples, permuted: int) -> Samples:
    x_train, x_test = put_in_order(loaded.x_train, permuted), put_in_order(loaded.x_test, permuted)
    return replace(loaded, x_train=x_train, x_test=x_test)


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


def _checked_permutation(permuted: int) -> int:
    if not permuted >= 0:
        raise DataError(f"The order of the pixels is {permuted}. Choose a whole number: 0 leaves them where they are.")
    return int(permuted)
