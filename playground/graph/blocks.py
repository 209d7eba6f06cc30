"""Every edit of blocks, as a pure function from graph to graph. Each raises `GraphError` instead of breaking it.

An *item* is what one card stands for: a node, or a block with all that is in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from playground.graph import edits
from playground.graph.model import Block, Edge, Graph, GraphError, Node

REPEATED = "repeat"
"""The `kind` of a block around the copies that `repeat` made."""
MOST_REPEATS = 200
_PITCH = 200.0
"""From one copy's left edge to the next, in pixels."""


def nodes_of(graph: Graph, items: Iterable[str]) -> tuple[str, ...]:
    """The nodes that items stand for, in the order of the graph; ids that are not there are left out."""
    wanted: set[str] = set()
    for item in items:
        wanted.update(graph.members[item] if item in graph.block_by_id else (item,))
    return tuple(node.id for node in graph.nodes if node.id in wanted)


def blocks_within(graph: Graph, block_id: str) -> tuple[str, ...]:
    """The block itself and every block inside it."""
    return tuple(block.id for block in graph.blocks if block_id in (block.id, *graph.enclosing(block.id)))


def common_block(graph: Graph, items: Iterable[str]) -> str:
    """The innermost block around all of these items; empty: they share none."""
    chains = [graph.enclosing(item) for item in items]
    shared = set(chains[0]).intersection(*chains[1:]) if chains else set[str]()
    return next((block for block in chains[0] if block in shared), "") if chains else ""


def at_level(graph: Graph, item: str, level: str) -> str:
    """The item as seen from within the block `level`: itself, or the outermost block around it there."""
    chain = (item, *graph.enclosing(item))
    return chain[chain.index(level) - 1] if level in chain[1:] else chain[-1]


def group(graph: Graph, items: Collection[str], name: str = "") -> tuple[Graph, str]:
    """The graph with these items in a new, open block, and its id.

    What lies between them (is fed by one and feeds another) comes along, since a block can neither feed nor wait for
    what waits for it.

    Notes among the ids stay where they are.

    Raises:
        GraphError: there is nothing to group.
    """
    items = [item for item in items if item not in graph.note_by_id]
    if not items:
        raise GraphError("Select the layers that should become a block first.")
    level = common_block(graph, items)
    chosen = {at_level(graph, item, level) for item in items}
    while between := _between(graph, chosen, level):
        chosen |= between
    nodes = nodes_of(graph, chosen)
    stem = "block"
    block_id = edits.fresh_id(graph, stem)
    x = min(graph.by_id[node].position[0] for node in nodes)
    y = min(graph.by_id[node].position[1] for node in nodes)
    block = Block(block_id, name, level, (x, y), is_open=True)
    return (
        replace(
            graph,
            nodes=tuple(replace(node, block=block_id) if node.id in chosen else node for node in graph.nodes),
            blocks=(*(replace(b, parent=block_id) if b.id in chosen else b for b in graph.blocks), block),
        ),
        block_id,
    )


def _between(graph: Graph, chosen: Collection[str], level: str) -> set[str]:
    """Items that wait for a chosen one and that a chosen one waits for."""
    nodes = set(nodes_of(graph, chosen))
    below: set[str] = set()
    above: set[str] = set()
    for node in nodes:
        below |= graph.descendants(node)
        above |= graph.ancestors(node)
    return {at_level(graph, node, level) for node in (below & above) - nodes} - set(chosen)


def ungroup(graph: Graph, block_id: str) -> Graph:
    """The graph without the block, its contents one level further out."""
    parent = graph.block(block_id).parent
    return replace(
        graph,
        nodes=tuple(replace(node, block=parent) if node.block == block_id else node for node in graph.nodes),
        blocks=tuple(
            replace(block, parent=parent) if block.parent == block_id else block
            for block in graph.blocks
            if block.id != block_id
        ),
    )


def set_open(graph: Graph, block_id: str, is_open: bool) -> Graph:
    """The graph with the block's contents on show, or folded into one card."""
    graph.block(block_id)
    return replace(graph, blocks=tuple(replace(b, is_open=is_open) if b.id == block_id else b for b in graph.blocks))


