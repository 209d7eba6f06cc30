"""Which layers learn, and how fast: pure edits. The names of a layer's tensors come from whoever knows them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from playground.graph.model import Graph, GraphError, Node

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
    return _with(graph, {key: replace(graph.node(key), frozen=()) for key in ids})


def set_rate(graph: Graph, ids: Iterable[str], rate: float) -> Graph:
    """The graph in which these layers learn with so many times the learning rate.

    Raises:
        GraphError: the rate is negative, far too large, or no number.
    """
    if not SLOWEST <= rate <= FASTEST:
        raise GraphError(f"A layer can learn with {SLOWEST:g} to {FASTEST:,.0f} times the learning rate, not {rate:g}.")
    return _with(graph, {key: replace(graph.node(key), rate=rate) for key in ids})


def _frozen(node: Node, names: Sequence[str]) -> Node:
    return replace(node, frozen=(*node.frozen, *(name for name in names if name not in node.frozen)))


def _with(graph: Graph, changed: Mapping[str, Node]) -> Graph:
    if all(graph.by_id[key] == node for key, node in changed.items()):
        return graph
    return replace(graph, nodes=tuple(changed.get(node.id, node) for node in graph.nodes))
