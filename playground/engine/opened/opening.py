"""From a recorded number to its gates: which layer opens how, and why some cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from playground.engine.arithmetic import (
    Explanation,
    ExplanationError,
    Factor,
    Index,
    Namer,
    Place,
    explain_grad_input,
    explain_grad_weight,
    explain_output,
    unnamed,
    used_at,
    value_at,
)
from playground.engine.arithmetic._compose import indexed, input_factor
from playground.engine.arithmetic.area import is_maximum
from playground.engine.arithmetic.moves import MOVERS
from playground.engine.arithmetic.reach import sinks
from playground.engine.opened import fan, recurrent, standardised, together
from playground.engine.opened.curves import OPENABLE, curve_gates
from playground.engine.opened.from_terms import gates_of
from playground.engine.opened.gate_builder import Builder
from playground.engine.opened.gate_graph import Opened
from playground.layers import layer_type

if TYPE_CHECKING:
    from playground.engine.trace import Frame, Trace

MOST_TERMS = 8
"""Terms drawn unless more are asked for."""

_CLOSED = {
    "input": "These numbers come in from outside: there are no gates behind them.",
    "constant": "These numbers are fixed: there are no gates behind them.",
    "parameter": "These numbers are learnt: there are no gates behind them.",
    "tensor": "How this layer computes is not known here, so it has no gates to show.",
}
"""By capability, why there is nothing to open."""
_MOVED = "Nothing is computed here, the number only moves: a wire and no more."
_ONE_TO_ONE = ("curve", "gate", "affine", "mask")
_NO_PART = "This number has no part in any result, so no blame comes back: there are no gates to show."


def why_not(trace: Trace, place: Place | None) -> str:
    """Why the number at a place cannot be opened into gates, in plain words; empty if it can. Cheap."""
    if place is None:
        return "No single number is in focus here, so there is nothing to open."
    frame = trace.frames.get(place.node)
    if frame is None:
        return "This layer was not recorded."
    if place.kind not in ("output", "grad_output", "grad_input", "grad_weight", "updated"):
        return "This number is given, not computed: there are no gates behind it."
    return _CLOSED.get(layer_type(frame.type).capability, "")


def open_into_gates(trace: Trace, place: Place, most: int = MOST_TERMS, names: Namer = unnamed) -> Opened:
    """The gates that make a number of the output, or that a gradient flows back through.

    Args:
        trace: the recorded step.
        place: a number of an output; or of a "grad_output", "grad_input" or "grad_weight": then the gates are those
            that the blame came back through, with all uses of the number where it has several. Of a weight that was
            "updated" they are those of its gradient.
        most: how many terms of a long sum are drawn; the others come in as one number.
        names: what the microscope calls numbers.

    Raises:
        ExplanationError: it cannot be opened; the message says why, fit for the user.
    """
    if reason := why_not(trace, place):
        raise ExplanationError(reason)
    frame = trace.frames[place.node]
    if place.kind == "updated":
        gradient = replace(place, kind="grad_weight")
        return replace(_gradient(trace, frame, gradient, most, names), asked=place)
    if place.kind in ("output", "grad_output"):
        return _output(trace, frame, place, place.index, most, names)
    return _gradient(trace, frame, place, most, names)


# ---- forward


def _output(
    trace: Trace, frame: Frame, asked: Place, index: Index, most: int, names: Namer, leaf: Place | None = None
) -> Opened:
    """A number of the output; `leaf` is a number on the way that has to be drawn, and is looked at first."""
    builder = Builder(most, () if leaf is None else (leaf,), unfold=frame.output.ndim == 0)
    found = explain_output(frame, index, names)
    ends = _ends(builder, trace, frame, index, names, found, every=False)
    focus = (builder.at(leaf) or "") if leaf is not None else ""
    if leaf is not None and not focus:
        raise ExplanationError(_NO_PART)
    return builder.opened(found.title, ends, asked, focus=focus, words=_words(frame, index))


def _ends(
    builder: Builder, trace: Trace, frame: Frame, index: Index, names: Namer, found: Explanation, *, every: bool
) -> dict[str, float | None]:
    """The gates of a number of the output, and the blame that arrives at their end."""
    capability = layer_type(frame.type).capability
    if capability == "normalisation":
        return together.normalised(builder, frame, index, names, every=every)
    if capability == "response":
        return together.response(builder, frame, index, names, every=every)
    if capability == "recurrent":
        return recurrent.cell(builder, frame, index, names)
    if frame.type == "softmax" and every:
        return together.shares(builder, frame, index, names)
    if capability == "curve":
        key = curve_gates(builder, frame, index, builder.leaf(input_factor(frame, 0, index, names)), names)
    elif capability == "threshold":
        key = _threshold(builder, frame, index, names, found)
    else:
        key = gates_of(builder, found, shared=frame.type == "maximum")
    key = builder.call(key, found.symbol, Place(frame.node, "output", index))
    after = _activation(trace, frame) if capability == "neurons" else None
    if after is None:
        return {key: together.blame_at(frame, index)}
    key = curve_gates(builder, after, index, key, names)
    place = Place(after.node, "output", index)
    key = builder.call(key, names(place) or indexed("y", after.output, index), place)
    return {key: together.blame_at(after, index)}


def _threshold(builder: Builder, frame: Frame, index: Index, names: Namer, found: Explanation) -> str:
    """A perceptron: the step of a weighted sum. Backwards the step pretends to be a line."""
    total = found.terms[0].factors[0]
    assert total.because is not None
    key = builder.call(gates_of(builder, total.because()), total.symbol)
    return builder.gate("step", key, constant=1.0)


def _activation(trace: Trace, frame: Frame) -> Frame | None:
    """The activation right behind a dense layer, if it feeds nothing else."""
    users = trace.graph.outgoing(frame.node)
    if len(users) != 1 or users[0].target not in trace.frames:
        return None
    after = trace.frames[users[0].target]
    return after if after.type in OPENABLE and after.output.shape == frame.output.shape else None


# ---- backward


def _gradient(trace: Trace, frame: Frame, asked: Place, most: int, names: Namer) -> Opened:
    """The gates that the blame of an input or a parameter came back through."""
    capability = layer_type(frame.type).capability
    if capability == "recurrent":
        return _summed(frame, asked, most, names)
    if frame.type == "ws_conv2d" and asked.name == "weight":
        return _standardised(frame, asked, most, names)
    if asked.kind == "grad_input":
        leaf = Place(frame.node, "input", asked.index, asked.port)
        found = explain_grad_input(frame, asked.port, asked.index, names)
    else:
        leaf = Place(frame.node, "weight", asked.index, name=asked.name)
        found = explain_grad_weight(frame, asked.name, asked.index, names)
    if frame.output.ndim == 0:
        return _output(trace, frame, asked, (), most, names, leaf)
    if asked.kind == "grad_input" and capability in _ONE_TO_ONE and frame.output.shape == frame.inputs[0].shape:
        return _output(trace, frame, asked, asked.index, most, names, leaf)
    if asked.kind == "grad_input" and capability in ("normalisation", "response", "distribution"):
        return _every_output(trace, frame, asked, leaf, most, names)
    uses = fan.uses_of(found)
    if len({use.output for use in uses}) > 1 and fan.can_fan(frame):
        return _fanned(frame, asked, leaf, uses, most, names, found)
    return _one_use(trace, frame, asked, leaf, uses, most, names)


def _every_output(trace: Trace, frame: Frame, asked: Place, leaf: Place, most: int, names: Namer) -> Opened:
    """A number that acts on all results of its set: these are drawn side by side, if they are few."""
    builder = Builder(most, (leaf,))
    found = explain_output(frame, asked.index, names)
    ends = _ends(builder, trace, frame, asked.index, names, found, every=True)
    focus = builder.at(leaf) or ""
    return builder.opened(found.title, ends, asked, focus=focus, words=_words(frame, asked.index))


def _summed(frame: Frame, asked: Place, most: int, names: Namer) -> Opened:
    """A number that the sums of an RNN, LSTM or GRU read, or one of their parameters."""
    number = recurrent.number_of(frame, asked, names)
    assert number.place is not None
    builder = Builder(most, (number.place,))
    key, ends, count = recurrent.fan_of_sums(builder, frame, asked, number, names)
    explain = explain_grad_input(frame, asked.port, asked.index, names) if asked.kind == "grad_input" else None
    found = explain or explain_grad_weight(frame, asked.name, asked.index, names)
    words = (
        f"This number has a part in {count:,} weighted sum{'s' if count > 1 else ''}. What arrives there has come back "
        "through every place that is read later."
    )
    return builder.opened(found.title, ends, asked, focus=key, words=words)


def _standardised(frame: Frame, asked: Place, most: int, names: Namer) -> Opened:
    """A weight of a filter that is brought to mean 0 and variance 1 before it is used."""
    builder = Builder(most)
    key, ends = standardised.standardising(builder, frame, asked.index, names)
    title = explain_grad_weight(frame, asked.name, asked.index, names).title
    return builder.opened(title, ends, asked, focus=key, words=standardised.WORDS)


def _fanned(
    frame: Frame, asked: Place, leaf: Place, uses: list[fan.Use], most: int, names: Namer, found: Explanation
) -> Opened:
    builder = Builder(most, (leaf,))
    symbol = names(leaf) or ("x" if leaf.kind == "input" else "b" if leaf.name == "bias" else "w")
    number = Factor(symbol, value_at(frame, leaf), leaf)
    key, ends = fan.fan(builder, frame, number, uses, names)
    words = f"This number is used at {len(uses):,} places. What all of them hand back adds up."
    return builder.opened(found.title, ends, asked, focus=key, words=words)


def _one_use(
    trace: Trace, frame: Frame, asked: Place, leaf: Place, uses: list[fan.Use], most: int, names: Namer
) -> Opened:
    """The only result in which the number has a part, or that through which most of its blame came."""
    index = max(uses, key=lambda use: abs(use.handed)).output if uses else _lost_at(frame, asked)
    opened = _output(trace, frame, asked, index, most, names, leaf)
    places = len({use.output for use in uses})
    if places > 1:
        words = f"This number is used at {places:,} places; drawn is the one through which most of its blame came."
        opened = replace(opened, words=words)
    return opened


def _lost_at(frame: Frame, asked: Place) -> Index:
    """A result in which a number took part in vain, as those that a maximum passes over."""
    if asked.kind == "grad_input" and layer_type(frame.type).capability == "merge":
        return used_at(frame, asked.port, asked.index)[0]
    if asked.kind == "grad_input" and is_maximum(frame):
        reached = sinks(frame, asked.index, asked.port)
        if reached:
            return reached[0][0]
    raise ExplanationError(_NO_PART)


def _words(frame: Frame, index: Index) -> str:
    if layer_type(frame.type).capability == "normalisation":
        return together.said_of_set(frame, index)
    return _MOVED if frame.type in (*MOVERS, "concat", "max_unpool2d") else ""
