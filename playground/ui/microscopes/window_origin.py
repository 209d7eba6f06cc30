"""Which recorded number a cell of the window microscope shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.slide_pooling import steepest
from playground.ui.microscopes.spot import Spot

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place


def place_at(model: SlideModel, place: int, spot: Spot, weight: tuple[int, int], *, backward: bool) -> Place | None:
    """The place of the number under a spot while the window stands at `place`; None on padding."""
    is_conv = model.geometry.kind == "conv"
    cell = (spot.row, spot.column)
    match spot.part:
        case "input":
            return model.input_place(*cell, spot.plane)
        case "output":
            there = model.geometry.place(*cell)
            return model.output_place(there, "grad_output" if backward else "output")
        case "patch":
            return _under(model, place, spot, "input")
        case "filter":
            return model.weight_place(*cell, spot.plane) or model.output_place(place)
        case "sofar":
            return model.weight_place(*cell, spot.plane, "grad_weight")
        case "bias_sofar":
            return model.bias_place("grad_weight")
        case "gradient":
            top, left = model.geometry.padding
            return model.input_place(spot.row + top, spot.column + left, None, "grad_input")
        case "arriving":
            return model.output_place(place, "grad_output")
        case "products" if backward and not is_conv:
            return _under(model, place, spot, "grad_input")
        case "products" if backward:
            return model.weight_place(*cell, spot.plane, "grad_weight")
        case "result" if backward and is_conv:
            return model.weight_place(*weight, None, "grad_weight")
        case "result" if backward:
            return _under(model, place, Spot("result", *steepest(model, place)), "grad_input")
        case "bias":
            return model.bias_place()
        case _:
            return model.output_place(place)


def _under(model: SlideModel, place: int, spot: Spot, kind: str) -> Place | None:
    """The number of the input under a cell of the window; None on padding."""
    geometry = model.geometry
    top, left = geometry.corner(place)
    row, column = top + spot.row * geometry.dilation[0], left + spot.column * geometry.dilation[1]
    return model.input_place(row, column, spot.plane, kind)


def focus_of(model: SlideModel, place: int, weight: tuple[int, int], way: str) -> Place | None:
    """The number that is being made: the output, the gradient of the input there, or that of the chosen weight."""
    if way == "weights":
        return model.weight_place(*weight, None, "grad_weight")
    if way != "handed":
        return model.output_place(place)
    geometry = model.geometry
    if geometry.kind == "max":
        return model.input_place(*model.winner(place), None, "grad_input")
    under = [
        model.input_place(row, column, None, "grad_input")
        for row in _positions(geometry.rows(place))
        for column in _positions(geometry.columns(place))
    ]
    return next((found for found in under if found is not None), None)


def _positions(under: slice) -> range:
    return range(under.start, under.stop, under.step)


def standardised(model: SlideModel, spot: Spot) -> Explanation:
    """Where a standardised weight comes from."""
    from playground.engine.arithmetic import unnamed
    from playground.engine.arithmetic.filters import filter_factor

    place = model.weight_place(spot.row, spot.column, spot.plane)
    assert place is not None
    factor = filter_factor(model.frame, place.index, unnamed)
    assert factor.because is not None
    return factor.because()


def padding(model: SlideModel) -> Explanation:
    """What is said of a cell that is padding."""
    from playground.engine.arithmetic import ExplanationError

    if model.is_way_back:
        raise ExplanationError(
            "This zero is no number of the network. It stands around the blame, or fills a gap that the stride left, "
            "so that the turned filter can reach every place of the input."
        )
    raise ExplanationError(
        "This cell is padding: it stands outside the input and counts as a zero, so that the window can reach over "
        "the edge. It is no number of the example, and nothing flows back to it."
    )
