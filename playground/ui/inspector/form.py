"""A form made from a layer type's parameter list: one field for each, every change one undoable edit."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from playground.graph.edits import set_params
from playground.graph.model import Node, ParamValue
from playground.layers import LayerType, Param, ParamError
from playground.ui.session import Session
from playground.ui.widgets.field_row import FIELD_WIDTH, FieldRow
from playground.ui.widgets.fields import ChoiceField, DecimalField, IntegerField

_SHAPE_WIDTH = 130


class SizesField(QLineEdit):
    """Height × width, or a shape: "5 × 5", "5", "1×28×28". `changed` sends a tuple of whole numbers."""

    changed = Signal(tuple)

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self._finish)

    def show_value(self, value: tuple[int, ...]) -> None:
        """Show these sizes."""
        self._shown = " × ".join(str(size) for size in value)
        self.setText(self._shown)

    def _finish(self) -> None:
        if self.text() == self._shown:
            return
        numbers = re.findall(r"-?\d+", self.text())
        if numbers:
            self.changed.emit(tuple(int(number) for number in numbers))
        else:
            self.setText(self._shown)


class ParamForm(QWidget):
    """The fields of one node. It keeps no values: after each edit it shows what the document says."""

    def __init__(self, session: Session, node: Node, kind: LayerType) -> None:
        super().__init__()
        self._session, self._node_id, self._kind = session, node.id, kind
        self._show: dict[str, Callable[[ParamValue], None]] = {}
        self._rows: dict[str, FieldRow] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        for param in kind.params:
            control, show = self._field(param)
            self._rows[param.key] = FieldRow(param.title, control, param.help, param.key)
            if param.kind not in ("bool", "choice"):
                control.setFixedWidth(_SHAPE_WIDTH if param.kind == "shape" else FIELD_WIDTH)
            self._show[param.key] = show
            column.addWidget(self._rows[param.key])
        self.refresh(node)

    def refresh(self, node: Node) -> None:
        """Show the node's values as they are now."""
        for param in self._kind.params:
            try:
                self._show[param.key](param.check(node.params.get(param.key, param.default)))
                self._rows[param.key].set_problem("")
            except ParamError as error:
                self._rows[param.key].set_problem(str(error))

    def _field(self, param: Param) -> tuple[QWidget, Callable[[ParamValue], None]]:
        match param.kind:
            case "int":
                field = IntegerField(int(param.minimum), int(param.maximum))
                field.valueChanged.connect(lambda value: self._set(param, value))
                return field, lambda value: _quietly(field, lambda: field.setValue(int(value)))  # type: ignore[arg-type]
            case "float":
                decimal = DecimalField(param.minimum, param.maximum)
                decimal.valueChanged.connect(lambda value: self._set(param, value))
                return decimal, lambda value: _quietly(decimal, lambda: decimal.setValue(float(value)))  # type: ignore[arg-type]
            case "bool":
                box = QCheckBox()
                box.toggled.connect(lambda value: self._set(param, value))
                return box, lambda value: _quietly(box, lambda: box.setChecked(bool(value)))
            case "choice":
                choice = ChoiceField(param.choices)
                choice.currentTextChanged.connect(lambda value: self._set(param, value))
                return choice, lambda value: _quietly(choice, lambda: choice.setCurrentText(str(value)))
            case _:
                sizes = SizesField()
                sizes.changed.connect(lambda value: self._set_sizes(param, value))
                return sizes, lambda value: sizes.show_value(value)  # type: ignore[arg-type]

    def _set_sizes(self, param: Param, value: tuple[int, ...]) -> None:
        self._set(param, (value[0], value[0]) if param.kind == "pair" and len(value) == 1 else value)

    def _set(self, param: Param, value: object) -> None:
        """One edit; a value the parameter cannot take is refused at the field, in words."""
        try:
            checked = param.check(value)
        except ParamError as error:
            self.refresh(self._session.graph.node(self._node_id))
            self._rows[param.key].set_problem(str(error))
            self._session.message.emit("warning", str(error))
            return
        node = self._session.graph.node(self._node_id)
        graph = set_params(self._session.graph, self._node_id, {param.key: checked})
        label = f"Set {param.title.lower()} of {node.title}"
        self._session.edit(label, graph, merge=(self._node_id, param.key))


def _quietly(widget: QWidget, change: Callable[[], None]) -> None:
    """Change a field without its signal."""
    widget.blockSignals(True)
    change()
    widget.blockSignals(False)
