"""A sliding window in the coordinates in which it is drawn: slices of the padded picture. Pure arithmetic, no Qt.

Positions on the padded picture count from its top left corner, padding included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from playground.engine.arithmetic.sliding import Sliding
    from playground.engine.trace import Frame

Kind = Literal["conv", "fixed", "max", "average", "global", "sum", "norm"]
KINDS: dict[str, Kind] = {
    "conv1d": "conv",
    "conv2d": "conv",
    "conv3d": "conv",
    "depthwise_conv2d": "conv",
    "ws_conv2d": "conv",
    "fixed_conv2d": "fixed",
    "max_pool1d": "max",
    "max_pool2d": "max",
    "global_max_pool1d": "max",
    "global_max_pool2d": "max",
    "avg_pool1d": "average",
    "avg_pool2d": "average",
    "global_avg_pool1d": "global",
    "global_avg_pool2d": "global",
    "sum_pool2d": "sum",
    "lp_pool2d": "norm",
}
"""The layer types that this microscope shows, and what their window does with what it covers."""

_AXES = 3
_POINT = (1, 1, 1, 1, 0, 1)
"""Picture, places, kernel, stride, padding and dilation along a dimension that a layer does not have."""


@dataclass(frozen=True)
class WindowGeometry:
    """One window layer, for convolution and pooling alike; pairs are (height, width).

    A sequence is a picture of height 1. Of a volume this is one slice; `depth` is the same along the slices, where
    pictures and sequences have a single one. `dimensions` says which of the three it is. A `whole` window covers the
    whole input and stands at one place, for which the output has no dimension.
    """

    kind: Kind
    channels: int
    units: int
    groups: int
    sliding: Sliding
    counts_padding: bool = True
    dimensions: int = 2
    depth: Sliding | None = None
    whole: bool = False

    @classmethod
    def of(cls, frame: Frame) -> WindowGeometry:
        """The geometry of a recorded layer."""
        from playground.engine.arithmetic.filters import groups
        from playground.engine.arithmetic.sliding import Sliding, sliding

        channels, extents = int(frame.inputs[0].shape[1]), frame.inputs[0].shape[2:]
        dimensions, units = len(extents), int(frame.output.shape[1])
        is_whole = frame.type.startswith("global")
        if is_whole:
            one, none = (1,) * dimensions, (0,) * dimensions
            found = Sliding(tuple(extents), one, tuple(extents), one, none, one)
        else:
            found = sliding(frame)
        depth, picture = lifted(found)
        counts = frame.params.get("count_include_pad", True) is True
        kind = KINDS[frame.type]
        split = groups(frame) if kind in ("conv", "fixed") else channels
        return cls(kind, channels, units, split, picture, counts, dimensions, depth, is_whole)

    @property
    def slices(self) -> int:
        """How many slices the output has."""
        return 1 if self.depth is None else self.depth.places[0]

    @property
    def thickness(self) -> int:
        """How many slices of the input the window covers."""
        return 1 if self.depth is None else self.depth.kernel[0]

    def index(self, depth: int, row: int, column: int) -> tuple[int, ...]:
        """A place in the layer's own dimensions: (row, column) of a picture, (place,) of a sequence."""
        return (depth, row, column)[_AXES - self.dimensions :]

    @property
    def picture(self) -> tuple[int, int]:
        return _pair(self.sliding.picture)

    @property
    def output(self) -> tuple[int, int]:
        return _pair(self.sliding.places)

    @property
    def kernel(self) -> tuple[int, int]:
        return _pair(self.sliding.kernel)

    @property
    def stride(self) -> tuple[int, int]:
        return _pair(self.sliding.stride)

    @property
    def padding(self) -> tuple[int, int]:
        return _pair(self.sliding.padding)

    @property
    def dilation(self) -> tuple[int, int]:
        return _pair(self.sliding.dilation)

    @property
    def beyond(self) -> tuple[int, int]:
        """The padding below and right of the picture: as that before it, or more if the last window reaches so far."""
        after = _pair(self.sliding.after)
        return max(self.padding[0], after[0]), max(self.padding[1], after[1])

    @property
    def padded(self) -> tuple[int, int]:
        """The size of the picture with its padding."""
        (height, width), before, after = self.picture, self.padding, self.beyond
        return before[0] + height + after[0], before[1] + width + after[1]

    def counted(self, place: int) -> int:
        """By how many numbers a mean is divided: what the window covers, without what reaches beyond the padding."""
        counts: list[int] = []
        for axis, at in enumerate(self.cell(place)):
            start = at * self.stride[axis] - self.padding[axis]
            end = min(start + self.kernel[axis], self.picture[axis] + self.padding[axis])
            if not self.counts_padding:
                start, end = max(start, 0), min(end, self.picture[axis])
            counts.append(end - start)
        return counts[0] * counts[1]

    def counted_under(self, place: int) -> np.ndarray[Any, Any]:
        """1.0 for each cell under the window that takes part in a mean, 0.0 for the others: (kernel height, width)."""
        if not self.has_uneven_shares:
            return np.ones(self.kernel)
        rows, columns = (range(at.start, at.stop, at.step) for at in (self.rows(place), self.columns(place)))
        return np.array([[float(self.is_counted(row, column)) for column in columns] for row in rows])

    @property
    def has_uneven_shares(self) -> bool:
        """Whether means at the edge are of fewer numbers than those in the middle."""
        whole = self.kernel[0] * self.kernel[1]
        return self.kind == "average" and any(self.counted(place) < whole for place in (0, self.places - 1))

    def is_counted(self, row: int, column: int) -> bool:
        """Whether a cell of the padded picture takes part in a mean, if only as a zero."""
        inside = all(
            padding <= at < padding + extent
            for at, padding, extent in zip((row, column), self.padding, self.picture, strict=True)
        )
        within = row < self.picture[0] + 2 * self.padding[0] and column < self.picture[1] + 2 * self.padding[1]
        return inside or (self.counts_padding and within)

    @property
    def places(self) -> int:
        """At how many places the window comes to stand."""
        return self.output[0] * self.output[1]

    @property
    def reach(self) -> tuple[int, int]:
        """The size of the window on the picture, spread by its dilation."""
        return (
            self.dilation[0] * (self.kernel[0] - 1) + 1,
            self.dilation[1] * (self.kernel[1] - 1) + 1,
        )

    def cell(self, place: int) -> tuple[int, int]:
        """Row and column of the output that the window makes at its n-th place, row after row."""
        return divmod(place, self.output[1])

    def place(self, row: int, column: int) -> int:
        """The inverse of `cell`."""
        return row * self.output[1] + column

    def corner(self, place: int) -> tuple[int, int]:
        """Top left of the window on the padded picture."""
        row, column = self.cell(place)
        return row * self.stride[0], column * self.stride[1]

    def rows(self, place: int) -> slice:
        """The rows of the padded picture under the window."""
        top = self.corner(place)[0]
        return slice(top, top + self.reach[0], self.dilation[0])

    def columns(self, place: int) -> slice:
        """The columns of the padded picture under the window."""
        left = self.corner(place)[1]
        return slice(left, left + self.reach[1], self.dilation[1])

    def pad(self, maps: np.ndarray, value: float = 0.0) -> np.ndarray[Any, Any]:
        """Maps (…, height, width) with the padding around them."""
        around = [(0, 0)] * (maps.ndim - 2) + list(zip(self.padding, self.beyond, strict=True))
        return np.pad(maps, around, constant_values=value)

    def patch(self, padded: np.ndarray, place: int) -> np.ndarray[Any, Any]:
        """What lies under the window, (…, kernel height, kernel width), as a view."""
        return padded[..., self.rows(place), self.columns(place)]

    def padding_under(self, place: int) -> np.ndarray[Any, np.dtype[np.bool_]] | None:
        """Which cells under the window are padding; None if none is."""
        if not any((*self.padding, *self.beyond)):
            return None
        outside = np.ones(self.padded, dtype=bool)
        top, left = self.padding
        outside[top : top + self.picture[0], left : left + self.picture[1]] = False
        under = self.patch(outside, place)
        return under if under.any() else None

    def under_window(self, place: int, row: int, column: int) -> tuple[int, int]:
        """Which cell of the window at a place lies on a cell of the padded picture."""
        (top, left), (down, across) = self.corner(place), self.dilation
        return (row - top) // down, (column - left) // across

    def met(self, row: int, column: int) -> tuple[slice, slice]:
        """The rows and columns of the padded picture on which one cell of the window comes to lie."""
        top, left = row * self.dilation[0], column * self.dilation[1]
        height = (self.output[0] - 1) * self.stride[0] + 1
        width = (self.output[1] - 1) * self.stride[1] + 1
        return slice(top, top + height, self.stride[0]), slice(left, left + width, self.stride[1])

    def channels_of(self, unit: int) -> range:
        """The input channels that a filter (or, in pooling, an output channel) looks at."""
        each = self.channels // self.groups
        first = unit // (self.units // self.groups) * each
        return range(first, first + each)

    def feeds(self, row: int, column: int) -> list[tuple[int, int]]:
        """The output cells whose windows cover a pixel of the padded picture."""
        covering = self.sliding.covering(row - self.padding[0], column - self.padding[1])
        return [(r, c) for r, c, _, _ in covering]

    def nearest(self, row: int, column: int) -> int:
        """The place at which the window's middle comes closest to a pixel of the padded picture."""
        middle = ((self.reach[0] - 1) / 2, (self.reach[1] - 1) / 2)
        r = min(max(round((row - middle[0]) / self.stride[0]), 0), self.output[0] - 1)
        c = min(max(round((column - middle[1]) / self.stride[1]), 0), self.output[1] - 1)
        return self.place(r, c)


def lifted(found: Sliding) -> tuple[Sliding, Sliding]:
    """The geometry along the slices, and that of one slice; what a layer has no dimension for is a single point."""
    from playground.engine.arithmetic.sliding import Sliding

    own = (found.picture, found.places, found.kernel, found.stride, found.padding, found.dilation)
    filled = [(point,) * (_AXES - len(sizes)) + tuple(sizes) for sizes, point in zip(own, _POINT, strict=True)]
    return Sliding(*(sizes[:1] for sizes in filled)), Sliding(*(sizes[1:] for sizes in filled))


def _pair(cell: tuple[int, ...]) -> tuple[int, int]:
    """Height and width."""
    return cell[0], cell[1]
