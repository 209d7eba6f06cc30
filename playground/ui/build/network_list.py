"""The networks that ship, searchable and by family; each has a sheet that tells all about it."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from playground.ui.build.chip_page import FoldHeading
from playground.ui.build.network_sheet import NetworkSheet, headline
from playground.ui.build.search_page import SearchPage
from playground.ui.fonts import font
from playground.ui.session import Session
from playground.ui.widgets.headings import ElidedLabel, TextLabel
from playground.zoo import ZooNetwork, all_zoo_networks


class NetworkCard(QFrame):
    """Name, year and size of one network. A click shows its sheet, a double click or Enter opens it."""

    chosen = Signal(str)
    looked_at = Signal(str)

    def __init__(self, network: ZooNetwork) -> None:
        super().__init__()
        self.network = network
        self.setProperty("card", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(network.title)
        self.setAccessibleDescription(network.idea)
        title = ElidedLabel(network.title)
        title.setFont(font("body", title.font().Weight.DemiBold))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(11, 8, 11, 9)
        layout.setSpacing(2)
        layout.addWidget(title)
        size, *errors = headline(network).split(" · ")
        line = " · ".join((str(network.year), *errors)) + f"\n{size}" * bool(size)
        layout.addWidget(TextLabel(line, "small", "muted", wrap=True))
        said = f"{network.title} {network.key} {network.idea} {network.year} {network.family} {network.source}"
        self.words = said.casefold()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.looked_at.emit(self.network.key)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit(self.network.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self.network.key)
        elif event.key() == Qt.Key.Key_Space:
            self.looked_at.emit(self.network.key)
        else:
            super().keyPressEvent(event)


class NetworkList(SearchPage):
    """All networks of the zoo."""

    compare_chosen = Signal(str)
    """Compare this network with others; empty: compare without adding one."""
    base_chosen = Signal(str)
    """Let the open document begin with what this network has learnt."""
    scaling_chosen = Signal()
    """Scale an EfficientNet by hand."""

    def __init__(self, session: Session) -> None:
        super().__init__("network", spacing=8)
        self._sheet = NetworkSheet(session, self)
        self._sheet.open_chosen.connect(self.chosen)
        self._sheet.compare_chosen.connect(self.compare_chosen)
        self._sheet.base_chosen.connect(self.base_chosen)
        self._sheet.scaling_chosen.connect(self.scaling_chosen)
        compare = QPushButton("Compare…")
        compare.setToolTip("Accuracy, size and drawings of several networks side by side")
        compare.clicked.connect(lambda: self.compare_chosen.emit(""))
        self.column.addWidget(compare)
        self.cards: list[NetworkCard] = []
        self._groups: list[tuple[FoldHeading, list[NetworkCard]]] = []
        networks = sorted(all_zoo_networks(), key=lambda network: _families().index(network.family))
        for family, members in groupby(networks, key=lambda network: network.family):
            self._add_family(family, [NetworkCard(network) for network in members])

    def _add_family(self, family: str, cards: list[NetworkCard]) -> None:
        heading = FoldHeading(family, "networks")
        heading.toggled.connect(lambda: self.filter(self.search.text().casefold().strip()))
        self.column.addWidget(heading)
        for card in cards:
            card.chosen.connect(self.chosen)
            card.looked_at.connect(self._look_at)
            self.column.addWidget(card)
        self.cards += cards
        self._groups.append((heading, cards))
        self._show_family(heading, cards, [])

    def _look_at(self, key: str) -> None:
        card = next(card for card in self.cards if card.network.key == key)
        self._sheet.show_network(card.network, card.mapToGlobal(QPoint(card.width() + 12, 0)))

    def filter(self, wanted: str) -> bool:
        words = wanted.split()
        fits = [self._show_family(heading, cards, words) for heading, cards in self._groups]
        return any(fits)

    @staticmethod
    def _show_family(heading: FoldHeading, cards: list[NetworkCard], words: list[str]) -> bool:
        """A search looks into folded families, too."""
        fits = [all(word in card.words for word in words) for card in cards]
        for card, fit in zip(cards, fits, strict=True):
            card.setVisible(fit and (bool(words) or heading.isChecked()))
        heading.setVisible(any(fits))
        return any(fits)


def _families() -> list[str]:
    """The families in the order of their first networks."""
    return list(dict.fromkeys(network.family for network in all_zoo_networks()))
