"""Where any recorded number comes from, whatever kind it is: the one place that the popup asks. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Kind, Namer, Place
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
            return _blame_after(trace, place, names)
        case "grad_weight":
            return explain_grad_weight(frame, place.name, place.index, names)
        case "updated":
            return explain_recorded_update(frame, trace.rule, place.name, place.index, names)
        case _:
            return _given(trace, place, names)


def with_twins(trace: Trace, places: Mapping[Place, str]) -> dict[Place, str]:
    """The places, and where the same numbers stand under another name.

    What enters a layer is what the layer before gave; the gradient that arrives at a layer is what the only layer
    after it handed back.
    """
    from playground.engine.arithmetic import Place

    found = dict(places)
    for place, role in places.items():
        if place.kind == "input":
            sources = trace.graph.sources(place.node)
            if place.port < len(sources):
                found.setdefault(Place(sources[place.port], "output", place.index), role)
        elif place.kind in ("output", "grad_output"):
            edges = [edge for edge in trace.graph.outgoing(place.node) if edge.target in trace.frames]
            kind: Kind = "input" if place.kind == "output" else "grad_input"
            for edge in edges if kind == "input" or len(edges) == 1 else ():
                found.setdefault(Place(edge.target, kind, place.index, edge.target_port), role)
        elif place.kind == "grad_input":
            source = trace.graph.sources(place.node)[place.port]
            if len([edge for edge in trace.graph.outgoing(source) if edge.target in trace.frames]) == 1:
                found.setdefault(Place(source, "grad_output", place.index), role)
    return found


def station_of(trace: Trace, place: Place, otherwise: int) -> int:
    """The moment at which the number at a place is made, as an index of the recorded moments."""
    phase = "forward" if place.kind in ("input", "output", "weight", "target", "mask", "buffer") else "backward"
    node = place.node
    if place.kind == "updated":
        phase = "update"
    found = (
        index
        for index, moment in enumerate(trace.moments)
        if moment.phase == phase and (moment.node == node or phase == "update")
    )
    return next(found, otherwise)


def _blame_after(trace: Trace, place: Place, names: Namer) -> Explanation:
    """What arrives at a layer. Of a single wire that calls it the same, at once how the layer after made it."""
    from playground.engine.arithmetic import explain_grad_input, explain_grad_output

    found = explain_grad_output(trace, place.node, place.index, names)
    edges = [edge for edge in trace.graph.outgoing(place.node) if edge.target in trace.frames]
    if len(edges) == 1:
        onward = explain_grad_input(trace.frames[edges[0].target], edges[0].target_port, place.index, names)
        if onward.symbol == found.symbol:
            return replace(onward, place=place)
    return found


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
    if place.name == "kernel":
        letter, words = "w", "This weight is given: it belongs to the kernel that was chosen, and is never learnt."
    numbers = ",".join(str(position + 1) for position in place.index)
    symbol = names(place) or f"{letter}_{{{numbers}}}"
    if place.kind == "weight" and frame.holds(place.name, place.index):
        words = "This number is frozen: training leaves it as it is."
    title = trace.graph.node(place.node).title
    kind = "kernel" if place.name == "kernel" else place.kind
    return Explanation(f"{title} · {kind}", symbol, symbol, "", (), value_at(frame, place), words, place=place)
