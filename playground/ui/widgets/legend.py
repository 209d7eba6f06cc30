"""The legend of signed numbers: negative … zero … positive, and that width is magnitude."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance

_BAR = 72
_GAP = 7


class SignLegend(QWidget):
    """One line: a colour bar from negative over zero to positive; with `width_is_magnitude` a wedge that says so."""

    def __init__(self, width_is_magnitude: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wedge = width_is_magnitude
        self.setFont(font("small"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self._follow_theme)
        self._follow_theme()

    def _follow_theme(self) -> None:
        positive, negative = appearance.sign_palette.split("-")
        size = " The wider, the larger." if self._wedge else " The stronger the colour, the larger."
        self.setToolTip(f"Positive numbers are {positive}, negative ones {negative}, zero is neutral.{size}")
        self.setAccessibleName(self.toolTip())
        self.update()

    def _words(self) -> tuple[tuple[str, int], ...]:
        metrics = self.fontMetrics()
        words = ("negative", "positive", "width = magnitude")
        return tuple((word, metrics.horizontalAdvance(word) + 1) for word in words)

    def sizeHint(self) -> QSize:
        (_, negative), (_, positive), (_, wedge) = self._words()
        width = negative + _GAP + _BAR + _GAP + positive
        return QSize(width + (18 + 26 + _GAP + wedge if self._wedge else 0), 18)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, middle = appearance.theme, self.height() / 2
        (negative, left), (positive, right), (magnitude, wide) = self._words()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = QRectF(left + _GAP, middle - 4, _BAR, 8)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for place, colour in ((0.0, theme.negative), (0.5, theme.zero), (1.0, theme.positive)):
            gradient.setColorAt(place, QColor(colour))
        painter.setPen(QColor(theme.border))
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRectF(0, 0, left, self.height()), flags, negative)
        x = bar.right() + _GAP
        painter.drawText(QRectF(x, 0, right, self.height()), flags, positive)
        if self._wedge:
            x += right + 18
            painter.drawText(QRectF(x + 26 + _GAP, 0, wide, self.height()), flags, magnitude)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.muted))
            corners = (QPointF(x, middle - 0.5), QPointF(x + 26, middle - 4), QPointF(x + 26, middle + 4))
            painter.drawPolygon(QPolygonF([*corners, QPointF(x, middle + 0.5)]))
        painter.end()
