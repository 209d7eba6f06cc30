"""Points in the plane as a picture: x₁ to the right, x₂ upwards, each point in the colour of its class or value."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.data.class_colours import class_colour
from playground.ui.fonts import font
from playground.ui.theme import appearance, mix
from playground.ui.widgets.numbers import MINUS

REACH = 6.5
_DOT = 8.0
_LEVELS = 10
"""Of colours for values, on either side of zero."""


class PlaneCanvas(QWidget):
    """Shows points; `is_test` ones are hollow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places = np.zeros((0, 2), np.float32)
        self._targets = np.zeros(0, np.int64)
        self._is_test = np.zeros(0, np.bool_)
        self._classes = 2
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 220)
        appearance.changed.connect(self.update)

    def show_points(self, places: np.ndarray, targets: np.ndarray, is_test: np.ndarray, classes: int) -> None:
        """`places` (N, 2); `targets` class numbers, or values where `classes` is 0."""
        self._places, self._targets, self._is_test, self._classes = places, targets, is_test, classes
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(440, 440)

    @property
    def area(self) -> QRectF:
        """The square in which the plane lies."""
        side = min(self.width(), self.height()) - 2.0
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def at(self, x: float, y: float) -> QPointF:
        """Where a point of the plane lies in the widget."""
        area = self.area
        return QPointF(
            area.left() + (x + REACH) / (2 * REACH) * area.width(),
            area.top() + (REACH - y) / (2 * REACH) * area.height(),
        )

    def place_of(self, position: QPointF) -> tuple[float, float]:
        """The point of the plane at a place in the widget."""
        area = self.area
        return (
            (position.x() - area.left()) / area.width() * 2 * REACH - REACH,
            REACH - (position.y() - area.top()) / area.height() * 2 * REACH,
        )

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        painter.setClipRect(self.area)
        for colour, chosen in self._groups():
            self._paint_group(painter, colour, chosen & ~self._is_test, hollow=False)
            self._paint_group(painter, colour, chosen & self._is_test, hollow=True)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        theme, area = appearance.theme, self.area
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.field))
        painter.drawRect(area)
        painter.setFont(font("tiny"))
        for value in range(-6, 7, 2):
            painter.setPen(QPen(QColor(theme.border_strong if value == 0 else theme.border), 1))
            painter.drawLine(self.at(value, -REACH), self.at(value, REACH))
            painter.drawLine(self.at(-REACH, value), self.at(REACH, value))
            painter.setPen(QColor(theme.muted))
            text = f"{value}".replace("-", MINUS)
            below, beside = self.at(value, -REACH), self.at(-REACH, value)
            if value != -6:
                painter.drawText(QRectF(below.x() + 2, below.y() - 15, 24, 14), Qt.AlignmentFlag.AlignLeft, text)
            painter.drawText(QRectF(beside.x() + 3, beside.y() - 14, 24, 14), Qt.AlignmentFlag.AlignLeft, text)
        for name, rect in (
            ("x₁", QRectF(area.right() - 24, self.at(0, 0).y() + 2, 20, 14)),
            ("x₂", QRectF(self.at(0, 0).x() + 4, area.top() + 3, 20, 14)),
        ):
            painter.drawText(rect, Qt.AlignmentFlag.AlignRight if name == "x₁" else Qt.AlignmentFlag.AlignLeft, name)

    def _groups(self) -> list[tuple[QColor, np.ndarray]]:
        """The points of each colour, so that thousands are painted by a few commands."""
        targets = self._targets
        if self._classes:
            return [(class_colour(number), targets == number) for number in range(self._classes)]
        theme, values = appearance.theme, targets.reshape(len(targets), -1)[:, 0] if len(targets) else targets
        largest = float(np.abs(values).max()) if len(values) else 1.0
        level = np.rint(values / (largest or 1.0) * _LEVELS)
        ends = {True: theme.positive, False: theme.negative}
        return [
            (QColor(mix(theme.muted, ends[number >= 0], abs(number) / _LEVELS)), level == number)
            for number in range(-_LEVELS, _LEVELS + 1)
        ]

    def _paint_group(self, painter: QPainter, colour: QColor, chosen: np.ndarray, *, hollow: bool) -> None:
        if not chosen.any():
            return
        theme = appearance.theme
        dots = QPolygonF([self.at(float(x), float(y)) for x, y in self._places[chosen]])
        for width, ink in ((_DOT + 1.5, QColor(theme.field)), (_DOT, colour), *_hole(hollow, QColor(theme.field))):
            painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPoints(dots)


def _hole(hollow: bool, ground: QColor) -> tuple[tuple[float, QColor], ...]:
    return ((_DOT - 4, ground),) if hollow else ()
