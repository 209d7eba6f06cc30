"""One line under the timeline: the four phases with the present one lit, and what is being shown of it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.step.phases import PHASES, PhaseName, phase_text_colour
from playground.ui.theme import Theme, appearance

_ARROW = " → "
_GAP = 14.0


@dataclass(frozen=True)
class _Part:
    text: str
    colour: str
    bold: bool = False


class StatusLine(QWidget):
    """All four phases where there is room, else the present one alone; the rest ends in "…", and is told on hover.

    It is painted, not a label: a label lays the bar out anew with every new text, which a step should not wait for.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phase: PhaseName = "forward"
        self._status = ""
        self.setFont(font("small"))
        self._bold = QFont(self.font())
        self._bold.setWeight(QFont.Weight.DemiBold)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        appearance.changed.connect(self.update)

    def show_status(self, phase: PhaseName, status: str) -> None:
        """Say another thing."""
        if (phase, status) != (self._phase, self._status):
            self._phase, self._status = phase, status
            self.setToolTip(status)
            self.setAccessibleName(f"{phase}: {status}")
            self.update()

    def text(self) -> str:
        """What is being shown, whether or not there is room for all of it."""
        return self._status

    @property
    def shows_all_phases(self) -> bool:
        """Whether there is room for them."""
        parts = self._phases(appearance.theme)
        return self._width_of(parts) + _GAP + QFontMetricsF(self.font()).horizontalAdvance(self._status) <= self.width()

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.fontMetrics().height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        plain, x = QFontMetricsF(self.font()), 0.0
        y = (self.height() + plain.ascent() - plain.descent()) / 2
        phases = self._phases(theme) if self.shows_all_phases else [self._present(theme)]
        for part in phases:
            painter.setFont(self._bold if part.bold else self.font())
            painter.setPen(QColor(part.colour))
            painter.drawText(QPointF(x, y), part.text)
            x += self._width_of([part])
        painter.setFont(self.font())
        painter.setPen(QColor(theme.muted))
        room = max(0.0, self.width() - x - _GAP)
        painter.drawText(QPointF(x + _GAP, y), plain.elidedText(self._status, Qt.TextElideMode.ElideRight, room))
        painter.end()

    def _phases(self, theme: Theme) -> list[_Part]:
        parts: list[_Part] = []
        for phase in PHASES:
            if parts:
                parts.append(_Part(_ARROW, theme.disabled))
            parts.append(self._present(theme) if phase == self._phase else _Part(phase, theme.muted))
        return parts

    def _present(self, theme: Theme) -> _Part:
        return _Part(self._phase, phase_text_colour(theme, self._phase), bold=True)

    def _width_of(self, parts: list[_Part]) -> float:
        plain, bold = QFontMetricsF(self.font()), QFontMetricsF(self._bold)
        return sum((bold if part.bold else plain).horizontalAdvance(part.text) for part in parts)
