"""What a data set is, and the registry of those that exist."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Inputs = NDArray[np.float32]
Targets = NDArray[np.int64] | NDArray[np.float32]

KNOWN_OPTIONS = ("noise", "samples")


class DataError(Exception):
    """Data that cannot be had as asked for. The message says what is wrong, where, and what to do."""


@dataclass(frozen=True, eq=False)
class Samples:
    """The examples of a data set, divided into training and test.

    `x_*` float32, shape (N, *sample_shape); pictures hold values from 0 (paper) to 1 (ink).
    `y_*` int64 class numbers, shape (N,); or float32 target values, shape (N, *target_shape).
    The arrays that `load` returns are read-only: `torch.tensor(x)` copies them into a tensor.
    """

    x_train: Inputs
    y_train: Targets
    x_test: Inputs
    y_test: Targets


class Loader(Protocol):
    """Makes the samples of one data set; sets without an option leave that argument alone. Raises DataError."""

    def __call__(self, *, noise: float, samples: int, seed: int) -> Samples: ...


@dataclass(frozen=True)
class DataSet:
    """One data set: its names, shapes and where it comes from.

    `classes` are the names of the classes, in the order of their numbers; empty if the targets are values.
    `target_shape` is () for a class number, else the shape of one target: (2,) for two values.
    `options` says which of "noise" and "samples" change this data set.
    `examples` are the names of the test examples of a gallery: there is nothing to learn from it, it is looked at, and
    its pictures are scaled to the size that a network wants.
    """

    key: str
    title: str
    summary: str
    sample_shape: tuple[int, ...]
    classes: tuple[str, ...]
    target_shape: tuple[int, ...]
    options: tuple[str, ...]
    source: str
    loader: Loader
    examples: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.classes) == bool(self.target_shape):
            raise ValueError(f"Data set “{self.key}” must have either classes or a target shape.")
        unknown = [option for option in self.options if option not in KNOWN_OPTIONS]
        if unknown:
            raise ValueError(f"Data set “{self.key}” has options that do not exist: {', '.join(unknown)}.")

    @property
    def outputs(self) -> int:
        """How many numbers a network must give for one sample: one per class, or one per target value."""
        return len(self.classes) or math.prod(self.target_shape)

    @property
    def is_gallery(self) -> bool:
        """Whether its examples are there to be looked at only."""
        return bool(self.examples)

    def fits(self, shape: tuple[int, ...]) -> bool:
        """Whether its examples can be given to an input of that shape; pictures of a gallery are scaled to it."""
        if shape == self.sample_shape:
            return True
        is_picture = len(shape) == len(self.sample_shape) == 3
        return self.is_gallery and is_picture and shape[0] in (1, self.sample_shape[0])

    def label(self, index: int, target: Targets) -> str:
        """What to write beside test example number `index`: its name in a gallery, its class, or its target values."""
        if self.examples:
            return self.examples[index]
        if self.classes:
            return self.classes[int(target)]
        return ", ".join(f"{value:g}" for value in np.ravel(target))


_registry: dict[str, DataSet] = {}


def register(data_set: DataSet) -> DataSet:
    """Adds a data set to those that exist, and returns it. A key used twice raises ValueError."""
    if data_set.key in _registry:
        raise ValueError(f"Two data sets have the key “{data_set.key}”: every key must be used once.")
    _registry[data_set.key] = data_set
    return data_set


def all_data_sets() -> tuple[DataSet, ...]:
    """Every data set, in the order in which a list should show them."""
    return tuple(_registry.values())


def data_set(key: str) -> DataSet:
    """The data set with this key. Raises DataError, listing those that exist, if there is none."""
    if key in _registry:
        return _registry[key]
    near = difflib.get_close_matches(key.lower(), _registry, n=1)
    guess = f" Did you mean “{near[0]}”?" if near else ""
    raise DataError(f"There is no data set called “{key}”.{guess} There are: {', '.join(_registry)}.")
