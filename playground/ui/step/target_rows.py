"""What should come out for the shown example: a list of classes, or a field for each value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from playground.ui.by_hand import ByHandError
from playground.ui.microscopes.hand_field import HandField
from playground.ui.session import Session
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import ChoiceField
from playground.ui.widgets.headings import TextLabel

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

MOST_VALUES = 8
"""So many target values have a field of their own; of more the first ones."""

_HELP = "What the network is told to answer for this example. Another target gives another loss and other gradients."


class TargetRows(QWidget):
    """The rows of the target; `changed` is sent when their number changes, `refused` says what cannot be."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self, session: Session, field_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._field_width = session, field_width
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._shape: object = None
        self.classes: ChoiceField | None = None
        self.fields: list[HandField] = []
        self.why: QLabel | None = None

    def refresh(self) -> None:
        """Show the target as it is now."""
        session = self._session
        loss = session.analysis.loss if session.analysis is not None else None
        example = session.example
        places = [] if loss is None or example is None else _places(loss, example.target.shape)
        usable = [place for place in places if session.by_hand.can_change(place)][:MOST_VALUES]
        names = session.by_hand.classes() if usable and session.by_hand.what(usable[0]) == "class" else ()
        shape = (loss, len(usable), names)
        if shape != self._shape:
            self._shape = shape
            self._rebuild(usable, names)
            self.changed.emit()
        if self.classes is not None:
            self.classes.setCurrentIndex(int(session.by_hand.value(usable[0])))
        for number, (field, place) in enumerate(zip(self.fields, usable, strict=False)):
            field.show_place(place, f"target {number + 1}")

    def _rebuild(self, places: list[Place], names: tuple[str, ...]) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.classes, self.fields, self.why = None, [], None
        if not places:
            self.why = TextLabel("There is no target that can be changed here.", "small", "muted", wrap=True)
            self._column.addWidget(self.why)
        elif names:
            self.classes = ChoiceField(names)
            self.classes.activated.connect(lambda index: self._choose(places[0], index))
            self._column.addWidget(FieldRow("Target", self.classes, _HELP))
            self.classes.setFixedWidth(self._field_width)
        else:
            for number in range(len(places)):
                field = HandField(self._session)
                field.refused.connect(self.refused)
                self.fields.append(field)
                row = FieldRow("Target" if len(places) == 1 else f"Target {number + 1}", field, _HELP)
                field.setFixedWidth(self._field_width)
                self._column.addWidget(row)

    def _choose(self, place: Place, index: int) -> None:
        try:
            self._session.by_hand.change({place: float(index)})
        except ByHandError as error:
            self.refused.emit(str(error))


def _places(loss: str, shape: tuple[int, ...]) -> list[Place]:
    """The target's numbers, as the recorded step has them."""
    from playground.engine.arithmetic import Place

    if not shape:
        return [Place(loss, "target", (0,))]
    return [Place(loss, "target", (0, index)) for index in range(shape[0])] if len(shape) == 1 else []
