"""Breaking a strip of columns into rows of about one width, where few wires are cut."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence

_CUT_WIRE = 1.0
"""What one more cut wire costs, beside the squared share by which a row misses the width that is wanted."""
_LAST_ROW = 0.3
"""The weight of what the last row lacks."""
_SHORT, _TOO_LONG = 0.6, 1.6
"""Rows are tried from this share of the wanted width to that, longer ones only where none of these can end."""


def break_into_rows(
    lefts: Sequence[float], gap: float, wanted: float, crossings: Sequence[int], depths: Sequence[int]
) -> list[tuple[int, int]]:
    """The rows as ranges [first, last) of columns.

    Args:
        lefts: the left edge of every column, and one more: where the next would stand.
        gap: between two columns.
        wanted: the width that a row should have.
        crossings: the wires that go from each column to later ones; each beyond the first is a wire cut in two.
        depths: no row begins or ends beside a column whose depth is above 0.
    """
    count = len(lefts) - 1
    if lefts[-1] - gap <= wanted * 1.1:
        return [(0, count)]
    best = [0.0] + [float("inf")] * count
    start = [0] * (count + 1)
    allowed = [last == count or not (depths[last - 1] or depths[last]) for last in range(1, count + 1)]
    for first in range(count):
        if best[first] == float("inf"):
            continue
        shortest = bisect(lefts, lefts[first] + _SHORT * wanted, first + 1, count)
        for last in range(shortest, count + 1):
            if not allowed[last - 1]:
                continue
            miss = (lefts[last] - gap - lefts[first]) / wanted - 1
            weight = _LAST_ROW if last == count and miss < 0 else 1.0
            cut = _CUT_WIRE * max(0, crossings[last - 1] - 1) if last < count else 0.0
            cost = best[first] + weight * miss * miss + cut
            if cost < best[last]:
                best[last], start[last] = cost, first
            if miss > _TOO_LONG - 1:
                break
    rows: list[tuple[int, int]] = []
    last = count
    while last:
        rows.append((start[last], last))
        last = start[last]
    return rows[::-1]
