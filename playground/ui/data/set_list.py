"""The list of all data sets in the data browser, group by group."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from playground.data import GROUPS, all_data_sets
from playground.data.own import POINTS
from playground.data.points import FAMILY
from playground.ui.fonts import font
from playground.ui.session import Session
from playground.ui.theme import appearance

_WIDTH = 206
_HEADING, _ENTRY = 30, 24
"""Heights of the lines."""


class SetList(QListView):
    """`key_changed` sends the key of the set whose entry was chosen; POINTS stands for points placed by hand."""

    key_changed = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setFixedWidth(_WIDTH)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Data sets")
        self.fill()
        appearance.changed.connect(self._recolour)

    def fill(self) -> None:
        """The groups, under "Your own" points by hand and, where it is in use, the user's own set."""
        chosen, known = self._session.experiment.data.name, {data.key for data in all_data_sets()}
        self._model.clear()
        for group in GROUPS:
            self._model.appendRow(_heading(group))
            if group == "Your own":
                self._model.appendRow(_entry(POINTS, "Points by hand", "Place points in the plane with the mouse."))
                if chosen not in known and not chosen.startswith(f"{FAMILY}:"):
                    own = self._session.data_set
                    self._model.appendRow(_entry(own.key, own.title, own.summary))
            for data in all_data_sets():
                if data.group == group:
                    self._model.appendRow(_entry(data.key, data.title, data.summary))

    def choose(self, key: str) -> None:
        """Choose an entry; the user's own set is added if it is not there yet."""
        index = self._row_of(key)
        if not index.isValid():
            self.fill()
            index = self._row_of(key)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        key = current.data(Qt.ItemDataRole.UserRole)
        if key:
            self.key_changed.emit(str(key))

    def _row_of(self, key: str) -> QModelIndex:
        for row in range(self._model.rowCount()):
            if self._model.item(row).data(Qt.ItemDataRole.UserRole) == key:
                return self._model.index(row, 0)
        return QModelIndex()

    def _recolour(self) -> None:
        for row in range(self._model.rowCount()):
            if not self._model.item(row).isEnabled():
                self._model.item(row).setForeground(QColor(appearance.theme.muted))


def _heading(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    item.setFont(font("small"))
    item.setForeground(QColor(appearance.theme.muted))
    item.setSizeHint(QSize(0, _HEADING))
    item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
    return item


def _entry(key: str, title: str, summary: str) -> QStandardItem:
    item = QStandardItem(title)
    item.setData(key, Qt.ItemDataRole.UserRole)
    item.setToolTip(summary)
    item.setSizeHint(QSize(0, _ENTRY))
    return item
