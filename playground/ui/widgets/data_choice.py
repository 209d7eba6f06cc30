"""The list of data sets, under headings: what the forms of Build and Train let choose from."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QStyle, QWidget

from playground.data import GROUPS, all_data_sets
from playground.data.archives import is_here
from playground.data.own import ENTRIES
from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.fields import ChoiceField

_MOST_LINES = 18
_AROUND = 20
"""Left and right of the open list's lines: its border and padding."""


class DataChoice(ChoiceField):
    """Sends `chosen` with the key of a data set when the user takes one; the headings cannot be taken.

    Entries that ask something first (for a file of one's own, whether to download) can be taken from the open list
    only, and do not stay on show.
    """

    chosen = Signal(str)

    def __init__(self, *, prose: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(prose=prose, parent=parent)
        model = QStandardItemModel(self)
        for group in GROUPS:
            model.appendRow(_heading(group))
            if group == "Your own":
                for key, title, summary in ENTRIES:
                    model.appendRow(_entry(key, title, summary))
            for data in all_data_sets():
                if data.group == group:
                    model.appendRow(_entry(data.key, data.title, data.summary))
        self.setModel(model)
        items = [model.item(row) for row in range(model.rowCount())]
        self._headings = [item for item in items if not item.isEnabled()]
        self._entries = [item for item in items if item.isEnabled()]
        self._text_before = ""
        self._let_ask(False)
        self.setMaxVisibleItems(_MOST_LINES)
        self.activated.connect(self._on_activated)

    def showPopup(self) -> None:
        self._text_before = self.currentText() or self.placeholderText()
        for heading in self._headings:
            heading.setForeground(QColor(appearance.theme.muted))
        self._let_ask(True)
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + bar + _AROUND)
        super().showPopup()

    def hidePopup(self) -> None:
        super().hidePopup()
        self._let_ask(False)

    def _let_ask(self, may_ask: bool) -> None:
        for item in self._entries:
            if _asks(item.data(Qt.ItemDataRole.UserRole)):
                item.setEnabled(may_ask)

    def _on_activated(self, index: int) -> None:
        key = self.itemData(index)
        if _asks(key):
            self.show_text(self._text_before)
        self.chosen.emit(key)


def _asks(key: str) -> bool:
    return key in {entry for entry, _, _ in ENTRIES} or not is_here(key)


def _heading(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    item.setFont(font("small"))
    return item


def _entry(key: str, title: str, summary: str) -> QStandardItem:
    item = QStandardItem(title)
    item.setData(key, Qt.ItemDataRole.UserRole)
    item.setToolTip(summary)
    return item
