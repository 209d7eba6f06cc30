"""The networks that ship, searchable, each as a small card."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from playground.ui.build.search_page import SearchPage
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


class NetworkList(SearchPage):
    """All networks of the zoo."""

    def __init__(self) -> None:
        super().__init__("network", spacing=8)
        self.cards = [NetworkCard(network) for network in all_zoo_networks()]
        for card in self.cards:
            card.chosen.connect(self.chosen)
            self.column.addWidget(card)

    def filter(self, wanted: str) -> bool:
        for card in self.cards:
            network = card.network
            card.setVisible(wanted in f"{network.title} {network.key} {network.idea} {network.year}".casefold())
        return any(not card.isHidden() for card in self.cards)


def _first_sentence(text: str) -> str:
    """Up to the first full stop; the tooltip has the rest."""
    return text.split(". ")[0].rstrip(".") + "."
