"""The way of a wire from an output port to an input port."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

_TURN = 22.0
"""Radius of the turns of a wire that leads back, in pixels."""
_CLEARANCE = 96.0
"""How far below the ports a wire runs back when both ends are in one row: under the cards."""


def wire_path(start: QPointF, end: QPointF) -> QPainterPath:
    """Straight ahead as one curve; a wire to the left leaves, turns, runs back between the rows, and turns again."""
    path = QPainterPath(start)
    if end.x() >= start.x() + 12:
        bend = max(16.0, min(90.0, (end.x() - start.x()) / 2))
        path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
        return path
    down = end.y() - start.y()
    lane = start.y() + down / 2 if abs(down) > 2 * _TURN + 60 else max(start.y(), end.y()) + _CLEARANCE
    right, left = start.x() + 12, end.x() - 12
    _half_turn(path, QPointF(right, start.y()), QPointF(right, lane), bulge=_TURN)
    path.lineTo(left, lane)
    _half_turn(path, QPointF(left, lane), QPointF(left, end.y()), bulge=-_TURN)
    path.lineTo(end)
    return path


def _half_turn(path: QPainterPath, start: QPointF, end: QPointF, bulge: float) -> None:
    """A U-turn from one horizontal line to another, swinging out by `bulge`."""
    path.lineTo(start)
    reach = bulge * 4 / 3
    drop = (end.y() - start.y()) * 0.18
    path.cubicTo(start + QPointF(reach, drop * 0.2), end + QPointF(reach, -drop * 0.2), end)
