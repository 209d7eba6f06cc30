"""Runs beside the run of the document: twins, baselines, points of a sweep. They never touch the document.

Each trains in an engine process of its own, at most two at a time; the others wait for their turn. An engine that has
had nothing to do for a while is ended, so that it costs no memory.
"""

from __future__ import annotations

import itertools
import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from playground.graph.experiment import Experiment
from playground.train.checkpoints import Checkpoint
from playground.train.events import BatchDone, BatchesDone, EpochDone, Event, Finished, Reason, Started
from playground.train.history import History
from playground.train.messages import Died, Drop, Failed, Happened, Message, Ready, Start, Stop
from playground.train.preparation import fingerprint
from playground.ui.training_worker import TrainingWorker

log = logging.getLogger(__name__)

SideState = Literal["waiting", "preparing", "running", "finished", "stopped", "failed"]
"""stopped: it was called off before it had learnt anything. A run that is stopped later has finished, early."""

AT_A_TIME = 2
"""So many runs train beside the main one; the rest wait."""

SWEEP = "sweep"
"""The group of the runs of a sweep."""

_MOST_OVER = 40
"""So many runs that are over stay here; older ones can be had from where runs are kept."""

ROLES = tuple(f"run_{number}" for number in range(1, 7))
"""The theme's colours for lines of runs, given out in this order."""

_LOOK_MS = 100
_IDLE_SECONDS = 20.0
"""So long an engine without a run is kept warm for the next one."""

Arrays = Mapping[str, np.ndarray]


class SideRun(QObject):
    """One run beside the main one: what it is to learn, and what it has shown so far."""

    changed = Signal()
    """The curve has grown, or the state is another one; ten times a second at most."""

    def __init__(self, title: str, experiment: Experiment, role: str, group: str, parent: QObject) -> None:
        super().__init__(parent)
        self.title = title
        self.experiment = experiment
        self.history = History()
        self.state: SideState = "waiting"
        self.message = ""
        """How it ended or why it failed, in plain words."""
        self.reason: Reason | None = None
        """How it ended, None while it has not."""
        self.role = role
        """The theme's role of its colour."""
        self.is_shown = True
        """Whether its curves are drawn beside those of the main run."""
        self.group = group
        """Runs that belong together bear the same word; empty for a run on its own."""
        self.checkpoint: Checkpoint | None = None
        """Where it ended, until it is kept on disk."""
        self.key = ""
        """Under which key it is kept (see KeptRuns), empty while it is not."""
        self.number = 0
        self.state_to_begin: Arrays = {}
        self.resume: Checkpoint | None = None

    @property
    def is_listed(self) -> bool:
        """Whether it is named above the curves; the points of a sweep stand in a map of their own."""
        return self.group != SWEEP

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("finished", "stopped", "failed")

    @property
    def fraction(self) -> float:
        """How much of its epochs is done, 0 to 1."""
        return min(1.0, self.history.position / max(1, self.experiment.training.epochs))


@dataclass
class _Place:
    """An engine for one run after the other."""

    worker: TrainingWorker
    run: SideRun | None = None
    free_since: float = math.inf


