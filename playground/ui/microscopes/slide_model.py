"""The numbers behind a sliding window: patch, filter, products, partial sums and result at every place. No Qt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from playground.ui.microscopes.base import SHOWN
from playground.ui.microscopes.slide_arrays import (
    VOLUME,
    Array,
    KeptArrays,
    correlation,
    meetings,
    padded_source,
    volume,
)
from playground.ui.microscopes.slide_pooling import slopes, switches
from playground.ui.microscopes.spot import Spot
from playground.ui.microscopes.window_geometry import WindowGeometry

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place
    from playground.engine.trace import Frame


class SlideModel:
    """One unit (filter, or channel of a pooling layer) of one recorded window layer, for the shown example.

    The unit looks at *planes*: the channels of its group and, in a volume, each slice of them that the window covers.
    One of them is the chosen one. Of a volume the output's slice `depth` is shown. Sequences are pictures of height 1.
    """

    def __init__(self, frame: Frame, unit: int, channel: int = 0, offset: int = 0, depth: int = 0) -> None:
        self.frame = frame
        self.geometry = WindowGeometry.of(frame)
        self.unit = unit
        self.depth = min(max(depth, 0), self.geometry.slices - 1)
        self.channels = self.geometry.channels_of(unit)
        self._choose(channel, offset)
        geometry = self.geometry
        self.raw: Array = volume(frame.inputs[0][SHOWN], geometry.dimensions)
        self.output: Array = self._unit_map(frame.output[SHOWN])
        self.kernels: Array | None = self._kernels() if geometry.kind in ("conv", "fixed") else None
        self._rows = padded_source(geometry.padding[0], geometry.picture[0], geometry.beyond[0])
        self._columns = padded_source(geometry.padding[1], geometry.picture[1], geometry.beyond[1])
        self._keep_nothing()

    def _keep_nothing(self) -> None:
        """What has been worked out is kept: planes, where padding is, sums at a place, gradients so far."""
        self._planes: dict[int, Array] = {}
        self._kept = KeptArrays()

    def _choose(self, channel: int, offset: int) -> None:
        self.channel = min(max(channel, self.channels.start), self.channels.stop - 1)
        self.offset = min(max(offset, 0), self.geometry.thickness - 1)
        self.chosen = (self.channel - self.channels.start) * self.geometry.thickness + self.offset

    def _kernels(self) -> Array:
        """The unit's filter, (planes, kernel height, kernel width), learnt, standardised or fixed."""
        from playground.engine.arithmetic.filters import kernels

        frame, unit = self.frame, self.unit
        if "weight" in frame.weights:  # only this filter is worked out
            frame = replace(frame, weights={"weight": frame.weights["weight"][unit : unit + 1]})
            unit = 0
        return kernels(frame)[unit].reshape(-1, *self.geometry.kernel)

    def _unit_map(self, maps: Array) -> Array:
        """The unit's map among those of the layer, (rows, columns); a single number where the window is `whole`."""
        return maps[self.unit].reshape(self.geometry.slices, *self.geometry.output)[self.depth]

    # ---- planes

    @property
    def offset_of_weights(self) -> int:
        """Which slice of the recorded filters the chosen plane is multiplied by."""
        return self.offset

    is_way_back = False
    """Whether this is the way back from the blame to the input's gradient."""

    @property
    def plane_noun(self) -> str:
        """What a plane is."""
        return "channel" if self.geometry.thickness == 1 else "slice"

    @property
    def filter_name(self) -> str:
        """What the numbers are called by which the patch is multiplied."""
        return "standardised filter" if self.frame.type == "ws_conv2d" else "filter"

    @property
    def gradient_name(self) -> str:
        """What the windows add up to, going backward."""
        return "gradient of ŵ so far" if self.frame.type == "ws_conv2d" else "gradient so far"

    def plane_name(self, number: int) -> str:
        """How a plane is called: "channel 2", "channel 1, slice 4"."""
        channel, offset = self.plane_of(number)
        if self.geometry.thickness == 1:
            return f"{self._channel_noun} {channel + 1}"
        at = self.slice_of(offset)
        where = "a slice of padding" if at < 0 else f"slice {at}"
        return f"{self._channel_noun} {channel + 1}, {where}" if len(self.channels) > 1 else where

    _channel_noun = "channel"

    @property
    def plane_count(self) -> int:
        return len(self.channels) * self.geometry.thickness

    def plane_of(self, number: int) -> tuple[int, int]:
        """The channel of a plane, and which of the slices under the window it is."""
        channel, offset = divmod(number, self.geometry.thickness)
        return self.channels.start + channel, offset

    def slice_of(self, offset: int) -> int:
        """The input's slice at an offset within the window; -1 on padding."""
        depth = self.geometry.depth
        if depth is None:
            return 0
        at = self.depth * depth.stride[0] - depth.padding[0] + offset * depth.dilation[0]
        return at if 0 <= at < depth.picture[0] else -1

    def plane_at(self, number: int) -> Array:
        """A plane with its padding, (rows, columns)."""
        if number not in self._planes:
            channel, offset = self.plane_of(number)
            at = self.slice_of(offset)
            raw = self.raw[channel, at][np.ix_(self._rows, self._columns)]
            self._planes[number] = np.where(self.outside(number), raw.dtype.type(0), raw)
        return self._planes[number]

    def outside(self, number: int | None = None) -> Array:
        """Which cells of a plane (default: the chosen one) are padding, (rows, columns) of booleans."""
        _, offset = self.plane_of(self.chosen if number is None else number)
        beyond = self.slice_of(offset) < 0
        edges = (self._rows < 0)[:, None], (self._columns < 0)[None, :]
        return self._kept.get(("outside", beyond), lambda: edges[0] | edges[1] | beyond)

    @property
    def plane(self) -> Array:
        """The padded plane that is chosen."""
        return self.plane_at(self.chosen)

    def patches(self, place: int) -> Array:
        """What lies under the window on all planes, (planes, kernel height, kernel width)."""
        geometry = self.geometry
        rows, columns = self._rows[geometry.rows(place)], self._columns[geometry.columns(place)]
        slices = np.array([self.slice_of(offset) for offset in range(geometry.thickness)])
        at = (slices[:, None, None], rows[None, :, None], columns[None, None, :])
        under = self.raw[self.channels.start : self.channels.stop, *at]
        inside = (slices >= 0)[:, None, None] & (rows >= 0)[None, :, None] & (columns >= 0)[None, None, :]
        return np.where(inside, under, under.dtype.type(0)).reshape(-1, *geometry.kernel)

    # ---- the arithmetic of one place

    def patch(self, place: int, plane: int | None = None) -> Array:
        """What lies under the window on a plane."""
        return self.geometry.patch(self.plane_at(self.chosen if plane is None else plane), place)

    def padding_under(self, place: int, plane: int | None = None) -> Array | None:
        """Which cells under the window are padding; None if none is."""
        under = self.geometry.patch(self.outside(plane), place)
        return under if under.any() else None

    def filter_at(self, place: int, plane: int | None = None) -> Array | None:
        """The filter's numbers for a plane; in means the equal shares, in sums ones; None in maxima and norms."""
        if self.kernels is not None:
            return self.kernels[self.chosen if plane is None else plane]
        if self.geometry.kind in ("max", "norm"):
            return None
        if self.geometry.kind == "sum":
            return np.ones(self.geometry.kernel)
        return self.geometry.counted_under(place) * self.share(place)

    @property
    def bias(self) -> float | None:
        bias = self.frame.weights.get("bias") if self.geometry.kind == "conv" else None
        return None if bias is None else float(bias[self.unit])

    @property
    def power(self) -> float:
        """The p of a norm."""
        return float(self.frame.params.get("norm_type", 2.0))  # type: ignore[arg-type]

    def products(self, place: int, plane: int | None = None) -> Array | None:
        """Patch × filter on a plane; the powers |x|^p of a norm."""
        if self.geometry.kind == "norm":
            return np.abs(self.patch(place)) ** self.power
        weights = self.filter_at(place, plane)
        return None if weights is None else self.patch(place, plane) * weights

    def partial_sums(self, place: int) -> Array:
        """The sum of the products on each plane that the unit looks at."""
        if self.kernels is None:
            products = self.products(place)
            return np.array([0.0 if products is None else products.sum()])
        kernels = self.kernels
        return self._kept.get(("sums", place), lambda: np.einsum("kij,kij->k", self.patches(place), kernels))

    def value(self, place: int) -> float:
        """What torch computed there."""
        return float(self.output[self.geometry.cell(place)])

    def winner(self, place: int) -> tuple[int, int]:
        """Max pooling: row and column, on the padded picture, of the pixel that was kept; of equal ones the first."""
        geometry = self.geometry
        inside = np.where(geometry.patch(self.outside(), place), -np.inf, self.patch(place))
        row, column = np.unravel_index(int(inside.argmax()), inside.shape)
        top, left = geometry.corner(place)
        return top + int(row) * geometry.dilation[0], left + int(column) * geometry.dilation[1]

    @property
    def switches(self) -> Array:
        """Max pooling: the winner of every place, (places, 2)."""
        return self._kept.get("switches", lambda: switches(self))

    def correlation(self, place: int) -> float | None:
        """How alike patch and filter are, −1 to 1, over all planes; None where either does not vary."""
        return None if self.kernels is None else correlation(self.patches(place), self.kernels)

    def share(self, place: int) -> float:
        """The part of a mean that each pixel of the window has."""
        return 1.0 / self.geometry.counted(place)

    # ---- something to look at first

    def strongest(self, *, backward: bool = False) -> int:
        """The place with the largest result (backward: the most blame), counted over all slices."""
        gradient = self.frame.grad_output
        shown = gradient if backward and gradient is not None else self.frame.output
        return int(np.abs(np.nan_to_num(shown[SHOWN][self.unit])).argmax())

    def strongest_weight(self) -> tuple[int, int]:
        """The weight of the shown plane with the largest gradient."""
        total = np.abs(self.accumulated(self.geometry.places * self.geometry.slices))
        row, column = np.unravel_index(int(total.argmax()), total.shape)
        return int(row), int(column)

    # ---- backward

    @property
    def gradient(self) -> Array | None:
        """∂E / ∂(output map), or None without a loss."""
        return None if self.frame.grad_output is None else self._unit_map(self.frame.grad_output[SHOWN])

    @property
    def input_gradient(self) -> Array | None:
        """∂E / ∂(input) of the chosen plane: what all units together hand back. None on padding."""
        return self.input_gradient_at(self.chosen)

    def input_gradient_at(self, number: int) -> Array | None:
        """∂E / ∂(input) of a plane."""
        channel, offset = self.plane_of(number)
        at = self.slice_of(offset)
        if not self.frame.grad_inputs or at < 0:
            return None
        return volume(self.frame.grad_inputs[0][SHOWN], self.geometry.dimensions)[channel, at]

    def handed_back(self, place: int, plane: int | None = None) -> Array:
        """What the window at this place does with the gradient that arrives there.

        Convolution: what it adds to the gradient of the filter's plane, patch × ∂E/∂z. Pooling: what it hands to the
        pixels under it.
        """
        gradient = self.gradient
        assert gradient is not None
        slope = self.patch(place, plane) if self.geometry.kind == "conv" else slopes(self, place)
        return slope * float(gradient[self.geometry.cell(place)])

    def accumulated(self, places: int, plane: int | None = None) -> Array:
        """The filter's gradient (one plane) after the first so many windows, slice after slice, of this example."""
        number = self.chosen if plane is None else plane
        return self._kept.get(("gradient", places, number), lambda: self._accumulate(places, number))

    def accumulated_bias(self, places: int) -> float:
        """The gradient of the bias after the first so many windows: the blame that arrived there, added up."""
        assert self.frame.grad_output is not None
        return float(self.frame.grad_output[SHOWN][self.unit].reshape(-1)[:places].sum())

    def _accumulate(self, places: int, number: int) -> Array:
        depths, rest = divmod(places, self.geometry.places)
        assert self.frame.grad_output is not None
        arriving = self.frame.grad_output[SHOWN][self.unit].reshape(self.geometry.slices, *self.geometry.output)
        total = np.zeros(self.geometry.kernel)
        for depth in range(min(self.geometry.slices, depths + bool(rest))):
            here = self if depth == self.depth else self._at_depth(depth)
            full = self.geometry.places if depth < depths else rest
            total += meetings(here.geometry, here.plane_at(number), arriving[depth], full)
        return total

    def _at_depth(self, depth: int) -> SlideModel:
        """The same unit at another slice of the output."""
        return SlideModel(self.frame, self.unit, self.channel, self.offset, depth)

    def met(self, row: int, column: int) -> Array:
        """The pixels that one weight of the filter met, laid out as the output map."""
        return self.plane[self.geometry.met(row, column)]

    # ---- where the numbers stand

    def output_place(self, place: int, kind: str = "output") -> Place:
        """The recorded number that the window makes at a place."""
        return self._place(kind, (SHOWN, self.unit, *self._cell_index(place)))

    def _cell_index(self, place: int) -> tuple[int, ...]:
        if self.geometry.whole:
            return ()
        return self.geometry.index(self.depth, *self.geometry.cell(place))

    def input_place(self, row: int, column: int, plane: int | None = None, kind: str = "input") -> Place | None:
        """The recorded number under a cell of a padded plane; None on padding."""
        number = self.chosen if plane is None else plane
        if self.outside(number)[row, column]:
            return None
        channel, offset = self.plane_of(number)
        at = self.geometry.index(self.slice_of(offset), int(self._rows[row]), int(self._columns[column]))
        return self._place(kind, (SHOWN, channel, *at))

    def weight_place(self, row: int, column: int, plane: int | None = None, kind: str = "weight") -> Place | None:
        """The weight at a cell of the window; None in pooling."""
        channel, offset = self.plane_of(self.chosen if plane is None else plane)
        if self.geometry.kind == "fixed":
            return self._place("buffer", (row, column), "kernel") if kind == "weight" else None
        if self.geometry.kind != "conv":
            return None
        at = self.geometry.index(offset, row, column)
        return self._place(kind, (self.unit, channel - self.channels.start, *at), "weight")

    def bias_place(self, kind: str = "weight") -> Place | None:
        """The filter's bias, or its gradient."""
        return None if self.bias is None else self._place(kind, (self.unit,), "bias")

    # ---- which cells show a recorded number

    def spots_of(self, place: Place, source: str) -> list[Spot]:
        """The cells that show the number at a place; `source` is the layer that feeds this one."""
        index, node = place.index, self.frame.node
        if place.node == source and place.kind == "output":
            return self._input_spots(index)
        if place.node != node:
            return []
        match place.kind:
            case "input":
                return self._input_spots(index)
            case "output" | "grad_output":
                return self._output_spots(index)
            case "weight" | "grad_weight" if place.name == "bias":
                part = "bias" if place.kind == "weight" else "bias_sofar"
                return [Spot(part)] if index[0] == self.unit else []
            case "weight" | "grad_weight" if index[0] == self.unit:
                offset, row, column = self._cell_of(index[2:])
                plane = index[1] * self.geometry.thickness + offset
                return [Spot("filter" if place.kind == "weight" else "sofar", row, column, plane)]
            case "buffer":
                return [Spot("filter", index[0], index[1], self.chosen)]
            case "grad_input" if index[1] == self.channel:
                at, row, column = self._cell_of(index[2:])
                return [Spot("gradient", row, column)] if at == self.slice_of(self.offset) else []
            case _:
                return []

    def _cell_of(self, index: tuple[int, ...]) -> tuple[int, int, int]:
        """A place in the layer's own dimensions as slice, row and column."""
        at = (0,) * (VOLUME - 1 - len(index)) + index
        return at[0], at[1], at[2]

    def _output_spots(self, index: tuple[int, ...]) -> list[Spot]:
        depth, row, column = self._cell_of(index[2:])
        return [Spot("output", row, column)] if index[1] == self.unit and depth == self.depth else []

    def _input_spots(self, index: tuple[int, ...]) -> list[Spot]:
        at, row, column = self._cell_of(index[2:])
        if index[1] not in self.channels:
            return []
        rows, columns = np.flatnonzero(self._rows == row), np.flatnonzero(self._columns == column)
        first = (index[1] - self.channels.start) * self.geometry.thickness
        return [
            Spot("input", int(rows[0]), int(columns[0]), first + offset)
            for offset in range(self.geometry.thickness)
            if self.slice_of(offset) == at and len(rows) and len(columns)
        ]

    def _place(self, kind: str, index: tuple[int, ...], name: str = "") -> Place:
        from playground.engine.arithmetic import Place

        return Place(self.frame.node, kind, index, name=name)  # type: ignore[arg-type]
