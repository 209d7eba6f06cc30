"""The dots behind the cards, which show how far apart things are."""

from __future__ import annotations

from math import ceil, log2

from PySide6.QtCore import QPointF, QRectF

PITCH = 24
"""Distance of two dots at zoom 1; from further away only every second, fourth … is shown."""
_CLOSEST = 17.0
"""Pixels that two dots are at least apart on the screen: more would be a grey veil, and take most of a frame."""


def pitch(zoom: float) -> int:
    """The distance of two dots at that zoom, in scene coordinates."""
    return PITCH * 2 ** max(0, ceil(log2(_CLOSEST / (PITCH * zoom))))


def dots(rect: QRectF, zoom: float) -> list[QPointF]:
    """The dots in a rectangle of the scene."""
    step = pitch(zoom)
    left, top = int(rect.left()) // step * step, int(rect.top()) // step * step
    rows = range(top, int(rect.bottom()) + step, step)
    return [QPointF(x, y) for x in range(left, int(rect.right()) + step, step) for y in rows]
