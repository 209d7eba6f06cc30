"""What was changed by hand, brought into a network and into an example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from playground.data import DataError, data_set
from playground.graph.by_hand import Part, entry_of
from playground.graph.experiment import DataSettings, Experiment, WeightByHand

if TYPE_CHECKING:
    from torch import Tensor

    from playground.engine.compile import Network


def put_in(network: Network, entries: Iterable[WeightByHand]) -> None:
    """Give the weights of a network that is about to begin the values set by hand.

    An entry counts where the number, rounded to float32, is what it was when it was changed. All entries look at the
    network as it came, so that none can build on another. Those of layers that are gone or have another shape rest.
    """
    found: list[tuple[Tensor, tuple[int, ...], float]] = []
    tensors: dict[str, Mapping[str, Tensor]] = {}
    for entry in entries:
        if entry.node not in network.children:
            continue
        if entry.node not in tensors:
            tensors[entry.node] = dict(network.children[entry.node].named_parameters())
        tensor = tensors[entry.node].get(entry.name)
        if tensor is not None and _lies_within(entry.index, tuple(tensor.shape)):
            held = tensor.detach()
            if np.float32(held[entry.index].item()) == np.float32(entry.was):
                found.append((held, entry.index, entry.value))
    for held, index, value in found:
        held[index] = value


def put_in_state(state: Mapping[str, np.ndarray], entries: Iterable[WeightByHand]) -> dict[str, np.ndarray]:
    """`put_in` for tensors by "node.name": only those that change are copied."""
    changed = dict(state)
    for entry in entries:
        key = f"{entry.node}.{entry.name}"
        original = state.get(key)
        if original is None or not _lies_within(entry.index, original.shape):
            continue
        if np.float32(original[entry.index]) == np.float32(entry.was):
            if changed[key] is original:
                changed[key] = original.copy()
            changed[key][entry.index] = entry.value
    return changed


def set_of(data: DataSettings, seed: int) -> str:
    """The name of a set of examples: those that are drawn are others with other settings or another seed."""
    try:
        options = data_set(data.name).options
    except DataError:
        return data.name
    settings = [f"{name}={getattr(data, name)}" for name in options]
    drawn = [data.name, *settings, f"seed={seed}"] if options else [data.name]
    return ", ".join([*drawn, f"permuted={data.permuted}"] if data.permuted else drawn)


def with_changes(experiment: Experiment, example: int, part: Part, numbers: np.ndarray) -> np.ndarray:
    """What goes into an example or should come out of it, with what was changed by hand; else the array itself."""
    if not experiment.examples_by_hand:
        return numbers
    entry = entry_of(experiment, set_of(experiment.data, experiment.seed), example, part)
    if entry is None or entry.shape != numbers.shape:
        return numbers
    changed: np.ndarray = np.array(numbers)
    changed.reshape(-1)[list(entry.places)] = entry.values
    return changed


def _lies_within(index: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return len(index) == len(shape) and all(place < size for place, size in zip(index, shape, strict=True))
