"""An experiment of the lectures under way: the first network is the document, the others train beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from playground.graph.experiment import Experiment
from playground.train.history import History
from playground.ui.session import Session
from playground.zoo.lecture_experiments import LectureExperiment

if TYPE_CHECKING:
    from playground.ui.train.runs.side_runs import SideRun, SideRuns

GROUP = "lecture"
"""What the side runs of an experiment have in common."""


class Lecture(QObject):
    """Which experiment the open document belongs to, until another document is opened or it is put away."""

    changed = Signal()
    """Another experiment has begun, or it is over."""
    gallery_requested = Signal()
    """The user wants to choose one."""

    def __init__(self, session: Session, side_runs: SideRuns, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._side_runs = session, side_runs
        self._is_beginning = False
        self.experiment: LectureExperiment | None = None
        self.first: Experiment | None = None
        """The experiment with which the document was opened."""
        self.runs: tuple[SideRun, ...] = ()
        """The other networks, in their order."""
        session.document_opened.connect(self._on_opened)

    def begin(self, experiment: LectureExperiment, open_first: Callable[[Experiment], bool]) -> bool:
        """Open the first network with `open_first`, which may refuse, and start the others beside it."""
        contenders = experiment.experiments()
        self._is_beginning = True
        try:
            if not open_first(contenders[0][1]):
                return False
        finally:
            self._is_beginning = False
        self._end_runs()
        self.experiment, self.first = experiment, contenders[0][1]
        self.runs = tuple(self._side_runs.start(title, wanted, group=GROUP) for title, wanted in contenders[1:])
        self.changed.emit()
        return True

    @Slot()
    def put_away(self) -> None:
        """Say no more about it; the curves stay."""
        if self.experiment is not None:
            self.experiment, self.first, self.runs = None, None, ()
            self.changed.emit()

    @Slot()
    def _on_opened(self) -> None:
        if not self._is_beginning:
            self._end_runs()
            self.put_away()

    def _end_runs(self) -> None:
        """The runs of the last experiment do not belong to this document."""
        for run in self._side_runs.runs:
            if run.group == GROUP:
                if run.is_over:
                    self._side_runs.remove(run)
                else:
                    self._side_runs.show(run, False)
                    self._side_runs.stop(run)

    def histories(self, main: History) -> tuple[tuple[str, str, History], ...]:
        """Each network's title, the theme's role of its colour, and its curves."""
        if self.experiment is None:
            return ()
        first = (self.experiment.contenders[0].title, "negative", main)
        return (first, *((run.title, run.role, run.history) for run in self.runs))
