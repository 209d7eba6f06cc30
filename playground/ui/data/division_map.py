"""A map of all examples, a cell for each: which are for training, for validation and for the test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.ui.data.looked import PARTS, ROLES, Looked
from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.numbers import count
from playground.ui.widgets.tensor_image import image_of

MOST_BLOCKS = 12
"""With more classes than these all examples stand in one block."""
_NAME, _GAP, _LARGEST = 104, 5, 14
_WRONG = len(PARTS)


@dataclass(frozen=True, eq=False)
class Block:
    """The examples of one class (or all): their numbers, and what each is for, an index of PARTS or `_WRONG`."""

    name: str
    numbers: np.ndarray
    codes: np.ndarray
    is_test: bool = False


class DivisionMap(QWidget):
    """`example_chosen` sends (is it of the test?, number) of the cell that was clicked."""

    example_chosen = Signal(bool, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looked: Looked | None = None
        self._blocks: list[Block] = []
        self._cell, self._every = 1, 1
        self._places: list[QRect] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(260, 200)
        self.setMouseTracking(True)
        self.setAccessibleName("What each example is for")
        appearance.changed.connect(self.update)

    def show_looked(self, looked: Looked) -> None:
        """Show how a data set is divided."""
        self._looked = looked
        self._blocks = blocks_of(looked)
        self._arrange()
        self.update()

    @property
    def blocks(self) -> list[Block]:
        """What is shown, from top to bottom."""
        return self._blocks

    def sizeHint(self) -> QSize:
        return QSize(520, 400)

    # ---- places

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The largest cells with which everything fits; where single pixels do not, only every so many examples."""
        width, height = max(1, self.width() - _NAME), self.height() - _GAP * len(self._blocks)
        self._every, self._cell = 1, _LARGEST
        while self._cell > 1 and self._height_with(width) > height:
            self._cell -= 1
        while self._height_with(width) > height and self._every < 1000:
            self._every += 1
        self._places, top = [], 0
        for block in self._blocks:
            rows = self._rows(block, width)
            self._places.append(QRect(_NAME, top, width // self._cell * self._cell, rows * self._cell))
            top += max(rows * self._cell, 14) + _GAP

    def _height_with(self, width: int) -> int:
        return sum(max(self._rows(block, width) * self._cell, 14) for block in self._blocks)

    def _rows(self, block: Block, width: int) -> int:
        shown = -(-len(block.numbers) // self._every)
        return -(-shown // max(1, width // self._cell))

    def place_at(self, position: QPoint) -> tuple[Block, int] | None:
        """The block under a point of the widget, and the place of the example in it."""
        for block, rect in zip(self._blocks, self._places, strict=True):
            if rect.contains(position):
                columns = rect.width() // self._cell
                row, column = (position.y() - rect.top()) // self._cell, (position.x() - rect.left()) // self._cell
                place = (row * columns + column) * self._every
                return (block, place) if place < len(block.numbers) else None
        return None

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        painter.setFont(font("small"))
        inks = [QColor(getattr(theme, ROLES[part])).rgb() for part in PARTS]
        table = np.array([*inks, QColor(theme.danger).rgb(), QColor(theme.panel).rgb()], np.uint32)
        for block, rect in zip(self._blocks, self._places, strict=True):
            painter.setPen(QColor(theme.text))
            name = painter.fontMetrics().elidedText(block.name, Qt.TextElideMode.ElideRight, _NAME - 12)
            beside = QRectF(0, rect.top(), _NAME - 12, max(14, min(rect.height(), 40)))
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, name)
            if rect.height():
                self._paint_block(painter, block, rect, table)
        painter.end()

    def _paint_block(self, painter: QPainter, block: Block, rect: QRect, table: np.ndarray) -> None:
        columns, rows = rect.width() // self._cell, rect.height() // self._cell
        codes = np.full(columns * rows, len(table) - 1, np.intp)
        shown = block.codes[:: self._every]
        codes[: len(shown)] = shown
        cells = table[codes].reshape(rows, columns)
        if self._cell >= 4:  # a line of the ground between the cells
            large = np.full((rows * self._cell, columns * self._cell), table[-1], np.uint32)
            for down in range(self._cell - 1):
                for across in range(self._cell - 1):
                    large[down :: self._cell, across :: self._cell] = cells
            painter.drawImage(rect.topLeft(), image_of(large))
        else:
            painter.drawImage(rect, image_of(cells))

    # ---- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.place_at(event.position().toPoint())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            block, place = found
            self.example_chosen.emit(block.is_test, int(block.numbers[place]))
        else:
            super().mousePressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = self.place_at(event.pos())
            QToolTip.showText(event.globalPos(), "" if found is None else self._tip(*found), self)
            return True
        return super().event(event)

    def _tip(self, block: Block, place: int) -> str:
        code, number = int(block.codes[place]), int(block.numbers[place])
        purpose = "training, with a wrong label" if code == _WRONG else PARTS[code]
        every = f"\n(Every {self._every}th example is drawn.)" if self._every > 1 else ""
        return f"Number {count(number + 1)}: {purpose}{every}"


def blocks_of(looked: Looked) -> list[Block]:
    """A block for each class, its examples in the order of the file, and one for the test."""
    total = len(looked.samples.y_train)
    codes = np.zeros(total, np.intp)
    for code, name in enumerate(PARTS[:3]):
        if name in looked.parts:
            codes[looked.parts[name].positions] = code
    training = looked.parts.get("training")
    if training is not None:
        codes[training.positions[training.is_wrong]] = _WRONG
    blocks: list[Block] = []
    if looked.data.is_gallery:
        pass
    elif 1 < len(looked.data.classes) <= MOST_BLOCKS:
        for number, name in enumerate(looked.data.classes):
            of_class = np.flatnonzero(looked.samples.y_train == number)
            blocks.append(Block(name, of_class, codes[of_class]))
    else:
        blocks.append(Block("in order" if looked.samples.shared_steps else "all", np.arange(total), codes))
    test = np.arange(len(looked.samples.y_test))
    return [*blocks, Block("test", test, np.full(len(test), PARTS.index("test")), is_test=True)]
