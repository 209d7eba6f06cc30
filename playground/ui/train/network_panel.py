"""Below the chart: weights and gradients of every layer, and the first layer's filters, a few times a second."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.train.events import Pictures
from playground.ui.session import Session
from playground.ui.train.histograms import LayerHistograms
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.legend import SignLegend
from playground.ui.widgets.tensor_grid import TensorGrid


class NetworkPanel(QWidget):
    """Shows the newest pictures of the network in training."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.histograms = LayerHistograms()
        self.hint = TextLabel(
            "While the network learns: how its weights and their gradients are spread, and what its first filters look "
            "like.",
            "small",
            "muted",
            wrap=True,
        )
        self.filters_heading = SectionHeading("Filters")
        self.filters = TensorGrid(46, 7)
        self.filters.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        head = QHBoxLayout()
        head.addWidget(SectionHeading("Weights and gradients, layer by layer"))
        head.addStretch(1)
        head.addWidget(SignLegend())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.hint)
        column.addWidget(self.histograms)
        column.addSpacing(8)
        column.addWidget(self.filters_heading)
        column.addWidget(self.filters)
        self.show_pictures(None)

    def show_pictures(self, pictures: Pictures | None) -> None:
        """Show these; None: nothing was seen yet."""
        self.hint.setVisible(pictures is None)
        self.histograms.setVisible(pictures is not None)
        filters = None if pictures is None else pictures.filters
        self.filters_heading.setVisible(filters is not None)
        self.filters.setVisible(filters is not None)
        if pictures is None:
            return
        titles = {node.id: node.title for node in self._session.graph}
        self.histograms.set_layers(pictures.layers, titles)
        if filters is not None:
            kind = "colour" if filters.ndim == 4 else "signed"
            shown = (filters / (2 * max(abs(filters).max(), 1e-9)) + 0.5) if kind == "colour" else filters
            self.filters.set_maps(shown, kind, 1.0 if kind == "colour" else "shared")
            name = titles.get(pictures.filters_of, pictures.filters_of)
            self.filters_heading.setText(f"Filters of {name} after {pictures.position:.1f} epochs")
