"""The dots behind the cards, which show how far apart things are."""

from __future__ import annotations

from functools import lru_cache
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
    return _dots(left, top, int(rect.right()) + step, int(rect.bottom()) + step, step)


@lru_cache(maxsize=2)
def _dots(left: int, top: int, right: int, bottom: int, step: int) -> list[QPointF]:
    """Kept while the view stays where it is: making thousands of points takes longer than painting them."""
    return [QPointF(x, y) for x in range(left, right, step) for y in range(top, bottom, step)]