def put_into(graph: Graph, items: Collection[str], block_id: str) -> Graph:
    """The graph with these items inside that block; an empty id takes them out of every block.

    Raises:
        GraphError: a block would be inside itself, or something would lie between its parts.
    """
    inside = {inner for item in items if item in graph.block_by_id for inner in blocks_within(graph, item)}
    if block_id:
        graph.block(block_id)
    if block_id in inside:
        raise GraphError(f"{graph.block(block_id).title} cannot be put inside itself.")
    moved = set(items)
    changed = replace(
        graph,
        nodes=tuple(replace(node, block=block_id) if node.id in moved else node for node in graph.nodes),
        blocks=tuple(replace(block, parent=block_id) if block.id in moved else block for block in graph.blocks),
    )
    return replace(changed, blocks=tuple(block for block in changed.blocks if changed.members[block.id]))


def move(graph: Graph, positions: Mapping[str, tuple[float, float]]) -> Graph:
    """The graph with these nodes, blocks and notes at new places; what is in a block moves with it."""
    shifts: dict[str, tuple[float, float]] = {}
    for item, (x, y) in positions.items():
        if item in graph.block_by_id:
            at = graph.block_by_id[item].position
            for inner in (*graph.members[item], *blocks_within(graph, item)):
                shifts[inner] = (x - at[0], y - at[1])
    for item, (x, y) in positions.items():
        if item in graph.by_id:
            at = graph.by_id[item].position
            shifts[item] = (x - at[0], y - at[1])

    def shifted(item: Node | Block) -> tuple[float, float]:
        dx, dy = shifts[item.id]
        return item.position[0] + dx, item.position[1] + dy

    return replace(
        graph,
        nodes=tuple(replace(n, position=shifted(n)) if n.id in shifts else n for n in graph.nodes),
        blocks=tuple(replace(b, position=shifted(b)) if b.id in shifts else b for b in graph.blocks),
        notes=tuple(replace(n, position=positions[n.id]) if n.id in positions else n for n in graph.notes),
    )


def fragment(graph: Graph, items: Collection[str]) -> Graph:
    """These items alone, with the blocks in them and the wires among them; notes among the ids come along."""
    nodes = set(nodes_of(graph, items))
    blocks = {inner for item in items if item in graph.block_by_id for inner in blocks_within(graph, item)}
    return Graph(
        tuple(replace(n, block=n.block if n.block in blocks else "") for n in graph.nodes if n.id in nodes),
        tuple(edge for edge in graph.edges if edge.source in nodes and edge.target in nodes),
        tuple(replace(b, parent=b.parent if b.parent in blocks else "") for b in graph.blocks if b.id in blocks),
        tuple(note for note in graph.notes if note.id in set(items)),
    )


def paste(
    graph: Graph, piece: Graph, offset: tuple[float, float] = (0.0, 0.0), into: str = ""
) -> tuple[Graph, dict[str, str]]:
    """The graph with a copy of another one beside it, and the new id of each of its items.

    Ids already taken get the next free number; `offset` moves the copy, in pixels; `into` is the block that it goes
    into. Names that are taken are dropped, so that no two cards bear the same one.
    """
    ids = _fresh_ids(graph, piece)
    taken = {node.title for node in graph.nodes} | {block.title for block in graph.blocks}

    def at(position: tuple[float, float]) -> tuple[float, float]:
        return position[0] + offset[0], position[1] + offset[1]

    def name(item: Node | Block) -> str:
        return item.name if isinstance(item, Block) or item.name not in taken else ""

    nodes = (
        replace(n, id=ids[n.id], name=name(n), position=at(n.position), block=ids.get(n.block, into))
        for n in piece.nodes
    )
    blocks = (
        replace(b, id=ids[b.id], name=name(b), position=at(b.position), parent=ids.get(b.parent, into))
        for b in piece.blocks
    )
    edges = (replace(edge, source=ids[edge.source], target=ids[edge.target]) for edge in piece.edges)
    notes = (replace(note, id=ids[note.id], position=at(note.position)) for note in piece.notes)
    return (
        Graph((*graph.nodes, *nodes), (*graph.edges, *edges), (*graph.blocks, *blocks), (*graph.notes, *notes)),
        ids,
    )


