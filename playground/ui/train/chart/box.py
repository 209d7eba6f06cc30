"""The parts of pyqtgraph that the chart of the curves uses in a way of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QGraphicsSceneWheelEvent

from playground.ui.widgets.numbers import short

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLAIN_POWERS = range(-3, 5)


class ChartPlot(pg.PlotWidget):
    """A plot that leaves the wheel to the page around it, unless Ctrl is held."""

    def __init__(self, box: pg.ViewBox) -> None:
        axes = {side: LogarithmicAxis(side) for side in ("left", "bottom")}
        super().__init__(viewBox=box, axisItems=axes)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(self.Shape.NoFrame)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
        else:
            event.ignore()


class ChartBox(pg.ViewBox):
    """A view whose left button draws the rectangle to zoom into; the wheel zooms around the pointer."""

    double_clicked = pg.QtCore.Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.setMouseMode(pg.ViewBox.RectMode)
        self.disableAutoRange()
        self.setDefaultPadding(0)

    def mouseDoubleClickEvent(self, event: QEvent) -> None:
        self.double_clicked.emit()
        event.accept()

    def wheelEvent(self, event: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event, axis)
        else:
            event.ignore()


class LogarithmicAxis(pg.AxisItem):
    """An axis whose numbers may be logarithms (log₁₀); then it is labelled with what they are logarithms of."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.enableAutoSIPrefix(False)
        self._is_logarithmic = False

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Whether its numbers are logarithms."""
        if logarithmic != self._is_logarithmic:
            self._is_logarithmic = logarithmic
            self.picture = None
            self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, Sequence[float]]]:
        """Powers of ten; between them 2 and 5 times, where few powers are seen."""
        if not self._is_logarithmic:
            return super().tickValues(low, high, size)
        low, high = min(low, high), max(low, high)
        powers = [float(power) for power in range(math.ceil(low), math.floor(high) + 1)]
        if high - low > 12:
            powers = powers[::3]
        elif high - low > 6:
            powers = powers[::2]
        between: list[float] = []
        if high - low <= 3:
            steps = (2, 5) if high - low > 0.5 else (1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9)
            if high - low < 0.15:
                steps = tuple(1 + part / 20 for part in range(1, 180))
            for power in range(math.floor(low), math.floor(high) + 1):
                between += [p for step in steps if low <= (p := power + math.log10(step)) <= high]
        return [(1.0, [*powers, *between])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        if not self._is_logarithmic:
            texts = list(super().tickStrings(list(values), scale, spacing))
            return texts if not any("e" in text for text in texts) else [short(value, 3) for value in values]
        return [_power_text(value) for value in values]


def _power_text(logarithm: float) -> str:
    """0.05, 200, and 10⁻⁶ or 2·10⁻⁶ where zeros would have to be counted."""
    power = math.floor(logarithm + 1e-9)
    if power in _PLAIN_POWERS:
        return short(10**logarithm, 3)
    factor = round(10 ** (logarithm - power), 2)
    ten = f"10{str(power).translate(_SUPERSCRIPT)}"
    return ten if factor == 1 else f"{factor:g}·{ten}"
