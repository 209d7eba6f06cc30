"""The numbers of a small network as far as the step has come: what is computed, what blame has arrived. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.ui.microscopes.base import SHOWN, Scene
from playground.ui.microscopes.chain_model import Chain, Target
from playground.ui.widgets.numbers import chosen_digits, fixed, short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place
    from playground.engine.trace import Phase

_COST_LETTERS = 10
"""The room for what an output costs, beside it."""


class ChainValues:
    """Reads a scene through the names of its chain.

    With `in_order` the update goes layer by layer: behind the layer of the scene no weight has moved yet.
    """

    def __init__(self, chain: Chain, scene: Scene, *, in_order: bool = False) -> None:
        self.chain, self.scene, self._in_order = chain, scene, in_order
        moments = scene.trace.moments[: scene.moment + 1]
        self._reached = {(moment.phase, moment.node) for moment in moments}

    def has(self, phase: Phase, node: str) -> bool:
        """Whether the step has come to this layer in this phase."""
        return (phase, node) in self._reached

    def is_updated(self, target: Target) -> bool:
        """Whether the update of a weight has been made."""
        is_later = target.column > self.chain.column_of(self.scene.node)
        return self.scene.phase == "update" and not (self._in_order and is_later)

    # ---- forward

    def neuron(self, column: int, unit: int) -> tuple[float, str] | None:
        """A neuron's number so far, and "net" or "out" ("" where there is only one); None before it has one."""
        held = self.chain.columns[column]
        frames = self.scene.trace.frames
        if column == 0:
            return float(frames[self.chain.input].output[SHOWN, unit]), ""
        if held.activation and self.has("forward", held.activation):
            return float(frames[held.activation].output[SHOWN, unit]), "out"
        if self.has("forward", held.dense):
            return float(frames[held.dense].output[SHOWN, unit]), "net" if held.activation else ""
        return None

    def neuron_place(self, column: int, unit: int) -> Place | None:
        """Where the number that `neuron` gives stands in the recording."""
        from playground.engine.arithmetic import Place

        held = self.chain.columns[column]
        if column == 0:
            return Place(self.chain.input, "output", (SHOWN, unit))
        for node in (held.activation, held.dense):
            if node and self.has("forward", node):
                return Place(node, "output", (SHOWN, unit))
        return None

    def weight_place(self, target: Target, second: bool = False) -> Place:
        """Where a weight stands; `second`: the number below it, its gradient or what it becomes."""
        kind = "weight" if not second else "updated" if self.is_updated(target) else "grad_weight"
        return self.chain.place(target, kind)

    def target_place(self, unit: int) -> Place | None:
        """Where what should come out of an output neuron stands; None if the example has no target."""
        from playground.engine.arithmetic import Place

        target = self.scene.trace.frames[self.chain.loss].target if self.chain.loss else None
        if target is None:
            return None
        index = (SHOWN,) if np.issubdtype(target.dtype, np.integer) else (SHOWN, unit)
        return Place(self.chain.loss, "target", index)

    def weight(self, target: Target) -> float:
        """A weight or bias before the update."""
        held = self.chain.columns[target.column]
        weights = self.scene.trace.frames[held.dense].weights
        return _at(weights, target)

    def is_frozen(self, target: Target) -> bool:
        """Whether training leaves a weight or bias alone, by itself or with all of its layer's."""
        if target.kind == "neuron":
            return False
        place = self.chain.place(target)
        return self.scene.trace.frames[place.node].holds(place.name, place.index)

    @property
    def largest_weight(self) -> float:
        """The largest magnitude among all weights: the widest wire."""
        frames = self.scene.trace.frames
        return max(
            (float(np.abs(frames[c.dense].weights["weight"]).max(initial=0.0)) for c in self.chain.columns[1:]),
            default=0.0,
        )

    @property
    def error_known(self) -> bool:
        return bool(self.chain.loss) and self.has("forward", self.chain.loss)

    def target_lines(self, unit: int) -> tuple[str, str]:
        """Beside an output neuron: what should come out, and once the loss is computed what it costs."""
        if not self.chain.loss:
            return "", ""
        frame = self.scene.trace.frames[self.chain.loss]
        target = frame.target
        if target is None:
            return "", ""
        if np.issubdtype(target.dtype, np.integer):
            return self._class_lines(unit, int(target[SHOWN]))
        wanted = float(target.reshape(len(target), -1)[SHOWN, unit])
        first = f"target {weight_text(wanted)}"
        if not self.error_known:
            return first, ""
        miss = wanted - float(frame.inputs[0][SHOWN, unit])
        is_half = frame.params.get("reduction") == "half_sum"
        cost = miss * miss * (0.5 if is_half else 1.0 / frame.inputs[0].shape[1])
        letters = "½(t−o)²" if is_half else "(t−o)²/n"
        return first, f"{letters} = {six(cost, letters=_COST_LETTERS)}"

    def _class_lines(self, unit: int, true: int) -> tuple[str, str]:
        names = self.scene.classes
        name = names[unit] if unit < len(names) else str(unit)
        first = f"{name}: the true class" if unit == true else name
        if not self.error_known:
            return first, ""
        frame = self.scene.trace.frames[self.chain.loss]
        if frame.type != "cross_entropy":
            wanted = 1.0 if unit == true else 0.0
            cost = 0.5 * (wanted - float(frame.inputs[0][SHOWN, unit])) ** 2
            return first, f"½(t−o)² = {six(cost, letters=_COST_LETTERS)}"
        from playground.engine.arithmetic import probability

        share = probability(frame, (SHOWN, unit))
        cost = f"  −log p = {short(-np.log(max(share, 1e-300)), 3)}" if unit == true else ""
        return first, f"p = {short(share, 3)}{cost}"

    # ---- backward

    def gradient(self, target: Target) -> float | None:
        """∂E/∂w, once the way back has come to its layer."""
        held = self.chain.columns[target.column]
        if not self.has("backward", held.dense):
            return None
        return _at(self.scene.trace.frames[held.dense].grad_weights, target)

    def updated(self, target: Target) -> float | None:
        """The weight behind the update, once it has been made."""
        if not self.is_updated(target):
            return None
        return _at(self.scene.trace.frames[self.chain.columns[target.column].dense].updated, target)


def _at(tensors: object, target: Target) -> float:
    assert isinstance(tensors, dict)
    if target.kind == "bias":
        return float(tensors["bias"][target.unit])
    return float(tensors["weight"][target.unit, target.source])


def weight_text(value: float, letters: int = 0) -> str:
    """A weight in up to six decimals, at least two: 0.40, 0.358916; `letters` is the room for chosen digits."""
    if chosen_digits() or (value and (abs(value) < 1e-4 or abs(value) >= 1e5)):
        return short(value, 4, letters=letters)
    text = fixed(value, 6).rstrip("0")
    decimals = len(text.partition(".")[2])
    return text + "0" * (2 - decimals) if decimals < 2 else text


def six(value: float, plus: bool = False, letters: int = 0) -> str:
    """Six decimals, as in the worked example; small numbers, and chosen digits, as many as the `letters` allow."""
    if not chosen_digits() and (value == 0 or 1e-4 <= abs(value) < 1e4):
        return fixed(value, 6, plus)
    return short(value, 4, plus, letters)
