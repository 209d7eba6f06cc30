"""Going on from the round on screen after a change by hand, instead of beginning again at round 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from playground.graph.by_hand import entry_at_work, is_only_by_hand, key_of, to_float32
from playground.ui.step.recording import Request, Round, record_round

if TYPE_CHECKING:
    from playground.graph.experiment import Experiment, WeightByHand


@dataclass(frozen=True)
class Again:
    """The rounds from `first` up to number `last` are to be recorded again; the last one as `now` asks for."""

    first: Request
    last: int
    now: Request


def goes_on(before: Experiment, after: Experiment) -> bool:
    """Whether an edit changed numbers by hand, which parameters learn and how fast, or the masks, and nothing else."""
    if is_only_by_hand(before, after):
        return True
    if replace(before, step_draw=after.step_draw, step_held=after.step_held) == after:
        return True
    if len(before.graph) != len(after.graph) or replace(before, graph=after.graph) != after:
        return False
    loose = tuple(replace(node, frozen=(), held=(), rate=1.0) for node in before.graph)
    if loose != tuple(replace(node, frozen=(), held=(), rate=1.0) for node in after.graph):
        return False
    return replace(before.graph, nodes=()) == replace(after.graph, nodes=())


def again(rounds: Mapping[int, Round], number: int, now: Request) -> Again:
    """Which of the kept rounds up to the one on screen are others now.

    A weight changed by hand counts from the round that begins with the number which it was given for; what goes in and
    what should come out counts from the round on screen.
    """
    first = number
    for earlier in sorted(rounds):
        if earlier < number and _begins_otherwise(rounds[earlier], now.experiment):
            first = earlier
            break
    return Again(rounds[first].request, number, now)


def record_again(order: Again) -> list[Round]:
    """Record the rounds once more. For the worker thread."""
    now, rounds = order.now, list[Round]()
    request = order.first
    while True:
        request = replace(request, experiment=now.experiment, analysis=now.analysis)
        if request.number == order.last:
            request = replace(request, x=now.x, target=now.target)
        rounds.append(record_round(request))
        if request.number == order.last:
            return rounds
        request = rounds[-1].following()


def _begins_otherwise(recorded: Round, experiment: Experiment) -> bool:
    """Whether weights at the beginning of a round have been changed by hand, or back, since it was recorded."""
    held = recorded.request.experiment.weights_by_hand
    different = set(held).symmetric_difference(experiment.weights_by_hand)
    return any(_counts(recorded, entry) for entry in different)


def _counts(recorded: Round, entry: WeightByHand) -> bool:
    """Whether a weight began a round with the number that the entry was made for."""
    frame = recorded.trace.frames.get(entry.node)
    array = None if frame is None else frame.weights.get(entry.name)
    if array is None or len(entry.index) != array.ndim or np.any(np.asarray(entry.index) >= array.shape):
        return False
    present = float(array[entry.index])
    at_work = entry_at_work(recorded.request.experiment.weights_by_hand, key_of(entry), present)
    return (to_float32(present) if at_work is None else at_work.was) == entry.was
