"""The first round of a worked example, to be set beside its printed numbers. No Qt.

As published, it has the publication's own network, examples and weights; as it is now, it has what the user has made of
them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from playground.engine.dense_rounds import DenseRounds
    from playground.engine.trace import Trace
    from playground.ui.step.recording import Request
    from playground.zoo import Publication, Published


@dataclass
class Comparison:
    """The live numbers found so far; `rounds` goes on where the publication speaks of later ones, else None."""

    publication: Publication
    live: dict[Published, tuple[float, ...]] = field(default_factory=dict["Published", tuple[float, ...]])
    rounds: DenseRounds | None = None

    @property
    def last_round(self) -> int:
        """After so many updates the publication has its last number."""
        return max(number.steps for number in self.publication.numbers)

    @property
    def is_whole(self) -> bool:
        """Whether all has been worked out that can be."""
        return self.rounds is None or len(self.rounds.losses) > self.last_round

    def go_on(self, most: int) -> bool:
        """So many updates more at most, and the numbers that come with them; whether that was all."""
        if self.rounds is None:
            return True
        rounds, left = self.rounds, most
        for wanted in sorted({number.steps for number in self.publication.numbers if number.steps}):
            ahead = min(left, wanted - len(rounds.losses) + 1)
            if ahead > 0:
                rounds.run(ahead)
                left -= ahead
            if len(rounds.losses) - 1 == wanted:
                self._take(rounds, wanted)
        return self.is_whole

    def _take(self, rounds: DenseRounds, steps: int) -> None:
        """What the publication prints of this round."""
        for number in self.publication.numbers:
            if number.steps == steps:
                found = rounds.losses[steps] if number.kind == "loss_after" else float(rounds.output[number.index])
                self.live[number] = (found,)


def compare(example: str) -> Comparison:
    """Record the first round of the worked example of that key, once for each of its examples that is printed of.

    Raises:
        ValueError: there is no such worked example.
    """
    from playground.zoo import publication

    published = publication(example)
    if published is None:
        raise ValueError(f"“{example}” is no worked example.")
    return _compared(published, {place: partial(first_round, example, place) for place in places_printed_of(published)})


def compare_now(published: Publication, requests: Mapping[int, Request]) -> Comparison:
    """Record the first round as it is now, for each example that is printed of.

    Raises:
        CompileError: the network cannot run, or cannot take one of the examples.
    """
    from playground.ui.step.recording import record_round

    return _compared(published, {place: lambda at=at: record_round(at).trace for place, at in requests.items()})


def compare_recorded(published: Publication, trace: Trace, shown: int) -> Comparison:
    """What one recorded first round has in the places of the printed numbers: those of the example that it shows."""
    found = _compared(published, {shown: lambda: trace})
    found.go_on(1)  # what is printed of the next round tells whether the same numbers learn
    return found


def places_printed_of(published: Publication) -> tuple[int, ...]:
    """Which examples of the data set the printed numbers belong to."""
    return tuple(sorted({number.example for number in published.numbers}))


def _compared(published: Publication, rounds: Mapping[int, Callable[[], Trace]]) -> Comparison:
    from playground.engine.published import live_values

    found = Comparison(published)
    for place, recorded in rounds.items():
        trace = recorded()
        for number in published.numbers:
            if number.example == place and (live := live_values(number, trace)) is not None:
                found.live[number] = live
        if place == 0 and any(number.steps for number in published.numbers):
            found.rounds = _rounds(trace)
    return found


def first_round(example: str, place: int) -> Trace:
    """The first round of training of that worked example, with this one of its examples shown first."""
    from playground.data import data_set, fitted, load
    from playground.engine.shapes import analyse
    from playground.ui.step.recording import Request, examples_sent, record_round
    from playground.zoo import zoo_experiment

    experiment = zoo_experiment(example)
    analysis, samples = analyse(experiment.graph, data_set(experiment.data.name)), load(experiment.data.name)
    rows = [(place + i) % len(samples.x_test) for i in range(examples_sent(analysis, experiment))]
    shape = analysis.input_shape
    assert shape is not None
    is_picture = samples.x_test.ndim == 4
    x = np.stack([fitted(samples.x_test[row], shape) if is_picture else samples.x_test[row] for row in rows])
    return record_round(Request(analysis, experiment, x, np.asarray(samples.y_test[rows]), {}, 1)).trace


def _rounds(trace: Trace) -> DenseRounds | None:
    from playground.ui.microscopes.chain_model import chain_of
    from playground.ui.microscopes.dense_rounds import rounds_of

    chain = chain_of(trace)
    return None if chain is None else rounds_of(trace, chain)


def differs(one: Comparison, other: Comparison) -> bool:
    """Whether two comparisons have other live numbers, as far as both have come."""
    if (one.rounds is None) != (other.rounds is None):
        return True
    for number, live in list(one.live.items()):  # the worker may be adding to them
        now = other.live.get(number)
        if now is None and not number.steps:
            return True
        if now is not None and (len(now) != len(live) or not np.allclose(now, live, rtol=1e-9, atol=1e-12)):
            return True
    return False
