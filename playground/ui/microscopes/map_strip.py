"""A row of small maps of which one is chosen; scrolls sideways when there are many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from playground.ui.widgets.tensor_grid import Scaling, TensorGrid
from playground.ui.widgets.tensor_image import Kind


class MapStrip(QScrollArea):
    """`chosen` sends the index of a map that was clicked. The chosen map is kept in view."""

    chosen = Signal(int)

    def __init__(self, tile: int = 56, gap: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tile, self._gap = tile, gap
        self.grid = TensorGrid(tile, gap)
        self.grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.grid.current_changed.connect(self.chosen)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setWidget(self.grid)
        self.set_tile(tile)

    def set_tile(self, tile: int) -> None:
        """The side of a tile, and so the height of the strip."""
        self._tile = tile
        self.grid.set_tile(tile)
        self.setFixedHeight(tile)
        self._fit()

    def set_maps(
        self,
        maps: np.ndarray | None,
        kind: Kind = "signed",
        scaling: Scaling | float = "shared",
        captions: Sequence[str] = (),
    ) -> None:
        """The maps, (count, height, width)."""
        self.grid.set_maps(maps, kind, scaling)
        self.grid.setToolTip("\n".join(captions))
        self._fit()

    def set_current(self, index: int) -> None:
        if index != self.grid.current and index < len(self.grid):
            self.grid.set_current(index)
        self._show_current()

    @property
    def current(self) -> int:
        return self.grid.current

    def __len__(self) -> int:
        return len(self.grid)

    def __bool__(self) -> bool:
        return True

    def _fit(self) -> None:
        count = max(1, len(self.grid))
        self.grid.resize(count * (self._tile + self._gap) - self._gap + 1, self._tile)
        self._show_current()

    def _show_current(self) -> None:
        if self.grid.current >= 0:
            rect = self.grid.tile_rect(self.grid.current)
            self.ensureVisible(rect.center().x(), 0, self._tile, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_current()

    def sizeHint(self) -> QSize:
        return QSize(self.grid.width(), self._tile)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._tile, self._tile)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().x() or event.angleDelta().y()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - turn)
        event.accept()
