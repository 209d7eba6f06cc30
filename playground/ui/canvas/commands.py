"""What the canvas' gestures, menus and keys do to the network: each is one labelled, undoable edit of the session."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from playground.graph import blocks, edits
from playground.graph.model import Edge, Graph, GraphError, Note, ParamValue
from playground.graph.outline import Outline, outline
from playground.layers import ParamError, layer_type
from playground.ui.canvas.look import WIDTH
from playground.ui.canvas.pieces import Piece, piece
from playground.ui.session import Session

PITCH_X, PITCH_Y = 200.0, 220.0
"""Distance of neighbouring cards in a row, and of rows, in pixels."""
_HEIGHT = 100.0
"""About that of a card."""
ROW_LENGTH = 4
"""Cards in a row before the next one starts below."""


def leaving(seen: Outline, card: str, port: int) -> str:
    """The node whose value leaves a card at an output port."""
    return seen.outputs[card][port] if card in seen.outputs else card


def entering(seen: Outline, card: str, port: int) -> tuple[tuple[str, int], ...]:
    """The nodes and their ports that a wire into an input port of a card leads to."""
    return seen.inputs[card][port].ends if card in seen.inputs else ((card, port),)


def add_free(session: Session, key: str, position: tuple[float, float], block: str = "") -> str:
    """Add what the key stands for, not wired yet, to that block if any; returns the id of its card."""
    return _add(session, "Add", session.graph, piece(session, key), free_place(session.graph, position), block)


def add_after(session: Session, key: str, after: str, position: tuple[float, float] | None = None) -> str:
    """Add something fed by `after`; without a position it takes the next place in the row. Returns its card's id."""
    graph = session.graph
    place = position or free_place(graph, next_place(graph, after))
    return _add(session, "Add", graph, piece(session, key, after), place, _open_block(graph, after), source=after)


def add_before(session: Session, key: str, before: str, port: int, position: tuple[float, float]) -> str:
    """Add something that feeds an input port of `before`; returns its card's id."""
    graph = session.graph
    goal = Edge("", before, 0, port)
    return _add(
        session,
        "Add",
        graph,
        piece(session, key),
        free_place(graph, position),
        _open_block(graph, before),
        goals=[goal],
    )


def insert(session: Session, key: str, wires: Sequence[Edge]) -> str:
    """Put something into wires from one source, making room between their ends; returns its card's id."""
    graph, edge = session.graph, wires[0]
    source, target = place_of(graph, edge.source), place_of(graph, edge.target)
    place = (source[0] + PITCH_X, source[1])
    if target[0] > source[0]:
        graph = make_room(graph, source, target)
    else:
        place = free_place(graph, place)
    inside = blocks.common_block(graph, [edge.source, *(wire.target for wire in wires)])
    for wire in wires:
        graph = edits.disconnect(graph, wire)
    added = piece(session, key, edge.source)
    return _add(session, "Insert", graph, added, place, inside, source=edge.source, goals=wires)


def _add(
    session: Session,
    verb: str,
    graph: Graph,
    added: Piece,
    place: tuple[float, float],
    block: str,
    source: str | None = None,
    goals: Sequence[Edge] = (),
) -> str:
    """Paste the piece with its card at `place`, wired from `source` and on to the goals, as one edit."""
    x, y = _position(added.graph, added.outer)
    graph, ids = blocks.paste(graph, added.graph, (place[0] - x, place[1] - y), into=block)
    if source is not None:
        for node, port in added.entries:
            graph = edits.connect(graph, Edge(source, ids[node], 0, port))
    if added.exit is not None:
        for goal in goals:
            graph = edits.connect(graph, Edge(ids[added.exit], goal.target, 0, goal.target_port))
    session.edit(f"{verb} {added.title}", graph)
    return ids[added.outer]


def _position(graph: Graph, item: str) -> tuple[float, float]:
    return (graph.by_id.get(item) or graph.block_by_id[item]).position


def _open_block(graph: Graph, node_id: str) -> str:
    """The innermost block around the node that is on show; what is added beside a closed block goes outside it."""
    chain = graph.enclosing(node_id)
    closed = [place for place, block in enumerate(chain) if not graph.block_by_id[block].is_open]
    rest = chain[closed[-1] + 1 :] if closed else chain
    return rest[0] if rest else ""


def make_room(graph: Graph, source: tuple[float, float], target: tuple[float, float]) -> Graph:
    """Shift the rest of the row right until another card fits between two places."""
    missing = source[0] + 2 * PITCH_X - target[0]
    if missing <= 0:
        return graph
    seen = outline(graph)
    row = {
        card: (x + missing, y)
        for card in seen.cards
        for x, y in [seen.item(card).position]
        if x >= target[0] and abs(y - target[1]) < PITCH_Y / 2
    }
    return blocks.move(graph, row)


def reconnect(
    session: Session, source: str, targets: Collection[tuple[str, int]], loose: Collection[Edge] = ()
) -> None:
    """Wire a node to ports of others, `loose` giving way in the same edit; what cannot be wired is explained."""
    graph = session.graph
    for edge in loose:
        graph = edits.disconnect(graph, edge)
    try:
        for target, port in targets:
            graph = edits.connect(graph, Edge(source, target, 0, port))
    except GraphError as error:
        session.message.emit("warning", str(error))
        return
    first = next(iter(targets))[0]
    session.edit(f"Connect {graph.node(source).title} to {graph.node(first).title}", graph)


