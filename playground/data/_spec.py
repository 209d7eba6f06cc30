"""What a data set is, and the registry of those that exist."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Inputs = NDArray[np.float32]
Targets = NDArray[np.int64] | NDArray[np.float32]

KNOWN_OPTIONS = ("noise", "samples")

GROUPS = (
    *("Your own", "Pictures", "Sound", "Series", "Tables", "Points in the plane"),
    *("To download", "Worked examples", "To look at"),
)
"""The headings under which a list shows the data sets, in this order."""

_MOST_WORDS = 3
"""Of a target with more values than this only the first and the last are written out."""


class DataError(Exception):
    """Data that cannot be had as asked for. The message says what is wrong, where, and what to do."""


@dataclass(frozen=True)
class Scale:
    """How target values are made small numbers about zero, which a network learns better: (value − mean) ÷ spread.

    `mean` and `spread` are in the target's unit; with 0 and 1 the targets are as they were.
    """

    mean: float = 0.0
    spread: float = 1.0

    def in_unit(self, values: Targets) -> NDArray[np.float32]:
        """What these small numbers mean, in the target's unit."""
        return (values * self.spread + self.mean).astype(np.float32)


AS_IT_IS = Scale()
"""Target values that were left as they were."""


@dataclass(frozen=True, eq=False)
class Samples:
    """The examples of a data set, divided into training and test.

    `x_*` float32, shape (N, *sample_shape); pictures hold values from 0 (paper) to 1 (ink).
    `y_*` int64 class numbers, shape (N,); or float32 target values, shape (N, *target_shape).
    The arrays that `load` returns are read-only: `torch.tensor(x)` copies them into a tensor.
    `scale` says what target values mean in their unit.
    `belongs_to` (N,) names for each training example the person or recording it comes from: all of one go to the same
    part, since they resemble each other. None: every example is for itself.
    `shared_steps`: 0, or the training examples follow each other in time, and the targets of those nearer than this
    share values: what comes later is held back, and what would give it away is left out.
    """

    x_train: Inputs
    y_train: Targets
    x_test: Inputs
    y_test: Targets
    scale: Scale = AS_IT_IS
    belongs_to: NDArray[np.int64] | None = None
    shared_steps: int = 0


class Loader(Protocol):
    """Makes the samples of one data set; sets without an option leave that argument alone. Raises DataError."""

    def __call__(self, *, noise: float, samples: int, seed: int) -> Samples: ...


@dataclass(frozen=True)
class DataSet:
    """One data set: its names, shapes and where it comes from.

    `classes` are the names of the classes, in the order of their numbers; empty if the targets are values.
    `target_shape` is () for a class number, else the shape of one target: (2,) for two values.
    `options` says which of "noise" and "samples" change this data set.
    `group` is one of GROUPS. `features` are the names of the numbers of a table's row, `unit` is that of the target
    values ("mpg"), and `normalisation` says how numbers were made small, if they were.
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
    group: str = "Pictures"
    features: tuple[str, ...] = ()
    unit: str = ""
    normalisation: str = ""

    def __post_init__(self) -> None:
        if self.group not in GROUPS:
            raise ValueError(f"Data set “{self.key}” is in a group that does not exist: {self.group}.")
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
        """What to write beside test example number `index`: its name in a gallery, its class, or its target values.

        Target values are given in their unit.
        """
        if self.examples:
            return self.examples[index]
        if self.classes:
            return self.classes[int(target)]
        values = [f"{value:.4g}".replace("-", "−") for value in np.ravel(target)]
        shown = ", ".join(values) if len(values) <= _MOST_WORDS else f"{values[0]} … {values[-1]}"
        return f"{shown} {self.unit}".strip()


_registry: dict[str, DataSet] = {}


def register(data_set: DataSet) -> DataSet:
    """Adds a data set to those that exist, and returns it. A key used twice raises ValueError."""
    if data_set.key in _registry:
        raise ValueError(f"Two data sets have the key “{data_set.key}”: every key must be used once.")
    _registry[data_set.key] = data_set
    return data_set


_families: dict[str, Callable[[str], DataSet]] = {}


def register_family(prefix: str, make: Callable[[str], DataSet]) -> None:
    """Data sets that are described by their keys: `make` gets what stands behind the prefix. Raises DataError there."""
    _families[prefix] = make


def all_data_sets() -> tuple[DataSet, ...]:
    """Every data set, in the order in which a list should show them: group by group."""
    return tuple(sorted(_registry.values(), key=lambda each: GROUPS.index(each.group)))


def data_set(key: str) -> DataSet:
    """The data set with this key. Raises DataError, listing those that exist, if there is none."""
    if key in _registry:
        return _registry[key]
    prefix, colon, rest = key.partition(":")
    if colon and prefix in _families:
        return _families[prefix](rest)
    near = difflib.get_close_matches(key.lower(), _registry, n=1)
    guess = f" Did you mean “{near[0]}”?" if near else ""
    raise DataError(f"There is no data set called “{key}”.{guess} There are: {', '.join(_registry)}.")
