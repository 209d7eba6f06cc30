"""The line in the origin popup by which a number is changed by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.ui.by_hand import ByHandError
from playground.ui.microscopes.freeze_row import FreezeRow
from playground.ui.microscopes.hand_field import HandField, written
from playground.ui.session import Session
from playground.ui.widgets.fields import ChoiceField
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.icons import icon

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

_FIELD = 118
_SUBSCRIPT = re.compile(r"([A-Za-z]+)(?:_\{?([A-Za-z0-9]+)\}?)?\Z")


class ChangeRow(QWidget):
    """Field, "as learnt", and what freezes a weight; hidden where the number cannot be changed.

    `resized`: it needs other room.
    """

    resized = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._place: Place | None = None
        self._name = ""
        self._problem = ""
        self.field = HandField(session)
        self.field.setFixedWidth(_FIELD)
        self.field.refused.connect(self._on_refused)
        self.field.entered.connect(self._refresh)
        self.classes = ChoiceField(prose=True)
        self.classes.setAccessibleName("Class")
        self.classes.setToolTip("What should come out for this example")
        self.classes.activated.connect(self._on_class)
        self.back = QPushButton()
        self.back.setProperty("quiet", True)
        self.back.clicked.connect(self._take_back)
        self.freeze = FreezeRow(session)
        self.note = TextLabel("", "small", "muted", wrap=True)
        self._build()
        self.hide()
        session.experiment_changed.connect(self._on_experiment)

    def _build(self) -> None:
        sign = TextLabel("")
        sign.setPixmap(icon("rename", "muted").pixmap(QSize(14, 14)))
        self._label = TextLabel("Change it", tone="muted")
        self._label.setBuddy(self.field)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(sign)
        line.addWidget(self._label)
        line.addWidget(self.field)
        line.addWidget(self.classes)
        line.addWidget(self.back)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.freeze)
        column.addWidget(self.note)

    # ---- what is shown

    def show_place(self, place: Place | None, symbol: str = "") -> None:
        """Offer to change the number at a place; `symbol` is what the formula calls it, in LaTeX."""
        by_hand = self._session.by_hand
        place = None if place is None else by_hand.settled(place)
        what = "" if place is None else by_hand.what(place)
        if place is None or not what:
            self._place = None
            self.hide()
            return
        is_new = place != self._place or not self.isVisible()
        self._place = place
        self._name = self._called(symbol)
        if is_new:
            self._problem = ""
        self.field.setVisible(what != "class")
        self.classes.setVisible(what == "class")
        if what == "class":
            names = by_hand.classes()
            if self.classes.count() != len(names) or any(self.classes.itemText(i) != n for i, n in enumerate(names)):
                self.classes.clear()
                self.classes.addItems(names)
        self._refresh()
        self.show()
        if is_new:
            QTimer.singleShot(0, self, self.focus_field)

    def focus_field(self) -> None:
        """Put the keyboard into the field, with the number selected: what is typed takes its place."""
        if self._place is None or not self.isVisible():
            return
        if self.field.isVisible():
            self.field.setFocus(Qt.FocusReason.PopupFocusReason)
            self.field.selectAll()
        else:
            self.classes.setFocus(Qt.FocusReason.PopupFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """When the popup opens again, the keyboard is to be in the field again."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._problem = ""

    def _refresh(self) -> None:
        place, by_hand = self._place, self._session.by_hand
        if place is None or not by_hand.can_change(place):
            return
        what, changed = by_hand.what(place), by_hand.is_changed(place)
        if what == "class":
            self.classes.setCurrentIndex(int(by_hand.value(place)))
        else:
            self.field.show_place(place, self._name)
        self.back.setText("as learnt" if what == "weight" else "as it was")
        self.back.setVisible(changed)
        if changed:
            original = by_hand.original(place)
            was = by_hand.classes()[int(original)] if what == "class" else written(original)
            self.back.setToolTip(f"Take the change back: {was}")
        self.freeze.show_place(place, self._name)
        self._write_note()

    def _write_note(self) -> None:
        place, by_hand = self._place, self._session.by_hand
        words = self._problem
        if not words and place is not None and by_hand.what(place) != "class":
            is_weight = by_hand.what(place) == "weight"
            if by_hand.is_changed(place):
                words = f"By hand. As {'learnt' if is_weight else 'given'} it is {written(by_hand.original(place))}. "
            if is_weight and by_hand.round > 1:
                words += f"A change counts from this round of training on, which is number {by_hand.round}."
        if words != self.note.text() or self.note.isHidden() == bool(words):
            self.note.set_tone("danger" if self._problem else "muted")
            self.note.setText(words)
            self.note.setVisible(bool(words))
            self.updateGeometry()
            self.resized.emit()

    def _called(self, symbol: str) -> str:
        """What the number is called in the Edit menu: "w5 of dense2", where the formula has so plain a name for it."""
        found = _SUBSCRIPT.match(symbol)
        if found is None or self._place is None:
            return ""
        title = self._session.graph.node(self._place.node).title
        return f"{found[1]}{found[2] or ''} of {title}"

    # ---- what the user does

    def _on_experiment(self) -> None:
        if self._place is not None and self.isVisible():
            self._refresh()

    def _on_refused(self, words: str) -> None:
        self._problem = words
        self._write_note()

    def _on_class(self, index: int) -> None:
        if self._place is not None:
            self._try(lambda place: self._session.by_hand.change({place: float(index)}))

    def _take_back(self) -> None:
        if self._place is not None:
            self._try(lambda place: self._session.by_hand.take_back([place]))
            self._refresh()
            self.focus_field()

    def _try(self, change: Callable[[Place], None]) -> None:
        assert self._place is not None
        try:
            change(self._place)
        except ByHandError as error:
            self._on_refused(str(error))
