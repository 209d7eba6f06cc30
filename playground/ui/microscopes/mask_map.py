"""A map of numbers with dropout's mask over it: what is dropped is struck out."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.ui.microscopes.cells import cell_rect
from playground.ui.microscopes.number_map import NumberMap
from playground.ui.theme import appearance, translucent


class MaskMap(NumberMap):
    """`strike(dropped)` takes (rows, columns) of true where a number is dropped; None for no mask at all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dropped: np.ndarray[Any, Any] | None = None

    def strike(self, dropped: np.ndarray | None) -> None:
        """Strike numbers out."""
        self._dropped = dropped
        self.update()

    @property
    def dropped(self) -> np.ndarray[Any, Any] | None:
        return self._dropped

    def paint_contents(self, event: QPaintEvent) -> None:
        super().paint_contents(event)
        values, dropped = self.values, self._dropped
        if values is None or dropped is None or dropped.shape != values.shape or not dropped.any():
            return
        theme, rect = appearance.theme, self.picture_rect()
        shape = (int(values.shape[0]), int(values.shape[1]))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = rect.width() / shape[1]
        cells = [cell_rect(rect, shape, int(row), int(column)) for row, column in np.argwhere(dropped)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(translucent(theme.canvas, 0.55))
        painter.drawRects(cells)
        if side >= 5:
            rim = side * 0.2
            inner = [cell.adjusted(rim, rim, -rim - 1, -rim - 1) for cell in cells]
            lines = [QLineF(box.topLeft(), box.bottomRight()) for box in inner]
            lines += [QLineF(box.topRight(), box.bottomLeft()) for box in inner]
            painter.setPen(QPen(translucent(theme.danger_border, 0.8), 1.6 if side >= 20 else 1.0))
            painter.drawLines(lines)
        painter.end()
