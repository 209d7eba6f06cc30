"""The small search box that adds a layer where the user is: on a double click, or where a wire was dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from playground.layers import LayerType

_KEY = Qt.ItemDataRole.UserRole


class _SearchField(QLineEdit):
    """A field whose Enter accepts and whose Up and Down move the choice below it."""

    accepted = Signal()
    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


class QuickAdd(QFrame):
    """Type a few letters, Enter. One of them serves all places of a canvas."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("card", True)
        self.setAccessibleName("Add a layer")
        self._kinds: list[LayerType] = []
        self._choose: Callable[[str], None] = lambda key: None
        self._field = _SearchField()
        self._field.setPlaceholderText("Add a layer…")
        self._field.textChanged.connect(self._filter)
        self._field.accepted.connect(lambda: self._accept(self._list.currentItem()))
        self._field.moved.connect(self._move)
        self._list = QListWidget()
        self._list.itemActivated.connect(self._accept)
        self._list.itemClicked.connect(self._accept)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        self.setFixedSize(230, 300)

    def open_at(self, place: QPoint, kinds: Iterable[LayerType], choose: Callable[[str], None]) -> None:
        """Offer these layers, the first first, at a global point; `choose` gets the key of the chosen one."""
        self._kinds = list(kinds)
        self._choose = choose
        self._field.clear()
        self._filter("")
        self.move(place)
        self.show()
        self._field.setFocus()

    def _filter(self, text: str) -> None:
        self._list.clear()
        wanted = text.casefold().strip()
        hits = [kind for kind in self._kinds if wanted in f"{kind.title} {kind.key} {kind.category.heading}".casefold()]
        if wanted:
            hits.sort(key=lambda kind: not kind.title.casefold().startswith(wanted))
        for kind in hits:
            item = QListWidgetItem(kind.title)
            item.setData(_KEY, kind.key)
            item.setToolTip(kind.explanation)
            self._list.addItem(item)
        if not hits:
            item = QListWidgetItem("No layer of that name")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _move(self, step: int) -> None:
        self._list.setCurrentRow((self._list.currentRow() + step) % max(1, self._list.count()))

    def _accept(self, item: QListWidgetItem | None) -> None:
        key = None if item is None else item.data(_KEY)
        if key is not None:
            self.hide()
            self._choose(key)
