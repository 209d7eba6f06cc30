"""A level of boxes placed: as one long strip first, its chains in lanes, then broken into rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import sqrt

from playground.graph._level import Box, Chain, Level, Wire, parts_of
from playground.graph._rows import break_into_rows

GAP_X = 50.0
"""Between two columns, in pixels: room for a wire to turn."""
MARGIN = 20.0
"""Kept free above and below every box."""
_WIRE = 10.0
"""Half of the lane of a wire alone."""
_ROW_GAP = 40.0
"""Between two rows, beyond the margins: room for the wire that runs back."""
_ASPECT = 1.6
_CARD = 150.0


@dataclass(frozen=True)
class Placed:
    """Boxes with places: their upper left corners, the size of the whole, and the height of the first row's ports."""

    corners: list[tuple[float, float]]
    width: float
    height: float
    line: float


def place(boxes: Sequence[Box], wires: Sequence[Wire], fewest: int = 4) -> Placed:
    """Places for boxes joined by wires; parts that do not hang together stand below each other.

    `fewest` is how many cards a row has room for at least.
    """
    corners = [(0.0, 0.0)] * len(boxes)
    width = height = 0.0
    line = 0.0
    group_of: dict[int, int] = {}
    groups = parts_of(len(boxes), wires)
    for number, group in enumerate(groups):
        group_of.update(dict.fromkeys(group, number))
    inside: list[list[Wire]] = [[] for _ in groups]
    for wire in wires:
        inside[group_of[wire.source]].append(wire)
    for group, wired in zip(groups, inside, strict=True):
        local = {box: number for number, box in enumerate(group)}
        own = [replace(wire, source=local[wire.source], target=local[wire.target]) for wire in wired]
        placed = _Strip(Level([boxes[box] for box in group], own), fewest).placed()
        top = height + 2 * MARGIN + _ROW_GAP if height else 0.0
        for box, (x, y) in zip(group, placed.corners, strict=True):
            corners[box] = (x, y + top)
        line = line or placed.line
        width, height = max(width, placed.width), top + placed.height
    return Placed(corners, width, height, line)


