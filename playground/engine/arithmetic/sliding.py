"""A window that slides over a picture: which pixels it covers at each place, and at which places it covers a pixel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.engine.arithmetic._spec import ExplanationError

if TYPE_CHECKING:
    from playground.engine.trace import Frame

Pair = tuple[int, int]
"""Height (rows) and width (columns)."""


@dataclass(frozen=True)
class Sliding:
    """The geometry of a convolution or pooling layer. Rows and columns may lie outside the picture: on padding."""

    picture: Pair
    places: Pair
    kernel: Pair
    stride: Pair
    padding: Pair
    dilation: Pair

    def origin(self, row: int, column: int) -> Pair:
        """The pixel under the window's top left corner; negative where it lies on padding."""
        return row * self.stride[0] - self.padding[0], column * self.stride[1] - self.padding[1]

    def rows(self, row: int) -> range:
        """The pixel rows under the window at an output row."""
        return self._span(row, 0)

    def columns(self, column: int) -> range:
        """The pixel columns under the window at an output column."""
        return self._span(column, 1)

    def is_inside(self, row: int, column: int) -> bool:
        """Whether this is a pixel of the picture, not padding."""
        return 0 <= row < self.picture[0] and 0 <= column < self.picture[1]

    def inside(self, row: int, column: int) -> Iterator[tuple[int, int, int, int]]:
        """Every (i, j, pixel row, pixel column) of the window at one place that is not padding."""
        for i, y in enumerate(self.rows(row)):
            for j, x in enumerate(self.columns(column)):
                if self.is_inside(y, x):
                    yield i, j, y, x

    def covering(self, row: int, column: int) -> Iterator[tuple[int, int, int, int]]:
        """Every (output row, output column, i, j) where weight (i, j) of the window lies on this pixel."""
        for out_row, i in self._covering(row, 0):
            for out_column, j in self._covering(column, 1):
                yield out_row, out_column, i, j

    def _span(self, place: int, axis: int) -> range:
        start = place * self.stride[axis] - self.padding[axis]
        return range(start, start + self.dilation[axis] * self.kernel[axis], self.dilation[axis])

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
    return Sliding(
        (picture[0], picture[1]),
        (places[0], places[1]),
        _pair(frame, "kernel_size"),
        _pair(frame, "stride"),
        _pair(frame, "padding"),
        _pair(frame, "dilation"),
    )


def _pair(frame: Frame, key: str) -> Pair:
    value = frame.params.get(key, (1, 1))
    assert isinstance(value, tuple)
    return value[0], value[1]
