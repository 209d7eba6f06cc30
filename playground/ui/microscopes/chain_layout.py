"""Where the neurons, wires and weight cards of a small network lie."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainterPath

from playground.ui.microscopes.chain_model import Chain, Target

CARD = QSizeF(100, 33)
_TOP, _BOTTOM = 34.0, 76.0
_NARROW, _LOW = 760.0, 330.0
_LARGEST = 76.0
_FEW_CARDS = 10


@dataclass(frozen=True)
class ChainLayout:
    """Circles by (column, unit); cards by target; tags are the small boxes of the biases."""

    centers: dict[tuple[int, int], QPointF]
    diameter: float
    cards: dict[Target, QRectF] = field(default_factory=dict[Target, QRectF])
    tags: dict[Target, QRectF] = field(default_factory=dict[Target, QRectF])

    def circle(self, column: int, unit: int) -> QRectF:
        side = self.diameter
        center = self.centers[column, unit]
        return QRectF(center.x() - side / 2, center.y() - side / 2, side, side)

    def wire(self, target: Target) -> QPainterPath:
        """From the right of one circle to the left of another, level at both ends."""
        start = self.centers[target.column - 1, target.source] + QPointF(self.diameter / 2, 0)
        end = self.centers[target.column, target.unit] - QPointF(self.diameter / 2, 0)
        path = QPainterPath(start)
        bend = (end.x() - start.x()) * 0.5
        path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
        return path


def lay_out(chain: Chain, size: QSizeF, focus: Target | None) -> ChainLayout:
    """Columns from left to right, neurons under each other; weight cards where there is room, else only at `focus`."""
    count = len(chain.columns)
    tallest = max(column.size for column in chain.columns)
    left, right = (92.0, 218.0) if size.width() >= _NARROW else (46.0, 196.0)
    height = size.height() - _TOP - (_BOTTOM if size.height() >= _LOW else 48.0)
    spacing = min(190.0, height / max(1, tallest))
    pitch = (size.width() - left - right) / max(1, count - 1)
    diameter = max(10.0, min(_LARGEST, spacing * 0.76, pitch * 0.36))
    centers: dict[tuple[int, int], QPointF] = {}
    for number, column in enumerate(chain.columns):
        own = min(190.0, height / column.size)
        own = min(own, spacing * 1.7) if tallest > 3 else own
        top = _TOP + (height - (column.size - 1) * own) / 2
        for unit in range(column.size):
            centers[number, unit] = QPointF(left + number * pitch, top + unit * own)
    layout = ChainLayout(centers, diameter)
    for number in range(1, count):
        _add_cards(layout, chain, number, focus, pitch)
        _add_tags(layout, chain, number, size)
    return layout


def _add_cards(layout: ChainLayout, chain: Chain, number: int, focus: Target | None, pitch: float) -> None:
    """Cards beside the neurons that the wires come from; all of them if few, else those into the neuron looked at."""
    targets = [target for target in chain.weights_of(number) if target.kind == "weight"]
    if len(targets) > _FEW_CARDS:
        if focus is None or focus.column != number:
            return
        targets = [target for target in targets if target.unit == focus.unit]
        if len(targets) > _FEW_CARDS:
            targets = [target for target in targets if target == focus]
    if pitch < layout.diameter + CARD.width() + 24:
        return
    left = layout.centers[number - 1, 0].x() + layout.diameter / 2 + 11
    many = len({target.source for target in targets}) == len(targets) > 1
    if many and len(targets) > 4:
        left += (pitch - layout.diameter - CARD.width()) * 0.35
    rects: list[tuple[Target, float]] = []
    for target in targets:
        start, end = layout.centers[number - 1, target.source], layout.centers[number, target.unit]
        lean = max(-1.0, min(1.0, (end.y() - start.y()) / 60.0))
        rects.append((target, start.y() - CARD.height() / 2 + lean * 41.0))
    rects.sort(key=lambda item: (item[1], layout.centers[number - 1, item[0].source].y()))
    tops = _spread([top for _, top in rects], CARD.height() + 7)
    for (target, _), top in zip(rects, tops, strict=True):
        layout.cards[target] = QRectF(left, top, CARD.width(), CARD.height())


def _spread(tops: list[float], pitch: float) -> list[float]:
    """Move boxes that would overlap apart, as little as possible: those that touch share the way."""
    blocks: list[tuple[float, int]] = []  # top of the first box, how many boxes
    for wanted in tops:
        top, count = wanted, 1
        while blocks and blocks[-1][0] + blocks[-1][1] * pitch > top:
            before, others = blocks.pop()
            overlap = before + others * pitch - top
            top, count = before - overlap * count / (others + count), others + count
        blocks.append((top, count))
    return [top + place * pitch for top, count in blocks for place in range(count)]


def _add_tags(layout: ChainLayout, chain: Chain, number: int, size: QSizeF) -> None:
    """Bias boxes: one below the column if it is shared, else below each neuron, where there is room."""
    column = chain.columns[number]
    if not column.first_bias:
        return
    x = layout.centers[number, 0].x()
    if column.shared_bias:
        below = layout.centers[number, column.size - 1].y() + layout.diameter / 2
        top = min(below + 46, size.height() - 31)
        layout.tags[Target("bias", number, 0)] = QRectF(x - 36, top, 72, 30)
        return
    gap = layout.centers[number, 1].y() - layout.centers[number, 0].y() if column.size > 1 else 190.0
    if gap - layout.diameter >= 34:
        for unit in range(column.size):
            below = layout.centers[number, unit].y() + layout.diameter / 2
            layout.tags[Target("bias", number, unit)] = QRectF(x - 44, below + 6, 88, 20)
