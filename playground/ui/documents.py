"""New, open, save, recent files: everything between the session and the disk, which the GUI thread never waits for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from playground.assets import MissingAsset
from playground.graph.experiment import Base, Experiment
from playground.graph.files import FileError, Saved, save
from playground.ui.session import Arrays, Progress, Session
from playground.zoo import zoo_experiment, zoo_network

SUFFIX = ".playground"
_FILTER = f"Playground files (*{SUFFIX})"
_MOST_RECENT = 8
_QUICKLY_DRAWN = 50_000_000
"""Networks of fewer multiply-adds have so few layers that they open at once, even while torch is still on its way."""


class Documents(QObject):
    """The File menu's work."""

    recent_changed = Signal()

    def __init__(self, session: Session, window: QWidget, settle: Callable[[], None]) -> None:
        """`settle` is called before the document is saved or left, to bring in what training has learnt so far."""
        super().__init__(window)
        self._session, self._window, self._settle = session, window, settle
        self._settings = QSettings()

    @property
    def name(self) -> str:
        """What the title bar calls the open document."""
        return self._session.path.name if self._session.path is not None else f"untitled{SUFFIX}"

    @property
    def recent(self) -> list[Path]:
        """Files opened or saved before that still exist, the newest first."""
        kept: object = self._settings.value("recent", [])
        names = kept if isinstance(kept, list) else [kept] if isinstance(kept, str) else []
        return [path for path in map(Path, names) if path.exists()]

    def forget_recent(self) -> None:
        """Empty the list of recent files."""
        self._settings.setValue("recent", [])
        self.recent_changed.emit()

    def start(self, experiment: Experiment) -> bool:
        """Begin a new document with this experiment; False when the user would rather keep the old one."""
        if not self.may_leave():
            return False
        self._session.replace_document(experiment, None, {}, Progress())
        return True

    def start_network(self, key: str, then: Callable[[], None] = lambda: None) -> None:
        """Begin a new document with a network of the zoo, and with the weights that ship for it if there are any.

        They are its base, so that Reset leads back to them.
        """
        if not self.may_leave():
            return

        weights = zoo_network(key).weights

        def work() -> tuple[Experiment, Arrays]:
            if not weights:
                return zoo_experiment(key), {}
            from playground.engine.pretrained import pretrained_state
            from playground.engine.transfer import digest_of

            state = pretrained_state(weights)
            return replace(zoo_experiment(key), base=Base(zoo_network(key).title, digest_of(state))), state

        def opened(network: tuple[Experiment, Arrays]) -> None:
            self._session.replace_document(network[0], None, {}, Progress(), base=network[1])
            then()

        if zoo_network(key).counted_multiply_adds < _QUICKLY_DRAWN and not weights:
            opened(work())
        else:
            self._session.background.run("open", work, opened, self._refused)

    def open(self, path: Path, then: Callable[[], None] = lambda: None) -> None:
        """Open a file; one that cannot be opened gets a message, and the open document stays."""
        if not self.may_leave():
            return

        def work() -> Saved:
            from playground.engine.admission import open_saved

            return open_saved(path)

        self._session.background.run("open", work, lambda saved: self._opened(path, saved, then), self._refused)

    def open_copy(self, path: Path, then: Callable[[], None] = lambda: None) -> None:
        """Open what a file holds as a document that has no file of its own yet: the file stays as it is."""
        if not self.may_leave():
            return
        from playground.engine.admission import open_saved

        self._session.background.run(
            "open", lambda: open_saved(path), lambda saved: self._opened(None, saved, then), self._refused
        )

    def recover(self, path: Path, then: Callable[[], None] = lambda: None) -> None:
        """Open the copy that a crashed session left; it counts as unsaved."""
        from playground.engine.admission import open_saved

        def opened(saved: Saved) -> None:
            self._opened(None, saved, then)
            self._session.mark_unsaved()
            path.unlink(missing_ok=True)

        self._session.background.run("open", lambda: open_saved(path), opened, self._refused)

    def choose_and_open(self, then: Callable[[], None] = lambda: None) -> None:
        """Ask for a file and open it."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Open", str(self._folder()), _FILTER)
        if name:
            self.open(Path(name), then)

    def save(self, then: Callable[[], None] = lambda: None) -> None:
        """Save where the document came from, or ask."""
        if self._session.path is None:
            self.save_as(then)
        else:
            self._write(self._session.path, then)

    def save_as(self, then: Callable[[], None] = lambda: None) -> None:
        """Ask where to save."""
        suggestion = self._folder() / self.name
        name, _ = QFileDialog.getSaveFileName(self._window, "Save as", str(suggestion), _FILTER)
        if name:
            path = Path(name)
            self._write(path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX), then)

    def may_leave(self) -> bool:
        """Whether the open document may be left: it is saved, or the user does not mind. Saving leaves later."""
        if not self._session.is_modified:
            return True
        buttons = QMessageBox.StandardButton
        box = self._box(f"Save the changes to {self.name}?", buttons.Save | buttons.Discard | buttons.Cancel)
        box.setInformativeText("Otherwise they are lost.")
        box.setDefaultButton(buttons.Save)
        answer = box.exec()
        if answer == buttons.Save:
            return self._save_now()
        return answer == buttons.Discard

    def _box(self, text: str, buttons: QMessageBox.StandardButton) -> QMessageBox:
        """A message box in our own look: Fusion would put old-fashioned pictures on its buttons."""
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Playground", text, buttons, self._window)
        for button in box.buttons():
            button.setIcon(QIcon())
        return box

    def _save_now(self) -> bool:
        """Save before leaving: this one waits for the disk."""
        path = self._session.path
        if path is None:
            suggestion = self._folder() / self.name
            name, _ = QFileDialog.getSaveFileName(self._window, "Save as", str(suggestion), _FILTER)
            if not name:
                return False
            path = Path(name)
            path = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
        try:
            save(path, self.snapshot())
        except FileError as error:
            self._refused(error)
            return False
        self._remember(path)
        return True

    def snapshot(self) -> Saved:
        """Everything that a file holds, as it is now."""
        self._settle()
        session = self._session
        return Saved(
            session.experiment,
            session.starting_state(),
            session.progress.optimizer,
            session.progress.history,
            session.example_index,
            session.bases.tensors,
        )

    def _write(self, path: Path, then: Callable[[], None]) -> None:
        snapshot = self.snapshot()
        self._session.background.run(
            "save", lambda: save(path, snapshot), lambda _: self._written(path, snapshot, then), self._refused
        )

    def _written(self, path: Path, snapshot: Saved, then: Callable[[], None]) -> None:
        self._session.path = path
        self._session.mark_saved(snapshot.experiment)
        self._remember(path)
        self._session.message.emit("info", f"Saved {path.name}.")
        then()

    def _opened(self, path: Path | None, saved: Saved, then: Callable[[], None]) -> None:
        self._session.replace_document(
            saved.experiment, path, saved.weights, Progress(saved.optimizer, saved.history), saved.sample, saved.base
        )
        if path is not None:
            self._remember(path)
        then()

    def _refused(self, error: Exception) -> None:
        from playground.engine.pretrained import PretrainedError

        if not isinstance(error, FileError | PretrainedError | MissingAsset):
            raise error
        self._box(str(error), QMessageBox.StandardButton.Ok).open()

    def _remember(self, path: Path) -> None:
        names = [str(path.resolve()), *(str(other) for other in self.recent)]
        self._settings.setValue("recent", list(dict.fromkeys(names))[:_MOST_RECENT])
        self.recent_changed.emit()

    def _folder(self) -> Path:
        return self._session.path.parent if self._session.path is not None else Path.home()
