"""Where the numbers of a small dense layer are drawn: inputs and neurons as circles, a card on each wire in focus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainterPath

from playground.ui.microscopes.base import SHOWN
from playground.ui.microscopes.dense_numbers import DenseNumbers
from playground.ui.widgets.numbers import short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

MOST_INPUTS = 20
"""Of more inputs there is no room for a circle each."""

Kind = Literal["input", "grad_input", "weight", "grad_weight", "bias", "grad_bias", "output", "grad_output", "sum"]
"""What a number on screen is; "sum": that of a perceptron, before its threshold."""

_TOP, _BOTTOM = 30.0, 6.0
_LEFT, _RIGHT = 132.0, 176.0
_CARD_WIDTH, _LINE = 104.0, 15.0
_CARD_AT = 0.2
"""The middle of a card lies so far along its wire."""
_LARGEST = 66.0
NAMED = 22.0
"""A smaller circle has no room for its name."""
_NEAR = 6.0
"""So close to a wire, in pixels, the pointer means it."""


@dataclass(frozen=True)
class WireNumber:
    """A number as it is written: what it is, whose it is (the bias has no input: −1), and where it stands."""

    kind: Kind
    unit: int
    feature: int
    value: float
    text: str
    rect: QRectF

    def place(self, node: str) -> Place:
        """Where it stands in the recording; a perceptron's sum stands nowhere, its output is what is made of it."""
        from playground.engine.arithmetic import Place

        match self.kind:
            case "input" | "grad_input":
                return Place(node, self.kind, (SHOWN, self.feature))
            case "output" | "grad_output":
                return Place(node, self.kind, (SHOWN, self.unit))
            case "sum":
                return Place(node, "output", (SHOWN, self.unit))
            case "weight" | "grad_weight":
                return Place(node, self.kind, (self.unit, self.feature), name="weight")
            case _:
                kind = "weight" if self.kind == "bias" else "grad_weight"
                return Place(node, kind, (self.unit,), name="bias")


