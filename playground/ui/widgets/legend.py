"""The legend of signed numbers: negative … zero … positive, and that width is magnitude."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance

_BAR = 72
_GAP = 7
_WEDGE, _BEFORE_WEDGE = 26, 18


class SignLegend(QWidget):
    """One line: a colour bar from negative over zero to positive; with `width_is_magnitude` a wedge that says so.

    Where there is little room it says less: first the wedge goes, then the words; the tooltip has them.
    """

    def __init__(self, width_is_magnitude: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wedge = width_is_magnitude
        self.setFont(font("small"))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
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
        wedge = _BEFORE_WEDGE + _WEDGE + _GAP + self._words()[2][1]
        return QSize(self._bar_and_words + (wedge if self._wedge else 0), 18)

    def minimumSizeHint(self) -> QSize:
        return QSize(_BAR, 18)

    @property
    def _bar_and_words(self) -> int:
        (_, negative), (_, positive), _ = self._words()
        return negative + _GAP + _BAR + _GAP + positive

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, middle = appearance.theme, self.height() / 2
        (negative, left), (positive, right), (magnitude, wide) = self._words()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        has_words = self.width() >= self._bar_and_words
        has_wedge = self._wedge and self.width() >= self.sizeHint().width()
        if has_words and not has_wedge:
            painter.translate(self.width() - self._bar_and_words, 0)  # it ends where the row ends
        bar = QRectF(left + _GAP if has_words else (self.width() - _BAR) / 2, middle - 4, _BAR, 8)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for place, colour in ((0.0, theme.negative), (0.5, theme.zero), (1.0, theme.positive)):
            gradient.setColorAt(place, QColor(colour))
        painter.setPen(QColor(theme.border))
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if not has_words:
            painter.end()
            return
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRectF(0, 0, left, self.height()), flags, negative)
        x = bar.right() + _GAP
        painter.drawText(QRectF(x, 0, right, self.height()), flags, positive)
        if has_wedge:
            x += right + _BEFORE_WEDGE
            painter.drawText(QRectF(x + _WEDGE + _GAP, 0, wide, self.height()), flags, magnitude)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.muted))
            corners = (QPointF(x, middle - 0.5), QPointF(x + _WEDGE, middle - 4), QPointF(x + _WEDGE, middle + 4))
            painter.drawPolygon(QPolygonF([*corners, QPointF(x, middle + 0.5)]))
        painter.end()
