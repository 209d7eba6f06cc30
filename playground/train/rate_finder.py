"""Which learning rate suits: try rates from tiny to huge, one batch each, and see how far the loss falls.

The learning rate range test of Smith (2015, “Cyclical learning rates”): the loss stands still while the rate is too
small, falls where it is right, and explodes where it is too large.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from playground.data import Split
from playground.graph.experiment import Experiment

if TYPE_CHECKING:
    from playground.engine.compile import State

LOWEST, HIGHEST, STEPS = 1e-6, 10.0, 100
"""The rates that are tried, evenly on a logarithmic scale."""

_WATCHED = 256
"""On so many examples, always the same, the loss is measured: on those of each batch it would jump by chance."""
_EXPLODED = 3.0
"""The test ends where the loss is this many times what it was in the beginning."""
_RISE = 1.1
"""A loss this many times the lowest so far has risen clearly."""
_FALL = 0.01
"""A loss that falls by less than this part did not fall."""


@dataclass(frozen=True)
class RateTried:
    """A batch was learnt from with this rate; `loss` is that of the watched examples afterwards."""

    rate: float
    loss: float


@dataclass(frozen=True)
class RateFound:
    """The end of the test: the rate to take (None if the loss never fell), and why, in words."""

    rate: float | None
    words: str


def try_rates(experiment: Experiment, split: Split, state: State | None = None) -> Iterator[RateTried | RateFound]:
    """Learn from batch after batch while the rate grows, on a copy of the network; `RateFound` is the last.

    Deterministic; closing the generator ends the test. The limits, penalties and method of the settings hold, their
    schedule does not.

    Args:
        experiment: network, data and settings.
        split: the examples.
        state: tensors to begin with, such as those learnt so far; the others are drawn from the seed.

    Raises:
        TrainError: the network cannot be trained.
    """
    import torch

    from playground.train.bench import Bench

    settings = replace(experiment.training, learning_rate=LOWEST)
    bench = Bench(replace(experiment, training=settings), split, state or {})
    bench.network.train()
    whole = settings.batch_mode == "whole set"
    batch_size = max(1, len(bench.training)) if whole else settings.batch_size
    watched = torch.arange(min(_WATCHED, len(bench.training)), device=bench.device)
    first = bench.measure(watched, 0)
    tried: list[RateTried] = []
    batches: list[torch.Tensor] = []
    epoch = 0
    for step, rate in enumerate(np.geomspace(LOWEST, HIGHEST, STEPS).tolist()):
        if not batches:
            batches, epoch = list(bench.batches(epoch, batch_size)), epoch + 1
        for group in bench.optimizer.param_groups:
            group["lr"] = rate
        bench.learn(batches.pop(0), step)
        loss = bench.measure(watched, 0)
        if not math.isfinite(loss) or loss > _EXPLODED * max(first, 1e-12):
            break
        tried.append(RateTried(rate, loss))
        yield tried[-1]
    yield suggest(first, tried)


def suggest(first: float, tried: list[RateTried]) -> RateFound:
    """A tenth of the rate up to which the loss fell, rounded to one digit (the rule of fast.ai, Howard).

    The `first` loss was measured before any rate was tried. What comes after a clear rise is chance, even if it is
    lower.
    """
    if not tried:
        return RateFound(None, "The loss exploded at once. Look for numbers in the data or the weights that are huge.")
    lowest = tried[0]
    for point in tried:
        if point.loss > _RISE * min(first, lowest.loss):
            break
        lowest = min(lowest, point, key=lambda candidate: candidate.loss)
    if lowest.loss > (1 - _FALL) * first:
        return RateFound(
            None,
            "The loss fell at none of the rates. The network may have learnt all it can, or it cannot learn from where "
            "it stands: Reset draws the starting weights again.",
        )
    rate = float(f"{lowest.rate / 10:.0e}")
    return RateFound(
        rate,
        f"The loss falls up to a rate of about {float(f'{lowest.rate:.0e}'):g}; beyond it the steps are too large. A "
        f"tenth of that is a safe choice: {rate:g}.",
    )
