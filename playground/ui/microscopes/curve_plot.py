"""The curve of an activation with one number on it, and the tangent there: blame is multiplied by its slope."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.layers import layer_type
from playground.ui.fonts import font
from playground.ui.microscopes.worded_numbers import PaintedNumbers
from playground.ui.theme import appearance, mix, translucent
from playground.ui.widgets.numbers import short
from playground.ui.widgets.painted_ahead import PaintedAhead

if TYPE_CHECKING:
    from playground.engine.arithmetic import CurveSamples
    from playground.engine.trace import Frame


_LINE = 17
"""The height of a line of text in the corner."""
MOST_DOTS = 400
"""Of a layer's numbers at most so many are drawn, evenly chosen."""
_FAR = 1 << 20
"""What lies more pixels away is not in sight anyway."""
_NEAR = 9.0
"""So close to a dot, in pixels, a click means it."""

At = Callable[[float, float], QPointF]


class CurvePlot(PaintedAhead):
    """Shows one point of an activation: `show_point(frame, index)`.

    `dot_clicked` sends which of the `others` was clicked.
    """

    dot_clicked = Signal(int)

    def __init__(self, height: int = 190, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._samples: CurveSamples | None = None
        self._point = (0.0, 0.0, 0.0)
        self._tangent = False
        self._names = ("x", "y")
        self._slope_name = "slope"
        self._others = np.zeros((0, 2))
        self._which = np.zeros(0, dtype=np.int64)
        self._marked = np.zeros(0, dtype=bool)
        self._numbers, self._is_over = PaintedNumbers(self), False
        self.setMinimumHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_point(
        self,
        frame: Frame,
        index: tuple[int, ...],
        *,
        tangent: bool,
        names: tuple[str, str] = ("x", "y"),
        others: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:
        """The number at `index` of the recorded activation, with its tangent if wanted.

        `others` are inputs and outputs of more numbers that share the curve, drawn as dots on it and as a rug below.
        """
        from playground.engine.arithmetic import curve_samples, slope_at

        x, y = float(frame.inputs[0][index]), float(frame.output[index])
        self._take_others(others)
        finite = self._others[np.isfinite(self._others[:, 0]), 0]
        widest = max(abs(x), float(np.abs(finite).max(initial=0.0)))
        reach = 4.0 if widest <= 3.6 else min(widest * 1.1, 1e6)
        self._samples = curve_samples(frame, -reach, reach, channel=index[1])
        self._point = (x, y, slope_at(frame, index))
        self._tangent, self._names = tangent, names
        self._slope_name = "slope" if layer_type(frame.type).surrogate is None else "slope used"
        self.setAccessibleName(f"The curve at {short(x)}: {short(y)}, slope {short(self._point[2])}")
        self.update()

    def _take_others(self, others: tuple[np.ndarray, np.ndarray] | None) -> None:
        self.setMouseTracking(others is not None)
        self._marked = np.zeros(0, dtype=bool)
        if others is None:
            self._others, self._which = np.zeros((0, 2)), np.zeros(0, dtype=np.int64)
            return
        xs, ys = (np.ravel(numbers) for numbers in others)
        self._which = np.unique(np.linspace(0, len(xs) - 1, min(MOST_DOTS, len(xs))).astype(np.int64))
        self._others = np.stack([xs[self._which], ys[self._which]], axis=1)

    def mark(self, which: np.ndarray | None) -> None:
        """Draw those of the others for which `which` is true in another colour; None ends it."""
        self._marked = np.zeros(0, dtype=bool) if which is None else np.ravel(which)[self._which]
        self.update()

    @property
    def point(self) -> tuple[float, float, float]:
        """Input, output and slope of the number shown."""
        return self._point

    @property
    def marked_count(self) -> int:
        """How many of the dots are marked."""
        return int(self._marked.sum())

    def sizeHint(self) -> QSize:
        return QSize(320, self.minimumHeight())

    # ---- where things lie

    def _plot(self) -> QRectF:
        return QRectF(self.rect()).adjusted(14.5, 14.5, -14.5, -14.5)

    def _spans(self) -> tuple[float, float, float, float]:
        """The least and the largest x and y of the plot."""
        assert self._samples is not None
        samples = self._samples
        least, most = float(samples.y.min()), float(samples.y.max())
        room = max((most - least) * 0.12, 1e-9)
        return float(samples.x[0]), float(samples.x[-1]), least - room, most + room

    def _mapping(self) -> At:
        plot, (low, high, least, most) = self._plot(), self._spans()

        def at(x: float, y: float) -> QPointF:
            return QPointF(
                plot.left() + (x - low) / (high - low) * plot.width(),
                plot.bottom() - (y - least) / (most - least) * plot.height(),
            )

        return at

    def _points(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Where many points lie: their places to the right and downwards."""
        plot, (low, high, least, most) = self._plot(), self._spans()
        right = plot.left() + (x - low) / (high - low) * plot.width()
        return right, plot.bottom() - (y - least) / (most - least) * plot.height()

    def dot_at(self, x: float, y: float) -> QPointF:
        """Where a point of the curve lies in the widget."""
        return self._mapping()(x, y)

    # ---- painting

    def paint_contents(self, event: QPaintEvent) -> None:
        if self._samples is None:
            return
        theme, samples, at, plot = appearance.theme, self._samples, self._mapping(), self._plot()
        low, high, least, most = self._spans()
        self._numbers.begin()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.setClipRect(plot.adjusted(-8, -8, 8, 10))
        painter.setPen(QPen(QColor(mix(theme.field, theme.border_strong, 0.6)), 1))
        painter.drawLine(at(low, 0), at(high, 0))
        painter.drawLine(at(0, least), at(0, most))
        self._paint_rug(painter, plot)
        painter.setPen(QPen(QColor(theme.category["activation"]), 2))
        rights, downs = self._points(samples.x, samples.y)
        painter.drawPolyline(QPolygonF([*map(QPointF, rights.tolist(), downs.tolist())]))
        self._paint_dots(painter)
        place = at(*self._point[:2])
        painter.setPen(QPen(translucent(theme.highlight, 0.6), 1, Qt.PenStyle.DashLine))
        painter.drawLine(place, at(self._point[0], 0.0))
        painter.drawLine(place, at(0.0, self._point[1]))
        if self._tangent:
            self._paint_tangent(painter, plot, at)
        painter.setPen(QPen(QColor(theme.field), 2))
        painter.setBrush(QColor(theme.highlight))
        painter.drawEllipse(place, 6, 6)
        painter.setClipping(False)
        self._paint_words(painter, plot)
        painter.end()

    def _pixels(self, points: np.ndarray) -> np.ndarray[Any, Any]:
        """Where points (count, 2) lie, each place of the screen once, as whole pixels."""
        kept = points[np.isfinite(points).all(axis=1)]
        x, y = (np.round(np.clip(part, -_FAR, _FAR)).astype(np.int64) for part in self._points(*kept.T))
        right, down = np.divmod(np.unique((x + _FAR) * 4 * _FAR + y + _FAR), 4 * _FAR)
        return np.stack([right - _FAR, down - _FAR], axis=1)

    def _paint_rug(self, painter: QPainter, plot: QRectF) -> None:
        places = np.unique(self._pixels(self._others)[:, 0])
        painter.setPen(QPen(translucent(appearance.theme.muted, 0.5), 1))
        top, bottom = plot.bottom() + 3, plot.bottom() + 9
        painter.drawLines([QLineF(x + 0.5, top, x + 0.5, bottom) for x in places.tolist()])

    def _paint_dots(self, painter: QPainter) -> None:
        theme, marked = appearance.theme, np.zeros(len(self._others), dtype=bool)
        if len(self._marked):
            marked = self._marked
        for which, colour, size in (
            (~marked, translucent(theme.text, 0.45), 4.4),
            (marked, QColor(theme.danger_border), 6.4),
        ):
            pen = QPen(colour, size)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPoints([QPointF(x, y) for x, y in self._pixels(self._others[which]).tolist()])

    def _run(self) -> tuple[float, float]:
        """How far the tangent's triangle goes to the side (a round number), and how far it rises on the way."""
        low, high, _, _ = self._spans()
        x, _, slope = self._point
        rough = (high - low) / 7
        power = 10.0 ** math.floor(math.log10(rough))
        step = max(part * power for part in (1.0, 2.0, 5.0) if part * power <= rough)
        if x > 0.35 * high:
            step = -step
        return step, slope * step

    def _paint_tangent(self, painter: QPainter, plot: QRectF, at: At) -> None:
        """The tangent, and on it the triangle whose height over its width is the slope."""
        theme, (x, y, slope) = appearance.theme, self._point
        run, rise = self._run()
        place = at(x, y)
        along = at(x + run, y + rise) - place
        length = max(1.0, math.hypot(along.x(), along.y()))
        reach = QPointF(along.x() / length, along.y() / length) * max(62.0, length + 26.0)
        painter.setPen(QPen(QColor(theme.negative_text), 2))
        painter.drawLine(place - reach, place + reach)
        painter.setPen(QPen(QColor(theme.negative_text), 1.2, Qt.PenStyle.DotLine))
        corner, end = at(x + run, y), at(x + run, y + rise)
        painter.drawPolyline(QPolygonF([place, corner, end]))
        painter.setFont(font("tiny"))
        painter.setPen(QColor(theme.negative_text))
        below = slope * run >= 0
        flat = QRectF(min(place.x(), corner.x()), corner.y() + (2 if below else -15), abs(corner.x() - place.x()), 13)
        flat = flat.adjusted(-30, 0, 30, 0)
        self._numbers.write(painter, flat, Qt.AlignmentFlag.AlignCenter, f"Δx = {short(run, 2)}")
        side = QRectF(end.x() + 5 if run > 0 else end.x() - 105, (corner.y() + end.y()) / 2 - 7, 100, 14)
        side.moveTop(min(max(side.top(), plot.top()), plot.bottom() - 14))
        if abs(end.y() - corner.y()) < 15:
            side.moveTop(corner.y() - 18 if below else corner.y() + 4)
        to_the = Qt.AlignmentFlag.AlignLeft if run > 0 else Qt.AlignmentFlag.AlignRight
        self._numbers.write(painter, side, to_the | Qt.AlignmentFlag.AlignVCenter, f"Δy = {short(rise, 3)}")

    def _paint_words(self, painter: QPainter, plot: QRectF) -> None:
        theme, (x, y, slope) = appearance.theme, self._point
        first, second = self._names
        lines = [f"{first} = {short(x, 6)}", f"{second} = {short(y, 6)}"]
        if self._tangent:
            lines.append(f"{self._slope_name} = {short(slope, 6)}")
        painter.setFont(font("mono_small"))
        wide = max(painter.fontMetrics().horizontalAdvance(line) for line in lines)
        corner = self._free_corner(plot, QSizeF(wide + 6, _LINE * len(lines)))
        painter.fillRect(corner, translucent(theme.field, 0.8))
        for number, line in enumerate(lines):
            painter.setPen(QColor(theme.negative_text if number == 2 else theme.highlight_text))
            room = QRectF(corner.left(), corner.top() + number * _LINE, corner.width(), _LINE - 1)
            self._numbers.write(painter, room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)

    def _free_corner(self, plot: QRectF, size: QSizeF) -> QRectF:
        """The corner of the plot that curve, number and tangent cover least; the upper left one, if it is free."""
        assert self._samples is not None
        x, y, _ = self._point
        points = [(x, y)] * 14
        if self._tangent:
            run, rise = self._run()
            points += [(x + part * run, y + part * rise) for part in (-1.0, -0.5, 0.5, 1.0, 1.4)] * 3
        more = np.array(points)
        xs, ys = np.append(self._samples.x[::3], more[:, 0]), np.append(self._samples.y[::3], more[:, 1])
        across, down = self._points(xs, ys)

        def covered(corner: QRectF) -> int:
            beside = (across >= corner.left()) & (across <= corner.right())
            return int(np.count_nonzero(beside & (down >= corner.top()) & (down <= corner.bottom())))

        right, bottom = plot.right() - size.width(), plot.bottom() - size.height()
        corners = [QRectF(QPointF(left, top), size) for top in (plot.top(), bottom) for left in (plot.left(), right)]
        return min(corners, key=covered)

    # ---- the mouse

    def _dot_under(self, point: QPointF) -> int | None:
        if self._samples is None or not len(self._others):
            return None
        across, down = self._points(self._others[:, 0], self._others[:, 1])
        gaps = np.hypot(across - point.x(), down - point.y())
        gaps = np.where(np.isfinite(gaps), gaps, math.inf)
        best = int(np.argmin(gaps))
        return int(self._which[best]) if gaps[best] <= _NEAR else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._dot_under(event.position()) is not None
        if over != self._is_over:
            self._is_over = over
            self._numbers.leave()
            self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
            self.setToolTip("Click: bring this number into focus" if over else "")
        if not over:
            self._numbers.move(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._numbers.leave()
        self._is_over = False
        self.setToolTip("")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self._numbers.copy(event):
            super().contextMenuEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._dot_under(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.dot_clicked.emit(found)
        elif not self._numbers.press(event):
            super().mousePressEvent(event)
