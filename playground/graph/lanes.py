"""Lanes for wires: at which height a wire passes the cards that stand between its ends.

The layout leaves room for wires that pass cards; this says where in it each wire runs, and it does so for any drawing,
also one that the user has arranged. A wire with a lane leaves its port in a short curve to the lane's height, runs
straight along it, and comes to its other port in a short curve again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from playground.graph._room import Rectangle

Point = tuple[float, float]

TURN = 40.0
"""How much of a wire's length the curve at each end takes, at most, in pixels: less than the gap between two cards."""
_CLEAR = 14.0
"""Between a lane and a card."""
_ABOVE = 78.0
"""How far above the port of a new row a wire comes back to it: in the middle between two rows."""
_APART = 10.0
"""Between two lanes of different sources."""
_FORWARD = 12.0
_NARROW = 60.0
"""Between ends so close nothing can stand."""
_LONG, _LEVEL = 450.0, 60.0
"""A long wire between nearly the same heights runs level and turns at its end, rather than aslant."""
_CELL = 200.0
_MOST_STEPS = 24


def lanes(
    wires: Sequence[tuple[Point, Point]], cards: Sequence[Rectangle], frames: Sequence[Rectangle] = ()
) -> list[float | None]:
    """The height of each wire's lane; None for one that can run directly.

    A forward wire with nothing between its ends needs none. Wires that start at one point share a lane where they can;
    other lanes keep 10 pixels between them while there is room.

    Args:
        wires: the points where each wire starts (on the right of a card) and ends (on the left of one).
        cards: left, top, width and height of every card on show.
        frames: of every open block; in the way of wires from and to outside of it.
    """
    field = _Field(cards, frames)
    found: list[float | None] = [None] * len(wires)
    for number in sorted(range(len(wires)), key=lambda number: abs(wires[number][1][0] - wires[number][0][0])):
        found[number] = field.lane(*wires[number])
    return found


