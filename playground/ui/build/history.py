"""The undo history as a list: click a step to go back (or forward) to it."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from playground.ui.session import Session
from playground.ui.theme import appearance


class HistoryList(QListWidget):
    """The newest step on top; those that were undone are dimmed."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setAccessibleName("History")
        session.experiment_changed.connect(self.refresh)
        session.document_opened.connect(self.refresh)
        appearance.changed.connect(self.refresh)
        self.itemActivated.connect(self._go)
        self.itemClicked.connect(self._go)
        self.refresh()

    def refresh(self) -> None:
        """Show the steps as they are now."""
        steps, present = self._session.document.history
        self.blockSignals(True)
        self.clear()
        for index in reversed(range(len(steps))):
            item = QListWidgetItem(steps[index].label or "Opened")
            item.setData(256, index)
            if index > present:
                item.setForeground(QColor(appearance.theme.disabled))
            self.addItem(item)
        self.setCurrentRow(len(steps) - 1 - present)
        self.blockSignals(False)

    def _go(self, item: QListWidgetItem) -> None:
        self._session.document.go_to(item.data(256))
