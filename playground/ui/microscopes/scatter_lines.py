"""What stands in the lines of the scatter microscope: sums with their numbers, captions under the pictures. No Qt."""

from __future__ import annotations

from playground.ui.microscopes.scatter_geometry import Pair, ScatterGeometry
from playground.ui.microscopes.scatter_layout import shows_parts
from playground.ui.microscopes.scatter_numbers import ScatterNumbers, ScatterState
from playground.ui.microscopes.spot import Spot
from playground.ui.widgets.numbers import fixed, short

Parts = list[tuple[str, str]]
"""Pieces of a line, each with the role of its colour."""


def where(geometry: ScatterGeometry, cell: Pair) -> str:
    """How a cell is called: by row and column, or by its position in a sequence."""
    return f"position {cell[1]}" if geometry.is_sequence else f"row {cell[0]}, column {cell[1]}"


def sums(numbers: ScatterNumbers, state: ScatterState) -> list[tuple[str, Parts]]:
    """For each line its label, and the sum."""
    geometry = numbers.model.geometry
    if geometry.kind == "unpool":
        return [_unpooled(numbers, state)]
    return _backward(numbers, state) if numbers.direction == "backward" else [_forward(numbers, state)]


def _forward(numbers: ScatterNumbers, state: ScatterState) -> tuple[str, Parts]:
    model, geometry = numbers.model, numbers.model.geometry
    terms = model.reached(state.cell, state.filled)
    row, column = state.cell[0] + geometry.padding[0], state.cell[1] + geometry.padding[1]
    total = float(model.drawn(state.filled)[row, column])
    here = sum(term.product for term in terms if term.done)
    bias = model.bias or 0.0
    together = shows_parts(geometry, backward=False)
    parts: Parts = [(" = ", "muted"), (fixed(total - bias if together else here, 4), "text")]
    if len(model.channels) > 1 and not together:
        parts += _added(total - here - bias, "text")
    if model.bias is not None:
        parts += _added(bias, "text")
    done = sum(term.done for term in terms)
    stamps = _stamps(len(terms)) if done == len(terms) else f"{done} of {_stamps(len(terms))} so far"
    maps = " of this map + all other maps" if len(model.channels) > 1 else ""
    maps = f" of each of {len(model.channels)} maps" if together else maps
    plus = " + bias" if model.bias is not None else ""
    return f"{where(geometry, state.cell)}: {stamps}{maps}{plus}", [*parts, (" = ", "muted"), _outcome(total, 4)]


def _backward(numbers: ScatterNumbers, state: ScatterState) -> list[tuple[str, Parts]]:
    model, geometry = numbers.model, numbers.model.geometry
    gradient = model.input_gradient
    assert gradient is not None
    cell = geometry.cell(state.place)
    total, here = float(gradient[cell]), float(model.handed(state.place).sum())
    maps = geometry.units_of(model.channel)
    first: Parts = [(" = ", "muted")]
    if len(maps) > 1:
        first += [(short(here, 4), "text"), *_added(total - here, "text", 4), (" = ", "muted")]
    label = f"the number at {where(geometry, cell)}: all products" + (" + the other maps’" if len(maps) > 1 else "")
    if geometry.is_sequence:
        label = label.replace("the number at ", "")
    summed = float(model.accumulated(state.filled)[state.weight])
    done = f"all {geometry.places:,}" if state.filled >= geometry.places else f"{state.filled:,} of {geometry.places:,}"
    kernel = f"weight at {where(geometry, state.weight)}: added up over {done} stamps"
    return [(label, [*first, _outcome(total, 5)]), (kernel, [(" = ", "muted"), _outcome(summed, 5)])]


def _unpooled(numbers: ScatterNumbers, state: ScatterState) -> tuple[str, Parts]:
    model, geometry = numbers.model, numbers.model.geometry
    row, column = geometry.landing(state.place, *model.winner(state.place))
    there = where(geometry, (row - geometry.padding[0], column - geometry.padding[1]))
    if numbers.direction == "backward":
        value = float(model.handed(state.place).sum())
        return f"only the blame at {there} comes back: the switch", [(" = ", "muted"), _outcome(value, 5)]
    value = float(model.plane[geometry.cell(state.place)])
    return f"the window’s largest stood at {there}: there it goes", [(" = ", "muted"), _outcome(value, 5)]


def _outcome(value: float, digits: int) -> tuple[str, str]:
    return (fixed(value, digits) if digits == 4 else short(value, digits)), "highlight_text"


def _added(value: float, role: str, digits: int = 0) -> Parts:
    """Plus or minus a number."""
    amount = short(abs(value), digits) if digits else fixed(abs(value), 4)
    return [(" − " if value < 0 else " + ", "muted"), (amount, role)]


def _stamps(count: int) -> str:
    return "1 stamp" if count == 1 else "no stamp" if count == 0 else f"{count} stamps"


def caption(numbers: ScatterNumbers, key: str, state: ScatterState, source: str) -> str:
    """Below a picture: what it is, or the number under the pointer."""
    hover = state.hover
    if hover is not None and hover.part == key:
        return _touched(numbers, key, state, hover)
    model, geometry = numbers.model, numbers.model.geometry
    size = str(geometry.inputs[1]) if geometry.is_sequence else f"{geometry.inputs[0]} × {geometry.inputs[1]}"
    if key == "input":
        channel = f" · map {model.channel + 1} of {geometry.channels}" if geometry.channels > 1 else ""
        return f"{source} {size}{channel}"
    if key == "gradient":
        return f"Handed back · {size}"
    if key == "switches":
        return f"What was pooled, {geometry.output[0]} × {geometry.output[1]}"
    return _canvas_caption(numbers, state)


def _canvas_caption(numbers: ScatterNumbers, state: ScatterState) -> str:
    model, geometry = numbers.model, numbers.model.geometry
    size = str(geometry.output[1]) if geometry.is_sequence else f"{geometry.output[0]} × {geometry.output[1]}"
    cut = " · crossed: cut off" if any((*geometry.padding, *geometry.beyond)) else ""
    if numbers.direction == "backward":
        return f"Blame that arrives, {size}{cut}"
    if state.filled < model.steps:
        return f"Output {size} — {state.filled:,} of {model.steps:,} stamps"
    extra = " · green: output padding" if any(geometry.extra) else ""
    return f"Output {size}{cut}{extra}"


def _touched(numbers: ScatterNumbers, key: str, state: ScatterState, hover: Spot) -> str:
    model, geometry = numbers.model, numbers.model.geometry
    if key != "output":
        values, _ = numbers.picture(key, 0)
        return f"{where(geometry, (hover.row, hover.column))} = {short(values[hover.row, hover.column], 6)}"
    if geometry.is_cut(hover.row, hover.column):
        return "Cut off by padding: painted, but thrown away"
    cell = hover.row - geometry.padding[0], hover.column - geometry.padding[1]
    if numbers.direction == "backward":
        return f"{where(geometry, cell)} = {short(numbers.shown[cell], 6)}"
    value = model.drawn(state.filled)[hover.row, hover.column]
    if geometry.kind == "unpool":
        return f"{where(geometry, cell)} = {short(value, 6)}"
    count = len(geometry.meetings(hover.row, hover.column))
    maps = f" from each of {len(model.channels)} maps" if len(model.channels) > 1 else ""
    return f"{where(geometry, cell)} = {short(value, 6)}  ·  {_stamps(count)}{maps}"
