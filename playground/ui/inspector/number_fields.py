"""Fields for several numbers: one spin box for each dimension, padding in words or numbers, and a list written out."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from playground.layers import PADDING_WORDS
from playground.ui.widgets.fields import ChoiceField, IntegerField
from playground.ui.widgets.numbers import MINUS

_AXES = {1: ("",), 2: ("height", "width"), 3: ("depth", "height", "width")}
_SPIN_WIDTH, _NARROW = 62, 48
_GAP = 4
_IN_NUMBERS = "numbers"


class SpinsField(QWidget):
    """A whole number for each dimension, side by side. `changed` sends all of them, as a tuple."""

    changed = Signal(tuple)

    def __init__(self, count: int, low: int, high: int, width: int = _SPIN_WIDTH) -> None:
        super().__init__()
        self.spins = [IntegerField(low, high) for _ in range(count)]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        for spin, axis in zip(self.spins, _AXES[count], strict=True):
            spin.setFixedWidth(width)
            spin.setAccessibleName(axis)
            spin.setToolTip(axis.capitalize())
            spin.valueChanged.connect(lambda _: self.changed.emit(self.value))
            row.addWidget(spin)
        self.setFocusProxy(self.spins[0])

    @property
    def value(self) -> tuple[int, ...]:
        """What the boxes show."""
        return tuple(spin.value() for spin in self.spins)

    def show_value(self, value: Sequence[int]) -> None:
        """Show these numbers; nothing is sent."""
        for spin, number in zip(self.spins, value, strict=True):
            spin.blockSignals(True)
            spin.setValue(number)
            spin.blockSignals(False)


class PaddingField(QWidget):
    """same, valid, or a number for each dimension. `changed` sends the word or the numbers."""

    changed = Signal(object)

    def __init__(self, count: int, low: int, high: int) -> None:
        super().__init__()
        self.choice = ChoiceField((*PADDING_WORDS, _IN_NUMBERS))
        self.numbers = SpinsField(count, low, high, _SPIN_WIDTH if count < 2 else _NARROW)
        self.numbers.changed.connect(self.changed)
        self.choice.currentTextChanged.connect(self._on_choice)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        row.addWidget(self.numbers)
        row.addWidget(self.choice)
        self.setFocusProxy(self.choice)

    def show_value(self, value: str | Sequence[int]) -> None:
        """Show the padding; nothing is sent. With a word the boxes are hidden and keep their numbers."""
        is_word = isinstance(value, str)
        self.choice.blockSignals(True)
        self.choice.setCurrentText(value if is_word else _IN_NUMBERS)
        self.choice.blockSignals(False)
        self.numbers.setVisible(not is_word)
        if not is_word:
            self.numbers.show_value(value)

    def _on_choice(self, text: str) -> None:
        self.changed.emit(self.numbers.value if text == _IN_NUMBERS else text)


class NumbersField(QLineEdit):
    """A list of numbers: "0, −1, 0.5". `changed` sends a tuple of floats, `refused` why a text is no such list."""

    changed = Signal(tuple)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMaxLength(1_000_000)
        self.editingFinished.connect(self._finish)

    def show_value(self, value: Sequence[float]) -> None:
        """Show these numbers, the first of them if there is no room for all."""
        text = ", ".join(_written(number) for number in value)
        if text == self._shown and (self.text() == text or (self.isModified() and self.hasFocus())):
            return  # what is being typed or selected stays as it is
        self._shown = text
        self.setText(self._shown)
        self.setCursorPosition(0)

    def _finish(self) -> None:
        if self.text() == self._shown:
            return
        self.setModified(False)
        found: list[float] = []
        for word in re.split(r"[,;\s]+", self.text().strip(" ,;\t()[]")):
            try:
                found.append(_read(word))
            except ValueError:
                text = f"“{word}” is not a number" if word else "No number is given"
                self.setText(self._shown)
                self.refused.emit(f"{text}: write numbers with commas between them, such as 0, {MINUS}1, 0.5.")
                return
        self.changed.emit(tuple(found))
        self.setText(self._shown)
        self.setCursorPosition(0)


def _read(word: str) -> float:
    """The number a word stands for.

    Raises:
        ValueError: it stands for none, or for none that is finite.
    """
    number = float(word.replace(MINUS, "-"))
    if not math.isfinite(number):
        raise ValueError(word)
    return number


def _written(number: float) -> str:
    """With all digits that matter; whole numbers without a point."""
    text = str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return text.replace("-", MINUS)
