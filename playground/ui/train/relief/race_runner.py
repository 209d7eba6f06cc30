"""A race that is stepped in the background, as fast as is wanted, and what can be drawn of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from playground.train.relief.race import MOST_STEPS, Race, Racer
from playground.train.relief.surfaces import Floats, Point
from playground.ui.background import Background
from playground.ui.microscopes.alive import while_alive
from playground.ui.train.relief.race_grounds import RaceGround
from playground.ui.train.relief.relief import thinned

_TICK = 33
"""Milliseconds between two looks."""
_BUDGET = 0.025
"""Seconds that are stepped at a stretch, at most, so that the newest can be drawn."""
_DRAWN = 1500
"""Points of a track that are drawn."""


@dataclass(frozen=True, eq=False)
class TrackView:
    """What can be seen of one track: its points and heights, thinned, and how it stands.

    `steps` (points,) are the numbers of the steps they came after; `arrived` is the step after which it first was near
    a known minimum.
    """

    method: str
    points: Floats
    heights: Floats
    steps: Floats
    lowest: float
    arrived: int | None
    is_lost: bool


@dataclass(frozen=True, eq=False)
class RaceView:
    """Where everyone is after `steps` steps."""

    steps: int
    tracks: tuple[TrackView, ...]
    is_over: bool


class RaceRunner(QObject):
    """Steps one race. All of it happens on a thread of its own, one stretch after the other."""

    advanced = Signal(object)
    """RaceView: the newest."""
    playing_changed = Signal(bool)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self)
        app = QCoreApplication.instance()
        if app is not None:  # a thread that still runs when the program ends would abort it
            app.aboutToQuit.connect(self.close)
        self._number = 0
        self._made: tuple[RaceGround, Point, tuple[Racer, ...]] | None = None
        self._race: Race | None = None
        self._is_busy = self._is_over = False
        self._owed, self._waiting = 0.0, 0
        self.speed = 20.0
        """Steps a second."""
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._tick)

    def begin(self, ground: RaceGround, start: Point, racers: Sequence[Racer]) -> None:
        """Put everyone at the start; a race that is being played goes on playing from there."""
        self._number += 1
        self._made, self._race, self._is_over = (ground, start, tuple(racers)), None, False
        self._is_busy, self._waiting = False, 0
        self._advance(0)

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    def play(self, playing: bool) -> None:
        """Go on, or wait."""
        if playing == self.is_playing or (playing and self._is_over):
            return
        self._owed = 0.0
        if playing:
            self._timer.start()
        else:
            self._timer.stop()
        self.playing_changed.emit(playing)

    def step(self) -> None:
        """One step of everyone."""
        self.play(False)
        if self._is_busy:
            self._waiting += 1
        else:
            self._advance(1)

    @Slot()
    def close(self) -> None:
        """End the thread after the stretch that is being stepped."""
        self._timer.stop()
        self._number += 1
        self._background.leave()

    def _tick(self) -> None:
        if self._is_busy or self._is_over:
            return
        self._owed = min(self._owed + self.speed * _TICK / 1000, 2 * self.speed + 1)
        steps = int(self._owed)
        if steps:
            self._owed -= steps
            self._advance(steps)

    def _advance(self, steps: int) -> None:
        if self._made is None:
            return
        number, race, made = self._number, self._race, self._made
        self._is_busy = True

        def work() -> tuple[Race, RaceView]:
            ground, start, racers = made
            running = race or Race(ground.ground, ground.window, start, racers)
            until = time.perf_counter() + _BUDGET
            for _ in range(steps):
                running.step()
                if time.perf_counter() > until:
                    break
            return running, _view(running, ground)

        def done(found: tuple[Race, RaceView]) -> None:
            if number != self._number:
                return
            self._race, view = found
            self._is_busy, self._is_over = False, view.is_over
            if view.is_over:
                self.play(False)
            self.advanced.emit(view)
            if self._waiting and number == self._number and not view.is_over:  # Step was pressed meanwhile
                steps, self._waiting = self._waiting, 0
                self._advance(steps)

        def failed(error: Exception) -> None:
            if number != self._number:
                return
            self._is_busy = False
            self.play(False)
            if not isinstance(error, RuntimeError | MemoryError | OSError):
                raise error
            self.failed.emit(f"The race cannot go on: {error}")

        self._background.run("race", work, while_alive(self, done), while_alive(self, failed))


def _view(race: Race, ground: RaceGround) -> RaceView:
    """Copies of what is to be drawn, so that nobody reads what is being written."""
    views: list[TrackView] = []
    for track in race.tracks:
        numbers = np.arange(len(track.points), dtype=np.float64)
        rows = thinned(np.column_stack([track.points, track.heights, numbers]), _DRAWN).copy()
        arrived = track.steps_to(ground.minima, ground.near)
        views.append(
            TrackView(
                track.racer.method,
                rows[:, :2],
                rows[:, 2],
                rows[:, 3],
                float(track.heights.min()),
                arrived,
                track.standing == "lost",
            )
        )
    return RaceView(race.steps, tuple(views), race.is_over or race.steps >= MOST_STEPS)
