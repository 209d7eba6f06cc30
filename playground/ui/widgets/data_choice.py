"""The list of data sets, under headings: what the forms of Build and Train let choose from."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QWidget

from playground.data import GROUPS, all_data_sets
from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.fields import ChoiceField

_MOST_LINES = 18


class DataChoice(ChoiceField):
    """Sends `chosen` with the key of a data set when the user takes one; the headings cannot be taken."""

    chosen = Signal(str)

    def __init__(self, *, prose: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(prose=prose, parent=parent)
        model = QStandardItemModel(self)
        for group in GROUPS:
            heading = QStandardItem(group)
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            heading.setFont(font("small"))
            model.appendRow(heading)
            for data in all_data_sets():
                if data.group == group:
                    item = QStandardItem(data.title)
                    item.setData(data.key, Qt.ItemDataRole.UserRole)
                    item.setToolTip(data.summary)
                    model.appendRow(item)
        self.setModel(model)
        self._headings = [model.item(row) for row in range(model.rowCount()) if not model.item(row).isEnabled()]
        self.setMaxVisibleItems(_MOST_LINES)
        self.activated.connect(lambda index: self.chosen.emit(self.itemData(index)))

    def showPopup(self) -> None:
        for heading in self._headings:
            heading.setForeground(QColor(appearance.theme.muted))
        super().showPopup()
