"""Residuals: by how much each prediction is off, over what was predicted, and how often which error occurs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance, translucent
from playground.ui.train.mistakes.predicted_true import round_numbers
from playground.ui.widgets.numbers import short
from playground.ui.widgets.words_under import tell_words

_LEFT, _FOOT, _EDGE, _HEIGHT = 52, 38, 8, 210
_SIDE = 76
"""Width of the histogram."""
_BINS = 21
_NEAR = 9.0


class Residuals(QWidget):
    """What was predicted to the right, predicted − true upwards: 0 is right, above is too much."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._predicted = self._off = np.zeros(0)
        self._true = self._off
        self._unit = ""
        self._x_ticks = self._y_ticks = (0.0,)
        self._low, self._high, self._reach = 0.0, 1.0, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        appearance.changed.connect(self.update)

    def set_values(self, true: np.ndarray, predicted: np.ndarray, unit: str) -> None:
        """Show these values (any shape, both alike) in their unit; what is not finite is left out."""
        true, predicted = (np.asarray(part, dtype=np.float64).ravel() for part in (true, predicted))
        known = np.isfinite(true) & np.isfinite(predicted)
        self._true, self._predicted, self._unit = true[known], predicted[known], unit
        self._off = self._predicted - self._true
        ends = (float(self._predicted.min()), float(self._predicted.max())) if known.any() else (0.0, 1.0)
        self._low, self._high, self._x_ticks = round_numbers(*ends, 4)
        reach = float(np.abs(self._off).max()) if known.any() else 1.0
        _, self._reach, self._y_ticks = round_numbers(-reach, reach, 4)
        self.setAccessibleName(f"Residuals of {len(self._off):,} values. {self.words}")
        self.update()

    @property
    def off(self) -> np.ndarray:
        """The residuals that are shown, in the unit of the values."""
        return self._off

    @property
    def words(self) -> str:
        """Bias and spread of the errors, in words."""
        if not len(self._off):
            return ""
        unit = f" {self._unit}" if self._unit else ""
        mean, spread = float(self._off.mean()), float(self._off.std())
        low, high = (float(value) for value in np.percentile(self._off, (25, 75)))
        lean = f"{short(abs(mean), 2)}{unit} too {'high' if mean > 0 else 'low'} on average"
        if abs(mean) < 0.1 * spread:
            lean = "neither too high nor too low on average"
        half = f"half of the errors lie between {short(low, 2, plus=True)} and {short(high, 2, plus=True)}{unit}"
        return f"The answers are {lean}; {half} (standard deviation {short(spread, 3)})."

    def sizeHint(self) -> QSize:
        return QSize(360, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def place_of(self, predicted: float, off: float) -> QPointF:
        """Where a point lies in the widget."""
        plot = self._plot()
        across = (predicted - self._low) / (self._high - self._low)
        return QPointF(plot.left() + across * plot.width(), plot.center().y() - off / self._reach * plot.height() / 2)

    def words_at(self, place: QPoint) -> str:
        """What the point under the pointer says; empty where there is none."""
        if not len(self._off):
            return ""
        plot = self._plot()
        x = plot.left() + (self._predicted - self._low) / (self._high - self._low) * plot.width()
        y = plot.center().y() - self._off / self._reach * plot.height() / 2
        far = np.hypot(x - place.x(), y - place.y())
        nearest = int(far.argmin())
        if far[nearest] > _NEAR:
            return ""
        unit, off = f" {self._unit}" if self._unit else "", float(self._off[nearest])
        predicted, true = short(self._predicted[nearest], 4), short(self._true[nearest], 4)
        side = "too much" if off > 0 else "too little"
        return f"predicted {predicted}{unit}, true {true}: {short(abs(off), 3)} {side}"

    def event(self, event: QEvent) -> bool:
        return tell_words(self, event, self.words_at) or super().event(event)

    # ---- painting

    def _plot(self) -> QRectF:
        width = self.width() - _LEFT - _SIDE - 2 * _EDGE
        return QRectF(_LEFT, _EDGE, max(width, 60), self.height() - _EDGE - _FOOT)

    def paintEvent(self, event: QPaintEvent) -> None:
        plot, painter = self._plot(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter, plot)
        painter.setPen(Qt.PenStyle.NoPen)
        theme = appearance.theme
        brushes = [
            translucent(colour, 0.75 if len(self._off) <= 200 else 0.4) for colour in (theme.negative, theme.positive)
        ]
        for predicted, off in zip(self._predicted.tolist(), self._off.tolist(), strict=True):
            painter.setBrush(brushes[off > 0])
            painter.drawEllipse(self.place_of(predicted, off), 2.5, 2.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_histogram(painter, plot)
        painter.end()

    def _paint_axes(self, painter: QPainter, plot: QRectF) -> None:
        theme = appearance.theme
        painter.setFont(font("mono_small"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value in self._y_ticks:
            y = self.place_of(self._low, value).y()
            painter.setPen(translucent(theme.border, 0.7))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right() + _EDGE + _SIDE, y))
            painter.setPen(QColor(theme.muted))
            painter.drawText(QRectF(0, y - 9, _LEFT - 6, 18), right, short(value, 3, plus=value > 0))
        for value in self._x_ticks:
            x = self.place_of(value, 0).x()
            painter.drawText(QRectF(x - 30, plot.bottom() + 3, 60, 16), Qt.AlignmentFlag.AlignCenter, short(value, 4))
        painter.setFont(font("small"))
        unit = f", {self._unit}" if self._unit else ""
        foot = QRectF(plot.left(), plot.bottom() + 19, plot.width(), 18)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, f"predicted{unit}")
        side = QRectF(plot.right() + _EDGE, plot.bottom() + 19, _SIDE, 18)
        painter.drawText(side, Qt.AlignmentFlag.AlignCenter, "how often")
        painter.save()
        painter.translate(0, plot.bottom())
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, plot.height(), 14), Qt.AlignmentFlag.AlignCenter, "predicted − true")
        painter.restore()
        painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(plot.left(), plot.center().y()), QPointF(plot.right(), plot.center().y()))

    def _paint_histogram(self, painter: QPainter, plot: QRectF) -> None:
        """How often each error occurs, beside the points, on the same axis."""
        counts, _ = np.histogram(self._off, _BINS, (-self._reach, self._reach))
        if not counts.any():
            return
        theme, step = appearance.theme, plot.height() / _BINS
        for number, count in enumerate(counts.tolist()):
            middle = number - _BINS // 2
            colour = theme.muted if middle == 0 else theme.positive if middle > 0 else theme.negative
            width = count / counts.max() * _SIDE
            bar = QRectF(plot.right() + _EDGE, plot.bottom() - (number + 1) * step, width, step - 1)
            painter.fillRect(bar, QColor(colour))
