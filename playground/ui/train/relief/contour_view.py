"""Heights over a plane seen from above: colours, contour lines, axes, and the tracks that lead over them."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from playground.train.relief.surfaces import Floats, Point
from playground.ui.fonts import font
from playground.ui.theme import appearance, translucent
from playground.ui.train.relief.colours import colour_of, picture
from playground.ui.train.relief.relief import Relief, Trail, thinned, ticks
from playground.ui.widgets.numbers import short

_LEFT, _RIGHT, _TOP, _BOTTOM = 62.0, 16.0, 12.0, 44.0
_MOST = 1500
"""Points of a track that are drawn."""


class ContourView(QWidget):
    """Shows a relief. Hovering reads it; where a start can be chosen, a press or a drag sends `chosen(x, y)`."""

    chosen = Signal(float, float)
    read = Signal(str)
    """What is under the pointer, in words; empty when it leaves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._relief: Relief | None = None
        self._trails: tuple[Trail, ...] = ()
        self._start: Point | None = None
        self._ground: QPixmap | None = None
        self.can_choose = False
        self.setMouseTracking(True)
        self.setMinimumSize(260, 220)
        self.setAccessibleName("Contour map")
        appearance.changed.connect(self._repaint)

    # ---- what is shown

    def show_relief(self, relief: Relief | None) -> None:
        """Draw this ground."""
        self._relief = relief
        self._repaint()

    def show_trails(self, trails: tuple[Trail, ...], start: Point | None = None) -> None:
        """Draw these tracks over it, and where a race begins."""
        self._trails, self._start = trails, start
        self.update()

    def let_choose(self, allowed: bool) -> None:
        """Whether a click chooses a start."""
        self.can_choose = allowed
        self.setCursor(Qt.CursorShape.CrossCursor if allowed else Qt.CursorShape.ArrowCursor)

    def _repaint(self) -> None:
        self._ground = None
        self.update()

    def resizeEvent(self, event: QEvent) -> None:
        self._ground = None

    def sizeHint(self) -> QSize:
        return QSize(560, 480)

    # ---- places

    @property
    def plot(self) -> QRectF:
        """Where the map is, without its axes."""
        return QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)

    def place_of(self, x: float, y: float) -> QPointF:
        """Where a point of the plane is on the widget."""
        assert self._relief is not None
        left, right, bottom, top = self._relief.window
        plot = self.plot
        return QPointF(
            plot.left() + (x - left) / (right - left) * plot.width(),
            plot.bottom() - (y - bottom) / (top - bottom) * plot.height(),
        )

    def point_at(self, place: QPointF) -> Point | None:
        """The point of the plane at a place of the widget; None outside of the map."""
        plot = self.plot
        if self._relief is None or not plot.contains(place):
            return None
        left, right, bottom, top = self._relief.window
        return (
            left + (place.x() - plot.left()) / plot.width() * (right - left),
            bottom + (plot.bottom() - place.y()) / plot.height() * (top - bottom),
        )

    def _places(self, points: Floats) -> QPolygonF:
        assert self._relief is not None
        left, right, bottom, top = self._relief.window
        plot = self.plot
        xs = plot.left() + (points[:, 0] - left) / (right - left) * plot.width()
        ys = plot.bottom() - (points[:, 1] - bottom) / (top - bottom) * plot.height()
        # What is far outside is cut off well before Qt's numbers end.
        pairs = zip(np.clip(xs, -1e5, 1e5).tolist(), np.clip(ys, -1e5, 1e5).tolist(), strict=True)
        return QPolygonF([QPointF(x, y) for x, y in pairs])

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._relief is None:
            return
        if self._ground is None:
            self._ground = self._paint_ground(self._relief)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.plot)
        for trail in self._trails:
            self._paint_trail(painter, trail)
        if self._start is not None:
            self._paint_start(painter, self.place_of(*self._start))
        painter.end()

    def _paint_ground(self, relief: Relief) -> QPixmap:
        theme, plot, ratio = appearance.theme, self.plot, self.devicePixelRatioF()
        pixmap = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(QColor(theme.canvas))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        painter.setClipRect(plot)
        rows, columns = relief.heights.shape
        across, up = plot.width() / (columns - 1) / 2, plot.height() / (rows - 1) / 2
        # The outermost grid points lie on the edge, in the middle of their pixels.
        painter.drawImage(plot.adjusted(-across, -up, across, up), picture(theme, relief.heights))
        painter.setPen(QPen(translucent(theme.text, 0.22), 1))
        for pieces in relief.contours:
            ends = [self._places(pieces[:, pair]) for pair in ((0, 1), (2, 3))]
            painter.drawLines([QLineF(ends[0].at(i), ends[1].at(i)) for i in range(len(pieces))])
        for mark in relief.marks:
            self._paint_mark(painter, self.place_of(*mark))
        painter.restore()
        self._paint_axes(painter, relief)
        painter.end()
        return pixmap

    def _paint_axes(self, painter: QPainter, relief: Relief) -> None:
        theme, plot = appearance.theme, self.plot
        left, right, bottom, top = relief.window
        painter.setFont(font("mono_small"))
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(plot)
        beside = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for number in ticks(left, right, max(2, int(plot.width() / 90))):
            x = self.place_of(number, bottom).x()
            painter.setPen(QColor(theme.muted))
            painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 4))
            box = QRectF(x - 40, plot.bottom() + 5, 80, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, short(number, 4))
        for number in ticks(bottom, top, max(2, int(plot.height() / 60))):
            y = self.place_of(left, number).y()
            painter.drawLine(QPointF(plot.left() - 4, y), QPointF(plot.left(), y))
            painter.drawText(QRectF(20, y - 8, _LEFT - 26, 16), beside, short(number, 4))
        painter.setFont(font("small"))
        metrics = painter.fontMetrics()
        below = QRectF(plot.left(), self.height() - 20, plot.width(), 18)
        across = metrics.elidedText(relief.labels[0], Qt.TextElideMode.ElideRight, int(plot.width()))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, across)
        painter.translate(10, plot.center().y())
        painter.rotate(-90)
        up = metrics.elidedText(relief.labels[1], Qt.TextElideMode.ElideRight, int(plot.height()))
        painter.drawText(QRectF(-plot.height() / 2, -9, plot.height(), 18), Qt.AlignmentFlag.AlignCenter, up)

    def _paint_mark(self, painter: QPainter, place: QPointF) -> None:
        """A cross where a minimum is known to be."""
        painter.setPen(QPen(QColor(appearance.theme.text), 1.6))
        for dx, dy in ((5, 5), (5, -5)):
            painter.drawLine(QPointF(place.x() - dx, place.y() - dy), QPointF(place.x() + dx, place.y() + dy))

    def _paint_trail(self, painter: QPainter, trail: Trail) -> None:
        theme, colour = appearance.theme, colour_of(appearance.theme, trail.role)
        if not len(trail.points):
            return
        points = thinned(trail.points, _MOST)
        line, last = self._places(points), len(points) - 1
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(translucent(theme.canvas, 0.55), 3.6), QPen(colour, 1.8)):
            painter.setPen(pen)
            painter.drawPolyline(line)
        painter.setPen(QPen(QColor(theme.canvas), 1.2))
        painter.setBrush(colour)
        if last < 80:  # few steps can be told apart
            for number in range(last):
                painter.drawEllipse(line.at(number), 2.6, 2.6)
        here = trail.points[trail.here][np.newaxis]
        painter.drawEllipse(self._places(here).at(0), 5.5, 5.5)

    def _paint_start(self, painter: QPainter, place: QPointF) -> None:
        theme = appearance.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(theme.canvas), 4), QPen(QColor(theme.highlight), 2)):
            painter.setPen(pen)
            painter.drawEllipse(place, 7, 7)

    # ---- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(event.position())
        self._read(event.position())

    def _choose(self, place: QPointF) -> None:
        point = self.point_at(place)
        if self.can_choose and point is not None:
            self.chosen.emit(*point)

    def _read(self, place: QPointF) -> None:
        point = self.point_at(place)
        if point is None or self._relief is None:
            self.read.emit("")
            return
        value = self._relief.at(*point)
        known = f"{self._relief.word} {short(value, 4)}" if math.isfinite(value) else ""
        self.read.emit(f"{short(point[0], 3)}, {short(point[1], 3)}: {known}")

    def leaveEvent(self, event: QEvent) -> None:
        self.read.emit("")
