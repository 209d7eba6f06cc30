"""What of the training is looked at: the present, or a moment of its past. Everything that draws the network asks here.

While training goes on a chosen moment stays on screen until the present is asked for again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from playground.data import DataError
from playground.graph.experiment import Experiment
from playground.train.events import Mistakes, Pictures, Predictions
from playground.train.showing.moments import Moment, Moments
from playground.ui.background import Background
from playground.ui.session import THUMBNAIL_LIMIT, Session
from playground.ui.train.past_worker import PastWorker

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis
    from playground.train.showing.over_time import OverTime
    from playground.ui.train.training_state import Run, TrainingState

_SOON_MS = 120
"""The slider has to rest so long before the validation examples are sent through the network again."""
_LOOK_MS = 50
"""While training goes on, news of the present are gathered for so long."""
_SPARING = 20
"""While training goes on, activations are computed so rarely that it takes a twentieth of the time."""

_NEWS = 0.2
"""Seconds between two words about how far that is."""

State = Mapping[str, np.ndarray]
Kind = Literal["activations", "mistakes"]


class Looking(QObject):
    """Which moment is shown, and what the network was then. `moment` is None for the present.

    The weights of the run's moments are kept (see `Moments`); what follows from them, activations and mistakes, is
    computed on threads of its own when it is looked at.
    """

    changed = Signal()
    """Another moment is looked at, or there is something new to see of the one that is."""
    computed = Signal()
    """The activations have followed."""
    moments_changed = Signal()
    """There are other moments to choose from."""
    _progressed = Signal(int, float)

    def __init__(self, session: Session, training: TrainingState) -> None:
        super().__init__(training)
        self._session, self._training = session, training
        self._moment: Moment | None = None
        self.moments = Moments()
        """Those of the run whose curves are shown."""
        self._of: tuple[Analysis, Experiment] | None = None
        self._fresh: State | None = None
        """The newest weights of the run, until the session has followed."""
        self._fits = True
        self._watched = ""
        self._workers: dict[Kind, PastWorker] = {}
        self._computed: State = {}
        self._computed_of: tuple[State, int] | None = None
        self._rests_until = 0.0
        self._asked, self._done, self._problem = 0, 1.0, ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._find_mistakes)
        self._next_look = QTimer(self)
        self._next_look.setSingleShot(True)
        self._next_look.setInterval(_LOOK_MS)
        self._next_look.timeout.connect(self._say_present)
        self._progressed.connect(self._on_progress)
        session.activations_changed.connect(self._on_session)
        session.example_changed.connect(self._compute)
        session.experiment_changed.connect(self._check_fit)
        training.state_changed.connect(self._check_fit)
        training.pictures_changed.connect(self._on_pictures)
        training.mistakes_changed.connect(self._on_present)

    # ---- what is looked at

    @property
    def moment(self) -> Moment | None:
        """The moment of the past that is looked at; None: the present."""
        return self._moment

    @property
    def position(self) -> float:
        """Its place on the epoch axis."""
        return self._training.history.position if self._moment is None else self._moment.position

    @property
    def analysis(self) -> Analysis | None:
        """The network whose weights `state` are."""
        return self._session.analysis if self._moment is None or self._of is None else self._of[0]

    @property
    def state(self) -> State:
        """The network's tensors then, by "node id.torch name"."""
        if self._moment is not None:
            return self._moment.state
        return self._session.state if self._fresh is None else self._fresh

    @property
    def activations(self) -> State:
        """What each layer makes of the shown example, by node id, while a layer is watched; else only those of now.

        They come a moment after the weights (`computed` says when); until then they are those looked at before. Of a
        large network there is the watched layer alone.
        """
        if self._subject is not None:
            return self._computed
        return self._session.activations if self._moment is None else {}

    @property
    def pictures(self) -> Pictures | None:
        """How weights and gradients were spread then."""
        return self._training.pictures if self._moment is None else self._moment.pictures

    @property
    def over_time(self) -> OverTime:
        """How the layers were, over the whole run."""
        return self._training.over_time

    @property
    def mistakes(self) -> Mistakes | Predictions | None:
        """What the network got wrong on the validation examples; until it is worked out, the last that was known."""
        return self._training.mistakes if self._moment is None else self._moment.mistakes

    @property
    def mistakes_when(self) -> str:
        """When those mistakes were made, in words; empty where they say it themselves (after so many epochs)."""
        moment = self._moment
        return "" if moment is None or not _has_own_mistakes(moment) else when_of(moment.position)

    @property
    def mistakes_note(self) -> str:
        """What there is to say while those of the moment are not known yet."""
        moment = self._moment
        if moment is None or _has_own_mistakes(moment):
            return ""
        return self._problem or f"Those {when_of(moment.position)} are being worked out: {100 * self._done:.0f} %."

    # ---- choosing

    @property
    def can_look_back(self) -> bool:
        """Whether there are several moments, of the network as it is in the document."""
        return self._fits and len(self.moments) > 1

    def look_at(self, position: float) -> None:
        """Look at the moment nearest to this place on the epoch axis, and stay there."""
        found = self.moments.at(position) if self._fits else None
        if found is not None and found is not self._moment:
            self._show(found)

    def step(self, moments: int) -> None:
        """Look at the moment so many later, or earlier; the newest one of a run that has ended is the present."""
        found = self.moments.beside(self.position, moments) if self._fits else None
        if found is not None and found is not self._moment:
            self._show(found)

    @Slot()
    def look_at_now(self) -> None:
        """Back to the present, and go with it."""
        if self._moment is not None:
            self._show(None)

    def watch(self, node_id: str) -> None:
        """Activations of this layer are on screen (empty: of none), so they are computed as training goes on."""
        if node_id != self._watched:
            self._watched = node_id
            self._compute()

    # ---- what becomes of the run

    def remember(self, run: Run, passed: Iterable[tuple[float, State]]) -> None:
        """The run was at these places with these weights."""
        self._of = (run.analysis, run.experiment)
        for position, state in passed:
            moment = Moment(position, state, self._training.pictures, self._training.mistakes)
            self._fresh = self.moments.add(moment).state
        self.moments_changed.emit()
        self._on_present()

    def forget(self) -> None:
        """The run is over and done with: another one begins."""
        self.moments.clear()
        self._fresh, self._computed, self._computed_of = None, {}, None
        for worker in self._workers.values():
            worker.background.run("forget", worker.forget, lambda _: None)
        self.moments_changed.emit()
        self._show(None)

    def close(self) -> None:
        """End the thread; nothing comes after."""
        self._asked += 1
        self._soon.stop()
        self._next_look.stop()
        for worker in self._workers.values():
            worker.background.close()

    # ---- what follows from it

    @property
    def _subject(self) -> State | None:
        """The weights whose activations are computed here; None: the session has them."""
        if not self._watched:
            return None
        if self._moment is not None:
            return self._moment.state
        analysis = self._session.analysis
        is_large = analysis is not None and analysis.multiply_adds > THUMBNAIL_LIMIT
        return self._fresh or (self._session.state if is_large else None)

    def _show(self, moment: Moment | None) -> None:
        self._moment = moment
        self._asked += 1
        self._done, self._problem = 0.0, ""
        if moment is not None and not _has_own_mistakes(moment):
            self._soon.start()
        else:
            self._soon.stop()
        self._compute()
        self.changed.emit()

    @Slot()
    def _on_present(self) -> None:
        """There is something new to see of now; while training goes on it is said a few times a second."""
        if self._moment is not None:
            return
        if self._training.state != "running":
            self._say_present()
        elif not self._next_look.isActive():
            self._next_look.start()

    @Slot()
    def _say_present(self) -> None:
        if self._moment is None:
            self._compute()
            self.changed.emit()

    @Slot()
    def _on_session(self) -> None:
        """The session has followed; while the run goes on there is newer than that."""
        if self._training.state != "running":
            self._fresh = None
        self._on_present()

    @Slot()
    def _on_pictures(self) -> None:
        """New histograms: they may be nearer to a moment than those that it had, even to the one that is looked at."""
        if self._training.pictures is not None:
            self.moments.illustrate(self._training.pictures)
        moment = self._moment
        kept = None if moment is None else self.moments.at(moment.position)
        if moment is None:
            self._on_present()
        elif kept is not None and kept is not moment and kept.state is moment.state:
            self._moment = kept
            self.changed.emit()

    @Slot()
    def _check_fit(self) -> None:
        """The past is of the network that was trained, and not of one that was edited since."""
        fits = not self._training.is_outdated
        if fits != self._fits:
            self._fits = fits
            self.moments_changed.emit()
        if not fits:
            self.look_at_now()

    def _worker(self, kind: Kind) -> PastWorker:
        if kind not in self._workers:
            background = Background(self)
            background.failed.connect(self._session.background.failed)
            self._workers[kind] = PastWorker(background)
        return self._workers[kind]

    @Slot()
    def _compute(self) -> None:
        """Send the shown example through the network as it was."""
        state, example, analysis = self._subject, self._session.example, self.analysis
        if state is None or example is None or analysis is None or analysis.input_shape != example.x.shape:
            return
        of = self._computed_of
        if of is not None and of[0] is state and of[1] == example.index:
            return
        is_large, index, x = analysis.multiply_adds > THUMBNAIL_LIMIT, example.index, example.x
        if self._moment is None and time.monotonic() < self._rests_until:
            return
        wanted = {self._watched} if is_large else None
        experiment = self._session.experiment if self._of is None else self._of[1]
        worker = self._worker("activations")

        def work() -> tuple[State, int, State, float]:
            began = time.monotonic()
            outputs = worker.network(analysis, experiment).outputs(state, x, wanted)
            return state, index, outputs, time.monotonic() - began

        worker.background.run("activations", work, self._on_activations)

    def _on_activations(self, computed: tuple[State, int, State, float]) -> None:
        state, index, outputs, took = computed
        self._rests_until = time.monotonic() + _SPARING * took
        self._computed, self._computed_of = outputs, (state, index)
        if state is self._subject:
            self.computed.emit()

    @Slot()
    def _find_mistakes(self) -> None:
        """Send the validation examples through the network as it was."""
        moment, of, number = self._moment, self._of, self._asked
        if moment is None or of is None:
            return
        analysis, experiment = of
        worker, said = self._worker("mistakes"), time.monotonic()

        def goes_on(done: float) -> bool:
            nonlocal said
            if self._asked == number and time.monotonic() - said > _NEWS:
                said = time.monotonic()
                self._progressed.emit(number, done)
            return self._asked == number

        def work() -> tuple[Moment, Mistakes | Predictions | None]:
            from playground.train.preparation import split_for

            epoch, split = math.floor(moment.position), split_for(experiment)
            return moment, worker.network(analysis, experiment).mistakes(moment.state, epoch, split, goes_on)

        worker.background.run("mistakes", work, self._on_mistakes, self._on_no_mistakes)

    @Slot(int, float)
    def _on_progress(self, number: int, done: float) -> None:
        if number == self._asked:
            self._done = done
            self.changed.emit()

    def _on_mistakes(self, found: tuple[Moment, Mistakes | Predictions | None]) -> None:
        moment, mistakes = found
        is_shown = self._moment is moment  # if not, the answer may be none because nobody waits for it any more
        if mistakes is None and not is_shown:
            return
        completed = self.moments.complete(moment, mistakes)
        if is_shown:
            self._moment = completed
            self.changed.emit()

    def _on_no_mistakes(self, error: Exception) -> None:
        if not isinstance(error, DataError | OSError):
            raise error
        self._problem = str(error)
        self.changed.emit()


def when_of(position: float) -> str:
    """A place on the epoch axis in words: "before the first batch", "after 3 epochs", "after 0.25 epochs"."""
    if position <= 0:
        return "before the first batch"
    text = f"{position:,.2f}" if position >= 0.1 else f"{position:.2g}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "after 1 epoch" if text == "1" else f"after {text} epochs"


def _has_own_mistakes(moment: Moment) -> bool:
    """Whether the mistakes are those of these very weights."""
    return moment.is_complete or (moment.mistakes is not None and moment.mistakes.epoch == moment.position)
