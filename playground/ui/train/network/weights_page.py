"""Weights and gradients of every layer as histograms, live or at the moment that is looked at."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.ui.train.looking import Looking, when_of
from playground.ui.train.network.histograms import LayerHistograms
from playground.ui.widgets.headings import TextLabel


class WeightsPage(QWidget):
    """How weights and their gradients are spread, layer by layer."""

    def __init__(self, looking: Looking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looking = looking
        self.histograms = LayerHistograms()
        self.words = TextLabel("", "small", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.histograms)
        column.addWidget(self.words)

    @Slot()
    def refresh(self) -> None:
        """Show the histograms of the moment that is looked at."""
        looking = self._looking
        pictures, analysis = looking.pictures, looking.analysis
        self.histograms.setVisible(pictures is not None)
        if pictures is None:
            self.words.show()
            self.words.setText(
                "No histograms were taken before this moment."
                if looking.moment is not None
                else "While the network learns: how its weights and their gradients are spread, layer by layer."
            )
            return
        titles = {} if analysis is None else {node.id: node.title for node in analysis.graph}
        self.histograms.set_layers(pictures.layers, titles)
        self.words.setVisible(looking.moment is not None)
        self.words.setText(f"As they were {when_of(pictures.position)}.")
