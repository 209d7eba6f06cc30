"""The large map: what the network answers everywhere in the plane, or what one unit says, under the points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.engine.plane_grid import REACH
from playground.ui.fonts import font
from playground.ui.theme import appearance, mix
from playground.ui.train.plane.colours import class_colours

_MOST_POINTS = 2000
"""Of one kind that are painted."""
_AXIS, _LEFT = 16, 18
_RADIUS = 3.1
_LIGHTER = 0.3
"""Points are so much lighter than the map, on which they would else not be seen where it is right."""


@dataclass(frozen=True, eq=False)
class Points:
    """Places (points, 2), and what they are: a class each, or a value from about −1 to 1 (`classes` is 0)."""

    places: NDArray[np.float32]
    worth: NDArray[np.float64]
    classes: int


class PlaneOutput(QWidget):
    """A square map with its axes, and points on it: training, validation and, if wanted, test."""

    pointed = Signal(object)
    """(x₁, x₂) under the mouse; None when it leaves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: QImage | None = None
        self._points: dict[str, Points] = {}
        self._shows_test = False
        self._overlay: QPixmap | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("What the network answers everywhere in the plane")
        self.setToolTip(
            "Each place has the colour of the answer there. Point at a unit on the left to see that one here."
        )
        appearance.changed.connect(self._forget)

    def show_picture(self, picture: QImage | None) -> None:
        """Show this map."""
        self._picture = picture
        self.update()

    @property
    def picture(self) -> QImage | None:
        """The map that is shown."""
        return self._picture

    @property
    def points(self) -> dict[str, Points]:
        """The points, by "training", "validation" and "test"."""
        return self._points

    def set_points(self, points: dict[str, Points]) -> None:
        """The points, by "training", "validation" and "test"."""
        self._points = points
        self._forget()

    @property
    def shows_test(self) -> bool:
        """Whether the test points are shown."""
        return self._shows_test

    def show_test(self, on: bool) -> None:
        """Whether the test points are shown too."""
        self._shows_test = on
        self._forget()

    def set_side(self, side: int) -> None:
        """Make the map so wide and high."""
        self.setFixedSize(side + _LEFT + 2, side + _AXIS + 2)

    @property
    def map_place(self) -> QRectF:
        """Where the map is."""
        return QRectF(_LEFT, 1, self.width() - _LEFT - 2, self.height() - _AXIS - 2)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._forget()

    def _forget(self) -> None:
        self._overlay = None
        self.update()

    # ---- the mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place, at = self.map_place, event.position()
        if place.contains(at):
            across = 2 * REACH * (at.x() - place.left()) / place.width() - REACH
            up = REACH - 2 * REACH * (at.y() - place.top()) / place.height()
            self.pointed.emit((across, up))
        else:
            self.pointed.emit(None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(None)

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, place = appearance.theme, self.map_place
        painter = QPainter(self)
        if self._picture is None:
            painter.fillRect(place, QColor(theme.zero))
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self._picture)
        if self._overlay is None:
            self._overlay = self._painted_points(place.size().toSize())
        painter.drawPixmap(place.topLeft(), self._overlay)
        painter.setPen(QColor(theme.border_strong))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))
        self._paint_axes(painter, place)
        painter.end()

    def _paint_axes(self, painter: QPainter, place: QRectF) -> None:
        painter.setPen(QColor(appearance.theme.muted))
        painter.setFont(font("tiny"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for part, text in ((0.0, "−6"), (0.5, "0"), (1.0, "6")):
            x = place.left() + part * place.width()
            side = (
                Qt.AlignmentFlag.AlignLeft
                if part == 0
                else Qt.AlignmentFlag.AlignRight
                if part == 1
                else Qt.AlignmentFlag.AlignHCenter
            )
            room = QRectF(x - (0 if part == 0 else 40 if part == 1 else 20), place.bottom() + 1, 40, _AXIS)
            painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, text)
            y = place.bottom() - part * place.height()
            shift = -6 if part == 0 else 6 if part == 1 else 0
            painter.drawText(QRectF(0, y - 7 + shift, _LEFT - 4, 14), right, text)

    def _painted_points(self, size: QSize) -> QPixmap:
        """All points on nothing, to be laid over the map."""
        ratio = self.devicePixelRatioF()
        found = QPixmap(size * ratio)
        found.setDevicePixelRatio(ratio)
        found.fill(Qt.GlobalColor.transparent)
        painter = QPainter(found)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for kind in ("test", "validation", "training"):
            if kind in self._points and (kind != "test" or self._shows_test):
                self._paint_points(painter, self._points[kind], kind, size)
        painter.end()
        return found

    def _paint_points(self, painter: QPainter, points: Points, kind: str, size: QSize) -> None:
        theme = appearance.theme
        colours = class_colours(theme, points.classes)
        painter.setPen(QPen(QColor("#ffffff" if kind == "training" else "#000000"), 1))
        for (across, up), worth in zip(points.places[:_MOST_POINTS].tolist(), points.worth.tolist(), strict=False):
            if abs(across) > REACH or abs(up) > REACH:
                continue
            at = QPointF((across + REACH) / (2 * REACH) * size.width(), (REACH - up) / (2 * REACH) * size.height())
            if points.classes:
                colour = colours[int(worth)]
            else:
                end = theme.positive if worth >= 0 else theme.negative
                colour = mix(theme.zero, end, min(1.0, abs(worth)))
            painter.setBrush(QColor(mix(colour, "#ffffff", _LIGHTER)))
            if kind == "test":
                painter.drawRect(QRectF(at.x() - 2.4, at.y() - 2.4, 4.8, 4.8))
            else:
                painter.drawEllipse(at, _RADIUS, _RADIUS)