class SideRuns(QObject):
    """All runs beside the main one, oldest first."""

    changed = Signal()
    """Which runs there are, what they are called, which are shown, or what one of them is doing."""
    ended = Signal(object)
    """A run is over: it has finished, was stopped, or has failed."""

    def __init__(
        self, make_worker: Callable[[], TrainingWorker] = TrainingWorker, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._make_worker = make_worker
        self._runs: list[SideRun] = []
        self._places: list[_Place] = []
        self._numbers = itertools.count(1)
        self.beside: Callable[[], Sequence[str]] = tuple
        """Says which colours are used by runs that are not of these."""
        self._is_closed = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def runs(self) -> tuple[SideRun, ...]:
        """All of them, oldest first."""
        return tuple(self._runs)

    @property
    def is_busy(self) -> bool:
        """Whether one trains or waits for its turn."""
        return any(not run.is_over for run in self._runs)

    # ---- commands

    def start(
        self,
        title: str,
        experiment: Experiment,
        *,
        state: Arrays | None = None,
        resume: Checkpoint | None = None,
        group: str = "",
        is_shown: bool = True,
    ) -> SideRun:
        """Begin a run as soon as an engine is free.

        Args:
            title: what the run is called, unlike those there are: a number is added where it is not.
            experiment: what it learns, how, and for how many epochs.
            state: tensors to begin with where names and shapes agree ("from the same start"); the others are drawn
                from the seed.
            resume: go on from here ("from the same point"), counting the epochs on, even if the experiment is another
                one than that which led here; its tensors are taken where names and shapes agree.
            group: a word for runs that belong together.
            is_shown: whether its curves are drawn beside the main run's.
        """
        run = SideRun(self._own_title(title), experiment, self.free_role(), group, self)
        run.is_shown, run.number = is_shown, next(self._numbers)
        run.state_to_begin = dict(state or {})
        run.resume = None if resume is None else taken_on(resume, experiment)
        self._runs.append(run)
        over = [each for each in self._runs if each.is_over]
        for each in over[: max(0, len(over) - _MOST_OVER)]:
            self.remove(each)
        self._fill_places()
        self._timer.start()
        self.changed.emit()
        return run

    def stop(self, run: SideRun) -> None:
        """End a run where it stands: what it has learnt is tried on the test examples."""
        place = self._place_of(run)
        if run.is_over:
            return
        if place is None or run.state == "preparing":
            self._leave(place)
            self._end(run, "stopped", "It was called off before it began.")
        else:
            place.worker.send(Stop())

    def stop_all(self, group: str | None = None) -> None:
        """Stop every run, or those of a group."""
        for run in reversed(self.runs):
            if group is None or run.group == group:
                self.stop(run)

    def remove(self, run: SideRun) -> None:
        """Forget a run; one that still trains is ended at once."""
        if run not in self._runs:
            return
        self._leave(self._place_of(run))
        self._runs.remove(run)
        if not run.is_over:
            run.state = "stopped"
            self.ended.emit(run)
        self._fill_places()
        self.changed.emit()
        run.deleteLater()

    def show(self, run: SideRun, is_shown: bool) -> None:
        """Draw a run's curves beside the main run's, or not."""
        if run.is_shown != is_shown:
            run.is_shown = is_shown
            run.changed.emit()
            self.changed.emit()

    def rename(self, run: SideRun, title: str) -> None:
        """Call a run something else."""
        if title.strip() and title != run.title:
            run.title = title.strip()
            run.changed.emit()
            self.changed.emit()

    def close(self) -> None:
        """End all engines at once; nothing comes after."""
        self._is_closed = True
        self._timer.stop()
        for place in self._places:
            place.worker.end()
        self._places.clear()

    # ---- engines

    def _fill_places(self) -> None:
        """Give engines to the runs that wait."""
        for run in self._runs:
            if run.state != "waiting" or self._is_closed:
                continue
            place = next((place for place in self._places if place.run is None), None)
            if place is None and len(self._places) < AT_A_TIME:
                place = _Place(self._new_worker())
                self._places.append(place)
            if place is None:
                return
            place.run, run.state = run, "preparing"
            place.worker.send(Start(run.number, run.experiment, run.state_to_begin, run.resume))
            run.state_to_begin, run.resume = {}, None

    def _new_worker(self) -> TrainingWorker:
        worker = self._make_worker()
        worker.setParent(self)
        return worker

    def _place_of(self, run: SideRun) -> _Place | None:
        return next((place for place in self._places if place.run is run), None)

    def _leave(self, place: _Place | None) -> None:
        """The run of this engine does not count any more."""
        if place is not None and place.run is not None:
            place.worker.send(Drop())
            place.run, place.free_since = None, time.monotonic()

    @Slot()
    def _look(self) -> None:
        """Take in what has come, from all engines."""
        for place in tuple(self._places):
            run, points = place.run, 0 if place.run is None else len(place.run.history)
            for message in place.worker.take().messages:
                self._handle(place, message)
            if run is not None and place.run is run and len(run.history) != points:
                run.changed.emit()
        self._end_idle()
        if not self._places:
            self._timer.stop()

    def _end_idle(self) -> None:
        now = time.monotonic()
        for place in tuple(self._places):
            if place.run is None and now - place.free_since > _IDLE_SECONDS:
                self._places.remove(place)
                place.worker.end()
                place.worker.deleteLater()

    def _handle(self, place: _Place, message: Message) -> None:
        run = place.run
        if run is None or isinstance(message, Ready):
            return
        match message:
            case Died():
                self._end(run, "failed", message.message)
            case Happened() if message.run == run.number:
                for event in message.events:
                    self._on_event(run, event)
            case Failed() if message.run == run.number:
                if message.details:
                    log.error("a side run failed\n%s", message.details)
                self._end(run, "failed", message.message)
            case _:
                pass

    def _on_event(self, run: SideRun, event: Event) -> None:
        run.history.add(event)
        match event:
            case Started():
                self._set_state(run, "running")
            case BatchDone() | BatchesDone() | EpochDone():
                pass
            case Finished():
                run.checkpoint, run.reason = event.checkpoint, event.reason
                self._end(run, "failed" if event.reason == "diverged" else "finished", event.message)
            case _:
                pass

    def _end(self, run: SideRun, state: SideState, message: str) -> None:
        place = self._place_of(run)
        if place is not None:
            place.run, place.free_since = None, time.monotonic()
        run.message = message
        self._fill_places()
        self._set_state(run, state)
        self.ended.emit(run)

    def _set_state(self, run: SideRun, state: SideState) -> None:
        run.state = state
        run.changed.emit()
        self.changed.emit()

    # ---- names and colours

    def _own_title(self, title: str) -> str:
        taken = {run.title for run in self._runs}
        if title not in taken:
            return title
        return next(name for name in (f"{title} ({number})" for number in itertools.count(2)) if name not in taken)

    def free_role(self) -> str:
        """The colour that fewest of the shown runs have."""
        used = [*(run.role for run in self._runs if run.is_shown), *self.beside()]
        return min(ROLES, key=used.count)


def taken_on(resume: Checkpoint, experiment: Experiment) -> Checkpoint:
    """The checkpoint as the beginning of a run of `experiment`, which counts its epochs on from there.

    What is another network or has other data begins the epoch anew, with a best epoch of its own.
    """
    own = fingerprint(experiment)
    if resume.fingerprint == own:
        return resume
    begun = replace(resume, fingerprint=own, batch=0, loss_sum=0.0, right=0.0, seen=0)
    return replace(begun, best=None, lowest=math.inf, waited=0)
