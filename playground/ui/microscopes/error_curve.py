"""The total error, round by round: how far training on one example would come."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.worded_numbers import PaintedNumbers
from playground.ui.theme import appearance, mix
from playground.ui.widgets.numbers import count, short

_HEIGHT, _LOW_HEIGHT = 128, 92
_TOP, _BOTTOM, _SIDE = 12.0, 20.0, 2.0


class ErrorCurve(QWidget):
    """Rounds to the right (each mark ten times the one before), the error upwards. Gold is the round on screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._losses: tuple[float, ...] = ()
        self._total = 0
        self._round = 1
        self._ending = ""
        self._hover: int | None = None
        self._cached: tuple[tuple[int, ...], QPolygonF] | None = None
        self._numbers = PaintedNumbers(self)
        self.setFixedHeight(_HEIGHT)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_losses(self, losses: Sequence[float], total: int, ending: str) -> None:
        """`losses[n]` is the error of round n + 1, of `total` that are to come; `ending` stands at the curve's end."""
        self._losses, self._total, self._ending = tuple(losses), total, ending
        self._cached = None
        self.update()

    def show_round(self, number: int) -> None:
        """The round on screen, from 1."""
        self._round = number
        self.update()

    @property
    def losses(self) -> tuple[float, ...]:
        return self._losses

    def set_low(self, low: bool) -> None:
        """Take less height, in a low window."""
        self.setFixedHeight(_LOW_HEIGHT if low else _HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(600, self.height())

    def _plot(self) -> QRectF:
        return QRectF(_SIDE, _TOP, self.width() - 2 * _SIDE, self.height() - _TOP - _BOTTOM)

    def _x(self, place: int) -> float:
        """Where `losses[place]`, the error of round `place` + 1, lies; each tenfold of rounds is equally wide."""
        plot = self._plot()
        return plot.left() + plot.width() * math.log10(1 + place) / math.log10(max(2, self._total))

    def _y(self, loss: float) -> float:
        plot, most = self._plot(), max(self._losses[0], 1e-12) * 1.04
        return plot.bottom() - plot.height() * min(1.0, loss / most)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._losses:
            return
        theme, plot = appearance.theme, self._plot()
        self._numbers.begin()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_scale(painter)
        painter.setPen(QPen(QColor(theme.positive), 2))
        painter.drawPolyline(self._line())
        place = min(self._round - 1, len(self._losses) - 1)
        x, y = self._x(place), self._y(self._losses[place])
        painter.setPen(QPen(QColor(theme.highlight), 2))
        painter.drawLine(QPointF(x + 1, plot.top()), QPointF(x + 1, plot.bottom()))
        self._paint_value(painter, x, y + 16, self._losses[place], theme.highlight_text)
        painter.setFont(font("mono_small"))
        painter.setPen(QColor(theme.muted))
        where = QRectF(plot.left(), plot.bottom() - 24, plot.width() - 4, 18)
        self._numbers.write(painter, where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._ending)
        if self._hover is not None and self._hover < len(self._losses):
            hx, hy = self._x(self._hover), self._y(self._losses[self._hover])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.positive))
            painter.drawEllipse(QPointF(hx, hy), 3.5, 3.5)
            text = f"round {count(self._hover + 1)}: {short(self._losses[self._hover], 6)}"
            self._paint_value(painter, hx, hy - 4, text, theme.text)
        painter.end()

    def _line(self) -> QPolygonF:
        """The curve, worked out once for each size; about one round for each pixel makes a difference."""
        key = (len(self._losses), self._total, self.width(), self.height())
        if self._cached is None or self._cached[0] != key:
            last, pixels, powers = len(self._losses) - 1, max(1, self.width()), math.log10(max(2, self._total))
            places = {min(last, round(10 ** (powers * pixel / pixels)) - 1) for pixel in range(pixels + 1)}
            points = [QPointF(self._x(place), self._y(self._losses[place])) for place in sorted(places)]
            self._cached = (key, QPolygonF(points))
        return self._cached[1]

    def _paint_scale(self, painter: QPainter) -> None:
        theme, plot = appearance.theme, self._plot()
        painter.setFont(font("tiny"))
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        mark = 1
        while mark <= self._total:
            x = self._x(mark - 1)
            painter.setPen(QPen(QColor(mix(theme.canvas, theme.border, 0.6)), 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.setPen(QColor(theme.muted))
            room = QRectF(x - 44, plot.bottom() + 3, 88, 14)
            if mark == 1:
                painter.drawText(room.translated(44, 0), Qt.AlignmentFlag.AlignLeft, "round 1")
            elif room.right() > self.width():
                room.moveRight(self.width() - 1.0)
                painter.drawText(room, Qt.AlignmentFlag.AlignRight, count(mark))
            else:
                painter.drawText(room, Qt.AlignmentFlag.AlignHCenter, count(mark))
            mark *= 10

    def _paint_value(self, painter: QPainter, x: float, y: float, value: float | str, colour: str) -> None:
        text = value if isinstance(value, str) else f"{value:.9f}"
        painter.setFont(font("mono_small"))
        painter.setPen(QColor(colour))
        width = painter.fontMetrics().horizontalAdvance(text) + 4
        left = x + 8 if x + 8 + width < self.width() else x - 8 - width
        top = min(max(0.0, y - 6), self._plot().bottom() - 40)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self._numbers.write(painter, QRectF(left, top, width, 16), flags, text)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        plot = self._plot()
        share = (event.position().x() - plot.left()) / max(1.0, plot.width())
        place = round(10 ** (share * math.log10(max(2, self._total)))) - 1
        self._hover = min(max(0, place), max(0, len(self._losses) - 1))
        self.update()

        self._numbers.move(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._numbers.press(event):
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self._numbers.copy(event):
            super().contextMenuEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self._numbers.leave()
        self.update()
