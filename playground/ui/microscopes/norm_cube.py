"""Which numbers are normalised together: a block of the examples × channels × places that go through the layer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance, mix, translucent
from playground.ui.widgets.numbers import count

_MOST = 8
"""Slices of an axis that are drawn; larger axes are drawn with so many."""
_SLANT = QPointF(0.42, -0.30)
"""How the axis that goes into the depth is drawn, in parts of its length."""

Span = tuple[int, int]


class NormCube(QWidget):
    """As in Wu & He 2018, figure 2: N examples to the right, C channels into the depth, the places downwards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sizes = (1, 1, 1)
        self._examples: Span = (0, 1)
        self._channels: Span = (0, 1)
        self.setFixedSize(138, 92)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_block(self, sizes: tuple[int, int, int], examples: Span, channels: Span) -> None:
        """`sizes` are those of (examples, channels, places); the block is from … to, all places of it."""
        self._sizes, self._examples, self._channels = sizes, examples, channels
        n, c, places = sizes
        together = (examples[1] - examples[0]) * (channels[1] - channels[0]) * places
        text = f"{count(together)} of {count(n * c * places)} numbers are taken together"
        self.setToolTip(f"{text}: the shaded block of N = {n} examples × C = {c} channels × {count(places)} places")
        self.setAccessibleName(text)
        self.update()

    def set_low(self, low: bool) -> None:
        """Take no more height than the picture needs, in a low window."""
        self.setFixedHeight(84 if low else 92)

    @property
    def block(self) -> tuple[Span, Span]:
        """Examples and channels of the shaded block."""
        return self._examples, self._channels

    def sizeHint(self) -> QSize:
        return QSize(138, 92)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(0, self.height() - 92)
        n, c, places = self._sizes
        front = QRectF(22, 36, 56, 40 if places > 1 else 14)
        front.moveBottom(76)
        depth = QPointF(_SLANT.x() * 88, _SLANT.y() * 88)
        line = QPen(QColor(mix(theme.canvas, theme.border_strong, 0.8)), 1)
        self._paint_box(painter, front, QPointF(0, 0), depth, QColor(theme.field), line)
        self._paint_grid(painter, front, depth, min(n, _MOST), min(c, _MOST), line)
        near, far = (self._part(place, c) for place in self._channels)
        left, right = (self._part(place, n) for place in self._examples)
        block = QRectF(front.left() + left * front.width(), front.top(), (right - left) * front.width(), front.height())
        shade = translucent(theme.category["normalise"], 0.75)
        edge = QPen(QColor(theme.category["normalise"]), 1.2)
        self._paint_box(painter, block, depth * near, depth * (far - near), shade, edge)
        painter.setFont(font("tiny"))
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRectF(front.left() - 8, 78, 72, 13), Qt.AlignmentFlag.AlignHCenter, f"N = {n}")
        painter.drawText(QRectF(92, 65, 42, 13), Qt.AlignmentFlag.AlignLeft, f"C = {c}")
        if places > 1:
            painter.save()
            painter.translate(18, front.bottom())
            painter.rotate(-90)
            painter.drawText(QRectF(-12, -13, 66, 13), Qt.AlignmentFlag.AlignHCenter, f"{count(places)} places")
            painter.restore()
        painter.end()

    @staticmethod
    def _part(place: int, size: int) -> float:
        """How far along its axis a boundary lies; thin slices of large axes are drawn thick enough to be seen."""
        shown = min(size, _MOST)
        return min(1.0, round(place * shown / size) / shown) if size <= _MOST else place / size

    @staticmethod
    def _paint_box(painter: QPainter, front: QRectF, at: QPointF, depth: QPointF, fill: QColor, pen: QPen) -> None:
        painter.setPen(pen)
        painter.setBrush(fill)
        moved = front.translated(at)
        if moved.width() < 3:
            moved.setWidth(3)
        if abs(depth.x()) < 4:
            depth = QPointF(_SLANT.x(), _SLANT.y()) * (4 / _SLANT.x())
        top = [moved.topLeft(), moved.topRight(), moved.topRight() + depth, moved.topLeft() + depth]
        side = [moved.topRight(), moved.bottomRight(), moved.bottomRight() + depth, moved.topRight() + depth]
        painter.drawPolygon(QPolygonF(top))
        painter.drawPolygon(QPolygonF(side))
        painter.drawRect(moved)

    @staticmethod
    def _paint_grid(painter: QPainter, front: QRectF, depth: QPointF, columns: int, layers: int, pen: QPen) -> None:
        painter.setPen(pen)
        for column in range(1, columns):
            x = front.left() + column * front.width() / columns
            painter.drawLine(QPointF(x, front.top()), QPointF(x, front.bottom()))
            painter.drawLine(QPointF(x, front.top()), QPointF(x, front.top()) + depth)
        for layer in range(1, layers):
            shift = depth * (layer / layers)
            painter.drawLine(front.topLeft() + shift, front.topRight() + shift)
            painter.drawLine(front.topRight() + shift, front.bottomRight() + shift)
