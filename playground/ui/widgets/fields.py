"""Fields for numbers and choices: to the right, in the mono font, and deaf to the wheel unless they have the keyboard.

(A wheel turned over a form is meant for scrolling; it must not change a number in passing.)
"""

from __future__ import annotations

import math

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QPaintEvent, QPalette, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from playground.ui.widgets.numbers import MINUS


class IntegerField(QSpinBox):
    """A whole number from `low` to `high`. `valueChanged` is sent when typing is finished or an arrow is used."""

    def __init__(self, low: int = 0, high: int = 2**31 - 1, value: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _prepare(self)
        self.setRange(low, high)
        self.setValue(value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class DecimalField(QDoubleSpinBox):
    """A number from `low` to `high`, written without trailing zeros (0.001, 1e−7); arrows step its leading digit.

    `valueChanged` is sent when typing is finished or an arrow is used. `decimals` bounds the digits that are kept.
    """

    def __init__(
        self,
        low: float = 0.0,
        high: float = 1e9,
        value: float = 0.0,
        decimals: int = 12,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        _prepare(self)
        self.setDecimals(decimals)
        self.setRange(low, high)
        self.setValue(value)

    def textFromValue(self, value: float) -> str:
        text = f"{value:.7g}"
        if "e" in text:
            mantissa, power = text.split("e")
            text = f"{mantissa}e{int(power)}"
        return text.replace("-", MINUS)

    def valueFromText(self, text: str) -> float:
        try:
            return float(_plain(text))
        except ValueError:
            return self.value()

    def validate(self, text: str, position: int) -> object:
        """Accept what Python reads as a number, "," or "." being the point; a half-typed exponent is not yet wrong."""
        plain = _plain(text)
        try:
            number = float(plain)
        except ValueError:
            unfinished = not plain.strip("+-.") or plain.rstrip("+-").lower().endswith("e")
            state = QValidator.State.Intermediate if unfinished else QValidator.State.Invalid
            return state, text, position
        inside = math.isfinite(number) and self.minimum() <= number <= self.maximum()
        return (QValidator.State.Acceptable if inside else QValidator.State.Intermediate), text, position

    def stepBy(self, steps: int) -> None:
        """One step is one unit of the leading digit (0.03 → 0.04, 0.001 → 0.002, and 0.001 → 0.0009 downwards)."""
        value = self.value()
        size = abs(value)
        if size == 0:
            unit = min(0.1, (self.maximum() - self.minimum()) / 10)
        else:
            power = math.floor(math.log10(size) + 1e-9)
            towards_zero = steps * value < 0
            if towards_zero and math.isclose(size, 10.0**power, rel_tol=1e-9):
                power -= 1
            unit = 10.0**power
        self.setValue(round(value + steps * unit, self.decimals()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceField(QComboBox):
    """One of a few choices, shown to the right; with `prose` to the left in the font for text."""

    def __init__(self, choices: tuple[str, ...] = (), *, prose: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prose = prose
        self.setProperty("prose", prose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.addItems(choices)

    def show_text(self, text: str) -> None:
        """Show a choice; what is not among them is written all the same, and none of them is chosen."""
        self.setPlaceholderText(text)
        self.setCurrentIndex(self.findText(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._prose or self.isEditable():
            super().paintEvent(event)
            return
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        text, option.currentText = option.currentText, ""  # type: ignore[attr-defined]
        text = text if self.currentIndex() >= 0 else self.placeholderText()
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        group = QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled
        painter.setPen(self.palette().color(group, QPalette.ColorRole.Text))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _prepare(field: QAbstractSpinBox) -> None:
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    field.setKeyboardTracking(False)
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.setLocale(QLocale.c())  # a point as in every formula on the screen


def _plain(text: str) -> str:
    return text.strip().replace(MINUS, "-").replace(",", ".")
