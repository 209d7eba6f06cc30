"""Edits of a chain of dense layers as a whole: units, layers, activation, features. Each gives a new graph."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from playground.engine.dense_chain import FEATURES, DenseChain
from playground.graph import edits
from playground.graph.model import Edge, Graph, Node
from playground.layers import Category, layer_type

USUAL = ("x1", "x2")
"""The features that an input of two numbers has without any layer behind it."""
MOST_UNITS, MOST_HIDDEN = 64, 12
"""Of one layer, and layers, as far as one can see them."""
_STEP = 190.0
"""How far apart new cards stand."""


def set_units(graph: Graph, dense: str, units: int) -> Graph:
    """The graph with another number of units in one dense layer."""
    return edits.set_params(graph, dense, {"out_features": units})


def add_hidden(graph: Graph, chain: DenseChain) -> Graph:
    """The graph with one more hidden layer behind the others, like the last of them (4 units with tanh, if none)."""
    last = chain.stages[-1].dense
    before = graph.sources(last)[0]
    units, curve = 4, "tanh"
    if chain.hidden:
        model = chain.hidden[-1]
        units = int(layer_type("dense").complete(graph.node(model.dense).params)["out_features"])  # type: ignore[arg-type]
        curve = activation_of(graph, chain) or "identity"
    x, y = graph.node(last).position
    layer = Node(edits.fresh_id(graph, layer_type("dense").stem), "dense", {"out_features": units}, (x, y))
    graph = _moved_on(graph, (last, *chain.stages[-1].after, chain.loss), 2 * _STEP)
    graph = edits.insert_on_edge(graph, layer, Edge(before, last))
    bend = Node(edits.fresh_id(graph, layer_type(curve).stem), curve, {}, (x + _STEP, y))
    return edits.insert_on_edge(graph, bend, Edge(layer.id, last))


def remove_hidden(graph: Graph, chain: DenseChain) -> Graph:
    """The graph without its last hidden layer and what is done to that one's numbers; as it is if there is none."""
    if not chain.hidden:
        return graph
    gone = chain.hidden[-1]
    for node_id in (gone.dense, *gone.after):
        graph = edits.remove_and_bridge(graph, node_id)
    return graph


def activation_of(graph: Graph, chain: DenseChain) -> str:
    """The layer type that bends the numbers of every hidden layer; "identity" for none, empty if they differ."""
    found = {_bends(graph, stage.after) for stage in chain.hidden}
    return found.pop() if len(found) == 1 else ""


def set_activation(graph: Graph, chain: DenseChain, key: str) -> Graph:
    """The graph with this activation behind every hidden layer, in the place of whatever bent its numbers."""
    for stage in chain.hidden:
        bends = [node_id for node_id in stage.after if _is_curve(graph, node_id)]
        if bends:
            graph = edits.update(graph, replace(graph.node(bends[0]), type=key, params={}))
            continue
        follower = graph.outgoing(stage.dense)[0]
        x, y = graph.node(stage.dense).position
        bend = Node(edits.fresh_id(graph, layer_type(key).stem), key, {}, (x + _STEP / 2, y))
        graph = edits.insert_on_edge(graph, bend, follower)
    return graph


def features_of(graph: Graph, chain: DenseChain) -> tuple[str, ...]:
    """The features that the first dense layer gets, in their order."""
    if not chain.features:
        return USUAL
    chosen = layer_type(FEATURES).complete(graph.node(chain.features).params)
    return tuple(key for key, on in chosen.items() if on)


def choose_features(graph: Graph, chain: DenseChain, wanted: Collection[str]) -> Graph:
    """The graph that gets these features; the layer that makes them comes and goes as it is needed.

    Raises:
        ValueError: none, or one that does not exist.
    """
    known = [param.key for param in layer_type(FEATURES).params]
    if not wanted or not set(wanted) <= set(known):
        raise ValueError(f"Choose at least one of the features {', '.join(known)}.")
    if set(wanted) == set(USUAL):
        return edits.remove_and_bridge(graph, chain.features) if chain.features else graph
    params = {key: key in wanted for key in known}
    if chain.features:
        return edits.set_params(graph, chain.features, params)
    x, y = graph.node(chain.stages[0].dense).position
    everything = [node_id for stage in chain.stages for node_id in (stage.dense, *stage.after)]
    graph = _moved_on(graph, (*everything, chain.loss), _STEP)
    layer = Node(edits.fresh_id(graph, layer_type(FEATURES).stem), FEATURES, params, (x, y))
    return edits.insert_on_edge(graph, layer, *graph.outgoing(chain.input))


def _is_curve(graph: Graph, node_id: str) -> bool:
    return layer_type(graph.node(node_id).type).category is Category.ACTIVATION


def _bends(graph: Graph, after: tuple[str, ...]) -> str:
    curves = [graph.node(node_id).type for node_id in after if _is_curve(graph, node_id)]
    return curves[0] if curves else "identity"


def _moved_on(graph: Graph, ids: Collection[str], by: float) -> Graph:
    """These cards further to the right, so that there is room before them."""
    for node_id in ids:
        node = graph.node(node_id)
        graph = edits.update(graph, replace(node, position=(node.position[0] + by, node.position[1])))
    return graph
