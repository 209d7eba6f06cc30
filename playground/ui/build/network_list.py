"""The networks that ship, searchable, each as a small card."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from playground.ui.fonts import font
from playground.ui.widgets.headings import TextLabel
from playground.zoo import ZooNetwork, all_zoo_networks


class NetworkCard(QFrame):
    """Name, year and idea of one network; a click opens it."""

    chosen = Signal(str)

    def __init__(self, network: ZooNetwork) -> None:
        super().__init__()
        self.network = network
        self.setProperty("card", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(network.title)
        self.setAccessibleDescription(network.idea)
        title = TextLabel(network.title)
        title.setFont(font("body", title.font().Weight.DemiBold))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(11, 9, 11, 10)
        layout.setSpacing(3)
        layout.addWidget(title)
        layout.addWidget(TextLabel(_first_sentence(network.idea), "small", "muted", wrap=True))
        self.setToolTip("\n\n".join(text for text in (network.idea, network.source) if text))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.network.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.network.key)
        else:
            super().keyPressEvent(event)


class NetworkList(QWidget):
    """All networks of the zoo."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.search = QLineEdit()
        self.search.setProperty("prose", True)
        self.search.setPlaceholderText("Find a network…")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.cards = [NetworkCard(network) for network in all_zoo_networks()]
        self._nothing = TextLabel("No network matches.", tone="muted", wrap=True)
        self._nothing.hide()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(8)
        for card in self.cards:
            card.chosen.connect(self.chosen)
            column.addWidget(card)
        column.addWidget(self._nothing)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        field = QVBoxLayout()
        field.setContentsMargins(12, 0, 12, 0)
        field.addWidget(self.search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(field)
        layout.addWidget(scroll)

    def _filter(self, text: str) -> None:
        wanted = text.casefold().strip()
        for card in self.cards:
            network = card.network
            card.setVisible(wanted in f"{network.title} {network.key} {network.idea} {network.year}".casefold())
        self._nothing.setVisible(all(card.isHidden() for card in self.cards))


def _first_sentence(text: str) -> str:
    """Up to the first full stop; the tooltip has the rest."""
    return text.split(". ")[0].rstrip(".") + "."