def _fresh_ids(graph: Graph, piece: Graph) -> dict[str, str]:
    """An id that is free in the graph for every item of the piece; items named after their block still are."""
    taken = {*graph.by_id, *graph.block_by_id, *graph.note_by_id}
    ids: dict[str, str] = {}
    outer_first = sorted(piece.blocks, key=lambda block: len(piece.enclosing(block.id)))
    for item in (*outer_first, *piece.nodes, *piece.notes):
        around = item.parent if isinstance(item, Block) else item.block if isinstance(item, Node) else ""
        wanted = item.id
        if around and wanted.startswith(f"{around}_"):
            wanted = ids[around] + wanted.removeprefix(around)
        found, number = wanted, 1
        stem = wanted.rstrip("0123456789") or wanted
        while found in taken:
            found, number = f"{stem}{number}", number + 1
        taken.add(found)
        ids[item.id] = found
    return ids


def ends(graph: Graph, block_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The nodes outside that feed the block, and its own nodes whose values leave it or lead nowhere."""
    inside = set(graph.members[block_id])
    sources = dict.fromkeys(edge.source for edge in graph.edges if edge.target in inside and edge.source not in inside)
    leaving = [
        node
        for node in graph.members[block_id]
        if not graph.outgoing(node) or any(edge.target not in inside for edge in graph.outgoing(node))
    ]
    return tuple(sources), tuple(leaving)


def repeat(graph: Graph, block_id: str, times: int) -> tuple[Graph, str]:
    """The graph with the block `times` times in a row, each copy fed by the one before, and the id of what holds them.

    For a block that `repeat` made before, the number of its copies changes; its first is the pattern.

    Raises:
        GraphError: the block does not have one way in and one way out, or the number is out of range.
    """
    if not 1 <= times <= MOST_REPEATS:
        raise GraphError(f"A block can be repeated 1 to {MOST_REPEATS} times, not {times:,}.")
    block = graph.block(block_id)
    copies = [b.id for b in graph.blocks if b.parent == block_id]
    if block.kind == REPEATED and copies:
        graph = _drop_copies(graph, copies, times) if times < len(copies) else graph
        return (_append_copies(graph, copies[0], copies[-1], times - len(copies)), block_id)
    _one_way_through(graph, block_id)
    if times == 1:
        return graph, block_id
    holder = edits.fresh_id(graph, "repeated")
    around = Block(holder, "", block.parent, block.position, is_open=False, kind=REPEATED)
    inner = tuple(replace(b, parent=holder) if b.id == block_id else b for b in graph.blocks)
    return _append_copies(replace(graph, blocks=(*inner, around)), block_id, block_id, times - 1), holder


def _one_way_through(graph: Graph, block_id: str) -> tuple[str, str]:
    sources, leaving = ends(graph, block_id)
    title = graph.block(block_id).title
    if len(sources) != 1:
        many = "no wire leads into it" if not sources else f"{len(sources)} different layers feed it"
        raise GraphError(f"{title} can be repeated when one layer feeds it; now {many}.")
    if len(leaving) != 1:
        raise GraphError(f"{title} can be repeated when it has one result; now it has {len(leaving)}.")
    return sources[0], leaving[0]


def _append_copies(graph: Graph, pattern: str, last: str, number: int) -> Graph:
    """Copies of the pattern behind the last one, which they follow in a chain."""
    for place in range(number):
        source, result = _one_way_through(graph, pattern)
        end = _one_way_through(graph, last)[1]
        holder = graph.block(pattern).parent
        copied, ids = paste(graph, fragment(graph, [pattern]), (_PITCH * (place + 1), 0.0), into=holder)
        entering = [edge for edge in graph.edges if edge.source == source and edge.target in graph.members[pattern]]
        onward = [edge for edge in graph.outgoing(end) if edge.target not in graph.members[last]]
        kept = tuple(edge for edge in copied.edges if edge not in set(onward))
        fed = tuple(Edge(end, ids[edge.target], 0, edge.target_port) for edge in entering)
        led = tuple(replace(edge, source=ids[result]) for edge in onward)
        graph, last = replace(copied, edges=(*kept, *fed, *led)), ids[pattern]
    return graph


def _drop_copies(graph: Graph, copies: list[str], times: int) -> Graph:
    """Only the first `times` copies stay; what the last fed is fed by the last that stays."""
    old, new = _one_way_through(graph, copies[-1])[1], _one_way_through(graph, copies[times - 1])[1]
    inside = set(graph.members[copies[-1]])
    onward = [edge for edge in graph.outgoing(old) if edge.target not in inside]
    graph = edits.remove(graph, nodes_of(graph, copies[times:]))
    return replace(graph, edges=(*graph.edges, *(replace(edge, source=new) for edge in onward)))
