"""A window that slides over a sequence, picture or volume: what it covers where, and which places cover a pixel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from playground.engine.arithmetic._spec import ExplanationError
from playground.layers import window

if TYPE_CHECKING:
    from playground.engine.trace import Frame

Cell = tuple[int, ...]
"""A number for each dimension: (place,), (row, column) or (plane, row, column)."""

Pair = tuple[int, int]
"""Height (rows) and width (columns)."""


@dataclass(frozen=True)
class Sliding:
    """The geometry of a convolution or pooling layer, a number for each dimension.

    Pixels may lie outside the picture: on padding. `padding` is that before the first row and column.
    """

    picture: Cell
    places: Cell
    kernel: Cell
    stride: Cell
    padding: Cell
    dilation: Cell

    @property
    def after(self) -> Cell:
        """How far the last window reaches beyond the picture's end; negative where pixels at the end are left out."""
        return tuple(
            (places - 1) * stride + dilation * (kernel - 1) + 1 - before - extent
            for places, stride, dilation, kernel, before, extent in zip(
                self.places, self.stride, self.dilation, self.kernel, self.padding, self.picture, strict=True
            )
        )

    def origin(self, *place: int) -> Cell:
        """The pixel under the window's first corner; negative where it lies on padding."""
        return tuple(at * s - p for at, s, p in zip(place, self.stride, self.padding, strict=True))

    def span(self, axis: int, place: int) -> range:
        """The positions of the pixels under the window along one dimension."""
        start = place * self.stride[axis] - self.padding[axis]
        return range(start, start + self.dilation[axis] * self.kernel[axis], self.dilation[axis])

    def rows(self, row: int) -> range:
        """The pixel rows under the window at an output row."""
        return self.span(0, row)

    def columns(self, column: int) -> range:
        """The pixel columns under the window at an output column."""
        return self.span(1, column)

    def is_inside(self, *pixel: int) -> bool:
        """Whether this is a pixel of the picture, not padding."""
        return all(0 <= at < extent for at, extent in zip(pixel, self.picture, strict=True))

    def cells(self, place: Cell) -> Iterator[tuple[Cell, Cell]]:
        """Every (cell of the window, pixel under it) at one place, without those on padding; row after row."""
        spans = [list(enumerate(self.span(axis, at))) for axis, at in enumerate(place)]
        for cell in product(*spans):
            pixel = tuple(position for _, position in cell)
            if self.is_inside(*pixel):
                yield tuple(offset for offset, _ in cell), pixel

    def meetings(self, pixel: Cell) -> Iterator[tuple[Cell, Cell]]:
        """Every (place, cell of the window) where that cell lies on this pixel; row after row."""
        for meeting in product(*(self._covering(at, axis) for axis, at in enumerate(pixel))):
            yield tuple(place for place, _ in meeting), tuple(offset for _, offset in meeting)

    def inside(self, row: int, column: int) -> Iterator[tuple[int, int, int, int]]:
        """Of a picture: every (i, j, pixel row, pixel column) of the window at one place that is not padding."""
        for (i, j), (y, x) in self.cells((row, column)):
            yield i, j, y, x

    def covering(self, row: int, column: int) -> Iterator[tuple[int, int, int, int]]:
        """Of a picture: every (output row, output column, i, j) where weight (i, j) lies on this pixel."""
        for (out_row, out_column), (i, j) in self.meetings((row, column)):
            yield out_row, out_column, i, j

    def _covering(self, pixel: int, axis: int) -> list[Pair]:
        found: list[Pair] = []
        for offset in range(self.kernel[axis]):
            place, rest = divmod(pixel + self.padding[axis] - offset * self.dilation[axis], self.stride[axis])
            if rest == 0 and 0 <= place < self.places[axis]:
                found.append((place, offset))
        return sorted(found)


def sliding(frame: Frame) -> Sliding:
    """The geometry of the frame's layer.

    Raises:
        ExplanationError: the layer has no window that slides.
    """
    if "kernel_size" not in frame.params:
        raise ExplanationError(f"{frame.node} has no window that slides.")
    picture, places = frame.inputs[0].shape[2:], frame.output.shape[2:]
    found = window(frame.params, frame.inputs[0].shape[1:])
    return Sliding(tuple(picture), tuple(places), found.kernel, found.stride, found.before, found.dilation)
