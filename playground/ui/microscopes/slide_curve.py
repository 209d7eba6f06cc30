"""A sequence drawn as a curve above its cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.slide_parts import Box
from playground.ui.theme import appearance, translucent

_MOST_POINTS = 2000


def curve_of(
    values: np.ndarray, rect: QRectF, cells: QRectF, low: float | None = None, high: float | None = None
) -> QPainterPath:
    """The numbers as a line: each above the middle of its cell, the largest on top of `rect`."""
    finite = np.nan_to_num(np.asarray(values, np.float64))
    low = min(0.0, float(finite.min())) if low is None else low
    high = max(0.0, float(finite.max())) if high is None else high
    span = (high - low) or 1.0
    step = max(1, len(finite) // _MOST_POINTS)
    width = cells.width() / len(finite)
    points = [
        QPointF(cells.left() + (i + 0.5) * width, rect.bottom() - (float(finite[i]) - low) / span * rect.height())
        for i in range(0, len(finite), step)
    ]
    path = QPainterPath()
    path.addPolygon(QPolygonF(points))
    return path


def range_of(model: SlideModel, boxes: Sequence[Box]) -> tuple[float, float]:
    """The numbers at the bottom and at the top of the curves of these planes; zero is always between them."""
    planes = [model.plane_at(model.chosen if box.plane is None else box.plane)[0] for box in boxes]
    together = np.nan_to_num(np.stack(planes))
    return min(0.0, float(together.min())), max(0.0, float(together.max()))


def paint_curves(painter: QPainter, rect: QRectF, model: SlideModel, boxes: Sequence[Box]) -> None:
    """The planes of a sequence over one another, the chosen one strong; and the line of zero."""
    planes = [model.plane_at(model.chosen if box.plane is None else box.plane)[0] for box in boxes]
    low, high = range_of(model, boxes)
    theme = appearance.theme
    zero = rect.bottom() + low / ((high - low) or 1.0) * rect.height()
    painter.setPen(QPen(QColor(theme.border), 1, Qt.PenStyle.DotLine))
    painter.drawLine(QLineF(rect.left(), zero, rect.right(), zero))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for box, plane in zip(boxes, planes, strict=True):
        strong = box.plane is None or box.plane == model.chosen
        painter.setPen(QPen(QColor(theme.text) if strong else translucent(theme.muted, 0.5), 1.3 if strong else 1.0))
        painter.drawPath(curve_of(plane, rect, box.rect, low, high))
