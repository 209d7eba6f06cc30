"""The coach: says where the curves part, and trains twins of the run with the remedies of the lectures beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.graph.experiment import Experiment
from playground.train.advice.reading import Reading, Verdict
from playground.train.advice.remedies import Aim, Remedy, remedies, that_run
from playground.train.checkpoints import Checkpoint
from playground.train.errors import TrainError
from playground.train.runs.twins import branch, with_epochs_left
from playground.ui.fonts import font
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.train.coach.twin_row import TwinRow
from playground.ui.widgets.flow_layout import FlowLayout
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.pill import Pill
from playground.ui.widgets.segmented import SegmentedSwitch

if TYPE_CHECKING:
    from playground.ui.train.controller import TrainingController
    from playground.ui.train.runs.side_runs import SideRun

GROUP = "coach"
"""What the side runs that began here have in common."""

_AIMS: dict[Verdict, Aim] = {
    "overfitting": "overfitting",
    "underfitting": "underfitting",
    "diverging": "diverging",
    "rising": "diverging",
    "guessing": "not learning",
}
_TITLES: dict[Aim, str] = {
    "overfitting": "{} to close the gap",
    "underfitting": "{} out of underfitting",
    "diverging": "{} to keep it from diverging",
    "not learning": "{} to make it learn",
}
_COUNTS = ("One way", "Two ways", "Three ways", "Four ways", "Five ways", "Six ways", "Seven ways", "Eight ways")
_START, _POINT = 0, 1


class Coach(QWidget):
    """A card below the verdict, hidden while there is nothing to mend and no twin to tell of."""

    def __init__(self, session: Session, controller: TrainingController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._controller = session, controller
        self._aim: Aim | None = None
        self._since = 0
        self._asked: tuple[Aim | None, Experiment | None, int] = (None, None, 0)
        self._rows: dict[SideRun, TwinRow] = {}
        self.offered: tuple[Remedy, ...] = ()
        """The remedies on the buttons."""
        self.buttons: list[Pill] = []
        self.title = TextLabel("", tone="warning")
        self.title.setFont(font("body", self.title.font().Weight.DemiBold))
        self.text = TextLabel("", "small", "text", wrap=True)
        self.begins = SegmentedSwitch(("from the same start", "from the same point"), "Where a twin begins")
        self._choices = QWidget()
        self._flow = FlowLayout(self._choices, 6)
        self._twins = QVBoxLayout()
        self._lay_out()
        self.begins.currentChanged.connect(self._show_choices)
        controller.side_runs.changed.connect(self._show_twins)
        controller.state_changed.connect(self._on_state)
        session.experiment_changed.connect(self._on_experiment)
        session.document_opened.connect(self._on_opened)
        appearance.changed.connect(self.update)
        self.hide()

    def _lay_out(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.begins)
        self._twins.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 11, 14, 13)
        column.setSpacing(9)
        column.addLayout(head)
        column.addWidget(self.text)
        column.addWidget(self._choices)
        column.addLayout(self._twins)

    @property
    def rows(self) -> tuple[TwinRow, ...]:
        """Those of the twins, oldest first."""
        return tuple(self._rows.values())

    # ---- what is wrong

    def show_reading(self, reading: Reading) -> None:
        """Offer what helps against what the curves say."""
        found = (_AIMS.get(reading.verdict), reading.since)
        if found != (self._aim, self._since):
            self._aim, self._since = found
            self._ask()
            self._show()

    def _ask(self) -> None:
        """Find out which remedies this network can bear; the engine is asked in the background."""
        aim, experiment = self._aim, self._session.experiment
        samples = self._session.samples
        held = experiment.data.validation_fraction
        examples = 0 if samples is None else round(len(samples.x_train) * (1 - held))
        asked = (aim, experiment, examples)
        if aim is None or self._controller.obstacle or asked == self._asked:
            return
        if aim != self._asked[0]:
            self._offer(())
        self._asked = asked

        def work() -> tuple[object, tuple[Remedy, ...]]:
            return asked, that_run(experiment, remedies(aim, experiment, examples))

        self._session.background.run("remedies", work, self._on_remedies)

    def _on_remedies(self, found: tuple[object, tuple[Remedy, ...]]) -> None:
        if found[0] is self._asked:
            self._offer(found[1])
            self._show()

    def _offer(self, offered: tuple[Remedy, ...]) -> None:
        """A button for each."""
        self.offered = offered
        for button in self.buttons:
            self._flow.removeWidget(button)
            button.deleteLater()
        self.buttons = []
        for remedy in offered:
            button = Pill(f"Try {remedy.title}", role="text", ground="warning_border", clickable=True)
            button.clicked.connect(lambda _checked=False, chosen=remedy: self.try_remedy(chosen))
            self.buttons.append(button)
            self._flow.addWidget(button)

    # ---- trying

    def try_remedy(self, remedy: Remedy) -> None:
        """Train a twin with this remedy beside the run, from where the switch says."""
        session, controller = self._session, self._controller
        experiment = remedy.apply(session.experiment)
        resume = self._point() if self.begins.current == _POINT and remedy.keeps_weights else None
        state = {} if session.analysis is None else session.bases.fitting(session.analysis)
        if resume is not None:
            experiment = with_epochs_left(experiment, resume.epoch)
        run = controller.side_runs.start(remedy.title, experiment, state=state, resume=resume, group=GROUP)
        self._add_row(run, remedy)

    def _add_row(self, run: SideRun, remedy: Remedy) -> None:
        row = TwinRow(run, self._controller.history)
        row.taken.connect(lambda: self.take(remedy))
        row.stopped.connect(lambda: self._controller.side_runs.stop(run))
        row.removed.connect(lambda: self._controller.side_runs.remove(run))
        self._rows[run] = row
        self._twins.addWidget(row)
        self._show()

    def take(self, remedy: Remedy) -> None:
        """Let the document learn with this remedy from now on: one edit that can be undone."""
        session = self._session
        changed = remedy.apply(session.experiment)
        if changed == session.experiment:
            session.message.emit("info", f"The network already has this: {remedy.title}.")
            return
        session.apply(f"Take over {remedy.title}", changed)

    def _point(self) -> Checkpoint | None:
        """Where a twin from the same point begins."""
        try:
            checkpoint = Checkpoint.from_arrays(self._session.starting_state(), self._session.progress.optimizer)
        except TrainError:
            return None
        return None if checkpoint is None else branch(checkpoint, from_best=self._aim == "overfitting")

    # ---- what is shown

    @Slot()
    def _show_twins(self) -> None:
        """Rows of runs that were removed elsewhere go too."""
        there = set(self._controller.side_runs.runs)
        for run in [run for run in self._rows if run not in there]:
            self._drop_row(run)
        self._show()

    @Slot(str)
    def _on_state(self, state: str) -> None:
        """A loss that left all numbers may have done so before the curves could be read."""
        if state == "failed" and self._controller.lower_rate is not None:
            self._aim, self._since = "diverging", 0
            self._ask()
        if self._aim is not None:
            self._show()

    def _show(self) -> None:
        is_offering = self._aim is not None and bool(self.offered)
        self.setVisible(is_offering or bool(self._rows))
        for widget in (self.begins, self._choices):
            widget.setVisible(is_offering)
        self.text.setVisible(is_offering)
        if not is_offering or self._aim is None:
            self.title.setText("Twins of this run")
            return
        ways = {"L1/L2" if remedy.key in ("weight_decay", "l1") else remedy.key for remedy in self.offered}
        self.title.setText(_TITLES[self._aim].format(_COUNTS[len(ways) - 1]))
        self.text.setText(self._explanation())
        point = self._point()
        where = "from the same point" if point is None else f"from epoch {point.epoch:,}"
        if self.begins.items[_POINT] != where:
            current = self.begins.current
            self.begins.blockSignals(True)
            self.begins.set_items(("from the same start", where))
            self.begins.set_current(current)
            self.begins.blockSignals(False)
        why = "" if point is not None else "No checkpoint has been kept yet: wait for the end of an epoch"
        self.begins.set_item_enabled(_POINT, point is not None, why)
        self._show_choices()

    def _explanation(self) -> str:
        begins = "Each button trains a twin of this run beside it, and draws its curves in the same chart."
        if self._aim == "overfitting" and self._since:
            return f"The curves part after epoch {self._since:,}. {begins}"
        return begins

    @Slot()
    def _show_choices(self, _index: int = 0) -> None:
        """A remedy that changes the layers cannot begin in the middle of a run."""
        from_point = self.begins.current == _POINT
        for button, remedy in zip(self.buttons, self.offered, strict=True):
            can = remedy.keeps_weights or not from_point
            button.setEnabled(can)
            hint = "" if can else " It changes what the weights mean, so this twin has to begin from the start."
            button.setToolTip(f"{remedy.why}{hint}")

    @Slot(object, object)
    def _on_experiment(self, _before: object, _after: object) -> None:
        self._ask()

    @Slot()
    def _on_opened(self) -> None:
        """Another document: its run has no twins yet."""
        self._aim, self._asked = None, (None, None, 0)
        self._offer(())
        for run in tuple(self._rows):
            self._drop_row(run)
            if run.is_over:
                self._controller.side_runs.remove(run)
            else:
                self._controller.side_runs.show(run, False)
                self._controller.side_runs.stop(run)
        self._show()

    def _drop_row(self, run: SideRun) -> None:
        row = self._rows.pop(run)
        self._twins.removeWidget(row)
        row.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.warning_border), 1))
        painter.setBrush(QColor(theme.warning_ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()
