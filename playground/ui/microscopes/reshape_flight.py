"""Cells on their way from one map to the other: they fly over, and what has not arrived yet is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.ui.theme import appearance

_DURATION = 420
"""Milliseconds of a flight."""


@dataclass(frozen=True)
class Flight:
    """One cell: from where to where, and its colour (0xffRRGGBB)."""

    start: QRectF
    end: QRectF
    colour: int


class FlightView(QWidget):
    """Lies over both maps; lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hidden: tuple[QRectF, ...] = ()
        self._flights: tuple[Flight, ...] = ()
        self._part = 1.0
        self.animation = QVariantAnimation(self)
        self.animation.setStartValue(0.0)
        self.animation.setEndValue(1.0)
        self.animation.setDuration(_DURATION)
        self.animation.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self.animation.valueChanged.connect(self._on_part)
        self.hide()

    @property
    def hidden_cells(self) -> int:
        """How many cells have not arrived yet."""
        return len(self._hidden)

    def carry(self, flights: Sequence[Flight], hidden: Sequence[QRectF]) -> None:
        """Let cells fly over; `hidden` have not arrived yet, and stay hidden afterwards."""
        self.animation.stop()
        self._flights, self._hidden, self._part = tuple(flights), tuple(hidden), 0.0
        self.setVisible(bool(flights or hidden))
        self.raise_()
        if flights:
            self.animation.start()
        self.update()

    def end(self) -> None:
        """All have arrived."""
        self.animation.stop()
        self._flights, self._hidden = (), ()
        self.hide()

    def _on_part(self, part: float) -> None:
        self._part = float(part)
        if self._part >= 1.0:
            self._flights = ()
            self.setVisible(bool(self._hidden))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = QColor(appearance.theme.canvas)
        for cell in self._hidden:
            painter.fillRect(cell, ground)
        for flight in self._flights:
            painter.fillRect(flight.end, ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for flight in self._flights:
            away = flight.end.center() - flight.start.center()
            # A slight arc, so that cells on straight ways do not hide each other.
            lift = QPointF(0.0, -28.0 * 4 * self._part * (1 - self._part))
            center = flight.start.center() + away * self._part + lift
            wide = flight.start.width() + (flight.end.width() - flight.start.width()) * self._part
            high = flight.start.height() + (flight.end.height() - flight.start.height()) * self._part
            rect = QRectF(center.x() - wide / 2, center.y() - high / 2, max(1.5, wide - 1), max(1.5, high - 1))
            painter.fillRect(rect, QColor.fromRgb(flight.colour))
        painter.end()
