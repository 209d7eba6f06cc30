"""Remedies that change the network: dropout and batch norm in the right places, more units, fewer units.

Each is a pure edit of a graph without circles. Where the right places are follows from the wiring alone; whether the
result runs is the engine's question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from playground.graph import edits
from playground.graph.layout import arrange
from playground.graph.model import Edge, Graph, Node, ParamValue
from playground.layers import Category, UnknownLayerType, layer_type

_WIDTHS = {
    **dict.fromkeys(("conv1d", "conv2d", "conv3d", "ws_conv2d"), "out_channels"),
    "dense": "out_features",
    **dict.fromkeys(("rnn", "lstm", "gru"), "hidden_size"),
}
"""Layers whose number of units, or of maps, can be chosen; and the setting that says it."""

_NORM = {
    "conv2d": "batch_norm2d",
    "conv1d": "batch_norm1d",
    "dense": "batch_norm1d",
    "depthwise_conv2d": "batch_norm2d",
}
"""The batch norm that fits behind a layer."""

_DROPOUTS = ("dropout", "dropout2d")
_OFTEN = 0.5
_SELDOM = 0.2
_FEW_UNITS = 32
"""Of fewer units half is too much to lose."""
_MOST_UNITS, _MOST_MAPS = 4096, 512


def widths(graph: Graph) -> dict[str, int]:
    """How many units or maps each hidden layer has; what the network answers with is not hidden."""
    found: dict[str, int] = {}
    hidden = _hidden(graph)
    for node in graph:
        key = _WIDTHS.get(node.type)
        if key is not None and node.id in hidden:
            value = layer_type(node.type).complete(node.params)[key]
            found[node.id] = int(value) if isinstance(value, int) else 1
    return found


def can_shrink(graph: Graph) -> bool:
    """Whether some hidden layer has more than one unit."""
    return any(units > 1 for units in widths(graph).values())


def can_grow(graph: Graph) -> bool:
    """Whether there is a hidden layer that is not enormous already."""
    return any(units < _most(graph.node(node_id)) for node_id, units in widths(graph).items())


def resized(graph: Graph, factor: float) -> Graph:
    """Every hidden layer with so many times its units, at least 1."""
    for node_id, units in widths(graph).items():
        node = graph.node(node_id)
        wanted = max(1, round(units * factor))
        if factor > 1:
            wanted = max(units, min(wanted, _most(node)))
        graph = edits.set_params(graph, node_id, {_WIDTHS[node.type]: wanted})
    return graph


def _most(node: Node) -> int:
    return _MOST_MAPS if "conv" in node.type else _MOST_UNITS


# ---- dropout


def dropouts(graph: Graph) -> dict[str, float]:
    """The dropout layers, and which part each drops."""
    found: dict[str, float] = {}
    for node in graph:
        if node.type in _DROPOUTS:
            part = layer_type(node.type).complete(node.params)["p"]
            found[node.id] = part if isinstance(part, int | float) else 0.0
    return {node_id: part for node_id, part in found.items() if part > 0}


def dropout_part(graph: Graph) -> float | None:
    """How much dropout would be more than there is, None if there is enough or no place for it."""
    given = dropouts(graph)
    if given:
        return _OFTEN if max(given.values()) < _OFTEN else None
    places = _places_for_dropout(graph)
    if not places:
        return None
    hidden = [units for node_id, units in widths(graph).items() if graph.node(node_id).type == "dense"]
    return _SELDOM if hidden and max(hidden) < _FEW_UNITS else _OFTEN


def with_dropout(graph: Graph, part: float) -> Graph:
    """Dropout of this part before every dense layer but one that reads the examples themselves.

    Where there is dropout it is raised instead; without such dense layers whole maps are dropped behind the poolings.
    The lectures put it before fully connected layers, or behind max pooling.
    """
    given = dropouts(graph)
    if given:
        for node_id in given:
            graph = edits.set_params(graph, node_id, {"p": max(part, given[node_id])})
        return graph
    for kind, edge in _places_for_dropout(graph):
        graph = _insert(graph, kind, {"p": part}, (edge,))
    return arrange(graph)


def without_dropout(graph: Graph) -> Graph:
    """The graph with all dropout layers taken out and their ends joined."""
    for node_id in dropouts(graph):
        graph = edits.remove_and_bridge(graph, node_id)
    return graph


def _places_for_dropout(graph: Graph) -> list[tuple[str, Edge]]:
    reading = _behind_others(graph)
    into_dense = [
        ("dropout", edge)
        for node in graph
        if node.type == "dense" and node.id in reading
        for edge in graph.incoming(node.id)
    ]
    behind_pools = [
        ("dropout2d", edge)
        for node in graph
        if node.type in ("max_pool2d", "avg_pool2d")
        for edge in graph.outgoing(node.id)[:1]
    ]
    return into_dense or behind_pools


# ---- batch norm


def lacks_batch_norm(graph: Graph) -> bool:
    """Whether there are hidden layers without normalisation behind them."""
    return bool(_without_norm(graph))


def with_batch_norm(graph: Graph) -> Graph:
    """Batch norm directly behind every hidden layer that has weights and no normalisation yet."""
    for node_id in _without_norm(graph):
        kind = _NORM[graph.node(node_id).type]
        graph = _insert(graph, kind, {}, graph.outgoing(node_id))
    return arrange(graph)


def _without_norm(graph: Graph) -> list[str]:
    hidden = _hidden(graph)
    return [
        node.id
        for node in graph
        if node.type in _NORM
        and node.id in hidden
        and not any(_category(graph.node(edge.target)) is Category.NORMALISE for edge in graph.outgoing(node.id))
    ]


# ---- activations


def with_type(graph: Graph, ids: Sequence[str], kind: str) -> Graph:
    """The graph with these layers replaced by layers of that type, which have no settings."""
    for node_id in ids:
        graph = edits.update(graph, replace(graph.node(node_id), type=kind, params={}))
    return graph


# ---- what the wiring says


def _insert(graph: Graph, kind: str, params: dict[str, ParamValue], wires: Sequence[Edge]) -> Graph:
    """A new layer in these wires of one source, in the same block as the source."""
    source = graph.node(wires[0].source)
    node = Node(_id_behind(graph, kind), kind, params, source.position, block=source.block)
    return edits.insert_on_edge(graph, node, *wires)


def _id_behind(graph: Graph, kind: str) -> str:
    stem = layer_type(kind).stem
    return next(f"{stem}{number}" for number in count(1) if not graph.is_taken(f"{stem}{number}"))


def _hidden(graph: Graph) -> set[str]:
    """The layers behind which something learns too: they do not give the answer."""
    found: set[str] = set()
    for node_id in reversed(graph.order):
        if any(edge.target in found or _learns(graph.node(edge.target)) for edge in graph.outgoing(node_id)):
            found.add(node_id)
    return found


def _behind_others(graph: Graph) -> set[str]:
    """The layers before which something learns: they do not read the examples themselves."""
    found: set[str] = set()
    for node_id in graph.order:
        if any(edge.source in found or _learns(graph.node(edge.source)) for edge in graph.incoming(node_id)):
            found.add(node_id)
    return found


def _learns(node: Node) -> bool:
    return node.type in _WIDTHS or node.type in _NORM or node.type.startswith("conv_transpose")


def _category(node: Node) -> Category | None:
    try:
        return layer_type(node.type).category
    except UnknownLayerType:
        return None
