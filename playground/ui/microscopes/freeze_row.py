"""The line by which a weight is frozen: alone, or with all others of its parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from playground.ui.session import Session
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.icons import icon
from playground.ui.widgets.numbers import count

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place


class FreezeRow(QWidget):
    """Two boxes; hidden where there is nothing that training moves. What they do can be undone."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._place: Place | None = None
        self._name = ""
        self.this = QCheckBox("this number")
        self.whole = QCheckBox()
        sign = TextLabel("")
        sign.setPixmap(icon("frozen", "muted").pixmap(QSize(14, 14)))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(sign)
        line.addWidget(TextLabel("Freeze", tone="muted"))
        line.addWidget(self.this)
        line.addSpacing(6)
        line.addWidget(self.whole)
        line.addStretch(1)
        self.this.clicked.connect(self._on_this)
        self.whole.clicked.connect(self._on_whole)

    def show_place(self, place: Place | None, name: str = "") -> None:
        """Offer to freeze the weight at a place; `name` is what the Edit menu is to call it."""
        by_hand = self._session.by_hand
        self._place = by_hand.settled(place) if place is not None and by_hand.can_freeze(place) else None
        self._name = name
        self.setVisible(self._place is not None)
        if self._place is None:
            return
        place, numbers = self._place, by_hand.numbers_of(self._place)
        title, together = self._session.graph.node(place.node).title, by_hand.is_frozen_whole(place)
        self.this.setVisible(numbers > 1)
        self.this.setChecked(by_hand.is_frozen(place))
        self.this.setEnabled(not together)
        self.this.setToolTip(
            "It is frozen with all the others: let those learn first, then freeze this one alone"
            if together
            else "Training leaves this number as it is, and moves the others"
        )
        self.whole.setText(f"all {count(numbers)}" if numbers > 1 else "it")
        self.whole.setChecked(together)
        self.whole.setToolTip(f"Training leaves “{place.name}” of {title} as it is")

    def _on_this(self, on: bool) -> None:
        if self._place is not None:
            self._session.by_hand.freeze_number(self._place, on, self._name)

    def _on_whole(self, on: bool) -> None:
        if self._place is not None:
            self._session.by_hand.freeze(self._place.node, self._place.name, on)
