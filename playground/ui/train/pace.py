"""How far a run has come, how fast it goes, how long it will take; and how often the window asks for pictures."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from playground.train.messages import Ask
from playground.train.showing.passing import SMALL

_WINDOW = 4.0
"""Seconds over which speed is measured."""

PICTURES_EVERY, WEIGHTS_EVERY = 0.3, 1.0
"""Seconds between two snapshots for the window, at least."""

MOMENTS_EVERY = 0.08
"""Seconds between two moments that can be looked back at, at least."""


@dataclass(frozen=True)
class RunProgress:
    """Where a run stands: in `epoch` (from 1) of `epochs`, `fraction` (0 to 1) of the whole.

    `examples_per_second` counts training examples over all the time that passes, validation included; 0 and an
    infinite `seconds_left` while that is not known.
    """

    epoch: int = 0
    epochs: int = 0
    fraction: float = 0.0
    examples_per_second: float = 0.0
    seconds_left: float = math.inf


class Pace:
    """Measures the speed of a run from its positions on the epoch axis and the times at which they were reached."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()

    def forget(self) -> None:
        """A pause: what comes next has nothing to do with what was."""
        self._seen.clear()

    def note(self, position: float, now: float) -> None:
        """The run has reached `position` (in epochs) at `now` (seconds of any clock)."""
        self._seen.append((now, position))
        while now - self._seen[0][0] > _WINDOW and len(self._seen) > 2:
            self._seen.popleft()

    def progress(self, position: float, epochs: int, examples: int) -> RunProgress:
        """Everything together, for a run of `epochs` epochs of `examples` training examples each."""
        last = max(epochs, math.ceil(position))
        epoch = min(last, math.floor(position) + 1)
        fraction = min(1.0, position / last) if last else 0.0
        speed = self._speed()
        if speed <= 0:
            return RunProgress(epoch, last, fraction)
        return RunProgress(epoch, last, fraction, speed * examples, max(0.0, epochs - position) / speed)

    def _speed(self) -> float:
        """Epochs a second."""
        if len(self._seen) < 2:
            return 0.0
        (began, start), (ended, end) = self._seen[0], self._seen[-1]
        return (end - start) / (ended - began) if ended - began > 0.2 else 0.0


class Requests:
    """When to ask the engine for its newest pictures, mistakes and weights: at most one of each on its way.

    Weights are asked for several times a second, for the moments to look back at. A small network sends those by itself
    (`passing`), and is asked for pictures as often instead, which cost little. A large network's weights take long to
    take in: they are asked for, and handed to the session, so rarely that it takes a thirtieth of the time at most.
    (The engine spares its own time by itself.)
    """

    def __init__(self) -> None:
        self.restart(0.0)

    def restart(self, now: float) -> Ask:
        """A run begins or goes on at `now`: what to ask for at once."""
        self._pictures_at, self._pictures_every = now, PICTURES_EVERY
        self._weights_at: float | None = None
        self._weights_every = MOMENTS_EVERY
        self._handed_at, self._handed_every = now, WEIGHTS_EVERY
        return Ask(pictures=True, mistakes=True, weights=True)

    def weights_came(self, now: float, took: float, size: int) -> None:
        """The weights that were asked for are here, of `size` bytes; taking them in took so many seconds."""
        is_small = size <= SMALL
        self._weights_at = now
        self._weights_every = WEIGHTS_EVERY if is_small else max(MOMENTS_EVERY, 30 * took)
        self._pictures_every = MOMENTS_EVERY if is_small else PICTURES_EVERY

    def hands_over(self, now: float) -> bool:
        """Whether it is time to hand weights that have come to the session, from which all else follows."""
        return now - self._handed_at >= self._handed_every

    def handed_over(self, now: float, took: float) -> None:
        """They were, which took so many seconds."""
        self._handed_at, self._handed_every = now, max(WEIGHTS_EVERY, 30 * took)

    def due(self, now: float, mistakes_came: bool) -> Ask | None:
        """What to ask for now, if anything."""
        pictures = now - self._pictures_at > self._pictures_every
        weights = self._weights_at is not None and now - self._weights_at > self._weights_every
        if pictures:
            self._pictures_at = now
        if weights:
            self._weights_at = None
        return Ask(pictures, mistakes_came, weights) if pictures or mistakes_came or weights else None
