"""What the canvas' gestures, menus and keys do to the network: each is one labelled, undoable edit of the session."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from playground.graph import edits
from playground.graph.model import Edge, Graph, GraphError, Node
from playground.layers import layer_type
from playground.ui.canvas.look import WIDTH
from playground.ui.session import Session

PITCH_X, PITCH_Y = 200.0, 220.0
"""Distance of neighbouring cards in a row, and of rows, in pixels."""
ROW_LENGTH = 4
"""Cards in a row before the next one starts below."""


_USUALLY_SINGLE = ("input", "flatten", "loss")
"""Layers that a network has once, so that the first one needs no number in its name."""


@dataclass(frozen=True)
class Clip:
    """Copied cards and the wires among them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def new_node(session: Session, key: str, position: tuple[float, float]) -> Node:
    """A node of that type with defaults that fit the document: the data set's shape, as many units as classes."""
    kind, data = layer_type(key), session.data_set
    node_id = edits.fresh_id(session.graph, kind.stem)
    params = {"shape": data.sample_shape} if key == "input" else {}
    if kind.stem in _USUALLY_SINGLE and kind.stem not in session.graph:
        node_id = kind.stem
    return Node(node_id, key, params, position)


def add_free(session: Session, key: str, position: tuple[float, float]) -> str:
    """Add a layer that is not wired yet; returns its id."""
    node = new_node(session, key, free_place(session.graph, position))
    session.edit(f"Add {layer_type(key).title}", edits.add(session.graph, node))
    return node.id


def add_after(session: Session, key: str, after: str, position: tuple[float, float] | None = None) -> str:
    """Add a layer fed by `after`; without a position it takes the next place in the row. Returns its id."""
    graph = session.graph
    node = new_node(session, key, position or free_place(graph, next_place(graph, after)))
    session.edit(f"Add {layer_type(key).title}", edits.append(graph, node, after))
    return node.id


def add_before(session: Session, key: str, before: str, position: tuple[float, float]) -> str:
    """Add a layer that feeds `before`; returns its id."""
    graph = session.graph
    node = new_node(session, key, free_place(graph, position))
    changed = edits.connect(edits.add(graph, node), Edge(node.id, before))
    session.edit(f"Add {layer_type(key).title}", changed)
    return node.id


def insert(session: Session, key: str, edge: Edge) -> str:
    """Put a layer into a wire, making room between its ends; returns its id."""
    graph = session.graph
    source, target = graph.node(edge.source).position, graph.node(edge.target).position
    place = (source[0] + PITCH_X, source[1])
    if target[0] > source[0]:
        graph = make_room(graph, source, target)
    node = new_node(session, key, place if target[0] > source[0] else free_place(graph, place))
    session.edit(f"Insert {layer_type(key).title}", edits.insert_on_edge(graph, node, edge))
    return node.id


def make_room(graph: Graph, source: tuple[float, float], target: tuple[float, float]) -> Graph:
    """Shift the rest of the row right until another card fits between two places."""
    missing = source[0] + 2 * PITCH_X - target[0]
    if missing <= 0:
        return graph
    row = {
        node.id: (node.position[0] + missing, node.position[1])
        for node in graph
        if node.position[0] >= target[0] and abs(node.position[1] - target[1]) < PITCH_Y / 2
    }
    return edits.move(graph, row)


def reconnect(session: Session, source: str, target: str, port: int, loose: Edge | None = None) -> None:
    """Wire two cards, `loose` giving way in the same edit; what cannot be wired is explained."""
    graph = session.graph if loose is None else edits.disconnect(session.graph, loose)
    try:
        changed = edits.connect(graph, Edge(source, target, 0, port))
    except GraphError as error:
        session.message.emit("warning", str(error))
        return
    session.edit(f"Connect {graph.node(source).title} to {graph.node(target).title}", changed)


def delete(session: Session, ids: Sequence[str], wires: Collection[Edge]) -> None:
    """Remove cards and wires."""
    graph = session.graph
    for edge in wires:
        graph = edits.disconnect(graph, edge)
    graph = edits.remove(graph, ids)
    what = session.graph.node(ids[0]).title if len(ids) == 1 else f"{len(ids)} layers" if ids else "wire"
    session.edit(f"Delete {what}", graph)


def take_out(session: Session, node_id: str) -> None:
    """Remove a card and join its neighbours."""
    title = session.graph.node(node_id).title
    session.edit(f"Take out {title}", edits.remove_and_bridge(session.graph, node_id))


def move(session: Session, positions: dict[str, tuple[float, float]]) -> None:
    """Put cards at new places."""
    what = session.graph.node(next(iter(positions))).title if len(positions) == 1 else f"{len(positions)} layers"
    session.edit(f"Move {what}", edits.move(session.graph, positions))


def rename(session: Session, node_id: str, name: str) -> None:
    """Give a card another name; a name that is taken is refused with a message."""
    try:
        session.edit(f"Rename {session.graph.node(node_id).title}", edits.rename(session.graph, node_id, name))
    except GraphError as error:
        session.message.emit("warning", str(error))


def clip(session: Session, ids: Sequence[str]) -> Clip:
    """The cards of these ids and the wires among them, to be pasted."""
    graph, chosen = session.graph, set(ids)
    inner = tuple(edge for edge in graph.edges if edge.source in chosen and edge.target in chosen)
    return Clip(tuple(graph.node(node_id) for node_id in ids), inner)


def paste(session: Session, clipped: Clip, label: str = "Paste") -> list[str]:
    """Add copies a little below; returns their ids."""
    if not clipped.nodes:
        return []
    graph, ids = edits.copies(session.graph, clipped.nodes, clipped.edges, offset=30.0)
    session.edit(f"{label} {len(ids)} layers" if len(ids) > 1 else f"{label} {clipped.nodes[0].title}", graph)
    return ids


def next_place(graph: Graph, after: str) -> tuple[float, float]:
    """The place to the right, or the beginning of the next row where the row is full."""
    x, y = graph.node(after).position
    left = min(node.position[0] for node in graph)
    if x + PITCH_X > left + (ROW_LENGTH - 0.5) * PITCH_X:
        return left, y + PITCH_Y
    return x + PITCH_X, y


def free_place(graph: Graph, wanted: tuple[float, float]) -> tuple[float, float]:
    """The wanted place, or the nearest one below it where no card stands."""
    x, y = wanted
    while any(abs(node.position[0] - x) < WIDTH and abs(node.position[1] - y) < 100 for node in graph):
        y += 110
    return x, y
