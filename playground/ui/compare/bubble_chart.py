"""The bubble chart of architectures: accuracy over multiply-adds, the area of a bubble its parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance, translucent
from playground.ui.widgets.numbers import million
from playground.zoo import ZooNetwork

_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 24.0, 18.0, 46.0
_SMALLEST, _LARGEST = 5.0, 34.0
"""Radius of the bubbles, in pixels."""
_COLOURS = ("convolution", "pooling", "dense", "activation", "normalise", "regularise", "merge", "loss")


@dataclass(frozen=True)
class Bubble:
    """One network in the chart, at (multiply-adds, top-1 accuracy in percent)."""

    key: str
    title: str
    family: str
    multiply_adds: int
    accuracy: float
    parameters: int


def bubbles_of(networks: Sequence[ZooNetwork]) -> tuple[Bubble, ...]:
    """The networks whose top-1 error was published and measured on ImageNet, largest first so that small ones show."""
    found = [
        Bubble(n.key, n.title, n.family, n.counted_multiply_adds, 100.0 - n.record.top1_error, n.counted_parameters)
        for n in networks
        if n.record.top1_error is not None and n.counted_multiply_adds and "ImageNet" in n.record.measured_on
    ]
    return tuple(sorted(found, key=lambda bubble: -bubble.parameters))


class BubbleChart(QWidget):
    """Hovering names a bubble, a click chooses it."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bubbles: tuple[Bubble, ...] = ()
        self._lit = ""
        self._limits = (1e8, 1e11, 50.0, 90.0)
        self.setMouseTracking(True)
        self.setMinimumHeight(220)
        self.setAccessibleName("Accuracy over multiply-adds; the area of a bubble is its parameters")
        appearance.changed.connect(self.update)

    def show_networks(self, networks: Sequence[ZooNetwork]) -> None:
        """Draw these."""
        self._bubbles = bubbles_of(networks)
        if self._bubbles:
            steps = [bubble.multiply_adds for bubble in self._bubbles]
            marks = [bubble.accuracy for bubble in self._bubbles]
            low, high = math.floor(min(marks) / 5) * 5 - 1, math.ceil(max(marks) / 5) * 5 + 1
            self._limits = (min(steps) / 2.2, max(steps) * 2.2, float(low), float(high))
        self.update()

    def light(self, key: str) -> None:
        """Emphasise one of them, as when it is chosen in the table."""
        if key != self._lit:
            self._lit = key
            self.update()

    def centre_of(self, bubble: Bubble) -> QPointF:
        """Where a bubble is, in the widget."""
        low, high, bottom, top = self._limits
        plot = self._plot()
        across = (math.log(bubble.multiply_adds) - math.log(low)) / (math.log(high) - math.log(low))
        up = (bubble.accuracy - bottom) / (top - bottom)
        return QPointF(plot.left() + across * plot.width(), plot.bottom() - up * plot.height())

    def _plot(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)

    def _radius(self, bubble: Bubble) -> float:
        most = max(other.parameters for other in self._bubbles)
        return max(_SMALLEST, _LARGEST * math.sqrt(bubble.parameters / most))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._bubbles:
            painter.setPen(QColor(appearance.theme.muted))
            painter.setFont(font("body"))
            text = "Choose networks on the left.\nThose with a published top-1 error on ImageNet are drawn here."
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
        else:
            self._paint_axes(painter)
            self._paint_bubbles(painter)
        painter.end()

    def _paint_axes(self, painter: QPainter) -> None:
        theme, plot = appearance.theme, self._plot()
        low, high, bottom, top = self._limits
        painter.setFont(font("mono_small"))
        for mark in range(math.ceil(bottom / 5) * 5, int(top) + 1, 5):
            y = plot.bottom() - (mark - bottom) / (top - bottom) * plot.height()
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(theme.muted))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 9, _LEFT - 8, 18), right, f"{mark} %")
        for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1):
            for step in (1, 2, 5):
                self._paint_mark(painter, step * 10**power, plot)
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        line = QRectF(plot.left(), self.height() - 20, plot.width(), 18)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, "multiply-adds for one picture · area: parameters")
        painter.drawText(QRectF(plot.left() + 6, 0, 300, 16), Qt.AlignmentFlag.AlignLeft, "top-1 accuracy on ImageNet")

    def _paint_mark(self, painter: QPainter, value: float, plot: QRectF) -> None:
        low, high, _, _ = self._limits
        if not low <= value <= high:
            return
        x = plot.left() + (math.log(value) - math.log(low)) / (math.log(high) - math.log(low)) * plot.width()
        painter.setPen(QPen(QColor(appearance.theme.border), 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.setPen(QColor(appearance.theme.muted))
        painter.drawText(QRectF(x - 40, plot.bottom() + 5, 80, 16), Qt.AlignmentFlag.AlignCenter, million(round(value)))

    def _paint_bubbles(self, painter: QPainter) -> None:
        theme = appearance.theme
        families = list(dict.fromkeys(sorted(bubble.family for bubble in self._bubbles)))
        face = font("small")
        painter.setFont(face)
        taken: list[QRectF] = []
        for bubble in self._bubbles:
            colour = theme.category[_COLOURS[families.index(bubble.family) % len(_COLOURS)]]
            is_lit = bubble.key == self._lit
            painter.setPen(QPen(QColor(theme.focus if is_lit else colour), 2.5 if is_lit else 1.2))
            painter.setBrush(translucent(colour, 0.75 if is_lit else 0.4))
            painter.drawEllipse(self.centre_of(bubble), self._radius(bubble), self._radius(bubble))
        painter.setPen(QColor(theme.text))
        for bubble in sorted(self._bubbles, key=lambda bubble: bubble.key != self._lit):
            width = QFontMetricsF(face).horizontalAdvance(bubble.title) + 4
            centre, reach = self.centre_of(bubble), self._radius(bubble) + 4
            places = ((reach, -8.0), (-reach - width, -8.0), (-width / 2, -reach - 15), (-width / 2, reach - 1))
            boxes = [QRectF(centre.x() + dx, centre.y() + dy, width, 16) for dx, dy in places]
            free = (b for b in boxes if QRectF(self.rect()).contains(b) and not any(b.intersects(o) for o in taken))
            box = next(free, boxes[0] if bubble.key == self._lit else None)
            if box is not None:
                taken.append(box)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, bubble.title)

    def _at(self, point: QPointF) -> Bubble | None:
        near = [
            (math.dist((point.x(), point.y()), (centre.x(), centre.y())) / self._radius(bubble), bubble)
            for bubble in self._bubbles
            for centre in [self.centre_of(bubble)]
        ]
        best = min(near, key=lambda found: found[0], default=None)
        return None if best is None or best[0] > 1.15 else best[1]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        bubble = self._at(event.position())
        self.light("" if bubble is None else bubble.key)
        if bubble is not None:
            text = f"{bubble.title}: {bubble.accuracy:.1f} % top-1, {million(bubble.multiply_adds)} multiply-adds, "
            text += f"{million(bubble.parameters)} parameters"
            QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        bubble = self._at(event.position())
        if bubble is not None:
            self.chosen.emit(bubble.key)
