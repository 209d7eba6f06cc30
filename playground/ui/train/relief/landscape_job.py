"""Measuring a landscape in the background: what is asked for, and what has come back so far."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from playground.data import DataError
from playground.graph.experiment import Experiment
from playground.train.errors import TrainError
from playground.train.preparation import split_for
from playground.train.relief.grids import Measured, Part, grid
from playground.train.relief.planes import (
    Arrays,
    Kind,
    Plane,
    WeightPlace,
    around,
    most_moved,
    path_plane,
    random_plane,
    weight_plane,
)
from playground.train.relief.surfaces import Floats
from playground.train.showing.moments import Moment, Moments
from playground.ui.background import Background
from playground.ui.microscopes.alive import while_alive
from playground.ui.train.relief.relief import Relief

if TYPE_CHECKING:
    from playground.train.relief.landscape import LossInPlane

_LOOK = 150
"""Milliseconds between two looks at what was measured."""

Way = tuple[Moment, ...]
"""Moments of a run, oldest first."""

_NO_MEMORY = "There is not enough memory for this. Choose fewer examples, or a smaller network."


@dataclass(frozen=True, eq=False)
class Wanted:
    """A landscape that is asked for.

    `state` holds the tensors of now, `way` the run's moments, oldest first. `places` are the two weights, None
    for the two that moved most. `reach` is how far to look; with `fits_way` as far as the way goes.
    """

    experiment: Experiment
    state: Arrays
    way: Way = ()
    kind: Kind = "random"
    seed: int = 0
    reach: float = 1.0
    places: tuple[WeightPlace, WeightPlace] | None = None
    fits_way: bool = False
    examples: int = 256
    part: Part = "training"
    size: int = 41


@dataclass(frozen=True, eq=False)
class Ready:
    """The plane is known, before anything is measured. `places` are the two weights that it goes along, if it does.

    `way` (moments, 2) is where the run's moments lie in it, `positions` when they were on the epoch axis, `seen` how
    much of the movement that shows.
    """

    ground: LossInPlane
    plane: Plane
    places: tuple[WeightPlace, WeightPlace] | None
    way: Floats
    positions: tuple[float, ...]
    seen: float


class LandscapeJob(QObject):
    """Measures one landscape at a time on a thread of its own, so that nothing else has to wait."""

    ready = Signal(object)
    """Ready: what will be measured."""
    grown = Signal()
    """More of `values` is there."""
    ended = Signal()
    """All is measured, or it was cancelled."""
    failed = Signal(str)
    """Why there is no landscape, in plain words."""
    placed = Signal(object, object, float)
    """Where the way lies in the plane now, when its moments were, and how much of the movement that shows."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._end_with_program()
        self._cancelled = threading.Event()
        self._arrived: deque[Ready | Measured] = deque()
        self._began = 0.0
        self.made: Ready | None = None
        self.wanted: Wanted | None = None
        self.values: Floats = np.zeros((0, 0))
        self.done = self.total = 0
        self.is_running = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK)
        self._timer.timeout.connect(self._drain)

    def start(self, wanted: Wanted) -> None:
        """Measure this landscape; what was being measured is left."""
        self.cancel()
        self._cancelled, self._arrived = threading.Event(), deque()
        self.wanted, self.made = wanted, None
        self.values = np.full((wanted.size, wanted.size), np.nan)
        self.done, self.total, self.is_running = 0, wanted.size**2, True
        cancelled, arrived = self._cancelled, self._arrived

        def end(error: Exception | None) -> None:
            if cancelled is self._cancelled and self.is_running:
                self._finish(error)

        def work() -> None:
            _measure(wanted, arrived, cancelled)

        self._background.run("landscape", work, while_alive(self, lambda _: end(None)), while_alive(self, end))
        self._timer.start()

    @Slot()
    def cancel(self) -> None:
        """Stop measuring; what is there stays."""
        self._cancelled.set()
        if self.is_running:
            self._finish(None)

    def forget(self) -> None:
        """There is no landscape: what was measured is of a network that is no more."""
        self.cancel()
        self.made, self.values = None, np.zeros((0, 0))
        self.done = self.total = 0

    def _end_with_program(self) -> None:
        app = QCoreApplication.instance()
        if app is not None:  # a thread that still runs when the program ends would abort it
            app.aboutToQuit.connect(self.close)

    @Slot()
    def close(self) -> None:
        """End the thread after the point that is being measured."""
        self._cancelled.set()
        self._timer.stop()
        self._background.leave()

    def place_again(self, way: Way) -> None:
        """Find out where the way lies by now; the answer comes as `placed`."""
        if self.made is None or self.is_running:
            return
        made = self.made

        def tell(found: tuple[Floats, float]) -> None:
            if made is self.made:
                self.placed.emit(found[0], positions, found[1])

        positions = tuple(moment.position for moment in way)
        self._background.run("way", lambda: made.plane.place(states_of(way)), while_alive(self, tell))

    @property
    def relief(self) -> Relief | None:
        """What is measured so far; None before anything is."""
        if self.made is None or not self.done:
            return None
        xs, ys = grid(self.made.plane.window, len(self.values))
        return Relief(xs, ys, self.values.copy(), self.made.plane.labels, has_lines=not self.is_running)

    @property
    def seconds_left(self) -> float:
        """How long it will still take at this speed; NaN while that is not known."""
        if not self.done or not self._began:
            return float("nan")
        return (time.monotonic() - self._began) / self.done * (self.total - self.done)

    @Slot()
    def _drain(self) -> None:
        is_new = False
        while self._arrived:
            event = self._arrived.popleft()
            if isinstance(event, Measured):
                self.values[event.row, event.column] = event.loss
                self.done, is_new = event.done, True
            else:
                self.made, self._began = event, time.monotonic()
                self.ready.emit(event)
        if is_new:
            self.grown.emit()

    def _finish(self, error: Exception | None) -> None:
        self._drain()
        self._timer.stop()
        self.is_running = False
        if error is not None:
            self.forget()
        if error is None:
            self.ended.emit()
        elif isinstance(error, TrainError | DataError):
            self.failed.emit(str(error))
        elif isinstance(error, RuntimeError | MemoryError | OSError):
            self.failed.emit(_in_plain_words(error))
        else:
            raise error


