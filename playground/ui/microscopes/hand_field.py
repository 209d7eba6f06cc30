"""A field for one number that can be changed by hand: type and Enter, or nudge it with the arrows."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from playground.ui.by_hand import ByHandError
from playground.ui.session import Session
from playground.ui.widgets.numbers import MINUS

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

_HINT = "Type a number and press Enter. ↑ and ↓ nudge it, with Shift ten times as far; Ctrl+Z takes it back."


class HandField(QLineEdit):
    """Shows the number at a place and changes it in the session's document.

    `refused` says in words why what was typed cannot stand there, empty once it can; `entered` is sent after a change.
    """

    refused = Signal(str)
    entered = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._place: Place | None = None
        self._name = ""
        self._shown = ""
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setLocale(QLocale.c())
        self.setMaxLength(40)
        self.setToolTip(_HINT)
        self.setAccessibleDescription(_HINT)
        self.returnPressed.connect(self.commit)

    def show_place(self, place: Place, name: str = "") -> None:
        """Show the number at a place that can be changed, called `name` in menus; what is being typed there stays."""
        text = written(self._session.by_hand.value(place))
        if place == self._place and (text == self._shown or (self.isModified() and self.hasFocus())):
            self._name = name
            return
        whole = self.hasFocus() and self.selectedText() == self.text()
        self._place, self._name = place, name
        self._write(text)
        if whole:
            self.selectAll()

    @property
    def place(self) -> Place | None:
        """Where the number stands."""
        return self._place

    def commit(self) -> None:
        """Take what was typed."""
        if self._place is None or self.text() == self._shown:
            return
        try:
            value = self._session.by_hand.read(self._place, self.text())
            self._session.by_hand.change({self._place: value}, self._label(value))
        except ByHandError as error:
            self._refuse(str(error))
            return
        self._write(written(value))
        self.selectAll()
        self.entered.emit()

    def nudge(self, steps: int) -> None:
        """Move the number by so many small steps; nudges in a row are one step of undo."""
        if self._place is None:
            return
        by_hand = self._session.by_hand
        try:
            value = by_hand.value(self._place)
            step = step_of(value)
            value = float(round(Decimal(repr(value)) / step + steps) * step)
            by_hand.change({self._place: value}, self._label(value), merge=("nudge", self._place))
        except ByHandError as error:
            self._refuse(str(error))
            return
        self._write(written(value))
        self.selectAll()
        self.entered.emit()

    def _label(self, value: float) -> str:
        return f"Change {self._name} to {written(value)}" if self._name else ""

    def _write(self, text: str) -> None:
        self._shown = text
        self.setText(text)
        self.setCursorPosition(0)
        self.setModified(False)
        self._refuse("")

    def _refuse(self, words: str) -> None:
        if bool(self.property("invalid")) != bool(words):
            self.setProperty("invalid", bool(words))
            self.style().unpolish(self)
            self.style().polish(self)
        self.refused.emit(words)

    # ---- keys

    def event(self, event: QEvent) -> bool:
        """Undo and redo are those of the document, unless something is half typed."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_undo(event):
            if self.text() != self._shown and event.matches(QKeySequence.StandardKey.Undo):
                event.accept()
            else:
                event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self.nudge(far if event.key() == Qt.Key.Key_Up else -far)
        elif _is_undo(event):
            if self.text() != self._shown:
                self._write(self._shown)
                self.selectAll()
            elif event.matches(QKeySequence.StandardKey.Undo):
                self._session.document.undo()
            else:
                self._session.document.redo()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tab takes what was typed; leaving in another way does not."""
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.commit()
        super().focusOutEvent(event)


def _is_undo(event: QKeyEvent) -> bool:
    """Ctrl+Z, Ctrl+Shift+Z or Ctrl+Y."""
    with_y = event.key() == Qt.Key.Key_Y and event.modifiers() == Qt.KeyboardModifier.ControlModifier
    return with_y or event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


def written(value: float) -> str:
    """A number as it can be typed: seven digits, a real minus sign, no thousands."""
    text = f"{value:.7g}"
    if "e" in text:
        mantissa, power = text.split("e")
        text = f"{mantissa}e{int(power)}"
    return text.replace("-", MINUS)


def step_of(value: float) -> Decimal:
    """How far a nudge goes: 0.01 between 0.1 and 10, beyond about a hundredth of the number."""
    size = abs(value)
    if size == 0 or 0.1 <= size < 10:
        return Decimal("0.01")
    power = math.floor(math.log10(size))
    return Decimal(1).scaleb(power - 2 if size >= 10 else power - 1)
