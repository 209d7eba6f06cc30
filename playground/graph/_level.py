"""One level of a drawing: boxes joined by wires, put into columns, with a spine and the chains beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Box:
    """Something to be placed: a card, or the frame of an open block.

    Attributes:
        line: the height of its first port below its upper edge, in pixels; in a row these are level.
        weight: how many layers it stands for.
    """

    width: float
    height: float
    line: float
    weight: int = 1


@dataclass(frozen=True)
class Wire:
    """A wire from one box to another, both by number; one that is `aside` is never part of the spine."""

    source: int
    target: int
    port: int = 0
    aside: bool = False


@dataclass(frozen=True)
class Chain:
    """Boxes beside the spine, one behind the other, or a wire alone that passes boxes of the spine.

    Attributes:
        boxes: their numbers, from left to right; none for a wire.
        first, last: the columns that it takes, its wires included.
        start, end: the columns of the spine that it leaves and joins; None where it begins or ends by itself.
        is_above: the side of the spine.
        rank: the order in which chains are placed, the nearest to the spine first.
    """

    boxes: tuple[int, ...]
    first: int
    last: int
    start: int | None
    end: int | None
    is_above: bool
    rank: tuple[int, ...]


class Level:
    """Boxes that hang together, as columns, a spine and chains."""

    def __init__(self, boxes: Sequence[Box], wires: Iterable[Wire]) -> None:
        self.boxes = boxes
        numbers = range(len(boxes))
        order = _order(len(boxes), list(wires))
        self._place = {box: place for place, box in enumerate(order)}
        self._order = order
        self.wires = [wire for wire in wires if self._place[wire.source] < self._place[wire.target]]
        self._into: list[list[Wire]] = [[] for _ in numbers]
        self._from: list[list[Wire]] = [[] for _ in numbers]
        for wire in self.wires:
            self._into[wire.target].append(wire)
            self._from[wire.source].append(wire)

    @cached_property
    def columns(self) -> list[int]:
        """The column of each box: behind the last of those that feed it; without any, just before those it feeds."""
        found = [0] * len(self.boxes)
        for box in self._order:
            found[box] = max((found[wire.source] + 1 for wire in self._into[box]), default=0)
        for box in reversed(self._order):
            if not self._into[box] and self._from[box]:
                found[box] = min(found[wire.target] for wire in self._from[box]) - 1
        lowest = min(found)
        return [column - lowest for column in found]

    @cached_property
    def spine(self) -> list[int]:
        """The boxes of the heaviest path; of paths that weigh the same at a merge, the one in the middle."""
        weight = [0] * len(self.boxes)
        before: list[int | None] = [None] * len(self.boxes)
        for box in self._order:
            wires = [wire for wire in self._into[box] if not wire.aside] or self._into[box]
            best = max((weight[wire.source] for wire in wires), default=0)
            ways = sorted({(wire.port, wire.source) for wire in wires if weight[wire.source] == best})
            before[box] = ways[(len(ways) - 1) // 2][1] if ways else None
            weight[box] = best + self.boxes[box].weight
        ends = [box for box in self._order if not self._from[box]]
        current: int | None = max(ends, key=lambda box: (weight[box], -self._place[box]))
        path: list[int] = []
        while current is not None:
            path.append(current)
            current = before[current]
        return path[::-1]

    @cached_property
    def chains(self) -> list[Chain]:
        """Everything beside the spine, in the order in which to place it."""
        return sorted((*self._side_chains(), *self._skips()), key=lambda chain: chain.rank)

    def _side_chains(self) -> list[Chain]:
        on_spine = set(self.spine)
        tail = [0] * len(self.boxes)
        for box in reversed(self._order):
            if box not in on_spine:
                tail[box] = 1 + max((tail[wire.target] for wire in self._from[box]), default=0)

        def longest(box: int) -> tuple[int, int]:
            return tail[box], -self._place[box]

        owner: dict[int, int] = {}
        parts: list[list[int]] = []
        for box in sorted((box for box in self._order if tail[box]), key=longest, reverse=True):
            if box in owner:
                continue
            part: list[int] = []
            following: int | None = box
            while following is not None:
                owner[following] = len(parts)
                part.append(following)
                ahead = [wire.target for wire in self._from[following] if tail[wire.target]]
                ahead = [target for target in ahead if target not in owner]
                following = max(ahead, key=longest, default=None)
            parts.append(part)
        return [self._chain(part, parts, owner) for part in parts]

    def _chain(self, part: list[int], parts: list[list[int]], owner: dict[int, int]) -> Chain:
        columns = self.columns
        before = [columns[wire.source] for wire in self._into[part[0]]]
        behind = [columns[wire.target] for wire in self._from[part[-1]]]
        first = min([columns[part[0]], *(column + 1 for column in before)])
        last = max([columns[part[-1]], *(column - 1 for column in behind)])
        port, depth = self._joining_port(part, parts, owner)
        rank = (depth, last - first, abs(port), self._place[part[0]])
        start = next((columns[w.source] for w in self._into[part[0]] if w.source not in owner), None)
        end = next((columns[w.target] for w in self._from[part[-1]] if w.target not in owner), None)
        return Chain(tuple(part), first, last, start, end, port < 0, rank)

    def _joining_port(self, part: list[int], parts: list[list[int]], owner: dict[int, int]) -> tuple[int, int]:
        """How many ports below that of the spine the chain joins it, and through how many other chains it does so."""
        depth = 0
        while True:
            ends = self._from[part[-1]]
            direct = next((wire for wire in ends if wire.target not in owner), None)
            if direct is not None:
                return direct.port - self._spine_port[direct.target], depth
            if not ends:
                return 1, depth
            part = parts[owner[ends[0].target]]
            depth += 1

    @cached_property
    def _spine_port(self) -> dict[int, int]:
        """The port at which the spine enters each of its boxes."""
        found = dict.fromkeys(self.spine, 0)
        for source, target in zip(self.spine, self.spine[1:], strict=False):
            found[target] = min(wire.port for wire in self._into[target] if wire.source == source)
        return found

    def _skips(self) -> list[Chain]:
        """The wires from the spine to the spine that pass over boxes of it; those of one source share one lane."""
        place = {box: number for number, box in enumerate(self.spine)}
        lanes: dict[tuple[int, bool], list[Wire]] = defaultdict(list)
        for wire in self.wires:
            if wire.source in place and place.get(wire.target, 0) > place[wire.source] + 1:
                lanes[wire.source, wire.port < self._spine_port[wire.target]].append(wire)
        found: list[Chain] = []
        for (source, is_above), wires in lanes.items():
            start, end = self.columns[source], max(self.columns[wire.target] for wire in wires)
            rank = (0, end - start - 2, 0, self._place[source])
            found.append(Chain((), start + 1, end - 1, start, end, is_above, rank))
        return found


def _order(count: int, wires: list[Wire]) -> list[int]:
    """All boxes so that each comes after those that feed it; where wires lead in a circle, by number."""
    missing = [0] * count
    ahead: list[list[int]] = [[] for _ in range(count)]
    for wire in wires:
        missing[wire.target] += 1
        ahead[wire.source].append(wire.target)
    ready = [box for box in range(count) if not missing[box]]
    done: list[int] = []
    seen = set(ready)
    untouched = iter(range(count))
    while len(done) < count:
        if len(ready) == len(done):
            box = next(box for box in untouched if box not in seen)
            seen.add(box)
            ready.append(box)
        current = ready[len(done)]
        done.append(current)
        for target in ahead[current]:
            missing[target] -= 1
            if not missing[target] and target not in seen:
                seen.add(target)
                ready.append(target)
    return done


def parts_of(count: int, wires: Iterable[Wire]) -> list[list[int]]:
    """The boxes in groups that hang together, those without any wire in one group at the end."""
    leader = list(range(count))

    def find(box: int) -> int:
        while leader[box] != box:
            leader[box] = leader[leader[box]]
            box = leader[box]
        return box

    for wire in wires:
        one, other = sorted((find(wire.source), find(wire.target)))
        leader[other] = one
    groups: dict[int, list[int]] = defaultdict(list)
    for box in range(count):
        groups[find(box)].append(box)
    alone = [group[0] for group in groups.values() if len(group) == 1]
    return [group for group in groups.values() if len(group) > 1] + ([alone] if alone else [])
