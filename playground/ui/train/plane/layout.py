"""Where things lie in the drawing of a small network: columns of units, wires between them, what is under the mouse.

Plain geometry without widgets. Column 0 are the features, all of which are drawn whether the network gets them or not;
each further one is a stage of the chain, or the last one is left out where the large map stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainterPath

HEAD = 44
"""Above the units: a column's name, and the buttons for more and fewer units."""
LABELS = 40
"""To the left of the features: their names."""
EXIT = 26
"""To the right of the last column, where wires lead on to the large map."""
MOST_SHOWN = 16
"""Units of one layer that are drawn; of more, the first ones."""
_LARGEST, _SMALLEST = 46.0, 9.0
_REACH = 6.0
"""Pixels from a wire at which the mouse is still on it."""
_PIECES = 18


class Unit(NamedTuple):
    """A unit by its column and its place in it, both from 0."""

    column: int
    number: int


class Wire(NamedTuple):
    """The wire into unit `target` of the stage `stage` (from 0) from place `source` among what that stage gets."""

    stage: int
    target: int
    source: int


@dataclass(frozen=True)
class Plan:
    """What is to be drawn: `features` all of them, of which `used` are the network's; units of the drawn stages.

    `outputs` is how many units of the last stage the wires on the right lead to where it has no column: 1, else 0.
    """

    features: int
    used: tuple[int, ...]
    stages: tuple[int, ...]
    outputs: int


class Layout:
    """A plan laid out in a rectangle of this size."""

    def __init__(self, plan: Plan, width: float, height: float) -> None:
        self.plan = plan
        columns = 1 + len(plan.stages)
        room = width - LABELS - (EXIT if plan.outputs else 6)
        self.pitch = room / max(1, columns - 0.4)
        rows = max(1, *(min(units, MOST_SHOWN) for units in plan.stages), 0)
        self._rows = ((height - HEAD) / max(plan.features, rows), (height - HEAD) / rows)
        gap = 0.2 if rows > 9 else 0.28
        self._sides = tuple(max(_SMALLEST, min(_LARGEST, row * (1 - gap), self.pitch * 0.55)) for row in self._rows)
        self._height, self._width = height, width
        self.lefts = [LABELS + number * self.pitch for number in range(columns)]
        self._places: dict[Unit, QRectF] = {}
        self._curves: dict[Wire, tuple[QPointF, QPointF]] = {}
        self._wires = self._join()
        self._points = self._sampled()
        lines = ([QLineF(*one, *other) for one, other in pairwise(points)] for points in self._points.tolist())
        self._lines = dict(zip(self._wires, lines, strict=True))

    def shown(self, column: int) -> int:
        """How many units of a column are drawn."""
        return self.plan.features if column == 0 else min(self.plan.stages[column - 1], MOST_SHOWN)

    def side(self, column: int) -> float:
        """How wide and high the maps of a column are: features have more rows than most layers."""
        return self._sides[0 if column == 0 else 1]

    def place(self, unit: Unit) -> QRectF:
        """Where a unit's map is drawn."""
        known = self._places.get(unit)
        if known is None:
            known = self._places[unit] = self._placed(unit)
        return known

    def _placed(self, unit: Unit) -> QRectF:
        side = self.side(unit.column)
        row = min(self._rows[0 if unit.column == 0 else 1], 1.6 * side)
        count = self.shown(unit.column)
        top = HEAD + (self._height - HEAD - count * row) / 2 + unit.number * row + (row - side) / 2
        return QRectF(round(self.lefts[unit.column]), round(top), round(side), round(side))

    def bias(self, unit: Unit) -> QRectF:
        """Where the dot of a unit's bias is drawn."""
        place = self.place(unit)
        side = max(4.0, min(7.0, place.width() * 0.2))
        return QRectF(place.left() - side - 1, place.bottom() - side, side, side)

    @property
    def exit(self) -> QPointF:
        """Where the wires leave for the large map."""
        return QPointF(self._width, HEAD + (self._height - HEAD) / 2)

    @property
    def wires(self) -> tuple[Wire, ...]:
        """All that are drawn."""
        return self._wires

    def line(self, wire: Wire) -> list[QLineF]:
        """A wire as short straight pieces, which are painted far faster than a curve."""
        return self._lines[wire]

    def curve(self, wire: Wire) -> QPainterPath:
        """The line of a wire."""
        start, end = self._curves[wire]
        path = QPainterPath(start)
        bend = 0.5 * (end.x() - start.x())
        path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
        return path

    def unit_at(self, point: QPointF) -> Unit | None:
        """The unit under a point; for a feature its name counts too."""
        for column in range(len(self.lefts)):
            for number in range(self.shown(column)):
                unit = Unit(column, number)
                place = self.place(unit)
                if place.adjusted(-LABELS if column == 0 else -1, -2, 1, 2).contains(point):
                    return unit
        return None

    def bias_at(self, point: QPointF) -> Unit | None:
        """The unit whose bias is under a point."""
        for column in range(1, len(self.lefts)):
            for number in range(self.shown(column)):
                if self.bias(Unit(column, number)).adjusted(-3, -3, 2, 3).contains(point):
                    return Unit(column, number)
        return None

    def wire_at(self, point: QPointF) -> Wire | None:
        """The nearest wire within a few pixels."""
        if not len(self._points):
            return None
        here = np.array([point.x(), point.y()])
        start, along = self._points[:, :-1], np.diff(self._points, axis=1)
        length = np.maximum((along**2).sum(2), 1e-9)
        part = np.clip(((here - start) * along).sum(2) / length, 0, 1)
        off = np.hypot(*np.moveaxis(start + part[..., np.newaxis] * along - here, -1, 0)).min(1)
        nearest = int(off.argmin())
        return self._wires[nearest] if off[nearest] <= _REACH else None

    def _join(self) -> tuple[Wire, ...]:
        plan = self.plan
        sources = [[Unit(0, number) for number in plan.used]]
        sources += [[Unit(c, n) for n in range(self.shown(c))] for c in range(1, len(self.lefts))]
        for stage in range(len(plan.stages)):
            for target in range(self.shown(stage + 1)):
                end = self.place(Unit(stage + 1, target))
                self._connect(stage, target, sources[stage], QPointF(end.left(), end.center().y()))
        for target in range(plan.outputs):
            self._connect(len(plan.stages), target, sources[-1], self.exit)
        return tuple(self._curves)

    def _connect(self, stage: int, target: int, sources: list[Unit], end: QPointF) -> None:
        for number, source in enumerate(sources):
            place = self.place(source)
            self._curves[Wire(stage, target, number)] = (QPointF(place.right(), place.center().y()), end)

    def _sampled(self) -> NDArray[np.float64]:
        """(wires, points, 2): every wire as a line of short pieces."""
        t = np.linspace(0, 1, _PIECES)
        found: list[NDArray[np.float64]] = []
        for start, end in self._curves.values():
            # The cubic above: across 1.5 t (1 − t) + t³ … of the way, upwards 3t² − 2t³.
            across = 1.5 * t * (1 - t) ** 2 + 1.5 * t**2 * (1 - t) + t**3
            up = 3 * t**2 - 2 * t**3
            found.append(
                np.stack([start.x() + across * (end.x() - start.x()), start.y() + up * (end.y() - start.y())], 1)
            )
        return np.array(found)
