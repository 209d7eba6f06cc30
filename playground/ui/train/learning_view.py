"""The middle of Train mode: what the run came to, the curves with a sentence that reads them, and the network below."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from playground.train.advice.health import examine
from playground.train.advice.reading import Reading, Verdict, read_curves
from playground.train.events import Predictions
from playground.train.history import Result
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.train.chart.head import ChartHead
from playground.ui.train.coach.card import Coach
from playground.ui.train.coach.experiment_card import ExperimentCard
from playground.ui.train.controller import TrainingController
from playground.ui.train.network.panel import NetworkPanel
from playground.ui.train.plane.view import PlaneView
from playground.ui.train.runs.pills import RunPills
from playground.ui.train.time_slider import TimeSlider
from playground.ui.train.waiting_hint import WaitingHint
from playground.ui.widgets.banner import Banner, Severity
from playground.ui.widgets.headings import TextLabel, Tone
from playground.ui.widgets.icons import icon
from playground.ui.widgets.numbers import short

if TYPE_CHECKING:
    from playground.ui.train.chart.chart import LearningChart

_CHART_HEIGHT = 340

_TONES: dict[Verdict, tuple[Tone, str]] = {
    "none": ("muted", "info"),
    "early": ("muted", "info"),
    "learning": ("success", "success"),
    "level": ("muted", "info"),
    "overfitting": ("warning", "warning"),
    "guessing": ("danger", "warning"),
    "rising": ("warning", "warning"),
    "diverging": ("danger", "warning"),
    "underfitting": ("warning", "warning"),
    "right": ("success", "success"),
    "unseen": ("muted", "info"),
}


class LearningView(QWidget):
    """Follows the controller while it is `watching`."""

    def __init__(self, session: Session, controller: TrainingController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._controller = session, controller
        self._is_watching = False
        self._read_epochs = -1
        self._reading: Reading | None = None
        self._said = ""
        self.chart: LearningChart | None = None
        self.outcome = Banner()
        self.plane = PlaneView(session, controller)
        self.head = ChartHead()
        self.metric_switch, self.logarithmic = self.head.metric_switch, self.head.logarithmic
        self._chart_place = QWidget()
        self._chart_place.setFixedHeight(_CHART_HEIGHT)
        self._waiting = WaitingHint(controller)
        self._sign = QLabel()
        self._sign.setFixedSize(18, 18)
        self.sentence = TextLabel("", wrap=True)
        self.health = TextLabel("", tone="warning", wrap=True)
        self._health_sign = QLabel()
        self._health_sign.setFixedSize(18, 18)
        self.best = QPushButton()
        self.best.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.best.setToolTip(
            "Take the weights that did best on the validation examples, and try them on the test examples"
        )
        self.runs = RunPills(session, controller)
        self.experiment = ExperimentCard(session, controller)
        self.coach = Coach(session, controller)
        self.time = TimeSlider(controller)
        self.network = NetworkPanel(session, controller.looking)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self._chart_place)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._waiting, 0, Qt.AlignmentFlag.AlignCenter)
        verdict = QHBoxLayout()
        verdict.setSpacing(8)
        verdict.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        verdict.addWidget(self.sentence, 1)
        verdict.addWidget(self.best, 0, Qt.AlignmentFlag.AlignTop)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(22, 14, 22, 18)
        self.column.setSpacing(10)
        self.column.addWidget(self.outcome)
        self.column.addWidget(self.plane)
        self.column.addWidget(self.head)
        self.column.addWidget(self.runs)
        self.column.addWidget(self._chart_place)
        self.column.addWidget(self.time)
        self.column.addLayout(verdict)
        health = QHBoxLayout()
        health.setSpacing(8)
        health.addWidget(self._health_sign, 0, Qt.AlignmentFlag.AlignTop)
        health.addWidget(self.health, 1)
        self.column.addLayout(health)
        self.column.addWidget(self.experiment)
        self.column.addWidget(self.coach)
        self.column.addSpacing(8)
        self.column.addWidget(self.network)
        self.column.addStretch(1)

    def _connect(self) -> None:
        self.head.changed.connect(self._on_metric)
        self.best.clicked.connect(self._controller.take_best)
        self._controller.history_changed.connect(self._on_history)
        self._controller.looking.changed.connect(self._on_pictures)
        self._controller.state_changed.connect(self._on_state)
        self._controller.shown_runs.changed.connect(self._show_others)
        self._controller.shown_runs.grown.connect(self._show_others)
        appearance.changed.connect(self.refresh)

    # ---- coming and going

    def watch(self, watching: bool) -> None:
        """Whether this is on screen; what is not seen is not drawn."""
        self._is_watching = watching
        self.plane.watch(watching)
        if watching:
            if self.chart is None:
                QTimer.singleShot(0, self._make_chart)
            self.refresh()

    def _make_chart(self) -> None:
        """The first time this is shown: importing the chart takes a moment, so the rest of the screen comes first."""
        if self.chart is not None:
            return
        from playground.ui.train.chart.chart import LearningChart
        from playground.ui.train.chart.export import ChartExport

        self.chart = LearningChart()
        self.time.set_chart(self.chart)
        self.chart.view_changed.connect(self._on_zoom)
        self.head.whole.clicked.connect(self.chart.show_all)
        self.head.export.setMenu(ChartExport(self._session, lambda: self.chart, self))
        place = self._chart_place.layout()
        assert place is not None
        place.removeWidget(self._waiting)
        self._waiting.setParent(self._chart_place)
        place.addWidget(self.chart)
        self._on_metric()
        self.refresh()

    def _show_others(self) -> None:
        """The curves of the runs beside this one."""
        if self.chart is not None and self._is_watching:
            others = self._controller.shown_runs.others
            self.chart.set_others(others)
            self._waiting.setVisible(not len(self._controller.history) and not others)

    def _on_zoom(self) -> None:
        self.head.whole.setVisible(self.chart is not None and self.chart.is_zoomed)

    def refresh(self) -> None:
        """Show everything as it is now."""
        self._read_epochs, self._reading = -1, None
        self._show_others()
        self._on_history()
        self._on_pictures()
        self._on_state()

    # ---- what is new

    def _on_metric(self) -> None:
        chart, head = self.chart, self.head
        if chart is None:
            return
        if chart.is_logarithmic_in_epochs != head.logarithmic_epochs.isChecked():
            chart.set_logarithmic_epochs(head.logarithmic_epochs.isChecked())
        chart.set_smoothing(head.smoothing.value())
        chart.set_metric(head.metric, head.logarithmic.isChecked(), self._session.data_set.unit)

    def _on_history(self) -> None:
        if not self._is_watching:
            return
        history = self._controller.history
        if self.chart is not None:
            self.chart.set_history(history)
            self._waiting.setVisible(not len(history) and not self._controller.shown_runs.others)
            self._waiting.adjustSize()
            self._waiting.move((self._chart_place.width() - self._waiting.width()) // 2, _CHART_HEIGHT // 2 - 16)
            self._waiting.raise_()
        self._read()
        if history.epochs != self._read_epochs:
            self._read_epochs = history.epochs
            self._on_state()

    def _read(self) -> None:
        """What the curves say; it is read with every batch, since a loss can leave all bounds within an epoch."""
        seen = self._controller.mistakes
        blind = seen.blind_error if isinstance(seen, Predictions) else math.nan
        reading = read_curves(self._controller.history, len(self._session.data_set.classes), blind)
        if reading != self._reading:
            self._reading = reading
            self._say(reading)

    def _say(self, reading: Reading) -> None:
        tone, sign = _TONES[reading.verdict]
        self.coach.show_reading(reading)
        self.sentence.setText(reading.sentence)
        self.sentence.set_tone("warning" if tone == "warning" else "danger" if tone == "danger" else "text")
        self._sign.setVisible(bool(reading.sentence))
        self._sign.setPixmap(icon(sign, tone).pixmap(18, 18))
        self._health_sign.setPixmap(icon("warning", "warning").pixmap(18, 18))

    def _on_pictures(self) -> None:
        if self._is_watching:
            self.network.refresh()
            self._show_health()

    def _show_health(self) -> None:
        """The gravest of what is the matter with the layers; the page of the activations says all of it."""
        looking = self._controller.looking
        titles = {node.id: node.title for node in self._session.graph}
        seen = looking.over_time.until(looking.position)
        found = [finding for finding in examine(seen, titles) if finding.is_warning]
        self.health.setText(found[0].sentence if found else "")
        self.health.setVisible(bool(found))
        self._health_sign.setVisible(bool(found))

    def _on_state(self) -> None:
        controller = self._controller
        self._name_metrics()
        best = controller.better_epoch
        self.best.setVisible(bool(best))
        self.best.setText(f"Use the weights of epoch {best:,}")
        self._show_outcome()

    def _name_metrics(self) -> None:
        """Classes are right or wrong; values are off by so much, in their unit."""
        data, analysis = self._session.data_set, self._session.analysis
        self.head.name_values("accuracy" if data.classes else "error")
        is_compared = bool(data.classes) or analysis is None or analysis.names_classes
        why = "The mean absolute error: by how much the answers are off"
        if data.classes:
            why = ""
        elif not is_compared:
            why = "The loss does not compare with the values of the data set here"
        self.metric_switch.set_item_enabled(1, is_compared, why)
        if not is_compared and self.metric_switch.current == 1:
            self.metric_switch.set_current(0)

    def _show_outcome(self) -> None:
        """What the run came to; what the user has closed stays closed until there is something else to say."""
        controller, result = self._controller, self._controller.history.result
        if controller.state == "failed":
            rate = controller.lower_rate
            action = f"Go on with rate {rate:g}" if rate is not None else "Show details" if controller.details else ""
            self._tell(controller.message, "error", action)
        elif controller.is_outdated:
            self._tell("These curves are from before the last edit. Play begins a new run.", "info")
        elif not controller.is_live and result is not None:
            self._tell(f"{controller.message} {self._verdict(result)}".strip(), "success")
        else:
            self._tell("", "info")

    def _tell(self, text: str, severity: Severity, action: str = "") -> None:
        if text == self._said:
            return
        self._said = text
        if text:
            act = self._controller.try_lower_rate if self._controller.lower_rate is not None else self._show_details
            self.outcome.show_message(text, severity, action, act if action else None)
        else:
            self.outcome.close_message()

    def _verdict(self, result: Result) -> str:
        """What the test set says, in words."""
        number = self._session.example_count
        examples = f"the {number:,} test examples" if number else "the test examples"
        if result.accuracy == result.accuracy:
            return f"{100 * result.accuracy:.2f} % of {examples} are right (loss {short(result.loss, 3)})."
        if result.error == result.error:
            unit = f" {self._session.data_set.unit}" if self._session.data_set.unit else ""
            one = examples if number != 1 else "the test example"
            return f"On {one} it is off by {short(result.error, 3)}{unit} on average (loss {short(result.loss, 3)})."
        return f"The loss on {examples if number != 1 else 'the test example'} is {short(result.loss, 4)}."

    def _show_details(self) -> None:
        from playground.ui.widgets.error_dialog import ErrorDialog

        kept = "What was learnt up to then is kept."
        dialog = ErrorDialog(self._controller.message, self._controller.details, kept, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
