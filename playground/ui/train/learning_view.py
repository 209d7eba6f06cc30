"""The middle of Train mode: what the run came to, the curves with a sentence that reads them, and the network below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from playground.train.history import Result
from playground.train.reading import Reading, Verdict, read_curves
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.train.controller import TrainingController
from playground.ui.train.network_panel import NetworkPanel
from playground.ui.widgets.banner import Banner, Severity
from playground.ui.widgets.headings import ElidedLabel, TextLabel, Tone
from playground.ui.widgets.icons import icon
from playground.ui.widgets.numbers import short
from playground.ui.widgets.pill import Pill
from playground.ui.widgets.segmented import SegmentedSwitch

if TYPE_CHECKING:
    from playground.ui.train.chart import LearningChart
    from playground.ui.train.curves import Metric

_CHART_HEIGHT = 340

_TONES: dict[Verdict, tuple[Tone, str]] = {
    "none": ("muted", "info"),
    "early": ("muted", "info"),
    "learning": ("success", "success"),
    "level": ("muted", "info"),
    "overfitting": ("warning", "warning"),
    "guessing": ("danger", "warning"),
    "rising": ("warning", "warning"),
    "unseen": ("muted", "info"),
}


class LearningView(QWidget):
    """Follows the controller while it is `watching`."""

    def __init__(self, session: Session, controller: TrainingController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._controller = session, controller
        self._is_watching = False
        self._read_epochs = -1
        self._said = ""
        self.chart: LearningChart | None = None
        self.outcome = Banner()
        self.metric_switch = SegmentedSwitch(("Loss", "Accuracy"), "What the curves show")
        self.logarithmic = Pill("log scale", checkable=True)
        self.logarithmic.setToolTip(
            "Draw the logarithm of the loss, so that small changes late in training can be seen"
        )
        self._chart_place = QWidget()
        self._chart_place.setFixedHeight(_CHART_HEIGHT)
        self._waiting = TextLabel("", "small", "muted")
        self._sign = QLabel()
        self._sign.setFixedSize(18, 18)
        self.sentence = TextLabel("", wrap=True)
        self.best = QPushButton()
        self.best.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.best.setToolTip(
            "Take the weights that did best on the validation examples, and try them on the test examples"
        )
        self.network = NetworkPanel(session)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self._chart_place)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._waiting, 0, Qt.AlignmentFlag.AlignCenter)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self.metric_switch)
        head.addWidget(ElidedLabel("thick: each epoch · thin: each batch", "small", "muted"), 1)
        head.addWidget(self.logarithmic)
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
        self.column.addLayout(head)
        self.column.addWidget(self._chart_place)
        self.column.addLayout(verdict)
        self.column.addSpacing(8)
        self.column.addWidget(self.network)
        self.column.addStretch(1)

    def _connect(self) -> None:
        self.metric_switch.currentChanged.connect(self._on_metric)
        self.logarithmic.toggled.connect(self._on_metric)
        self.best.clicked.connect(self._controller.take_best)
        self._controller.history_changed.connect(self._on_history)
        self._controller.pictures_changed.connect(self._on_pictures)
        self._controller.state_changed.connect(self._on_state)
        appearance.changed.connect(self.refresh)

    # ---- coming and going

    def watch(self, watching: bool) -> None:
        """Whether this is on screen; what is not seen is not drawn."""
        self._is_watching = watching
        if watching:
            if self.chart is None:
                QTimer.singleShot(0, self._make_chart)
            self.refresh()

    def _make_chart(self) -> None:
        """The first time this is shown: importing the chart takes a moment, so the rest of the screen comes first."""
        if self.chart is not None:
            return
        from playground.ui.train.chart import LearningChart

        self.chart = LearningChart()
        place = self._chart_place.layout()
        assert place is not None
        place.removeWidget(self._waiting)
        self._waiting.setParent(self._chart_place)
        place.addWidget(self.chart)
        self._on_metric()
        self.refresh()

    def refresh(self) -> None:
        """Show everything as it is now."""
        self._read_epochs = -1
        self._on_history()
        self._on_pictures()
        self._on_state()

    # ---- what is new

    def _on_metric(self) -> None:
        self.logarithmic.setVisible(self.metric_switch.current == 0)
        if self.chart is not None:
            second: Metric = "accuracy" if self._session.data_set.classes else "error"
            metric: Metric = "loss" if self.metric_switch.current == 0 else second
            self.chart.set_metric(metric, self.logarithmic.isChecked(), self._session.data_set.unit)

    def _on_history(self) -> None:
        if not self._is_watching:
            return
        history = self._controller.history
        if self.chart is not None:
            self.chart.set_history(history)
            self._waiting.setVisible(not len(history))
            self._waiting.setText(
                "" if len(history) else "Press Play: the curves are drawn here while the network learns."
            )
            self._waiting.adjustSize()
            self._waiting.move((self._chart_place.width() - self._waiting.width()) // 2, _CHART_HEIGHT // 2 - 16)
            self._waiting.raise_()
        if history.epochs != self._read_epochs:
            self._read_epochs = history.epochs
            self._say(read_curves(history, len(self._session.data_set.classes)))
            self._on_state()

    def _say(self, reading: Reading) -> None:
        tone, sign = _TONES[reading.verdict]
        self.sentence.setText(reading.sentence)
        self.sentence.set_tone("warning" if tone == "warning" else "danger" if tone == "danger" else "text")
        self._sign.setVisible(bool(reading.sentence))
        self._sign.setPixmap(icon(sign, tone).pixmap(18, 18))

    def _on_pictures(self) -> None:
        if self._is_watching:
            self.network.show_pictures(self._controller.pictures)

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
        items = ("Loss", "Accuracy" if data.classes else "Mean error")
        if items != self.metric_switch.items:
            self.metric_switch.set_items(items)
            self._on_metric()
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
            details = controller.details
            self._tell(controller.message, "error", "Show details" if details else "")
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
            self.outcome.show_message(text, severity, action, self._show_details if action else None)
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
