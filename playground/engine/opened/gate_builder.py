"""Putting a graph of gates together, gate by gate; every number that is put in is worked out at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from playground.engine.arithmetic import Explanation, ExplanationError, Factor, Place
from playground.engine.opened.gate_graph import Gate, Opened
from playground.engine.opened.gate_kinds import Kind, work
from playground.engine.opened.symbols import plain_symbol

MOST_GATES = 400
"""Graphs of more gates are no picture any more."""


class Builder:
    """Gates in the order in which they are added; all methods give the key of the gate added.

    Of long sums `most` terms are drawn, and those in which a number at one of the places `keep` has a part. `unfold`:
    numbers that an explanation worked out on the way are taken apart too. The same gate on the same numbers is one.
    """

    def __init__(self, most: int = 8, keep: Collection[Place] = (), *, unfold: bool = False) -> None:
        self.most, self.keep, self.unfold = most, frozenset(keep), unfold
        self._made: dict[tuple[object, ...], str] = {}
        self._gates: dict[str, Gate] = {}
        self._by_place: dict[Place, str] = {}
        self.left_out = 0

    def value(self, key: str) -> float:
        """The number of a gate."""
        return self._gates[key].value

    def at(self, place: Place) -> str | None:
        """The key of the number at a place, if it is in the graph."""
        return self._by_place.get(place)

    # ---- numbers from outside

    def leaf(self, factor: Factor, name: str = "") -> str:
        """A factor of an explanation. The number at one place is one leaf, however often it is used."""
        if factor.place is not None and factor.place in self._by_place:
            return self._by_place[factor.place]
        name = name or plain_symbol(factor.symbol)
        gate = Gate("", "leaf", (), factor.value, name=name, latex=factor.symbol, place=factor.place)
        return self._add(replace(gate, because=factor.because))

    def given(self, value: float, name: str = "") -> str:
        """A number that stands in the formula itself."""
        text = name or f"{value:g}".replace("-", "−")
        return self._add(Gate("", "leaf", (), value, name=text, latex=text.replace("−", "-")))

    def together(self, value: float, name: str, because: Callable[[], Explanation] | None = None) -> str:
        """Several numbers as one, which is not taken apart further."""
        return self._add(Gate("", "leaf", (), value, name=name, latex=rf"\mathrm{{{_spaced(name)}}}", because=because))

    # ---- gates

    def gate(self, kind: Kind, *inputs: str, constant: float = 0.0, shared: bool = False) -> str:
        """A gate of any kind."""
        same = (kind, inputs, constant, shared)
        if same not in self._made:
            worked = work(kind, [self.value(key) for key in inputs], constant, shared=shared)
            self._made[same] = self._add(Gate("", kind, inputs, worked.value, worked.slopes, constant))
        return self._made[same]

    def add(self, inputs: Sequence[str]) -> str:
        """Their sum; of a single one itself, of none 0."""
        if not inputs:
            return self.given(0.0)
        return inputs[0] if len(inputs) == 1 else self.gate("add", *inputs)

    def product(self, inputs: Sequence[str]) -> str:
        """Their product; of a single one itself."""
        return inputs[0] if len(inputs) == 1 else self.gate("multiply", *inputs)

    def difference(self, first: str, second: str) -> str:
        """first − second."""
        return self.gate("add", first, self.gate("negate", second))

    def scaled(self, key: str, by: float) -> str:
        """Times a fixed number, unless that is 1."""
        return key if by == 1 else self.gate("negate", key) if by == -1 else self.gate("scale", key, constant=by)

    def shifted(self, key: str, by: float) -> str:
        """Plus a fixed number."""
        return self.gate("shift", key, constant=by)

    def call(self, key: str, symbol: str, place: Place | None = None) -> str:
        """Name the number of a gate; one from outside, or named already, is handed on by a gate of its own."""
        gate = self._gates[key]
        if gate.kind == "leaf" or (gate.place is not None and gate.place != place) or (gate.name and place is None):
            key = self._add(Gate("", "pass", (key,), gate.value, (1.0,)))
            gate = self._gates[key]
        self._gates[key] = replace(gate, name=plain_symbol(symbol), latex=symbol, place=place)
        if place is not None:
            self._by_place[place] = key
        return key

    def _add(self, gate: Gate) -> str:
        if len(self._gates) >= MOST_GATES:
            raise ExplanationError(f"This would take more than {MOST_GATES} gates: too many for a picture.")
        key = f"g{len(self._gates) + 1}"
        self._gates[key] = replace(gate, key=key)
        if gate.place is not None:
            self._by_place[gate.place] = key
        return key

    # ---- the whole

    def opened(
        self, title: str, ends: dict[str, float | None], asked: Place, *, focus: str = "", words: str = ""
    ) -> Opened:
        """The graph; the last of `ends` is its result."""
        last = list(ends)[-1]
        gates = [gate for gate in self._gates.values() if gate.key != last] + [self._gates[last]]
        if any(last in gate.inputs for gate in gates):
            raise ExplanationError("The result feeds another gate, so there is no end to begin from.")
        return Opened(title, tuple(gates), ends, asked, focus or last, words, self.left_out)


def _spaced(name: str) -> str:
    """Words for the typesetter, whose upright letters would swallow the spaces."""
    return name.replace("−", "-").replace(" ", r"\ ")
