"""The checkpoints of the document's run: kept on disk while it trains, and gone back to.

The disk is only touched on the session's worker thread.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from playground.graph.experiment import Experiment
from playground.graph.files import FileError, Saved
from playground.train.checkpoints import Checkpoint
from playground.train.preparation import fingerprint, same_run
from playground.train.runs.checkpoint_files import MOST, CheckpointFiles, KeptCheckpoint
from playground.ui.session import Progress, Session

if TYPE_CHECKING:
    from playground.ui.train.training_state import TrainingState

log = logging.getLogger(__name__)


class GoingBack(QObject):
    """Which checkpoints the document has. Without a folder none is kept."""

    changed = Signal()

    def __init__(self, session: Session, training: TrainingState, folder: Path | None) -> None:
        super().__init__(training)
        self._session, self._training, self._folder = session, training, folder
        self._has_complained = False
        self._written = 0
        self.kept: tuple[KeptCheckpoint, ...] = ()
        """Those of the document as it is now, the earliest first."""
        if folder is not None:
            training.marked.connect(self._keep)
            training.begun_anew.connect(self._begin_anew)
            session.experiment_changed.connect(self._on_experiment)
            self._look(session.experiment)

    def _on_experiment(self, before: Experiment, after: Experiment) -> None:
        """An edit that makes another run of it has other checkpoints."""
        if not same_run(before, after):
            self._look(after)

    def _look(self, experiment: Experiment) -> None:
        folder = self._folder
        assert folder is not None
        self.kept = ()
        self.changed.emit()
        self._session.background.run(
            "checkpoints",
            lambda: CheckpointFiles(folder, fingerprint(experiment)).kept(),
            lambda kept: self._show(experiment, kept),
        )

    def go_back(self, kept: KeptCheckpoint) -> None:
        """Let the document stand where it stood then: weights, optimizer and curves. Play goes on from there."""

        def failed(error: Exception) -> None:
            if not isinstance(error, FileError):
                raise error
            self._session.message.emit("error", f"{error} Choose another checkpoint.")

        if not self._training.is_live:
            self._session.background.run(
                "go back", lambda: CheckpointFiles.read(kept), lambda saved: self._take(kept, saved), failed
            )

    def _take(self, kept: KeptCheckpoint, saved: Saved) -> None:
        session, analysis = self._session, self._session.analysis
        if self._training.is_live or analysis is None or kept not in self.kept:
            return
        session.take_weights(analysis, saved.weights, Progress(saved.optimizer, saved.history), session.experiment.base)
        session.message.emit("info", f"Back in epoch {kept.epoch:,}. Play goes on from there.")

    def _keep(self, experiment: Experiment, checkpoint: Checkpoint) -> None:
        assert self._folder is not None
        files = CheckpointFiles(self._folder, checkpoint.fingerprint)
        history = self._training.history.to_arrays()
        saved = Saved(experiment, checkpoint.state, checkpoint.to_arrays(), history, base=self._session.bases.tensors)

        def work() -> tuple[KeptCheckpoint, ...]:
            files.keep(checkpoint.epoch, saved)
            return files.kept()

        self._written += 1  # more than are kept need not wait for the disk either
        kind = f"checkpoint {self._written % MOST}"
        self._session.background.run(kind, work, lambda kept: self._show(experiment, kept), self._failed)

    def _failed(self, error: Exception) -> None:
        """Training goes on; the user hears of it once."""
        if not isinstance(error, FileError | OSError):
            raise error
        log.warning("no checkpoint: %s", error)
        if not self._has_complained:
            self._has_complained = True
            self._session.message.emit("warning", f"{error} Training goes on without new checkpoints.")

    def _begin_anew(self, experiment: Experiment) -> None:
        assert self._folder is not None
        self._has_complained = False
        files = CheckpointFiles(self._folder, fingerprint(experiment))
        self._session.background.run("checkpoints anew", files.begin_anew, lambda _: self._show(experiment, ()))

    def _show(self, experiment: Experiment, kept: tuple[KeptCheckpoint, ...]) -> None:
        if same_run(experiment, self._session.experiment):
            self.kept = kept
            self.changed.emit()
