"""The small box beside the pointer that says the exact values under it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.train.chart.labels import text_colour

_LINE, _PADDING, _GAP = 17, 8, 14

Line = tuple[str, str, str]
"""A name, its value, and the theme's role of its colour."""


class ChartReading(QWidget):
    """Lies over the chart and lets every click through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._over = parent
        self._lines: list[Line] = []
        self.hide()

    @property
    def lines(self) -> list[Line]:
        """What it says."""
        return self._lines

    def show_lines(self, lines: list[Line], pointer: QPoint) -> None:
        """Say this beside the pointer, on the side where there is room."""
        self._lines = lines
        names, values = QFontMetrics(font("small")), QFontMetrics(font("mono_small"))
        left = max(names.horizontalAdvance(name) for name, _, _ in lines)
        right = max(values.horizontalAdvance(value) for _, value, _ in lines)
        width = left + right + 2 * _PADDING + (_GAP if right else 0)
        height = len(lines) * _LINE + 2 * _PADDING - 4
        room = self._over.rect()
        x = pointer.x() + 14 if pointer.x() + 14 + width < room.right() else pointer.x() - 14 - width
        y = max(4, min(pointer.y() - height // 2, room.bottom() - height - 4))
        self.setGeometry(x, y, width, height)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.border_strong))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        room = QRectF(self.rect()).adjusted(_PADDING, _PADDING - 2, -_PADDING, 0)
        for index, (name, value, role) in enumerate(self._lines):
            line = QRectF(room.left(), room.top() + index * _LINE, room.width(), _LINE)
            painter.setPen(QColor(text_colour(role)))
            painter.setFont(font("small"))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
            painter.setFont(font("mono_small"))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, value)
        painter.end()
