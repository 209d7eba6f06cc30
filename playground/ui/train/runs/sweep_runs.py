"""A sweep under way: which of its points are done, what they came to, and the next ones to train.

Its runs are side runs, two at a time at most, and are kept as every run is; they are not named above the curves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from playground.train.runs.result import RunResult, result_of
from playground.train.runs.sweep import Axis, Point
from playground.ui.train.runs.side_runs import AT_A_TIME, SWEEP, Arrays, SideRun, SideRuns

PointState = Literal["waiting", "training", "done", "failed", "cancelled"]


@dataclass(eq=False)
class Outcome:
    """What is known of one point. `key` is that of the run where it is kept, empty while it is not."""

    point: Point
    state: PointState = "waiting"
    result: RunResult = field(default_factory=RunResult)
    message: str = ""
    key: str = ""
    fraction: float = 0.0


class SweepRuns(QObject):
    """The newest sweep; it goes on when its window is closed."""

    changed = Signal()
    """Another sweep, or something new about one of its points."""

    def __init__(self, side_runs: SideRuns, parent: QObject) -> None:
        super().__init__(parent)
        self._side_runs = side_runs
        self._running: dict[SideRun, Outcome] = {}
        self._state: Arrays = {}
        self.axes: tuple[Axis, ...] = ()
        self.outcomes: tuple[Outcome, ...] = ()
        side_runs.ended.connect(self._on_ended)

    @property
    def is_running(self) -> bool:
        """Whether points train or wait."""
        return any(outcome.state in ("waiting", "training") for outcome in self.outcomes)

    @property
    def done(self) -> int:
        """How many points are over, well or badly."""
        return sum(outcome.state in ("done", "failed", "cancelled") for outcome in self.outcomes)

    @property
    def fraction(self) -> float:
        """How much of the work is done, 0 to 1."""
        parts = [1.0 if o.state in ("done", "failed", "cancelled") else o.fraction for o in self.outcomes]
        return sum(parts) / max(1, len(parts))

    def outcome_at(self, place: tuple[int, ...]) -> Outcome | None:
        """The point at this place of the axes."""
        return next((outcome for outcome in self.outcomes if outcome.point.place == place), None)

    def begin(self, axes: Sequence[Axis], points: Sequence[Point], state: Arrays | None = None) -> None:
        """Train these, in place of what was swept over before. Each begins with the tensors of `state` that fit it."""
        self.cancel()
        self._state = dict(state or {})
        self.axes = tuple(axes)
        self.outcomes = tuple(Outcome(point) for point in points)
        self._go_on()
        self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Train no more of them; those under way end at once."""
        for outcome in self.outcomes:
            if outcome.state in ("waiting", "training"):
                outcome.state = "cancelled"
        for run in tuple(self._running):
            del self._running[run]
            self._side_runs.remove(run)
        self.changed.emit()

    def _go_on(self) -> None:
        for outcome in self.outcomes:
            if len(self._running) >= AT_A_TIME:
                return
            if outcome.state == "waiting":
                outcome.state = "training"
                point = outcome.point
                run = self._side_runs.start(
                    point.title, point.experiment, state=self._state, group=SWEEP, is_shown=False
                )
                run.changed.connect(self._on_growth)
                self._running[run] = outcome

    @Slot()
    def _on_growth(self) -> None:
        for run, outcome in self._running.items():
            outcome.fraction, outcome.result = run.fraction, result_of(run.history)
        self.changed.emit()

    @Slot(object)
    def _on_ended(self, run: SideRun) -> None:
        outcome = self._running.pop(run, None)
        if outcome is None:
            return
        outcome.state = "done" if run.state == "finished" else "failed"
        outcome.result, outcome.message, outcome.key = result_of(run.history), run.message, run.key
        self._side_runs.remove(run)  # it is on its way to the other kept runs
        self._go_on()
        self.changed.emit()
