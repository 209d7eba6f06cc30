"""One unit of an RNN, LSTM or GRU at one place: its gates, and what is remembered before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.arithmetic import Index, Namer, unnamed
from playground.engine.arithmetic._memory import At, Memory
from playground.engine.arithmetic.recurrent import unit_of
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
