"""The window for sweeps: what to sweep over on the left, what came of it on the right."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from playground.train.runs.sweep import SweepError
from playground.ui.session import Session
from playground.ui.train.controller import TrainingController
from playground.ui.train.runs.sweep_form import SweepForm
from playground.ui.train.runs.sweep_map import SweepMap
from playground.ui.train.runs.sweep_runs import Outcome
from playground.ui.widgets.headings import Separator, TextLabel
from playground.ui.widgets.numbers import short
from playground.ui.widgets.one_window import show_one
from playground.ui.widgets.segmented import SegmentedSwitch

_FORM = 300
_SOON_MS = 200
_LEGEND = (
    "The best run so far is ringed in green; in a map, the stronger the colour, the better. Every run is kept and can "
    "be found under Runs."
)


class SweepWindow(QDialog):
    """A sweep goes on when this window is closed; opened again, it shows how far it has come."""

    def __init__(self, session: Session, controller: TrainingController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Sweep")
        self._session, self._controller, self._sweep = session, controller, controller.sweep
        self._began = time.monotonic()
        self.form = SweepForm()
        self.words = TextLabel("", "small", "muted", wrap=True)
        self.start_button = QPushButton("Start")
        self.start_button.setProperty("primary", True)
        self.cancel_button = QPushButton("Cancel the sweep")
        self.bar = QProgressBar()
        self.progress = TextLabel("", "small", "muted")
        self.metric_switch = SegmentedSwitch(("Validation loss", "Accuracy", "Test"), "What the map shows")
        self.map = SweepMap()
        self.legend = TextLabel(_LEGEND, "small", "muted", wrap=True)
        self.chosen = TextLabel("", wrap=True)
        self.take_button = QPushButton("Take these settings")
        self.curves_button = QPushButton("Draw its curves")
        self.close_button = QPushButton("Close")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self.refresh)
        self._lay_out()
        self._connect()
        self.form.show_experiment(session.experiment)
        self.refresh()

    @classmethod
    def show_over(cls, session: Session, controller: TrainingController, window: QWidget) -> SweepWindow:
        """Show the one that is open, or open one."""
        return show_one(cls, window, lambda: cls(session, controller, window))

    def _lay_out(self) -> None:
        left = QWidget()
        left.setFixedWidth(_FORM)
        form = QVBoxLayout(left)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(12)
        explained = (
            "The network is trained again and again with other values, each time from the starting weights of the "
            "seed. The open document stays as it is; two runs train at a time, beside everything else."
        )
        form.addWidget(TextLabel(explained, "small", "muted", wrap=True))
        form.addWidget(self.form)
        form.addWidget(self.words)
        buttons = QHBoxLayout()
        buttons.addWidget(self.start_button)
        buttons.addWidget(self.cancel_button)
        buttons.addStretch(1)
        form.addLayout(buttons)
        form.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(10)
        head = QHBoxLayout()
        head.addWidget(self.metric_switch)
        head.addStretch(1)
        head.addWidget(self.progress)
        right.addLayout(head)
        right.addWidget(self.bar)
        right.addWidget(self.map, 1)
        right.addWidget(self.legend)
        right.addWidget(self.chosen)
        foot = QHBoxLayout()
        foot.addWidget(self.take_button)
        foot.addWidget(self.curves_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        right.addLayout(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 16, 20, 16)
        row.setSpacing(20)
        row.addWidget(left)
        row.addWidget(Separator(Qt.Orientation.Vertical))
        row.addLayout(right, 1)
        for button in (self.take_button, self.curves_button, self.close_button, self.cancel_button):
            button.setAutoDefault(False)
        self.bar.setRange(0, 1000)
        self.setMinimumSize(780, 500)
        self.resize(1060, 620)

    def _connect(self) -> None:
        self._sweep.changed.connect(self._refresh_soon)
        self._controller.kept_runs.changed.connect(self._refresh_soon)
        self._controller.state_changed.connect(self._refresh_soon)
        self._session.experiment_changed.connect(self._on_experiment)
        self._session.analysis_changed.connect(self._refresh_soon)
        self.form.changed.connect(self._show_plan)
        self.start_button.clicked.connect(self.start)
        self.cancel_button.clicked.connect(self.cancel)
        self.metric_switch.currentChanged.connect(self.refresh)
        self.map.chosen.connect(self._show_chosen)
        self.take_button.clicked.connect(self.take)
        self.curves_button.clicked.connect(self.draw_curves)
        self.close_button.clicked.connect(self.close)

    # ---- doing

    @Slot()
    def start(self) -> None:
        """Begin the sweep that the form describes."""
        try:
            axes, points = self.form.points(self._session.experiment)
        except SweepError as error:
            self.words.setText(str(error))
            return
        self._began = time.monotonic()
        self.map.place = None
        self._sweep.begin(axes, points, self._session.bases.tensors)
        self.refresh()

    @Slot()
    def cancel(self) -> None:
        """Train no more runs of it; what is done stays on the map."""
        self._sweep.cancel()
        self.refresh()

    @Slot()
    def take(self) -> None:
        """Give the document the values of the chosen run, as one undoable edit."""
        outcome = self._outcome
        if outcome is None:
            return
        experiment = self._session.experiment
        for axis, index in zip(self._sweep.axes, outcome.point.place, strict=True):
            if axis.setting.read(experiment) is None:
                self.chosen.setText(f"The open network has no setting “{axis.setting.title}” any more.")
                return
            experiment = axis.setting.put(experiment, axis.values[index])
        self._session.apply(f"Take {outcome.point.title}", experiment)

    @Slot()
    def draw_curves(self) -> None:
        """Draw the chosen run beside that of the document, or take it away again."""
        outcome, kept = self._outcome, self._controller.kept_runs
        if outcome is not None and outcome.key:
            kept.show(outcome.key, not kept.is_shown(outcome.key))

    # ---- showing

    @property
    def _outcome(self) -> Outcome | None:
        return None if self.map.place is None else self._sweep.outcome_at(self.map.place)

    @Slot()
    def _refresh_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    @Slot(object, object)
    def _on_experiment(self, _before: object, after: object) -> None:
        self.form.show_experiment(self._session.experiment)
        self._refresh_soon()

    @Slot()
    def refresh(self) -> None:
        """Show the form, and how far the sweep has come."""
        sweep = self._sweep
        classes = all(not math.isfinite(each.result.validation_error) for each in sweep.outcomes)
        items = ("Validation loss", "Accuracy" if classes else "Mean error", "Test")
        if items != self.metric_switch.items:
            self.metric_switch.set_items(items)
        value, words, better = self._metric(classes)
        self.map.show_outcomes(sweep.axes, sweep.outcomes, value, words, better)
        self.cancel_button.setVisible(sweep.is_running)
        self.start_button.setVisible(not sweep.is_running)
        self.bar.setVisible(sweep.is_running)
        self.legend.setVisible(bool(sweep.outcomes))
        self.bar.setValue(round(1000 * sweep.fraction))
        self.metric_switch.setVisible(bool(sweep.outcomes))
        self.progress.setText(self._progress_words())
        self._show_plan()
        self._show_chosen()

    def _metric(self, classes: bool) -> tuple[Callable[[Outcome], float], Callable[[float], str], int]:
        """What the map shows: the number of an outcome, in words, and whether more is better."""
        if self.metric_switch.current == 0:
            return _loss, lambda loss: short(loss, 3), -1
        part = "validation" if self.metric_switch.current == 1 else "test"
        if classes:
            return lambda o: getattr(o.result, f"{part}_accuracy"), lambda share: f"{100 * share:.1f} %", 1
        return lambda o: getattr(o.result, f"{part}_error"), lambda error: short(error, 3), -1

    def _progress_words(self) -> str:
        sweep = self._sweep
        if not sweep.outcomes:
            return ""
        total = len(sweep.outcomes)
        if not sweep.is_running:
            return f"{sweep.done:,} of {total:,} runs are over"
        passed = time.monotonic() - self._began
        left = passed / sweep.fraction * (1 - sweep.fraction) if sweep.fraction > 0.02 else math.inf
        return f"{sweep.done:,} of {total:,} runs{'' if math.isinf(left) else f' · about {_duration(left)} left'}"

    @Slot()
    def _show_plan(self) -> None:
        """How many runs it would be, or what is missing."""
        obstacle = self._controller.obstacle
        try:
            _, points = self.form.points(self._session.experiment)
            runs, epochs = len(points), self.form.epochs.value()
            plan = f"{_counted(runs, 'run')} of {_counted(epochs, 'epoch')} each, {runs * epochs:,} epochs in all."
            fails = ""
        except SweepError as error:
            plan, fails = "", str(error)
        is_said = self.form.first.is_wrong or self.form.second.is_wrong  # below the values themselves
        self.words.setText(obstacle or ("" if is_said else fails) or plan)
        self.words.set_tone("warning" if obstacle or fails else "muted")
        self.start_button.setEnabled(not obstacle and not fails)

    @Slot()
    def _show_chosen(self) -> None:
        outcome, kept = self._outcome, self._controller.kept_runs
        self.take_button.setEnabled(outcome is not None)
        self.curves_button.setEnabled(outcome is not None and kept.run_of(outcome.key) is not None)
        is_shown = outcome is not None and bool(outcome.key) and kept.is_shown(outcome.key)
        self.curves_button.setText("Take its curves away" if is_shown else "Draw its curves")
        if outcome is None:
            done = any(each.state == "done" for each in self._sweep.outcomes)
            self.chosen.setText("Click a run to see what it came to." if done else "")
            self.chosen.set_tone("muted")
            return
        self.chosen.set_tone("text")
        self.chosen.setText(_told(outcome))


def _loss(outcome: Outcome) -> float:
    """The best validation loss; without validation examples that of training."""
    result = outcome.result
    return result.validation_loss if math.isfinite(result.validation_loss) else result.training_loss


def _told(outcome: Outcome) -> str:
    """What a run came to, in a sentence or two."""
    result, title = outcome.result, outcome.point.title
    title = title[0].upper() + title[1:]
    if outcome.state in ("waiting", "cancelled"):
        return f"{title}: {'waits for its turn' if outcome.state == 'waiting' else 'was called off'}."
    if outcome.state == "failed":
        return f"{title}: {outcome.message}"
    numbers = (
        ("best validation loss", result.validation_loss, lambda loss: short(loss, 4)),
        ("accuracy", result.validation_accuracy, lambda share: f"{100 * share:.2f} %"),
        ("off by", result.validation_error, lambda error: short(error, 3)),
        ("lowest training loss", result.training_loss, lambda loss: short(loss, 4)),
        ("test", result.test_accuracy, lambda share: f"{100 * share:.2f} %"),
        ("test: off by", result.test_error, lambda error: short(error, 3)),
    )
    parts = [f"{name} {words(value)}" for name, value, words in numbers if math.isfinite(value)]
    return f"{title}: {', '.join(parts) or 'nothing yet'} ({_counted(result.epochs, 'epoch')})."


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60):,} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
