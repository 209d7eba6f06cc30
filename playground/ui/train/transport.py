"""Play, stop, one batch, one epoch, reset; and how far the run has come, how fast it goes, how long it takes."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from playground.ui.train.controller import TrainingController
from playground.ui.train.training_state import State
from playground.ui.widgets.buttons import IconButton
from playground.ui.widgets.headings import ElidedLabel, TextLabel
from playground.ui.widgets.numbers import count, duration, short

_FULL = 1000
"""Steps of the progress bar."""


class Transport(QWidget):
    """The top of the left panel. The buttons do not take the keyboard when clicked, so that its keys go on working."""

    def __init__(self, controller: TrainingController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.play = IconButton("play", "Play", "Train (Space)", "primary")
        self.stop = IconButton("stop", "Stop", "End the run here and try what was learnt on the test examples")
        self.one_batch = QPushButton("1 batch")
        self.one_batch.setToolTip("Learn from one batch, then pause (Right)")
        self.one_epoch = QPushButton("1 epoch")
        self.one_epoch.setToolTip("Learn to the end of the epoch, then pause (Shift+Right)")
        self.reset = IconButton("reset", "Reset", "Back to the starting weights; the curves begin anew (Home)")
        for button, act in (
            (self.play, controller.toggle),
            (self.stop, controller.stop),
            (self.one_batch, controller.one_batch),
            (self.one_epoch, controller.one_epoch),
            (self.reset, controller.reset),
        ):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(act)
        self.back = QPushButton("Back to …")
        self.back.setToolTip("Go back to a checkpoint of this run: weights, optimizer and curves as they were then")
        self.back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._places = QMenu(self.back)
        self.back.setMenu(self._places)
        self.epoch = TextLabel("", "mono")
        self.rate = TextLabel("", "mono")
        self._rate_line = QWidget()
        self.bar = QProgressBar()
        self.bar.setRange(0, _FULL)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the run")
        self.status = ElidedLabel("", "small", "muted")
        self._lay_out()
        controller.state_changed.connect(self.refresh)
        controller.history_changed.connect(self.refresh_progress)
        controller.going_back.changed.connect(self._show_checkpoints)
        self._show_checkpoints()
        self.refresh()

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row, buttons in ((first, (self.play, self.stop)), (second, (self.one_batch, self.one_epoch, self.reset))):
            row.setSpacing(6)
            for button in buttons:
                row.addWidget(button, 1)
        line = QHBoxLayout()
        line.addWidget(TextLabel("epoch", tone="muted"))
        line.addStretch(1)
        line.addWidget(self.epoch)
        rate = QHBoxLayout(self._rate_line)
        rate.setContentsMargins(0, 0, 0, 0)
        rate.addWidget(TextLabel("learning rate", tone="muted"))
        rate.addStretch(1)
        rate.addWidget(self.rate)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(first)
        column.addLayout(second)
        column.addSpacing(8)
        column.addLayout(line)
        column.addWidget(self.bar)
        column.addWidget(self.status)
        column.addWidget(self._rate_line)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)

    def sizeHint(self) -> QSize:
        return QSize(240, super().sizeHint().height())

    def refresh(self) -> None:
        """Show what can be done now."""
        controller = self._controller
        state, can_train = controller.state, not controller.obstacle
        is_busy = state in ("running", "preparing")
        if is_busy:
            self.play.set_look("pause", "Pause", "Pause after this batch (Space)")
        elif state == "paused":
            self.play.set_look("play", "Resume", "Go on (Space)")
        elif controller.is_complete:
            more = controller.more_epochs
            epochs = "1 epoch" if more == 1 else f"{more:,} epochs"
            self.play.set_look("play", f"{more:,} more", f"All epochs are done: train for {epochs} more (Space)")
        else:
            self.play.set_look("play", "Play", "Train (Space)")
        self.play.setEnabled((can_train or is_busy) and not (controller.is_waiting and state != "preparing"))
        self.stop.setEnabled(controller.is_live and not controller.is_waiting)
        steps = can_train and not is_busy and not controller.is_waiting
        self.one_batch.setEnabled(steps)
        self.one_epoch.setEnabled(steps)
        self.reset.setEnabled(controller.is_live or len(controller.history) > 0)
        self.back.setEnabled(not controller.is_live)
        self.refresh_progress()

    def _show_checkpoints(self) -> None:
        """The places to go back to, the latest first."""
        going_back = self._controller.going_back
        self.back.setVisible(bool(going_back.kept))
        self._places.clear()
        for kept in reversed(going_back.kept):
            self._places.addAction(f"epoch {kept.epoch:,}", partial(going_back.go_back, kept))

    def refresh_progress(self) -> None:
        """Show how far it has come."""
        controller = self._controller
        progress = controller.progress
        done = math.floor(controller.history.position)
        shown = progress.epoch if controller.is_live else done
        self.epoch.setText(f"{count(shown)} / {count(progress.epochs)}")
        self.bar.setValue(round(_FULL * progress.fraction))
        self.status.setText(self._status(controller.state))
        self._rate_line.setVisible(controller.rate_changes and math.isfinite(controller.history.learning_rate))
        self.rate.setText(short(controller.history.learning_rate, 3) if not self._rate_line.isHidden() else "")

    def _status(self, state: State) -> str:
        controller = self._controller
        progress = controller.progress
        if controller.is_waiting:
            return "Ending this batch …"
        if state == "preparing":
            return "Getting ready …"
        if state == "running":
            if not progress.examples_per_second:
                return "Training …"
            speed = f"{count(round(progress.examples_per_second))} examples/s"
            return f"{speed} · {duration(progress.seconds_left)} left"
        words = {"paused": "Paused", "finished": "Finished", "failed": "Training stopped", "idle": ""}[state]
        if not words and len(controller.history):
            words = "Play goes on from here" if not controller.is_outdated else "Play begins a new run"
        return words or "Not trained yet"
