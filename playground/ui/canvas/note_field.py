"""The text field that lies over a note while it is written."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from playground.graph.schema import LONGEST_NOTE


class NoteField(QPlainTextEdit):
    """Leaving it or Ctrl+Enter accepts, Escape leaves the note as it was."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Text of the note")
        self.setTabChangesFocus(True)
        self._accept: Callable[[str], None] | None = None
        self.hide()

    def write(self, box: QRect, text: str, accept: Callable[[str], None]) -> None:
        """Write over that rectangle of the parent."""
        self._accept = accept
        self.setPlainText(text)
        self.setGeometry(box)
        self.show()
        self.setFocus()
        self.moveCursor(self.textCursor().MoveOperation.End)

    def _finish(self) -> None:
        accept, self._accept = self._accept, None
        self.hide()
        if accept is not None:
            accept(self.toPlainText().strip()[:LONGEST_NOTE])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self._accept = None
            self.hide()
        elif is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._finish()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._finish()
