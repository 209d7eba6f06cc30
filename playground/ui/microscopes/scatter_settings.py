"""The settings of a layer that stamps, changed in place: kernel, stride, padding, output padding; and the speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QWidget

from playground.graph.edits import set_params
from playground.graph.model import ParamValue
from playground.ui.session import Session
from playground.ui.step.pace import SPEEDS, Pace
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import ChoiceField, IntegerField

if TYPE_CHECKING:
    from playground.engine.trace import Frame

_FIELDS = (
    ("kernel_size", "Kernel", 1, "How many cells a stamp covers, along each side."),
    ("stride", "Stride", 1, "How far apart the stamps lie: 2 about doubles the size."),
    ("padding", "Padding", 0, "How many rows and columns are cut off on every side."),
    (
        "output_padding",
        "Output padding",
        0,
        "Rows and columns kept at the end only. Several sizes become the same one when a convolution strides over "
        "them: this says which of them to go back to. Always smaller than the stride.",
    ),
)


class ScatterSettings(QWidget):
    """Edits the layer in the document: each change is one undo step, and the training step is recorded anew.

    What cannot be together is brought into line in the same edit: output padding stays below the stride.
    """

    def __init__(self, session: Session, pace: Pace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._node = ""
        self.fields: dict[str, IntegerField] = {}
        self._rows: dict[str, FieldRow] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        for number, (key, label, low, words) in enumerate(_FIELDS):
            field = self.fields[key] = IntegerField(low, 99)
            self._rows[key] = FieldRow(label, field, words, key)
            field.setFixedWidth(58)
            field.valueChanged.connect(lambda value, name=key: self._set(name, value))
            grid.addWidget(self._rows[key], number // 2, number % 2)
        self.speed = ChoiceField(tuple(speed.label("stamp") for speed in SPEEDS))
        self.speed.setMinimumWidth(132)
        self.speed.setCurrentIndex(pace.index)
        self.speed.currentIndexChanged.connect(pace.choose)
        pace.changed.connect(self.speed.setCurrentIndex)
        grid.addWidget(FieldRow("Speed", self.speed, "How fast the stamps fall while Play is on."), 2, 0, 1, 2)
        grid.setRowStretch(3, 1)

    def show_layer(self, frame: Frame) -> None:
        """Take the values of a layer; what it does not have, or has differently for height and width, is hidden."""
        self._node = frame.node
        for key, field in self.fields.items():
            value = frame.params.get(key)
            number = value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value
            shown = isinstance(number, int) and not isinstance(number, bool)
            self._rows[key].setVisible(shown)
            if isinstance(number, int) and shown:
                field.blockSignals(True)
                field.setMaximum(99)
                field.setValue(number)
                if key == "output_padding":
                    field.setMaximum(self._most_extra(frame))
                field.blockSignals(False)

    @staticmethod
    def _most_extra(frame: Frame) -> int:
        """PyTorch allows less than the stride or the dilation, whichever is larger."""
        return max(_smallest(frame.params.get("stride", 1)), _smallest(frame.params.get("dilation", 1))) - 1

    def _set(self, key: str, value: int) -> None:
        graph = self._session.graph
        if self._node not in graph:
            return
        node = graph.node(self._node)
        changes = {key: value}
        if key == "stride" and self._rows["output_padding"].isVisibleTo(self):
            changes["output_padding"] = min(self.fields["output_padding"].value(), max(0, value - 1))
        pair = node.type.endswith("2d")
        settings: dict[str, ParamValue] = {name: (each, each) if pair else each for name, each in changes.items()}
        changed = set_params(graph, self._node, settings)
        self._session.edit(f"Change {key} of {node.title}", changed, merge=("step", self._node, key))


def _smallest(value: ParamValue) -> int:
    numbers = value if isinstance(value, tuple) else (value,)
    return min(int(number) for number in numbers)
