"""Networks that nobody would build on purpose: any layers, any settings the forms let through, wired at random."""

from __future__ import annotations

import numpy as np

from playground.graph.edits import connect
from playground.graph.model import Edge, Graph, Node, ParamValue
from playground.layers import LayerType, ParamError, Shape, all_layer_types
from tests.layers.test_any_settings import wild

_EXTENTS = (1, 2, 3, 5, 7, 8, 13, 16, 28, 31, 64)
_HUGE = (1009, 4096, 100_003, 1_000_000)
_KINDS = tuple(kind for kind in all_layer_types() if kind.key != "input")


def any_shape(dice: np.random.Generator) -> Shape:
    """One to four sizes, mostly small and often odd, now and then huge."""
    extents = [int(extent) for extent in dice.choice(_EXTENTS, int(dice.integers(1, 5)))]
    if dice.random() < 0.15:
        extents[int(dice.integers(len(extents)))] = int(dice.choice(_HUGE))
    return tuple(extents)


def any_settings(kind: LayerType, dice: np.random.Generator, how_wild: float) -> dict[str, ParamValue]:
    """Some settings drawn from all that the form lets through; the others keep their defaults."""
    drawn: dict[str, ParamValue] = {}
    for param in kind.params:
        if dice.random() < how_wild:
            try:
                drawn[param.key] = param.check(wild(param, dice))
            except ParamError:
                continue
    return drawn


def any_network(dice: np.random.Generator) -> Graph:
    """A chain with branches: every layer is fed by some of those before it, usually by the last."""
    graph = Graph((Node("x", "input", {"shape": any_shape(dice)}),))
    how_wild = float(dice.choice([0.0, 0.15, 0.5]))
    for number in range(int(dice.integers(1, 8))):
        kind = _KINDS[int(dice.integers(len(_KINDS)))]
        graph = _behind(graph, Node(f"n{number}", kind.key, any_settings(kind, dice, how_wild)), kind, dice)
    return graph


def layer_on_any_inputs(kind: LayerType, dice: np.random.Generator) -> Graph:
    """One layer of that type behind inputs of any rank, then a layer of another type behind it."""
    graph = Graph((Node("x", "input", {"shape": any_shape(dice)}), Node("y", "input", {"shape": any_shape(dice)})))
    graph = _behind(graph, Node("n0", kind.key, any_settings(kind, dice, 0.6)), kind, dice)
    after = _KINDS[int(dice.integers(len(_KINDS)))]
    return _behind(graph, Node("n1", after.key, any_settings(after, dice, 0.2)), after, dice)


def _behind(graph: Graph, node: Node, kind: LayerType, dice: np.random.Generator) -> Graph:
    ids = [other.id for other in graph]
    graph = Graph((*graph.nodes, node), graph.edges)
    fewest, most = min(kind.min_inputs, 3), min(kind.max_inputs, 3)
    for port in range(int(dice.integers(fewest, most + 1))):
        source = ids[-1] if dice.random() < 0.7 else ids[int(dice.integers(len(ids)))]
        graph = connect(graph, Edge(source, node.id, 0, port))
    return graph
