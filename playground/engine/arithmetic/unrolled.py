"""A recurrent layer unrolled: every state, gate and gradient at every place, worked out again from what was recorded.

torch records only what comes out; what goes on between the places is computed here by the same formulas, forward and
back through time, in float64.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import ref

import numpy as np

if TYPE_CHECKING:
    from playground.engine.trace import Frame

GATES = {"rnn": ("a",), "lstm": ("i", "f", "g", "o"), "gru": ("r", "z", "n")}
"""The weighted sums of each unit, in torch's order. a, g and n go through tanh, the others through the sigmoid."""
SQUASHED_BY_TANH = ("a", "g", "n")


def _empty() -> np.ndarray:
    return np.zeros(0)


@dataclass(eq=False)
class Run:
    """One set of units reading the sequence in one direction. Arrays are (batch, length, …), places in their own order.

    Attributes:
        steps: the places in the order in which they are read.
        x, h, before: what is read, what is remembered after reading it, and before.
        from_input, from_memory: W x + b and U h + c, (batch, length, gates, units).
        gates: what becomes of them.
        c, c_before: an LSTM's notes.
        d_h, d_c: the error's gradient for h and c, everything added up.
        d_input, d_memory: its gradient for `from_input` and `from_memory`.
    """

    suffix: str
    steps: range
    x: np.ndarray
    h: np.ndarray
    before: np.ndarray
    from_input: np.ndarray
    from_memory: np.ndarray
    gates: np.ndarray
    c: np.ndarray
    c_before: np.ndarray
    d_h: np.ndarray = field(default_factory=_empty)
    d_c: np.ndarray = field(default_factory=_empty)
    d_input: np.ndarray = field(default_factory=_empty)
    d_memory: np.ndarray = field(default_factory=_empty)

    @property
    def units(self) -> int:
        """How many numbers are remembered."""
        return self.h.shape[2]

    @property
    def last(self) -> int:
        """The place that is read last."""
        return self.steps[-1]

    def previous(self, place: int) -> int | None:
        """The place that was read before this one."""
        earlier = place - self.steps.step
        return earlier if earlier in self.steps else None

    def following(self, place: int) -> int | None:
        """The place that is read after this one."""
        later = place + self.steps.step
        return later if later in self.steps else None


_newest: tuple[ref[Frame], list[list[Run]]] | None = None
"""What was unrolled last: whoever asks where one number comes from asks about another of the same frame next."""


def unroll(frame: Frame) -> list[list[Run]]:
    """The runs of a recorded rnn, lstm or gru: by layer from below, and by direction. Gradients too, if recorded."""
    global _newest
    if _newest is None or _newest[0]() is not frame:
        _newest = ref(frame), _unrolled(frame)
    return _newest[1]


def _unrolled(frame: Frame) -> list[list[Run]]:
    layers: list[list[Run]] = []
    x = frame.inputs[0].astype(np.float64).transpose(0, 2, 1)
    ways = 2 if frame.params["bidirectional"] else 1
    for layer in range(int(frame.params["num_layers"])):  # type: ignore[arg-type]
        runs = [_forward(frame, f"_l{layer}" + ("_reverse" if way else ""), x) for way in range(ways)]
        layers.append(runs)
        x = np.concatenate([run.h for run in runs], axis=2)
    if frame.grad_output is not None:
        arriving = _arriving(frame, layers[-1])
        for runs in reversed(layers):
            for run, part in zip(runs, np.split(arriving, ways, axis=2), strict=True):
                _backward(frame, run, part)
            arriving = sum(
                (flat(run.d_input) @ _weight(frame, "weight_ih", run.suffix) for run in runs), np.zeros_like(runs[0].x)
            )
    return layers


def flat(array: np.ndarray) -> np.ndarray:
    """(batch, length, gates, units) → (batch, length, gates · units), torch's rows."""
    found: np.ndarray = array.reshape(*array.shape[:2], -1)
    return found


def _weight(frame: Frame, name: str, suffix: str) -> np.ndarray:
    return frame.weights[name + suffix].astype(np.float64)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x))


