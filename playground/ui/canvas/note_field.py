"""The text field that lies over a note while it is written."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from playground.graph.model import LONGEST_NOTE


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

    def event(self, event: QEvent) -> bool:
        """Ctrl+Enter ends the writing here, though it opens blocks in the window's menu."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _ends(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._accept = None
            self.hide()
        elif _ends(event):
            self._finish()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._finish()


def _ends(event: QKeyEvent) -> bool:
    """Whether the key is Ctrl+Enter."""
    is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return is_enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
