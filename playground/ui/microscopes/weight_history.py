"""How one weight went from round to round, as a small curve."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.base import Scene
from playground.ui.theme import appearance
from playground.ui.widgets.numbers import count, exact, short
from playground.ui.widgets.painted_ahead import PaintedAhead

_TOP, _BOTTOM = 22.0, 20.0


def kept_values(scene: Scene, name: str, index: tuple[int, ...]) -> list[tuple[int, float]]:
    """A weight of the layer on screen after each of the kept rounds, and before the first of them."""
    shape, found = scene.frame.weights[name].shape, dict[int, float]()
    for number, trace in scene.rounds() or ((scene.training_round, scene.trace),):
        frame = trace.frames.get(scene.node)
        before = None if frame is None else frame.weights.get(name)
        if frame is None or before is None or before.shape != shape:
            continue
        found[number - 1] = float(before[index])
        found[number] = float(frame.updated.get(name, before)[index])
    return sorted(found.items())


class WeightHistory(PaintedAhead):
    """`show_values` takes (rounds behind the weight, its value); the step of the round on screen is gold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: tuple[tuple[int, float], ...] = ()
        self._round = 1
        self._hover: int | None = None
        self.setMouseTracking(True)
        self.setMinimumHeight(70)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_values(self, values: Sequence[tuple[int, float]], training_round: int) -> None:
        """The value after so many rounds, in their order."""
        self._values, self._round, self._hover = tuple(values), training_round, None
        self.setAccessibleName(f"The weight over {count(max(0, len(values) - 1))} rounds")
        self.update()

    @property
    def values(self) -> tuple[tuple[int, float], ...]:
        """What is drawn."""
        return self._values

    def sizeHint(self) -> QSize:
        return QSize(220, 110)

    def _plot(self) -> QRectF:
        return QRectF(10, _TOP, self.width() - 20, self.height() - _TOP - _BOTTOM)

    def _at(self, place: int) -> QPointF:
        plot, numbers = self._plot(), [value for _, value in self._values]
        first, last = self._values[0][0], self._values[-1][0]
        least, most = min(numbers), max(numbers)
        if most - least < 1e-300:
            least, most = least - 1, most + 1
        number, value = self._values[place]
        x = plot.left() + (number - first) / max(1, last - first) * plot.width()
        return QPointF(x, plot.bottom() - (value - least) / (most - least) * plot.height())

    def paint_contents(self, event: QPaintEvent) -> None:
        theme, plot = appearance.theme, self._plot()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        head = QRectF(10, 3, self.width() - 20, 18)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(head, left, "this weight, round by round")
        if len(self._values) > 1:
            self._paint_curve(painter, plot)
        painter.end()

    def _paint_curve(self, painter: QPainter, plot: QRectF) -> None:
        theme = appearance.theme
        points = [self._at(place) for place in range(len(self._values))]
        painter.setPen(QPen(QColor(theme.positive), 1.6))
        painter.drawPolyline(QPolygonF(points))
        if len(points) < 40:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.positive))
            for point in points:
                painter.drawEllipse(point, 2.2, 2.2)
        numbers = [number for number, _ in self._values]
        if self._round in numbers and self._round - 1 in numbers:
            ends = [points[numbers.index(number)] for number in (self._round - 1, self._round)]
            painter.setPen(QPen(QColor(theme.highlight), 3))
            painter.drawLine(*ends)
        painter.setFont(font("tiny"))
        painter.setPen(QColor(theme.muted))
        foot = QRectF(plot.left(), plot.bottom() + 4, plot.width(), 14)
        first, last = (f"after round {count(number)}" if number else "at first" for number in (numbers[0], numbers[-1]))
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, first)
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, last)
        if self._hover is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.highlight))
            painter.drawEllipse(points[self._hover], 4, 4)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if len(self._values) < 2:
            return
        near = min(range(len(self._values)), key=lambda place: abs(self._at(place).x() - event.position().x()))
        if near != self._hover:
            self._hover = near
            number, value = self._values[near]
            when = f"after round {count(number)}" if number else "at first"
            self.setToolTip(f"{when}: {exact(value)}  ({short(value)})")
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()