def _forward(frame: Frame, suffix: str, x: np.ndarray) -> Run:
    names = GATES[frame.type]
    memory_weight, memory_bias = _weight(frame, "weight_hh", suffix), _weight(frame, "bias_hh", suffix)
    batch, length, units = len(x), x.shape[1], memory_weight.shape[1]
    steps = range(length - 1, -1, -1) if suffix.endswith("reverse") else range(length)
    wide, narrow = (batch, length, len(names), units), (batch, length, units)
    from_input = (x @ _weight(frame, "weight_ih", suffix).T + _weight(frame, "bias_ih", suffix)).reshape(wide)
    run = Run(
        suffix,
        steps,
        x,
        h=np.zeros(narrow),
        before=np.zeros(narrow),
        from_input=from_input,
        from_memory=np.zeros(wide),
        gates=np.zeros(wide),
        c=np.zeros(narrow),
        c_before=np.zeros(narrow),
    )
    h, c = np.zeros((batch, units)), np.zeros((batch, units))
    for place in steps:
        run.before[:, place], run.c_before[:, place] = h, c
        memory = (h @ memory_weight.T + memory_bias).reshape(batch, len(names), units)
        run.from_memory[:, place] = memory
        h, c = _step(names, run, place, h, c)
        run.h[:, place], run.c[:, place] = h, c
    return run


def _step(names: tuple[str, ...], run: Run, place: int, h: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is remembered after a place, and an LSTM's notes; fills in the gates."""
    sums, gates = run.from_input[:, place] + run.from_memory[:, place], run.gates[:, place]
    for number, name in enumerate(names):
        gates[:, number] = np.tanh(sums[:, number]) if name in SQUASHED_BY_TANH else _sigmoid(sums[:, number])
    if len(names) == 1:
        return gates[:, 0], c
    if len(names) == 4:
        kept = gates[:, 1] * c + gates[:, 0] * gates[:, 2]
        return gates[:, 3] * np.tanh(kept), kept
    # A GRU looks at what it remembered only as far as r lets it.
    gates[:, 2] = np.tanh(run.from_input[:, place, 2] + gates[:, 0] * run.from_memory[:, place, 2])
    return (1 - gates[:, 1]) * gates[:, 2] + gates[:, 1] * h, c


def _arriving(frame: Frame, runs: list[Run]) -> np.ndarray:
    """The gradient that comes to the top layer's states from outside, (batch, length, ways · units)."""
    assert frame.grad_output is not None
    gradient = frame.grad_output.astype(np.float64)
    if frame.params["return_sequence"]:
        return gradient.transpose(0, 2, 1)
    units = runs[0].units
    arriving = np.zeros((len(gradient), runs[0].x.shape[1], units * len(runs)))
    for way, run in enumerate(runs):
        part = slice(way * units, (way + 1) * units)
        arriving[:, run.last, part] = gradient[:, part]
    return arriving


def _backward(frame: Frame, run: Run, arriving: np.ndarray) -> None:
    """Fill in the gradients, from the place read last to the first."""
    memory_weight = _weight(frame, "weight_hh", run.suffix)
    run.d_h, run.d_c = np.zeros_like(run.h), np.zeros_like(run.h)
    run.d_input, run.d_memory = np.zeros_like(run.gates), np.zeros_like(run.gates)
    back_h, back_c = np.zeros_like(run.h[:, 0]), np.zeros_like(run.h[:, 0])
    for place in reversed(run.steps):
        run.d_h[:, place] = arriving[:, place] + back_h
        back_h, back_c = _step_back(frame.type, run, place, back_c)
        back_h = back_h + run.d_memory[:, place].reshape(len(back_h), -1) @ memory_weight


def _step_back(kind: str, run: Run, place: int, back_c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What goes back to the state and the notes before, past the weighted sums."""
    d_h, gates = run.d_h[:, place], run.gates[:, place]
    into, nothing = run.d_input[:, place], np.zeros_like(run.d_h[:, place])
    if kind == "rnn":
        into[:, 0] = d_h * (1 - gates[:, 0] ** 2)
        run.d_memory[:, place] = into
        return nothing, nothing
    if kind == "lstm":
        i, f, g, o = (gates[:, number] for number in range(4))
        shown = np.tanh(run.c[:, place])
        d_c = d_h * o * (1 - shown**2) + back_c
        run.d_c[:, place] = d_c
        for number, slope in enumerate((d_c * g * i * (1 - i), d_c * run.c_before[:, place] * f * (1 - f))):
            into[:, number] = slope
        into[:, 2], into[:, 3] = d_c * i * (1 - g**2), d_h * shown * o * (1 - o)
        run.d_memory[:, place] = into
        return nothing, d_c * f
    r, z, n = (gates[:, number] for number in range(3))
    into[:, 2] = d_h * (1 - z) * (1 - n**2)
    into[:, 1] = d_h * (run.before[:, place] - n) * z * (1 - z)
    into[:, 0] = into[:, 2] * run.from_memory[:, place, 2] * r * (1 - r)
    run.d_memory[:, place] = into
    run.d_memory[:, place, 2] = into[:, 2] * r
    return d_h * z, nothing
