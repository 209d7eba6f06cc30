"""Predicted against true: a point for each value that the network was asked for; on the diagonal it was right."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance, translucent
from playground.ui.widgets.numbers import short
from playground.ui.widgets.words_under import tell_words

_LEFT, _BOTTOM, _EDGE, _MOST_SIDE = 52, 40, 8, 340
_TICKS = 7
_NEAR = 9.0
"""A point under the pointer is at most so far away, in pixels."""


class PredictedAgainstTrue(QWidget):
    """The true value to the right, the predicted one upwards: above the diagonal too much, below it too little."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._true = self._predicted = np.zeros(0, np.float32)
        self._unit = ""
        self._low, self._high, self._ticks = 0.0, 1.0, (0.0, 1.0)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        appearance.changed.connect(self.update)

    def set_values(self, true: np.ndarray, predicted: np.ndarray, unit: str, low: float, high: float) -> None:
        """Show these values (any shape, both alike) in their unit; the axes reach at least from `low` to `high`."""
        self._true, self._predicted, self._unit = true.ravel(), predicted.ravel(), unit
        known = self._predicted[np.isfinite(self._predicted)]
        self._low, self._high, self._ticks = round_numbers(min([low, *known]), max([high, *known]))
        self.setAccessibleName(f"Predicted against true for {len(self._true):,} values")
        self.update()

    @property
    def values(self) -> tuple[np.ndarray, np.ndarray]:
        """What is shown: true and predicted, in their unit."""
        return self._true, self._predicted

    @property
    def limits(self) -> tuple[float, float]:
        """Both axes go from here to there."""
        return self._low, self._high

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(width - _LEFT - _EDGE, _MOST_SIDE) + _EDGE + _BOTTOM

    def sizeHint(self) -> QSize:
        return QSize(360, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(200))

    def place_of(self, true: float, predicted: float) -> QPointF:
        """Where a point lies in the widget."""
        plot, span = self._plot(), self._high - self._low
        across, up = (true - self._low) / span, (predicted - self._low) / span
        return QPointF(plot.left() + across * plot.width(), plot.bottom() - up * plot.height())

    def words_at(self, place: QPoint) -> str:
        """What the point under the pointer says; empty where there is none."""
        if not len(self._true):
            return ""
        plot, span = self._plot(), self._high - self._low
        x = plot.left() + (self._true - self._low) / span * plot.width()
        y = plot.bottom() - (self._predicted - self._low) / span * plot.height()
        far = np.hypot(x - place.x(), y - place.y())
        nearest = int(np.nanargmin(far)) if np.isfinite(far).any() else 0
        if not far[nearest] <= _NEAR:
            return ""
        true, predicted = float(self._true[nearest]), float(self._predicted[nearest])
        unit = f" {self._unit}" if self._unit else ""
        off = "too much" if predicted > true else "too little"
        return f"predicted {short(predicted, 4)}{unit}, true {short(true, 4)}: {short(abs(predicted - true), 3)} {off}"

    def _plot(self) -> QRectF:
        side = min(self.width() - _LEFT - _EDGE, _MOST_SIDE)
        return QRectF(_LEFT, _EDGE, side, side)

    def event(self, event: QEvent) -> bool:
        return tell_words(self, event, self.words_at) or super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, plot = appearance.theme, self._plot()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter, plot)
        painter.setClipRect(plot.adjusted(-3, -3, 3, 3))
        painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(plot.bottomLeft(), plot.topRight())
        painter.setPen(Qt.PenStyle.NoPen)
        strength = 0.75 if len(self._true) <= 200 else 0.4
        brushes = [translucent(colour, strength) for colour in (theme.negative, theme.positive)]
        for true, predicted in zip(self._true.tolist(), self._predicted.tolist(), strict=True):
            if math.isfinite(predicted):
                painter.setBrush(brushes[predicted > true])
                painter.drawEllipse(self.place_of(true, predicted), 3.0, 3.0)
        painter.end()

    def _paint_axes(self, painter: QPainter, plot: QRectF) -> None:
        theme = appearance.theme
        painter.setFont(font("mono_small"))
        for value in self._ticks:
            place = self.place_of(value, value)
            painter.setPen(translucent(theme.border, 0.7))
            painter.drawLine(QPointF(plot.left(), place.y()), QPointF(plot.right(), place.y()))
            painter.drawLine(QPointF(place.x(), plot.top()), QPointF(place.x(), plot.bottom()))
            painter.setPen(QColor(theme.muted))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, place.y() - 9, _LEFT - 6, 18), right, short(value, 4))
            below = QRectF(place.x() - 30, plot.bottom() + 3, 60, 16)
            if below.right() <= self.width() + 30 - _EDGE:
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, short(value, 4))
        painter.setFont(font("small"))
        unit = f", {self._unit}" if self._unit else ""
        foot = QRectF(plot.left(), plot.bottom() + 20, plot.width(), 18)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, f"true{unit}")
        painter.save()
        painter.translate(0, plot.bottom())
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, plot.height(), 14), Qt.AlignmentFlag.AlignCenter, "predicted")
        painter.restore()


def round_numbers(low: float, high: float, ticks: int = _TICKS) -> tuple[float, float, tuple[float, ...]]:
    """Limits a little beyond `low` and `high`, and about `ticks` round numbers between them to write at the axis."""
    span = high - low if high > low else max(abs(high), 1.0)
    low, high = low - 0.03 * span, high + 0.03 * span
    rough = (high - low) / ticks
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(part * power for part in (1, 2, 5, 10) if part * power >= rough)
    first, last = math.ceil(low / step), math.floor(high / step)
    return low, high, tuple(number * step for number in range(first, last + 1))
