"""Stamped numbers dressed for the screen: how each grid is written and coloured, forward and backward."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PySide6.QtGui import QColor

from playground.ui.microscopes.cells import format_for
from playground.ui.microscopes.scatter_geometry import Pair
from playground.ui.microscopes.scatter_layout import Direction
from playground.ui.microscopes.scatter_model import Reached, ScatterModel
from playground.ui.microscopes.spot import Spot, Touched
from playground.ui.theme import appearance
from playground.ui.widgets.tensor_image import grey_pixels, magnitude, signed_pixels

Pixels = np.ndarray[Any, np.dtype[np.uint32]]
Array = np.ndarray[Any, Any]


@dataclass
class ScatterState(Touched):
    """Where the stamp lies, how many stamps are done, which cell and which weight are written out, what is touched.

    `place` counts the numbers of the shown channel, `filled` the stamps (backward: the places) that are done, `cell`
    is one of the output. `lights` are spots in roles of the theme.
    """

    place: int = 0
    filled: int = 0
    cell: Pair = (0, 0)
    weight: Pair = (0, 0)
    lights: dict[Spot, str] = field(default_factory=dict[Spot, str])


class ScatterNumbers:
    """The pictures and grids by key. Colours are those of the theme in force when this was made."""

    def __init__(self, model: ScatterModel, direction: Direction, *, grey: bool) -> None:
        self.model, self.direction, self.grey = model, direction, grey
        backward = direction == "backward"
        plane = magnitude(model.plane)
        kernel = 1.0 if model.geometry.kind == "unpool" else magnitude(model.kernel())
        shown = model.gradient if backward else None
        self.shown: Array = model.output if shown is None else shown
        arriving = magnitude(self.shown)
        self._scales = {
            "number": plane,
            "terms_x": plane,
            "kernel": kernel,
            "terms_w": kernel,
            "stamp": plane * kernel,
            "terms_p": plane * kernel,
            "output": arriving,
            "parts": arriving,
            "patch": arriving,
            "handed": arriving * kernel,
            "added": arriving * plane,
        }
        self.formats = {key: format_for(np.array([scale])) for key, scale in self._scales.items()}
        if model.geometry.kind == "conv":
            self.formats["kernel"] = self.formats["terms_w"] = format_for(model.kernel())
        self.formats["output"] = self.formats["patch"] = self.formats["parts"] = format_for(self.shown)
        self.formats["number"] = self.formats["terms_x"] = self.formats["input"] = format_for(model.plane)
        if model.switches is not None:
            self._take("switches", model.switches)
            self.formats["window"], self._scales["window"] = self.formats["switches"], self._scales["switches"]
        gradient = model.input_gradient
        if backward and gradient is not None:
            self._take("gradient", gradient)
            if model.geometry.kind == "unpool":
                self.formats["number"], self._scales["number"] = self.formats["gradient"], self._scales["gradient"]
            else:
                self._take("sofar", model.accumulated(model.geometry.places))

    def _take(self, key: str, values: Array) -> None:
        self.formats[key], self._scales[key] = format_for(values), magnitude(values)

    def picture(self, key: str, filled: int) -> tuple[Array, Pixels]:
        """The numbers and colours of a picture; the canvas after so many stamps."""
        model = self.model
        if key == "input":
            return model.plane, grey_pixels(model.plane, 0.0) if self.grey else signed_pixels(model.plane)
        if key == "gradient":
            gradient = model.input_gradient
            assert gradient is not None
            return gradient, signed_pixels(gradient)
        if key == "switches":
            assert model.switches is not None
            return model.switches, signed_pixels(model.switches)
        values = model.blame if self.direction == "backward" else model.drawn(filled)
        return values, signed_pixels(values, self._scales["output"] or None)

    def values(self, key: str, state: ScatterState) -> Array:
        """The numbers in a grid while the stamp lies at a place."""
        model, place = self.model, state.place
        match key:
            case "number" if model.geometry.kind == "unpool" and self.direction == "backward":
                gradient = model.input_gradient
                assert gradient is not None
                return np.array([[gradient[model.geometry.cell(place)]]])
            case "number":
                return np.array([[model.plane[model.geometry.cell(place)]]])
            case "kernel":
                return model.kernel(place)
            case "stamp":
                return model.stamp(place)
            case "parts":
                return model.parts(state.cell, state.filled)[None]
            case "window":
                return model.window(place)
            case "patch":
                return model.patch(place)
            case "handed":
                return model.handed(place)
            case "added":
                return model.added(place)
            case _:
                return model.accumulated(state.filled)

    def value(self, spot: Spot, shape: Pair, state: ScatterState) -> float | None:
        """The number under a spot of a picture or grid of that shape."""
        if spot.part in ("input", "gradient", "switches", "output"):
            values, _ = self.picture(spot.part, state.filled)
        else:
            values, _, _ = self.cells(spot.part, shape, state)
        return float(values[spot.row, spot.column]) if spot.row < len(values) else None

    def cells(self, key: str, shape: Pair, state: ScatterState) -> tuple[Array, Pixels, Array | None]:
        """Numbers, colours, and which cells are faint: those that are cut off, or still to come."""
        if key.startswith("terms_"):
            return self._terms(key, shape, state)
        values = self.values(key, state)
        if key == "number" and self.grey and self.direction == "forward":
            whole = self.model.plane
            pixels = grey_pixels(values, min(0.0, float(whole.min())), float(whole.max()) or 1.0)
            return values, pixels, None
        return values, signed_pixels(values, self._scales[key] or None), self._cut(key, state)

    def _cut(self, key: str, state: ScatterState) -> Array | None:
        """Which cells under the stamp are cut off."""
        geometry = self.model.geometry
        if key not in ("stamp", "patch", "handed", "added", "window") or not any((*geometry.padding, *geometry.beyond)):
            return None
        outside = np.ones(geometry.canvas, dtype=bool)
        outside[geometry.inside] = False
        return outside[geometry.under(state.place)]

    def _terms(self, key: str, shape: Pair, state: ScatterState) -> tuple[Array, Pixels, Array | None]:
        terms = shown_terms(self.model.reached(state.cell, state.filled), shape[0])
        values, faint = np.zeros(shape), np.ones(shape, dtype=bool)
        pixels = np.full(shape, np.uint32(QColor(appearance.theme.canvas).rgb()))
        for row, term in enumerate(terms):
            values[row, 0] = {"terms_x": term.number, "terms_w": term.weight, "terms_p": term.product}[key]
            faint[row, 0] = not term.done
        used = slice(0, len(terms))
        if self.grey and key == "terms_x":
            plane = self.model.plane
            pixels[used] = grey_pixels(values[used], min(0.0, float(plane.min())), float(plane.max()) or 1.0)
        else:
            pixels[used] = signed_pixels(values[used], self._scales[key] or None)
        return values[used], pixels[used], faint[used]


def shown_terms(terms: list[Reached], rows: int) -> list[Reached]:
    """As many as there is room for, the largest ones, in the order in which they come."""
    if len(terms) <= rows:
        return terms
    kept = sorted(range(len(terms)), key=lambda place: -abs(terms[place].product))[:rows]
    return [terms[place] for place in sorted(kept)]
