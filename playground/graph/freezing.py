"""Which layers learn, and how fast: pure edits. The names of a layer's tensors come from whoever knows them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from math import prod

from playground.graph.model import Graph, GraphError, Held, Node

RUNNING = ("running_mean", "running_var")
"""The averages that a batch norm keeps, by torch's names."""

SLOWEST, FASTEST = 0.0, 1000.0
"""The rates that a layer can have, in learning rates."""


def holds_averages(node: Node) -> bool:
    """Whether training leaves the layer's running averages alone, so that it does in training what it does in use."""
    return any(name in RUNNING for name in node.frozen)


def is_frozen(node: Node, tensors: Collection[str]) -> bool:
    """Whether training changes none of the layer's tensors; False for a layer that has none."""
    return bool(tensors) and set(tensors) <= set(node.frozen)


def freeze(graph: Graph, tensors: Mapping[str, Sequence[str]]) -> Graph:
    """The graph in which training leaves these tensors alone: names by node id. What was frozen stays so."""
    return _with(graph, {key: _frozen(graph.node(key), names) for key, names in tensors.items()})


def thaw(graph: Graph, ids: Iterable[str]) -> Graph:
    """The graph in which all tensors of these layers learn."""
    return _with(graph, {key: replace(graph.node(key), frozen=(), held=()) for key in ids})


def let_learn(graph: Graph, node_id: str, name: str) -> Graph:
    """The graph in which training moves all numbers of a tensor."""
    node = graph.node(node_id)
    frozen = tuple(other for other in node.frozen if other != name)
    return _with(graph, {node_id: replace(node, frozen=frozen, held=_others(node, (name,)))})


def hold(graph: Graph, node_id: str, number: Held, *, on: bool) -> Graph:
    """The graph in which training leaves a single number of a parameter alone, or moves it again."""
    node = graph.node(node_id)
    others = tuple(other for other in node.held if other != number)
    return _with(graph, {node_id: replace(node, held=tuple(sorted((*others, number))) if on else others)})


def held_within(node: Node, name: str, shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Where a parameter of this shape has numbers that training leaves alone one by one.

    Those that were held while it had another shape rest. A parameter that is frozen whole has none.
    """
    if not node.held or name in node.frozen:
        return ()
    indices = (index for other, index in node.held if other == name and len(index) == len(shape))
    return tuple(index for index in indices if all(place < extent for place, extent in zip(index, shape, strict=True)))


def frozen_numbers(node: Node, tensors: Mapping[str, tuple[int, ...]]) -> int:
    """How many numbers of the layer's tensors training leaves alone; their shapes by name."""
    whole = sum(prod(shape) for name, shape in tensors.items() if name in node.frozen)
    return whole + sum(len(held_within(node, name, shape)) for name, shape in tensors.items())


def set_rate(graph: Graph, ids: Iterable[str], rate: float) -> Graph:
    """The graph in which these layers learn with so many times the learning rate.

    Raises:
        GraphError: the rate is negative, far too large, or no number.
    """
    if not SLOWEST <= rate <= FASTEST:
        raise GraphError(f"A layer can learn with {SLOWEST:g} to {FASTEST:,.0f} times the learning rate, not {rate:g}.")
    return _with(graph, {key: replace(graph.node(key), rate=rate) for key in ids})


def frozen_in_words(node: Node) -> str:
    """What of a layer training leaves alone: "weight, 2 single numbers"; empty for nothing."""
    single = [f"{len(node.held):,} single number{'s' if len(node.held) > 1 else ''}"] if node.held else []
    return ", ".join([*node.frozen, *single])


def _frozen(node: Node, names: Sequence[str]) -> Node:
    frozen = (*node.frozen, *(name for name in names if name not in node.frozen))
    return replace(node, frozen=frozen, held=_others(node, frozen))


def _others(node: Node, names: Collection[str]) -> tuple[Held, ...]:
    """The single numbers that are held of other tensors than these."""
    return tuple(number for number in node.held if number[0] not in names)


def _with(graph: Graph, changed: Mapping[str, Node]) -> Graph:
    if all(graph.by_id[key] == node for key, node in changed.items()):
        return graph
    return replace(graph, nodes=tuple(changed.get(node.id, node) for node in graph.nodes))
