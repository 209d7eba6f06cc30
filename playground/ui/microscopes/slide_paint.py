"""The layers of the window microscope that stay while the window moves: pictures with their grid lines and padding."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap

from playground.ui.microscopes.cells import NumberFormat, number_size, paint_cells
from playground.ui.theme import appearance, mix
from playground.ui.widgets.tensor_image import BLACK, image_of

Pixels = np.ndarray[Any, np.dtype[np.uint32]]
_LINES_FROM = 6.0
_NUMBERS_FROM = 25.0
_FEW_LETTERS_FROM = 16.0
_FEW = 64  # so many cells get round corners; more are drawn as one picture
_MOST_HATCHED = 3000


def shows_numbers(cell: float, letters: int = 5) -> bool:
    """Whether cells of that width have their numbers written in; few letters fit into smaller ones."""
    return cell >= (_NUMBERS_FROM if letters >= 5 else _FEW_LETTERS_FROM) and number_size(cell, letters) > 0


def letters_of(written: NumberFormat) -> int:
    """The room that the longest number of a grid is given."""
    return 5 if written.decimals else 3


def paint_picture(
    painter: QPainter,
    rect: QRectF,
    values: np.ndarray,
    pixels: Pixels,
    written: NumberFormat,
    *,
    grey: bool = False,
    outside: np.ndarray | None = None,
) -> None:
    """A map enlarged to `rect`, cells set apart where they are large enough, with numbers where those can be read.

    A `grey` picture is black and white in both themes, and so are the lines between its cells. Cells `outside` it are
    padding: hatched, their zeros quiet, and their lines those of the theme.
    """
    rows, columns = values.shape
    width, height = rect.width() / columns, rect.height() / rows
    letters = letters_of(written)
    numbers = shows_numbers(min(width, height * 1.4), letters)
    if numbers and values.size <= _FEW:
        paint_cells(painter, rect, values, pixels, written, letters=letters)
        paint_hatching(painter, rect, outside)
        return
    mode = Qt.TransformationMode.FastTransformation if width >= 1 else Qt.TransformationMode.SmoothTransformation
    ratio = painter.device().devicePixelRatioF()
    size = QSize(max(1, round(rect.width() * ratio)), max(1, round(rect.height() * ratio)))
    picture = QPixmap.fromImage(image_of(pixels).scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode))
    picture.setDevicePixelRatio(ratio)
    painter.drawPixmap(rect.topLeft(), picture)
    if width >= _LINES_FROM:
        paint_lines(painter, rect, (rows, columns), appearance.theme.canvas)
        if grey:
            painter.save()
            painter.setClipRect(_inside(rect, outside), Qt.ClipOperation.IntersectClip)
            paint_lines(painter, rect, (rows, columns), BLACK)
            painter.restore()
    paint_hatching(painter, rect, outside)
    if numbers:
        paint_cells(painter, rect, values, pixels, written, letters=letters, ground=False)


def _inside(rect: QRectF, outside: np.ndarray | None) -> QRectF:
    """The part of a picture that is no padding."""
    if outside is None or not outside.any() or outside.all():
        return rect
    rows, columns = np.flatnonzero(~outside.all(axis=1)), np.flatnonzero(~outside.all(axis=0))
    height, width = rect.height() / outside.shape[0], rect.width() / outside.shape[1]
    corner = rect.topLeft() + QPointF(columns[0] * width, rows[0] * height)
    return QRectF(corner, QSizeF(len(columns) * width, len(rows) * height))


def paint_hatching(painter: QPainter, rect: QRectF, outside: np.ndarray | None) -> None:
    """Stripes over the cells that are padding, where they are large enough to be seen."""
    if outside is None or not outside.any():
        return
    rows, columns = outside.shape
    width, height = rect.width() / columns, rect.height() / rows
    cells = np.argwhere(outside)
    if min(width, height) < _LINES_FROM or len(cells) > _MOST_HATCHED:
        return
    theme = appearance.theme
    path, left, top = QPainterPath(), rect.left(), rect.top()
    for row, column in cells.tolist():
        path.addRect(left + column * width, top + row * height, width - 1, height - 1)
    painter.fillPath(path, QBrush(QColor(mix(theme.canvas_dot, theme.muted, 0.3)), Qt.BrushStyle.BDiagPattern))


def paint_lines(painter: QPainter, rect: QRectF, shape: tuple[int, int], colour: str) -> None:
    """Hairlines between the cells of a picture."""
    width, height = rect.width() / shape[1], rect.height() / shape[0]
    columns = (round(rect.left() + column * width) - 0.5 for column in range(1, shape[1]))
    rows = (round(rect.top() + row * height) - 0.5 for row in range(1, shape[0]))
    lines = [QLineF(x, rect.top(), x, rect.bottom()) for x in columns]
    lines += [QLineF(rect.left(), y, rect.right(), y) for y in rows]
    was = painter.testRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(colour), 1))
    painter.drawLines(lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, was)
    painter.setPen(Qt.PenStyle.NoPen)


def paint_empty_map(painter: QPainter, rect: QRectF, shape: tuple[int, int]) -> None:
    """A map of which nothing is computed yet: its cells, faintly."""
    theme = appearance.theme
    painter.fillRect(rect, QColor(mix(theme.canvas, theme.raised, 0.5 if theme.is_dark else 0.8)))
    if rect.width() / shape[1] >= _LINES_FROM:
        paint_lines(painter, rect, shape, theme.canvas)
