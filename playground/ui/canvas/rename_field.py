"""The text field that appears over a card's title to rename it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class RenameField(QLineEdit):
    """Enter or leaving accepts, Escape leaves the name as it was."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("prose", True)
        self.setAccessibleName("New name")
        self.setMaxLength(60)
        self._accept: Callable[[str], None] | None = None
        self.hide()

    def edit(self, box: QRect, text: str, accept: Callable[[str], None]) -> None:
        """Edit `text` over that rectangle of the parent."""
        self._accept = accept
        self.setText(text)
        self.setGeometry(box.adjusted(-2, -4, 2, 4))
        self.show()
        self.selectAll()
        self.setFocus()

    def _finish(self) -> None:
        accept, self._accept = self._accept, None
        self.hide()
        if accept is not None and self.text().strip():
            accept(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._accept = None
            self._give_back()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._give_back()  # the key goes no further: on the canvas below, Enter means something else
        else:
            super().keyPressEvent(event)

    def _give_back(self) -> None:
        """Give the keyboard back to the canvas before this is hidden: else Qt would hand it to anyone."""
        canvas = self.parentWidget()
        assert canvas is not None
        canvas.setFocus()
        self._finish()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._finish()
