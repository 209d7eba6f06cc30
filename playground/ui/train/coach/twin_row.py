"""One twin of a run, in a line of the coach's card: its colour, how far it is, and in words what it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from playground.train.history import History
from playground.train.runs.twins import outcome
from playground.ui.fonts import font
from playground.ui.train.runs.dot import RunDot
from playground.ui.widgets.buttons import icon_tool_button
from playground.ui.widgets.headings import TextLabel

if TYPE_CHECKING:
    from playground.ui.train.runs.side_runs import SideRun


class TwinRow(QWidget):
    """Follows a side run and compares it with `main`, the curves of the run that it is a twin of."""

    taken = Signal()
    stopped = Signal()
    removed = Signal()

    def __init__(self, run: SideRun, main: History, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run, self._main = run, main
        self.name = TextLabel(run.title)
        self.name.setFont(font("body", self.name.font().Weight.DemiBold))
        self.words = TextLabel("", "small", "muted", wrap=True)
        self.take = QPushButton("Use this")
        self.take.setProperty("quiet", True)
        self.take.setToolTip("Give the open network these settings: one edit, which can be undone")
        self.stop = QPushButton("Stop")
        self.stop.setProperty("quiet", True)
        self.stop.setToolTip("End this twin here; its curves stay")
        self.close_button = icon_tool_button("close", f"Take “{run.title}” and its curves away", 12)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(self.name)
        texts.addWidget(self.words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(RunDot(run.role), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        for button in (self.take, self.stop, self.close_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.take.clicked.connect(self.taken)
        self.stop.clicked.connect(self.stopped)
        self.close_button.clicked.connect(self.removed)
        run.changed.connect(self.show_run)
        self.show_run()

    @Slot()
    def show_run(self) -> None:
        """Bring the line up to date."""
        run = self._run
        self.name.setText(run.title)
        self.stop.setVisible(not run.is_over)
        self.take.setVisible(run.is_over and run.state != "failed")
        self.words.set_tone("muted")
        if run.state == "waiting":
            self.words.setText("waits for its turn")
        elif run.state == "preparing":
            self.words.setText("gets ready …")
        elif run.state == "running":
            self.words.setText(self._progress())
        elif run.state == "finished":
            found = outcome(self._main, run.history, run.reason, run.experiment.training.restore_best)
            self.words.setText(found.sentence)
            self.words.set_tone("success" if found.is_better else "text")
        else:
            self.words.setText(run.message)

    def _progress(self) -> str:
        history, epochs = self._run.history, self._run.experiment.training.epochs
        said = f"epoch {min(history.epochs + 1, epochs):,} of {epochs:,}"
        if not history.epochs:
            return said
        now = history.epoch_column("validation_loss")[-1]
        return f"{said} · validation loss {now:.3g}" if now == now else said
