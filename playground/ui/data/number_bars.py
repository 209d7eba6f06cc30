"""How numbers are spread, as bars: one histogram, or those of several parts stacked on each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.numbers import short

_BINS = 40
_FOOT = 18


@dataclass(frozen=True, eq=False)
class Bars:
    """Counts in equal bins from `least` to `most`: one row of counts for each role of colour."""

    least: float
    most: float
    counts: tuple[tuple[str, np.ndarray], ...]


def bars_of(values: Mapping[str, np.ndarray], roles: Mapping[str, str], bins: int = _BINS) -> Bars:
    """The histograms of several lists of numbers over the range of them all."""
    filled = {name: numbers for name, numbers in values.items() if len(numbers)}
    if not filled:
        return Bars(0, 1, ())
    least = min(float(numbers.min()) for numbers in filled.values())
    most = max(float(numbers.max()) for numbers in filled.values())
    ends = (least, most if most > least else least + 1)
    return Bars(
        least, most, tuple((roles[name], np.histogram(numbers, bins, ends)[0]) for name, numbers in filled.items())
    )


class NumberBars(QWidget):
    """The bars, with the least and the largest number below."""

    def __init__(self, *, is_root: bool = False, parent: QWidget | None = None) -> None:
        """`is_root`: heights are the square roots of the counts, so that rare numbers are seen beside frequent ones."""
        super().__init__(parent)
        self._is_root = is_root
        self._bars = Bars(0, 1, ())
        self._unit = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(90)
        appearance.changed.connect(self.update)

    def show_bars(self, bars: Bars) -> None:
        """Show these."""
        self._bars = bars
        self.setAccessibleDescription(f"Numbers from {short(bars.least)} to {short(bars.most)}")
        self.update()

    def set_unit(self, unit: str) -> None:
        """What stands behind the ends of the range."""
        self._unit = unit
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, bars = appearance.theme, self._bars
        painter = QPainter(self)
        ground = QRectF(0.5, 0.5, self.width() - 1, self.height() - _FOOT - 1)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.field))
        painter.drawRect(ground)
        if bars.counts:
            self._paint_bars(painter, ground.adjusted(4, 6, -4, 0))
        painter.setFont(font("mono_small"))
        painter.setPen(QColor(theme.muted))
        foot = QRectF(0, ground.bottom() + 2, self.width(), _FOOT - 2)
        unit = f" {self._unit}" if self._unit else ""
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, short(bars.least) + unit)
        if self._is_root:
            painter.setFont(font("tiny"))
            painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter, "height: the square root of how many")
            painter.setFont(font("mono_small"))
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, short(bars.most) + unit)
        painter.end()

    def _paint_bars(self, painter: QPainter, rect: QRectF) -> None:
        stacked = np.sum([counts for _, counts in self._bars.counts], axis=0)
        largest, side = int(stacked.max()) or 1, rect.width() / len(stacked)
        below = np.zeros(len(stacked))
        painter.setPen(Qt.PenStyle.NoPen)
        for role, counts in self._bars.counts:
            painter.setBrush(QColor(getattr(appearance.theme, role)))
            for place in np.flatnonzero(counts).tolist():
                low, high = below[place] / largest, (below[place] + counts[place]) / largest
                if self._is_root:
                    low, high = low**0.5, high**0.5
                left, bottom = rect.left() + place * side, rect.bottom() - rect.height() * float(low)
                height = rect.height() * float(high - low)
                painter.drawRect(QRectF(left, bottom - height, max(1.0, side - 1), height))
            below += counts
