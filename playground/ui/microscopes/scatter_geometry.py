"""A window that is stamped instead of slid: where each number of the input lands. Pure arithmetic, no Qt.

Cells of the *canvas* count from the corner of the first stamp: the output with what padding cuts off around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from playground.graph.model import ParamValue

if TYPE_CHECKING:
    from playground.engine.trace import Frame

Kind = Literal["conv", "unpool"]
Pair = tuple[int, int]
Meeting = tuple[int, int, int, int]
"""Row and column of the input number, row and column of the weight that it comes by."""


@dataclass(frozen=True)
class ScatterGeometry:
    """One transposed convolution or unpooling layer; pairs are (height, width), a sequence is a picture of one row."""

    kind: Kind
    inputs: Pair
    output: Pair
    kernel: Pair
    stride: Pair
    padding: Pair
    dilation: Pair = (1, 1)
    extra: Pair = (0, 0)
    channels: int = 1
    units: int = 1
    groups: int = 1
    is_sequence: bool = False

    @classmethod
    def of(cls, frame: Frame) -> ScatterGeometry:
        """The geometry of a recorded layer."""
        from playground.layers import window

        found = window(frame.params, frame.inputs[0].shape[1:])
        groups, extra = frame.params.get("groups", 1), frame.params.get("output_padding", (0, 0))
        assert isinstance(groups, int)
        is_sequence = frame.inputs[0].ndim == 3
        return cls(
            kind="unpool" if frame.type == "max_unpool2d" else "conv",
            inputs=_pair(frame.inputs[0].shape[2:], 1),
            output=_pair(frame.output.shape[2:], 1),
            kernel=_pair(found.kernel, 1),
            stride=_pair(found.stride, 1),
            padding=_pair(found.before, 0),
            dilation=_pair(found.dilation, 1),
            extra=_pair(extra if isinstance(extra, tuple) else (extra,), 0),
            channels=int(frame.inputs[0].shape[1]),
            units=int(frame.output.shape[1]),
            groups=groups,
            is_sequence=is_sequence,
        )

    # ---- sizes

    @property
    def reach(self) -> Pair:
        """The size of a stamp, spread by its dilation."""
        return (self.dilation[0] * (self.kernel[0] - 1) + 1, self.dilation[1] * (self.kernel[1] - 1) + 1)

    @property
    def painted(self) -> Pair:
        """All that the stamps cover together."""
        return (
            (self.inputs[0] - 1) * self.stride[0] + self.reach[0],
            (self.inputs[1] - 1) * self.stride[1] + self.reach[1],
        )

    @property
    def beyond(self) -> Pair:
        """How many rows and columns are cut off at the end."""
        return (
            max(0, self.painted[0] - self.padding[0] - self.output[0]),
            max(0, self.painted[1] - self.padding[1] - self.output[1]),
        )

    @property
    def canvas(self) -> Pair:
        """The output with the rows and columns that are cut off."""
        return (
            self.padding[0] + self.output[0] + self.beyond[0],
            self.padding[1] + self.output[1] + self.beyond[1],
        )

    @property
    def inside(self) -> tuple[slice, slice]:
        """The output on the canvas."""
        top, left = self.padding
        return slice(top, top + self.output[0]), slice(left, left + self.output[1])

    @property
    def places(self) -> int:
        """How many stamps a channel makes."""
        return self.inputs[0] * self.inputs[1]

    # ---- where things lie

    def cell(self, place: int) -> Pair:
        """Row and column of the n-th number of the input, row after row."""
        return divmod(place, self.inputs[1])

    def place(self, row: int, column: int) -> int:
        """The inverse of `cell`."""
        return row * self.inputs[1] + column

    def corner(self, place: int) -> Pair:
        """The first corner of a stamp on the canvas."""
        row, column = self.cell(place)
        return row * self.stride[0], column * self.stride[1]

    def under(self, place: int) -> tuple[slice, slice]:
        """The cells of the canvas that a stamp adds to."""
        top, left = self.corner(place)
        return (
            slice(top, top + self.reach[0], self.dilation[0]),
            slice(left, left + self.reach[1], self.dilation[1]),
        )

    def landing(self, place: int, i: int, j: int) -> Pair:
        """The cell of the canvas that weight (i, j) of a stamp falls on."""
        top, left = self.corner(place)
        return top + i * self.dilation[0], left + j * self.dilation[1]

    def landings(self, i: int, j: int) -> tuple[slice, slice]:
        """All cells of the canvas on which that weight falls, of every stamp, laid out as the input."""
        top, left = i * self.dilation[0], j * self.dilation[1]
        return (
            slice(top, top + (self.inputs[0] - 1) * self.stride[0] + 1, self.stride[0]),
            slice(left, left + (self.inputs[1] - 1) * self.stride[1] + 1, self.stride[1]),
        )

    def is_cut(self, row: int, column: int) -> bool:
        """Whether padding cuts this cell of the canvas off."""
        top, left = row - self.padding[0], column - self.padding[1]
        return not (0 <= top < self.output[0] and 0 <= left < self.output[1])

    def meetings(self, row: int, column: int) -> list[Meeting]:
        """The stamps that reach a cell of the canvas, row after row of the input."""
        rows, columns = self._along(0, row), self._along(1, column)
        return [(r, c, i, j) for r, i in rows for c, j in columns]

    def _along(self, axis: int, position: int) -> list[Pair]:
        found: list[Pair] = []
        for offset in range(self.kernel[axis]):
            place, rest = divmod(position - offset * self.dilation[axis], self.stride[axis])
            if rest == 0 and 0 <= place < self.inputs[axis]:
                found.append((place, offset))
        return sorted(found)

    def counts_along(self, axis: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """How many stamps reach each position of the canvas along one dimension."""
        counts = np.zeros(self.canvas[axis], dtype=np.int64)
        for offset in range(self.kernel[axis]):
            counts[self.landings(offset, offset)[axis]] += 1
        return counts

    @property
    def counts(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """How many stamps reach each cell of the canvas."""
        return np.outer(self.counts_along(0), self.counts_along(1))

    def counts_after(self, stamps: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """How many of the first so many stamps of a channel reach each cell of the canvas."""
        done = np.arange(self.places).reshape(self.inputs) < stamps
        counts = np.zeros(self.canvas, dtype=np.int64)
        for i in range(self.kernel[0]):
            for j in range(self.kernel[1]):
                counts[self.landings(i, j)] += done
        return counts

    def middle(self, place: int) -> Pair:
        """The cell of the output nearest to the middle of a stamp."""
        row, column = self.landing(place, self.kernel[0] // 2, self.kernel[1] // 2)
        return (
            min(max(row - self.padding[0], 0), self.output[0] - 1),
            min(max(column - self.padding[1], 0), self.output[1] - 1),
        )

    # ---- channels

    def channels_of(self, unit: int) -> range:
        """The input channels that are stamped onto a map of the output."""
        if self.kind == "unpool":
            return range(unit, unit + 1)
        width = self.channels // self.groups
        first = unit // (self.units // self.groups) * width
        return range(first, first + width)

    def units_of(self, channel: int) -> range:
        """The maps of the output that an input channel is stamped onto."""
        if self.kind == "unpool":
            return range(channel, channel + 1)
        size = self.units // self.groups
        first = channel // (self.channels // self.groups) * size
        return range(first, first + size)


def _pair(extents: Sequence[ParamValue], first: int) -> Pair:
    """Height and width; of a sequence, which is a picture of one row, only the width is given."""
    assert all(isinstance(extent, int) for extent in extents)
    sizes = [int(extent) for extent in extents if isinstance(extent, int)]
    return (sizes[0], sizes[1]) if len(sizes) == 2 else (first, sizes[0])
