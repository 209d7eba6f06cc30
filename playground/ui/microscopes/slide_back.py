"""The way back through a convolution: the flipped filter walks over the blame and makes the input's gradient. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.ui.microscopes.base import SHOWN
from playground.ui.microscopes.slide_arrays import Array, volume
from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.spot import Spot
from playground.ui.microscopes.window_geometry import WindowGeometry

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place
    from playground.engine.arithmetic.sliding import Sliding
    from playground.engine.trace import Frame


class WalkBack(SlideModel):
    """∂E/∂x of one input channel as a convolution of its own.

    Its planes are the blame maps ∂E/∂z of the filters over that channel, spread apart by the stride and padded; its
    window is each filter turned by 180 degrees; its output is the input's gradient. So unit and channel change places:
    `unit` is the input channel, and `channel` the filter whose plane is chosen.
    """

    is_way_back = True
    _channel_noun = "filter"

    def __init__(self, frame: Frame, unit: int, channel: int = 0, offset: int = 0, depth: int = 0) -> None:
        """`unit` is an input channel, `channel` a filter, `depth` a slice of the input."""
        from playground.engine.arithmetic.filters import filters_over, groups, kernels

        assert frame.grad_output is not None
        self.frame = frame
        self.forward = WindowGeometry.of(frame)
        self.geometry = geometry = _turned(self.forward, groups(frame))
        self.unit = unit
        self.depth = min(max(depth, 0), geometry.slices - 1)
        self.channels = filters_over(frame, unit)
        self._choose(channel, offset)
        self.raw = volume(frame.grad_output[SHOWN], geometry.dimensions)
        handed = volume(frame.grad_inputs[0][SHOWN], geometry.dimensions)
        self.output = handed[unit, self.depth]
        within = unit - self.forward.channels_of(self.channels.start).start
        filters = kernels(frame)[self.channels.start : self.channels.stop, within]
        axes = tuple(range(1, filters.ndim))
        self.kernels = np.flip(filters, axes).reshape(-1, *geometry.kernel)
        self._slices = _spread(self.forward.depth, 0) if self.forward.depth is not None else np.zeros(1, int)
        self._rows, self._columns = (_spread(self.forward.sliding, axis) for axis in (0, 1))
        self._keep_nothing()

    @property
    def plane_noun(self) -> str:
        return "filter" if self.geometry.thickness == 1 else "slice"

    @property
    def offset_of_weights(self) -> int:
        return self.geometry.thickness - 1 - self.offset

    @property
    def filter_name(self) -> str:
        return "turned filter"

    @property
    def bias(self) -> float | None:
        return None

    @property
    def gradient(self) -> Array | None:
        return None

    def strongest(self, *, backward: bool = False) -> int:
        return int(np.abs(np.nan_to_num(self.frame.grad_inputs[0][SHOWN][self.unit])).argmax())

    def input_gradient_at(self, number: int) -> Array | None:
        """None: what is handed back is the output here."""
        del number

    def slice_of(self, offset: int) -> int:
        depth = self.geometry.depth
        return 0 if depth is None else int(self._slices[self.depth + offset * depth.dilation[0]])

    # ---- where the numbers stand

    def output_place(self, place: int, kind: str = "grad_input") -> Place:
        return self._place("grad_input", (SHOWN, self.unit, *self._cell_index(place)))

    def input_place(self, row: int, column: int, plane: int | None = None, kind: str = "grad_output") -> Place | None:
        return super().input_place(row, column, plane, "grad_output")

    def weight_place(self, row: int, column: int, plane: int | None = None, kind: str = "weight") -> Place | None:
        height, width = self.geometry.kernel
        row, column = height - 1 - row, width - 1 - column
        filter_, offset = self.plane_of(self.chosen if plane is None else plane)
        if self.forward.kind == "fixed":
            return self._place("buffer", (row, column), "kernel")
        at = self.geometry.index(self.geometry.thickness - 1 - offset, row, column)
        within = self.unit - self.forward.channels_of(filter_).start
        return self._place("weight", (filter_, within, *at), "weight")

    # ---- which cells show a recorded number

    def spots_of(self, place: Place, source: str) -> list[Spot]:
        index = place.index
        if place.node != self.frame.node:
            return []
        match place.kind:
            case "grad_output":
                return self._input_spots(index)
            case "grad_input":
                return self._output_spots(index)
            case "weight" if place.name == "weight" and index[0] in self.channels:
                within = self.unit - self.forward.channels_of(index[0]).start
                return self._weight_spots(index[0], index[2:]) if index[1] == within else []
            case "buffer":
                return self._weight_spots(self.channel, index)
            case _:
                return []

    def _weight_spots(self, filter_: int, index: tuple[int, ...]) -> list[Spot]:
        offset, row, column = self._cell_of(index)
        thickness, (height, width) = self.geometry.thickness, self.geometry.kernel
        plane = (filter_ - self.channels.start) * thickness + thickness - 1 - offset
        return [Spot("filter", height - 1 - row, width - 1 - column, plane)]


def model_of(
    frame: Frame, way: str, unit: int, channel: int, offset: int, depth: int, now: SlideModel | None = None
) -> SlideModel:
    """The numbers of a filter and an input channel; on the `way` to the "input" those of the walk back.

    If `now` is that already, it is kept with all that it has worked out.
    """
    kind, seen = SlideModel, (unit, channel, offset, depth)
    if way == "input":
        kind, seen = WalkBack, (channel, unit, offset, depth)
    if now is None or type(now) is not kind or now.frame is not frame:
        return kind(frame, *seen)
    return now if (now.unit, now.channel, now.offset, now.depth) == seen else kind(frame, *seen)


def _spread(found: Sliding, axis: int) -> Array:
    """For each position along the spread and padded blame map the place it came from, -1 where a zero stands.

    Place r stands at r s + d (k − 1) − p: there the turned window meets it when it stands at a pixel that the filter
    covered at that place.
    """
    stride, padding = found.stride[axis], found.padding[axis]
    reach = found.dilation[axis] * (found.kernel[axis] - 1)
    source = np.full(found.picture[axis] + reach, -1)
    at = np.arange(found.places[axis]) * stride + reach - padding
    inside = (at >= 0) & (at < len(source))
    source[at[inside]] = np.arange(found.places[axis])[inside]
    return source


def _turned(forward: WindowGeometry, groups: int) -> WindowGeometry:
    """The geometry of the way back: stride 1 over a map whose padding is already counted in."""
    from playground.engine.arithmetic.sliding import Sliding

    def turn(found: Sliding) -> Sliding:
        reach = [d * (k - 1) for d, k in zip(found.dilation, found.kernel, strict=True)]
        wide = tuple(extent + r for extent, r in zip(found.picture, reach, strict=True))
        one, none = (1,) * len(wide), (0,) * len(wide)
        return Sliding(wide, found.picture, found.kernel, one, none, found.dilation)

    depth = None if forward.depth is None else turn(forward.depth)
    units, channels = forward.channels, forward.units
    return WindowGeometry(
        "conv", channels, units, groups, turn(forward.sliding), dimensions=forward.dimensions, depth=depth
    )
