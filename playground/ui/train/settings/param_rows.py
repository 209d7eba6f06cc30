"""Rows for a list of parameters: label, field, help. It keeps no values; it shows those it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from playground.graph.model import ParamValue
from playground.layers import Param, ParamError
from playground.ui.inspector.number_fields import NumbersField
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import ChoiceField, DecimalField, IntegerField

FIELD = 112
"""Width of the fields."""

Change = Callable[[Param, ParamValue], None]


class ParamRows(QWidget):
    """`change(param, value)` is called for what the user enters, once it is a value that the parameter can take."""

    def __init__(self, params: Sequence[Param], change: Change, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.params = tuple(params)
        self._change = change
        self._is_showing = False
        self.rows: dict[str, FieldRow] = {}
        self._show: dict[str, Callable[[Any], None]] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for param in self.params:
            field, self._show[param.key] = self._field(param)
            self.rows[param.key] = FieldRow(param.title, field, param.help, param.key)
            if not isinstance(field, QCheckBox):
                field.setFixedWidth(FIELD)
            column.addWidget(self.rows[param.key])

    def show_values(self, values: Mapping[str, ParamValue]) -> None:
        """Show these; what is missing has its default."""
        self._is_showing = True
        for param in self.params:
            try:
                self._show[param.key](param.check(values.get(param.key, param.default)))
                self.rows[param.key].set_problem("")
            except ParamError as error:
                self.rows[param.key].set_problem(str(error))
        self._is_showing = False

    def _field(self, param: Param) -> tuple[QWidget, Callable[[Any], None]]:
        match param.kind:
            case "int":
                whole = IntegerField(int(param.minimum), int(param.maximum))
                whole.valueChanged.connect(lambda value: self._set(param, value))
                return whole, whole.setValue
            case "bool":
                box = QCheckBox()
                box.toggled.connect(lambda value: self._set(param, value))
                return box, box.setChecked
            case "choice":
                choice = ChoiceField(param.choices)
                choice.textActivated.connect(lambda value: self._set(param, value))
                return choice, choice.setCurrentText
            case "numbers":
                numbers = NumbersField()
                numbers.changed.connect(lambda value: self._set(param, value))
                numbers.refused.connect(lambda message: self._refuse(param, message))
                return numbers, numbers.show_value
            case _:
                decimal = DecimalField(param.minimum, param.maximum)
                decimal.valueChanged.connect(lambda value: self._set(param, value))
                return decimal, decimal.setValue

    def _set(self, param: Param, value: object) -> None:
        if self._is_showing:
            return
        try:
            checked = param.check(value)
        except ParamError as error:
            self._refuse(param, str(error))
            return
        self.rows[param.key].set_problem("")
        self._change(param, checked)

    def _refuse(self, param: Param, message: str) -> None:
        """Say at the field why what was typed cannot be."""
        self.rows[param.key].set_problem(message)


class ChoiceRows(QWidget):
    """One of several ways, and below it the rows of the one that was chosen."""

    def __init__(self, head: FieldRow | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.inner: ParamRows | None = None
        self._key = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        if head is not None:
            self._column.addWidget(head)

    def show_params(self, key: str, params: Sequence[Param], values: Mapping[str, ParamValue], change: Change) -> None:
        """Show the rows of the choice `key`; they are made anew only when it is another one."""
        if self.inner is None or key != self._key:
            if self.inner is not None:
                self._column.removeWidget(self.inner)
                self.inner.hide()
                self.inner.deleteLater()
            self._key, self.inner = key, ParamRows(params, change)
            self._column.addWidget(self.inner)
        self.inner.show_values(values)
