"""Networks that are a plain chain of dense layers: which layers, in which order. One recogniser for all who ask."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from playground.graph.model import CycleError, Graph
from playground.layers import Category, UnknownLayerType, layer_type

FEATURES = "plane_features"
"""The layer type that may stand between the input and the first dense layer."""

_BETWEEN = (Category.ACTIVATION, Category.NORMALISE, Category.REGULARISE)
"""Kinds of layers that may follow a dense layer: they give as many numbers as they get."""


@dataclass(frozen=True)
class Stage:
    """A dense layer, and what is done to its units' numbers before the next one: ids of nodes."""

    dense: str
    after: tuple[str, ...] = ()

    @property
    def output(self) -> str:
        """The node whose numbers are what the units say in the end."""
        return self.after[-1] if self.after else self.dense


@dataclass(frozen=True)
class DenseChain:
    """input → (features) → stage → … → stage → loss, by the nodes' ids. `features` is empty if there is no such."""

    input: str
    features: str
    stages: tuple[Stage, ...]
    loss: str

    @property
    def hidden(self) -> tuple[Stage, ...]:
        """All stages but the last, whose units are the network's answer."""
        return self.stages[:-1]


def find_dense_chain(graph: Graph) -> DenseChain | None:
    """The chain that the graph is, None if it is something else: branches, other layers, several losses."""
    nodes = _in_a_row(graph)
    if len(nodes) < 3:
        return None
    kinds = [graph.node(node_id).type for node_id in nodes]
    features = nodes[1] if kinds[1] == FEATURES else ""
    first = 2 if features else 1
    stages: list[Stage] = []
    for node_id, kind in zip(nodes[first:-1], kinds[first:-1], strict=True):
        if kind == "dense":
            stages.append(Stage(node_id))
        elif stages and _keeps_units(kind):
            stages[-1] = Stage(stages[-1].dense, (*stages[-1].after, node_id))
        else:
            return None
    if kinds[0] != "input" or not stages or _category(kinds[-1]) is not Category.LOSS:
        return None
    return DenseChain(nodes[0], features, tuple(stages), nodes[-1])


def _in_a_row(graph: Graph) -> list[str]:
    """All nodes, each joined to the next by the one wire that leaves it; none if they are not so."""
    if len(graph.edges) != len(graph.nodes) - 1:
        return []
    try:
        order = list(graph.order)
    except CycleError:
        return []
    pairs = {(edge.source, edge.target) for edge in graph.edges}
    return order if all(pair in pairs for pair in pairwise(order)) else []


def _category(key: str) -> Category | None:
    try:
        return layer_type(key).category
    except UnknownLayerType:
        return None


def _keeps_units(key: str) -> bool:
    """Whether a layer of this type gives one number for each unit, the same way in the whole plane."""
    return _category(key) in _BETWEEN
