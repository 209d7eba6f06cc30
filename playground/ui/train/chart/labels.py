"""The names at the ends of the lines of the chart, kept apart from each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg

from playground.train.history import Floats
from playground.ui.fonts import font
from playground.ui.theme import appearance, translucent

_HEIGHT, _AWAY = 17, 2


@dataclass(frozen=True)
class EndLabel:
    """What to write at a place of the chart, in the theme's role of its line."""

    text: str
    x: float
    y: float
    role: str


class EndLabels:
    """Draws labels into a view box: each above the end of its line, or below it, and none upon another."""

    def __init__(self, box: pg.ViewBox, depth: float) -> None:
        self._box, self._depth = box, depth
        self._items: list[pg.TextItem] = []
        self._labels: tuple[EndLabel, ...] = ()

    @property
    def texts(self) -> list[str]:
        """What is written."""
        return [label.text for label in self._labels]

    def place(self, labels: Sequence[EndLabel], above: bool) -> None:
        """Write these. `above`: above their places, where lines are drawn low in the chart."""
        self._labels = tuple(labels)
        while len(self._items) < len(labels):
            item = pg.TextItem()
            item.textItem.setFont(font("small"))
            item.setZValue(self._depth)
            self._box.addItem(item, ignoreBounds=True)
            self._items.append(item)
        for item in self._items[len(labels) :]:
            item.setVisible(False)
        (left, right), (bottom, top) = self._box.viewRange()
        wide, high = self._box.viewPixelSize()
        way = 1 if above else -1
        taken: list[tuple[float, float, float]] = []
        for item, label in zip(self._items, sorted(labels, key=lambda each: way * each.y), strict=False):
            item.setText(label.text, color=text_colour(label.role))
            item.fill = pg.mkBrush(translucent(appearance.theme.canvas, 0.6))
            width = item.boundingRect().width() * wide
            begin = min(max(label.x - width, left), max(right - width, left))
            edge = label.y + way * _AWAY * high
            for start, end, until in sorted(taken, key=lambda each: way * each[2]):
                beside = start >= begin + width or begin >= end
                below = way * (edge + way * _HEIGHT * high) <= way * (until - way * _HEIGHT * high)
                if not (beside or below) and way * edge < way * until:
                    edge = until
            taken.append((begin, begin + width, edge + way * _HEIGHT * high))
            item.setAnchor((0, 1 if above else 0))
            item.setPos(begin, edge)
            item.setVisible(left <= label.x <= right and bottom <= label.y <= top)


def end_of(x: Floats, y: Floats) -> tuple[float, float] | None:
    """The last point of a line that is a number."""
    known = np.flatnonzero(np.isfinite(y))
    return (float(x[known[-1]]), float(y[known[-1]])) if len(known) else None


def text_colour(role: str) -> str:
    """The colour of a line's role as one for text."""
    return str(getattr(appearance.theme, f"{role}_text" if role in ("positive", "negative", "highlight") else role))
