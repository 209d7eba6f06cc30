"""A list of numbers in time, such as a heartbeat, as a curve that can be pointed at and drawn anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.paint_map import Cell, Tool
from playground.ui.theme import appearance, translucent
from playground.ui.widgets.numbers import short
from playground.ui.widgets.painted_ahead import PaintedAhead

_LEFT, _TOP, _BELOW = 52.0, 12.0, 26.0
_DO = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_DOTS_TO = 80
"""So many points have a dot each."""
_NUDGE = 0.02
"""Of the height, that an arrow lifts a point by."""


class SignalView(PaintedAhead):
    """`clicked` sends row (always 0), column and place on the screen; `hovered` (row, column) or None.

    With the pen `drawn` sends new numbers by cell, `stroke_ended` when it is lifted. From the keyboard Left and Right
    go along the curve, Up and Down lift and lower the point while the pen is chosen, Space asks, Escape leaves.
    """

    clicked = Signal(int, int, QPoint)
    hovered = Signal(object)
    drawn = Signal(object)
    stroke_ended = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tool: Tool = "point"
        self._values: np.ndarray[Any, Any] = np.zeros(1)
        self._low, self._high = 0.0, 1.0
        self._changed: frozenset[int] = frozenset()
        self._lit: Mapping[int, str] = {}
        self._hover: int | None = None
        self._cursor = 0
        self._last: tuple[int, float] | None = None
        self._erasing = False
        self._caption = ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("The example as a curve")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # ---- what is shown

    def show_signal(self, values: np.ndarray, limits: tuple[float, float]) -> None:
        """The numbers, and the lowest and highest that have to be seen."""
        self._values = values
        low, high = min(limits[0], float(values.min())), max(limits[1], float(values.max()))
        room = (high - low or 1.0) * 0.06
        self._low, self._high = low - room, high + room
        self._lit = {}
        self.update()

    def outline(self, cells: Iterable[Cell]) -> None:
        """These were changed by hand."""
        self._changed = frozenset(column for _, column in cells)
        self.update()

    def light(self, cells: Mapping[Cell, str]) -> None:
        """Mark numbers, each in a role of the theme; none of them ends it."""
        self._lit = {column: role for (_, column), role in cells.items()}
        self.update()

    def set_caption(self, caption: str) -> None:
        """What stands below the curve."""
        self._caption = caption
        self.setAccessibleDescription(caption)
        self.update()

    @property
    def values(self) -> np.ndarray[Any, Any]:
        """(1, places)."""
        return self._values[np.newaxis]

    def point(self, column: int) -> QPointF:
        """Where a number stands in the widget's coordinates."""
        return self._at(column, float(self._values[column]))

    def _area(self) -> QRectF:
        return QRectF(_LEFT, _TOP, max(10.0, self.width() - _LEFT - 8), max(10.0, self.height() - _TOP - _BELOW))

    def _at(self, column: int, value: float) -> QPointF:
        area, last = self._area(), max(1, len(self._values) - 1)
        share = (value - self._low) / (self._high - self._low)
        return QPointF(area.left() + area.width() * column / last, area.bottom() - area.height() * share)

    def sizeHint(self) -> QSize:
        return QSize(600, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 100)

    def paint_contents(self, event: QPaintEvent) -> None:
        theme, area = appearance.theme, self._area()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("small"))
        for value in sorted({self._nearest_tick(self._low), 0.0, self._nearest_tick(self._high)}):
            y = self._at(0, value).y()
            if area.top() <= y <= area.bottom():
                painter.setPen(QPen(QColor(theme.border_strong if value == 0 else theme.border), 1))
                painter.drawLine(QLineF(area.left(), y, area.right(), y))
                painter.setPen(QColor(theme.muted))
                room = QRectF(0, y - 9, _LEFT - 8, 18)
                painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, short(value, 3))
        points = [self._at(column, float(value)) for column, value in enumerate(self._values)]
        painter.setPen(QPen(QColor(theme.positive), 1.6))
        painter.drawPolyline(QPolygonF(points))
        if len(points) <= _DOTS_TO:
            self._paint_dots(painter, points, range(len(points)), theme.positive, 2.4)
        self._paint_dots(painter, points, self._changed, theme.highlight, 3.0)
        for column, role in self._lit.items():
            if column < len(points):
                self._paint_dots(painter, points, [column], getattr(theme, role), 4.5)
        shown = self._cursor if self.hasFocus() else self._hover
        if shown is not None and shown < len(points):
            painter.setPen(QPen(translucent(theme.highlight, 0.7), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QLineF(points[shown].x(), area.top(), points[shown].x(), area.bottom()))
            painter.setPen(QPen(QColor(theme.focus if self.hasFocus() else theme.highlight), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(points[shown], 5, 5)
        painter.setPen(QColor(theme.muted))
        below = QRectF(area.left(), area.bottom() + 6, area.width(), 18)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._caption)
        painter.end()

    def _nearest_tick(self, value: float) -> float:
        """A round number a little inside the end of the scale."""
        inside = value * 0.94
        return float(f"{inside:.1g}") if inside else 0.0

    @staticmethod
    def _paint_dots(
        painter: QPainter, points: list[QPointF], columns: Iterable[int], colour: str, radius: float
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        for column in columns:
            if column < len(points):
                painter.drawEllipse(points[column], radius, radius)

    # ---- mouse

    def _column_at(self, point: QPointF) -> int | None:
        area = self._area().adjusted(-10, -_TOP, 10, 10)
        if not area.contains(point):
            return None
        share = (point.x() - self._area().left()) / self._area().width()
        return max(0, min(len(self._values) - 1, round(share * (len(self._values) - 1))))

    def _value_at(self, point: QPointF) -> float:
        area = self._area()
        share = min(1.0, max(0.0, (area.bottom() - point.y()) / area.height()))
        return float(f"{self._low + share * (self._high - self._low):.3g}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        column = self._column_at(event.position())
        buttons = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        if column is None or event.button() not in buttons:
            super().mousePressEvent(event)
        elif self.tool == "point":
            if event.button() == Qt.MouseButton.LeftButton:
                self.clicked.emit(0, column, event.globalPosition().toPoint())
        else:
            self._erasing = self.tool == "eraser" or event.button() == Qt.MouseButton.RightButton
            self._last = (column, 0.0 if self._erasing else self._value_at(event.position()))
            self.drawn.emit({(0, column): self._last[1]})

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        column = self._column_at(event.position())
        if column != self._hover:
            self._hover = column
            shape = Qt.CursorShape.PointingHandCursor if self.tool == "point" else Qt.CursorShape.CrossCursor
            self.setCursor(shape if column is not None else Qt.CursorShape.ArrowCursor)
            self.hovered.emit(None if column is None else (0, column))
            self.update()
        if self._last is not None and column is not None:
            before, now = self._last, (column, 0.0 if self._erasing else self._value_at(event.position()))
            steps = abs(now[0] - before[0])
            drawn = {(0, now[0]): now[1]}
            for step in range(1, steps):
                between = before[0] + (now[0] - before[0]) * step // steps
                drawn[0, between] = float(f"{before[1] + (now[1] - before[1]) * step / steps:.4g}")
            self._last = now
            self.drawn.emit(drawn)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._last is not None:
            self._last = None
            self.stroke_ended.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.hovered.emit(None)
        self.update()

    # ---- keyboard

    def event(self, event: QEvent) -> bool:
        """While the keyboard is here, its arrows and Space are not the transport's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            moves = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape)
            if event.key() in (*moves, *_DO) and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, size = event.key(), len(self._values)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._cursor = (self._cursor + (1 if key == Qt.Key.Key_Right else -1)) % size
            self.hovered.emit((0, self._cursor))
            self.update()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.tool != "point":
            lift = _NUDGE * (self._high - self._low) * (1 if key == Qt.Key.Key_Up else -1)
            self.drawn.emit({(0, self._cursor): float(f"{float(self._values[self._cursor]) + lift:.4g}")})
        elif key in _DO:
            self.clicked.emit(0, self._cursor, self.mapToGlobal(self.point(self._cursor).toPoint()))
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._cursor = min(self._cursor, len(self._values) - 1)
        self.hovered.emit((0, self._cursor))
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.stroke_ended.emit()
        self.hovered.emit(None)
        self.update()
