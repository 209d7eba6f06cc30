"""What an experiment of the lectures is, and the registry of them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._shelf import Shelf

FILES = ("fitting", "depth", "signals", "kernels", "scaling")
"""The files that register experiments, in the order of the gallery. Each is imported when first needed."""

Kind = Literal["preset", "comparison"]
"""preset: one network, to be tried remedies on; comparison: several that answer a question."""


class UnknownLectureExperiment(KeyError):
    """A key that no experiment bears."""

    def __init__(self, key: str) -> None:
        known = [experiment.key for experiment in all_lecture_experiments()]
        close = get_close_matches(key, known, n=1)
        hint = f" Did you mean “{close[0]}”?" if close else ""
        self.message = f"There is no experiment “{key}”.{hint} There are: {', '.join(known)}."
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Contender:
    """One of the networks of an experiment: what it is called beside the others, and how it is made and trained."""

    title: str
    build: Callable[[], Graph]
    training: TrainingSettings


@dataclass(frozen=True)
class LectureExperiment:
    """A question, and the networks whose curves answer it.

    Attributes:
        question: what is asked, in one or two sentences.
        look_at: what to look at while they learn.
        measured: what came out when it was measured here, with the numbers.
        source: the paper or lecture.
        contenders: the networks; the first becomes the document, the others train beside it.
        data: what all of them learn from.
        seconds: how long all of them take together, one after the other, on one core.
        seed: of starting weights and of chance, for all of them.
    """

    key: str
    title: str
    question: str
    look_at: str
    measured: str
    source: str
    contenders: tuple[Contender, ...]
    data: DataSettings
    seconds: int
    kind: Kind = "comparison"
    seed: int = 0
    words: tuple[str, ...] = field(default=())
    """What else it can be found by."""

    def experiments(self) -> tuple[tuple[str, Experiment], ...]:
        """Each network as an experiment, with its title."""
        return tuple(
            (contender.title, Experiment(contender.build(), self.data, contender.training, self.seed))
            for contender in self.contenders
        )

    @property
    def duration(self) -> str:
        """How long it takes, in words."""
        return f"about {self.seconds} s" if self.seconds < 90 else f"about {round(self.seconds / 60)} min"


_shelf: Shelf[LectureExperiment] = Shelf("playground.zoo.lecture_experiments", FILES)


def register(experiment: LectureExperiment) -> LectureExperiment:
    """Add an experiment to the gallery, and return it.

    Raises:
        ValueError: another one bears the same key.
    """
    try:
        _shelf.put(experiment.key, experiment)
    except KeyError:
        raise ValueError(f"Two experiments are called “{experiment.key}”.") from None
    return experiment


def all_lecture_experiments() -> tuple[LectureExperiment, ...]:
    """Every experiment, in the order in which the gallery shows them."""
    return _shelf.everything()


def lecture_experiment(key: str) -> LectureExperiment:
    """The experiment of that key.

    Raises:
        UnknownLectureExperiment: there is none.
    """
    found = _shelf.find(key)
    if found is None:
        raise UnknownLectureExperiment(key)
    return found
