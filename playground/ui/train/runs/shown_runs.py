"""What is drawn beside the present run: side runs and kept runs that are shown, in the colours that they were given."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from playground.ui.train.chart.curves import Other
from playground.ui.train.runs.kept_runs import KeptRuns
from playground.ui.train.runs.side_runs import SideRun, SideRuns

_SOON_MS = 200
"""Curves that grow are drawn again after so long: each redraw costs."""


class ShownRuns(QObject):
    """Follows both; `changed` says that others are shown, `grown` that their curves have more points."""

    changed = Signal()
    grown = Signal()

    def __init__(self, side_runs: SideRuns, kept_runs: KeptRuns, parent: QObject) -> None:
        super().__init__(parent)
        self._side_runs, self._kept_runs = side_runs, kept_runs
        self._heard: set[SideRun] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self.grown)
        side_runs.changed.connect(self._on_runs)
        kept_runs.changed.connect(self.changed)

    @property
    def others(self) -> tuple[Other, ...]:
        """All that is to be drawn, in the order in which it was begun or chosen."""
        side = [Other(run.title, run.history, run.role) for run in self._side_runs.runs if run.is_shown]
        kept = [Other(run.name, run.history, role) for run, role in self._kept_runs.shown]
        return (*(other for other in side if len(other.history)), *kept)

    @Slot()
    def _on_runs(self) -> None:
        runs = set(self._side_runs.runs)
        for run in runs - self._heard:
            run.changed.connect(self._on_growth)
        self._heard = runs
        self.changed.emit()

    @Slot()
    def _on_growth(self) -> None:
        if not self._soon.isActive():
            self._soon.start()
