"""A data set as it is looked at: its examples, divided as they would be for training. Made on a worker thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.data import DataError, DataSet, Division, Samples, Targets, data_set, divide, load
from playground.graph.experiment import DataSettings

PARTS = ("training", "validation", "left out", "test")
ROLES = {"training": "positive", "validation": "negative", "left out": "border_strong", "test": "success"}
"""The roles of the parts' colours: training and validation are as in the curves of Train."""
HELP = {
    "training": "The network learns from these.",
    "validation": "Held back: they show whether what is learnt holds for new examples.",
    "left out": "Nobody looks at these: they are beyond the number to learn from, or too near to a validation example.",
    "test": "Kept for the end, always the same ones; Build and Step show them.",
}


@dataclass(frozen=True, eq=False)
class Part:
    """Some examples: `x` are those of a whole array, of which `positions` are meant.

    `labels` are what the network is told, `truth` what is so: they differ for wrong labels only.
    """

    name: str
    x: np.ndarray
    positions: np.ndarray
    labels: np.ndarray
    truth: np.ndarray

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def is_wrong(self) -> np.ndarray:
        """Which of them bear a wrong label."""
        if self.labels.ndim != 1 or self.labels is self.truth:
            return np.zeros(len(self), np.bool_)
        return self.labels != self.truth


@dataclass(frozen=True, eq=False)
class Looked:
    """A data set under certain settings. `problem` says why it cannot be divided as set; then nothing is."""

    settings: DataSettings
    seed: int
    data: DataSet
    samples: Samples
    parts: dict[str, Part]
    division: Division | None
    problem: str = ""
    plain_example: np.ndarray | None = None
    """The first test example with its pixels in their places, where they are shuffled."""

    @property
    def is_plane(self) -> bool:
        """Whether the examples are points in the plane."""
        return self.data.sample_shape == (2,) and self.data.group == "Points in the plane"

    @property
    def is_table(self) -> bool:
        """Whether the examples are rows of named numbers."""
        return bool(self.data.features) and self.data.sample_shape == (len(self.data.features),)


def look(settings: DataSettings, seed: int) -> Looked:
    """Load a data set and divide it as the settings say. Raises DataError where it cannot be loaded."""
    described = data_set(settings.name)
    samples = load(settings.name, noise=settings.noise, samples=settings.samples, seed=seed, permuted=settings.permuted)
    plain = None
    if settings.permuted and not described.is_gallery:
        plain = load(settings.name, noise=settings.noise, samples=settings.samples, seed=seed).x_test[0]
    test = _part("test", samples.x_test, np.arange(len(samples.y_test)), samples.y_test)
    if described.is_gallery:
        return Looked(settings, seed, described, samples, {"test": test}, None)
    try:
        division = divide(
            samples,
            validation_fraction=settings.validation_fraction,
            train_size=settings.train_size,
            seed=seed,
            folds=settings.folds,
            fold=settings.fold,
            label_noise=settings.label_noise,
        )
    except DataError as error:
        whole = _part("training", samples.x_train, np.arange(len(samples.y_train)), samples.y_train)
        return Looked(settings, seed, described, samples, {"training": whole, "test": test}, None, str(error), plain)
    return Looked(settings, seed, described, samples, {**_parts(samples, division), "test": test}, division, "", plain)


def _parts(samples: Samples, division: Division) -> dict[str, Part]:
    """The parts of the training examples, each in the order of the file."""
    order = np.argsort(division.train)
    positions = division.train[order]
    truth = samples.y_train[positions]
    labels = division.y_train[order] if len(division.wrong) else truth
    parts = {"training": Part("training", samples.x_train, positions, labels, truth)}
    for name, held in (("validation", division.validation), ("left out", division.left_out)):
        parts[name] = _part(name, samples.x_train, np.sort(held), samples.y_train)
    return parts


def _part(name: str, x: np.ndarray, positions: np.ndarray, targets: Targets) -> Part:
    chosen = targets[positions]
    return Part(name, x, positions, chosen, chosen)
