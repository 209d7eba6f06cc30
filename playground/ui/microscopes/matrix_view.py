"""A dense layer with many units: the whole weight matrix as a picture, and below it a part of it as a table."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.ui.microscopes.dense_marks import Lit, Spot
from playground.ui.microscopes.dense_numbers import DenseNumbers
from playground.ui.microscopes.weight_map import Squeezed, WeightMap
from playground.ui.microscopes.weight_table import WeightTable
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.numbers import count

Array = np.ndarray[Any, Any]


class MatrixView(QWidget):
    """`unit_chosen` sends a row, `feature_chosen` a column, `cell_chosen` both; `asked` a `Spot` and where it is."""

    unit_chosen = Signal(int)
    feature_chosen = Signal(int)
    cell_chosen = Signal(int, int)
    asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = 0
        self.map, self.table = WeightMap(), WeightTable()
        self.by_strength = QCheckBox("strongest inputs first")
        self.by_strength.setToolTip("Put the inputs that matter most to the row in focus at the left of the table")
        self.by_strength.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.by_strength.toggled.connect(self.table.set_by_strength)
        self._caption = TextLabel("", "small", "muted")
        self.map.visited.connect(self._visit)
        self.table.pressed.connect(self._on_pressed)
        self.table.scrolled.connect(self._show_part)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        line = QHBoxLayout()
        line.addWidget(self._caption, 1)
        line.addWidget(self.by_strength)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.map, 2)
        column.addLayout(line)
        column.addWidget(self.table, 5)

    def shown(self, numbers: DenseNumbers) -> Array:
        """The matrix of this moment: weights, or on the way back their gradients."""
        return numbers.frame.grad_weights["weight"] if numbers.backward else numbers.weights

    def show_numbers(self, numbers: DenseNumbers, unit: int, feature: int) -> None:
        """The row `unit` in focus; `feature` is the input in focus."""
        self._unit = unit
        what = "its part of the gradient" if numbers.backward else "its weights"
        self._caption.setText(f"Unit {numbers.unit_name(unit)} and {what}, enlarged")
        self.table.show_numbers(numbers, unit, feature)
        self._show_part()

    def forget(self) -> None:
        """There is nothing to show."""
        self.table.forget()

    def show_squeezed(self, numbers: DenseNumbers, squeezed: Squeezed | None) -> None:
        """The picture of the whole, when it is there."""
        what = "gradients" if numbers.backward else "weights"
        size = f"{count(numbers.units)} × {count(numbers.features)}"
        caption = f"{size} {what}: a row for each unit, a column for each input"
        self.map.show_squeezed(squeezed, (numbers.units, numbers.features), caption)
        if squeezed is not None:
            self.table.set_scale(squeezed.scale)
        self._show_part()

    def light(self, lit: Lit) -> None:
        """Frame what an open explanation speaks of."""
        self.table.light(lit)

    def _show_part(self) -> None:
        self.map.show_part(self._unit, self.table.window_in_shares())

    def _visit(self, row: float, column: float) -> None:
        self.by_strength.setChecked(False)
        self.table.visit(row, column)

    def _on_pressed(self, spot: Spot, position: QPoint) -> None:
        if spot.zone == "body":
            self.cell_chosen.emit(spot.unit, spot.feature)
        elif spot.zone == "side":
            self.unit_chosen.emit(spot.unit)
        else:
            self.feature_chosen.emit(spot.feature)
        self.asked.emit(spot, position)
