"""A dense layer with many units: the weights as a matrix, inputs above it, units at its right, one row in focus."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.cells import frame_pen
from playground.ui.microscopes.dense_numbers import DenseNumbers
from playground.ui.theme import appearance, translucent
from playground.ui.widgets.numbers import short
from playground.ui.widgets.tensor_image import image_of, magnitude, signed_pixels

_STRIP = 20.0
_LABEL = 20.0
_GAP = 12.0
_SIDE = 26.0
_ROWS = ("inputs x", "× weights of the row", "= products")
_ROWS_BACK = ("inputs x", "× blame of the unit", "= gradient of the row")


class MatrixView(QWidget):
    """`unit_chosen` sends a row, `feature_chosen` a column."""

    unit_chosen = Signal(int)
    feature_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers: DenseNumbers | None = None
        self._unit = 0
        self._feature = -1
        self._hover: tuple[int, int] | None = None
        self._matrix = QPixmap()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        appearance.changed.connect(self._redraw)

    def show_numbers(self, numbers: DenseNumbers, unit: int, feature: int) -> None:
        """The row `unit` in focus; `feature` is the input in focus."""
        fresh = self._numbers is None or self._numbers.scene is not numbers.scene
        self._numbers, self._unit, self._feature = numbers, unit, feature
        if fresh:
            self._redraw()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(820, 520)

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 240)

    # ---- where things are

    def matrix_rect(self) -> QRectF:
        """The weights."""
        below = 3 * (_STRIP + _LABEL) + _GAP * 2
        top = _LABEL + _SIDE + 6
        width = self.width() - _SIDE - 10 - 66
        return QRectF(0, top, width, max(40.0, self.height() - top - _LABEL - below))

    def inputs_rect(self) -> QRectF:
        """The inputs, a column above each column of the matrix."""
        matrix = self.matrix_rect()
        return QRectF(matrix.left(), _LABEL, matrix.width(), _SIDE)

    def units_rect(self) -> QRectF:
        """The units, a row beside each row of the matrix."""
        matrix = self.matrix_rect()
        return QRectF(matrix.right() + 10, matrix.top(), _SIDE, matrix.height())

    def strip_rect(self, place: int) -> QRectF:
        """One of the three enlarged strips of the row in focus."""
        matrix = self.matrix_rect()
        top = matrix.bottom() + _LABEL + _GAP + place * (_STRIP + _LABEL) + _LABEL
        return QRectF(matrix.left(), top, matrix.width(), _STRIP)

    def _row_rect(self, unit: int) -> QRectF:
        assert self._numbers is not None
        matrix = self.matrix_rect()
        height = matrix.height() / self._numbers.units
        return QRectF(matrix.left(), matrix.top() + unit * height, matrix.width(), height)

    def _column_x(self, feature: int) -> tuple[float, float]:
        assert self._numbers is not None
        matrix = self.matrix_rect()
        width = matrix.width() / self._numbers.features
        return matrix.left() + feature * width, width

    # ---- painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._redraw()

    def _redraw(self) -> None:
        numbers = self._numbers
        if numbers is None:
            return
        shown = numbers.frame.grad_weights["weight"] if numbers.backward else numbers.weights
        rect = self.matrix_rect()
        self._matrix = _scaled(shown, rect, self.devicePixelRatioF())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        numbers = self._numbers
        if numbers is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(self.matrix_rect().topLeft(), self._matrix)
        self._paint_strip(painter, self.inputs_rect(), numbers.handed_back if numbers.backward else numbers.x)
        column = (numbers.blame if numbers.backward else numbers.z)[:, np.newaxis]
        painter.drawPixmap(self.units_rect().topLeft(), _scaled(column, self.units_rect(), self.devicePixelRatioF()))
        self._paint_row(painter)
        self._paint_labels(painter)
        painter.end()

    def _paint_strip(self, painter: QPainter, rect: QRectF, values: np.ndarray, scale: float | None = None) -> None:
        painter.drawPixmap(rect.topLeft(), _scaled(values[np.newaxis], rect, self.devicePixelRatioF(), scale))

    def _paint_row(self, painter: QPainter) -> None:
        """The row in focus: framed in the matrix, and enlarged below as inputs × weights = products."""
        numbers, unit = self._numbers, self._unit
        assert numbers is not None
        row, theme = self._row_rect(unit), appearance.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(frame_pen())
        painter.drawRect(row.adjusted(-1, -1.5, 1, 1.5))
        cell = QRectF(self.units_rect().left(), row.top(), _SIDE, row.height())
        painter.drawRect(cell.adjusted(-1, -1.5, 1, 1.5))
        if numbers.backward:
            blame = np.full(numbers.features, numbers.blame[unit])
            strips = (numbers.x, blame, numbers.gradients(unit))
            scales = (None, magnitude(numbers.blame), None)
        else:
            strips = (numbers.x, numbers.weights[unit], numbers.products(unit))
            scales = (None, magnitude(numbers.weights), None)
        for place, (values, scale) in enumerate(zip(strips, scales, strict=True)):
            self._paint_strip(painter, self.strip_rect(place), values, scale)
        first = self.strip_rect(0)
        painter.setPen(QPen(translucent(theme.highlight, 0.45), 1))
        painter.drawLine(QPointF(row.left(), row.bottom()), QPointF(first.left(), first.top()))
        painter.drawLine(QPointF(row.right(), row.bottom()), QPointF(first.right(), first.top()))
        if self._feature >= 0:
            left, width = self._column_x(self._feature)
            painter.setPen(frame_pen(width=1.5))
            for rect in (self.inputs_rect(), *(self.strip_rect(place) for place in range(3))):
                painter.drawRect(QRectF(left - 1, rect.top() - 1.5, max(width, 3.0) + 1, rect.height() + 3))

    def _paint_labels(self, painter: QPainter) -> None:
        numbers, theme = self._numbers, appearance.theme
        assert numbers is not None
        scene, back = numbers.scene, numbers.backward
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        flags = Qt.AlignmentFlag.AlignVCenter
        source = scene.title(scene.source())
        top = (
            f"blame handed back to the {numbers.features} inputs"
            if back
            else f"{numbers.features} inputs from {source}"
        )
        painter.drawText(QRectF(0, 0, self.matrix_rect().width(), _LABEL - 2), flags, top)
        matrix = self.matrix_rect()
        what = "gradients" if back else "weights"
        caption = f"{numbers.units} × {numbers.features} {what}: a row for each unit — click one"
        if self._hover is not None:
            unit, feature = self._hover
            shown = numbers.frame.grad_weights["weight"] if back else numbers.weights
            caption = f"unit {unit + 1}, input {feature + 1}: {short(float(shown[unit, feature]), 6)}"
        painter.drawText(QRectF(matrix.left(), matrix.bottom() + 2, matrix.width(), _LABEL), flags, caption)
        for place, text in enumerate(_ROWS_BACK if back else _ROWS):
            rect = self.strip_rect(place)
            painter.drawText(QRectF(rect.left(), rect.top() - _LABEL + 1, rect.width(), _LABEL - 2), flags, text)
        units = self.units_rect()
        row = self._row_rect(self._unit)
        painter.setFont(font("mono"))
        painter.setPen(QColor(theme.highlight_text))
        value = float((numbers.blame if back else numbers.z)[self._unit])
        where = QRectF(units.right() + 6, min(max(row.center().y() - 9, units.top()), units.bottom() - 18), 66, 18)
        painter.drawText(where, flags, short(value, 4))
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        head = QRectF(units.left() - 40, units.top() - _LABEL, 66, _LABEL)
        painter.drawText(head, flags | Qt.AlignmentFlag.AlignRight, "blame" if back else "units z")

    # ---- the pointer

    def _at(self, point: QPointF) -> tuple[int, int] | None:
        numbers, matrix = self._numbers, self.matrix_rect()
        if numbers is None or not matrix.adjusted(0, 0, 40, 0).contains(point):
            return None
        unit = min(numbers.units - 1, int((point.y() - matrix.top()) / matrix.height() * numbers.units))
        feature = min(numbers.features - 1, int((point.x() - matrix.left()) / matrix.width() * numbers.features))
        return unit, max(0, feature)

    def _feature_at(self, point: QPointF) -> int | None:
        numbers = self._numbers
        if numbers is None:
            return None
        for rect in (self.inputs_rect(), *(self.strip_rect(place) for place in range(3))):
            if rect.contains(point):
                return min(numbers.features - 1, int((point.x() - rect.left()) / rect.width() * numbers.features))
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hover = self._at(event.position())
        over = hover is not None or self._feature_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        if hover != self._hover:
            self._hover = hover
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found, feature = self._at(event.position()), self._feature_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or (found is None and feature is None):
            super().mousePressEvent(event)
        elif found is not None:
            self.unit_chosen.emit(found[0])
            if event.position().x() < self.matrix_rect().right():
                self.feature_chosen.emit(found[1])
        else:
            assert feature is not None
            self.feature_chosen.emit(feature)


def _scaled(values: np.ndarray[Any, Any], rect: QRectF, ratio: float, scale: float | None = None) -> QPixmap:
    """A heat map of exactly that size; smoothed only where several numbers share a pixel."""
    image = image_of(signed_pixels(values, scale))
    size = (rect.size() * ratio).toSize()
    crowded = size.width() < image.width() or size.height() < image.height()
    mode = Qt.TransformationMode.SmoothTransformation if crowded else Qt.TransformationMode.FastTransformation
    pixmap = QPixmap.fromImage(image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
