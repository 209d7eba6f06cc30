"""What is known of the training: its state, its curves, and why it cannot begin. Views read it, and nothing else."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from playground.graph.experiment import Experiment
from playground.train.checkpoints import Checkpoint, fingerprint_in
from playground.train.errors import TrainError
from playground.train.events import Mistakes, Pictures, Predictions
from playground.train.history import History
from playground.train.preparation import fingerprint, nothing_to_learn
from playground.train.showing.over_time import OverTime
from playground.ui.session import Progress, Session
from playground.ui.train.looking import Looking
from playground.ui.train.pace import Pace, RunProgress

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis

State = Literal["idle", "preparing", "running", "paused", "finished", "failed"]


@dataclass
class Run:
    """A run in the engine's hands, and for which network and settings it was begun."""

    number: int
    analysis: Analysis
    experiment: Experiment
    examples: int = 0
    batches: int = 0
    """In one epoch; 0 until the engine has said so."""
    is_leaving: bool = False
    """The document has changed under it: when it answers, its weights are taken and it is over."""
    ending: str = ""
    """What to say when it has finished, in place of the engine's words."""


class TrainingState(QObject):
    """The part of the controller that views read."""

    state_changed = Signal(str)
    """The state, or whether a command is on its way."""
    history_changed = Signal()
    """The curves have grown or begin anew."""
    pictures_changed = Signal()
    mistakes_changed = Signal()
    engine_changed = Signal()
    """It is known what the engine runs on."""
    marked = Signal(object, object)
    """(Experiment, Checkpoint): a place to come back to."""
    begun_anew = Signal(object)
    """(Experiment): a run begins that does not go on from another."""
    learnt = Signal(object, object)
    """(Experiment, Checkpoint): what the run has learnt so far was handed to the session."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._run: Run | None = None
        self._state: State = "idle"
        self._is_waiting = False
        self._holds_best = False
        self._pace = Pace()
        self._known_progress = session.progress
        self.history = self._history_of(session.progress)
        """The curves of the present run."""
        self.pictures: Pictures | None = None
        self.over_time = OverTime()
        """How the layers were, over the whole run."""
        self.mistakes: Mistakes | Predictions | None = None
        self.message, self.details = "", ""
        """How the last run ended or why it failed, in plain words; and for a report where the words do not say all."""
        self.lower_rate: float | None = None
        """After a run that diverged because of its learning rate: what to try instead."""
        self.device = ""
        """What the engine runs on, in words; empty until it is warm."""
        self.devices: tuple[str, ...] = ()
        """The keys of the devices that this machine has."""
        self.is_watched = False
        """Whether the Train screen is shown: failures are then said there, else by the window."""
        self.looking = Looking(session, self)
        """What is looked at: now, or a moment of the past."""

    @property
    def state(self) -> State:
        """What is going on."""
        return self._state

    @property
    def is_waiting(self) -> bool:
        """Whether a command is on its way: the batch that is being computed has to end first."""
        return self._is_waiting

    @property
    def is_live(self) -> bool:
        """Whether training is under way or paused, and not ended."""
        return self._state in ("preparing", "running", "paused")

    @property
    def obstacle(self) -> str:
        """Why the network cannot be trained, in plain words; empty if it can, or while that is not known yet."""
        analysis = self._session.analysis
        if not self._session.graph.nodes:
            return "There is no network yet."
        if self._session.data_set.is_gallery and (analysis is None or analysis.can_train):
            return nothing_to_learn(self._session.data_set)
        if analysis is None or analysis.graph is not self._session.graph or analysis.can_train:
            return ""
        if analysis.problems:
            return (analysis.errors or analysis.problems)[0].message
        return "There is nothing between the input and the loss that could learn."

    @property
    def is_outdated(self) -> bool:
        """Whether the curves are of a network, data or seed from before an edit, so that Play begins new ones."""
        of_curves = fingerprint_in(self._session.progress.optimizer)
        if self.is_live or not len(self.history) or of_curves is None:
            return False
        return of_curves != fingerprint(self._session.experiment)

    @property
    def is_complete(self) -> bool:
        """Whether all epochs that the settings ask for are done, so that Play means more of them."""
        epochs = self._session.experiment.training.epochs
        return not self.is_live and self.history.epochs >= epochs and not self.is_outdated

    @property
    def more_epochs(self) -> int:
        """How many epochs Play adds when all are done."""
        epochs = self._session.experiment.training.epochs
        return max(1, epochs) if epochs <= 10 else int(10 ** math.floor(math.log10(epochs)))

    @property
    def rate_changes(self) -> bool:
        """Whether the learning rate changes by itself."""
        training = self._session.experiment.training
        return training.schedule != "constant" or training.warmup_epochs > 0

    @property
    def progress(self) -> RunProgress:
        """Where the run stands."""
        epochs = self._session.experiment.training.epochs
        return self._pace.progress(self.history.position, epochs, 0 if self._run is None else self._run.examples)

    @property
    def better_epoch(self) -> int:
        """The epoch whose weights did better on validation than those of now, and could be taken; 0 for none."""
        best = self.history.best_epoch
        is_there = 0 < best < self.history.epochs and not (self.is_live or self.is_outdated or self._holds_best)
        return best if is_there else 0

    @property
    def device_text(self) -> str:
        """What the network runs on, for the top bar; until that is known, that it is being prepared."""
        return self.device or "preparing"

    # ---- for the controller

    def _set_state(self, state: State) -> None:
        self._state = state
        self._session.by_hand.is_training = state in ("preparing", "running")
        self.state_changed.emit(state)

    def _take(self, run: Run, checkpoint: Checkpoint, is_back: bool = False) -> None:
        """Hand what was learnt to the session, with the curves as they are at this moment.

        `is_back`: the weights are those of the best epoch again, or of the beginning where there is none.
        """
        if not is_back:
            self.looking.remember(run, ((self._place_of(run, checkpoint), checkpoint.state),))
        elif checkpoint.best is not None:
            self.looking.remember(run, ((checkpoint.best.epoch, checkpoint.state),))
        self._known_progress = Progress(checkpoint.to_arrays(), self.history.to_arrays())
        self._session.take_weights(run.analysis, checkpoint.state, self._known_progress, run.experiment.base)
        self.learnt.emit(run.experiment, checkpoint)

    def _place_of(self, run: Run, checkpoint: Checkpoint) -> float:
        """Where on the epoch axis the network had the weights of this checkpoint."""
        return checkpoint.epoch + checkpoint.batch / max(1, run.batches)

    def _checkpoint(self) -> Checkpoint | None:
        """Where the session says that training stood, None if it never began."""
        try:
            return Checkpoint.from_arrays(self._session.starting_state(), self._session.progress.optimizer)
        except TrainError as error:
            self._session.message.emit("warning", str(error))
            return None

    def _history_of(self, progress: Progress) -> History:
        try:
            return History.from_arrays(progress.history)
        except TrainError as error:
            self._session.message.emit("warning", str(error))
            return History()
