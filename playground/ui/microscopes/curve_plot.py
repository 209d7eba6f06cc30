"""The curve of an activation with one number on it, and the tangent there: blame is multiplied by its slope."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.layers import layer_type
from playground.ui.fonts import font
from playground.ui.theme import appearance, mix, translucent
from playground.ui.widgets.numbers import short

if TYPE_CHECKING:
    from playground.engine.arithmetic import CurveSamples
    from playground.engine.trace import Frame


_LINE = 17
"""The height of a line of text in the corner."""


class CurvePlot(QWidget):
    """Shows one point of an activation: `show_point(frame, index)`."""

    def __init__(self, height: int = 190, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._samples: CurveSamples | None = None
        self._point = (0.0, 0.0, 0.0)
        self._tangent = False
        self._names = ("x", "y")
        self._slope_name = "slope"
        self.setMinimumHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_point(
        self, frame: Frame, index: tuple[int, ...], *, tangent: bool, names: tuple[str, str] = ("x", "y")
    ) -> None:
        """The number at `index` of the recorded activation; with its tangent when blame flows back."""
        from playground.engine.arithmetic import curve_samples, slope_at

        x, y = float(frame.inputs[0][index]), float(frame.output[index])
        reach = 4.0 if abs(x) <= 3.6 else min(abs(x) * 1.15, 1e6)
        self._samples = curve_samples(frame, -reach, reach, channel=index[1])
        self._point = (x, y, slope_at(frame, index))
        self._tangent, self._names = tangent, names
        self._slope_name = "slope" if layer_type(frame.type).surrogate is None else "slope used"
        self.setAccessibleName(f"The curve at {short(x)}: {short(y)}, slope {short(self._point[2])}")
        self.update()

    @property
    def point(self) -> tuple[float, float, float]:
        """Input, output and slope of the number shown."""
        return self._point

    def sizeHint(self) -> QSize:
        return QSize(320, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._samples is None:
            return
        theme, samples = appearance.theme, self._samples
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(box, 8, 8)
        plot = box.adjusted(14, 14, -14, -14)
        low, high = float(samples.x[0]), float(samples.x[-1])
        least, most = float(samples.y.min()), float(samples.y.max())
        room = max((most - least) * 0.12, 1e-9)
        least, most = least - room, most + room

        def at(x: float, y: float) -> QPointF:
            return QPointF(
                plot.left() + (x - low) / (high - low) * plot.width(),
                plot.bottom() - (y - least) / (most - least) * plot.height(),
            )

        painter.setClipRect(plot.adjusted(-8, -8, 8, 8))
        painter.setPen(QPen(QColor(mix(theme.field, theme.border_strong, 0.6)), 1))
        painter.drawLine(at(low, 0), at(high, 0))
        painter.drawLine(at(0, least), at(0, most))
        painter.setPen(QPen(QColor(theme.category["activation"]), 2))
        painter.drawPolyline(QPolygonF([at(float(x), float(y)) for x, y in zip(samples.x, samples.y, strict=True)]))
        self._paint_point(painter, plot, at, (low, high, most - least))
        painter.end()

    def _paint_point(
        self,
        painter: QPainter,
        plot: QRectF,
        at: Callable[[float, float], QPointF],
        spans: tuple[float, float, float],
    ) -> None:
        theme, (x, y, slope) = appearance.theme, self._point
        low, high, tall = spans
        place = at(x, y)
        dash = QPen(translucent(theme.highlight, 0.6), 1, Qt.PenStyle.DashLine)
        painter.setPen(dash)
        painter.drawLine(place, at(x, 0.0))
        painter.drawLine(place, at(0.0, y))
        if self._tangent:
            steep = slope * (plot.height() / tall) / (plot.width() / (high - low))
            half = 62.0 / math.sqrt(1 + steep * steep)
            painter.setPen(QPen(QColor(theme.negative_text), 2))
            painter.drawLine(place - QPointF(half, -half * steep), place + QPointF(half, -half * steep))
        painter.setPen(QPen(QColor(theme.field), 2))
        painter.setBrush(QColor(theme.highlight))
        painter.drawEllipse(place, 6, 6)
        painter.setClipping(False)
        painter.setFont(font("mono_small"))
        painter.setPen(QColor(theme.highlight_text))
        first, second = self._names
        lines = [f"{first} = {short(x, 5)}", f"{second} = {short(y, 5)}"]
        if self._tangent:
            lines.append(f"{self._slope_name} = {short(slope, 5)}")
        wide = max(painter.fontMetrics().horizontalAdvance(line) for line in lines)
        corner = self._free_corner(plot, QSizeF(wide + 6, _LINE * len(lines)), at)
        painter.fillRect(corner, translucent(theme.field, 0.8))
        for number, line in enumerate(lines):
            painter.setPen(QColor(theme.negative_text if number == 2 else theme.highlight_text))
            room = QRectF(corner.left(), corner.top() + number * _LINE, corner.width(), _LINE - 1)
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)

    def _free_corner(self, plot: QRectF, size: QSizeF, at: Callable[[float, float], QPointF]) -> QRectF:
        """The corner of the plot that curve, number and tangent cover least; the upper left one, if it is free."""
        assert self._samples is not None
        x, y, slope = self._point
        points = [at(float(a), float(b)) for a, b in zip(self._samples.x, self._samples.y, strict=True)]
        points += [at(x, y)] * 40
        if self._tangent:
            span = float(self._samples.x[-1] - self._samples.x[0])
            points += [at(x + part * span, y + part * span * slope) for part in (-0.1, -0.05, 0.05, 0.1)]
        right, bottom = plot.right() - size.width(), plot.bottom() - size.height()
        corners = [QRectF(QPointF(left, top), size) for top in (plot.top(), bottom) for left in (plot.left(), right)]
        return min(corners, key=lambda corner: sum(corner.contains(point) for point in points))
