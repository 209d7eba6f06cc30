"""Painting one example into a rectangle: a picture, a curve, or a list of numbers as bars about zero."""

from __future__ import annotations

from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from playground.ui.theme import appearance
from playground.ui.widgets.tensor_image import image_of, pixels_between, signed_pixels

Form = Literal["picture", "curve", "list"]


def form_of(shape: tuple[int, ...]) -> Form:
    """How examples of this shape are painted: (channels, rows, columns), (channels, steps) or (numbers,)."""
    return "picture" if len(shape) == 3 else "curve" if len(shape) == 2 else "list"


def paint_example(painter: QPainter, rect: QRectF, x: np.ndarray) -> None:
    """Paint `x` so that it fills the rectangle as far as its proportions allow."""
    form = form_of(x.shape)
    if form == "picture":
        _paint_picture(painter, rect, x)
    elif form == "curve":
        paint_curve(painter, rect, x[0])
    else:
        _paint_bars(painter, rect, x.reshape(-1))


def _paint_picture(painter: QPainter, rect: QRectF, x: np.ndarray) -> None:
    low, high = min(0.0, float(x.min())), max(1.0, float(x.max()))
    if len(x) == 3:
        pixels = pixels_between(x, "colour", (low, high))
    elif low < 0:
        pixels = signed_pixels(x[0])
    else:
        pixels = pixels_between(x[0], "grey", (low, high))
    rows, columns = pixels.shape
    side = min(rect.width() / columns, rect.height() / rows)
    ratio = painter.device().devicePixelRatioF()
    wide, high_ = max(1, round(columns * side * ratio)), max(1, round(rows * side * ratio))
    smooth = side * ratio < 1
    mode = Qt.TransformationMode.SmoothTransformation if smooth else Qt.TransformationMode.FastTransformation
    pixmap = QPixmap.fromImage(image_of(pixels).scaled(wide, high_, Qt.AspectRatioMode.IgnoreAspectRatio, mode))
    pixmap.setDevicePixelRatio(ratio)
    size = pixmap.deviceIndependentSize()
    place = QPointF(rect.center().x() - size.width() / 2, rect.center().y() - size.height() / 2)
    painter.drawPixmap(place, pixmap)


def paint_curve(
    painter: QPainter, rect: QRectF, values: np.ndarray, role: str = "positive", limits: tuple[float, float] = (0, 0)
) -> None:
    """The values as a line, of more values than there are pixels the least and the most in each.

    `limits` are the values at the lower and the upper edge; where they are equal, those of the curve itself.
    """
    low, high = limits if limits[0] < limits[1] else (float(values.min()), float(values.max()))
    if low == high:
        low, high = low - 1, high + 1
    painter.setPen(QPen(QColor(appearance.theme.border), 1))
    if low < 0 < high:
        zero = rect.bottom() - rect.height() * (0 - low) / (high - low)
        painter.drawLine(QPointF(rect.left(), zero), QPointF(rect.right(), zero))
    columns = max(2, int(rect.width()))
    if len(values) > 2 * columns:
        cut = values[: len(values) // columns * columns].reshape(columns, -1)
        shown = np.stack([cut.min(axis=1), cut.max(axis=1)], axis=1).reshape(-1)
        across = np.repeat(np.linspace(0, 1, columns), 2)
    else:
        shown, across = values, np.linspace(0, 1, len(values)) if len(values) > 1 else np.array([0.5])
    xs = rect.left() + across * rect.width()
    ys = rect.bottom() - rect.height() * np.clip((shown - low) / (high - low), 0, 1)
    painter.setPen(QPen(QColor(getattr(appearance.theme, role)), 1.2))
    painter.drawPolyline(QPolygonF([QPointF(float(a), float(b)) for a, b in zip(xs, ys, strict=True)]))


def _paint_bars(painter: QPainter, rect: QRectF, values: np.ndarray) -> None:
    theme = appearance.theme
    largest = float(np.abs(values).max()) or 1.0
    middle, side = rect.center().y(), rect.width() / len(values)
    painter.setPen(QPen(QColor(theme.border), 1))
    painter.drawLine(QPointF(rect.left(), middle), QPointF(rect.right(), middle))
    painter.setPen(Qt.PenStyle.NoPen)
    for number, value in enumerate(values.tolist()):
        height = rect.height() / 2 * value / largest
        painter.setBrush(QColor(theme.positive if value > 0 else theme.negative))
        top = middle - max(0.0, height)
        painter.drawRect(QRectF(rect.left() + number * side, top, max(1.0, side - 1), abs(height)))
