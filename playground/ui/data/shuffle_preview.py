"""One example before and after its pixels were shuffled."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.ui.data.example_painter import paint_example
from playground.ui.fonts import font
from playground.ui.theme import appearance

_SIDE, _GAP, _CAPTION = 116, 24, 18


class ShufflePreview(QWidget):
    """Two pictures with an arrow between them; hidden where nothing is shuffled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pair: tuple[np.ndarray, np.ndarray] | None = None
        self.setFixedSize(2 * _SIDE + _GAP, _SIDE + _CAPTION)
        self.hide()
        appearance.changed.connect(self.update)

    def show_pair(self, before: np.ndarray | None, after: np.ndarray) -> None:
        """Show both, or nothing."""
        self._pair = None if before is None else (before, after)
        self.setVisible(before is not None)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(2 * _SIDE + _GAP, _SIDE + _CAPTION)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pair is None:
            return
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("tiny"))
        for x, left, words in zip(self._pair, (0, _SIDE + _GAP), ("as it is", "as the network sees it"), strict=True):
            frame = QRectF(left + 0.5, 0.5, _SIDE - 1, _SIDE - 1)
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.setBrush(QColor(theme.field))
            painter.drawRoundedRect(frame, 5, 5)
            paint_example(painter, frame.adjusted(6, 6, -6, -6), x)
            painter.setPen(QColor(theme.muted))
            painter.drawText(QRectF(left, _SIDE + 2, _SIDE, _CAPTION), Qt.AlignmentFlag.AlignHCenter, words)
        painter.drawText(QRectF(_SIDE, 0, _GAP, _SIDE), Qt.AlignmentFlag.AlignCenter, "→")
        painter.end()
