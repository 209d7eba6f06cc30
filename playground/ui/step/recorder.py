"""Keeps the recorded rounds of training that Step mode walks through, always of the present experiment and example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from playground.data import fitted
from playground.ui.microscopes.alive import while_alive
from playground.ui.session import Session
from playground.ui.step.recording import COMPANIONS, Request, Round, needs_companions, record_round

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis
    from playground.graph.experiment import Experiment

KEPT_ROUNDS = 50
KEPT_BYTES = 300_000_000
"""So many rounds are kept to go back to, fewer where their arrays take more memory than this; at least two."""


_NO_DATA = (
    "The examples of this data set could not be loaded, so there is nothing to send through the network. "
    "Choose another data set on the Input card in Build."
)


class Recorder(QObject):
    """Records on the session's worker thread while active; `round` is the one to show.

    A change of the experiment, the weights or the example starts again at round 1.
    """

    changed = Signal()
    """Another round is to be shown: recorded anew, the next, or an earlier one."""
    blocked = Signal(str)
    """The network cannot run: why, in plain words."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rounds: dict[int, Round] = {}
        self._number = 1
        self._active = False
        self._stale = True
        self._generation = 0
        self._advancing = False
        self._data_failed = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._record_anew)
        session.experiment_changed.connect(self._on_experiment)
        session.analysis_changed.connect(self._on_changed)
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
    def is_busy(self) -> bool:
        """Whether a round is being recorded."""
        return self._stale or self._advancing

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

    def _on_experiment(self, before: Experiment, after: Experiment) -> None:
        if before.graph is after.graph and before.data == after.data:
            self._on_changed()
        else:
            self._stale = True  # the analysis will follow

    def _on_example(self) -> None:
        self._data_failed = self._session.samples is None
        self._on_changed()

    def _on_changed(self) -> None:
        self._stale = True
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
        if request is not None:
            self._advancing = False
            self._generation += 1
            self._run(request)

    def _request(self, analysis: Analysis) -> Request | None:
        """Round 1 of the present experiment; None while there is no fitting example."""
        session = self._session
        example, samples = session.example, session.samples
        if example is None or samples is None or example.x.shape != analysis.input_shape:
            return None
        count = 1 + (COMPANIONS if needs_companions(analysis) else 0)
        rows = [(example.index + i) % session.example_count for i in range(count)]
        x, target = np.asarray(samples.x_test[rows]), np.asarray(samples.y_test[rows])
        if x.shape[1:] != example.x.shape:  # photographs are scaled to what the network wants
            x = np.stack([fitted(picture, example.x.shape) for picture in x])
        return Request(
            analysis, session.experiment, x, target, dict(session.starting_state()), 1, session.progress.optimizer
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
            self._stale = False
        self._advancing = False
        self._rounds[recorded.number] = recorded
        self._number = recorded.number
        self._drop_oldest()
        self.changed.emit()

    def _on_failed(self, generation: int, error: Exception) -> None:
        from playground.engine.compile import CompileError
        from playground.train.errors import TrainError

        if generation == self._generation:
            self._forget()
            self.blocked.emit(str(error))
        if not isinstance(error, CompileError | TrainError):
            raise error  # not the user's doing: it is reported as well

    def _drop_oldest(self) -> None:
        total = sum(kept.bytes for kept in self._rounds.values())
        for number in sorted(self._rounds):
            if len(self._rounds) <= 2 or (len(self._rounds) <= KEPT_ROUNDS and total <= KEPT_BYTES):
                return
            total -= self._rounds.pop(number).bytes

    def _forget(self) -> None:
        self._rounds.clear()
        self._number = 1
        self._stale = False
        self._advancing = False
        self._generation += 1


def _why_not(analysis: Analysis) -> str:
    if analysis.errors:
        return analysis.errors[0].message
    if not len(analysis.graph):
        return "There is no network yet."
    return "The network has nothing to compute yet: wire a layer to the input."
