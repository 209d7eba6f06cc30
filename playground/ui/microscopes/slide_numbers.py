"""A sliding window's numbers dressed for the screen: how each grid is written and coloured, forward and backward."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from PySide6.QtGui import QColor

from playground.ui.microscopes.cells import NumberFormat, format_for
from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.theme import appearance
from playground.ui.widgets.tensor_image import grey_pixels, magnitude, signed_pixels

Pixels = np.ndarray[Any, np.dtype[np.uint32]]
Array = np.ndarray[Any, Any]
Direction = Literal["forward", "backward"]


class SlideNumbers:
    """The grids of the window microscope by key: patch, filter, products, partial, kept, arriving, sofar.

    `shown` is the map on the right: the output forward, its gradient backward. Colours are those of the theme in force
    when this was made.
    """

    def __init__(self, model: SlideModel, direction: Direction, *, grey: bool) -> None:
        self.model, self.direction, self.grey = model, direction, grey
        plane = model.plane
        gradient = model.gradient
        self.shown: Array = model.output if direction == "forward" or gradient is None else gradient
        self.input_pixels: Pixels = grey_pixels(plane, 0.0) if grey else signed_pixels(plane)
        self.output_pixels: Pixels = signed_pixels(self.shown)
        self.formats: dict[str, NumberFormat] = {"patch": format_for(plane), "output": format_for(self.shown)}
        self._scales: dict[str, float] = {}
        weights = model.filter_at(0)
        if weights is not None:
            self.formats["filter"] = format_for(weights)
        (self._prepare_forward if direction == "forward" else self._prepare_backward)()

    def _prepare_forward(self) -> None:
        weights = self.model.filter_at(0)
        largest = magnitude(self.model.plane) * (0.0 if weights is None else magnitude(weights))
        written, scale = self.formats["output"], magnitude(self.model.output)
        self.formats |= {"products": format_for(np.array([largest])), "partial": written, "kept": written}
        self._scales |= {"products": largest, "partial": scale, "kept": scale}

    def _prepare_backward(self) -> None:
        model, arriving = self.model, magnitude(self.shown)
        is_conv = model.geometry.kind == "conv"
        weights = model.filter_at(0)
        share = magnitude(model.plane) if is_conv else 1.0 if weights is None else magnitude(weights)
        self.formats |= {"arriving": self.formats["output"], "products": format_for(np.array([arriving * share]))}
        self._scales |= {"arriving": arriving, "products": arriving * share}
        if is_conv:
            total = model.accumulated(model.geometry.places)
            self.formats["sofar"] = format_for(total)
            self._scales["sofar"] = magnitude(total)

    def filter_pixels(self, place: int) -> Pixels:
        """Full colour is the largest weight of the whole filter, so that its planes can be compared."""
        model = self.model
        weights = model.filter_at(place)
        assert weights is not None
        return signed_pixels(weights, 1.0 if model.weights is None else magnitude(model.weights))

    def values(self, key: str, place: int, filled: int) -> Array:
        """The numbers in a grid while the window stands at a place and so many places are done."""
        model = self.model
        if key == "patch":
            return model.patch(place)
        if key == "filter":
            weights = model.filter_at(place)
            assert weights is not None
            return weights
        if key == "partial":
            return model.partial_sums(place)
        if key in ("arriving", "kept"):
            return np.array([[self.shown[model.geometry.cell(place)]]])
        if key == "sofar":
            return model.accumulated(filled)
        if self.direction == "backward":
            return model.handed_back(place)
        products = model.products(place)
        assert products is not None
        return products

    def cells(self, key: str, shape: tuple[int, int], place: int, filled: int) -> tuple[Array, Pixels, Array | None]:
        """Numbers, colours, and which cells are faint (padding), laid out in the shape of the grid."""
        geometry = self.model.geometry
        values = self.values(key, place, filled)
        if key == "patch":
            return values, geometry.patch(self.input_pixels, place), geometry.padding_under(place)
        if key == "filter":
            return values, self.filter_pixels(place), None
        pixels = signed_pixels(values, self._scales[key])
        if values.shape == shape:
            return values, pixels, None
        laid, colours = np.zeros(shape[0] * shape[1]), np.zeros(shape[0] * shape[1], dtype=np.uint32)
        colours[:] = np.uint32(QColor(appearance.theme.canvas).rgb())
        laid[: values.size], colours[: values.size] = values, pixels
        return laid.reshape(shape), colours.reshape(shape), None
