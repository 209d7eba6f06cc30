"""The curve of an activation with one number on it, and the tangent there: blame is multiplied by its slope."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance, mix, translucent
from playground.ui.widgets.numbers import short

if TYPE_CHECKING:
    from playground.engine.arithmetic import CurveSamples
    from playground.engine.trace import Frame


class CurvePlot(QWidget):
    """Shows one point of an activation: `show_point(frame, index)`."""

    def __init__(self, height: int = 190, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._samples: CurveSamples | None = None
        self._point = (0.0, 0.0, 0.0)
        self._tangent = False
        self._names = ("x", "y")
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
        self._samples = curve_samples(frame, -reach, reach)
        self._point = (x, y, slope_at(frame, index))
        self._tangent, self._names = tangent, names
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

    def _paint_point(self, painter: QPainter, plot: QRectF, at: object, spans: tuple[float, float, float]) -> None:
        assert callable(at)
        theme, (x, y, slope) = appearance.theme, self._point
        low, high, tall = spans
        place = at(x, y)
        assert isinstance(place, QPointF)
        dash = QPen(translucent(theme.highlight, 0.6), 1, Qt.PenStyle.DashLine)
        painter.setPen(dash)
        zero = at(x, 0.0)
        assert isinstance(zero, QPointF)
        painter.drawLine(place, zero)
        left = at(0.0, y)
        assert isinstance(left, QPointF)
        painter.drawLine(place, left)
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
            lines.append(f"slope = {short(slope, 5)}")
        for number, line in enumerate(lines):  # every activation rises, so the upper left corner is always free
            painter.setPen(QColor(theme.negative_text if number == 2 else theme.highlight_text))
            room = QRectF(plot.left(), plot.top() + number * 17, plot.width(), 16)
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)
