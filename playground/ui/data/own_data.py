"""The window that takes the user's own data: a table, a folder of pictures, or a file of arrays."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from playground.data import DataError, DataSet, data_set
from playground.data.own.pictures import Cancelled
from playground.ui.background import Background
from playground.ui.data.arrays_page import ArraysPage
from playground.ui.data.files import ARRAYS
from playground.ui.data.folder_page import FolderPage
from playground.ui.data.page import OwnDataPage, Read
from playground.ui.data.table_page import TablePage
from playground.ui.microscopes.alive import while_alive
from playground.ui.widgets.headings import ElidedLabel, TextLabel
from playground.ui.widgets.numbers import count

_LOOK_MS = 60
_MOST_COUNTS = 6


class OwnDataDialog(QDialog):
    """`chosen` sends the key of the data set. Everything is read on a thread of the window's own; nothing is copied."""

    chosen = Signal(str)

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Your own data")
        self.resize(760, 620)
        self._background = Background(self)
        self._cancelled = threading.Event()
        self._progress = (0, 0)
        self._wants = False
        self.page = _page_for(self._background, path)
        self.summary = TextLabel("", wrap=True)
        self.remarks = TextLabel("", tone="warning", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.use = QPushButton("Use it")
        self.use.setProperty("primary", True)
        self.use.setDefault(True)
        self.use.setEnabled(False)
        self.use.clicked.connect(self._on_use)
        self.leave = QPushButton("Cancel")
        self.leave.setAutoDefault(False)
        self.leave.clicked.connect(self.reject)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._show_progress)
        self._lay_out(path)
        self.page.changed.connect(self._on_changed)
        self.page.failed.connect(self._refuse)
        self.finished.connect(lambda _result: self._end())

    def _lay_out(self, path: Path) -> None:
        where = ElidedLabel(str(path), tone="muted")
        where.setToolTip(str(path))
        foot = QHBoxLayout()
        foot.addWidget(self.bar, 1)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        foot.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(10)
        column.addWidget(where)
        column.addWidget(self.page, 1)
        column.addWidget(self.summary)
        column.addWidget(self.remarks)
        column.addLayout(foot)

    # ---- what would be used

    def _on_changed(self) -> None:
        """Something else is chosen: say what comes of it, or that it cannot be."""
        self._wants = False
        try:
            key = self.page.key
        except DataError as error:
            self._refuse(str(error))
            return
        self.use.setEnabled(bool(key))
        self.remarks.hide()
        if not key:
            self._refuse("Nothing goes in: tick at least one column.")
        elif self.page.is_slow:
            self.summary.set_tone("muted")
            self.summary.setText("The pictures are read when you use them; it can be watched and cancelled.")
        else:
            self._read()

    def _read(self) -> None:
        key, reader = self.page.key, self.page.reader()
        self._cancelled.clear()
        self._background.run(
            "own data",
            lambda: reader(self._on_progress),
            while_alive(self, lambda read: self._on_read(key, read)),
            while_alive(self, self._on_failed),
        )

    def _on_progress(self, done: int, total: int) -> bool:
        """Called on the worker thread."""
        self._progress = (done, total)
        return not self._cancelled.is_set()

    def _show_progress(self) -> None:
        done, total = self._progress
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.summary.setText(f"Reading picture {count(done)} of {count(total)} …")

    def _on_read(self, key: str, read: Read) -> None:
        if key != self.page.key:
            return
        self._stop_bar()
        self.summary.set_tone("text")
        self.summary.setText(_summary(data_set(key), read))
        self.remarks.setText("\n".join(read.remarks))
        self.remarks.setVisible(bool(read.remarks))
        self.use.setEnabled(True)
        if self._wants:
            self._take(key)

    def _on_failed(self, error: Exception) -> None:
        self._stop_bar()
        if isinstance(error, Cancelled):
            return
        if not isinstance(error, DataError):
            raise error
        self._refuse(str(error))

    def _refuse(self, reason: str) -> None:
        self._wants = False
        self.use.setEnabled(False)
        self.summary.set_tone("danger")
        self.summary.setText(reason)
        self.remarks.hide()

    # ---- using it

    def _on_use(self) -> None:
        if not self.page.is_slow:
            self._take(self.page.key)
            return
        self._wants = True
        self.use.setEnabled(False)
        self.page.setEnabled(False)
        self.bar.show()
        self._timer.start()
        self._read()

    def _stop_bar(self) -> None:
        self._timer.stop()
        self.bar.hide()
        self.page.setEnabled(True)

    def _take(self, key: str) -> None:
        self.chosen.emit(key)
        self.accept()

    def _end(self) -> None:
        self._cancelled.set()
        self._timer.stop()
        self._background.leave()


def _page_for(background: Background, path: Path) -> OwnDataPage:
    if path.is_dir():
        return FolderPage(background, path)
    return (ArraysPage if path.suffix.lower() in ARRAYS else TablePage)(background, path)


def _summary(described: DataSet, read: Read) -> str:
    samples = read.samples
    learn, test = len(samples.y_train), len(samples.y_test)
    parts = [f"{count(learn + test)} examples: {count(learn)} to learn from, {count(test)} to test"]
    if described.classes:
        labels = np.concatenate([samples.y_train, samples.y_test]).astype(np.int64)
        counts = np.bincount(labels, minlength=len(described.classes))
        named = [f"{name} {count(int(n))}" for name, n in zip(described.classes, counts, strict=True)]
        more = f" and {len(named) - _MOST_COUNTS} more" if len(named) > _MOST_COUNTS else ""
        parts.append(f"{len(named)} classes: {', '.join(named[:_MOST_COUNTS])}{more}")
    return ". ".join(parts) + "."
