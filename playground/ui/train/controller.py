"""Training as the window steers it: play, pause, stop, one batch, one epoch, reset; and what edits do to a run.

It joins the session (document, weights) and the worker (engine). Everything here happens in the GUI thread, and nothing
waits: commands go out at once, and what comes back is collected by a timer (see `replies`).
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from playground.graph.experiment import Experiment
from playground.graph.model import ParamValue
from playground.train.checkpoints import Checkpoint
from playground.train.history import History
from playground.train.messages import Change, Drop, Go, Pause, Start, Stop, Until
from playground.train.preparation import fingerprint, learns_alike, same_run
from playground.train.runs.store import RunStore
from playground.train.steering import needs_new_start
from playground.ui.session import Session
from playground.ui.train.coach.lecture import Lecture
from playground.ui.train.replies import EngineReplies
from playground.ui.train.runs.going_back import GoingBack
from playground.ui.train.runs.kept_runs import KeptRuns
from playground.ui.train.runs.shown_runs import ShownRuns
from playground.ui.train.runs.side_runs import SideRuns
from playground.ui.train.training_state import Run, State
from playground.ui.training_worker import TrainingWorker

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis
    from playground.ui.train.runs.sweep_runs import SweepRuns

_EARLY = 1500
"""Milliseconds after the network is first known until the engine starts to warm up."""


class TrainingController(EngineReplies):
    """Plays, pauses and ends training of the session's network.

    Views read its state (see TrainingState) and call its commands; the window calls `close` when it closes.
    """

    def __init__(
        self,
        session: Session,
        worker: TrainingWorker | None = None,
        parent: QObject | None = None,
        store: RunStore | None = None,
        checkpoints: Path | None = None,
    ) -> None:
        """`store` is where runs are kept, and in `checkpoints` places to go back to; None: they are not."""
        super().__init__(session, worker or TrainingWorker(), parent)
        self._worker.setParent(self)
        self.side_runs = SideRuns(self._worker.another, self)
        self.lecture = Lecture(session, self.side_runs, self)
        self.kept_runs = KeptRuns(session, self, self.side_runs, store)
        self.shown_runs = ShownRuns(self.side_runs, self.kept_runs, self)
        self.going_back = GoingBack(session, self, checkpoints)
        self._document = session.document
        self._wanted: Until | None = None
        """What to begin as soon as the network is analysed and the last run has answered."""
        self._early = QTimer(self)
        self._early.setSingleShot(True)
        self._early.timeout.connect(self.warm_up)
        session.experiment_changed.connect(self._on_experiment)
        session.analysis_changed.connect(self._on_analysis)
        session.weights_changed.connect(self._on_weights)
        session.document_opened.connect(self._on_document_opened)

    @cached_property
    def sweep(self) -> SweepRuns:
        """The runs of a sweep; imported when they are first wanted, for the window is there sooner without them."""
        from playground.ui.train.runs.sweep_runs import SweepRuns

        return SweepRuns(self.side_runs, self)

    # ---- commands

    @Slot()
    def warm_up(self) -> None:
        """Start the engine, so that it is ready when it is needed."""
        if not self._worker.isRunning():
            self._worker.send()

    @Slot()
    def play(self) -> None:
        """Train until all epochs are done; once they are, train for more (one undoable edit of their number)."""
        if self._state in ("running", "preparing"):
            self._session.message.emit("warning", "Training is already running. Stop it before you start another run.")
        elif self._state == "paused":
            self._step("end")
        else:
            if self.is_complete:
                self._extend()
            self._begin("end")

    @Slot()
    def pause(self) -> None:
        """Wait after the batch that is being computed."""
        if self._state == "running" and not self._is_waiting:
            self._send_and_wait(Pause())
        elif self._state == "preparing":
            self._drop()
            self._set_state("idle")

    @Slot()
    def toggle(self) -> None:
        """Play or pause, as the space bar does."""
        if self._state in ("running", "preparing"):
            self.pause()
        else:
            self.play()

    @Slot()
    def stop(self) -> None:
        """End the run here: what was learnt is kept and tried on the test examples. Play goes on from there."""
        if self._state == "preparing":
            self.pause()
        elif self.is_live and not self._is_waiting:
            self._send_and_wait(Stop())

    @Slot()
    def one_batch(self) -> None:
        """Train for one batch, then pause."""
        self._step("batch")

    @Slot()
    def one_epoch(self) -> None:
        """Train to the end of the epoch, then pause."""
        self._step("epoch")

    @Slot()
    def reset(self) -> None:
        """Back to the starting weights that the seed gives; the curves begin anew."""
        self._session.reset_weights()

    @Slot()
    def new_seed(self) -> None:
        """Draw other starting weights, another order of the examples and another validation part."""
        self.set_seed(random.choice([number for number in range(1000) if number != self._session.experiment.seed]))

    def set_seed(self, seed: int) -> None:
        """Begin anew from this seed. The seed can be undone; what was learnt is gone."""
        self._drop()
        self._session.apply("Change the seed", replace(self._session.experiment, seed=seed))
        self._session.reset_weights()

    def set_initialiser(self, initialiser: str, params: Mapping[str, ParamValue]) -> None:
        """Draw the starting weights in another way (undoable), and begin anew with them; what was learnt is gone."""
        experiment = self._session.experiment
        training = replace(experiment.training, initialiser=initialiser, initialiser_params=dict(params))
        self._drop()
        self._session.apply("Change the starting weights", replace(experiment, training=training))
        self._session.reset_weights()

    def set_learning_rate(self, learning_rate: float) -> None:
        """Learn faster or slower from the next batch on (undoable)."""
        experiment = self._session.experiment
        training = replace(experiment.training, learning_rate=learning_rate)
        self._session.apply("Change the learning rate", replace(experiment, training=training), merge="learning_rate")

    @Slot()
    def try_lower_rate(self) -> None:
        """After a run that diverged: go on from the weights that were left, with a lower learning rate (undoable)."""
        if self.lower_rate is not None and not self.is_live:
            self.set_learning_rate(self.lower_rate)
            self.play()

    @Slot()
    def take_best(self) -> None:
        """Take the weights of the epoch with the lowest validation loss, and try them on the test examples."""
        checkpoint, analysis = self._checkpoint(), self._session.analysis
        if self.is_live or analysis is None or checkpoint is None or checkpoint.best is None or self.is_outdated:
            return
        experiment = self._session.experiment
        nothing_more = replace(experiment.training, epochs=max(1, checkpoint.epoch))
        kept = replace(checkpoint, state=checkpoint.best.state, optimizer={})
        self._launch(analysis, replace(experiment, training=nothing_more), kept, "end")
        self._holds_best = True
        if self._run is not None:
            self._run.ending = f"The weights are now those of epoch {checkpoint.best.epoch:,}, the best on validation."

    def settle(self) -> None:
        """Bring in what training has sent so far, before the document is saved; a run goes on as it was."""
        self._drain()

    def close(self) -> None:
        """End training and its engine at once; nothing comes after."""
        self._early.stop()
        self._timer.stop()
        self.side_runs.close()
        self.looking.close()
        self._worker.end()
        self.kept_runs.close()

    # ---- beginning and going on

    def _step(self, until: Until) -> None:
        if self._state == "paused" and not self._is_waiting:
            self._go(until)
        elif not self.is_live:
            self._begin(until)

    def _extend(self) -> None:
        experiment, more = self._session.experiment, self.more_epochs
        training = replace(experiment.training, epochs=experiment.training.epochs + more)
        self._session.apply(f"Train for {more:,} more epochs", replace(experiment, training=training))

    def _go(self, until: Until) -> None:
        self._pace.forget()
        self._worker.send(self._requests.restart(time.monotonic()), Go(until))
        self._set_state("running")

    def _begin(self, until: Until) -> None:
        """Start a run, now or as soon as the network is analysed and the last run has answered."""
        analysis, experiment = self._session.analysis, self._session.experiment
        if self._run is not None or analysis is None or analysis.graph is not experiment.graph:
            self._wanted = until
            self._set_state("preparing")
            return
        self._wanted = None
        if self.obstacle:
            self._fail(self.obstacle)
            return
        checkpoint = self._checkpoint()
        if checkpoint is None or checkpoint.fingerprint != fingerprint(experiment):
            checkpoint = None
            self.history, self.pictures, self.mistakes = History(), None, None
            self.over_time.clear()
            self.looking.forget()
            self.begun_anew.emit(experiment)
        elif checkpoint.epoch >= experiment.training.epochs:  # one batch or epoch beyond what the settings ask for
            experiment = replace(experiment, training=replace(experiment.training, epochs=checkpoint.epoch + 1))
        self._launch(analysis, experiment, checkpoint, until)

    def _launch(self, analysis: Analysis, experiment: Experiment, checkpoint: Checkpoint | None, until: Until) -> None:
        self._number += 1
        self._run, self._holds_best = Run(self._number, analysis, experiment), False
        self.message, self.details, self.lower_rate = "", "", None
        self._pace.forget()
        state = {} if checkpoint is not None else self._session.starting_state()
        start = Start(self._number, experiment, dict(state), checkpoint, until)
        self._worker.send(start, self._requests.restart(time.monotonic()))
        self._set_state("preparing")
        self.history_changed.emit()

    def _send_and_wait(self, *commands: Pause | Stop | Drop) -> None:
        self._is_waiting = True
        self._worker.send(*commands)
        self._watch()
        self.state_changed.emit(self._state)

    def _on_run_ended(self, state: State) -> None:
        """Begin the next run if one is wanted."""
        if self._wanted is not None:
            self._begin(self._wanted)
        else:
            self._set_state(state)

    # ---- what happens to the document meanwhile

    def _drop(self) -> None:
        """Forget the run at once; nothing that it still sends counts."""
        if self._run is not None:
            self._worker.send(Drop())
        self._run, self._wanted, self._is_waiting = None, None, False
        self._pace.forget()

    def _leave(self, run: Run, message: str, goes_on: bool) -> None:
        """End the run, keep what it learnt, and begin another one if it `goes_on`."""
        run.is_leaving = True
        self._wanted = "end" if goes_on else None
        self._set_state("preparing" if goes_on else "idle")
        self._send_and_wait(Pause(), Drop())
        if message:
            self._session.message.emit("info", message)

    @Slot(object, object)
    def _on_experiment(self, before: Experiment, after: Experiment) -> None:
        run = self._run
        if run is None or run.is_leaving or self._session.document is not self._document:
            return
        if not same_run(run.experiment, after):
            what = "network" if before.graph != after.graph else "data" if before.data != after.data else "seed"
            if before.training.starting_values != after.training.starting_values:
                what = "way to draw starting weights"
            if before.weights_by_hand != after.weights_by_hand:
                what = "value of a weight"
            if before.base != after.base:
                what = "beginning"
            self._leave(
                run,
                f"The {what} changed, so training stopped. What was learnt is kept wherever it still fits; "
                "Play begins a new run with it.",
                goes_on=False,
            )
            return
        old, new = run.experiment.training, after.training
        if needs_new_start(old, new) or not learns_alike(run.experiment.graph, after.graph):
            self._leave(run, "", goes_on=self._state in ("running", "preparing"))
        elif old != new:
            run.experiment = after
            self._worker.send(Change(new))

    @Slot(object)
    def _on_analysis(self, _analysis: object) -> None:
        if not self._worker.isRunning() and not self._early.isActive():
            self._early.start(_EARLY)
        if self._wanted is not None and self._run is None:
            self._begin(self._wanted)

    @Slot()
    def _on_weights(self) -> None:
        """Weights and curves were set by someone else: by a reset."""
        if self._session.progress is not self._known_progress:
            self._show_progress()

    @Slot()
    def _on_document_opened(self) -> None:
        self._document = self._session.document
        self._show_progress()

    def _show_progress(self) -> None:
        """Drop the run and show the curves that the session has: those of a file, or none."""
        self._drop()
        self._known_progress = self._session.progress
        self.pictures, self.mistakes, self.message, self.details = None, None, "", ""
        self.over_time.clear()
        self.history = self._history_of(self._session.progress)
        self.looking.forget()
        self._set_state("idle")
        self.history_changed.emit()
        self.pictures_changed.emit()
        self.mistakes_changed.emit()
