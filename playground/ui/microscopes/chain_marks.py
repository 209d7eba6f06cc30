"""The numbers in the picture of a small network: which one lies under a point, and which are lit up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.ui.microscopes.base import SHOWN
from playground.ui.microscopes.chain_layout import ChainLayout
from playground.ui.microscopes.chain_model import Target
from playground.ui.microscopes.chain_values import ChainValues
from playground.ui.theme import appearance

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

_LINE = 18.0


@dataclass(frozen=True)
class Number:
    """A number that is written in the picture: where it stands, where it was recorded, how large it is."""

    rect: QRectF
    place: Place
    value: float


def target_room(layout: ChainLayout, column: int, unit: int, width: float, *, two: bool) -> QRectF:
    """The first line beside an output neuron; a second one lies below it if there are two."""
    circle = layout.circle(column, unit)
    room = QRectF(circle.right() + 14, circle.center().y() - _LINE, width - circle.right() - 16, _LINE)
    if not two:
        room.moveTop(circle.center().y() - _LINE / 2)
    return room


def numbers_of(values: ChainValues, layout: ChainLayout, width: float) -> Iterator[Number]:
    """All numbers that can be asked, those on top first."""
    for target, rect in layout.cards.items():
        upper = QRectF(rect.left(), rect.top(), rect.width(), rect.height() / 2)
        after, gradient = values.updated(target), values.gradient(target)
        second = gradient if after is None else after
        if second is None:
            yield Number(rect, values.weight_place(target), values.weight(target))
            continue
        yield Number(upper, values.weight_place(target), values.weight(target))
        lower = upper.translated(0, rect.height() / 2)
        yield Number(lower, values.weight_place(target, second=True), second)
    for target, rect in layout.tags.items():
        yield Number(rect, values.weight_place(target), values.weight(target))
    for column, unit in layout.centers:
        place, found = values.neuron_place(column, unit), values.neuron(column, unit)
        if place is not None and found is not None:
            circle = layout.circle(column, unit)
            number = circle.adjusted(0, circle.height() * 0.46, 0, 0) if circle.width() >= 46 else circle
            yield Number(number, place, found[0])
    yield from _targets(values, layout, width)


def _targets(values: ChainValues, layout: ChainLayout, width: float) -> Iterator[Number]:
    from playground.engine.arithmetic import Place

    chain = values.chain
    last = len(chain.columns) - 1
    for unit in range(chain.columns[last].size):
        place = values.target_place(unit)
        if place is None:
            continue
        first, second = values.target_lines(unit)
        frame = values.scene.trace.frames[chain.loss]
        assert frame.target is not None
        small = layout.diameter / 0.76 < 38
        room = target_room(layout, last, unit, width, two=bool(second) and not small)
        cost = Number(room, Place(chain.loss, "output", ()), float(frame.output))
        if small and second:
            yield cost
            continue
        if first:
            yield Number(room, place, float(frame.target[place.index]))
        if second:
            yield Number(room.translated(0, _LINE), cost.place, cost.value)


class ChainMarks:
    """What an open explanation speaks of, as targets of the picture."""

    def __init__(self) -> None:
        self.of: dict[Target, str] = {}
        self.targets: dict[int, str] = {}

    def show(self, values: ChainValues | None, places: Mapping[Place, str]) -> None:
        """Mark these; none of them ends it."""
        self.of, self.targets = {}, {}
        if values is None:
            return
        chain = values.chain
        neurons = {
            node: number for number, column in enumerate(chain.columns) for node in (column.dense, column.activation)
        }
        neurons[chain.input] = 0
        for place, role in places.items():
            if place.kind in ("weight", "grad_weight", "updated") and place.node in neurons:
                self._mark_weight(values, place, role)
            elif place.kind in ("output", "grad_output") and place.node in neurons and place.index[0] == SHOWN:
                self.of[Target("neuron", neurons[place.node], place.index[1])] = role
            elif place.kind == "target" and place.node == chain.loss:
                units = [place.index[1]] if len(place.index) > 1 else range(chain.columns[-1].size)
                self.targets.update(dict.fromkeys(units, role))

    def _mark_weight(self, values: ChainValues, place: Place, role: str) -> None:
        chain = values.chain
        number = chain.column_of(place.node)
        kind = "bias" if place.name == "bias" else "weight"
        unit, source = (place.index[0], 0) if kind == "bias" else (place.index[0], place.index[1])
        if kind == "bias" and chain.columns[number].shared_bias:
            unit = 0
        self.of[Target(kind, number, unit, source)] = role

    def paint(self, painter: QPainter, layout: ChainLayout, targets: Mapping[int, QRectF]) -> None:
        """Rings around neurons, frames around cards; a wire without a card is drawn again in the role."""
        theme = appearance.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for target, role in self.of.items():
            pen = QPen(QColor(getattr(theme, role)), 2.4)
            painter.setPen(pen)
            if target.kind == "neuron":
                painter.drawEllipse(layout.circle(target.column, target.unit).adjusted(-4, -4, 4, 4))
            elif target in layout.cards or target in layout.tags:
                rect = layout.cards.get(target) or layout.tags[target]
                painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), 6, 6)
            elif target.kind == "weight":
                painter.drawPath(layout.wire(target))
        for unit, role in self.targets.items():
            if unit in targets:
                painter.setPen(QPen(QColor(getattr(theme, role)), 2.0))
                rect = targets[unit]
                start = rect.bottomLeft() + QPointF(0, 1)
                painter.drawLine(start, start + QPointF(min(96.0, rect.width()), 0))
