"""What Step mode shows while there is nothing to step through: why, and what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.ui.theme import appearance
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.icons import icon


class EmptyState(QWidget):
    """A title, a sentence, and up to two buttons: `build_requested` and `undo_requested`."""

    build_requested = Signal()
    undo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sign = TextLabel("")
        self._sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = TextLabel("", "display")
        self.text = TextLabel("", "reading", "muted", wrap=True)
        for label in (self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setFixedWidth(520)
        self.build_button = QPushButton("Open Build")
        self.build_button.setProperty("primary", True)
        self.build_button.clicked.connect(self.build_requested)
        self.undo_button = QPushButton()
        self.undo_button.clicked.connect(self.undo_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(self.build_button)
        buttons.addWidget(self.undo_button)
        buttons.addStretch(1)
        self._column = column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(self._sign)
        column.addWidget(self.title)
        column.addWidget(self.text, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(6)
        column.addLayout(buttons)
        column.addStretch(3)
        appearance.changed.connect(self._draw_sign)
        self._draw_sign()
        self.show_waiting()

    def offer(self, text: str, tip: str, act: Callable[[], object]) -> None:
        """One more way on, beneath the buttons; it is there whatever the page says."""
        button = QPushButton(text)
        button.setProperty("quiet", True)
        button.setToolTip(tip)
        button.clicked.connect(lambda _checked=False: act())
        self._column.insertWidget(self._column.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)

    def _draw_sign(self) -> None:
        self._sign.setPixmap(icon("network", "disabled").pixmap(44, 44))

    def show_waiting(self) -> None:
        """The step is being recorded, or the data is still being loaded."""
        self.title.setText("One moment")
        self.text.setText("The step is being recorded: every number on its way forward and back.")
        self.text.setFixedHeight(self.text.heightForWidth(self.text.width()))
        self.build_button.hide()
        self.undo_button.hide()

    def show_blocked(self, reason: str, undo: str | None) -> None:
        """The network cannot run."""
        self.title.setText("This network cannot run yet")
        self.text.setText(reason)
        self.text.setFixedHeight(self.text.heightForWidth(self.text.width()))
        self.build_button.show()
        self.undo_button.setVisible(undo is not None)
        self.undo_button.setText(f"Undo: {undo}")
