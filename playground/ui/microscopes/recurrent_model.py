"""A recorded recurrent layer read for the screen: its numbers over time, and those of one cell. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from playground.ui.microscopes.base import SHOWN

if TYPE_CHECKING:
    from playground.engine.arithmetic import Factor, Place
    from playground.engine.arithmetic.recurrent import At, Backward, Memory
    from playground.engine.arithmetic.unrolled import Run
    from playground.engine.trace import Frame

NAMES = {"a": "sum", "i": "input", "f": "forget", "g": "candidate", "o": "output", "r": "reset", "z": "update"}
"""What the gates are called; the candidate of a GRU is n."""


@dataclass(frozen=True)
class Band:
    """Numbers over time: (rows, places), with a name for each row; `at` says which number a row and place is."""

    title: str
    values: np.ndarray
    rows: tuple[str, ...]


class Unrolled:
    """A frame, unrolled once; `at` says which cell is looked at."""

    def __init__(self, frame: Frame) -> None:
        from playground.engine.arithmetic import unnamed
        from playground.engine.arithmetic.recurrent import Backward, Memory

        self.frame = frame
        self.memory: Memory = Memory(frame, unnamed)
        self.has_blame = frame.grad_output is not None
        self.backward: Backward | None = Backward(frame, unnamed) if self.has_blame else None

    @property
    def kind(self) -> str:
        return self.frame.type

    def run(self, layer: int, way: int) -> Run:
        """One set of units reading in one direction."""
        return self.memory.layers[layer][way]

    def factor(self, letter: str, at: At) -> Factor:
        """A number of the cell by its letter: a gate, its sum (s…), c, C (c before), h, H (h before), T (tanh c)."""
        memory, gates = self.memory, self.memory.gate_names
        match letter:
            case "h":
                return memory.state(at)
            case "H":
                return memory.before(at)
            case "c":
                return memory.notes(at)
            case "C":
                return memory.notes_before(at)
            case "T":
                return memory.shown(at)
            case "m":
                return memory.from_memory(at, 2)
            case "1":
                return memory.rest(memory.gate(at, 1))
            case _ if letter.startswith("s"):
                return memory.gate_sum(at, gates.index(letter[1:]))
            case _:
                return memory.gate(at, gates.index(letter))

    def blame(self, letter: str, at: At) -> Factor | None:
        """∂E by such a number, where the layer's arithmetic tells it."""
        back, gates = self.backward, self.memory.gate_names
        if back is None:
            return None
        run = self.memory.run(at)
        if letter == "h":
            return back.of_state(at)
        if letter == "c":
            return back.of_notes(at)
        if letter.startswith("s"):
            return back.delta(at, gates.index(letter[1:]))
        if letter in ("H", "C"):
            before = run.previous(at.place)
            if before is None:
                return None
            earlier = replace(at, place=before)
            return back.of_state(earlier) if letter == "H" else back.of_notes(earlier)
        return None

    # ---- over time

    def bands(self, layer: int, way: int, unit: int, *, backward: bool) -> list[Band]:
        """What is read, what is remembered, and the gates of one unit; or the blame of all these."""
        run, names = self.run(layer, way), self.memory.gate_names
        if backward:
            read = self._blame_read(layer, way)
            gates = run.d_input[SHOWN, :, :, unit].T
            own = [run.d_c[SHOWN, :, unit]] if self.kind == "lstm" else []
            return [
                Band("∂E by what is read, x", read, _numbered("x", len(read))),
                Band("∂E by what is remembered, h", run.d_h[SHOWN].T, _numbered("h", run.units)),
                Band(
                    f"∂E by the sums of unit {unit + 1}" + (" and its notes" if own else ""),
                    np.stack([*gates, *own]),
                    (*names, *("c" for _ in own)),
                ),
            ]
        gates = run.gates[SHOWN, :, :, unit].T
        own = [run.c[SHOWN, :, unit]] if self.kind == "lstm" else []
        return [
            Band("what is read, x", run.x[SHOWN].T, _numbered("x", run.x.shape[2])),
            Band("what is remembered, h", run.h[SHOWN].T, _numbered("h", run.units)),
            Band(
                f"the gates of unit {unit + 1}" + (" and its notes c" if own else ""),
                np.stack([*gates, *own]),
                (*names, *("c" for _ in own)),
            ),
        ]

    def _blame_read(self, layer: int, way: int) -> np.ndarray:
        """∂E by what a run read, through this run alone: (channels, places)."""
        from playground.engine.arithmetic.unrolled import flat

        run = self.run(layer, way)
        weights = self.frame.weights[f"weight_ih{run.suffix}"].astype(np.float64)
        found: np.ndarray = (flat(run.d_input) @ weights)[SHOWN].T
        return found

    def sizes(self, layer: int, way: int) -> np.ndarray:
        """‖∂E/∂h‖ at each place."""
        found: np.ndarray = np.linalg.norm(self.run(layer, way).d_h[SHOWN], axis=1)
        return found

    # ---- weights

    def weight_in_focus(self, layer: int, way: int, unit: int) -> Place:
        """Of the unit's weights of what it remembered, the one that is blamed most."""
        from playground.engine.arithmetic import Place

        run = self.run(layer, way)
        name = f"weight_hh{run.suffix}"
        gradient = self.frame.grad_weights[name]
        rows = [gate * run.units + unit for gate in range(len(self.memory.gate_names))]
        best = np.unravel_index(int(np.abs(gradient[rows]).argmax()), (len(rows), run.units))
        return Place(self.frame.node, "grad_weight", (rows[int(best[0])], int(best[1])), name=name)

    def parts_over_time(self, place: Place, layer: int, way: int) -> np.ndarray:
        """What each place adds to the gradient of a weight of what is remembered, over all examples."""
        run = self.run(layer, way)
        gate, unit = divmod(place.index[0], run.units)
        parts: np.ndarray = (run.before[:, :, place.index[1]] * run.d_memory[:, :, gate, unit]).sum(axis=0)
        return parts


def _numbered(letter: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter}{number + 1}" for number in range(count))


def fading(sizes: np.ndarray, steps: range) -> str:
    """What becomes of the gradient on its way back through time, in words; `sizes` by place, `steps` as read."""
    from playground.ui.widgets.numbers import short

    first, last = float(sizes[steps[0]]), float(sizes[steps[-1]])
    if len(steps) < 2:
        return "There is a single place, so the gradient has no way to go back through time."
    if last == 0 or not np.isfinite(first):
        return "Nothing arrives at the place read last, so there is nothing to go back through time."
    ratio = first / last
    each = ratio ** (1 / (len(steps) - 1)) if ratio > 0 else 0.0
    per = f"about × {short(each, 2)} for each place"
    left = f"At the place read first it is {short(ratio, 2)} times as large as at the last, {per}."
    if ratio < 0.01:
        return f"<b>The gradient vanishes</b> on its way back. {left} What was read first hardly teaches it anything."
    if ratio > 100:
        return f"<b>The gradient explodes</b> on its way back. {left} One step may throw the weights far off."
    return f"The gradient keeps its size more or less. {left}"
