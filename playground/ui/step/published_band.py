"""One line beneath the microscope: what is printed of the number in focus, and what is live, where no drawer is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from playground.ui.fonts import FontRole, font
from playground.ui.microscopes.published_list import Live, paint_live
from playground.ui.theme import appearance
from playground.ui.widgets.numbers import MINUS

if TYPE_CHECKING:
    from playground.zoo import Published

_HEIGHT = 26
_LEFT, _GAP, _BETWEEN = 24.0, 8.0, 26.0
_MORE = 90.0
"""Room for saying that there are more."""


class PublishedBand(QAbstractButton):
    """Shows as many printed numbers as there is room for; a click asks for all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.theirs = "published"
        self.covered = 0
        """So many pixels at its right lie under the drawer."""
        self._numbers: tuple[Published, ...] = ()
        self._live: Live = {}
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        appearance.changed.connect(self.update)

    def show_numbers(self, numbers: Sequence[Published], live: Live) -> None:
        """What is printed of this place, and what is live, as far as it is known."""
        self._numbers, self._live = tuple(numbers), live
        notes = dict.fromkeys(text for number in numbers for text in (number.note, number.remark) if text)
        self.setToolTip("\n\n".join([*notes, "Click to see all printed numbers (B)"]))
        self.setAccessibleName(self.said)
        self.update()

    @property
    def said(self) -> str:
        """What the line says, without its colours."""
        if not self._numbers:
            return "Nothing is printed of this station"
        return f"{self.theirs}: " + ", ".join(f"{number.label} {number.printed}" for number in self._numbers)

    def sizeHint(self) -> QSize:
        return QSize(400, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = appearance.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.raised if self.underMouse() else theme.panel))
        painter.setPen(QColor(theme.border))
        painter.drawLine(0, 0, self.width(), 0)
        left = self._write(painter, _LEFT, self.theirs if self._numbers else self.said, theme.muted)
        for place, number in enumerate(self._numbers):
            if place and left + self._width(number) + _MORE > self.width() - self.covered:
                self._write(painter, left, f"and {len(self._numbers) - place} more", theme.muted)
                break
            left = self._paint_number(painter, left, number)
        else:
            self._write_note(painter, left)
        painter.end()

    def _write_note(self, painter: QPainter, left: float) -> None:
        """Why the first that differs does, as far as there is room."""
        note = next((number.note for number in self._numbers if number.note), "")
        room = int(self.width() - self.covered - left - _GAP)
        if note and room > _MORE:
            text = QFontMetricsF(font("small")).elidedText(f"* {note}", Qt.TextElideMode.ElideRight, room)
            self._write(painter, left, text, appearance.theme.muted)

    def _paint_number(self, painter: QPainter, left: float, number: Published) -> float:
        theme = appearance.theme
        left = self._write(painter, left, number.label, theme.text)
        left = self._write(painter, left, number.printed.replace("-", MINUS), theme.text, "mono_small")
        left = self._write(painter, left, "live", theme.muted)
        live = self._live.get(number)
        if live is None:
            return self._write(painter, left, "…", theme.muted) + _BETWEEN - _GAP
        painter.setFont(font("mono_small"))
        return paint_live(painter, number, live, QRectF(left, 0, 0, _HEIGHT), "*" * bool(number.note)) + _BETWEEN

    def _write(self, painter: QPainter, left: float, text: str, colour: str, role: FontRole = "small") -> float:
        painter.setFont(font(role))
        painter.setPen(QColor(colour))
        painter.drawText(QRectF(left, 0, self.width() - left, _HEIGHT), Qt.AlignmentFlag.AlignVCenter, text)
        return left + QFontMetricsF(font(role)).horizontalAdvance(text) + _GAP

    def _width(self, number: Published) -> float:
        letters, digits = QFontMetricsF(font("small")), QFontMetricsF(font("mono_small"))
        return (
            letters.horizontalAdvance(f"{number.label}live") + 2 * digits.horizontalAdvance(number.printed) + 4 * _GAP
        )