class _Strip:
    """All columns of a level side by side, with what they hold above and below the line of the spine's ports."""

    def __init__(self, level: Level, fewest: int) -> None:
        self._level = level
        self._narrowest = fewest * (_CARD + GAP_X) - GAP_X
        boxes = level.boxes
        self._columns = level.columns if level.wires else list(range(len(boxes)))
        self._spine = level.spine if level.wires else list(range(len(boxes)))
        self._chains = level.chains if level.wires else []
        count = max(self._columns) + 1
        self._widths = [0.0] * count
        for box, column in zip(boxes, self._columns, strict=True):
            self._widths[column] = max(self._widths[column], box.width)
        self._lefts = list(accumulate((width + GAP_X for width in self._widths), initial=0.0))
        self._lines = [0.0] * len(boxes)
        self._tops, self._bottoms = [-_WIRE] * count, [_WIRE] * count
        for box in self._spine:
            self._cover(self._columns[box], 0.0, *self._reach(box))
        spine_columns = {self._columns[box] for box in self._spine}
        self._has_spine = [column in spine_columns for column in range(count)]
        self._depths = [0] * count

    def placed(self) -> Placed:
        self._place_chains()
        wanted = self._wanted_width()
        if 2 * sum(map(bool, self._depths)) > len(self._depths):
            wanted = self._lefts[-1]
        rows = break_into_rows(self._lefts, GAP_X, wanted, self._crossings(), self._depths)
        return self._cut(rows)

    def _wanted_width(self) -> float:
        """The width of a row with which the whole gets the shape of a screen."""
        extent = sum(bottom - top for top, bottom in zip(self._tops, self._bottoms, strict=True)) / len(self._tops)
        return max(self._narrowest, max(self._widths), sqrt(_ASPECT * self._lefts[-1] * (extent + _ROW_GAP)))

    # ---- lanes

    def _reach(self, box: int) -> tuple[float, float]:
        """How far a box reaches above and below the line of its ports, with its margins."""
        size = self._level.boxes[box]
        return size.line + MARGIN, size.height - size.line + MARGIN

    def _cover(self, column: int, line: float, above: float, below: float) -> None:
        self._tops[column] = min(self._tops[column], line - above)
        self._bottoms[column] = max(self._bottoms[column], line + below)

    def _place_chains(self) -> None:
        bows = self._bows()
        for chain in bows:
            for column in range(chain.first, chain.last + 1):
                self._depths[column] += 1
        late = [chain for chain in self._chains if chain not in bows and self._leaves_its_depth(chain)]
        for chain in self._chains:
            if chain not in bows and chain not in late:
                self._place_chain(chain)
        if bows:
            self._lower()
            for chain in bows:
                self._hang(chain)
            for chain in late:
                self._place_chain(chain)

    def _place_chain(self, chain: Chain) -> None:
        """In the nearest lane on its side that is free over all its columns."""
        reach = dict.fromkeys(range(chain.first, chain.last + 1), (_WIRE, _WIRE))
        reach |= {self._columns[box]: self._reach(box) for box in chain.boxes}
        if chain.is_above:
            line = min(self._tops[column] - below for column, (_, below) in reach.items())
        else:
            line = max(self._bottoms[column] + above for column, (above, _) in reach.items())
        for column, extent in reach.items():
            self._cover(column, line, *extent)
        for box in chain.boxes:
            self._lines[box] = line

    # ---- U-shaped networks

    def _bows(self) -> list[Chain]:
        """Skips one within the other over more than a row, as in U-Net: what they span goes down a step for each."""
        spans = [chain for chain in self._chains if chain.start is not None and chain.end is not None]
        passed = list(accumulate(map(int, self._has_spine), initial=0))
        spans = [chain for chain in spans if passed[chain.last + 1] - passed[chain.first] >= 1]
        spans.sort(key=lambda chain: (-self._length(chain), chain.first))
        nest: list[Chain] = []
        for chain in spans:
            if not nest or (nest[-1].first < chain.first and chain.last < nest[-1].last):
                nest.append(chain)
        if len(nest) < 2:
            return []
        outer = nest[0]
        within = [c for c in spans if c.first >= outer.first and c.last <= outer.last and self._length(c) > 8]
        is_long = self._lefts[outer.last + 1] - self._lefts[outer.first] > self._wanted_width()
        return nest if is_long and len(within) <= 1.5 * len(nest) else []

    @staticmethod
    def _length(chain: Chain) -> int:
        return chain.last - chain.first + 1

    def _leaves_its_depth(self, chain: Chain) -> bool:
        return len(set(self._depths[chain.first : chain.last + 1])) > 1

    def _lower(self) -> None:
        """Move every column down to its depth."""
        pitch = max(self._bottoms) - min(self._tops)
        for column, depth in enumerate(self._depths):
            self._tops[column] += depth * pitch
            self._bottoms[column] += depth * pitch
        for box in range(len(self._lines)):
            self._lines[box] += self._depths[self._columns[box]] * pitch
        self._pitch = pitch

    def _hang(self, chain: Chain) -> None:
        """A skip runs at the depth of its ends, above what it spans."""
        line = (self._depths[chain.first] - 1) * self._pitch
        for column in range(chain.first, chain.last + 1):
            self._tops[column] = min(self._tops[column], line - _WIRE)
        for place, box in enumerate(reversed(chain.boxes)):
            if self._level.boxes[box].width <= self._widths[chain.last - place]:
                self._columns[box] = chain.last - place
            self._lines[box] = line
            self._cover(self._columns[box], line, *self._reach(box))

    # ---- rows

    def _crossings(self) -> list[int]:
        """How many wires cross from each column to the next."""
        change = [0] * (len(self._widths) + 1)
        for wire in self._level.wires:
            change[self._columns[wire.source]] += 1
            change[self._columns[wire.target]] -= 1
        return list(accumulate(change[:-1]))

    def _cut(self, rows: Iterable[tuple[int, int]]) -> Placed:
        """The strip cut into rows of columns [first, last), one below the other."""
        shifts: list[tuple[float, float]] = [(0.0, 0.0)] * len(self._widths)
        width = bottom = 0.0
        line = 0.0
        for number, (first, last) in enumerate(rows):
            top = min(self._tops[first:last])
            down = bottom + _ROW_GAP - top if number else -top - MARGIN
            line = line if number else down
            for column in range(first, last):
                shifts[column] = (-self._lefts[first], down)
            bottom = down + max(self._bottoms[first:last])
            width = max(width, self._lefts[last] - GAP_X - self._lefts[first])
        corners: list[tuple[float, float]] = []
        for box, column, y in zip(self._level.boxes, self._columns, self._lines, strict=True):
            right, down = shifts[column]
            corners.append((self._lefts[column] + right, y - box.line + down))
        return Placed(corners, width, bottom - MARGIN, line)
