"""Plays: moves the inner animation of the microscope on screen at the chosen pace, then asks to go on."""

from __future__ import annotations

from math import inf

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from playground.ui.microscopes.base import Microscope
from playground.ui.step.pace import Pace

_FRAME = 16  # milliseconds: 60 frames a second


class Player(QObject):
    """`next_station` asks to go on when what is on screen is finished; `changed` says whether it plays.

    While `by_term` the animation rests: each term stays on screen as long as else a layer does.
    """

    next_station = Signal()
    stepped = Signal()
    changed = Signal(bool)

    def __init__(self, pace: Pace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pace = pace
        self._microscope: Microscope | None = None
        self._clock = QElapsedTimer()
        self._due = 0.0
        self._dwelt = 0.0
        self.by_term = False
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME)
        self._timer.timeout.connect(self._tick)

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    def start(self, microscope: Microscope) -> None:
        """Play from what is on screen; a station that is finished begins anew."""
        self.take(microscope, begin=microscope.step_count > 1 and microscope.filled >= microscope.step_count)
        self._clock.start()
        self._timer.start()
        self.changed.emit(True)

    def stop(self) -> None:
        if self.is_playing:
            self._timer.stop()
            self.changed.emit(False)

    def take(self, microscope: Microscope, *, begin: bool) -> None:
        """Another station came on screen; `begin`: its animation starts from nothing."""
        self._microscope, self._due, self._dwelt = microscope, 0.0, 0.0
        if begin and not self.by_term and self._pace.speed.rate != inf:
            microscope.begin()

    def _tick(self) -> None:
        elapsed = min(0.25, self._clock.restart() / 1000.0)
        microscope = self._microscope
        if microscope is None:
            return
        last = microscope.step_count
        if self.by_term or microscope.filled >= last:
            self._dwelt += elapsed
            if self._dwelt >= self._pace.dwell:
                self._dwelt = 0.0
                self.next_station.emit()
            return
        speed = self._pace.speed
        if speed.rate == inf:
            microscope.finish()
            self.stepped.emit()
            return
        # rows are not jumped over whole: the window slides through them, a little in every frame
        self._due += elapsed * speed.rate * (microscope.row_length if speed.rows else 1)
        whole = int(self._due)
        if whole:
            self._due -= whole
            microscope.go_to_step(min(last - 1, microscope.step + whole))
            self.stepped.emit()
