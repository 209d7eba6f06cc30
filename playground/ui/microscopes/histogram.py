"""Two histograms under each other: a channel's numbers before and after, with their mean and deviation marked."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance, translucent
from playground.ui.widgets.numbers import short

_BINS = 41
_ROUNDING = 1e-9
"""Of the largest number: a mean that is less is 0, but for rounding."""


class Histograms(QWidget):
    """`show_numbers` takes titles and arrays; all are drawn on one scale, so that shift and spread can be compared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[tuple[str, np.ndarray[Any, Any], float | None]] = []
        self.setMinimumHeight(216)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_numbers(self, rows: list[tuple[str, np.ndarray[Any, Any], float | None]]) -> None:
        """(title, numbers, the one in focus or None) for each histogram, from top to bottom."""
        self.rows = [(title, np.ravel(numbers), focus) for title, numbers, focus in rows]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.rows:
            return
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(box, 8, 8)
        together = np.concatenate([numbers for _, numbers, _ in self.rows])
        reach = float(np.abs(together[np.isfinite(together)]).max(initial=1e-9)) * 1.02
        height = box.height() / len(self.rows)
        for place, (title, numbers, focus) in enumerate(self.rows):
            row = QRectF(box.left() + 14, box.top() + place * height + 8, box.width() - 28, height - 14)
            self._paint_row(painter, row, title, numbers, focus, reach)
        painter.end()

    def _paint_row(
        self, painter: QPainter, row: QRectF, title: str, numbers: np.ndarray, focus: float | None, reach: float
    ) -> None:
        theme = appearance.theme
        mean, deviation = float(numbers.mean()), float(numbers.std())
        if abs(mean) < _ROUNDING * reach:
            mean = 0.0
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        head = QRectF(row.left(), row.top(), row.width(), 16)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(font("mono_small"))
        text = f"mean {short(mean, 4)}   deviation {short(deviation, 4)}"
        painter.drawText(head, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        plot = row.adjusted(0, 20, 0, -2)

        def x_of(value: float) -> float:
            return plot.left() + (value + reach) / (2 * reach) * plot.width()

        amounts, edges = np.histogram(numbers, bins=_BINS, range=(-reach, reach))
        tallest = max(1, int(amounts.max()))
        painter.setPen(Qt.PenStyle.NoPen)
        span = QRectF(
            x_of(mean - deviation), plot.top(), x_of(mean + deviation) - x_of(mean - deviation), plot.height()
        )
        painter.fillRect(span, translucent(theme.focus, 0.14))
        for amount, left, right in zip(amounts, edges[:-1], edges[1:], strict=True):
            if amount:
                tall = max(1.0, plot.height() * float(np.sqrt(amount / tallest)))
                middle = (left + right) / 2
                colour = theme.positive if middle > 1e-12 else theme.negative if middle < -1e-12 else theme.muted
                painter.fillRect(
                    QRectF(x_of(left) + 0.5, plot.bottom() - tall, max(1.0, x_of(right) - x_of(left) - 1), tall),
                    QColor(colour),
                )
        painter.setPen(QPen(QColor(theme.border_strong), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        painter.setPen(QPen(QColor(theme.text), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x_of(mean), plot.top()), QPointF(x_of(mean), plot.bottom()))
        if focus is not None:
            painter.setPen(QPen(QColor(theme.highlight), 2))
            painter.drawLine(QPointF(x_of(focus), plot.top() + 4), QPointF(x_of(focus), plot.bottom()))
