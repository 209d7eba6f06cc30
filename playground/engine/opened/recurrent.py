"""One unit of an RNN, LSTM or GRU at one place: its gates, and what is remembered before and after."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.engine.arithmetic import Factor, Index, Namer, Place, unnamed, value_at
from playground.engine.arithmetic._memory import At, Memory
from playground.engine.arithmetic.recurrent import Backward, parameter_of, unit_of
from playground.engine.opened.from_terms import gates_of
from playground.engine.opened.gate_builder import Builder
from playground.engine.opened.together import output_name

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def cell(builder: Builder, frame: Frame, index: Index, names: Namer = unnamed) -> dict[str, float | None]:
    """The gates behind a number of the output; gives the end and all the blame that comes to it."""
    memory = Memory(frame, names)
    at = unit_of(memory, index)
    key = {"rnn": _rnn, "lstm": _lstm, "gru": _gru}[frame.type](builder, memory, at)
    blame = memory.run(at).d_h
    arriving = float(blame[at.example, at.place, at.unit]) if blame.size else None
    return {builder.call(key, *output_name(frame, index, names, "h")): arriving}


def _rnn(builder: Builder, memory: Memory, at: At) -> str:
    """tanh of the weighted sum, whose terms are drawn."""
    because = memory.gate_sum(at, 0).because
    assert because is not None
    return builder.gate("tanh", gates_of(builder, because()))


def _gate(builder: Builder, memory: Memory, at: At, gate: int) -> str:
    """A gate behind its weighted sum, which comes in ready."""
    kind = "tanh" if memory.gate_names[gate] in ("g", "n") else "sigmoid"
    key = builder.gate(kind, builder.leaf(memory.gate_sum(at, gate), f"sum for {memory.gate_names[gate]}"))
    return builder.call(key, memory.gate_names[gate])


def _lstm(builder: Builder, memory: Memory, at: At) -> str:
    """c = f c + i g; h = o tanh c."""
    inside, forget, new, out = (_gate(builder, memory, at, gate) for gate in range(4))
    kept = builder.gate("multiply", forget, builder.leaf(memory.notes_before(at), "c before"))
    notes = builder.call(builder.gate("add", kept, builder.gate("multiply", inside, new)), "c")
    return builder.gate("multiply", out, builder.gate("tanh", notes))


def _gru(builder: Builder, memory: Memory, at: At) -> str:
    """n = tanh(W x + r (U h)); h = (1 − z) n + z h."""
    look, stays = _gate(builder, memory, at, 0), _gate(builder, memory, at, 1)
    run = memory.run(at)
    read = builder.together(float(run.from_input[at.example, at.place, 2, at.unit]), "what is read")
    looked = builder.gate("multiply", look, builder.leaf(memory.from_memory(at, 2), "U h + c"))
    new = builder.call(builder.gate("tanh", builder.gate("add", read, looked)), "n")
    rest = builder.shifted(builder.gate("negate", stays), 1.0)
    old = builder.gate("multiply", stays, builder.leaf(memory.before(at), "h before"))
    return builder.gate("add", builder.gate("multiply", rest, new), old)


# ---- backward


@dataclass(frozen=True)
class SumUse:
    """A weighted sum in which a number has a part: the sum, its blame, and what the number is multiplied by there."""

    total: Factor
    blame: Factor
    other: Factor | None

    @property
    def handed(self) -> float:
        """What comes back from there."""
        return self.blame.value * (1.0 if self.other is None else self.other.value)


def fan_of_sums(
    builder: Builder, frame: Frame, asked: Place, number: Factor, names: Namer = unnamed
) -> tuple[str, dict[str, float | None], int]:
    """A number that is read, or a parameter, with the weighted sums in which it has a part, all others as one.

    The blame at their ends holds what the places read later have to say. Gives the key of the number, the ends, and
    how many sums there are.
    """
    backward = Backward(frame, names)
    uses = list(_reading(backward, asked) if asked.kind == "grad_input" else _serving(backward, asked))
    leaf, ends = builder.leaf(number), dict[str, float | None]()
    ranking = sorted(range(len(uses)), key=lambda place: -abs(uses[place].handed))
    most = max(2, builder.most - 2)
    shown = sorted(ranking[:most]) if len(uses) > most else list(range(len(uses)))
    rest = [use for place, use in enumerate(uses) if place not in set(shown)]
    if rest:
        builder.left_out += len(rest)
        more = builder.call(builder.gate("more", leaf), rf"\mathrm{{{len(rest):,}\ more\ sums}}")
        ends[more] = math.fsum(use.handed for use in rest)
    for use in (uses[place] for place in shown):
        key = leaf if use.other is None else builder.product([leaf, builder.leaf(use.other)])
        others = builder.together(use.total.value - builder.value(key), "all the rest")
        ends[builder.call(builder.gate("add", key, others), use.total.symbol)] = use.blame.value
    return leaf, ends, len(uses)


def _reading(backward: Backward, asked: Place) -> Iterator[SumUse]:
    """The sums of the first layer that read a number of the input."""
    example, feature, place = asked.index
    memory = backward.memory
    for way, run in enumerate(memory.layers[0]):
        for gate in range(len(memory.gate_names)):
            for unit in range(run.units):
                at = At(0, way, example, place, unit)
                weight = memory.weight("weight_ih", at, (gate * run.units + unit, feature))
                yield SumUse(memory.gate_sum(at, gate), backward.delta(at, gate), weight)


def _serving(backward: Backward, asked: Place) -> Iterator[SumUse]:
    """The sums in which a weight or a bias serves: one at every place of every example."""
    memory, frame = backward.memory, backward.frame
    kind, of_memory, layer, way = parameter_of(frame, asked.name)
    run = memory.layers[layer][way]
    gate, unit = divmod(asked.index[0], run.units)
    for example in range(len(frame.output)):
        for place in run.steps:
            at = At(layer, way, example, place, unit)
            total = memory.gate_sum(at, gate)
            if of_memory and memory.gate_names[gate] == "n":
                total = memory.from_memory(at, gate)
            other = None
            if kind == "weight":
                read = memory.read_at if not of_memory else backward.state_before
                other = read(at, asked.index[1])
            yield SumUse(total, backward.delta(at, gate, of_memory=of_memory), other)


def number_of(frame: Frame, asked: Place, names: Namer = unnamed) -> Factor:
    """The number whose blame was asked for, as it stands in the pass forward."""
    if asked.kind == "grad_input":
        place, letter = Place(frame.node, "input", asked.index, asked.port), "x"
    else:
        place = Place(frame.node, "weight", asked.index, name=asked.name)
        letter = "b" if asked.name.startswith("bias") else "w"
    return Factor(names(place) or letter, value_at(frame, place), place)
