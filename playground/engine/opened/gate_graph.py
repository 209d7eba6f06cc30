"""A layer's number written out as a graph of gates: values forward, gradients backward, and where each comes from."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from playground.engine.arithmetic import Explanation, Place
from playground.engine.opened.gate_kinds import Kind

Of = Literal["result", "error"]
"""What the gradients are of: the number that was opened (its own is 1), or the error E."""


@dataclass(frozen=True)
class Gate:
    """A gate, or a number from outside (kind "leaf"). The first `inputs` are the keys of what feeds it, by port.

    Attributes:
        slopes: ∂value/∂input for each input.
        constant: of a scale or shift gate (power: the exponent; step: the slope of its stand-in).
        name: what it is called on the picture; empty for numbers that only occur on the way.
        latex: the same in formulas.
        place: where it stands in the recording, if it does.
        because: how a number came about that stands nowhere.
    """

    key: str
    kind: Kind
    inputs: tuple[str, ...]
    value: float
    slopes: tuple[float, ...] = ()
    constant: float = 0.0
    name: str = ""
    latex: str = ""
    place: Place | None = None
    because: Callable[[], Explanation] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Opened:
    """A number opened into gates. `gates` are in the order of computation, the result last.

    Attributes:
        ends: of each gate whose number leaves the picture, the blame ∂E that arrives there; None if nothing flowed
            back. The result is one of them.
        asked: the place that was asked for: of the result, or of a gradient of the leaf `focus`.
        focus: the gate to look at first.
        left_out: how many terms were taken together as one number.
        words: what is drawn here, and what is not.
    """

    title: str
    gates: tuple[Gate, ...]
    ends: Mapping[str, float | None]
    asked: Place
    focus: str
    words: str = ""
    left_out: int = 0

    @cached_property
    def by_key(self) -> Mapping[str, Gate]:
        """The gates by their keys."""
        return {gate.key: gate for gate in self.gates}

    @property
    def result(self) -> Gate:
        """The number that all of it leads to; of several the last."""
        return self.gates[-1]

    @cached_property
    def users(self) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """Where each number goes: gates and their ports."""
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for gate in self.gates:
            for port, source in enumerate(gate.inputs):
                found[source].append((gate.key, port))
        return {gate.key: tuple(found[gate.key]) for gate in self.gates}

    @property
    def has_blame(self) -> bool:
        """Whether an error has flowed back."""
        return all(blame is not None for blame in self.ends.values())

    def gradients(self, of: Of = "error") -> Mapping[str, float]:
        """∂E (or ∂ the result) by every number, gate after gate from the end: local slope × what arrives."""
        return self._of_error if of == "error" else self._of_result

    @cached_property
    def _of_error(self) -> Mapping[str, float]:
        return self._back({key: blame or 0.0 for key, blame in self.ends.items()})

    @cached_property
    def _of_result(self) -> Mapping[str, float]:
        return self._back({self.result.key: 1.0})

    def _back(self, ends: Mapping[str, float]) -> Mapping[str, float]:
        arriving: dict[str, list[float]] = defaultdict(list)
        for key, blame in ends.items():
            arriving[key].append(blame)
        found: dict[str, float] = {}
        for gate in reversed(self.gates):
            total = found[gate.key] = math.fsum(arriving[gate.key])
            for source, slope in zip(gate.inputs, gate.slopes, strict=True):
                arriving[source].append(slope * total if slope and total else 0.0)
        return found

    def handed(self, key: str, port: int, of: Of = "error") -> float:
        """What a gate hands back to one of its inputs."""
        return self.by_key[key].slopes[port] * self.gradients(of)[key]

    @cached_property
    def leaves(self) -> tuple[Gate, ...]:
        """The numbers from outside."""
        return tuple(gate for gate in self.gates if gate.kind == "leaf")
