"""Records many rounds of training one after the other, in the background, a tenth of a second's worth at a time."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal

from playground.ui.microscopes.alive import while_alive
from playground.ui.session import Session
from playground.ui.step.recorder import KEPT_ROUNDS, Recorder
from playground.ui.step.recording import Request, Round, record_round

_AT_ONCE_S = 0.1


class RoundsAhead(QObject):
    """What is recorded is shown as it comes, at the station on screen. It can be cancelled on the way."""

    progressed = Signal()
    """Some more rounds are there."""
    changed = Signal(bool)
    """Whether it runs."""

    def __init__(self, session: Session, recorder: Recorder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._recorder = session, recorder
        self._is_cancelled = False
        self._generation = -1
        self.done = self.wanted = 0

    @property
    def is_running(self) -> bool:
        return self._recorder.is_running_on

    def run(self, count: int) -> bool:
        """Record `count` rounds behind the last one; False where that cannot be."""
        last = self._recorder.last
        if last is None or self._recorder.is_busy or last.trace.loss is None or count < 1:
            return False
        self._is_cancelled = False
        self.done, self.wanted = 0, count
        self._generation = self._recorder.generation
        self._recorder.is_running_on = True
        self.changed.emit(True)
        self._go_on(last.following())
        return True

    def cancel(self) -> None:
        """Stop behind the rounds that are being recorded just now; what there is stays."""
        self._is_cancelled = True

    def _go_on(self, request: Request) -> None:
        generation, left = self._generation, self.wanted - self.done
        self._session.background.run(
            "rounds ahead",
            lambda: _record_some(request, left),
            while_alive(self, lambda found: self._on_recorded(generation, *found)),
            while_alive(self, lambda error: self._on_failed(generation, error)),
        )

    def _on_recorded(self, generation: int, rounds: list[Round], losses: dict[int, float]) -> None:
        self.done += len(losses)
        wanted = self._recorder.take_in(generation, rounds, losses)
        self.progressed.emit()
        if wanted and self.done < self.wanted and not self._is_cancelled:
            self._go_on(rounds[-1].following())
        else:
            self._end()

    def _on_failed(self, generation: int, error: Exception) -> None:
        self._end()
        self._recorder.refuse(generation, error)

    def _end(self) -> None:
        self._recorder.is_running_on = False
        self.changed.emit(False)


def _record_some(request: Request, count: int) -> tuple[list[Round], dict[int, float]]:
    """Up to `count` rounds, of which the last are kept, and the loss of each."""
    until = time.monotonic() + _AT_ONCE_S
    rounds: list[Round] = []
    losses: dict[int, float] = {}
    while len(losses) < count:
        recorded = record_round(request)
        rounds = [*rounds[1 - KEPT_ROUNDS :], recorded]
        losses[recorded.number] = float("nan") if recorded.trace.loss is None else recorded.trace.loss
        if time.monotonic() > until:
            break
        request = recorded.following()
    return rounds, losses
