"""Published beside live: each printed number, the number computed here, and the digits that agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.zoo import agreeing_digits, digits

if TYPE_CHECKING:
    from playground.zoo import Published

_ROW = 18
NOTE_SIGNS = "¹²³⁴⁵⁶⁷⁸⁹"


class PublishedList(QWidget):
    """One row for each printed number. Digits that agree are green, the first that does not and all after it orange."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers: tuple[Published, ...] = ()
        self._live: Mapping[Published, float] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_numbers(self, numbers: Sequence[Published], live: Mapping[Published, float]) -> None:
        """The printed numbers and those live ones that are known so far."""
        self._numbers, self._live = tuple(numbers), dict(live)
        self.setFixedHeight(_ROW * len(self._numbers) + 2)
        done, total = self.agreement
        self.setAccessibleName(f"{done} of {total} published numbers agree")
        self.update()

    @property
    def agreement(self) -> tuple[int, int]:
        """How many printed numbers agree to the last printed digit, of how many that are known."""
        known = [number for number in self._numbers if number in self._live]
        same = sum(agreeing_digits(number.printed, self._live[number]) == digits(number.printed) for number in known)
        return same, len(known)

    @property
    def notes(self) -> tuple[str, ...]:
        """Why some digits cannot agree, each reason once, in the order of its sign."""
        return tuple(dict.fromkeys(number.note for number in self._numbers if number.note))

    def sizeHint(self) -> QSize:
        return QSize(300, _ROW * len(self._numbers) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        text, mono = font("small"), font("mono_small")
        column = min(200, int(self.width() * 0.42))
        for place, number in enumerate(self._numbers):
            top = place * _ROW
            if not event.rect().intersects(QRectF(0, top, self.width(), _ROW).toRect()):
                continue
            painter.setFont(text)
            painter.setPen(QColor(theme.muted))
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            label = painter.fontMetrics().elidedText(number.label, Qt.TextElideMode.ElideRight, column - 6)
            painter.drawText(QRectF(0, top, column, _ROW), flags, label)
            painter.setFont(mono)
            painter.setPen(QColor(theme.text))
            painter.drawText(QRectF(column, top, 110, _ROW), flags, number.printed)
            self._paint_live(painter, number, column + (self.width() - column) * 0.5, top)
        painter.end()

    def _paint_live(self, painter: QPainter, number: Published, left: float, top: float) -> None:
        theme = appearance.theme
        live = self._live.get(number)
        if live is None:
            painter.setPen(QColor(theme.disabled))
            painter.drawText(QRectF(left, top, 120, _ROW), Qt.AlignmentFlag.AlignVCenter, "…")
            return
        shown = f"{live:.{len(number.printed.partition('.')[2])}f}"
        agreed = agreeing_digits(number.printed, live)
        advance = painter.fontMetrics().horizontalAdvance("0")
        seen = 0
        for place, character in enumerate(shown):
            seen += character.isdigit()
            same = seen <= agreed and agreed > 0
            painter.setPen(QColor(theme.success if same else theme.warning))
            painter.drawText(
                QRectF(left + place * advance, top, advance + 2, _ROW), Qt.AlignmentFlag.AlignVCenter, character
            )
        after = QRectF(left + (len(shown) + 1) * advance, top, 20, _ROW)
        if agreed < digits(number.printed) and number.note:
            painter.setPen(QColor(theme.muted))
            painter.drawText(
                after, Qt.AlignmentFlag.AlignVCenter, NOTE_SIGNS[self.notes.index(number.note) % len(NOTE_SIGNS)]
            )
        if agreed == digits(number.printed):
            painter.setPen(QColor(theme.success))
            painter.drawText(after, Qt.AlignmentFlag.AlignVCenter, "✓")
