"""Where any recorded number comes from, whatever kind it is: the one place that the popup asks. No Qt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Namer, Place
    from playground.engine.trace import Trace


def no_names(place: Place) -> str:
    """The namer of microscopes without names of their own."""
    del place
    return ""


def origin_of(trace: Trace, place: Place, names: Namer = no_names) -> Explanation:
    """The explanation of the number at a place.

    Raises:
        ExplanationError: there is no such number, or its origin was not recorded.
    """
    from playground.engine.arithmetic import (
        explain_grad_input,
        explain_grad_output,
        explain_grad_weight,
        explain_output,
        explain_recorded_update,
    )

    frame = trace.frames[place.node]
    match place.kind:
        case "output":
            return explain_output(frame, place.index, names)
        case "input":
            source = trace.graph.sources(place.node)[place.port]
            found = explain_output(trace.frames[source], place.index, names)
            return replace(found, symbol=names(place) or found.symbol)
        case "grad_input":
            return explain_grad_input(frame, place.port, place.index, names)
        case "grad_output":
            return explain_grad_output(trace, place.node, place.index, names)
        case "grad_weight":
            return explain_grad_weight(frame, place.name, place.index, names)
        case "updated":
            return explain_recorded_update(frame, trace.rule, place.name, place.index, names)
        case _:
            return _given(trace, place, names)


_GIVEN = {
    "weight": (
        "w",
        "A weight is not computed from the example: it is what the network learns. It began with a value that was "
        "drawn at random or given by hand, and every training step has moved it a little since.",
    ),
    "target": ("t", "This is what should have come out for this example: it comes from the data set."),
    "mask": ("m", "Drawn at random for this step: 1 lets the number through, 0 drops it."),
    "buffer": ("r", "A running average over the batches seen so far; it is used when the network no longer trains."),
}


def _given(trace: Trace, place: Place, names: Namer) -> Explanation:
    """A number that nothing recorded leads to: a weight, a target, a mask."""
    from playground.engine.arithmetic import Explanation, value_at

    frame = trace.frames[place.node]
    letter, words = _GIVEN[place.kind]
    if place.kind == "weight" and place.name == "bias":
        letter = "b"
    numbers = ",".join(str(position + 1) for position in place.index)
    symbol = names(place) or f"{letter}_{{{numbers}}}"
    if place.kind == "weight" and place.name in frame.frozen:
        words = "This number is held fast: training leaves it as it is."
    if place.name == "kernel":
        letter, words = "w", "This weight is given: it belongs to the kernel that was chosen, and is never learnt."
    title = trace.graph.node(place.node).title
    return Explanation(f"{title} · {place.kind}", symbol, symbol, "", (), value_at(frame, place), words, place=place)
