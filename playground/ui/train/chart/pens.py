"""Pens for charts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen


def cosmetic_pen(colour: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """As wide in pixels at every zoom."""
    pen = QPen(colour, width, style)
    pen.setCosmetic(True)
    return pen
