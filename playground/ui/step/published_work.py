"""The first round of a worked example as it was published, to be set beside its printed numbers. No Qt.

Whatever the user has done to the network on screen, these are the publication's own network, example and weights.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from playground.engine.dense_rounds import DenseRounds
    from playground.engine.trace import Trace
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
        return len(rounds.losses) > self.last_round

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
    from playground.engine.published import live_values
    from playground.zoo import publication

    published = publication(example)
    if published is None:
        raise ValueError(f"“{example}” is no worked example.")
    found = Comparison(published)
    for place in sorted({number.example for number in published.numbers}):
        trace = first_round(example, place)
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


def differs(comparison: Comparison, trace: Trace, shown: int) -> bool:
    """Whether the round on screen has other numbers than the published example, in places of its printed numbers."""
    from playground.engine.published import live_values

    for number, live in list(comparison.live.items()):  # the worker may be adding to them
        if number.steps or number.example != shown:
            continue
        now = live_values(number, trace)
        if now is None or len(now) != len(live) or not np.allclose(now, live, rtol=1e-9, atol=1e-12):
            return True
    return False