def delete(session: Session, ids: Sequence[str], wires: Collection[Edge]) -> None:
    """Remove layers, blocks with all they hold, notes, and wires."""
    graph = session.graph
    for edge in wires:
        graph = edits.disconnect(graph, edge)
    graph = edits.remove(graph, blocks.nodes_of(graph, ids))
    graph = replace(graph, notes=tuple(note for note in graph.notes if note.id not in ids))
    session.edit(f"Delete {named(session.graph, ids) if ids else 'wire'}", graph)


def named(graph: Graph, ids: Sequence[str]) -> str:
    """How an edit's label speaks of cards: by name if it is one, else by number."""
    if len(ids) != 1:
        return f"{len(ids)} layers"
    if ids[0] in graph.note_by_id:
        return "note"
    return graph.block_by_id[ids[0]].title if ids[0] in graph.block_by_id else graph.node(ids[0]).title


def take_out(session: Session, node_id: str) -> None:
    """Remove a card and join its neighbours."""
    title = session.graph.node(node_id).title
    session.edit(f"Take out {title}", edits.remove_and_bridge(session.graph, node_id))


def bypass(session: Session, node_ids: Sequence[str]) -> None:
    """Join the neighbours of layers and leave the layers beside, unwired: what would the network do without them?"""
    graph = session.graph
    for node_id in node_ids:
        node = graph.node(node_id)
        graph = edits.bridge(graph, node_id)
        graph = blocks.move(graph, {node_id: (node.position[0], node.position[1] + PITCH_Y / 2)})
    session.edit(f"Bypass {named(session.graph, node_ids)}", graph)


def replace_type(session: Session, node_ids: Sequence[str], key: str) -> None:
    """Make layers of another type of them, keeping name, place, wires and every setting that the new type has too."""
    kind, graph = layer_type(key), session.graph
    for node_id in node_ids:
        node = graph.node(node_id)
        kept: dict[str, ParamValue] = {}
        for param in kind.params:
            try:
                kept[param.key] = param.check(node.params[param.key])
            except (KeyError, ParamError):
                continue
        graph = edits.update(graph, replace(node, type=key, params=kept, initial={}, frozen=(), held=()))
        for edge in graph.incoming(node_id)[kind.max_inputs :]:
            graph = edits.disconnect(graph, edge)
        for edge in () if kind.has_output else graph.outgoing(node_id):
            graph = edits.disconnect(graph, edge)
    session.edit(f"Replace {named(session.graph, node_ids)} by {kind.title}", graph)


def add_note(session: Session, position: tuple[float, float]) -> str:
    """Put an empty note on the canvas; returns its id."""
    note = Note(edits.fresh_id(session.graph, "note"))
    note = replace(note, position=free_place(session.graph, position, note.size))
    session.edit("Add note", replace(session.graph, notes=(*session.graph.notes, note)))
    return note.id


def change_note(session: Session, note: Note) -> None:
    """Another text or size for a note."""
    notes = tuple(note if other.id == note.id else other for other in session.graph.notes)
    session.edit("Edit note", replace(session.graph, notes=notes))


def move(session: Session, positions: dict[str, tuple[float, float]]) -> None:
    """Put cards at new places."""
    session.edit(f"Move {named(session.graph, list(positions))}", blocks.move(session.graph, positions))


def rename(session: Session, item: str, name: str) -> None:
    """Give a card another name; a name that is taken is refused with a message."""
    try:
        session.edit(f"Rename {named(session.graph, [item])}", edits.rename(session.graph, item, name))
    except GraphError as error:
        session.message.emit("warning", str(error))


def paste(
    session: Session, piece: Graph, label: str = "Paste", offset: tuple[float, float] = (30.0, 30.0)
) -> list[str]:
    """Add copies of layers and blocks, by default a little below; returns the ids of the outermost ones."""
    if not (piece.nodes or piece.notes):
        return []
    graph, ids = blocks.paste(session.graph, piece, offset)
    outer = [node.id for node in piece.nodes if not node.block]
    outer += [block.id for block in piece.blocks if not block.parent] + [note.id for note in piece.notes]
    session.edit(f"{label} {named(piece, outer)}", graph)
    return [ids[key] for key in outer]


def place_of(graph: Graph, node_id: str) -> tuple[float, float]:
    """Where the card stands that shows a node."""
    seen = outline(graph)
    return seen.item(seen.stands_for[node_id]).position


def next_place(graph: Graph, after: str) -> tuple[float, float]:
    """The place to the right, or the beginning of the next row where the row is full."""
    seen = outline(graph)
    x, y = seen.item(seen.stands_for[after]).position
    left = min(seen.item(card).position[0] for card in seen.cards)
    if x + PITCH_X > left + (ROW_LENGTH - 0.5) * PITCH_X:
        return left, y + PITCH_Y
    return x + PITCH_X, y


def free_place(
    graph: Graph, wanted: tuple[float, float], size: tuple[float, float] = (WIDTH, _HEIGHT)
) -> tuple[float, float]:
    """The wanted place, or the nearest one below it where something of that size stands on no card."""
    x, y = wanted
    seen = outline(graph)
    places = [seen.item(card).position for card in seen.cards]
    while any(-WIDTH < left - x < size[0] and -_HEIGHT < top - y < size[1] for left, top in places):
        y += 110
    return x, y
