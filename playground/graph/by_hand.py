"""Single numbers changed by hand, as pure edits of an experiment: weights, and the numbers of an example.

An entry of a weight knows what the number was; so it counts on the starting point on which it was made and nowhere
else, and the same number can have one entry for each starting point.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Literal

from playground.graph.experiment import ExampleByHand, Experiment, WeightByHand

Part = Literal["x", "target"]
Key = tuple[str, str, tuple[int, ...]]
"""Which weight: node, parameter, index."""


def to_float32(number: float) -> float:
    """The float32 nearest to a number; beyond the largest it is infinite."""
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return math.copysign(math.inf, number)


def key_of(entry: WeightByHand) -> Key:
    """Which weight an entry changes."""
    return entry.node, entry.name, entry.index


def entry_at_work(entries: Iterable[WeightByHand], key: Key, present: float) -> WeightByHand | None:
    """The entry that gave a weight the value that it has at present, if one did."""
    rounded = to_float32(present)
    return next((e for e in entries if key_of(e) == key and to_float32(e.value) == rounded), None)


def change_weights(experiment: Experiment, changes: Mapping[Key, tuple[float, float]]) -> Experiment:
    """The experiment with weights changed: (what the number is without any change here, its new value).

    A number that gets back what it was has no entry any more.
    """
    held = {(key_of(entry), entry.was): entry for entry in experiment.weights_by_hand}
    for key, (was, value) in changes.items():
        was = to_float32(was)
        held.pop((key, was), None)
        if to_float32(value) != was:
            held[key, was] = WeightByHand(*key, float(value), was)
    return replace(experiment, weights_by_hand=tuple(held.values()))


def drop_weights(experiment: Experiment, gone: Collection[WeightByHand]) -> Experiment:
    """The experiment without these entries."""
    dropped = set(gone)
    return replace(experiment, weights_by_hand=tuple(e for e in experiment.weights_by_hand if e not in dropped))


def entry_of(experiment: Experiment, data: str, example: int, part: Part) -> ExampleByHand | None:
    """What was changed of an example."""
    wanted = (data, example, part)
    return next((e for e in experiment.examples_by_hand if (e.data, e.example, e.part) == wanted), None)


def change_example(
    experiment: Experiment,
    data: str,
    example: int,
    part: Part,
    shape: tuple[int, ...],
    changes: Mapping[int, float],
    originals: Mapping[int, float],
) -> Experiment:
    """The experiment with numbers of an example changed, by their place in the flattened array of this shape.

    Args:
        experiment: what is changed.
        data: the set of examples.
        example: its index.
        part: what goes in, or what should come out.
        shape: that of the array. Changes made when it had another shape are dropped.
        changes: the new numbers.
        originals: for the same places what the data set has; a number that gets that back is not changed any more.
    """
    old = entry_of(experiment, data, example, part)
    held = dict(zip(old.places, old.values, strict=True)) if old is not None and old.shape == shape else {}
    for place, value in changes.items():
        held.pop(place, None)
        if to_float32(value) != to_float32(originals[place]):
            held[place] = float(value)
    kept = tuple(entry for entry in experiment.examples_by_hand if entry is not old)
    if held:
        kept += (ExampleByHand(data, example, part, shape, tuple(held), tuple(held.values())),)
    return replace(experiment, examples_by_hand=kept)


def put_example(
    experiment: Experiment,
    data: str,
    example: int,
    part: Part,
    shape: tuple[int, ...],
    places: tuple[int, ...],
    values: tuple[float, ...],
) -> Experiment:
    """The experiment in which just these numbers of an example are changed, and no others of it."""
    old = entry_of(experiment, data, example, part)
    kept = tuple(entry for entry in experiment.examples_by_hand if entry is not old)
    if old is not None and old.places == places:
        places = old.places  # all steps of undo share one list
    if places:
        kept += (ExampleByHand(data, example, part, shape, places, values),)
    return replace(experiment, examples_by_hand=kept)


def is_only_by_hand(before: Experiment, after: Experiment) -> bool:
    """Whether two experiments differ in nothing but what was changed by hand."""
    return before.graph is after.graph and after == replace(
        before, weights_by_hand=after.weights_by_hand, examples_by_hand=after.examples_by_hand
    )
