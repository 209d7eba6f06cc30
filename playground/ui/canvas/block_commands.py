"""What the canvas does with blocks: each is one labelled, undoable edit of the session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from playground.graph import blocks
from playground.graph.layout import arrange, enframe, make_room
from playground.graph.model import Graph, GraphError
from playground.ui.canvas.commands import named
from playground.ui.session import Session


def group(session: Session, items: Sequence[str], name: str = "") -> str | None:
    """Make a block of these layers and blocks; returns its id, or None with a message where that cannot be."""
    try:
        graph, block_id = blocks.group(session.graph, items, name)
    except GraphError as error:
        session.message.emit("info", str(error))
        return None
    more = len(graph.members[block_id]) - len(blocks.nodes_of(session.graph, items))
    between = f" and {more} between them" if more else ""
    session.edit(f"Group {named(session.graph, items)}{between}", enframe(graph, block_id))
    return block_id


def ungroup(session: Session, block_ids: Sequence[str]) -> None:
    """Take blocks apart; their layers stay."""
    graph = session.graph
    for block_id in block_ids:
        if not graph.block(block_id).is_open:
            opened = blocks.set_open(graph, block_id, is_open=True)
            graph = make_room(graph, opened, block_id)
        graph = blocks.ungroup(graph, block_id)
    session.edit(f"Ungroup {named(session.graph, block_ids)}", graph)


def set_open(session: Session, block_ids: Sequence[str], is_open: bool) -> None:
    """Show what is in blocks, or fold each into one card; the cards around make room or close up."""
    graph = session.graph
    for block_id in block_ids:
        if graph.block(block_id).is_open != is_open:
            graph = make_room(graph, blocks.set_open(graph, block_id, is_open), block_id)
    session.edit(f"{'Open' if is_open else 'Close'} {named(session.graph, block_ids)}", graph)


def set_all_open(session: Session, is_open: bool) -> None:
    """Show everything, or as little as possible, and lay the network out anew: there is no drawing to be kept."""
    graph = session.graph
    changed = replace(graph, blocks=tuple(replace(block, is_open=is_open) for block in graph.blocks))
    session.edit(f"{'Open' if is_open else 'Close'} all blocks", arrange(changed))


def repeat(session: Session, block_id: str, times: int) -> str | None:
    """Have a block so many times in a row; returns the id of what holds the copies."""
    try:
        graph, holder = blocks.repeat(session.graph, block_id, times)
    except GraphError as error:
        session.message.emit("warning", str(error))
        return None
    pattern = session.graph.block(block_id)
    if holder != block_id:
        name = f"{times} × {pattern.title}"
        graph = replace(graph, blocks=tuple(replace(b, name=name) if b.id == holder else b for b in graph.blocks))
    session.edit(f"Repeat {pattern.title} {times} times", graph)
    return holder


def copies(graph: Graph, block_id: str) -> int:
    """How many copies a repeated block holds; 1 for any other."""
    if graph.block(block_id).kind != blocks.REPEATED:
        return 1
    return sum(block.parent == block_id for block in graph.blocks)


def put_into(session: Session, items: Sequence[str], block_id: str) -> None:
    """Move layers into a block, or with an empty id out of all blocks."""
    graph = session.graph
    try:
        changed = blocks.put_into(graph, items, block_id)
    except GraphError as error:
        session.message.emit("warning", str(error))
        return
    where = f"into {graph.block(block_id).title}" if block_id else "out of its block"
    session.edit(f"Put {named(graph, items)} {where}", changed)
