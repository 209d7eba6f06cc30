"""Finding layers and blocks of the network by name or type: Ctrl+F."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QToolButton

from playground.graph.model import Graph
from playground.ui.canvas.dress import kind_of
from playground.ui.canvas.view import GraphView
from playground.ui.session import Session
from playground.ui.widgets.headings import TextLabel

_MARGIN = 14


def matches(graph: Graph, text: str) -> list[str]:
    """The layers, blocks and notes that answer to these words, in the order of the graph; each word must occur.

    What is called just so comes first: "conv2" means that layer before every other Conv 2D.
    """
    words = text.casefold().split()
    if not words:
        return []
    described = {node.id: f"{node.title} {node.id} {node.type} {_kind_title(graph, node.id)}" for node in graph.nodes}
    described |= {block.id: f"{block.title} {block.id} {block.kind} block" for block in graph.blocks}
    found = [key for key, what in described.items() if all(word in what.casefold() for word in words)]
    return sorted(found, key=lambda key: key.casefold() != text.strip().casefold())


def _kind_title(graph: Graph, node_id: str) -> str:
    kind = kind_of(graph.by_id[node_id])
    return "" if kind is None else f"{kind.title} {kind.category.heading}"


class FindBar(QFrame):
    """A small bar over the canvas: type, Enter for the next, Shift+Enter for the one before, Escape to leave."""

    def __init__(self, session: Session, view: GraphView) -> None:
        super().__init__(view)
        self._session, self._view = session, view
        self._at = -1
        self.setProperty("card", True)
        self._field = QLineEdit()
        self._field.setProperty("prose", True)
        self._field.setPlaceholderText("Find a layer or block…")
        self._field.setAccessibleName("Find in the network")
        self._field.textChanged.connect(self._search)
        self._count = TextLabel("", "small", "muted")
        self._count.setMinimumWidth(70)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 8, 8)
        row.addWidget(self._field, 1)
        row.addWidget(self._count)
        for sign, tip, step in (("‹", "Previous (Shift+Enter)", -1), ("›", "Next (Enter)", 1)):
            button = QToolButton()
            button.setText(sign)
            button.setToolTip(tip)
            button.clicked.connect(lambda _checked=False, by=step: self._go(by))
            row.addWidget(button)
        close = QToolButton()
        close.setText("×")
        close.setToolTip("Close (Escape)")
        close.clicked.connect(self.leave)
        row.addWidget(close)
        self.setFixedWidth(410)
        self.hide()

    def open(self) -> None:
        """Show it in the upper right corner of the canvas and put the keyboard into it."""
        self.adjustSize()
        self.move(max(0, self._view.width() - self.width() - _MARGIN), _MARGIN)
        self.show()
        self.raise_()
        self._field.setFocus()
        self._field.selectAll()
        self._search()

    def leave(self) -> None:
        """Back to the canvas, with what was found selected."""
        self.hide()
        self._view.setFocus()

    def _search(self) -> None:
        self._at = -1
        found = matches(self._session.graph, self._field.text())
        self._show_count(len(found))
        if found:
            self._go(1)

    def _go(self, step: int) -> None:
        found = matches(self._session.graph, self._field.text())
        if not found:
            self._show_count(0)
            return
        self._at = (self._at + step) % len(found) if self._at >= 0 or step > 0 else len(found) - 1
        self._view.reveal(found[self._at])
        self._show_count(len(found))

    def _show_count(self, number: int) -> None:
        wanted = self._field.text().strip()
        place = f"{self._at + 1} of {number}" if self._at >= 0 else f"{number} found"
        self._count.setText("" if not wanted else "none found" if not number else place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)