def _in_plain_words(error: Exception) -> str:
    from playground.train.device import is_out_of_memory

    return _NO_MEMORY if is_out_of_memory(error) else f"The loss cannot be measured here: {error}"


def _measure(wanted: Wanted, arrived: deque[Ready | Measured], cancelled: threading.Event) -> None:
    """On the worker thread."""
    from playground.train.relief.landscape import LossInPlane, measure

    if cancelled.is_set():
        return
    split = split_for(wanted.experiment)
    ground = LossInPlane(wanted.experiment, split, wanted.state, wanted.examples, wanted.part)
    plane, places = _plane(wanted, ground.centre)
    way, seen = plane.place(states_of(wanted.way))
    if wanted.fits_way and wanted.kind != "path" and len(way) > 1:
        plane = around(plane, way)
    positions = tuple(moment.position for moment in wanted.way)
    arrived.append(Ready(ground, plane, places, way, positions, seen))
    for measured in measure(ground, plane, wanted.size):
        arrived.append(measured)
        if cancelled.is_set():
            return


def _plane(wanted: Wanted, centre: Arrays) -> tuple[Plane, tuple[WeightPlace, WeightPlace] | None]:
    if wanted.kind == "random":
        return random_plane(centre, wanted.seed, wanted.reach), None
    if wanted.kind == "path":
        return path_plane(centre, states_of(wanted.way)), None
    places = wanted.places
    if places is None or not all(place.name in centre for place in places):
        places = most_moved(centre, states_of(wanted.way))
    if places is None:
        raise TrainError("This network has a single weight to learn; a landscape needs two. Add a unit or a layer.")
    return weight_plane(centre, *places, wanted.reach), places


def way_of(moments: Moments, most: int = 80) -> Way:
    """At most so many of a run's moments, evenly chosen, the first and the last among them."""
    positions = moments.positions
    if len(positions) > most:
        chosen = np.linspace(0, len(positions) - 1, most).round().astype(int)
        positions = tuple(positions[number] for number in chosen.tolist())
    found = (moments.at(position) for position in positions)
    return tuple(moment for moment in found if moment is not None)


def states_of(way: Way) -> tuple[Arrays, ...]:
    """The weights at these moments."""
    return tuple(moment.state for moment in way)
