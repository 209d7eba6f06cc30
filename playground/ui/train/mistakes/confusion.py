"""The confusion matrix: a row for each true class, a column for each class that the network named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance, mix
from playground.ui.widgets.numbers import count
from playground.ui.widgets.words_under import tell_words

_LABELS, _GAP, _MOST_CELL = 64, 3, 34


class ConfusionMatrix(QWidget):
    """Right answers on the diagonal, mistakes beside it; the stronger the colour, the larger the part of its row."""

    cell_clicked = Signal(int, int)
    """(true class, named class) of a cell with examples that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = np.zeros((0, 0), dtype=np.int64)
        self._classes: tuple[str, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        appearance.changed.connect(self.update)

    def set_counts(self, counts: np.ndarray, classes: Sequence[str]) -> None:
        """Show `counts[true, named]`."""
        resized = counts.shape != self._counts.shape
        self._counts, self._classes = counts, tuple(classes)
        total = int(counts.sum())
        right = int(np.trace(counts))
        self.setAccessibleName(f"Confusion matrix: {right:,} of {total:,} validation examples are right")
        if resized:
            self.updateGeometry()
        self.update()

    @property
    def counts(self) -> np.ndarray:
        """What is shown."""
        return self._counts

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._pitch(width) * len(self._counts)) + 20 if len(self._counts) else 1

    def sizeHint(self) -> QSize:
        return QSize(360, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def words_at(self, place: QPoint) -> str:
        """What the cell under a point says; empty outside."""
        cell = self.cell_at(place)
        if cell is None:
            return ""
        row, column = cell
        number, of = int(self._counts[row, column]), int(self._counts[row].sum())
        true, named = self._classes[row], self._classes[column]
        if row == column:
            return f"{count(number)} of {count(of)} examples of {true} are recognised."
        return f"{count(number)} of {count(of)} examples of {true} are taken for {named}."

    def cell_at(self, place: QPoint) -> tuple[int, int] | None:
        """True class and named class of the cell under a point; None outside."""
        pitch, size = self._pitch(self.width()), len(self._counts)
        row, column = int(place.y() // pitch), int((place.x() - _LABELS) // pitch)
        inside = 0 <= row < size and 0 <= column < size and place.x() >= _LABELS
        return (row, column) if inside else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        has_examples = cell is not None and self._counts[cell] > 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if has_examples else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None and self._counts[cell] > 0:
            self.cell_clicked.emit(*cell)

    def _pitch(self, width: int) -> float:
        size = max(1, len(self._counts))
        return min(_MOST_CELL + _GAP, max(8.0, (width - _LABELS) / size))

    def event(self, event: QEvent) -> bool:
        return tell_words(self, event, self.words_at) or super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        size = len(self._counts)
        if not size:
            return
        theme, pitch = appearance.theme, self._pitch(self.width())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = np.maximum(self._counts.sum(axis=1), 1)
        painter.setFont(font("small"))
        metrics = painter.fontMetrics()
        for row in range(size):
            label = QRectF(0, row * pitch, _LABELS - 8, pitch - _GAP)
            name = metrics.elidedText(self._classes[row], Qt.TextElideMode.ElideRight, _LABELS - 8)
            painter.setPen(QColor(theme.muted))
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(font("tiny"))
        for row in range(size):
            for column in range(size):
                cell = QRectF(_LABELS + column * pitch, row * pitch, pitch - _GAP, pitch - _GAP)
                self._paint_cell(painter, cell, int(self._counts[row, column]), int(rows[row]), row == column)
        self._paint_foot(painter, pitch)
        painter.end()

    def _paint_cell(self, painter: QPainter, cell: QRectF, number: int, of: int, is_right: bool) -> None:
        theme = appearance.theme
        share = number / of
        # The root makes a few mistakes among hundreds of right answers visible.
        strength = share if is_right else share**0.5
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mix(theme.raised, theme.positive if is_right else theme.negative, strength)))
        painter.drawRoundedRect(cell, 3, 3)
        if cell.width() < 15:
            return
        strong = strength > 0.5
        bright = theme.text if not strong else "#ffffff" if is_right or theme.is_dark else theme.text
        painter.setPen(QColor(bright if number else theme.disabled))
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, str(number))

    def _paint_foot(self, painter: QPainter, pitch: float) -> None:
        """The classes once more under the columns, where they fit."""
        theme, size = appearance.theme, len(self._counts)
        painter.setFont(font("tiny"))
        painter.setPen(QColor(theme.muted))
        metrics = painter.fontMetrics()
        for column, name in enumerate(self._classes):
            room = QRect(round(_LABELS + column * pitch), round(size * pitch), round(pitch - _GAP), 18)
            shown = name if metrics.horizontalAdvance(name) <= room.width() else name[:3]
            if metrics.horizontalAdvance(shown) <= room.width() + 2:
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)