class _Field:
    """The cards and frames, found by place, and the lanes already given away."""

    def __init__(self, cards: Sequence[Rectangle], frames: Sequence[Rectangle]) -> None:
        self._cells: dict[int, dict[int, list[Rectangle]]] = defaultdict(lambda: defaultdict(list))
        self._frames = frames
        for card in cards:
            left, top, width, height = card
            for row in range(int(top // _CELL), int((top + height) // _CELL) + 1):
                for column in range(int(left // _CELL), int((left + width) // _CELL) + 1):
                    self._cells[row][column].append(card)
        self._taken: dict[int, list[tuple[float, float, float]]] = defaultdict(list)
        self._own: dict[Point, dict[float, tuple[float, float]]] = defaultdict(dict)

    def lane(self, start: Point, end: Point) -> float | None:
        """The best free lane for a wire, which is then taken."""
        is_back = end[0] < start[0] + _FORWARD
        if not is_back and end[0] - start[0] < _NARROW:
            return None
        left, right = (end[0] - TURN, start[0] + TURN) if is_back else (start[0] + 1, end[0] - 1)
        frames = self._in_way(left, right, start, end, is_back)
        low, high = sorted((start[1], end[1]))
        if not is_back:
            if next(self._hits(left, right, low, high, frames), None) is None:
                is_nearly_level = low < high < low + _LEVEL and end[0] - start[0] > _LONG
                if is_nearly_level and self._is_free(left, right, start[1], start, frames):
                    return self._take(left, right, start[1], start)
                return None
            for height in self._own[start]:
                if self._can_go_on(left, right, height, start, frames):
                    return self._take(left, right, height, start)
            wanted = [start[1], end[1]]
            ideal = start[1]
        else:
            is_next_row = end[1] - start[1] > _ABOVE + TURN
            ideal = end[1] - _ABOVE if is_next_row else (low + high) / 2
            wanted = [ideal]
        for height in sorted(wanted, key=lambda y: abs(y - ideal)):
            if self._is_free(left, right, height, start, frames):
                return self._take(left, right, height, start)
        found = self._beside(left, right, (ideal, ideal) if is_back else (low, high), start, frames)
        return self._take(left, right, found, start)

    def _in_way(self, left: float, right: float, start: Point, end: Point, is_back: bool) -> list[Rectangle]:
        """The frames that the lane of a wire between these columns should keep out of."""
        found: list[Rectangle] = []
        for frame in self._frames:
            if frame[0] < right and left < frame[0] + frame[2]:
                ends = _holds(frame, start) + _holds(frame, end)
                if ends == 0 or (is_back and ends == 1):
                    found.append(frame)
        return found

    def _beside(
        self, left: float, right: float, span: tuple[float, float], start: Point, frames: list[Rectangle]
    ) -> float:
        """The nearest free height above or below what is in the way."""
        heights = [self._outwards(left, right, y, sign, start, frames) for y, sign in zip(span, (-1, 1), strict=True)]
        clear = [y for y in heights if next(self._hits(left, right, y - 1, y + 1, frames), None) is None]
        return min(clear or heights, key=lambda y: abs(y - span[0]) + abs(y - span[1]))

    def _outwards(
        self, left: float, right: float, height: float, sign: int, start: Point, frames: list[Rectangle]
    ) -> float:
        """The first free height upwards (sign −1) or downwards (1)."""
        for _ in range(_MOST_STEPS):
            hit = next(self._hits(left, right, height - _CLEAR + 1, height + _CLEAR - 1, frames), None)
            if hit is not None:
                height = (hit[1] if sign < 0 else hit[1] + hit[3]) + sign * _CLEAR
            elif not self._is_apart(left, right, height, start):
                height += sign * _APART
            else:
                break
        return height

    def _can_go_on(self, left: float, right: float, y: float, start: Point, frames: list[Rectangle]) -> bool:
        """Whether a lane that an earlier wire from the same port took reaches as far as this one needs."""
        first, last = self._own[start][y]
        return first <= left and self._is_free(last, right, y, start, frames)

    def _take(self, left: float, right: float, y: float, start: Point) -> float:
        self._taken[int(y // _CELL)].append((y, left, right))
        first, last = self._own[start].get(y, (left, right))
        self._own[start][y] = (min(first, left), max(last, right))
        return y

    def _is_free(self, left: float, right: float, y: float, start: Point, frames: list[Rectangle]) -> bool:
        if next(self._hits(left, right, y - _CLEAR + 1, y + _CLEAR - 1, frames), None) is not None:
            return False
        return self._is_apart(left, right, y, start)

    def _is_apart(self, left: float, right: float, y: float, start: Point) -> bool:
        own = self._own[start]
        for band in {int((y - _APART) // _CELL), int((y + _APART) // _CELL)}:
            for height, first, last in self._taken[band]:
                if first < right and left < last and abs(height - y) < _APART and height not in own:
                    return False
        return True

    def _hits(
        self, left: float, right: float, top: float, bottom: float, frames: list[Rectangle]
    ) -> Iterator[Rectangle]:
        """The cards and frames that a rectangle touches; a card may come more than once."""
        for frame in frames:
            if frame[0] < right and left < frame[0] + frame[2] and frame[1] < bottom and top < frame[1] + frame[3]:
                yield frame
        first, last = int(left // _CELL), int(right // _CELL)
        for row in range(int(top // _CELL), int(bottom // _CELL) + 1):
            columns = self._cells.get(row)
            if columns:
                for column in range(first, last + 1):
                    for x, y, width, height in columns.get(column, ()):
                        if x < right and left < x + width and y < bottom and top < y + height:
                            yield x, y, width, height


def _holds(box: Rectangle, point: Point) -> bool:
    return box[0] <= point[0] <= box[0] + box[2] and box[1] <= point[1] <= box[1] + box[3]
