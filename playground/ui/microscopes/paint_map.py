"""A map of numbers that can be painted on, cell by cell, with the mouse or from the keyboard."""

from __future__ import annotations

from typing import Literal

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.ui.microscopes.number_map import NumberMap
from playground.ui.theme import appearance, translucent

Tool = Literal["point", "pen", "eraser"]
Cell = tuple[int, int]

_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_DO = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ERASE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class PaintMap(NumberMap):
    """`painted` sends the cells that the pen went over, and whether it erases; `stroke_ended` when it is lifted.

    The right button erases. With Tab the keyboard comes here: arrows move from cell to cell, Space paints or asks,
    Delete erases, Escape gives the keyboard back (`left`).
    """

    painted = Signal(list, bool)
    stroke_ended = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tool: Tool = "point"
        self.brush = 1
        """How many cells wide and high the pen is."""
        self._last: Cell | None = None
        self._erasing = False
        self._cursor: Cell = (0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("The example, cell by cell")

    @property
    def cursor_cell(self) -> Cell:
        """The cell that the keyboard is at."""
        rows, columns = self._shape if self.values is not None else (1, 1)
        return min(self._cursor[0], rows - 1), min(self._cursor[1], columns - 1)

    def outline_mask(self, mask: np.ndarray) -> None:
        """`outline` for the cells where (rows, columns) is true: quick for thousands of them."""
        around = np.pad(mask.astype(bool), 1)
        level = np.argwhere((around[1:] != around[:-1])[:, 1:-1]).tolist()
        upright = np.argwhere((around[:, 1:] != around[:, :-1])[1:-1]).tolist()
        self._outlined = frozenset((row, column) for row, column in np.argwhere(mask).tolist())
        self._border = [(row, column, row, column + 1) for row, column in level]
        self._border += [(row, column, row + 1, column) for row, column in upright]
        self.update()

    # ---- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        paints = self.tool != "point" and event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        if not paints:
            super().mousePressEvent(event)
        elif cell is not None:
            self._erasing = self.tool == "eraser" or event.button() == Qt.MouseButton.RightButton
            self._last = cell
            self.painted.emit(self._under(cell), self._erasing)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        cell = self._cell_at(event.position())
        if self.tool != "point":
            self.setCursor(Qt.CursorShape.CrossCursor if cell is not None else Qt.CursorShape.ArrowCursor)
        if self._last is not None and cell is not None and cell != self._last:
            found: dict[Cell, None] = {}
            for step in _line(self._last, cell):
                found.update(dict.fromkeys(self._under(step)))
            self._last = cell
            self.painted.emit(list(found), self._erasing)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._last is not None:
            self._last = None
            self.stroke_ended.emit()

    def _under(self, cell: Cell) -> list[Cell]:
        """The cells under the pen."""
        rows, columns = self._shape
        first = -((self.brush - 1) // 2)
        spread = range(first, first + self.brush)
        cells = [(cell[0] + down, cell[1] + right) for down in spread for right in spread]
        return [cell for cell in cells if 0 <= cell[0] < rows and 0 <= cell[1] < columns and self._is_number(*cell)]

    def _is_number(self, row: int, column: int) -> bool:
        """Whether a cell holds a number: the last row of a list may not be full."""
        return self._count is None or row * self._shape[1] + column < self._count

    # ---- keyboard

    def event(self, event: QEvent) -> bool:
        """While the keyboard is here, its arrows and Space are not the transport's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if plain and (event.key() in _MOVES or event.key() in (*_DO, *_ERASE, Qt.Key.Key_Escape)):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.values is None:
            super().keyPressEvent(event)
            return
        key, cell = event.key(), self.cursor_cell
        if key in _MOVES:
            down, right = _MOVES[Qt.Key(key)]
            row, column = (cell[0] + down) % self._shape[0], (cell[1] + right) % self._shape[1]
            if self._is_number(row, column):
                self._cursor = (row, column)
                self.hovered.emit(self._cursor)
                self.update()
        elif key in _DO and self.tool == "point":
            self.clicked.emit(*cell, self.mapToGlobal(self.cell_center(*cell).toPoint()))
        elif key in _DO or key in _ERASE:
            self.painted.emit(self._under(cell), key in _ERASE or self.tool == "eraser")
            self.stroke_ended.emit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.values is not None:
            self.hovered.emit(self.cursor_cell)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.hovered.emit(None)
        self.update()

    def paint_contents(self, event: QPaintEvent) -> None:
        super().paint_contents(event)
        rect = self.picture_rect()
        if not self.hasFocus() or self.values is None or rect.isEmpty():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(translucent(appearance.theme.focus, 1.0), 2.0))
        painter.drawRect(rect.adjusted(-2, -2, 1, 1))
        painter.drawRect(self._frame(rect, self.cursor_cell))
        painter.end()


def _line(start: Cell, end: Cell) -> list[Cell]:
    """The cells on the way from one to another, without the first."""
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    return [
        (
            round(start[0] + (end[0] - start[0]) * step / steps),
            round(start[1] + (end[1] - start[1]) * step / steps),
        )
        for step in range(1, steps + 1)
    ]
