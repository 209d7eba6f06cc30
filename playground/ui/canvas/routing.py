"""The way of a wire from an output port to an input port."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from playground.graph.lanes import TURN

_TURN = 22.0
"""Radius of the turns of a wire that leads back, in pixels."""
_CLEARANCE = 96.0
"""How far below the ports a wire runs back when both ends are in one row: under the cards."""


def wire_path(start: QPointF, end: QPointF, height: float | None = None) -> QPainterPath:
    """Straight ahead as one curve; a wire to the left leaves, turns, runs back between the rows, and turns again.

    With a `height` (see `playground.graph.lanes`) the wire runs along it, past the cards between its ends.
    """
    path = QPainterPath(start)
    if end.x() >= start.x() + 12:
        if height is not None:
            _along(path, start, end, height)
            return path
        bend = max(16.0, min(90.0, (end.x() - start.x()) / 2))
        path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
        return path
    lane = _way_back(start, end) if height is None else height
    right, left = start.x() + 12, end.x() - 12
    _half_turn(path, QPointF(right, start.y()), QPointF(right, lane), bulge=_TURN)
    path.lineTo(left, lane)
    _half_turn(path, QPointF(left, lane), QPointF(left, end.y()), bulge=-_TURN)
    path.lineTo(end)
    return path


def wire_corners(start: QPointF, end: QPointF, height: float | None = None) -> list[QPointF]:
    """The same way as a line with corners."""
    if end.x() >= start.x() + 12:
        if height is None:
            return [start, end]
        turn = min(TURN, (end.x() - start.x()) / 2)
        return [start, QPointF(start.x() + turn, height), QPointF(end.x() - turn, height), end]
    lane = _way_back(start, end) if height is None else height
    right, left = start.x() + 12 + _TURN, end.x() - 12 - _TURN
    return [
        start, QPointF(right, start.y()), QPointF(right, lane), QPointF(left, lane), QPointF(left, end.y()), end
    ]  # fmt: skip


def _way_back(start: QPointF, end: QPointF) -> float:
    """The height at which a wire runs back to the left, if nothing else decides it."""
    down = end.y() - start.y()
    return start.y() + down / 2 if abs(down) > 2 * _TURN + 60 else max(start.y(), end.y()) + _CLEARANCE


def _along(path: QPainterPath, start: QPointF, end: QPointF, height: float) -> None:
    """A short curve to that height, straight on, and a short curve to the end."""
    turn = min(TURN, (end.x() - start.x()) / 2)
    first, last = QPointF(start.x() + turn, height), QPointF(end.x() - turn, height)
    path.cubicTo(start + QPointF(turn / 2, 0), first - QPointF(turn / 2, 0), first)
    path.lineTo(last)
    path.cubicTo(last + QPointF(turn / 2, 0), end - QPointF(turn / 2, 0), end)


def _half_turn(path: QPainterPath, start: QPointF, end: QPointF, bulge: float) -> None:
    """A U-turn from one horizontal line to another, swinging out by `bulge`."""
    path.lineTo(start)
    reach = bulge * 4 / 3
    drop = (end.y() - start.y()) * 0.18
    path.cubicTo(start + QPointF(reach, drop * 0.2), end + QPointF(reach, -drop * 0.2), end)
