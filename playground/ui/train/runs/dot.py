"""A disc in the colour in which a run is drawn."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.ui.theme import appearance

_SIZE = 9


class RunDot(QWidget):
    """Painted in the theme's `role`; it is as high as a line of text."""

    def __init__(self, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self.setFixedSize(_SIZE + 2, _SIZE + 9)
        appearance.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(appearance.theme, self._role)))
        painter.drawEllipse(QRectF(1, (self.height() - _SIZE) / 2, _SIZE, _SIZE))
        painter.end()
