"""A small card with one weight, or with all numbers of a unit, to be typed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from playground.ui.train.plane.weights import Number
from playground.ui.widgets.fields import DecimalField
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.popup_panel import PopupPanel

LARGEST = 1_000_000.0
_MOST_ROWS = 17


class PlaneCard(PopupPanel):
    """Shows numbers and says which of them was given another value."""

    changed = Signal(object, float)
    """(Number, value)."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, 250)
        self._title = TextLabel("", "small", wrap=True)
        self._note = TextLabel("", "small", "muted", wrap=True)
        self._rows = QGridLayout()
        self._rows.setVerticalSpacing(4)
        self._fields: dict[Number, DecimalField] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addLayout(self._rows)
        column.addWidget(self._note)

    @property
    def fields(self) -> Mapping[Number, DecimalField]:
        """The field of each number."""
        return self._fields

    def show_numbers(
        self, title: str, numbers: Sequence[Number], state: Mapping[str, np.ndarray], note: str, where: QPoint
    ) -> None:
        """Open beside a point of the screen. With a `note` that says why, nothing can be changed."""
        self.hide()
        self._title.setText(title)
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._fields = {}
        for row, number in enumerate(numbers[:_MOST_ROWS]):
            label, field = TextLabel(number.title, "small", "muted"), DecimalField(-LARGEST, LARGEST)
            field.setAccessibleName(f"{title}: {number.title}")
            field.setFixedWidth(106)
            field.setKeyboardTracking(False)
            field.setReadOnly(bool(note))
            field.setEnabled(not note)
            self._rows.addWidget(label, row, 0)
            self._rows.addWidget(field, row, 1, Qt.AlignmentFlag.AlignRight)
            self._fields[number] = field
        self.show_values(state)
        for number, field in self._fields.items():
            field.valueChanged.connect(lambda value, number=number: self.changed.emit(number, value))
        left_out = len(numbers) - _MOST_ROWS
        more = f"{left_out} more are on the layer’s card in Step." if left_out > 0 else ""
        self._note.setText(note or more or "Enter takes the value; Ctrl+Z takes it back.")
        self._position = where
        self.appear()
        if self._fields and not note:
            first = next(iter(self._fields.values()))
            first.setFocus(Qt.FocusReason.PopupFocusReason)
            first.selectAll()

    def show_values(self, state: Mapping[str, np.ndarray]) -> None:
        """The numbers as they are now, where nobody is typing."""
        for number, field in self._fields.items():
            array = state.get(number.key)
            if array is None or field.hasFocus() or array.ndim != len(number.index):
                continue
            if all(i < size for i, size in zip(number.index, array.shape, strict=True)):
                field.blockSignals(True)
                field.setValue(float(array[number.index]))
                field.blockSignals(False)
