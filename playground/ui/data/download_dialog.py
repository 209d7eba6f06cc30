"""The window that fetches a data set: how much, from where, how far; it can be cancelled, and goes on another time."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from playground.data import DataError
from playground.data.archives import Archive, downloads_folder
from playground.data.archives.download import Loaded, fetch
from playground.data.archives.install import install
from playground.ui.background import Background
from playground.ui.microscopes.alive import while_alive
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.numbers import bytes_, duration

_LOOK_MS = 100
_STEPS = 1000


class DownloadDialog(QDialog):
    """`ready` sends the key of the data set once its examples are on this machine."""

    ready = Signal(str)

    def __init__(self, archive: Archive, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Get {archive.title}")
        self.setMinimumWidth(560)
        self.archive = archive
        self._background = Background(self)
        self._cancelled = threading.Event()
        self._loaded: Loaded | None = None
        self._began = (0.0, 0)
        self.words = TextLabel(_offer(archive), wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.download = QPushButton("Download")
        self.download.setProperty("primary", True)
        self.download.setDefault(True)
        self.download.clicked.connect(self.start)
        self.open_files = QPushButton("Open from disk…")
        self.open_files.setAutoDefault(False)
        self.open_files.clicked.connect(self._choose_files)
        self.leave = QPushButton("Cancel")
        self.leave.setAutoDefault(False)
        self.leave.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.open_files)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        foot.addWidget(self.download)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addWidget(self.bar)
        column.addLayout(foot)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._show_progress)
        self.finished.connect(lambda _result: self._end())

    # ---- downloading

    def start(self) -> None:
        """Fetch what is missing, then unpack it."""
        archive, folder, cancelled = self.archive, downloads_folder() / "archives", self._cancelled
        self._began = (0.0, 0)

        def work() -> bool:
            for loaded in fetch(archive, folder):
                self._loaded = loaded
                if cancelled.is_set():
                    return False
            install(archive, {file.name: folder / file.name for file in archive.files})
            for file in archive.files:
                (folder / file.name).unlink(missing_ok=True)
            return True

        self._set_busy("Asking the server …")
        self._background.run("download", work, while_alive(self, self._on_done), while_alive(self, self._on_failed))

    def _show_progress(self) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        self.bar.setValue(round(loaded.done / loaded.total * _STEPS))
        now = time.monotonic()
        if not self._began[0]:
            self._began = (now, loaded.done)
        took, come = now - self._began[0], loaded.done - self._began[1]
        left = f", {duration((loaded.total - loaded.done) * took / come)} left" if come > 0 and took > 1 else ""
        if loaded.done >= loaded.total:
            self.words.setText("Unpacking …")
        else:
            self.words.setText(f"{loaded.file}: {bytes_(loaded.done)} of {bytes_(loaded.total)}{left}.")

    def _on_done(self, is_whole: bool) -> None:
        self._timer.stop()
        if is_whole:
            self.ready.emit(self.archive.key)
            self.accept()

    def _on_failed(self, error: Exception) -> None:
        self._timer.stop()
        self.bar.hide()
        self.download.setText("Try again")
        for button in (self.download, self.open_files):
            button.setEnabled(True)
        if not isinstance(error, DataError):
            raise error
        self.words.set_tone("danger")
        self.words.setText(str(error))

    # ---- from disk

    def _choose_files(self) -> None:
        names = " ".join(file.name for file in self.archive.files)
        kinds = f"{names} (*.gz);;All files (*)"
        chosen, _ = QFileDialog.getOpenFileNames(self, f"Open {self.archive.title}", "", kinds)
        if chosen:
            self.take_files([Path(name) for name in chosen])

    def take_files(self, paths: list[Path]) -> None:
        """Unpack files that the user has already."""
        archive = self.archive
        self._set_busy("Unpacking …")
        self._background.run(
            "install",
            lambda: bool(install(archive, {path.name: path for path in paths})),
            while_alive(self, self._on_done),
            while_alive(self, self._on_failed),
        )

    def _set_busy(self, words: str) -> None:
        self._cancelled.clear()
        self._loaded = None
        for button in (self.download, self.open_files):
            button.setEnabled(False)
        self.words.set_tone("text")
        self.words.setText(words)
        self.bar.setValue(0)
        self.bar.show()
        self._timer.start()

    def _end(self) -> None:
        self._cancelled.set()
        self._timer.stop()
        self._background.leave()


def _offer(archive: Archive) -> str:
    server, size = archive.files[0].url.split("/")[2], bytes_(archive.size)
    return (
        f"{archive.title} does not ship with the playground. It is fetched once from {server} ({size}), "
        "checked against its published checksum, and kept on this machine. If you have its files already, open them."
    )
