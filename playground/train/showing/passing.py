"""Weights kept in passing while a small network trains: its runs are over before anyone could ask for them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping

import numpy as np

SMALL = 64 * 1024
"""Bytes of weights up to which a network is small."""
_FIRST, _LATER, _PART = 0.002, 0.03, 0.02
"""Seconds between two of them, at the beginning and at last; between, this part of the time that the run has taken."""
_SPARING = 50
"""All together take a fiftieth of the time at most."""
_TRIALS = 3
"""So many are taken before it is known what one costs: the first is always dear."""
_MOST = 64
"""Kept until they are collected; beyond that every second one is let go."""

State = Mapping[str, np.ndarray]


class Passing:
    """The weights of the moments since they were last collected, each with its place on the epoch axis."""

    def __init__(self) -> None:
        self._kept: list[tuple[float, State]] = []
        self._began, self._not_before = math.inf, 0.0
        self._is_small = True
        self._taken, self._cost = 0, math.inf

    def see(self, position: float, state: Callable[[], State]) -> None:
        """The run is there now; its weights are taken if it is time."""
        now, began = time.monotonic(), time.thread_time()
        if not self._is_small or now < self._not_before:
            return
        self._began = min(self._began, now)
        taken = state()
        if sum(array.nbytes for array in taken.values()) > SMALL:
            self._is_small = False
            return
        self._kept.append((position, taken))
        if len(self._kept) > _MOST:
            del self._kept[1::2]
        self._taken += 1
        self._cost = min(self._cost, time.thread_time() - began)
        apart = min(max(_FIRST, _PART * (now - self._began)), _LATER)
        self._not_before = now + max(apart, _SPARING * self._cost if self._taken > _TRIALS else 0.0)

    def collect(self) -> tuple[tuple[float, State], ...]:
        """What has been kept since the last time."""
        kept, self._kept = tuple(self._kept), []
        return kept
