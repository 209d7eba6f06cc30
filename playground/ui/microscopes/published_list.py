"""Published beside live: each printed number, the number computed here, and the digits that agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.numbers import MINUS, exact
from playground.zoo import agrees, compared

if TYPE_CHECKING:
    from playground.zoo import Published

Live = Mapping["Published", tuple[float, ...]]

_ROW = 20
_GAP = 9.0
_TICK = 16.0
_LEAST = 50.0
"""Of a column of numbers: its name has to fit above it."""
_PAD = 8.0
_MARK = 3
"""Width of the bar beside rows of the station on screen."""
NOTE_SIGNS = "¹²³⁴⁵⁶⁷⁸⁹"


class PublishedList(QWidget):
    """One row for each printed number. Digits that agree are green, the first that does not and all after it orange.

    A row is chosen by a click, or with the arrows and Enter.
    """

    chosen = Signal(object, QPoint)
    """(Published, global position of its row): where does this number come from?"""
    pointed = Signal(object)
    """The Published under the pointer, or None."""
    current_changed = Signal(QRect)
    """The row that the keyboard is at: it should be in sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers: tuple[Published, ...] = ()
        self._live: Live = {}
        self._is_whole = False
        self._here: frozenset[Published] = frozenset()
        self._focus: frozenset[Published] = frozenset()
        self._hover = self._current = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        appearance.changed.connect(self.update)

    def show_numbers(self, numbers: Sequence[Published], live: Live, *, is_whole: bool = False) -> None:
        """The printed numbers and those live ones that are known so far; `is_whole`: there will be no more."""
        if tuple(numbers) != self._numbers:
            self._hover = self._current = -1
        self._numbers, self._live, self._is_whole = tuple(numbers), dict(live), is_whole
        self.setFixedHeight(_ROW * len(self._numbers) + 2)
        done, total = self.agreement
        self.setAccessibleName(f"{done} of {total} printed numbers agree")
        self.update()

    @property
    def numbers(self) -> tuple[Published, ...]:
        return self._numbers

    @property
    def live(self) -> Live:
        """The live numbers that are known so far."""
        return self._live

    def mark(self, here: Sequence[Published], focus: Sequence[Published]) -> bool:
        """These rows belong to the station on screen, those to the number in focus. Whether they are others now."""
        marks = frozenset(here), frozenset(focus)
        if marks == (self._here, self._focus):
            return False
        others = (marks[0] ^ self._here) | (marks[1] ^ self._focus)
        self._here, self._focus = marks
        for row, number in enumerate(self._numbers):
            if number in others:
                self.update(self.row_rect(row))
        return True

    @property
    def marked(self) -> tuple[set[str], set[str]]:
        """What the rows of the station are called, and those in focus."""
        return {number.label for number in self._here}, {number.label for number in self._focus}

    @property
    def marked_rows(self) -> tuple[QRect, ...]:
        """The last and the first row of the station, then those in focus, where they lie."""
        here = [row for row, number in enumerate(self._numbers) if number in self._here]
        focus = [row for row, number in enumerate(self._numbers) if number in self._focus]
        return tuple(self.row_rect(row) for row in (*here[-1:], *here[:1], *focus[-1:], *focus[:1]))

    @property
    def agreement(self) -> tuple[int, int]:
        """How many rows agree to the last printed digit, of how many that are known."""
        known = [number for number in self._numbers if number in self._live]
        return sum(agrees(number.printed, self._live[number]) for number in known), len(known)

    @property
    def notes(self) -> tuple[str, ...]:
        """Why some digits cannot agree, and what else there is to say; each once, in the order of its sign."""
        return tuple(dict.fromkeys(text for number in self._numbers for text in (number.note, number.remark) if text))

    @property
    def current(self) -> int:
        """The row that was chosen last, or that the keyboard is at; −1 for none."""
        return self._current

    def row_rect(self, row: int) -> QRect:
        """Where a row lies."""
        return QRect(0, row * _ROW, self.width(), _ROW)

    def sizeHint(self) -> QSize:
        return QSize(300, _ROW * len(self._numbers) + 2)

    # ---- pointing and choosing

    def choose(self, row: int) -> None:
        """Ask for the number of a row."""
        if 0 <= row < len(self._numbers):
            self._set_current(row)
            self.chosen.emit(self._numbers[row], self.mapToGlobal(self.row_rect(row).topLeft()))

    def _set_current(self, row: int) -> None:
        self._current = row
        self.current_changed.emit(self.row_rect(row))
        self.update()

    def _row_at(self, y: float) -> int:
        row = int(y // _ROW)
        return row if 0 <= row < len(self._numbers) else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if row != self._hover:
            self._hover = row
            self.pointed.emit(self._numbers[row] if row >= 0 else None)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        del event
        if self._hover >= 0:
            self._hover = -1
            self.pointed.emit(None)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.choose(self._row_at(event.position().y()))

    def event(self, event: QEvent) -> bool:
        """The arrows are the list's own while it has the keyboard; and rows have tooltips of their own."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _OWN_KEYS:
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self._row_at(event.pos().y())
            QToolTip.showText(event.globalPos(), self.tip(row), self, self.row_rect(row)) if row >= 0 else None
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._numbers) - 1
        moves = {
            Qt.Key.Key_Up: max(0, self._current - 1),
            Qt.Key.Key_Down: min(last, self._current + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
            Qt.Key.Key_PageUp: max(0, self._current - 10),
            Qt.Key.Key_PageDown: min(last, self._current + 10),
        }
        key = Qt.Key(event.key())
        if key in moves and last >= 0:
            self._set_current(moves[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose(max(0, self._current))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason) and self._numbers:
            self._set_current(max(0, self._current))

    def tip(self, row: int) -> str:
        """What a row says in full."""
        number = self._numbers[row]
        lines = [f"{number.label.strip()}: printed {number.printed.replace('-', MINUS)}"]
        if (live := self._live.get(number)) is not None:
            lines.append("here " + ", ".join(exact(value * number.unit) for value in live))
        lines += [text for text in (number.note, number.remark) if text]
        return "\n".join([*lines, "Click to see where it comes from."])

    # ---- painting

    def _columns(self) -> tuple[float, float]:
        """Where the printed and the live numbers begin."""
        wide = QFontMetricsF(font("mono_small")).horizontalAdvance("0")
        most = max(_LEAST, max((len(number.printed) for number in self._numbers), default=0) * wide)
        live = self.width() - most - _TICK - _PAD
        return max(70.0, live - most - _GAP), live

    @property
    def printed_column(self) -> float:
        """Where the printed numbers begin, for a heading above them."""
        return self._columns()[0]

    @property
    def live_column(self) -> float:
        """Where the live numbers begin."""
        return self._columns()[1]

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        text, mono = font("small"), font("mono_small")
        printed, live = self._columns()
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for row, number in enumerate(self._numbers):
            box = self.row_rect(row)
            if not event.rect().intersects(box):
                continue
            self._paint_ground(painter, row, box)
            painter.setFont(text)
            painter.setPen(QColor(theme.text if number in self._here else theme.muted))
            label = painter.fontMetrics().elidedText(number.label, Qt.TextElideMode.ElideRight, int(printed - _PAD - 6))
            painter.drawText(QRectF(_PAD, box.top(), printed - _PAD, _ROW), flags, label)
            painter.setFont(mono)
            painter.setPen(QColor(theme.text))
            painter.drawText(QRectF(printed, box.top(), 200, _ROW), flags, number.printed.replace("-", MINUS))
            self._paint_live(painter, number, QRectF(live, box.top(), 200, _ROW))
        painter.end()

    def _paint_ground(self, painter: QPainter, row: int, box: QRect) -> None:
        theme = appearance.theme
        if row == self._current:
            painter.fillRect(box, QColor(theme.selection))
            if self.hasFocus():
                painter.setPen(QColor(theme.focus))
                painter.drawRect(box.adjusted(0, 0, -1, -1))
        elif row == self._hover:
            painter.fillRect(box, QColor(theme.raised))
        number = self._numbers[row]
        if number in self._here:
            role = theme.highlight if number in self._focus else theme.border_strong
            painter.fillRect(QRect(0, box.top() + 1, _MARK, _ROW - 2), QColor(role))

    def _paint_live(self, painter: QPainter, number: Published, box: QRectF) -> None:
        live = self._live.get(number)
        if live is None:
            painter.setPen(QColor(appearance.theme.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, "—" if self._is_whole else "…")
            return
        notes = self.notes
        sign = "".join(NOTE_SIGNS[notes.index(text) % len(NOTE_SIGNS)] for text in (number.note, number.remark) if text)
        paint_live(painter, number, live, box, sign)


def paint_live(painter: QPainter, number: Published, live: tuple[float, ...], box: QRectF, sign: str = "") -> float:
    """Write a live number, its digits coloured by whether they are those printed; returns where it ends.

    Behind it stands a tick if all agree, and the sign of its note.
    """
    theme = appearance.theme
    good, left = agrees(number.printed, live), box.left()
    for piece in compared(number.printed, live):
        painter.setPen(
            QColor(theme.muted if piece.agrees is None else theme.success if piece.agrees else theme.warning)
        )
        written = piece.text.replace("-", MINUS)
        painter.drawText(QRectF(left, box.top(), 200, box.height()), Qt.AlignmentFlag.AlignVCenter, written)
        left += painter.fontMetrics().horizontalAdvance(written)
    painter.setPen(QColor(theme.success if good else theme.warning))
    mark = ("✓" if good else "") + sign
    painter.drawText(QRectF(left + 4, box.top(), 40, box.height()), Qt.AlignmentFlag.AlignVCenter, mark)
    return left + 4 + painter.fontMetrics().horizontalAdvance(mark)


_OWN_KEYS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
)
