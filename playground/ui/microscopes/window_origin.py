"""Which recorded number a cell of the window microscope shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.microscopes.base import SHOWN
from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.slide_painter import Spot

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place


def place_at(model: SlideModel, place: int, spot: Spot, weight: tuple[int, int], *, backward: bool) -> Place | None:
    """The place of the number under a spot while the window stands at `place`; None where nothing recorded is shown."""
    from playground.engine.arithmetic import Place

    node, geometry = model.frame.node, model.geometry
    at = () if geometry.kind == "global" else geometry.cell(place)
    output = (SHOWN, model.unit, *at)
    within = model.channel - model.channels.start
    match spot.part:
        case "patch":
            pixel = _pixel_under(model, place, spot)
            return None if pixel is None else Place(node, "input", (SHOWN, model.channel, *pixel))
        case "filter" if geometry.kind == "conv":
            return Place(node, "weight", (model.unit, within, spot.row, spot.column), name="weight")
        case "filter" if geometry.kind == "fixed":
            return Place(node, "buffer", (spot.row, spot.column), name="kernel")
        case "sofar":
            return Place(node, "grad_weight", (model.unit, within, spot.row, spot.column), name="weight")
        case "gradient":
            return Place(node, "grad_input", (SHOWN, model.channel, spot.row, spot.column))
        case "arriving":
            return Place(node, "grad_output", output)
        case "products" if backward and geometry.kind != "conv":
            pixel = _pixel_under(model, place, spot)
            return None if pixel is None else Place(node, "grad_input", (SHOWN, model.channel, *pixel))
        case "products" if backward:
            return Place(node, "grad_weight", (model.unit, within, spot.row, spot.column), name="weight")
        case "result" if backward and geometry.kind == "conv":
            return Place(node, "grad_weight", (model.unit, within, *weight), name="weight")
        case "result" if backward:
            return Place(node, "grad_output", output)
        case "products" | "result" | "filter":
            return Place(node, "output", output)
        case _:
            return None


def _pixel_under(model: SlideModel, place: int, spot: Spot) -> tuple[int, int] | None:
    """Row and column of the pixel under a cell of the window; None on padding."""
    geometry = model.geometry
    top, left = geometry.corner(place)
    row = top + spot.row * geometry.dilation[0] - geometry.padding[0]
    column = left + spot.column * geometry.dilation[1] - geometry.padding[1]
    inside = 0 <= row < geometry.picture[0] and 0 <= column < geometry.picture[1]
    return (row, column) if inside else None
