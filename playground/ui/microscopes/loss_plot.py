"""How a loss goes with one number of the answer: the curve, where the number stands, and the slope there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.worded_numbers import PaintedNumbers
from playground.ui.theme import appearance, mix, translucent
from playground.ui.widgets.numbers import short
from playground.ui.widgets.painted_ahead import PaintedAhead

if TYPE_CHECKING:
    from playground.engine.arithmetic.loss_curve import LossCurve


class LossPlot(PaintedAhead):
    """`show_curve` takes a curve of the engine's. The tangent is downhill's opposite: its slope is the blame."""

    def __init__(self, height: int = 170, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve: LossCurve | None = None
        self._numbers = PaintedNumbers(self)
        self.setMinimumHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_curve(self, curve: LossCurve) -> None:
        """The charge over one number of the answer."""
        self._curve = curve
        x, y = curve.point
        self.setAccessibleName(f"{curve.y_name} over {curve.x_name}: at {short(x)} it is {short(y)}")
        self.setToolTip(
            f"{curve.y_name}, as {curve.x_name} moves and everything else stays. "
            f"The slope here is {short(curve.slope)}: downhill lies to the {'left' if curve.slope > 0 else 'right'}."
            if curve.slope
            else f"{curve.y_name}, as {curve.x_name} moves and everything else stays. It is flat here: no blame."
        )
        self.update()

    @property
    def curve(self) -> LossCurve | None:
        """What is shown."""
        return self._curve

    def sizeHint(self) -> QSize:
        return QSize(320, self.minimumHeight())

    def paint_contents(self, event: QPaintEvent) -> None:
        curve = self._curve
        if curve is None:
            return
        theme = appearance.theme
        self._numbers.begin()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        plot = QRectF(self.rect()).adjusted(14, 30, -14, -28)
        low, high = float(curve.x[0]), float(curve.x[-1])
        least, most = min(0.0, float(curve.y.min())), float(curve.y.max())
        room = max((most - least) * 0.06, 1e-9)
        most += room

        def at(x: float, y: float) -> QPointF:
            return QPointF(
                plot.left() + (x - low) / max(high - low, 1e-300) * plot.width(),
                plot.bottom() - (y - least) / max(most - least, 1e-300) * plot.height(),
            )

        painter.setPen(QPen(QColor(mix(theme.field, theme.border_strong, 0.6)), 1))
        painter.drawLine(at(low, 0), at(high, 0))
        if low < 0 < high:
            painter.drawLine(at(0, least), at(0, most))
        if curve.aim is not None and low <= curve.aim <= high:
            painter.setPen(QPen(QColor(theme.success), 1.2, Qt.PenStyle.DashLine))
            painter.drawLine(at(curve.aim, least), at(curve.aim, most))
        painter.setClipRect(plot.adjusted(-6, -6, 6, 6))
        painter.setPen(QPen(QColor(theme.category["loss"]), 2))
        painter.drawPolyline(QPolygonF([*map(at, curve.x.tolist(), curve.y.tolist())]))
        place = at(*curve.point)
        painter.setPen(QPen(translucent(theme.highlight, 0.6), 1, Qt.PenStyle.DashLine))
        painter.drawLine(place, at(curve.point[0], 0.0))
        steep = curve.slope * (plot.height() / (most - least)) / (plot.width() / (high - low))
        half = 56.0 / math.sqrt(1 + steep * steep)
        painter.setPen(QPen(QColor(theme.negative_text), 2))
        painter.drawLine(place - QPointF(half, -half * steep), place + QPointF(half, -half * steep))
        painter.setPen(QPen(QColor(theme.field), 2))
        painter.setBrush(QColor(theme.highlight))
        painter.drawEllipse(place, 6, 6)
        painter.setClipping(False)
        self._paint_words(painter, curve, plot)
        painter.end()

    def _paint_words(self, painter: QPainter, curve: LossCurve, plot: QRectF) -> None:
        theme = appearance.theme
        top = QRectF(plot.left(), 6, plot.width(), 18)
        bottom = QRectF(plot.left(), plot.bottom() + 6, plot.width(), 18)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        painter.drawText(top, left, curve.y_name)
        painter.drawText(bottom, right, f"{curve.x_name} →")
        painter.setFont(font("mono_small"))
        painter.setPen(QColor(theme.negative_text))
        self._numbers.write(painter, top, right, f"slope = {short(curve.slope, 6)}")
        painter.setPen(QColor(theme.highlight_text))
        x, y = curve.point
        self._numbers.write(painter, bottom, left, f"({short(x, 4)}, {short(y, 4)})")

    # ---- the mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._numbers.move(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._numbers.leave()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._numbers.press(event):
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self._numbers.copy(event):
            super().contextMenuEvent(event)
