"""The selected layer's filters and its output on the shown example, as pictures."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.ui.session import Session
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import short
from playground.ui.widgets.tensor_grid import TensorGrid
from playground.ui.widgets.tensor_view import TensorView

MOST_MAPS = 24
MOST_CELLS = 480
_COLUMNS, _CELL = 24, 12
_FEW = 12
"""So many numbers are also written out."""


class LayerPictures(QWidget):
    """Filters now, and output on this sample; each only where there is something to see."""

    def __init__(self, session: Session, node_id: str) -> None:
        super().__init__()
        self._session, self._node_id = session, node_id
        self._filters_heading = SectionHeading("Filters now")
        self._filters = TensorGrid(tile=42, gap=7)
        self._output_heading = SectionHeading("Output on this sample")
        self._maps = TensorGrid(tile=92, gap=7)
        self._list = TensorView()
        self._list.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._more = TextLabel("", "mono_small", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(9)
        for widget in (self._filters_heading, self._filters, self._output_heading, self._maps, self._list, self._more):
            column.addWidget(widget)
        self.refresh()

    def refresh(self) -> None:
        """Bring the pictures up to date with the session."""
        weight = self._session.state.get(f"{self._node_id}.weight")
        filters = None if weight is None or weight.ndim != 4 or max(weight.shape[2:]) < 2 else weight[:MOST_MAPS]
        self._filters_heading.setVisible(filters is not None)
        self._filters.setVisible(filters is not None)
        if filters is not None:
            colour = filters.shape[1] == 3
            self._filters.set_maps(filters if colour else filters.mean(axis=1), "colour" if colour else "signed")
        self._show_output(self._session.activations.get(self._node_id))

    def _show_output(self, output: np.ndarray | None) -> None:
        is_picture = output is not None and output.ndim == 3
        is_list = output is not None and output.ndim == 1
        self._output_heading.setVisible(is_picture or is_list)
        self._maps.setVisible(is_picture)
        self._list.setVisible(is_list)
        self._more.hide()
        if output is None:
            return
        if is_picture:
            kind = "signed" if np.nanmin(output, initial=0.0) < 0 else "grey"
            if output.shape[0] == 3:
                self._maps.set_maps(output[np.newaxis], "colour")
            else:
                self._maps.set_maps(output[:MOST_MAPS], kind)
            if len(output) > MOST_MAPS:
                self._more.setText(f"the first {MOST_MAPS} of {len(output)} maps")
                self._more.show()
        elif is_list:
            output = output[:MOST_CELLS]
            columns = min(len(output), _COLUMNS)
            rows = -(-len(output) // columns)
            self._list.set_array(np.pad(output, (0, rows * columns - len(output))).reshape(rows, columns))
            self._list.setFixedSize(columns * _CELL, rows * _CELL)
            if len(output) <= _FEW:
                self._more.setText("  ".join(short(value) for value in output))
                self._more.show()
