"""What each gate hands back to a number that goes to several: written on its wire, clear of every other number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetrics

from playground.ui.fonts import font
from playground.ui.microscopes.circuit_layout import CircuitLayout
from playground.ui.microscopes.circuit_model import Wire
from playground.ui.microscopes.circuit_values import CircuitValues, wire_text

_ALONG = (0.86, 0.74, 0.62, 0.5, 0.38, 0.26, 0.95, 0.14)
"""Where along a wire is tried, in this order: near the gate first, where the wires are apart."""
_HIGH = 13.0


@dataclass(frozen=True)
class Share:
    """What the gate at the end of a wire hands back along it, and where that is written."""

    wire: Wire
    value: float
    rect: QRectF

    @property
    def text(self) -> str:
        return wire_text(self.value)


def share_font() -> QFont:
    """Smaller than the numbers beside the wires."""
    face = font("mono_small")
    face.setPixelSize(10)
    return face


def shares_of(values: CircuitValues, layout: CircuitLayout, numbers: QFont) -> tuple[Share, ...]:
    """All that are known and find room; `numbers` is the font of the numbers that they keep clear of."""
    circuit = values.circuit
    wires = [wire for wire in circuit.placed[1] if len(circuit.users[wire.source]) > 1]
    if not wires:
        return ()
    taken = list(_taken(values, layout, QFontMetrics(numbers)))
    metrics, found = QFontMetrics(share_font()), list[Share]()
    for wire in wires:
        value = values.handed(wire.target, wire.port)
        if value is None or values.updated(wire.source) is not None:
            continue
        rect = _free(layout, wire, metrics.horizontalAdvance(wire_text(value)) + 4.0, taken)
        if rect is not None:
            found.append(Share(wire, value, rect))
            taken.append(rect)
    return tuple(found)


def _free(layout: CircuitLayout, wire: Wire, wide: float, taken: Iterable[QRectF]) -> QRectF | None:
    """The first room on the wire that nothing else takes."""
    path = layout.paths[wire]
    for part in _ALONG:
        rect = _around(path.pointAtPercent(part), wide)
        if not any(rect.intersects(other) for other in taken):
            return rect
    return None


def _around(point: QPointF, wide: float) -> QRectF:
    return QRectF(point.x() - wide / 2, point.y() - _HIGH / 2, wide, _HIGH)


def _taken(values: CircuitValues, layout: CircuitLayout, metrics: QFontMetrics) -> Iterator[QRectF]:
    """Gates, names, and the numbers as wide as they are written."""
    for spot in values.circuit.spots:
        yield layout.circle(spot)
        for part, number, sign in (
            ("value", values.value(spot.node), ""),
            ("gradient", values.gradient(spot.node), "∂"),
        ):
            if number is not None:
                room = layout.number(spot, "value" if part == "value" else "gradient")
                wide = metrics.horizontalAdvance(sign + wire_text(number)) + 6.0
                yield QRectF(room.center().x() - wide / 2, room.top(), wide, room.height())
