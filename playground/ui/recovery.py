"""Autosave: what was not saved when the program died can be had back at the next start.

Every session keeps a copy of its unsaved work in a folder of the program's own, beside a lock that its process holds.
A copy whose lock nobody holds was left behind: by a crash, or by a window that was closed while it trained.
"""

from __future__ import annotations

import logging
import uuid
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, QTimer

from playground.graph.files import FileError, save
from playground.ui.documents import SUFFIX, Documents
from playground.ui.session import Session

log = logging.getLogger(__name__)
_PERIOD_MS = 20_000


class Recovery(QObject):
    """Writes the copies; `leftovers` are those of sessions that died."""

    def __init__(self, session: Session, documents: Documents, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._documents = session, documents
        self._folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation))
        self._folder /= "recovery"
        self._file = self._folder / f"{uuid.uuid4().hex}{SUFFIX}"
        self._lock = QLockFile(str(self._file.with_suffix(".lock")))
        self._kept: tuple[object, object] = (None, None)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.keep)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            log.warning("no autosave: %s", error)
            return
        self._lock.setStaleLockTime(0)
        if self._lock.tryLock(0):
            self._timer.start(_PERIOD_MS)

    def keep(self) -> None:
        """Write a copy if there is anything unsaved that the last copy does not hold."""
        session = self._session
        if not session.is_modified or not len(session.graph):
            return
        snapshot = self._documents.snapshot()
        kept = (session.experiment, session.progress)
        if all(new is old for new, old in zip(kept, self._kept, strict=True)):
            return
        self._kept = kept
        session.background.run("autosave", lambda: save(self._file, snapshot), lambda _: None, self._failed)

    def _failed(self, error: Exception) -> None:
        self._kept = (None, None)
        log.warning("autosave failed: %s", error)
        if not isinstance(error, FileError):
            raise error

    def leftovers(self) -> list[Path]:
        """Copies of sessions that are no longer alive, the newest first."""
        found: list[Path] = []
        for file in self._folder.glob(f"*{SUFFIX}"):
            lock = QLockFile(str(file.with_suffix(".lock")))
            lock.setStaleLockTime(0)
            if file != self._file and lock.tryLock(0):
                lock.unlock()
                found.append(file)
        return sorted(found, key=lambda file: file.stat().st_mtime, reverse=True)

    @staticmethod
    def discard(files: list[Path]) -> None:
        """Delete copies that are not wanted any more."""
        for file in files:
            file.unlink(missing_ok=True)

    def keep_now(self) -> bool:
        """Write the copy while the program ends; whether that worked."""
        try:
            save(self._file, self._documents.snapshot())
        except FileError as error:
            log.warning("the last copy failed: %s", error)
            return False
        return True

    def close(self, keep: bool = False) -> None:
        """The program ends in good order; without `keep` no copy is left for the next start."""
        self._timer.stop()
        if not keep:
            self._file.unlink(missing_ok=True)
        self._lock.unlock()
