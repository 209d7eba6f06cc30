"""Keeps the recorded rounds of training that Step mode walks through, always of the present experiment and example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from playground.data import fitted
from playground.ui.microscopes.alive import while_alive
from playground.ui.session import Session
from playground.ui.step.going_on import again, goes_on, record_again
from playground.ui.step.recording import Request, Round, examples_sent, record_round

if TYPE_CHECKING:
    from playground.data import Samples
    from playground.engine.shapes import Analysis
    from playground.engine.trace import Trace
    from playground.graph.experiment import Experiment

KEPT_ROUNDS = 500
KEPT_BYTES = 300_000_000
"""So many rounds are kept to go back to, fewer where their arrays take more memory than this; at least two."""


_NO_DATA = (
    "The examples of this data set could not be loaded, so there is nothing to send through the network. "
    "Choose another data set on the Input card in Build."
)


class Recorder(QObject):
    """Records on the session's worker thread while active; `round` is the one to show.

    A change of the experiment, the weights or the example starts again at round 1; numbers changed by hand and
    weights that are frozen count from the round on screen.
    """

    changed = Signal()
    """Another round is to be shown: recorded anew, the next, or an earlier one."""
    blocked = Signal(str)
    """The network cannot run: why, in plain words."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rounds: dict[int, Round] = {}
        self._losses: dict[int, float] = {}
        self._number = 1
        self.is_running_on = False
        """Whether rounds are being recorded one after the other (see `rounds_ahead`)."""
        self._active = False
        self._stale = True
        self._generation = 0
        self._advancing = False
        self._data_failed = False
        self._goes_on = False
        """Whether all that makes the rounds stale was changed by hand."""
        self._orders = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._record_anew)
        self.changed.connect(self._tell_by_hand)
        session.experiment_changed.connect(self._on_experiment)
        session.analysis_changed.connect(self._on_analysis)
        session.example_changed.connect(self._on_example)
        session.weights_changed.connect(self._on_changed)

    # ---- what is there

    @property
    def round(self) -> Round | None:
        """The round to show; None until one is recorded."""
        return self._rounds.get(self._number)

    @property
    def kept(self) -> tuple[int, ...]:
        """The numbers of the rounds that can be gone to at once."""
        return tuple(sorted(self._rounds))

    @property
    def kept_bytes(self) -> int:
        """How much memory the kept rounds take."""
        return sum(kept.bytes for kept in self._rounds.values())

    def traces(self) -> tuple[tuple[int, Trace], ...]:
        """The kept rounds: number and what was recorded, the earliest first."""
        return tuple((number, self._rounds[number].trace) for number in sorted(self._rounds))

    @property
    def losses(self) -> Mapping[int, float]:
        """The loss of every round so far by its number, those included that are not kept any more."""
        return self._losses

    @property
    def last(self) -> Round | None:
        """The round that was recorded last."""
        return self._rounds[max(self._rounds)] if self._rounds else None

    @property
    def is_busy(self) -> bool:
        """Whether a round is being recorded."""
        return self._stale or self._advancing or self.is_running_on

    # ---- steering

    def set_active(self, active: bool) -> None:
        """Only an active recorder records; what changed meanwhile is recorded on activation."""
        self._active = active
        if active and self._stale:
            self._soon.start()

    def go_to(self, number: int) -> bool:
        """Show another round, recording it if it is the one after the last; False where that cannot be."""
        if number in self._rounds:
            if number != self._number:
                self._number = number
                self.changed.emit()
            return True
        last = self._rounds.get(number - 1)
        if last is None or self.is_busy or not last.request.analysis.can_train:
            return False
        self._advancing = True
        self._run(last.following())
        return True

    def restart(self) -> None:
        """Begin again with round 1, from the weights that the document has now."""
        self._on_changed()

    @property
    def generation(self) -> int:
        """Counts how often the rounds began anew or were taken back to an earlier one."""
        return self._generation

    def take_in(self, generation: int, rounds: Sequence[Round], losses: Mapping[int, float]) -> bool:
        """Rounds recorded behind the last one; the last of them is shown. False where they are not wanted any more."""
        if generation != self._generation or self._stale or not rounds:
            return False
        self._losses |= losses
        for recorded in rounds:
            self._rounds[recorded.number] = recorded
        self._number = rounds[-1].number
        self._drop_oldest()
        self.changed.emit()
        return True

    def refuse(self, generation: int, error: Exception) -> None:
        """A round could not be recorded."""
        self._on_failed(generation, error)

    def _on_experiment(self, before: Experiment, after: Experiment) -> None:
        if self._active and self.round is not None and goes_on(before, after) and (self._goes_on or not self._stale):
            self._goes_on = self._stale = True
            if before.graph is after.graph:  # else the analysis will follow
                self._soon.start()
            return
        self._goes_on = False
        if before.graph is after.graph and before.data == after.data:
            self._on_changed()
        else:
            self._stale = True  # the analysis will follow

    def _on_example(self) -> None:
        self._data_failed = self._session.samples is None
        self._on_changed()

    def _on_analysis(self) -> None:
        self._stale = True
        if self._active:
            self._soon.start()

    def _on_changed(self) -> None:
        self._stale = True
        self._goes_on = False
        if self._active:
            self._soon.start()

    def _record_anew(self) -> None:
        session = self._session
        analysis = session.analysis
        if not self._active or analysis is None or analysis.graph is not session.graph:
            return
        if not analysis.can_compute:
            self._forget()
            self.blocked.emit(_why_not(analysis))
            return
        if self._data_failed:
            self._forget()
            self.blocked.emit(_NO_DATA)
            return
        request = self._request(analysis)
        if request is not None and self._goes_on and self.round is not None:
            self._record_again(request)
        elif request is not None:
            self._advancing = False
            self._generation += 1
            self._run(request)

    def _request(self, analysis: Analysis) -> Request | None:
        """Round 1 of the present experiment; None while there is no fitting example."""
        session = self._session
        example, samples = session.example, session.samples
        if example is None or samples is None or example.x.shape != analysis.input_shape:
            return None
        count = examples_sent(analysis, session.experiment)
        x, target = sent_together(session, samples, example.index, count, example.x.shape)
        return Request(
            *(analysis, session.experiment, x, target, dict(session.starting_state()), 1, session.progress.optimizer),
            *trained_so_far(session),
        )

    def _run(self, request: Request) -> None:
        generation = self._generation
        self._session.background.run(
            "step",
            lambda: record_round(request),
            while_alive(self, lambda recorded: self._on_recorded(generation, recorded)),
            while_alive(self, lambda error: self._on_failed(generation, error)),
        )

    def _on_recorded(self, generation: int, recorded: Round) -> None:
        if generation != self._generation:
            return
        if recorded.number == 1:
            self._rounds.clear()
            self._losses.clear()
            self._stale = False
        self._advancing = False
        self._rounds[recorded.number] = recorded
        self._note([recorded])
        self._number = recorded.number
        self._drop_oldest()
        self.changed.emit()

    def _note(self, rounds: Sequence[Round]) -> None:
        """Losses behind these rounds are no longer those of this training."""
        last = rounds[-1].number
        self._losses = {number: loss for number, loss in self._losses.items() if number < last}
        self._losses |= {one.number: one.trace.loss for one in rounds if one.trace.loss is not None}

    def _record_again(self, now: Request) -> None:
        """Take over what was changed by hand, from the round on screen on."""
        if self._advancing or self.is_running_on:  # those rounds would begin with other numbers
            self._generation += 1
            self._advancing = False
        self._orders += 1
        generation, number, order = self._generation, self._orders, again(self._rounds, self._number, now)
        self._session.background.run(
            "step",
            lambda: record_again(order),
            while_alive(self, lambda rounds: self._on_recorded_again(generation, number, rounds)),
            while_alive(self, lambda error: self._on_failed(generation, error)),
        )

    def _on_recorded_again(self, generation: int, number: int, rounds: list[Round]) -> None:
        """What is shown follows a drag all the time; only the last of its changes makes the rounds up to date."""
        if generation != self._generation:
            return
        if number == self._orders:
            self._stale = self._goes_on = False
        self._number = rounds[-1].number
        self._note(rounds)
        kept = {earlier: old for earlier, old in self._rounds.items() if earlier < rounds[0].number}
        self._rounds = kept | {recorded.number: recorded for recorded in rounds}
        self._drop_oldest()
        self.changed.emit()

    def _tell_by_hand(self) -> None:
        if (shown := self.round) is not None:
            self._session.by_hand.look_at(shown.trace, shown.request.experiment, shown.number)

    def _on_failed(self, generation: int, error: Exception) -> None:
        from playground.engine.compile import CompileError
        from playground.train.errors import TrainError

        if generation == self._generation:
            self._forget()
            self.blocked.emit(str(error))
        if not isinstance(error, CompileError | TrainError):
            raise error  # not the user's doing: it is reported as well

    def _drop_oldest(self) -> None:
        total = self.kept_bytes
        for number in sorted(self._rounds):
            if len(self._rounds) <= 2 or (len(self._rounds) <= KEPT_ROUNDS and total <= KEPT_BYTES):
                return
            total -= self._rounds.pop(number).bytes

    def _forget(self) -> None:
        self._rounds.clear()
        self._losses.clear()
        self._number = 1
        self._stale = False
        self._advancing = False
        self._generation += 1


