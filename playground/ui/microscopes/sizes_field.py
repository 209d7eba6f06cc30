"""A field for a setting with a number for each dimension: "3", "3 × 5", or the word "same"."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from playground.graph.model import ParamValue
from playground.layers import PADDING_WORDS
from playground.ui.widgets.numbers import MINUS

_LARGEST = 10**6


class SizesSpin(QAbstractSpinBox):
    """Shows one number where all dimensions agree. The arrows change all of them by one.

    `changed` sends an int (for all dimensions), a tuple of ints or a word; `refused` why a text is none of these.
    """

    changed = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: ParamValue = 1
        self._low = 0
        self._shown = ""
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.editingFinished.connect(self._finish)

    def show_value(self, value: ParamValue, low: int = 0) -> None:
        """Show a setting; nothing is sent. `low` is the least number that it can have."""
        self._value, self._low = value, low
        self._shown = _written(value)
        self.lineEdit().setText(self._shown)
        self.lineEdit().setCursorPosition(0)

    @property
    def value(self) -> ParamValue:
        """The setting that is shown."""
        return self._value

    def enter(self, text: str) -> None:
        """As if this were typed, and Enter pressed."""
        self.lineEdit().setText(text)
        self._finish()

    def stepBy(self, steps: int) -> None:
        value = self._value
        if isinstance(value, tuple):
            self.changed.emit(tuple(max(self._low, int(size) + steps) for size in value))
        elif isinstance(value, int):
            self.changed.emit(max(self._low, value + steps))
        else:  # a word: the arrows begin with the least
            self.changed.emit(self._low)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flag = QAbstractSpinBox.StepEnabledFlag
        sizes = self._value if isinstance(self._value, tuple) else (self._value,)
        lowest = all(isinstance(size, int) and size <= self._low for size in sizes)
        return flag.StepUpEnabled if lowest else flag.StepUpEnabled | flag.StepDownEnabled

    def validate(self, text: str, position: int) -> object:
        return QValidator.State.Acceptable, text, position

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _finish(self) -> None:
        text = self.lineEdit().text().strip()
        if text == self._shown:
            return
        if text.lower() in PADDING_WORDS:
            self.changed.emit(text.lower())
            return
        words = [word for word in re.split(r"[×xX*,;\s()]+", text.replace(MINUS, "-")) if word]
        wrong = next((word for word in words if not re.fullmatch(r"-?[0-9]{1,7}", word)), None)
        if not words or wrong is not None:
            what = "No size is given" if wrong is None else f"“{wrong[:20]}” is not a size"
            self.lineEdit().setText(self._shown)
            self.refused.emit(f"{what}: write a whole number, or one for each dimension, such as 3 × 5.")
            return
        sizes = tuple(max(-_LARGEST, min(_LARGEST, int(word))) for word in words)
        self.changed.emit(sizes[0] if len(sizes) == 1 else sizes)


def _written(value: ParamValue) -> str:
    """3, 3 × 5 or same."""
    if not isinstance(value, tuple):
        return str(value)
    return str(value[0]) if len(set(value)) == 1 else "×".join(str(size) for size in value)
