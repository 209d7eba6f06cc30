"""A whole weight matrix squeezed into a picture, however large it is: of numbers that share a pixel the strongest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.cells import frame_pen
from playground.ui.theme import appearance, translucent
from playground.ui.widgets.numbers import count
from playground.ui.widgets.painted_ahead import PaintedAhead
from playground.ui.widgets.tensor_image import image_of, signed_pixels

Array = np.ndarray[Any, Any]
_ROWS, _COLUMNS = 360, 1200
_LINE = 20.0


@dataclass(frozen=True, eq=False)
class Squeezed:
    """`values` with at most some hundred rows and columns, of a matrix whose largest magnitude is `scale`."""

    values: Array
    scale: float


def fits(matrix: Array) -> bool:
    """Whether every number has a place of its own, so that there is nothing to squeeze."""
    return matrix.shape[0] <= _ROWS and matrix.shape[1] <= _COLUMNS


def squeeze(matrix: Array) -> Squeezed:
    """Of each block of the matrix the number with the largest magnitude; a fifth of a second for 100 million."""
    if fits(matrix):
        finite = np.abs(matrix[np.isfinite(matrix)])
        return Squeezed(matrix, float(finite.max()) if finite.size else 0.0)
    rows = np.linspace(0, matrix.shape[0], min(matrix.shape[0], _ROWS), endpoint=False).astype(int)
    columns = np.linspace(0, matrix.shape[1], min(matrix.shape[1], _COLUMNS), endpoint=False).astype(int)
    highest = np.empty((len(rows), len(columns)), dtype=matrix.dtype)
    lowest = np.empty_like(highest)
    for place, (start, end) in enumerate(zip(rows, [*rows[1:], matrix.shape[0]], strict=True)):
        block = matrix[start:end]
        highest[place] = np.maximum.reduceat(block.max(axis=0), columns)
        lowest[place] = np.minimum.reduceat(block.min(axis=0), columns)
    strongest = np.where(highest >= -lowest, highest, lowest)
    finite = np.abs(strongest[np.isfinite(strongest)])
    return Squeezed(strongest, float(finite.max()) if finite.size else 0.0)


class WeightMap(PaintedAhead):
    """`visited` sends the row and the column, as shares of the whole, that were pressed or dragged to."""

    visited = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._squeezed: Squeezed | None = None
        self._shape = (1, 1)
        self._caption = ""
        self._row = 0
        self._window = QRectF()
        self._picture = QPixmap()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setToolTip("All of it. Press or drag to bring another part below into sight.")
        appearance.changed.connect(self._redraw)

    def show_squeezed(self, squeezed: Squeezed | None, shape: tuple[int, int], caption: str) -> None:
        """Another matrix; None while it is being squeezed."""
        self._squeezed, self._shape, self._caption = squeezed, shape, caption
        self._redraw()

    def show_part(self, row: int, window: QRectF) -> None:
        """The row in focus, and what of the matrix is in sight elsewhere (shares of the whole)."""
        self._row, self._window = row, window
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(820, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 60)

    def picture_rect(self) -> QRectF:
        """Where the picture lies."""
        return QRectF(0, _LINE, self.width() - 1, max(10.0, self.height() - _LINE - 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._redraw()

    def _redraw(self) -> None:
        if self._squeezed is not None:
            size = (self.picture_rect().size() * self.devicePixelRatioF()).toSize()
            image = image_of(signed_pixels(self._squeezed.values, self._squeezed.scale))
            crowded = size.width() < image.width() or size.height() < image.height()
            mode = Qt.TransformationMode.SmoothTransformation if crowded else Qt.TransformationMode.FastTransformation
            self._picture = QPixmap.fromImage(image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode))
            self._picture.setDevicePixelRatio(self.devicePixelRatioF())
        self.update()

    def paint_contents(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, rect = appearance.theme, self.picture_rect()
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        text = painter.fontMetrics().elidedText(self._caption, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(0, 0, self.width(), _LINE - 3), int(Qt.AlignmentFlag.AlignVCenter), text)
        if self._squeezed is None:
            painter.fillRect(rect, QColor(theme.raised))
            numbers = count(self._shape[0] * self._shape[1])
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), f"{numbers} numbers are being drawn …")
        else:
            painter.drawPixmap(rect.topLeft(), self._picture)
            self._paint_marks(painter, rect)
        painter.end()

    def _paint_marks(self, painter: QPainter, rect: QRectF) -> None:
        theme = appearance.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        height = rect.height() / self._shape[0]
        row = QRectF(rect.left(), rect.top() + self._row * height, rect.width(), max(height, 1.0))
        painter.setPen(QPen(QColor(theme.highlight), 1.4))
        painter.drawRect(row.adjusted(0, -1, 0, 1))
        window = QRectF(
            rect.left() + self._window.left() * rect.width(),
            rect.top() + self._window.top() * rect.height(),
            max(4.0, self._window.width() * rect.width()),
            max(4.0, self._window.height() * rect.height()),
        )
        painter.fillRect(window, translucent(theme.text, 0.16))
        painter.setPen(frame_pen("text", 1.2))
        painter.drawRect(window)

    def _visit(self, point: QPointF) -> None:
        rect = self.picture_rect()
        row, column = (point.y() - rect.top()) / rect.height(), (point.x() - rect.left()) / rect.width()
        self.visited.emit(max(0.0, min(1.0, row)), max(0.0, min(1.0, column)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._visit(event.position())
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._visit(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()
