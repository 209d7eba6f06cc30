"""The plane in which points are placed by hand: click to place, drag to move, right click to take away."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.data.points import MOST_CLASSES, MOST_POINTS, HandPoints, Point, within
from playground.ui.data.class_colours import class_colour
from playground.ui.data.plane_canvas import PlaneCanvas
from playground.ui.fonts import font
from playground.ui.theme import appearance

_NEAR = 9.0
"""Pixels within which the mouse means a point."""
_STEP, _FINE = 0.25, 0.05
"""How far an arrow key moves the place of the keyboard; with Ctrl pressed."""
_EMPTY = "Click to place a point\nShift + click: the next class · right click: take it away\nKeys 1–9 choose the class"


class HandCanvas(PlaneCanvas):
    """It keeps no points: what the user does is sent as the points that there should be.

    `edited` sends (label of the edit, points, what to merge with); `colour_chosen` the class that a key chose; `full`
    is sent where there are so many points that no further one can be placed.
    """

    edited = Signal(str, object, object)
    colour_chosen = Signal(int)
    full = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.held = HandPoints()
        self.colour = 0
        self.for_test = False
        self._dragged = -1
        self._drags = 0
        self._cursor: tuple[float, float] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Points placed by hand")
        self.setMinimumSize(280, 280)

    def show_held(self, held: HandPoints) -> None:
        """Show these points."""
        self.held = held
        places = np.array([(point.x, point.y) for point in held.points], np.float32).reshape(-1, 2)
        colours = np.array([point.colour for point in held.points], np.int64)
        is_test = np.array([point.is_test for point in held.points], np.bool_)
        self.setAccessibleDescription(f"{len(held.points)} points")
        self.show_points(places, colours, is_test, held.classes)

    # ---- edits

    def place(self, x: float, y: float, colour: int | None = None) -> None:
        """A new point there."""
        if len(self.held.points) >= MOST_POINTS:
            self.full.emit()
            return
        chosen = self.colour if colour is None else colour
        point = Point(within(x), within(y), chosen, self.for_test)
        self._send("Place a point", (*self.held.points, point), None)

    def take_away(self, index: int) -> None:
        """One point less."""
        points = self.held.points
        self._send("Take a point away", (*points[:index], *points[index + 1 :]), None)

    def _move(self, index: int, x: float, y: float) -> None:
        points = self.held.points
        moved = replace(points[index], x=within(x), y=within(y))
        self._send("Move a point", (*points[:index], moved, *points[index + 1 :]), ("move a point", self._drags))

    def _send(self, label: str, points: tuple[Point, ...], merge: object) -> None:
        highest = max((point.colour for point in points), default=0)
        self.edited.emit(label, HandPoints(points, max(self.held.classes, highest + 1)), merge)

    # ---- mouse

    def nearest(self, position: QPointF) -> int:
        """The point under the mouse, the one placed last if there are several; −1 for none."""
        found, least = -1, _NEAR
        for index, point in enumerate(self.held.points):
            at = self.at(point.x, point.y)
            distance = math.hypot(at.x() - position.x(), at.y() - position.y())
            if distance <= least:
                found, least = index, distance
        return found

    def mousePressEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        index = self.nearest(position)
        takes = event.button() == Qt.MouseButton.RightButton or (
            event.button() == Qt.MouseButton.LeftButton and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        )
        self._cursor = None
        if takes:
            if index >= 0:
                self.take_away(index)
        elif event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._dragged = index
            self._drags += 1
        elif event.button() == Qt.MouseButton.LeftButton and self.area.contains(position):
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.place(*self.place_of(position), (self.colour + 1) % self.held.classes if shift else None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if 0 <= self._dragged < len(self.held.points):
            self._move(self._dragged, *self.place_of(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = -1

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()  # the right button takes points away

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        arrows = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
        if Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_9:
            self.colour_chosen.emit(min(event.key() - Qt.Key.Key_1, MOST_CLASSES - 1))
        elif key in arrows:
            step = _FINE if event.modifiers() & Qt.KeyboardModifier.ControlModifier else _STEP
            x, y = self._cursor or (0.0, 0.0)
            self._cursor = (within(x + step * arrows[key][0]), within(y + step * arrows[key][1]))
            self.update()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.place(*(self._cursor or (0.0, 0.0)))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            index = self.nearest(self.at(*self._cursor)) if self._cursor else len(self.held.points) - 1
            if index >= 0:
                self.take_away(index)
        else:
            super().keyPressEvent(event)

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.held.points:
            painter.setFont(font("control"))
            painter.setPen(QColor(appearance.theme.muted))
            upper = QRectF(self.area.left(), self.area.top(), self.area.width(), self.area.height() / 2)
            painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, _EMPTY)
        if self._cursor is not None and self.hasFocus():
            at = self.at(*self._cursor)
            painter.setPen(QPen(QColor(appearance.theme.highlight), 1.5))
            painter.drawLine(QPointF(at.x() - 9, at.y()), QPointF(at.x() + 9, at.y()))
            painter.drawLine(QPointF(at.x(), at.y() - 9), QPointF(at.x(), at.y() + 9))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(class_colour(self.colour), 2))
            painter.drawRect(self.area.adjusted(1, 1, -1, -1))
        painter.end()
