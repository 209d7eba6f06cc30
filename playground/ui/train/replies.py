"""What the engine says and what follows from it: events into curves, snapshots into the session, ends into states."""

from __future__ import annotations

import logging
import math
import time

from PySide6.QtCore import QObject, QTimer, Slot

from playground.train.checkpoints import Checkpoint
from playground.train.events import BatchDone, BatchesDone, EpochDone, Event, Finished, Marked, Started
from playground.train.messages import (
    Died,
    Failed,
    Happened,
    Makeshift,
    Message,
    Passed,
    Paused,
    Ready,
    Refused,
    Weights,
)
from playground.ui.session import Session
from playground.ui.train.pace import Requests
from playground.ui.train.training_state import Run, State, TrainingState
from playground.ui.training_worker import TrainingWorker

log = logging.getLogger(__name__)

_FRAME = 33
"""Milliseconds between two looks at what has come."""
_REDRAW = 2
"""The curves are drawn again with every second look: more often would not be seen, but cost the training speed."""


class EngineReplies(TrainingState):
    """The part of the controller that listens to the engine, thirty times a second while there is anything to hear."""

    def __init__(self, session: Session, worker: TrainingWorker, parent: QObject | None = None) -> None:
        super().__init__(session, parent)
        self._worker = worker
        self._number = 0
        self._requests = Requests()
        self._has_news, self._frames = False, 0
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME)
        self._timer.timeout.connect(self._drain)
        worker.arrived.connect(self._watch)

    @Slot()
    def _watch(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _drain(self) -> None:
        """Take in what has come, all of it, and say what is new, each once."""
        taken, points = self._worker.take(), len(self.history)
        for message in taken.messages:
            self._handle(message)
        self._has_news |= len(self.history) != points
        self._frames += 1
        if taken.pictures is not None and taken.pictures[0] == self._number:
            self._frames = 0  # the pictures have this frame to themselves, the curves the next but one
            self.pictures = taken.pictures[1]
            self.over_time.add(taken.pictures[1])
            self.pictures_changed.emit()
        if taken.mistakes is not None and taken.mistakes[0] == self._number:
            self.mistakes = taken.mistakes[1]
            self.mistakes_changed.emit()
        if self._has_news and (self._frames >= _REDRAW or self._state != "running"):
            self._frames, self._has_news = 0, False
            self.history_changed.emit()
        if self._state == "running":
            request = self._requests.due(time.monotonic(), taken.mistakes is not None)
            if request is not None:
                self._worker.send(request)
        elif not (taken.messages or self._is_waiting or self._state == "preparing"):
            self._timer.stop()

    def _handle(self, message: Message) -> None:
        match message:
            case Ready():
                self.device, self.devices = message.description, message.devices
                self.engine_changed.emit()
            case Makeshift():
                self._session.message.emit("warning", message.message)
            case Died():
                self._on_died(message.message)
            case _ if self._run is None or message.run != self._run.number:
                pass  # of a run that was dropped
            case Happened():
                for event in message.events:
                    self._on_event(self._run, event)
            case Passed():
                self.looking.remember(self._run, message.moments)
            case Weights():
                self._on_weights_came(self._run, message.checkpoint)
            case Paused():
                self._on_paused(self._run, message.checkpoint)
            case Refused():
                self._session.message.emit("warning", message.message)
            case Failed():
                self._on_failed(self._run, message)

    def _on_event(self, run: Run, event: Event) -> None:
        self.history.add(event)
        match event:
            case Started():
                run.examples, run.batches, self.device = event.examples, event.batches, event.device
                if not run.is_leaving:
                    self._set_state("running")
                self.engine_changed.emit()
            case BatchDone() | BatchesDone() | EpochDone():
                self._pace.note(self.history.position, time.monotonic())
            case Marked():
                self.marked.emit(run.experiment, event.checkpoint)
            case Finished():
                is_back = event.holds_best or event.reason == "diverged" or bool(run.ending)
                self._take(run, event.checkpoint, is_back)
                self.message = run.ending or event.message
                self._holds_best |= event.holds_best
                self.lower_rate = event.lower_rate
                if event.reason == "diverged":
                    self._fail(event.message)
                else:
                    self._end_run("finished")
            case _:
                pass

    def _on_weights_came(self, run: Run, checkpoint: Checkpoint) -> None:
        """A moment of the run; now and then it is handed on to the session too, with all that follows from it."""
        began, size = time.thread_time(), sum(array.nbytes for array in checkpoint.state.values())
        if self._requests.hands_over(time.monotonic()):
            self._take(run, checkpoint)
            self._requests.handed_over(time.monotonic(), time.thread_time() - began)
            self._requests.weights_came(time.monotonic(), 0.0, size)
            return
        self.looking.remember(run, ((self._place_of(run, checkpoint), checkpoint.state),))
        self._requests.weights_came(time.monotonic(), time.thread_time() - began, size)

    def _on_paused(self, run: Run, checkpoint: Checkpoint) -> None:
        """The run waits: by command, after one batch or epoch, or because the document has changed under it."""
        self._take(run, checkpoint)
        if run.is_leaving:
            self._end_run("idle")
        else:
            self._is_waiting = False
            self._pace.forget()
            self._set_state("paused")

    def _on_failed(self, run: Run, message: Failed) -> None:
        if message.details:
            log.error("training failed\n%s", message.details)
        if message.checkpoint is not None:
            self._take(run, message.checkpoint)
        self._fail(message.message, message.details)

    def _on_died(self, cause: str) -> None:
        """The engine is gone, and with it what it had learnt since the last snapshot."""
        if self._run is None:
            return
        self.history = self._history_of(self._session.progress)
        place = f"epoch {math.floor(self.history.position) + 1}" if len(self.history) else "the beginning"
        self._fail(f"{cause} Kept are the weights of a moment before, in {place}. Press Play to go on from there.")
        self.history_changed.emit()

    def _fail(self, message: str, details: str = "") -> None:
        self.message, self.details = message, details
        if not self.is_watched:
            self._session.message.emit("error", message)
        self._end_run("failed")

    def _end_run(self, state: State) -> None:
        """No run is left."""
        self._run, self._is_waiting = None, False
        self._pace.forget()
        self._on_run_ended(state)

    def _on_run_ended(self, state: State) -> None:
        """What becomes of the state after a run."""
        self._set_state(state)

    def _set_state(self, state: State) -> None:
        if state in ("preparing", "running"):
            self._watch()
        super()._set_state(state)
