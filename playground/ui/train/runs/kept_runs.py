"""The runs on disk as the window knows them: what ends is kept by itself, what is kept can be shown, renamed, deleted.

The disk is touched on a thread of its own, so that nothing else has to wait for it; only the last run is written when
the window closes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from playground.graph.experiment import Experiment
from playground.graph.files import FileError, Saved
from playground.train.checkpoints import Checkpoint
from playground.train.runs.store import Found, KeptRun, RunStore
from playground.ui.background import Background
from playground.ui.session import Session
from playground.ui.train.runs.side_runs import Arrays, SideRun, SideRuns

if TYPE_CHECKING:
    from playground.ui.train.training_state import TrainingState

log = logging.getLogger(__name__)

_MOST_SHOWN = 12
"""So many kept runs are drawn at once."""


@dataclass(eq=False)
class _Job:
    """A run on its way to the disk."""

    saved: Saved
    name: str
    message: str


@dataclass(eq=False)
class _MainRun:
    """The run of the document as it stood when its weights last arrived."""

    key: str
    fingerprint: int
    step: int
    epochs: int
    saved: Saved
    is_kept: bool = False


class KeptRuns(QObject):
    """All runs in the store, newest first, and which of them are drawn beside the present one.

    Without a store nothing is kept.
    """

    changed = Signal()
    """There are other runs, or one has another name, or others are shown."""
    open_requested = Signal(object)
    """A KeptRun is to become the open document; the window asks about unsaved edits."""

    def __init__(self, session: Session, training: TrainingState, side_runs: SideRuns, store: RunStore | None) -> None:
        super().__init__(training)
        self._session, self._training, self._side_runs, self.store = session, training, side_runs, store
        self._found = Found(())
        self._main: _MainRun | None = None
        self._waiting: dict[str, _Job] = {}
        self._shown: dict[str, str] = {}
        self._disk: Background | None = None
        self.is_known = False
        """Whether the folder has been looked into."""
        self.made_room = 0
        """How many old runs had to go since the program began."""
        side_runs.beside = lambda: tuple(self._shown.values())
        side_runs.ended.connect(self._on_side_ended)
        training.learnt.connect(self._on_learnt)
        training.state_changed.connect(self._on_state)
        session.weights_changed.connect(self._on_weights)
        session.document_opened.connect(self._on_document_opened)

    @property
    def runs(self) -> tuple[KeptRun, ...]:
        """Those that are in the folder, newest first."""
        return self._found.runs

    @property
    def complaints(self) -> tuple[str, ...]:
        """A sentence for each file in the folder that is no good."""
        return self._found.complaints

    @property
    def shown(self) -> tuple[tuple[KeptRun, str], ...]:
        """The runs that are drawn beside the present one, and the theme's role of each one's colour."""
        return tuple((run, self._shown[run.key]) for run in self.runs if run.key in self._shown)

    @property
    def main_key(self) -> str:
        """Under which key the run of the document is kept, or will be; empty if it has not begun."""
        return "" if self._main is None else self._main.key

    @property
    def main_experiment(self) -> Experiment:
        """What the run of the document learns, and how."""
        return self._session.experiment if self._main is None else self._main.saved.experiment

    def run_of(self, key: str) -> KeptRun | None:
        """The run of this key, None if it is not there."""
        return next((run for run in self.runs if run.key == key), None)

    @property
    def limits(self) -> str:
        """How many runs are kept, in words."""
        if self.store is None:
            return "Runs are not kept here."
        gone = f" {self.made_room:,} had to make room since the program began." if self.made_room else ""
        return (
            f"Every run is kept when it ends. There is room for {self.store.most_runs:,} runs and "
            f"{self.store.most_bytes / 1e9:g} GB: then the oldest goes, those that you have named last.{gone}"
        )

    # ---- commands

    @Slot()
    def refresh(self) -> None:
        """Look into the folder."""
        if self.store is not None:
            self._do("kept runs", lambda store: None)

    def show(self, key: str, is_shown: bool) -> None:
        """Draw a kept run beside the present one, or not."""
        side = next((run for run in self._side_runs.runs if run.key == key), None)
        if side is not None:
            self._side_runs.show(side, is_shown)
        elif is_shown and key not in self._shown and len(self._shown) < _MOST_SHOWN:
            self._shown[key] = self._side_runs.free_role()
            self.changed.emit()
        elif not is_shown and self._shown.pop(key, ""):
            self.changed.emit()

    def is_shown(self, key: str) -> bool:
        """Whether the run is drawn, as a kept one or as a run that was trained beside."""
        return key in self._shown or any(run.key == key and run.is_shown for run in self._side_runs.runs)

    def rename(self, key: str, name: str) -> None:
        """Call a run something else."""
        for run in self._side_runs.runs:
            if run.key == key:
                self._side_runs.rename(run, name)
        self._do(f"rename run {key}", lambda store: store.rename(key, name))

    def delete(self, keys: list[str]) -> None:
        """Take runs away for good."""
        for run in self._side_runs.runs:
            if run.key in keys:
                self._side_runs.remove(run)
        for key in keys:
            self._shown.pop(key, None)

        def work(store: RunStore) -> None:
            for key in keys:
                store.delete(key)

        if self._main is not None and self._main.key in keys and self.store is not None:
            self._main.key = self.store.new_key()
        self._do(f"delete runs {' '.join(keys)}", work)

    def open(self, run: KeptRun) -> None:
        """Ask the window to make a run the open document."""
        self.open_requested.emit(run)

    def close(self) -> None:
        """The program ends: what has not reached the disk is written now."""
        if self._disk is not None:
            self._disk.close()
        if self._main is not None and not self._main.is_kept and self._main.epochs:
            self._waiting[self._main.key] = _Job(self._main.saved, "", self._how_it_ended(self._main))
        waiting, self._waiting = self._waiting, {}
        if self.store is None:
            return
        for key, job in waiting.items():
            try:
                self.store.keep(key, job.saved, job.name, job.message)
            except FileError as error:
                log.warning("the last run is not kept: %s", error)

    # ---- the run of the document

    @Slot(object, object)
    def _on_learnt(self, experiment: Experiment, checkpoint: Checkpoint) -> None:
        """The weights of the document's run as they are now; another run than the last one sends that to the disk."""
        if self.store is None:
            return
        main, progress = self._main, self._session.progress
        if main is not None and (main.fingerprint != checkpoint.fingerprint or checkpoint.step < main.step):
            self._leave_main()
            main = None
        key = self.store.new_key() if main is None else main.key
        saved = Saved(
            *(experiment, checkpoint.state, progress.optimizer, progress.history, self._session.example_index),
            self._base_of(experiment),
        )
        epochs = self._training.history.epochs
        self._main = _MainRun(key, checkpoint.fingerprint, checkpoint.step, epochs, saved)

    @Slot(str)
    def _on_state(self, state: str) -> None:
        if state in ("finished", "failed") and self._main is not None:
            self._keep_main(self._main)

    @Slot()
    def _on_weights(self) -> None:
        if not self._session.progress.optimizer:  # a reset
            self._leave_main()

    @Slot()
    def _on_document_opened(self) -> None:
        """Another document: what has learnt from other data is not drawn beside it any more."""
        self._leave_main()
        data = self._session.experiment.data.name
        self._shown = {run.key: role for run, role in self.shown if run.experiment.data.name == data}
        for run in self._side_runs.runs:
            if run.experiment.data.name == data:
                continue
            if run.is_over:
                self._side_runs.remove(run)
            else:
                self._side_runs.show(run, False)
        self.changed.emit()

    def _leave_main(self) -> None:
        """Another run takes the place of the document's; one that was given up in its first epoch is not kept."""
        main, self._main = self._main, None
        if main is not None and main.epochs:
            self._keep_main(main)

    def _keep_main(self, main: _MainRun) -> None:
        if not main.is_kept:
            main.is_kept = True
            self._keep(main.key, _Job(main.saved, "", self._how_it_ended(main)))

    def _how_it_ended(self, main: _MainRun) -> str:
        return self._training.message or f"Left after {main.epochs:,} {'epoch' if main.epochs == 1 else 'epochs'}."

    # ---- runs beside it

    @Slot(object)
    def _on_side_ended(self, run: SideRun) -> None:
        checkpoint = run.checkpoint
        if self.store is None or checkpoint is None or not len(run.history):
            return
        run.key = self.store.new_key()
        arrays = (checkpoint.state, checkpoint.to_arrays(), run.history.to_arrays())
        saved = Saved(run.experiment, *arrays, base=self._base_of(run.experiment))
        self._keep(run.key, _Job(saved, run.title, run.message))

    def _base_of(self, experiment: Experiment) -> Arrays:
        """The weights that it started from, where it has those of another network."""
        bases = self._session.bases
        return bases.tensors if experiment.base is not None and experiment.base.digest == bases.name else {}

    # ---- the disk

    def _keep(self, key: str, job: _Job) -> None:
        self._waiting[key] = job

        def work(store: RunStore) -> None:
            self.made_room += len(store.keep(key, job.saved, job.name, job.message))

        def done() -> None:
            if self._waiting.get(key) is job:
                del self._waiting[key]
            for run in self._side_runs.runs:
                if run.key == key:
                    run.checkpoint = None

        self._do(f"keep run {key}", work, done)

    def _do(self, kind: str, work: Callable[[RunStore], None], done: Callable[[], None] = lambda: None) -> None:
        """Do something to the store on its thread, and look what is there then."""
        store = self.store
        if store is None:
            return

        def both() -> Found:
            work(store)
            return store.runs()

        def arrived(found: Found) -> None:
            self._on_found(found)
            done()

        if self._disk is None:
            self._disk = Background(self)
        self._disk.run(kind, both, arrived, self._on_failed)

    def _on_found(self, found: Found) -> None:
        self._found, self.is_known = found, True
        there = {run.key for run in found.runs}
        self._shown = {key: role for key, role in self._shown.items() if key in there}
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, FileError):
            raise error
        self._session.message.emit("warning", f"{error} The network and its curves in this window are as they were.")
