"""Putting cards in order: tidying, aligning, spacing. Each is one labelled, undoable edit of the session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from playground.graph import blocks, layout
from playground.ui.canvas.commands import named
from playground.ui.session import Session

SIDES = ("left", "right", "top", "bottom")
Box = tuple[float, float, float, float]
"""Left, top, width, height."""


def tidy(session: Session, items: Sequence[str] = ()) -> None:
    """Lay out these cards anew where they stand, or the whole network."""
    graph = layout.arrange(session.graph, set(items)) if len(items) > 1 else layout.arrange(session.graph)
    session.edit("Tidy up", graph)


def align(session: Session, boxes: Mapping[str, Box], side: str) -> None:
    """Bring one side of all cards into line with the outermost."""
    axis, is_far = (0 if side in ("left", "right") else 1), side in ("right", "bottom")
    edges = {key: box[axis] + (box[axis + 2] if is_far else 0.0) for key, box in boxes.items()}
    goal = max(edges.values()) if is_far else min(edges.values())
    _shift(
        session,
        f"Align {named(session.graph, list(boxes))} {side}",
        boxes,
        {k: goal - e for k, e in edges.items()},
        axis,
    )


def spread(session: Session, boxes: Mapping[str, Box], axis: int) -> None:
    """Equal gaps between the cards, the first and the last staying: across (0) or down (1)."""
    ordered = sorted(boxes, key=lambda key: boxes[key][axis])
    first, last = boxes[ordered[0]], boxes[ordered[-1]]
    room = last[axis] + last[axis + 2] - first[axis] - sum(box[axis + 2] for box in boxes.values())
    gap, at = room / max(1, len(ordered) - 1), first[axis]
    shifts: dict[str, float] = {}
    for key in ordered:
        shifts[key] = round(at) - boxes[key][axis]
        at += boxes[key][axis + 2] + gap
    _shift(session, f"Space {named(session.graph, ordered)} evenly", boxes, shifts, axis)


def _shift(session: Session, label: str, boxes: Mapping[str, Box], by: Mapping[str, float], axis: int) -> None:
    graph, moved = session.graph, dict[str, tuple[float, float]]()
    for key in boxes:
        item = graph.by_id.get(key) or graph.block_by_id[key]
        x, y = item.position
        moved[key] = (x + by[key], y) if axis == 0 else (x, y + by[key])
    session.edit(label, blocks.move(graph, moved))
