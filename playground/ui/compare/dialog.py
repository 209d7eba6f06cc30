"""The window that compares architectures of the zoo."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from playground.graph.model import Graph
from playground.ui.canvas.miniature import Miniature
from playground.ui.compare.bubble_chart import BubbleChart
from playground.ui.compare.table import CompareTable
from playground.ui.session import Session
from playground.ui.widgets.headings import TextLabel
from playground.zoo import ZooNetwork, all_zoo_networks

FIRST = ("alexnet", "vgg-16", "googlenet", "resnet-50", "densenet-121", "mobilenet-v2", "efficientnet-b0")
"""What is compared when the window opens for the first time."""
_KEY = Qt.ItemDataRole.UserRole
_MOST_DRAWN = 6


class CompareDialog(QDialog):
    """Choose on the left; chart, table and drawings follow on the right. A double click in the list opens a network."""

    open_chosen = Signal(str)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._graphs: dict[str, Graph] = {}
        self._drawings: dict[str, Miniature] = {}
        self.setWindowTitle("Compare networks")
        self.resize(1180, 760)
        self._search = QLineEdit()
        self._search.setProperty("prose", True)
        self._search.setPlaceholderText("Find a network…")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._filter)
        self._tree = QTreeWidget()
        self._tree.setHeaderHidden(True)
        self._tree.setAccessibleName("Networks to compare")
        self._fill()
        self._tree.itemChanged.connect(self._on_change)
        self._tree.itemDoubleClicked.connect(lambda item: item.data(0, _KEY) and self._open(item.data(0, _KEY)))
        self.chart, self.table = BubbleChart(), CompareTable()
        self.chart.chosen.connect(self._light)
        self.table.chosen.connect(self._light)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(12, 10, 12, 10)
        self._row.setSpacing(14)
        self._lay_out()
        self.choose([key for key in FIRST if any(n.key == key for n in all_zoo_networks())])

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(14, 14, 8, 14)
        column.addWidget(self._search)
        column.addWidget(self._tree, 1)
        clear = QPushButton("Choose none")
        clear.clicked.connect(lambda: self.choose([]))
        column.addWidget(clear)
        drawings = QWidget()
        drawings.setLayout(self._row)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(drawings)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        right = QSplitter(Qt.Orientation.Vertical)
        for widget, share in ((self.chart, 3), (self.table, 2), (scroll, 2)):
            right.addWidget(widget)
            right.setStretchFactor(right.count() - 1, share)
        right.setSizes([330, 210, 200])
        whole = QSplitter()
        whole.addWidget(left)
        whole.addWidget(right)
        whole.setSizes([250, 930])
        whole.setStretchFactor(1, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(whole)

    def _fill(self) -> None:
        families: dict[str, QTreeWidgetItem] = {}
        for network in all_zoo_networks():
            if network.family not in families:
                families[network.family] = QTreeWidgetItem(self._tree, [network.family])
            item = QTreeWidgetItem(families[network.family], [f"{network.title}"])
            item.setData(0, _KEY, network.key)
            item.setToolTip(0, network.idea)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(0, Qt.CheckState.Unchecked)
        self._families = tuple(families.values())
        self._tree.expandAll()

    def _items(self) -> list[QTreeWidgetItem]:
        return [item for family in self._families for item in _children(family)]

    @property
    def chosen(self) -> list[str]:
        """The keys of the networks being compared."""
        return [item.data(0, _KEY) for item in self._items() if item.checkState(0) == Qt.CheckState.Checked]

    def choose(self, keys: Collection[str]) -> None:
        """Compare just these."""
        self._tree.blockSignals(True)
        for item in self._items():
            wanted = Qt.CheckState.Checked if item.data(0, _KEY) in keys else Qt.CheckState.Unchecked
            item.setCheckState(0, wanted)
        self._tree.blockSignals(False)
        self._tree.viewport().update()
        self._on_change()

    def add(self, key: str) -> None:
        """Put one more beside the others."""
        self.choose([*self.chosen, key])
        self._light(key)

    def _on_change(self) -> None:
        keys = set(self.chosen)
        networks = [network for network in all_zoo_networks() if network.key in keys]
        self.chart.show_networks(networks)
        self.table.show_networks(networks)
        self._draw(networks[:_MOST_DRAWN])

    def _light(self, key: str) -> None:
        self.chart.light(key)

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        by_key = {network.key: network for network in all_zoo_networks()}
        for item in self._items():
            network = by_key[item.data(0, _KEY)]
            said = f"{network.title} {network.key} {network.family} {network.year} {network.source}".casefold()
            item.setHidden(not all(word in said for word in words))
        for family in self._families:
            family.setHidden(all(item.isHidden() for item in _children(family)))

    def _draw(self, networks: list[ZooNetwork]) -> None:
        """The drawings, side by side; those not made yet are made in the background."""
        while (entry := self._row.takeAt(0)) is not None:
            if (widget := entry.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._drawings = {}
        for network in networks:
            self._row.addWidget(self._card(network))
            if network.key in self._graphs:
                self._drawings[network.key].show_graph(self._graphs[network.key])
        self._row.addStretch()
        missing = [network for network in networks if network.key not in self._graphs]
        if missing:
            self._session.background.run("compare", lambda: {n.key: n.build() for n in missing}, self._on_graphs)

    def _card(self, network: ZooNetwork) -> QWidget:
        card = QWidget()
        card.setFixedWidth(270)
        column = QVBoxLayout(card)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(TextLabel(f"{network.title} · {network.year}"))
        self._drawings[network.key] = Miniature(height=130)
        column.addWidget(self._drawings[network.key])
        column.addStretch()
        return card

    def _on_graphs(self, graphs: dict[str, Graph]) -> None:
        self._graphs.update(graphs)
        for key, drawing in self._drawings.items():
            if key in self._graphs:
                drawing.show_graph(self._graphs[key])

    def _open(self, key: str) -> None:
        self.close()
        self.open_chosen.emit(key)


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for row in range(item.childCount()) if (child := item.child(row)) is not None]
