"""A sliding window's numbers dressed for the screen: how each grid is written and coloured, forward and backward."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from PySide6.QtGui import QColor

from playground.ui.microscopes.cells import NumberFormat, format_for
from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.slide_parts import Box
from playground.ui.theme import appearance, mix
from playground.ui.widgets.tensor_image import colour_pixels, grey_pixels, magnitude, signed_pixels

Pixels = np.ndarray[Any, np.dtype[np.uint32]]
Array = np.ndarray[Any, Any]
Direction = Literal["forward", "backward"]

_WHOLE_BELOW = 1000.0
_ALMOST = 1e-6
_MOST_EXAMINED = 4096
_COLOURS = 3
_PHOTOGRAPH = 16  # pixels of the shorter side from which three planes may be a photograph


class SlideNumbers:
    """The grids of the window microscope by part: patch, filter, products, partial, largest, kept, arriving, sofar.

    `shown` is the map that the window makes: the output forward, its gradient backward. Colours are those of the theme
    in force when this was made. `grey`: the input is a picture of the data set, which is not signed.
    """

    def __init__(self, model: SlideModel, direction: Direction, *, grey: bool) -> None:
        self.model, self.direction, self.grey = model, direction, grey
        gradient = model.gradient
        self.shown: Array = model.output if direction == "forward" or gradient is None else gradient
        self.input_scale = magnitude(model.raw[model.channels.start : model.channels.stop])
        self.output_pixels: Pixels = (
            grey_pixels(self.shown, 0.0, self.input_scale) if self.makes_picture else signed_pixels(self.shown)
        )
        self.formats: dict[str, NumberFormat] = {"patch": written_as(model.plane), "output": written_as(self.shown)}
        self._scales: dict[str, float] = {}
        self._pixels: dict[tuple[int, bool], Pixels] = {}
        if model.kernels is not None:
            self.formats["filter"] = written_as(model.kernels)
        elif (weights := model.filter_at(0)) is not None:
            self.formats["filter"] = format_for(weights)
        (self._prepare_forward if direction == "forward" else self._prepare_backward)()
        self.formats["largest"] = self.formats.get("partial", self.formats["output"])

    def _prepare_forward(self) -> None:
        model, written = self.model, self.formats["output"]
        weights = model.kernels if model.kernels is not None else model.filter_at(0)
        largest = self.input_scale * (0.0 if weights is None else magnitude(weights))
        if model.geometry.kind == "norm":
            largest = self.input_scale**model.power
        scale = magnitude(model.output)
        bounds = np.array([largest])
        whole = _is_whole(model.raw) and weights is not None and _is_whole(weights)
        self.formats |= {"products": _WHOLE if whole else format_for(bounds), "partial": written, "kept": written}
        if whole:
            self.formats["partial"] = _WHOLE
        self._scales |= {"products": largest, "partial": scale, "largest": scale, "kept": scale}

    def _prepare_backward(self) -> None:
        model, arriving = self.model, magnitude(self.shown)
        is_conv = model.geometry.kind == "conv"
        weights = model.filter_at(0)
        share = self.input_scale if is_conv else 1.0 if weights is None else magnitude(weights)
        whole = is_conv and _is_whole(self.shown) and _is_whole(model.raw)
        written = _WHOLE if whole else format_for(np.array([arriving * share]))
        self.formats |= {"arriving": self.formats["output"], "products": written}
        self._scales |= {"arriving": arriving, "products": arriving * share}
        if is_conv:
            total = model.accumulated(model.geometry.places * model.geometry.slices)
            self.formats["sofar"] = written_as(total)
            self._scales["sofar"] = magnitude(total)
            bias = np.array([model.accumulated_bias(model.geometry.places * model.geometry.slices)])
            self.formats["bias_sofar"] = written_as(bias)
            self._scales["bias_sofar"] = magnitude(bias)

    # ---- pixels

    @property
    def makes_picture(self) -> bool:
        """Whether what comes out is a picture again: a given kernel whose weights add up to 1 keeps the brightness."""
        model = self.model
        if not self.grey or self.direction == "backward" or model.geometry.kind != "fixed" or model.is_way_back:
            return False
        return model.kernels is not None and abs(float(model.kernels.sum()) - 1.0) < _ALMOST

    def plane_pixels(self, plane: int | None = None) -> Pixels:
        """The colours of a padded plane; padding has a ground of its own."""
        model = self.model
        number = model.chosen if plane is None else plane
        if (number, plane is None) not in self._pixels:
            values = model.plane_at(number)
            scale = None if plane is None else self.input_scale  # planes side by side can be compared
            pixels = grey_pixels(values, 0.0, self.input_scale) if self.grey else signed_pixels(values, scale)
            padded = np.where(model.outside(number), padding_colour(), pixels)
            self._pixels[number, plane is None] = padded.astype(np.uint32, copy=False)
        return self._pixels[number, plane is None]

    def photograph(self) -> Pixels | None:
        """The three planes of a photograph in colour, padding as elsewhere; None where the input is none."""
        model = self.model
        if min(model.geometry.picture) < _PHOTOGRAPH:
            return None
        if not self.grey or model.plane_count != _COLOURS or len(model.raw) != _COLOURS or model.geometry.thickness > 1:
            return None
        planes = np.stack([model.plane_at(number) for number in range(_COLOURS)])
        pixels = colour_pixels(planes, 0.0, self.input_scale)
        return np.where(model.outside(), padding_colour(), pixels).astype(np.uint32, copy=False)

    def filter_pixels(self, place: int, plane: int | None = None) -> Pixels:
        """Full colour is the largest weight of the whole filter, so that its planes can be compared."""
        model = self.model
        weights = model.filter_at(place, plane)
        assert weights is not None
        return signed_pixels(weights, 1.0 if model.kernels is None else magnitude(model.kernels))

    # ---- grids

    def values(self, part: str, place: int, done: int, plane: int | None = None) -> Array:
        """The numbers in a grid while the window stands at a place and so many windows are done in all."""
        model = self.model
        match part:
            case "patch":
                return model.patch(place, plane)
            case "filter":
                weights = model.filter_at(place, plane)
                assert weights is not None
                return weights
            case "partial":
                sums = model.partial_sums(place)
                return sums if plane is None else sums[plane : plane + 1].reshape(1, 1)
            case "largest":
                return model.partial_sums(place)[self.largest_planes(place)]
            case "arriving" | "kept":
                return np.array([[self.shown[model.geometry.cell(place)]]])
            case "sofar":
                return model.accumulated(done, plane)
            case "bias_sofar":
                return np.array([[model.accumulated_bias(done)]])
            case _ if self.direction == "backward":
                return model.handed_back(place, plane)
            case _:
                products = model.products(place, plane)
                assert products is not None
                return products

    def largest_planes(self, place: int, count: int = 6) -> list[int]:
        """The planes whose sums are largest in size, the largest first."""
        sums = np.abs(np.nan_to_num(self.model.partial_sums(place)))
        return [int(plane) for plane in np.argsort(-sums, kind="stable")[:count]]

    def cells(self, box: Box, place: int, done: int) -> tuple[Array, Pixels, Array | None]:
        """Numbers, colours, and which cells are faint (padding), laid out in the shape of the grid."""
        geometry = self.model.geometry
        values = self.values(box.part, place, done, box.plane)
        if box.part == "patch":
            under = geometry.patch(self.plane_pixels(box.plane), place)
            return values, under, self.model.padding_under(place, box.plane)
        if box.part == "filter":
            return values, self.filter_pixels(place, box.plane), None
        pixels = signed_pixels(values, self._scales[box.part])
        if values.shape == box.shape:
            return values, pixels, None
        laid, colours = np.zeros(box.shape[0] * box.shape[1]), np.zeros(box.shape[0] * box.shape[1], dtype=np.uint32)
        colours[:] = np.uint32(QColor(appearance.theme.canvas).rgb())
        laid[: values.size], colours[: values.size] = values.reshape(-1), pixels.reshape(-1)
        return laid.reshape(box.shape), colours.reshape(box.shape), None


_WHOLE = NumberFormat(0)


def written_as(grid: Array) -> NumberFormat:
    """How a grid is written: small whole numbers without decimals."""
    return _WHOLE if _is_whole(grid) else format_for(grid)


def _is_whole(grid: Array) -> bool:
    """Whether these are few small whole numbers, not all zero."""
    if grid.size > _MOST_EXAMINED or not grid.any():
        return False
    return bool(np.all(np.isfinite(grid)) and np.abs(grid).max() < _WHOLE_BELOW and np.all(grid == np.rint(grid)))


def padding_colour() -> np.uint32:
    """The ground of cells that are no numbers of the picture."""
    theme = appearance.theme
    return np.uint32(QColor(theme.canvas_dot if theme.is_dark else mix(theme.canvas, theme.border, 0.6)).rgb())
