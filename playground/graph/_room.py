"""Making room beside a box that grows, so that the way back leads to the same places.

What shrinking has to undo must be seen from the places alone. So there are two ways to grow, and their results can be
told apart. Where the rows below keep a usual distance, as `arrange` leaves it, they keep it: they move as far as the
row's lower edge does. Otherwise (lanes below the box, cards moved by hand) everything below moves as far as the box's
own lower edge, and half a grid step more if it would then look like the first way.
"""

from __future__ import annotations

from collections.abc import Sequence

Rectangle = tuple[float, float, float, float]
"""Left, top, width, height."""
Shift = tuple[float, float]

_SAME_ROW = 80.0
"""Boxes are in one row when no gap between them, upwards or downwards, is as wide as this."""
_USUAL = (80.0, 130.0)
"""Between two rows as `arrange` leaves them, with room for some wires above the lower one."""
_HALF_STEP = 5.0


def room_for(boxes: Sequence[Rectangle], box: Rectangle, size: tuple[float, float]) -> list[Shift]:
    """How far every other box moves when one of them gets another size, its upper left corner staying.

    In the box's row, what stands right of it moves right as far as its right edge; above the row nothing moves. What
    kept clear of each other still does when the box grows. When it shrinks, boxes that growing has moved come back to
    their places; where nothing was moved before and something would be in the way, all stay.
    """
    larger = (max(size[0], box[2]), max(size[1], box[3]))
    shifts = _grown(boxes, box, larger)
    if larger == size:
        return shifts
    moved = [_moved(other, shift) for other, shift in zip(boxes, shifts, strict=True)]
    back = _shrunk(moved, (*box[:2], *larger), size)
    return [(x + u, y + v) for (x, y), (u, v) in zip(shifts, back, strict=True)]


def _moved(box: Rectangle, shift: Shift) -> Rectangle:
    return (box[0] + shift[0], box[1] + shift[1], box[2], box[3])


def _bottom(box: Rectangle) -> float:
    return box[1] + box[3]


def _row(boxes: Sequence[Rectangle], box: Rectangle) -> tuple[float, float]:
    """From where to where the row reaches in which a box stands."""
    rows: list[tuple[float, float]] = []
    for start, end in sorted((other[1], _bottom(other)) for other in (*boxes, box)):
        if rows and start < rows[-1][1] + _SAME_ROW:
            rows[-1] = (rows[-1][0], max(rows[-1][1], end))
        else:
            rows.append((start, end))
    return next((start, end) for start, end in rows if start <= box[1] <= end)


def _edge_and_gap(boxes: Sequence[Rectangle], box: Rectangle) -> tuple[float, float]:
    """The lower edge of what begins beside or above a box's lower edge in its row, and how far below it more comes."""
    beside = [other for other in boxes if other[1] < _bottom(box)]
    edge = _row(beside, box)[1]
    return edge, min((other[1] for other in boxes if other[1] >= _bottom(box)), default=float("inf")) - edge


def _is_usual(gap: float) -> bool:
    return _USUAL[0] <= gap <= _USUAL[1] and gap % (2 * _HALF_STEP) != _HALF_STEP


def _grown(boxes: Sequence[Rectangle], box: Rectangle, size: tuple[float, float]) -> list[Shift]:
    taller = size[1] - box[3]
    edge, gap = _edge_and_gap(boxes, box)
    lowered = max(edge, box[1] + size[1]) - edge
    is_usual = _is_usual(gap) or gap == float("inf")
    mark = _HALF_STEP if taller and _is_usual(gap + taller - lowered) else 0.0
    down = lowered if is_usual else taller + mark
    top, bottom = _row([other for other in boxes if other[1] < _bottom(box)] if is_usual else boxes, box)
    return [
        (
            size[0] - box[2] if other[0] >= box[0] + box[2] and top <= other[1] < bottom else 0.0,
            down if other[1] >= _bottom(box) else 0.0,
        )
        for other in boxes
    ]


def _shrunk(boxes: Sequence[Rectangle], box: Rectangle, size: tuple[float, float]) -> list[Shift]:
    flatter = box[3] - size[1]
    small = (*box[:2], *size)
    edge, gap = _edge_and_gap(boxes, box)
    was_edge = _row([other for other in boxes if other[1] < _bottom(small)], small)[1]
    lowered = edge - was_edge
    is_usual = _is_usual(gap) or gap == float("inf")
    mark = _HALF_STEP if flatter and _is_usual(gap - _HALF_STEP) else 0.0
    down = lowered if is_usual else flatter + mark
    ups = [down if other[1] >= _bottom(box) else 0.0 for other in boxes]
    lifted = [_moved(other, (0.0, -up)) for other, up in zip(boxes, ups, strict=True)]
    beside = [other for other, up in zip(lifted, ups, strict=True) if not up]
    top, bottom = _row(beside if is_usual else lifted, small)
    narrower = box[2] - size[0]
    shifts = [
        (-narrower if other[0] >= box[0] + box[2] and top <= other[1] < bottom else 0.0, -up)
        for other, up in zip(lifted, ups, strict=True)
    ]
    moved = [_moved(other, shift) for other, shift in zip(boxes, shifts, strict=True)]
    return shifts if _are_clear([small, *moved]) else [(0.0, 0.0)] * len(boxes)


def _are_clear(boxes: Sequence[Rectangle]) -> bool:
    """Whether none lies on another."""
    reaching: list[Rectangle] = []
    for box in sorted(boxes):
        reaching = [other for other in reaching if other[0] + other[2] > box[0]]
        if any(other[1] < _bottom(box) and box[1] < _bottom(other) for other in reaching):
            return False
        reaching.append(box)
    return True