class WiresLayout:
    """Columns of circles in a widget of `size`; the wires into `unit` bear their numbers.

    The row after the last input stands for the bias: a 1 that is always there, and the bias as its weight.
    """

    def __init__(self, numbers: DenseNumbers, size: QSizeF, unit: int) -> None:
        self.numbers, self.unit = numbers, unit
        self._size = size
        self._rows = numbers.features + (numbers.bias(unit) is not None)
        height = size.height() - _TOP - _BOTTOM
        self._pitch = min(104.0, height / self._rows)
        self._unit_pitch = min(120.0, height / numbers.units)
        self.numbers_on_screen = (*self._of_inputs(), *self._of_wires(), *self._of_neurons())

    @property
    def rows(self) -> range:
        """The inputs, and as the last one the bias, if there is one."""
        return range(self._rows)

    # ---- circles and wires

    def input_circle(self, row: int) -> QRectF:
        """The circle of an input, or of the 1 that the bias weighs."""
        return self._circle(_LEFT, row, self._rows, self._pitch)

    def neuron_circle(self, unit: int) -> QRectF:
        """The circle of a unit."""
        return self._circle(self._size.width() - _RIGHT, unit, self.numbers.units, self._unit_pitch)

    def _circle(self, x: float, place: int, count: int, pitch: float) -> QRectF:
        side = max(9.0, min(_LARGEST, pitch * 0.74))
        middle = (self._size.height() + _TOP - _BOTTOM) / 2
        return QRectF(x - side / 2, middle + (place + 0.5 - count / 2) * pitch - side / 2, side, side)

    def _ends(self, row: int, unit: int) -> tuple[QPointF, QPointF]:
        start, end = self.input_circle(row), self.neuron_circle(unit)
        return QPointF(start.right(), start.center().y()), QPointF(end.left(), end.center().y())

    def wire(self, row: int, unit: int) -> QPainterPath:
        """From an input to a unit, level at both ends."""
        start, end = self._ends(row, unit)
        path, bend = QPainterPath(start), QPointF((end.x() - start.x()) / 2, 0)
        path.cubicTo(start + bend, end - bend, end)
        return path

    # ---- cards

    @property
    def has_two_lines(self) -> bool:
        """Whether a card has room for a weight and its gradient."""
        return self.numbers.backward and self._pitch >= 2 * _LINE + 7

    def card(self, row: int) -> QRectF:
        """The card on the wire from an input (or the 1) to the unit in focus: near its beginning, where wires part."""
        start, end = self._ends(row, self.unit)
        height = 2 * _LINE + 4 if self.has_two_lines else min(_LINE + 4, self._pitch * 0.88)
        along = _CARD_AT * (end.x() - start.x())
        y = start.y() + (end.y() - start.y()) * _risen_at(_CARD_AT)
        return QRectF(start.x() + max(10.0, along - _CARD_WIDTH / 2), y - height / 2, _CARD_WIDTH, height)

    def wire_at(self, point: QPointF) -> tuple[int, int] | None:
        """(row, unit) of the wire under a point, of several the nearest."""
        left, right = self.input_circle(0).right(), self.neuron_circle(0).left()
        if not left < point.x() < right:
            return None
        risen = _risen_at((point.x() - left) / (right - left))
        best, nearest = None, _NEAR
        for unit in range(self.numbers.units):
            for row in self.rows:
                start, end = self._ends(row, unit)
                away = abs(start.y() + (end.y() - start.y()) * risen - point.y())
                if away < nearest or (away == nearest and unit == self.unit):
                    best, nearest = (row, unit), away
        return best

    # ---- numbers

    def _of_inputs(self) -> list[WireNumber]:
        numbers, found = self.numbers, list[WireNumber]()
        for feature in range(numbers.features):
            circle = self.input_circle(feature)
            lines: list[tuple[Kind, float, str]] = [("input", float(numbers.x[feature]), "")]
            if numbers.backward:
                lines.append(("grad_input", float(numbers.handed_back[feature]), "∂E "))
            room = QRectF(0, 0, circle.left() - 8, _LINE)
            rooms = self._lines_beside(circle, lines, room, self._pitch, f"x{feature + 1}")
            found += [WireNumber(kind, 0, feature, value, text, room) for kind, value, text, room in rooms]
        return found

    def _of_wires(self) -> list[WireNumber]:
        numbers, unit, found = self.numbers, self.unit, list[WireNumber]()
        for row in self.rows:
            card, is_bias = self.card(row), row == numbers.features
            weight = numbers.bias(unit) if is_bias else float(numbers.weights[unit, row])
            assert weight is not None
            lines: list[tuple[Kind, float, str]] = [("bias", weight, "b ") if is_bias else ("weight", weight, "w ")]
            if numbers.backward:
                gradient = numbers.bias_gradient(unit) if is_bias else float(numbers.gradients(unit)[row])
                lines.append(("grad_bias" if is_bias else "grad_weight", gradient, "∂E "))
            shown = lines if self.has_two_lines else lines[-1:]
            for place, (kind, value, name) in enumerate(shown):
                line = (card.height() - 4) / len(shown)
                room = QRectF(card.left(), card.top() + 2 + place * line, card.width(), line)
                text = f"{name}{short(value, 4, plus=name == '∂E ', letters=14 - len(name))}"
                found.append(WireNumber(kind, unit, -1 if is_bias else row, value, text, room))
        return found

    def _of_neurons(self) -> list[WireNumber]:
        numbers, found = self.numbers, list[WireNumber]()
        for unit in range(numbers.units):
            circle = self.neuron_circle(unit)
            out: tuple[Kind, float, str] = ("output", float(numbers.out[unit]), "y = " if numbers.fires else "z = ")
            lines: list[tuple[Kind, float, str]] = [out]
            if numbers.fires:
                lines.insert(0, ("sum", float(numbers.z[unit]), "z = "))
            if numbers.backward:
                lines.append(("grad_output", float(numbers.blame[unit]), "∂E "))
            left = circle.right() + 10
            room = QRectF(left, 0, self._size.width() - left, _LINE)
            for kind, value, text, at in self._lines_beside(circle, lines, room, self._unit_pitch, str(unit + 1)):
                told = f"{text} {'> 0' if value > 0 else '≤ 0'}" if kind == "sum" else text
                found.append(WireNumber(kind, unit, -1, value, told, at))
        return found

    @staticmethod
    def _lines_beside(
        circle: QRectF, lines: list[tuple[Kind, float, str]], room: QRectF, pitch: float, owner: str
    ) -> list[tuple[Kind, float, str, QRectF]]:
        """Each line with its text and where it stands; where there is room for one only, the last.

        `owner` is named where the circle is too small to bear its name.
        """
        shown = lines if pitch >= len(lines) * _LINE + 2 else lines[-1:]
        whose = f"{owner}: " if circle.width() < NAMED else ""
        top = circle.center().y() - len(shown) * _LINE / 2
        return [
            (
                kind,
                value,
                f"{whose if place == 0 else ''}{name}{short(value, 4, plus=name == '∂E ', letters=10)}",
                room.translated(0, top + place * _LINE),
            )
            for place, (kind, value, name) in enumerate(shown)
        ]


def _risen_at(share: float) -> float:
    """How much of its way up or down a wire has made at this share of its way to the right.

    Along the curve the one is 1.5 t (1 − t) + t³, the other 3 t² − 2 t³.
    """
    low, high = 0.0, 1.0
    for _ in range(24):
        t = (low + high) / 2
        low, high = (t, high) if 1.5 * t * (1 - t) + t**3 < share else (low, t)
    return 3 * low**2 - 2 * low**3
