"""The layers of the window microscope that stay while the window moves: pictures with their grid lines and padding."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from playground.ui.microscopes.cells import NumberFormat, number_size, paint_cells
from playground.ui.theme import appearance, mix
from playground.ui.widgets.tensor_image import BLACK, image_of

Pixels = np.ndarray[Any, np.dtype[np.uint32]]
_LINES_FROM = 6.0
_NUMBERS_FROM = 25.0
_FEW = 64  # so many cells get round corners; more are drawn as one picture


def shows_numbers(cell: float) -> bool:
    """Whether cells of that width have their numbers written in."""
    return cell >= _NUMBERS_FROM and number_size(cell, 5) > 0


def paint_picture(
    painter: QPainter, rect: QRectF, values: np.ndarray, pixels: Pixels, written: NumberFormat, *, grey: bool = False
) -> None:
    """A map enlarged to `rect`, cells set apart where they are large enough, with numbers where those can be read.

    A `grey` picture is black and white in both themes, and so are the lines between its cells.
    """
    rows, columns = values.shape
    cell = rect.width() / columns
    numbers = shows_numbers(cell)
    if numbers and values.size <= _FEW:
        paint_cells(painter, rect, values, pixels, written, letters=5)
        return
    mode = Qt.TransformationMode.FastTransformation if cell >= 1 else Qt.TransformationMode.SmoothTransformation
    ratio = painter.device().devicePixelRatioF()
    size = QSize(max(1, round(rect.width() * ratio)), max(1, round(rect.height() * ratio)))
    picture = QPixmap.fromImage(image_of(pixels).scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode))
    picture.setDevicePixelRatio(ratio)
    painter.drawPixmap(rect.topLeft(), picture)
    if cell >= _LINES_FROM:
        paint_lines(painter, rect, (rows, columns), BLACK if grey else appearance.theme.canvas)
    if numbers:
        paint_cells(painter, rect, values, pixels, written, letters=5, ground=False)


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


def paint_padding(
    painter: QPainter, rect: QRectF, padded: tuple[int, int], before: tuple[int, int], after: tuple[int, int]
) -> None:
    """The cells of padding around a picture that fills `rect`, in a ground of their own: they are no pixels."""
    if not any((*before, *after)):
        return
    width, height = rect.width() / padded[1], rect.height() / padded[0]
    inner = rect.adjusted(before[1] * width, before[0] * height, -after[1] * width, -after[0] * height)
    theme = appearance.theme
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    for part in _around(rect, inner):
        painter.fillRect(part, QColor(theme.canvas_dot if theme.is_dark else mix(theme.canvas, theme.border, 0.6)))
    painter.setClipRect(rect)
    if width >= _LINES_FROM:
        for part in _around(rect, inner):
            painter.setClipRect(part)
            paint_lines(painter, rect, padded, theme.canvas)
    painter.restore()


def _around(outer: QRectF, inner: QRectF) -> tuple[QRectF, ...]:
    """The frame between two rectangles, as four."""
    return (
        QRectF(outer.left(), outer.top(), outer.width(), inner.top() - outer.top()),
        QRectF(outer.left(), inner.bottom(), outer.width(), outer.bottom() - inner.bottom()),
        QRectF(outer.left(), inner.top(), inner.left() - outer.left(), inner.height()),
        QRectF(inner.right(), inner.top(), outer.right() - inner.right(), inner.height()),
    )


def paint_empty_map(painter: QPainter, rect: QRectF, shape: tuple[int, int]) -> None:
    """A map of which nothing is computed yet: its cells, faintly."""
    theme = appearance.theme
    painter.fillRect(rect, QColor(mix(theme.canvas, theme.raised, 0.5 if theme.is_dark else 0.8)))
    if rect.width() / shape[1] >= _LINES_FROM:
        paint_lines(painter, rect, shape, theme.canvas)
