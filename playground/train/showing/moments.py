"""The past of a run: its weights at many moments, so that training can be looked at again from its beginning.

Memory is bounded. When the moments together hold more than the limit, every second one is let go, and from then on only
every second one that comes is kept: they stay spread over the whole run, and grow sparser as it grows longer. Tensors
that did not change between two moments (frozen layers) are held once.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from typing import cast

import numpy as np

from playground.train.events import Mistakes, Pictures, Predictions

LIMIT = 256_000_000
"""Bytes that all moments of a run may hold together."""

MOST = 2_000
"""Moments of a run, at most: more than a slider has places for."""


@dataclass(frozen=True, eq=False)
class Moment:
    """The network as it was at `position` on the epoch axis (2.5 is the middle of the third epoch).

    `state` holds its tensors by "node id.torch name". `pictures` are those that were taken nearest to it, `mistakes`
    the newest that were known then; both say themselves of when they are. `is_complete`: the mistakes are those that
    these very weights make.
    """

    position: float
    state: Mapping[str, np.ndarray] = field(repr=False)
    pictures: Pictures | None = field(default=None, repr=False)
    mistakes: Mistakes | Predictions | None = field(default=None, repr=False)
    is_complete: bool = False


class Moments:
    """Moments in order of their positions, bounded by `limit` bytes and `most` moments. The newest is always there."""

    def __init__(self, limit: int = LIMIT, most: int = MOST) -> None:
        self._limit, self._most = limit, most
        self.clear()

    def clear(self) -> None:
        """Forget all of them."""
        self._moments: list[Moment] = []
        self._holders: Counter[int] = Counter()
        self._bytes, self._stride, self._number = 0, 1, -1

    # ---- what is kept

    def add(self, moment: Moment) -> Moment:
        """Keep this one, and return it as it is kept; one at the same position is replaced."""
        index = bisect_left(self._moments, moment.position, key=_position)
        if index < len(self._moments):  # back to the best epoch, or the same place once more
            if self._moments[index].position == moment.position:
                self._release(self._moments.pop(index))
            moment = self._insert(index, moment)
        else:
            if self._moments and self._number % self._stride:  # it was only there because it was the newest
                self._release(self._moments.pop())
            moment = self._insert(len(self._moments), moment)
            self._number += 1
        self._make_room()
        return moment

    def complete(self, moment: Moment, mistakes: Mistakes | Predictions | None) -> Moment:
        """The moment together with the mistakes that its weights make; kept in its place if it is still there."""
        index = bisect_left(self._moments, moment.position, key=_position)
        kept = self._moments[index] if index < len(self._moments) else None
        if kept is None or kept.state is not moment.state:
            return replace(moment, mistakes=mistakes, is_complete=True)
        completed = replace(kept, mistakes=mistakes, is_complete=True)
        self._put(index, completed)
        self._make_room()
        return completed

    def illustrate(self, pictures: Pictures) -> None:
        """New pictures: every moment that they are nearer to than those that it has gets them."""
        for index in range(len(self._moments) - 1, -1, -1):
            moment = self._moments[index]
            known = math.inf if moment.pictures is None else abs(moment.pictures.position - moment.position)
            if abs(pictures.position - moment.position) >= known:
                break
            self._put(index, replace(moment, pictures=pictures))
        self._make_room()

    def at(self, position: float) -> Moment | None:
        """The moment nearest to a position; None if there are none."""
        after = bisect_left(self._moments, position, key=_position)
        around = self._moments[max(0, after - 1) : after + 1]
        return min(around, key=lambda moment: abs(moment.position - position), default=None)

    def beside(self, position: float, steps: int) -> Moment | None:
        """The moment so many steps later (or earlier) than the one nearest to `position`, at most the outermost."""
        nearest = self.at(position)
        if nearest is None:
            return None
        index = bisect_left(self._moments, nearest.position, key=_position) + steps
        return self._moments[min(max(index, 0), len(self._moments) - 1)]

    @property
    def positions(self) -> tuple[float, ...]:
        """Where they are, in order."""
        return tuple(moment.position for moment in self._moments)

    @property
    def newest(self) -> Moment | None:
        """The last one."""
        return self._moments[-1] if self._moments else None

    @property
    def bytes(self) -> int:
        """What they hold together, tensors that several share counted once."""
        return self._bytes

    @property
    def limit(self) -> int:
        """What they may hold together."""
        return self._limit

    @property
    def stride(self) -> int:
        """Of so many moments that came lately, one is kept: 1 as long as there was room for all, then 2, 4, 8."""
        return self._stride

    def __len__(self) -> int:
        return len(self._moments)

    # ---- room

    def _make_room(self) -> None:
        while len(self._moments) > 1 and (self._bytes > self._limit or len(self._moments) > self._most):
            self._thin()

    def _thin(self) -> None:
        """Every second one goes; the first and the newest stay."""
        last = len(self._moments) - 1
        kept = [moment for index, moment in enumerate(self._moments) if index % 2 == 0 or index == last]
        if len(kept) == len(self._moments):  # the first and the newest alone: there is no room for a past
            kept = kept[-1:]
        stays = {id(moment) for moment in kept}
        for moment in self._moments:
            if id(moment) not in stays:
                self._release(moment)
        self._moments = kept
        self._stride *= 2

    def _put(self, index: int, moment: Moment) -> None:
        """In place of the one that is there."""
        before, self._moments[index] = self._moments[index], moment
        self._hold(moment)
        self._release(before)

    def _insert(self, index: int, moment: Moment) -> Moment:
        moment = replace(moment, state=self._shared(moment.state, self._moments[index - 1] if index else None))
        self._moments.insert(index, moment)
        self._hold(moment)
        return moment

    def _shared(self, state: Mapping[str, np.ndarray], before: Moment | None) -> dict[str, np.ndarray]:
        """The tensors, those of the moment before in place of equal ones."""
        known: Mapping[str, np.ndarray] = dict[str, np.ndarray]() if before is None else before.state
        return {name: known[name] if _same(known.get(name), array) else array for name, array in state.items()}

    def _hold(self, moment: Moment) -> None:
        for array in _arrays(moment):
            if not self._holders[id(array)]:
                self._bytes += array.nbytes
            self._holders[id(array)] += 1

    def _release(self, moment: Moment) -> None:
        for array in _arrays(moment):
            self._holders[id(array)] -= 1
            if not self._holders[id(array)]:
                del self._holders[id(array)]
                self._bytes -= array.nbytes


def _position(moment: Moment) -> float:
    return moment.position


def _same(one: np.ndarray | None, other: np.ndarray) -> bool:
    """Whether both hold the same numbers; what training changed differs in its first numbers already."""
    if one is None or one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one is other:
        return True
    first = slice(0, 64)
    return np.array_equal(one.reshape(-1)[first], other.reshape(-1)[first]) and np.array_equal(one, other)


def _arrays(moment: Moment) -> list[np.ndarray]:
    """Everything of size that the moment holds."""
    return [*moment.state.values(), *_arrays_in(moment.pictures), *_arrays_in(moment.mistakes)]


def _arrays_in(value: object) -> Iterator[np.ndarray]:
    """The arrays in a frozen event, and in the events that it is made of."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, tuple):
        for part in cast(tuple[object, ...], value):
            yield from _arrays_in(part)
    elif is_dataclass(value):
        for part in vars(value).values():
            yield from _arrays_in(part)
