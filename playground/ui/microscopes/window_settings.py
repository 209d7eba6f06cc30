"""The settings of a window layer that can be tried out in the microscope: stride, padding, and its speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.graph.edits import set_params
from playground.ui.session import Session
from playground.ui.step.pace import SPEEDS, Pace
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import ChoiceField, IntegerField

if TYPE_CHECKING:
    from playground.engine.trace import Frame

_KEYS = (("stride", "Stride", 1), ("padding", "Padding", 0))


class WindowSettings(QWidget):
    """Edits the layer in the document: each change is one undo step, and the step is recorded anew."""

    def __init__(self, session: Session, pace: Pace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._pace = session, pace
        self._node = ""
        self.fields = {key: IntegerField(low, 99) for key, _, low in _KEYS}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._rows: dict[str, FieldRow] = {}
        for key, label, _ in _KEYS:
            self._rows[key] = FieldRow(label, self.fields[key], "", key)
            self.fields[key].valueChanged.connect(lambda value, name=key: self._set(name, value))
            column.addWidget(self._rows[key])
        self.speed = ChoiceField(tuple(speed.label("window") for speed in SPEEDS))
        self.speed.setMinimumWidth(132)
        self.speed.setCurrentIndex(pace.index)
        self.speed.currentIndexChanged.connect(pace.choose)
        pace.changed.connect(self.speed.setCurrentIndex)
        column.addWidget(FieldRow("Speed", self.speed, "How fast the window slides while Play is on."))
        column.addStretch(1)

    def show_layer(self, frame: Frame) -> None:
        """Take the values of a layer; what it does not have, or has differently for height and width, is hidden."""
        self._node = frame.node
        for key, field in self.fields.items():
            value = frame.params.get(key)
            is_square = isinstance(value, tuple) and value[0] == value[1]
            self._rows[key].setVisible(is_square)
            if isinstance(value, tuple) and is_square:
                field.blockSignals(True)
                field.setValue(int(value[0]))
                field.blockSignals(False)

    def _set(self, key: str, value: int) -> None:
        graph = self._session.graph
        if self._node in graph:
            title = graph.node(self._node).title
            changed = set_params(graph, self._node, {key: (value, value)})
            self._session.edit(f"Change {key} of {title}", changed, merge=("step", self._node, key))
