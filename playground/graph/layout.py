"""Placing the cards of a network: a straight spine, branches in lanes of their own, blocks as boxes.

`arrange` lays a network out from left to right. Its longest path is the spine, straight within a row; what runs beside
it has lanes above or below. A long spine is broken into rows as a page is read, so that the whole has about the shape
of a screen; where long skips lie one within the other (U-Net), it goes down a step for each instead. Each block is laid
out by itself: while it is open, the drawing around it makes room for its frame; while it is closed, its contents
already lie where they will be seen.

Sizes are upper bounds of what the canvas draws, in pixels at zoom 1. Nothing stands left of or above the origin, and
all positions lie on the grid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from playground.graph._nesting import BOTTOM, LEFT, RIGHT, TOP, Nesting, Point
from playground.graph._room import Rectangle, room_for
from playground.graph.model import Graph

_CLEARANCE = 40.0
"""Between tidied cards and the others above them."""


def arrange(graph: Graph, only: Collection[str] | None = None) -> Graph:
    """The graph with every card at a place of its own.

    Args:
        graph: any graph; wires that lead in a circle are put up with.
        only: ids of layers and blocks to tidy where they stand; the other cards of their level keep their places, and
            a block keeps the drawing it holds.
    """
    return _moved(graph, Nesting(graph).arranged()) if only is None else _tidied(graph, only)


def frame(graph: Graph, block_id: str) -> Rectangle:
    """Left, top, width and height of a block's frame when it is open: around its position and its contents.

    Raises:
        GraphError: there is no such block.
    """
    graph.block(block_id)
    return Nesting(graph).frame(block_id)


def make_room(before: Graph, after: Graph, block_id: str) -> Graph:
    """The graph after a block was opened or closed, its neighbours moved aside or back.

    In the block's row, cards right of it move by the width gained and those below its card by the height; the rows
    below move as far as the row has grown; then the same for the block around it, if there is one. Closing brings
    everything back to where it was before opening.

    Args:
        before: the graph with the block as it was.
        after: the same with the block's `is_open` changed.
        block_id: the block.

    Raises:
        GraphError: there is no such block.
    """
    before.block(block_id)
    return _with_room(before, after, block_id)


def enframe(graph: Graph, block_id: str) -> Graph:
    """The graph after layers were grouped into an open block: its frame begins where they did, neighbours move aside.

    Raises:
        GraphError: there is no such block.
    """
    nesting = Nesting(graph)
    boxes = [nesting.rectangle(item) for item in nesting.items(graph.block(block_id).id)]
    left, top = (min(box[side] for box in boxes) for side in (0, 1))
    was = (left, top, max(b[0] + b[2] for b in boxes) - left, max(b[1] + b[3] for b in boxes) - top)
    others = [other for other in nesting.items(nesting.parent(block_id)) if other != block_id]
    now = (was[2] + LEFT + RIGHT, was[3] + TOP + BOTTOM)
    shifts = dict(zip(others, room_for([nesting.rectangle(o) for o in others], was, now), strict=True))
    inner = dict.fromkeys(nesting.items(block_id), (LEFT, TOP))
    framed = _moved(graph, {**nesting.carried({**shifts, **inner}), block_id: (left, top)})
    return _with_room(graph, framed, nesting.parent(block_id))


def _with_room(before: Graph, after: Graph, item: str) -> Graph:
    """The neighbours of an item, and those of the blocks around it, moved for the size that it now has."""
    old = Nesting(before)
    while item:
        nesting = Nesting(after)
        was, now = old.rectangle(item), nesting.rectangle(item)
        others = [other for other in nesting.items(nesting.parent(item)) if other != item]
        shifts = room_for([nesting.rectangle(other) for other in others], was, now[2:])
        after = _moved(after, nesting.carried({o: by for o, by in zip(others, shifts, strict=True) if any(by)}))
        item = nesting.parent(item)
    return after


def _tidied(graph: Graph, only: Collection[str]) -> Graph:
    nesting = Nesting(graph)
    known = [item for item in (*graph.by_id, *graph.block_by_id) if item in set(only)]
    levels: dict[str, list[str]] = defaultdict(list)
    for item in known:
        if not set(graph.enclosing(item)) & set(only):
            levels[nesting.parent(item)].append(item)
    after = graph
    for level, items in levels.items():
        after = _moved(after, nesting.carried(_shifts_in_place(nesting, level, items)))
    for level in sorted(filter(None, levels), key=lambda block_id: -len(graph.enclosing(block_id))):
        after = _with_room(graph, after, level)
    return after


def _shifts_in_place(nesting: Nesting, level: str, items: list[str]) -> dict[str, Point]:
    """How far each item moves so that they stand tidily where they stood, below the cards that are in the way."""
    now = {item: nesting.rectangle(item) for item in items}
    left, top = (min(box[side] for box in now.values()) for side in (0, 1))
    wanted = nesting.tidied(items)
    others = [nesting.rectangle(item) for item in nesting.items(level) if item not in now]
    while True:
        moved = {item: (x + left, y + top, width, height) for item, (x, y, width, height) in wanted.items()}
        in_way = [other for other in others if any(_overlap(other, box) for box in moved.values())]
        if not in_way:
            return {item: (box[0] - now[item][0], box[1] - now[item][1]) for item, box in moved.items()}
        top = max(top, max(box[1] + box[3] for box in in_way) + _CLEARANCE)


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def _moved(graph: Graph, positions: Mapping[str, Point]) -> Graph:
    return replace(
        graph,
        nodes=tuple(replace(n, position=positions[n.id]) if n.id in positions else n for n in graph.nodes),
        blocks=tuple(replace(b, position=positions[b.id]) if b.id in positions else b for b in graph.blocks),
    )
