"""What was changed by hand, where Step shows it: pencils on the strip, words in the status, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from playground.graph.freezing import frozen_in_words, thaw
from playground.ui.session import Session
from playground.ui.widgets.icons import icon
from playground.ui.widgets.numbers import count


def by_hand_words(changed: int) -> str:
    """For a tooltip: how many numbers were changed by hand; empty for none."""
    if not changed:
        return ""
    return f"\n{count(changed)} number{'s' if changed > 1 else ''} changed by hand; the right button takes them back"


def take_back_words(changed: int, where: str = "") -> str:
    """What the button or menu entry says."""
    what = "the change" if changed == 1 else f"{count(changed)} changes"
    return f"Take back {what} by hand{where}"


def status_words(session: Session) -> str:
    """For the status line: "3 numbers by hand"; empty for none."""
    total = sum(session.by_hand.marks().values())
    return f"{count(total)} number{'s' if total > 1 else ''} by hand" if total else ""


class ByHandMenu(QObject):
    """The menu of a card on the strip: takes back what was changed by hand, lets learn what is frozen."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.menu: QMenu | None = None

    def open(self, node: str, position: QPoint) -> None:
        """Open it on the card of a layer; where nothing was changed and nothing is frozen there is nothing to open."""
        marks, graph = self._session.by_hand.marks(), self._session.graph
        frozen = node in graph and frozen_in_words(graph.node(node))
        if not marks and not frozen:
            return
        parent = self.parent()
        assert isinstance(parent, QWidget)
        menu = QMenu(parent)
        if marks.get(node):
            title = self._session.graph.node(node).title
            entry = menu.addAction(icon("undo"), take_back_words(marks[node], f" of {title}"))
            entry.triggered.connect(lambda: self._session.by_hand.take_back_layer(node))
        if set(marks) - {node}:
            entry = menu.addAction(take_back_words(sum(marks.values()), " in the whole network"))
            entry.triggered.connect(self._session.by_hand.take_back_all)
        if frozen:
            title = graph.node(node).title
            words = f"Let all of {title} learn"
            entry = menu.addAction(icon("frozen"), f"{words} (frozen: {frozen})")
            entry.triggered.connect(lambda: self._session.edit(words, thaw(self._session.graph, [node])))
        menu.aboutToHide.connect(menu.deleteLater)
        self.menu = menu
        menu.popup(position)
