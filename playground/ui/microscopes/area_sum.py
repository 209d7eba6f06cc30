"""The numbers that one number of a pooled or enlarged map was made from, enlarged, with the share of each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from playground.ui.microscopes.number_map import NumberMap

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Factor, Index, Place, Term

MOST = 144
"""More numbers than this are not drawn enlarged: the outline on the map shows them."""
_CELL, _TITLES = 40, 46
_IN_A_ROW = 6


class AreaSum(QWidget):
    """Of an `Explanation`: its numbers on the left, their shares on the right where these differ.

    `asked` sends the place of a number that was clicked, and the place on the screen.
    """

    asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.numbers, self.shares = NumberMap(), NumberMap()
        self._places: dict[tuple[int, int], Place] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        row.addWidget(self.numbers)
        row.addWidget(self.shares)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.numbers.clicked.connect(self._on_clicked)
        self.hide()

    def sizeHint(self) -> QSize:
        """As narrow as may be, so that the maps beside it stay where they are when it appears."""
        return QSize(self.minimumSizeHint().width(), self.minimumHeight())

    def show_explanation(self, found: Explanation, title: str, scale: float, room: int) -> None:
        """Hidden where there is only one number, or too many. `scale` is the magnitude at full colour."""
        factors = [number_of(term) for term in found.terms]
        places = [factor.place for factor in factors if factor is not None and factor.place is not None]
        self._places = {}
        shown = 1 < len(places) == len(found.terms) <= MOST
        self.setVisible(shown)
        if not shown:
            return
        (rows, columns), cells = laid_out([place.index for place in places])
        self._places = dict(zip(cells, places, strict=True))
        values, shares = np.zeros((rows, columns)), np.zeros((rows, columns))
        for cell, factor, term in zip(cells, factors, found.terms, strict=True):
            assert factor is not None
            values[cell], shares[cell] = factor.value, share_of(term)
        self.numbers.show_map(values, scale=scale or 1.0, count=len(cells))
        self.numbers.set_title(title)
        self.numbers.choose(None if found.chosen is None else cells[found.chosen])
        self.shares.setVisible(len(set(shares.reshape(-1)[: len(cells)])) > 1)
        self.shares.show_map(shares, scale=1.0, count=len(cells))
        self.shares.set_title("× their shares")
        height = min(room, _TITLES + _CELL * rows)
        self.setFixedHeight(max(height, _TITLES + 20))

    def light(self, places: Mapping[Place, str]) -> None:
        """Mark the numbers at these places."""
        self.numbers.light({cell: places[place] for cell, place in self._places.items() if place in places})

    @property
    def places(self) -> Mapping[tuple[int, int], Place]:
        """Where the number in each cell is recorded."""
        return self._places

    def _on_clicked(self, row: int, column: int, position: QPoint) -> None:
        place = self._places.get((row, column))
        if place is not None:
            self.asked.emit(place, position)


def number_of(term: Term) -> Factor | None:
    """The recorded number of a term; None where it has none."""
    return next((factor for factor in term.factors if factor.place is not None), None)


def share_of(term: Term) -> float:
    """What the recorded number is multiplied by."""
    return math.prod(factor.value for factor in term.factors if factor.place is None)


def laid_out(places: Sequence[Index]) -> tuple[tuple[int, int], list[tuple[int, int]]]:
    """Rows and columns, and the cell of each place: as they lie on the map, or in lines where they are no rectangle."""
    inner = [place[1:] for place in places]
    axes = [sorted(set(values)) for values in zip(*inner, strict=True)]
    several = [axis for axis in range(len(axes)) if len(axes[axis]) > 1]
    if len(several) <= 2 and math.prod(len(values) for values in axes) == len(places) and len(several) > 0:
        vertical, horizontal = (several[0], several[1]) if len(several) == 2 else (None, several[0])
        if vertical is None and horizontal == len(axes) - 2 and len(axes) > 2:  # one column of a picture
            vertical, horizontal = horizontal, len(axes) - 1
        rows = 1 if vertical is None else len(axes[vertical])
        columns = len(axes[horizontal])
        if rows > 1 or columns <= 2 * _IN_A_ROW:
            return (rows, columns), [
                (
                    0 if vertical is None else axes[vertical].index(place[vertical]),
                    axes[horizontal].index(place[horizontal]),
                )
                for place in inner
            ]
    columns = min(len(places), max(_IN_A_ROW, math.ceil(math.sqrt(len(places)))))
    return (math.ceil(len(places) / columns), columns), [divmod(number, columns) for number in range(len(places))]
