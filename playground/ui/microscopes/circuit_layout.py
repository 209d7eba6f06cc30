"""Where gates, wires and their numbers lie in the picture of a graph of gates, in pixels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainterPath

from playground.ui.microscopes.circuit_model import Circuit, Spot, Wire

Part = Literal["gate", "value", "gradient"]

_LEFT, _RIGHT, _TOP = 54.0, 40.0, 38.0
_LEAST_COLUMN, _MOST_COLUMN = 72.0, 150.0
_LEAST_ROW, _MOST_ROW = 46.0, 112.0
_NUMBER = 15.0
"""The height of a number beside a wire."""
_STRAIGHT, _ENOUGH = 0.74, 80.0
"""So much of the gap behind a spot its wire goes straight on; where it parts, no further than its numbers need."""


@dataclass(frozen=True)
class CircuitLayout:
    """The geometry of one circuit in a room of some size; `size` is what it takes, which may be more."""

    circuit: Circuit
    size: QSizeF
    column: float
    row: float
    origin: QPointF
    radius: float

    def center(self, node: str) -> QPointF:
        """The middle of a gate, or the point where the wire of a number from outside begins."""
        rows, _ = self.circuit.placed
        return self._point(self.circuit.columns[node], rows[node])

    def _point(self, column: int, row: float) -> QPointF:
        return self.origin + QPointF(column * self.column, row * self.row)

    @property
    def is_narrow(self) -> bool:
        """Whether numbers have to be written small."""
        return self.column < 90

    def circle(self, spot: Spot) -> QRectF:
        """The circle of a gate; the name of a number from outside."""
        center = self.center(spot.node)
        if spot.kind == "leaf":
            return QRectF(center.x() - 50, center.y() - 11, 46, 22)
        side = 2 * self.radius
        return QRectF(center.x() - self.radius, center.y() - self.radius, side, side)

    def stub(self, spot: Spot) -> tuple[QPointF, QPointF]:
        """The straight piece of wire behind a spot, along which its numbers stand."""
        center = self.center(spot.node)
        start = center.x() + (self.radius if spot.kind == "gate" else 2)
        straight = _STRAIGHT * (center.x() + self.column - self.radius - start)
        if len(self.circuit.users[spot.node]) > 1:
            straight = min(straight, _ENOUGH)
        return QPointF(start, center.y()), QPointF(start + straight, center.y())

    def number(self, spot: Spot, part: Part) -> QRectF:
        """The room of a value, above the wire, or of a gradient, below it."""
        start, end = self.stub(spot)
        middle = start.x() + 0.635 * (end.x() - start.x())
        half = max(22.0, middle - start.x())
        top = start.y() - _NUMBER - 2 if part == "value" else start.y() + 3
        return QRectF(middle - half, top, 2 * half, _NUMBER)

    def path(self, wire: Wire) -> QPainterPath:
        """A wire, from the end of its stub."""
        circuit = self.circuit
        source, target = circuit.by_node[wire.source], circuit.by_node[wire.target]
        start, at = self.stub(source)[1], circuit.columns[wire.source]
        path = QPainterPath(start)
        for step, row in enumerate(wire.rows, start=1):
            point = self._point(at + step, row)
            self._curve(path, QPointF(point.x() - 0.6 * self.radius, point.y()))
            path.lineTo(point.x() + self.radius + _STRAIGHT * (self.column - 2 * self.radius), point.y())
        ports = len(target.sources)
        lift = (self._ranks[wire] - (ports - 1) / 2) * min(0.8, 1.6 / max(1, ports - 1)) * self.radius
        center = self.center(target.node)
        away = (self.radius**2 - lift**2) ** 0.5
        self._curve(path, QPointF(center.x() - away, center.y() + lift))
        return path

    @cached_property
    def rooms(self) -> Mapping[Spot, QRectF]:
        """All that is drawn of each spot: itself, the wire behind it, its name and its numbers."""
        return {spot: self._room(spot) for spot in self.circuit.spots}

    def _room(self, spot: Spot) -> QRectF:
        numbers = self.number(spot, "value").united(self.number(spot, "gradient")).united(self.name(spot))
        return self.circle(spot).united(numbers.adjusted(-20, 0, 20, 0))

    @cached_property
    def paths(self) -> Mapping[Wire, QPainterPath]:
        """All wires, each worked out once."""
        return {wire: self.path(wire) for wire in self.circuit.placed[1]}

    @cached_property
    def bounds(self) -> Mapping[Wire, QRectF]:
        """The rooms of all wires."""
        return {wire: path.boundingRect().adjusted(0, -1, 0, 1) for wire, path in self.paths.items()}

    @cached_property
    def _ranks(self) -> Mapping[Wire, int]:
        """Which of the wires into its gate each wire is, from above."""
        rows, wires = self.circuit.placed
        into: dict[str, list[Wire]] = defaultdict(list)
        for wire in sorted(wires, key=lambda each: (each.rows[-1] if each.rows else rows[each.source], each.port)):
            into[wire.target].append(wire)
        return {wire: rank for found in into.values() for rank, wire in enumerate(found)}

    @staticmethod
    def _curve(path: QPainterPath, end: QPointF) -> None:
        start = path.currentPosition()
        middle = (start.x() + end.x()) / 2
        path.cubicTo(QPointF(middle, start.y()), QPointF(middle, end.y()), end)

    def name(self, spot: Spot) -> QRectF:
        """The room for what a gate's number is called: above that number, where no wire comes in."""
        return self.number(spot, "value").translated(0, -1 - _NUMBER)


def lay_out(circuit: Circuit, room: QSizeF) -> CircuitLayout:
    """Fill the room, within reason; what does not fit makes the picture larger."""
    rows, wires = circuit.placed
    high = max([*rows.values(), *(row for wire in wires for row in wire.rows)], default=0.0)
    wide = max(circuit.columns.values()) + 1
    column = min(_MOST_COLUMN, max(_LEAST_COLUMN, (room.width() - _LEFT - _RIGHT) / wide))
    row = min(_MOST_ROW, max(_LEAST_ROW, (room.height() - 2 * _TOP) / max(1.0, high)))
    size = QSizeF(_LEFT + wide * column + _RIGHT, 2 * _TOP + high * row)
    origin = QPointF(
        _LEFT + max(0.0, (room.width() - size.width()) / 2), _TOP + max(0.0, (room.height() - size.height()) / 2)
    )
    radius = min(24.0, 0.2 * column, 0.42 * row)
    return CircuitLayout(circuit, size.expandedTo(room), column, row, origin, radius)
