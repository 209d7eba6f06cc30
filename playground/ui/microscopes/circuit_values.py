"""The numbers of a graph of gates as far as the step has come: values, gradients, what is learnt. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.microscopes.base import SHOWN, Scene
from playground.ui.microscopes.circuit_model import Circuit
from playground.ui.widgets.numbers import chosen_digits, fixed, short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place
    from playground.engine.trace import Phase

AT = (SHOWN, 0)
"""Where the one number of a gate stands in its arrays."""


class CircuitValues:
    """Reads a scene through its circuit."""

    def __init__(self, circuit: Circuit, scene: Scene) -> None:
        self.circuit, self.scene = circuit, scene
        self._reached = {(moment.phase, moment.node) for moment in scene.trace.moments[: scene.moment + 1]}

    def has(self, phase: Phase, node: str) -> bool:
        """Whether the step has come to this layer in this phase."""
        return (phase, node) in self._reached

    def value(self, node: str) -> float | None:
        """The number on the wire out of a node, once it is computed."""
        return float(self.scene.trace.frames[node].output[AT]) if self.has("forward", node) else None

    def gradient(self, node: str) -> float | None:
        """∂E by that number, once everything behind it has handed its share back."""
        users = [user for user, _ in self.circuit.users[node]]
        users += [self.circuit.loss] if node == self.circuit.result else []
        if not users or not all(self.has("backward", user) for user in users):
            return None
        blame = self.scene.trace.frames[node].grad_output
        return None if blame is None else float(blame[AT])

    def handed(self, node: str, port: int) -> float | None:
        """What a gate hands back to one of its inputs, once it has."""
        if not self.has("backward", node):
            return None
        return float(self.scene.trace.frames[node].grad_inputs[port][AT])

    def updated(self, node: str) -> float | None:
        """A learnt number behind the update, once it has been made."""
        after = self.scene.trace.frames[node].updated
        return float(after["weight"][0]) if self.scene.phase == "update" and "weight" in after else None

    @property
    def learnt(self) -> tuple[str, ...]:
        """The numbers that the update may change."""
        return tuple(spot.node for spot in self.circuit.spots if self.scene.trace.frames[spot.node].weights)

    def names(self, place: Place) -> str:
        """A `Namer`: what the numbers of the recording are called in formulas."""
        circuit = self.circuit
        match place.kind:
            case "output" if place.node in circuit.by_node:
                return circuit.latex(place.node)
            case "input" if place.node in circuit.by_node and circuit.by_node[place.node].sources:
                return circuit.latex(circuit.by_node[place.node].sources[place.port])
            case "input" if (
                place.node in circuit.by_node
            ):  # a slice: x1 may be its second number, and must not be its name
                return rf"\mathrm{{input}}_{{{place.index[1] + 1}}}"
            case "output" if place.node == circuit.input:
                return rf"\mathrm{{input}}_{{{place.index[1] + 1}}}"
            case "input" if place.node == circuit.loss:
                return circuit.latex(circuit.result)
            case "weight":
                return circuit.latex(place.node)
            case _:
                return ""


def wire_text(value: float) -> str:
    """A number beside a wire, with two decimals as in the notes' figures; very small or large ones in short."""
    if chosen_digits():
        return short(value, letters=9)
    if value == 0 or 0.005 <= abs(value) < 1000:
        return fixed(value, 2)
    return short(value, 2)
