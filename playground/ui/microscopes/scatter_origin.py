"""Which recorded number a cell of the scatter microscope shows, and where a recorded number is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.microscopes.base import SHOWN
from playground.ui.microscopes.scatter_geometry import Pair
from playground.ui.microscopes.scatter_model import ScatterModel
from playground.ui.microscopes.scatter_numbers import ScatterState, shown_terms
from playground.ui.microscopes.spot import Spot

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place


def place_at(model: ScatterModel, spot: Spot, state: ScatterState, *, backward: bool, rows: int = 0) -> Place | None:
    """The place of the number under a spot; None where nothing recorded is shown. `rows`: terms there is room for."""
    from playground.engine.arithmetic import Place

    node, geometry = model.frame.node, model.geometry
    match spot.part:
        case "input":
            return Place(node, "input", _number(model, (spot.row, spot.column)))
        case "number" if backward and geometry.kind == "unpool":
            return Place(node, "grad_input", _number(model, geometry.cell(state.place)))
        case "number":
            return Place(node, "input", _number(model, geometry.cell(state.place)))
        case "gradient":
            return Place(node, "grad_input", _number(model, (spot.row, spot.column)))
        case "kernel":
            return _weight(model, (spot.row, spot.column), "weight")
        case "sofar" | "added":
            return _weight(model, (spot.row, spot.column), "grad_weight")
        case "result2":
            return _weight(model, state.weight, "grad_weight")
        case "result" | "handed" if backward:
            return Place(node, "grad_input", _number(model, geometry.cell(state.place)))
        case "result" if geometry.kind == "unpool":
            return _of_output(model, geometry.landing(state.place, *model.winner(state.place)), backward)
        case "result" | "parts":
            return Place(node, "output", _index(model, model.unit, state.cell))
        case "output":
            return _of_output(model, (spot.row, spot.column), backward)
        case "stamp" | "patch":
            return _of_output(model, geometry.landing(state.place, spot.row, spot.column), backward)
        case "switches":
            return Place(node, "input", _index(model, model.unit, (spot.row, spot.column)), 1)
        case "window":
            return _switch_at(model, geometry.landing(state.place, spot.row, spot.column))
        case _:
            return _term(model, spot, state, rows)


def _term(model: ScatterModel, spot: Spot, state: ScatterState, rows: int) -> Place | None:
    from playground.engine.arithmetic import Place

    terms = shown_terms(model.reached(state.cell, state.filled), rows)
    if spot.row >= len(terms):
        return None
    term = terms[spot.row]
    if spot.part == "terms_x":
        return Place(model.frame.node, "input", _number(model, (term.row, term.column)))
    if spot.part == "terms_w":
        return _weight(model, (term.i, term.j), "weight")
    return Place(model.frame.node, "output", _index(model, model.unit, state.cell))


def _index(model: ScatterModel, channel: int, cell: Pair) -> tuple[int, ...]:
    return (SHOWN, channel, cell[1]) if model.geometry.is_sequence else (SHOWN, channel, *cell)


def _number(model: ScatterModel, cell: Pair) -> tuple[int, ...]:
    return _index(model, model.channel, cell)


def _weight(model: ScatterModel, cell: Pair, kind: str) -> Place | None:
    from playground.engine.arithmetic import Place

    if model.geometry.kind == "unpool":
        return None
    inner = cell[1:] if model.geometry.is_sequence else cell
    index = (model.channel, model.within, *inner)
    return Place(model.frame.node, "weight" if kind == "weight" else "grad_weight", index, name="weight")


def _of_output(model: ScatterModel, cell: Pair, backward: bool) -> Place | None:
    """Of a cell of the canvas; None where it is cut off."""
    from playground.engine.arithmetic import Place

    geometry = model.geometry
    if geometry.is_cut(*cell):
        return None
    index = _index(model, model.unit, (cell[0] - geometry.padding[0], cell[1] - geometry.padding[1]))
    return Place(model.frame.node, "grad_output" if backward else "output", index)


def _switch_at(model: ScatterModel, cell: Pair) -> Place | None:
    from playground.engine.arithmetic import Place

    found = _of_output(model, cell, backward=False)
    return None if found is None else Place(found.node, "input", found.index, 1)


def focus(model: ScatterModel, state: ScatterState, *, backward: bool) -> Place | None:
    """The recorded number that the stamp makes: forward one of the output, backward the blame of the stamped number."""
    return place_at(model, Spot("result"), state, backward=backward)


def spots_of(model: ScatterModel, place: Place, sources: tuple[str, ...], *, backward: bool) -> list[Spot]:
    """Where a recorded number is shown; `sources` are the ids of the layers that feed this one."""
    geometry = model.geometry
    if place.node != model.frame.node:
        if place.kind != "output" or place.node not in sources:
            return []
        port = sources.index(place.node)
        return _of_input(model, place.index, port)
    match place.kind:
        case "input":
            return _of_input(model, place.index, place.port)
        case "grad_input" if place.port == 0 and _cell(model, place.index, model.channel) is not None:
            return [Spot("gradient", *_must(model, place.index))]
        case "output" | "grad_output" if (place.kind == "grad_output") == backward:
            cell = _cell(model, place.index, model.unit)
            if cell is None:
                return []
            return [Spot("output", cell[0] + geometry.padding[0], cell[1] + geometry.padding[1])]
        case "weight" | "grad_weight" if place.name == "weight":
            if place.index[:2] != (model.channel, model.within):
                return []
            inner = place.index[2:]
            part = "kernel" if place.kind == "weight" else "sofar"
            return [Spot(part, *((0, *inner) if len(inner) == 1 else inner))]
        case _:
            return []


def _of_input(model: ScatterModel, index: tuple[int, ...], port: int) -> list[Spot]:
    channel = model.channel if port == 0 else model.unit
    cell = _cell(model, index, channel)
    return [] if cell is None else [Spot("input" if port == 0 else "switches", *cell)]


def _cell(model: ScatterModel, index: tuple[int, ...], channel: int) -> Pair | None:
    """Row and column, if the index is one of the shown example and of that channel."""
    return _must(model, index) if index[:2] == (SHOWN, channel) else None


def _must(model: ScatterModel, index: tuple[int, ...]) -> Pair:
    return (0, index[2]) if model.geometry.is_sequence else (index[2], index[3])
