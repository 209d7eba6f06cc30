"""One array as a crisp picture whose cells can be pointed at, clicked, dragged over and walked with the arrow keys."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.theme import appearance
from playground.ui.widgets.numbers import short
from playground.ui.widgets.tensor_image import BLACK, Kind, image_of, pixels_of

_GRID_FROM = 7.0  # cells this wide or wider are set apart by hairlines
_WELL_FILLED = 0.85  # whole-pixel cells are used if they fill at least this share of the room

_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


def cell_size(rows: int, columns: int, width: float, height: float, ratio: float = 1.0) -> float:
    """The side of a square cell so that rows × columns fit in width × height; whole device pixels if they fill it."""
    exact = min(width / columns, height / rows)
    whole = math.floor(exact * ratio) / ratio
    return whole if whole >= _WELL_FILLED * exact else exact


class TensorView(QWidget):
    """Shows one array: (height, width), or (3, height, width) as a colour picture.

    `hovered` sends ``(row, column)``, or None when the pointer leaves; `clicked` and `dragged` send row and column.
    """

    hovered = Signal(object)
    clicked = Signal(int, int)
    dragged = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._array: np.ndarray | None = None
        self._kind: Kind = "signed"
        self._scale: float | None = None
        self._image = QImage()
        self._pixmap = QPixmap()
        self._highlight: QRect | None = None
        self._cursor: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        appearance.changed.connect(self._recolour)

    def set_array(self, array: np.ndarray | None, kind: Kind = "signed", scale: float | None = None) -> None:
        """Show `array`. `scale` is the magnitude at full colour (signed) or white (grey, colour); None: the largest."""
        if array is not None and array.ndim != (3 if kind == "colour" else 2):
            raise ValueError(f"A {kind} picture cannot be made of an array of shape {array.shape}.")
        resized = (self._array is None) != (array is None) or (
            array is not None and self._array is not None and array.shape[-2:] != self._array.shape[-2:]
        )
        self._array, self._kind, self._scale = array, kind, scale
        if resized:
            self._cursor = None
            self.updateGeometry()
        self._recolour()

    @property
    def rows(self) -> int:
        return 0 if self._array is None else int(self._array.shape[-2])

    @property
    def columns(self) -> int:
        return 0 if self._array is None else int(self._array.shape[-1])

    def set_highlight(self, cells: QRect | None) -> None:
        """Frame some cells in gold: a QRect of (column, row, columns, rows); None takes the frame away."""
        if cells != self._highlight:
            old, self._highlight = self._highlight, cells
            for changed in (old, cells):
                if changed is not None:
                    self.update(self.cells_rect(changed).adjusted(-4, -4, 4, 4).toAlignedRect())

    def picture_rect(self) -> QRectF:
        """Where the picture lies in the widget; empty without an array."""
        if self._array is None or not self.rows or not self.columns:
            return QRectF()
        side = cell_size(self.rows, self.columns, self.width(), self.height(), self.devicePixelRatioF())
        width, height = side * self.columns, side * self.rows
        ratio = self.devicePixelRatioF()
        left = math.floor((self.width() - width) / 2 * ratio) / ratio
        top = math.floor((self.height() - height) / 2 * ratio) / ratio
        return QRectF(left, top, width, height)

    def cells_rect(self, cells: QRect) -> QRectF:
        """Where the cells (column, row, columns, rows) lie in the widget."""
        whole = self.picture_rect()
        side = whole.width() / max(1, self.columns)
        origin = QPointF(whole.left() + cells.left() * side, whole.top() + cells.top() * side)
        return QRectF(origin.x(), origin.y(), cells.width() * side, cells.height() * side)

    def cell_at(self, position: QPointF | QPoint) -> tuple[int, int] | None:
        """(row, column) under a point of the widget; None outside the picture."""
        whole, point = self.picture_rect(), QPointF(position)
        if not whole.contains(point):
            return None
        side = whole.width() / self.columns
        row, column = int((point.y() - whole.top()) / side), int((point.x() - whole.left()) / side)
        return min(row, self.rows - 1), min(column, self.columns - 1)

    def sizeHint(self) -> QSize:
        if not self.rows or not self.columns:
            return QSize(96, 96)
        side = max(1, min(14, 240 // max(self.rows, self.columns)))
        return QSize(side * self.columns, side * self.rows)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(64, max(16, self.columns)), min(64, max(16, self.rows)))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._array is None or self._image.isNull():
            return
        painter = QPainter(self)
        self._paint_picture(painter)
        if self._highlight is not None:
            painter.setPen(_pen(appearance.theme.highlight, 2))
            painter.drawRect(self.cells_rect(self._highlight))
        if self.hasFocus() and self._cursor is not None:
            row, column = self._cursor
            painter.setPen(_pen(appearance.theme.focus, 2))
            painter.drawRect(self.cells_rect(QRect(column, row, 1, 1)))
        painter.end()

    def _paint_picture(self, painter: QPainter) -> None:
        whole = self.picture_rect()
        ratio = self.devicePixelRatioF()
        wanted = QSize(round(whole.width() * ratio), round(whole.height() * ratio))
        if self._pixmap.size() != wanted:
            self._pixmap = self._enlarged(wanted, whole.width() / self.columns, ratio)
        painter.drawPixmap(whole.topLeft(), self._pixmap)

    def _enlarged(self, wanted: QSize, side: float, ratio: float) -> QPixmap:
        shrinking = wanted.width() < self.columns
        mode = Qt.TransformationMode.SmoothTransformation if shrinking else Qt.TransformationMode.FastTransformation
        result = QPixmap.fromImage(self._image.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, mode))
        if side >= _GRID_FROM:
            painter = QPainter(result)
            colour = QColor(appearance.theme.canvas if self._kind == "signed" else BLACK)
            line = max(1, round(ratio))
            for column in range(1, self.columns):
                painter.fillRect(round(column * side * ratio), 0, line, wanted.height(), colour)
            for row in range(1, self.rows):
                painter.fillRect(0, round(row * side * ratio), wanted.width(), line, colour)
            painter.end()
        result.setDevicePixelRatio(ratio)
        return result

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._pixmap = QPixmap()
        super().resizeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if cell == self._cursor:
            return
        self._point_at(cell)
        if cell is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(*cell)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._point_at(cell)
            self.clicked.emit(*cell)
        else:
            super().mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _ARROWS.get(Qt.Key(event.key()))
        if step is not None and self._array is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            row, column = self._cursor or (0, 0)
            if self._cursor is not None:
                row = max(0, min(self.rows - 1, row + step[0]))
                column = max(0, min(self.columns - 1, column + step[1]))
            self._point_at((row, column))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor is not None:
            self.clicked.emit(*self._cursor)
        else:
            super().keyPressEvent(event)

    def _point_at(self, cell: tuple[int, int] | None) -> None:
        if cell == self._cursor:
            return
        self._cursor = cell
        if cell is not None and self._array is not None:
            value = self._array[..., cell[0], cell[1]]
            shown = ", ".join(short(number) for number in np.atleast_1d(value))
            self.setAccessibleDescription(f"Row {cell[0]}, column {cell[1]}: {shown}")
        self.update()
        self.hovered.emit(cell)

    def _recolour(self) -> None:
        if self._array is None or 0 in self._array.shape:
            self._image = QImage()
        else:
            self._image = image_of(pixels_of(self._array, self._kind, self._scale))
        self._pixmap = QPixmap()
        self.update()


def _pen(colour: str, width: float) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen
