"""The network below its curves: weights and gradients, kernels, feature maps; live, or at the moment looked at."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.ui.session import Session
from playground.ui.train.looking import Looking
from playground.ui.train.network.activations_page import ActivationsPage
from playground.ui.train.network.kernels_page import KernelsPage
from playground.ui.train.network.maps_page import MapsPage
from playground.ui.train.network.weights_page import WeightsPage
from playground.ui.widgets.legend import SignLegend
from playground.ui.widgets.segmented import SegmentedSwitch


class _Page(Protocol):
    def refresh(self) -> None: ...


class NetworkPanel(QWidget):
    """A switch and its pages, of which the one in sight is drawn."""

    def __init__(self, session: Session, looking: Looking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.weights = WeightsPage(looking)
        self.activations = ActivationsPage(session, looking)
        self.kernels = KernelsPage(looking)
        self.maps = MapsPage(session, looking)
        self._pages: tuple[tuple[str, QWidget, _Page], ...] = (
            ("Weights and gradients", self.weights, self.weights),
            ("Activations", self.activations, self.activations),
            ("Kernels", self.kernels, self.kernels),
            ("Feature maps", self.maps, self.maps),
        )
        self.switch = SegmentedSwitch([title for title, _, _ in self._pages], "What is shown of the network")
        self.legend = SignLegend()
        head = QHBoxLayout()
        head.addWidget(self.switch)
        head.addStretch(1)
        head.addWidget(self.legend)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 14)
        column.setSpacing(12)
        column.addLayout(head)
        for _, widget, _ in self._pages:
            column.addWidget(widget)
        self.switch.currentChanged.connect(self._turn)
        self._turn(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for the legend's words it keeps its bar."""
        super().resizeEvent(event)
        whole, room = self.legend.sizeHint().width(), self.width() - self.switch.sizeHint().width() - 12
        self.legend.setFixedWidth(whole if whole <= room else self.legend.minimumSizeHint().width())

    def _turn(self, page: int) -> None:
        for number, (_, widget, _) in enumerate(self._pages):
            widget.setVisible(number == page)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Draw the page that is in sight as things are at the moment that is looked at."""
        self._pages[self.switch.current][2].refresh()
