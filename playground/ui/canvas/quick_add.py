"""The small search box that adds a layer where the user is: on a double click, or where a wire was dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from playground.layers import LayerType
from playground.layers.synonyms import search_words

_KEY = Qt.ItemDataRole.UserRole
_ROW = 23


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


@dataclass(frozen=True)
class Choice:
    """One line of the list: what it gives when it is chosen, what it says, and the words that find it."""

    key: str
    title: str
    words: str
    tip: str = ""


class QuickAdd(QFrame):
    """Type a few letters, Enter. One of them serves all places of a canvas."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("card", True)
        self.setAccessibleName("Add a layer")
        self._choices: Sequence[Choice] = ()
        self._nothing = ""
        self._choose: Callable[[str], None] = lambda key: None
        self._field = _SearchField()
        self._field.setProperty("prose", True)
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
        choices = [Choice(kind.key, kind.title, search_words(kind), kind.explanation) for kind in kinds]
        self.offer(place, choices, choose, "Add a layer…", "No layer of that name")

    def offer(
        self, place: QPoint, choices: Sequence[Choice], choose: Callable[[str], None], prompt: str, nothing: str
    ) -> None:
        """Offer anything; `prompt` says what is wanted, `nothing` that no choice answers to what was typed."""
        self._choices, self._choose, self._nothing = choices, choose, nothing
        self._field.setPlaceholderText(prompt)
        self.setAccessibleName(prompt.rstrip("…"))
        self._field.clear()
        self._filter("")
        self.move(place)
        self.show()
        self._field.setFocus()

    def _filter(self, text: str) -> None:
        self._list.clear()
        wanted = text.casefold().strip()
        hits = [choice for choice in self._choices if all(word in choice.words for word in wanted.split())]
        if wanted:
            hits.sort(key=lambda choice: not choice.title.casefold().startswith(wanted))
        for choice in hits:
            item = QListWidgetItem(choice.title)
            item.setData(_KEY, choice.key)
            item.setToolTip(choice.tip)
            item.setSizeHint(QSize(0, _ROW))
            self._list.addItem(item)
        if not hits:
            item = QListWidgetItem(self._nothing)
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
