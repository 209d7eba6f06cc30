"""The numbers behind stamps: kernel, product, what has been painted so far, and both gradients. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.ui.microscopes.base import SHOWN
from playground.ui.microscopes.scatter_geometry import Pair, ScatterGeometry

if TYPE_CHECKING:
    from playground.engine.trace import Frame

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Reached:
    """One number × one weight that lands on a cell: where the number stands, which weight, and whether it is done."""

    row: int
    column: int
    i: int
    j: int
    number: float
    weight: float
    done: bool

    @property
    def product(self) -> float:
        return self.number * self.weight


class ScatterModel:
    """One map of the output of one recorded layer, and one of the channels stamped onto it, for the shown example."""

    def __init__(self, frame: Frame, unit: int, channel: int = 0) -> None:
        self.frame = frame
        self.geometry = geometry = ScatterGeometry.of(frame)
        self.unit = unit
        self.channels = geometry.channels_of(unit)
        self.channel = min(max(channel, self.channels.start), self.channels.stop - 1)
        self.inputs = _maps(frame.inputs[0][SHOWN])
        self.output = _maps(frame.output[SHOWN])[unit]
        self._drawn: tuple[int, Array] | None = None

    # ---- what is there

    @property
    def order(self) -> int:
        """The how-manieth of the channels is shown."""
        return self.channel - self.channels.start

    @property
    def within(self) -> int:
        """Which of the channel's kernels paints this map: the second index of the weights."""
        return self.unit - self.geometry.units_of(self.channel).start

    @property
    def plane(self) -> Array:
        """The input channel that is shown."""
        return self.inputs[self.channel]

    @property
    def bias(self) -> float | None:
        bias = self.frame.weights.get("bias")
        return None if bias is None else float(bias[self.unit])

    @property
    def steps(self) -> int:
        """How many stamps make the map: all numbers of all channels."""
        return len(self.channels) * self.geometry.places

    @property
    def switches(self) -> Array | None:
        """Unpooling: the map that had been pooled."""
        return _maps(self.frame.inputs[1][SHOWN])[self.unit] if self.geometry.kind == "unpool" else None

    def kernel(self, place: int = 0) -> Array:
        """What the number at a place of the shown channel is multiplied by. Unpooling: 1 at the switch, else 0."""
        if self.geometry.kind == "unpool":
            return self._ones()[..., *self.geometry.cell(place)]
        return self._weights()[self.channel, self.within]

    def _weights(self) -> Array:
        """(channels, maps of a group, kernel height, kernel width)."""
        weight = self.frame.weights["weight"]
        return weight if weight.ndim == 4 else weight[:, :, None, :]

    def _ones(self) -> Array:
        """Unpooling: 1 where the window's largest number stands; (kernel height, kernel width, rows, columns)."""
        switches, geometry = self.switches, self.geometry
        assert switches is not None
        height, width = geometry.kernel
        below = [max(0, geometry.painted[axis] - geometry.padding[axis] - geometry.output[axis]) for axis in (0, 1)]
        padded = np.pad(
            switches,
            [(geometry.padding[axis], below[axis]) for axis in (0, 1)],
            constant_values=-np.inf,
        )
        seen = np.stack([padded[geometry.landings(i, j)] for i in range(height) for j in range(width)])
        found = np.arange(height * width)[:, None, None] == seen.argmax(axis=0)
        return found.reshape(height, width, *geometry.inputs).astype(np.float64)

    def winner(self, place: int) -> Pair:
        """Unpooling: row and column within the window where the value goes."""
        row, column = np.unravel_index(int(self.kernel(place).argmax()), self.geometry.kernel)
        return int(row), int(column)

    def window(self, place: int) -> Array:
        """Unpooling: what stood under the window in the map that had been pooled."""
        switches = self.switches
        assert switches is not None
        return self._on_canvas(switches)[self.geometry.under(place)]

    def _on_canvas(self, shown: Array) -> Array:
        """A map of the output with zeros where padding cuts off."""
        canvas = np.zeros(self.geometry.canvas)
        canvas[self.geometry.inside] = shown
        return canvas

    # ---- forward

    def stamp(self, place: int) -> Array:
        """Number × kernel: what is added to the canvas."""
        return float(self.plane[self.geometry.cell(place)]) * self.kernel(place)

    def drawn(self, filled: int) -> Array:
        """The canvas after so many stamps of all: channel after channel, the numbers of each row after row."""
        if self._drawn is not None and self._drawn[0] == filled:
            return self._drawn[1]
        before, stamps = divmod(min(filled, self.steps), self.geometry.places)
        if filled >= self.steps:
            canvas = self._channels_drawn(len(self.channels))
            canvas[self.geometry.inside] = self.output  # torch's own, to the last digit
        else:
            canvas = self._channels_drawn(before)
            done = np.arange(self.geometry.places).reshape(self.geometry.inputs) < stamps
            channel = self.channels.start + before
            self._paint(canvas, self._products(channel, np.where(done, self.inputs[channel], 0.0)))
        self._drawn = filled, canvas
        return canvas

    def _channels_drawn(self, number: int) -> Array:
        """The bias, and the first so many channels stamped whole."""
        canvas = np.full(self.geometry.canvas, 0.0 if self.bias is None else self.bias)
        if self.geometry.kind == "unpool":
            if number:
                self._paint(canvas, self._products(self.unit, self.plane))
        elif number:
            channels = slice(self.channels.start, self.channels.start + number)
            weights = self._weights()[channels, self.within]
            self._paint(canvas, np.einsum("kij,krc->ijrc", weights, self.inputs[channels], optimize=True))
        return canvas

    def _products(self, channel: int, numbers: Array) -> Array:
        """Every weight times every number: (kernel height, kernel width, rows, columns)."""
        if self.geometry.kind == "unpool":
            return self._ones() * numbers
        return self._weights()[channel, self.within][:, :, None, None] * numbers

    def _paint(self, canvas: Array, products: Array) -> None:
        for i in range(self.geometry.kernel[0]):
            for j in range(self.geometry.kernel[1]):
                canvas[self.geometry.landings(i, j)] += products[i, j]

    def reached(self, cell: Pair, filled: int) -> list[Reached]:
        """What the shown channel's stamps add to a cell of the output."""
        geometry = self.geometry
        done = filled - self.order * geometry.places
        row, column = cell[0] + geometry.padding[0], cell[1] + geometry.padding[1]
        found: list[Reached] = []
        for r, c, i, j in geometry.meetings(row, column):
            place = geometry.place(r, c)
            weight = float(self.kernel(place)[i, j])
            found.append(Reached(r, c, i, j, float(self.plane[r, c]), weight, place < done))
        return found

    def parts(self, cell: Pair, filled: int) -> Array:
        """What each channel's stamps, as far as they are done, add to a cell of the output."""
        geometry, channels = self.geometry, slice(self.channels.start, self.channels.stop)
        weights, numbers = self._weights()[channels, self.within], self.inputs[channels]
        first = np.arange(len(self.channels)) * geometry.places
        found = np.zeros(len(self.channels))
        for r, c, i, j in geometry.meetings(cell[0] + geometry.padding[0], cell[1] + geometry.padding[1]):
            found += np.where(first + geometry.place(r, c) < filled, weights[:, i, j] * numbers[:, r, c], 0.0)
        return found

    # ---- backward

    @property
    def gradient(self) -> Array | None:
        """∂E / ∂(output map), or None without a loss."""
        return None if self.frame.grad_output is None else _maps(self.frame.grad_output[SHOWN])[self.unit]

    @property
    def input_gradient(self) -> Array | None:
        """∂E / ∂(input) of the shown channel: what all maps together hand back."""
        return _maps(self.frame.grad_inputs[0][SHOWN])[self.channel] if self.frame.grad_inputs else None

    @cached_property
    def blame(self) -> Array:
        """The gradient on the canvas: what was cut off has none."""
        gradient = self.gradient
        assert gradient is not None
        return self._on_canvas(gradient)

    def patch(self, place: int) -> Array:
        """The blame of the cells that a stamp had added to."""
        return self.blame[self.geometry.under(place)]

    def handed(self, place: int) -> Array:
        """Blame × kernel: its sum is what this map hands back to the number."""
        return self.patch(place) * self.kernel(place)

    def added(self, place: int) -> Array:
        """Number × blame: what a stamp adds to the gradient of the kernel."""
        return float(self.plane[self.geometry.cell(place)]) * self.patch(place)

    def accumulated(self, stamps: int) -> Array:
        """The gradient of the shown kernel after the first so many stamps, of the shown example alone."""
        geometry, blame = self.geometry, self.blame
        done = np.arange(geometry.places).reshape(geometry.inputs) < stamps
        numbers = np.where(done, self.plane, 0.0)
        return np.array(
            [
                [float((numbers * blame[geometry.landings(i, j)]).sum()) for j in range(geometry.kernel[1])]
                for i in range(geometry.kernel[0])
            ]
        )

    # ---- what to look at first

    @property
    def strongest_channel(self) -> int:
        """The channel with the largest number."""
        group = np.abs(np.nan_to_num(self.inputs[self.channels.start : self.channels.stop]))
        return self.channels.start + int(group.reshape(len(group), -1).max(axis=1).argmax())

    def strongest(self, *, backward: bool) -> int:
        """The place with the largest number (backward: a large number that also has much to answer for)."""
        gradient, shown = self.input_gradient, np.abs(np.nan_to_num(self.plane))
        if backward and gradient is not None:
            blame = np.abs(np.nan_to_num(gradient))
            shown = shown * blame if (shown * blame).any() else blame
        return int(shown.argmax())

    def strongest_weight(self) -> Pair:
        """The weight of the shown kernel with the largest gradient."""
        total = np.abs(np.nan_to_num(self.accumulated(self.geometry.places)))
        row, column = np.unravel_index(int(total.argmax()), total.shape)
        return int(row), int(column)


def _maps(example: Array) -> Array:
    """The maps of one example; a sequence is a picture of one row."""
    return example if example.ndim == 3 else example[:, None, :]
