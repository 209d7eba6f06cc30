"""Boxes with a number each, on the colour of the number: rows of the table of weights, the bands around it."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from playground.ui.fonts import font
from playground.ui.microscopes.cells import DARK_INK, LIGHT_INK, inks
from playground.ui.widgets.numbers import short

Array = np.ndarray[Any, Any]

_LETTERS = 9


def paint_number_boxes(painter: QPainter, boxes: list[QRectF], values: Array, pixels: Array) -> None:
    """Fill each box with its pixel's colour and write its number in the ink that is easier to read on it."""
    painter.setFont(font("mono_small"))
    middle, inked = int(Qt.AlignmentFlag.AlignCenter), None
    each = zip(boxes, values.tolist(), pixels.tolist(), inks(pixels).tolist(), strict=True)
    for box, value, pixel, is_dark in each:
        painter.fillRect(box, QColor.fromRgb(pixel))
        if is_dark is not inked:
            painter.setPen(DARK_INK if is_dark else LIGHT_INK)
            inked = is_dark
        painter.drawText(box, middle, short(value, 3, letters=_LETTERS))