def sent_together(
    session: Session, samples: Samples, first: int, count: int, shape: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """So many examples from one on, as they were changed by hand: what goes in, and what should come out."""
    rows = [(first + i) % session.example_count for i in range(count)]
    x, target = np.asarray(samples.x_test[rows]), np.asarray(samples.y_test[rows])
    if x.shape[1:] != shape:  # photographs are scaled to what the network wants
        x = np.stack([fitted(picture, shape) for picture in x])
    shown = [session.by_hand.changed_example(row, x[place], target[place]) for place, row in enumerate(rows)]
    return np.stack([one for one, _ in shown]), np.stack([one for _, one in shown])


def trained_so_far(session: Session) -> tuple[float, int]:
    """How many epochs the network has been trained for, and how many batches an epoch has."""
    best, samples, training = session.progress.history.get("best"), session.samples, session.experiment.training
    epochs = 0.0 if best is None or not best.size else float(best.flat[0])
    if samples is None or training.batch_mode == "whole set":
        return epochs, 1
    data = session.experiment.data
    examples = min(len(samples.x_train), data.train_size or len(samples.x_train)) * (1 - data.validation_fraction)
    return epochs, max(1, round(examples / max(1, training.batch_size)))


def _why_not(analysis: Analysis) -> str:
    if analysis.errors:
        return analysis.errors[0].message
    if not len(analysis.graph):
        return "There is no network yet. Build one, or choose one that is worked out already: File ▸ Worked examples."
    return "The network has nothing to compute yet: wire a layer to the input."
