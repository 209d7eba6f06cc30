"""An opened layer as a circuit: its gates as spots, its numbers on the wires. No Qt widgets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.circuit_model import Circuit, Spot
from playground.ui.microscopes.circuit_values import CircuitValues
from playground.ui.widgets.numbers import short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place
    from playground.engine.opened import Gate, Of, Opened
    from playground.engine.trace import Phase

_SYMBOLS = {
    "add": "+",
    "multiply": "×",
    "maximum": "max",
    "minimum": "min",
    "negate": "×−1",
    "exp": "exp",
    "log": "ln",
    "reciprocal": "1/x",
    "square": "x²",
    "root": "√",
    "normal": "Φ",
    "sine": "sin",
    "sigmoid": "σ",
    "tanh": "tanh",
    "step": "step",
    "pass": "=",
    "more": "…",
}


def circuit_of_opened(opened: Opened) -> Circuit:
    """The gates in the order of computation."""
    return Circuit(tuple(_spot(gate) for gate in opened.gates), "", "")


def _spot(gate: Gate) -> Spot:
    if gate.kind == "leaf":
        return Spot(gate.key, "leaf", "", gate.name)
    return Spot(gate.key, "gate", symbol_of(gate), gate.name, gate.inputs)


def symbol_of(gate: Gate) -> str:
    """What stands in the circle of a gate."""
    if gate.kind == "scale":
        return f"×{short(gate.constant, 3)}"
    if gate.kind == "shift":
        return short(gate.constant, 2, plus=True)
    if gate.kind == "power":
        return f"^{short(gate.constant, 2)}"
    return _SYMBOLS[gate.kind]


class OpenedValues(CircuitValues):
    """The numbers of an opened layer; gradients are those `of` the result or of the error."""

    def __init__(self, opened: Opened, scene: Scene, of: Of) -> None:
        super().__init__(circuit_of_opened(opened), scene)
        self.opened = opened
        self.of: Of = of

    def has(self, phase: Phase, node: str) -> bool:
        del phase, node
        return True

    def value(self, node: str) -> float | None:
        return self.opened.by_key[node].value

    def gradient(self, node: str) -> float | None:
        return self.opened.gradients(self.of)[node]

    def handed(self, node: str, port: int) -> float | None:
        return self.opened.handed(node, port, self.of)

    def updated(self, node: str) -> float | None:
        """A weight that comes in, after the step."""
        place = self.updated_place(node)
        if place is None:
            return None
        return float(self.scene.trace.frames[place.node].updated[place.name][place.index])

    def updated_place(self, node: str) -> Place | None:
        """Where that stands; None for all other numbers, and before the update."""
        place = self.opened.by_key[node].place
        if self.scene.phase != "update" or place is None or place.kind != "weight":
            return None
        is_moved = place.name in self.scene.trace.frames[place.node].updated
        return replace(place, kind="updated") if is_moved else None

    @property
    def learnt(self) -> tuple[str, ...]:
        return ()
