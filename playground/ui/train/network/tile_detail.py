"""Beside many small pictures: the chosen one large, and the number under the pointer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.numbers import short
from playground.ui.widgets.tensor_image import Kind
from playground.ui.widgets.tensor_view import TensorView

SIDE = 168
_LEAST = 24


class TileDetail(QWidget):
    """One picture with its name; the arrow keys walk through its numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._array: np.ndarray | None = None
        self._words = ""
        self._read: Callable[[int, int], str] | None = None
        self._cell: tuple[int, int] | None = None
        self.title = TextLabel("", "label")
        self.picture = TensorView()
        self.picture.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.picture.hovered.connect(self._on_hovered)
        self.picture.clicked.connect(lambda row, column: self._on_hovered((row, column)))
        self.words = TextLabel("", "small", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addWidget(self.picture)
        column.addWidget(self.words)
        column.addStretch(1)
        self.setFixedWidth(SIDE)

    def show_tile(
        self,
        title: str,
        picture: np.ndarray,
        kind: Kind,
        scale: float | None,
        words: str,
        read: Callable[[int, int], str] | None = None,
    ) -> None:
        """Show this; `words` stand below while the pointer is on no number.

        `read` says in words what is at a row and column (from 0) of the picture; by default the number there.
        """
        self._array, self._words, self._read = picture, words, read
        rows, columns = picture.shape[-2:]
        self.picture.setFixedHeight(min(SIDE, max(_LEAST, round(SIDE * rows / max(1, columns)))))
        self.title.setText(title)
        self.picture.setAccessibleName(title)
        self.picture.set_array(picture, kind, scale)
        self._say()

    @Slot(object)
    def _on_hovered(self, cell: tuple[int, int] | None) -> None:
        self._cell = cell
        self._say()

    def _say(self) -> None:
        array, cell = self._array, self._cell
        if array is None or cell is None or cell[0] >= array.shape[-2] or cell[1] >= array.shape[-1]:
            self.words.setText(self._words)
        elif self._read is not None:
            self.words.setText(self._read(*cell))
        else:
            self.words.setText(number_at(array, *cell))


def number_at(array: np.ndarray, row: int, column: int) -> str:
    """What is there, in words; of a picture in colour its three numbers."""
    values = array[..., row, column]
    numbers = short(float(values), 5) if values.ndim == 0 else " · ".join(short(float(v), 3) for v in values)
    return f"row {row + 1}, column {column + 1}: {numbers}"
