"""A form made from a layer type's parameter list: one field for each, every change one undoable edit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from playground.graph.edits import set_params
from playground.graph.model import Node, ParamValue
from playground.layers import LayerType, Param, ParamError
from playground.ui.inspector.number_fields import NumbersField, PaddingField, SpinsField
from playground.ui.session import Session
from playground.ui.widgets.field_row import FIELD_WIDTH, FieldRow
from playground.ui.widgets.fields import ChoiceField, DecimalField, IntegerField
from playground.ui.widgets.numbers import MINUS

_SHAPE_WIDTH = 130
MOST_IN_A_BOX = 2**31 - 1
"""Qt's spin boxes hold no larger whole numbers."""


class SizesField(QLineEdit):
    """Height × width, or a shape: "5 × 5", "5", "1×28×28".

    `changed` sends a tuple of whole numbers, `refused` why a text is no such thing.
    """

    changed = Signal(tuple)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self._finish)

    def show_value(self, value: tuple[int, ...]) -> None:
        """Show these sizes; where other ones are being typed, they stay while the value does."""
        text = " × ".join(str(size) for size in value).replace("-", MINUS)
        if text == self._shown and (self.text() == text or (self.isModified() and self.hasFocus())):
            return
        self._shown = text
        self.setText(self._shown)

    def _finish(self) -> None:
        if self.text() == self._shown:
            return
        self.setModified(False)
        words = [word for word in re.split(r"[×xX*,;\s()]+", self.text().replace(MINUS, "-")) if word]
        wrong = next((word for word in words if not re.fullmatch(r"-?[0-9]{1,18}", word)), None)
        if words and wrong is None:
            self.changed.emit(tuple(int(word) for word in words))
        else:
            self.setText(self._shown)
            what = "No size is given" if wrong is None else f"“{wrong[:30]}” is not a size"
            self.refused.emit(f"{what}: write whole numbers with × between them, such as 5 × 5.")


class ParamForm(QWidget):
    """The fields of one node, or of several at once, whose values then follow the first.

    It keeps no values: after each edit it shows what the document says.
    """

    def __init__(
        self, session: Session, nodes: Sequence[Node], kind: LayerType, params: Sequence[Param] | None = None
    ) -> None:
        """A field for each of `params`; by default for all that the layer type has."""
        super().__init__()
        self._session, self._kind = session, kind
        self._node_ids = [node.id for node in nodes]
        self._params = kind.params if params is None else tuple(params)
        self._show: dict[str, Callable[[ParamValue], None]] = {}
        self._rows: dict[str, FieldRow] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        for param in self._params:
            control, show = self._field(param)
            self._rows[param.key] = FieldRow(param.title, control, param.help, param.key)
            if param.kind not in ("bool", "choice", "triple", "padding"):
                control.setFixedWidth(_SHAPE_WIDTH if param.kind in ("shape", "numbers") else FIELD_WIDTH)
            self._show[param.key] = show
            column.addWidget(self._rows[param.key])
        self.refresh(nodes[0])

    def refresh(self, node: Node) -> None:
        """Show the node's values as they are now."""
        for param in self._params:
            try:
                self._show[param.key](param.check(node.params.get(param.key, param.default)))
                self._rows[param.key].set_problem("")
            except ParamError as error:
                self._rows[param.key].set_problem(str(error))

    def _field(self, param: Param) -> tuple[QWidget, Callable[[ParamValue], None]]:
        match param.kind:
            case "int":
                field = IntegerField(int(param.minimum), min(int(param.maximum), MOST_IN_A_BOX))
                field.valueChanged.connect(lambda value: self._set(param, value))
                return field, lambda value: _quietly(field, lambda: field.setValue(min(int(value), MOST_IN_A_BOX)))  # type: ignore[arg-type]
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
            case "triple" | "padding" | "numbers":
                return self._several(param)
            case _:
                sizes = SizesField()
                sizes.changed.connect(lambda value: self._set_sizes(param, value))
                sizes.refused.connect(lambda message: self._refuse(param, f"{param.title}: {message}"))
                return sizes, lambda value: sizes.show_value(value)  # type: ignore[arg-type]

    def _several(self, param: Param) -> tuple[QWidget, Callable[[ParamValue], None]]:
        """The fields for several numbers."""
        low, high = int(param.minimum), int(param.maximum)
        if param.kind == "numbers":
            numbers = NumbersField()
            numbers.changed.connect(lambda value: self._set(param, value))
            numbers.refused.connect(lambda message: self._refuse(param, f"{param.title}: {message}"))
            return numbers, lambda value: numbers.show_value(value)  # type: ignore[arg-type]
        if param.kind == "triple":
            spins = SpinsField(3, low, high)
            spins.changed.connect(lambda value: self._set(param, value))
            return spins, lambda value: spins.show_value(value)  # type: ignore[arg-type]
        padding = PaddingField((param.lengths or (2,))[0], low, high)
        padding.changed.connect(lambda value: self._set(param, value))
        return padding, lambda value: padding.show_value((value,) if isinstance(value, int) else value)  # type: ignore[arg-type]

    def _set_sizes(self, param: Param, value: tuple[int, ...]) -> None:
        self._set(param, (value[0], value[0]) if param.kind == "pair" and len(value) == 1 else value)

    def _set(self, param: Param, value: object) -> None:
        """One edit; a value the parameter cannot take is refused at the field, in words."""
        try:
            checked = param.check(value)
        except ParamError as error:
            self._refuse(param, str(error))
            return
        graph = self._session.graph
        title = graph.node(self._node_ids[0]).title if len(self._node_ids) == 1 else f"{len(self._node_ids)} layers"
        for node_id in self._node_ids:
            graph = set_params(graph, node_id, {param.key: checked})
        self._session.edit(f"Set {param.title.lower()} of {title}", graph, merge=(*self._node_ids, param.key))

    def _refuse(self, param: Param, message: str) -> None:
        """Show what the document says, and say why that is not what was typed."""
        self.refresh(self._session.graph.node(self._node_ids[0]))
        self._rows[param.key].set_problem(message)
        self._session.message.emit("warning", message)


def _quietly(widget: QWidget, change: Callable[[], None]) -> None:
    """Change a field without its signal."""
    widget.blockSignals(True)
    change()
    widget.blockSignals(False)
