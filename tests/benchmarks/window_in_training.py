"""The real window in Train mode, offscreen unless a screen is chosen, driven from a benchmark."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

# Set before anything imports torch or Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_home = tempfile.TemporaryDirectory(prefix="playground-benchmark-")
for _kind in ("CONFIG", "DATA", "STATE", "CACHE"):
    os.environ[f"XDG_{_kind}_HOME"] = _home.name

from PySide6.QtCore import QEventLoop, QTimer  # noqa: E402

from playground.graph.experiment import Experiment  # noqa: E402
from playground.ui.app import make_application  # noqa: E402
from playground.ui.garbage import GuiThreadCollector  # noqa: E402

BATCH = 64
SIZE = (1440, 900)


class WindowInTraining:
    """Opens on entry, trains when told, closes on exit. Without an experiment it is LeNet-5 on MNIST."""

    def __init__(self, experiment: Experiment | None = None) -> None:
        self.app = make_application(sys.argv[:1])
        from playground.ui.main_window import MainWindow
        from playground.ui.session import Session
        from playground.zoo import zoo_experiment

        self.collector = GuiThreadCollector()
        if experiment is None:
            lenet = zoo_experiment("lenet-5")
            experiment = replace(lenet, training=replace(lenet.training, batch_size=BATCH, epochs=1000))
        self.session = Session()
        self.session.warmed_up.connect(self.collector.settle)
        self.window = MainWindow(self.session)
        self.window.resize(*SIZE)
        self.window.show()
        self.window.documents.start(experiment)
        self.training = self.window.training

    def __enter__(self) -> WindowInTraining:
        self.window.show_mode("Train")
        self.until(lambda: bool(self.training.device) and self.session.analysis is not None)
        return self

    def __exit__(self, *_: object) -> None:
        self.session.mark_saved(self.session.experiment)
        self.window.close()
        self.collector.stop()

    def until(self, done: Callable[[], bool], limit: float = 300.0) -> None:
        """Let the window live, in an event loop as its own, until something has happened."""
        loop, end = QEventLoop(), time.monotonic() + limit
        watch = QTimer()
        watch.timeout.connect(lambda: loop.quit() if done() or time.monotonic() > end else None)
        watch.start(20)
        loop.exec()
        if not done():
            raise TimeoutError("the window did not get there")

    def epoch_seconds(self) -> float:
        """Train for one epoch, with everything drawn, and say how long it took; then pause."""
        before = self.training.history.epochs
        self.training.one_epoch()
        self.until(lambda: self.training.history.epochs > before and self.training.state == "paused")
        return float(self.training.history.epoch_column("seconds")[-1])
