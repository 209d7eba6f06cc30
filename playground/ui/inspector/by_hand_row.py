"""In the inspector: how many numbers were changed by hand, and the button that takes them back."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.ui.session import Session
from playground.ui.step.by_hand_marks import take_back_words
from playground.ui.widgets.buttons import IconButton
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.icons import icon
from playground.ui.widgets.numbers import count


class ByHandRow(QWidget):
    """Of one layer, or (without one) of the whole network; hidden where nothing was changed."""

    def __init__(self, session: Session, node: str = "") -> None:
        super().__init__()
        self._session, self._node = session, node
        sign = TextLabel("")
        sign.setPixmap(icon("rename", "highlight").pixmap(14, 14))
        self.words = TextLabel("", tone="muted", wrap=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.button = IconButton("undo", "", "The numbers are again what they were learnt to be, or as in the data set")
        self.button.clicked.connect(self._take_back)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(sign)
        line.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(SectionHeading("By hand"))
        column.addLayout(line)
        column.addWidget(self.button)
        self.refresh()

    def refresh(self) -> None:
        """Bring the row up to date with the session."""
        marks = self._session.by_hand.marks()
        changed = marks.get(self._node, 0) if self._node else sum(marks.values())
        self.setVisible(changed > 0)
        if not changed:
            return
        noun = "number" if changed == 1 else "numbers"
        example = self._node in self._session.graph and self._session.graph.node(self._node).type == "input"
        where = " of the shown example" if example else ""
        self.words.setText(f"{count(changed)} {noun}{where} changed by hand, in Step.")
        self.button.set_look("undo", take_back_words(changed))

    def _take_back(self) -> None:
        if self._node:
            self._session.by_hand.take_back_layer(self._node)
        else:
            self._session.by_hand.take_back_all()
