"""The largest disagreement in this network: every gradient checked by nudging, the worst listed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from playground.ui.background import Background
from playground.ui.fonts import font
from playground.ui.microscopes.gradient_check_row import twin_of
from playground.ui.widgets.copying import exact_for_copying
from playground.ui.widgets.fields import DecimalField
from playground.ui.widgets.headings import Paragraph, TextLabel
from playground.ui.widgets.number_style import number_style
from playground.ui.widgets.numbers import count, exact, short
from playground.ui.widgets.symbol_text import symbol_text

if TYPE_CHECKING:
    from playground.engine.arithmetic import Namer, Place
    from playground.engine.disagreement import Disagreement, Survey
    from playground.engine.trace import Trace
    from playground.ui.microscopes.base import Scene

_EPSILON = 1e-5
_COLUMNS = ("weight", "backpropagation", "measured", "differ by", "why")
_WHAT = (
    "A gradient can be checked without the chain rule: move one weight up and down by ε, measure the error E both "
    "times, and divide: (E(w + ε) − E(w − ε)) / 2ε. It should be what backpropagation says."
)
_MEANING = (
    "Both are worked out in double precision (float64), so rounding hardly counts, and dropout drops the same numbers "
    "throughout. A corner: ReLU and max pooling have one, and a slope measured across it mixes both sides; with a "
    "smaller ε that goes away. A difference that stays means that the way back does not belong to the way forward."
)
_WHY = {
    "": "they agree",
    "kink": "a corner within ε; a smaller ε agrees",
    "unknown": "no reason found",
}


@dataclass(frozen=True)
class _Step:
    """Of which scene a survey tells: what it found is shown as long as that is on screen."""

    scene: Scene
    epsilon: float


class DisagreementDialog(QDialog):
    """Runs on a thread of its own, with progress, and can be stopped. `asked` sends the Place of a gradient."""

    asked = Signal(object)
    _came = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Largest disagreement in this network")
        self.resize(760, 520)
        self._scene: Scene | None = None
        self._names: Namer | None = None
        self._told: _Step | None = None
        self._survey: Survey | None = None
        self._worker: Background | None = None
        self._stopping = threading.Event()
        self.nudge = DecimalField(1e-9, 1.0, _EPSILON)
        self.nudge.setFixedWidth(96)
        self.nudge.setAccessibleName("Nudge ε")
        self.nudge.setToolTip("How far each weight is moved, up and down")
        self.run = QPushButton("Check again")
        self.stop_button = QPushButton("Stop")
        self.bar = QProgressBar()
        self.said = TextLabel("", wrap=True)
        self.table = QTableWidget(0, len(_COLUMNS))
        self._build()
        self._came.connect(self._show_survey)  # a method of an object of this thread: runs here
        self.run.clicked.connect(self.start)
        self.stop_button.clicked.connect(self._stopping.set)
        self.table.cellActivated.connect(lambda row, _column: self._ask_for(row))
        self.table.cellClicked.connect(lambda row, _column: self._ask_for(row))
        number_style.changed.connect(self._fill)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.end)

    def _build(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(TextLabel("Nudge ε"))
        line.addWidget(self.nudge)
        line.addWidget(self.run)
        line.addWidget(self.stop_button)
        line.addWidget(self.bar, 1)
        policy = self.bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(policy)
        self.table.setHorizontalHeaderLabels(_COLUMNS)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(10)
        column.addWidget(Paragraph(_WHAT))
        column.addLayout(line)
        column.addWidget(self.said)
        column.addWidget(self.table, 1)
        column.addWidget(Paragraph(_MEANING, "small", "muted"))

    # ---- opening

    def show_for(self, scene: Scene, names: Namer) -> None:
        """Open for the step on screen; what was found for it before is still there, else the checking begins."""
        self._scene, self._names = scene, names
        is_same = self._told is not None and self._told.scene.trace is scene.trace
        self.show()
        self.raise_()
        self.activateWindow()
        if not is_same:
            self.start()

    def forget(self, kept: Sequence[Trace]) -> None:
        """While it is closed nothing is held of what was recorded, but for these."""
        if self.is_running or not self.isHidden():
            return
        self._scene = self._names = None
        if self._told is not None and not any(self._told.scene.trace is trace for trace in kept):
            self._told = None

    @property
    def is_running(self) -> bool:
        return self._worker is not None

    def start(self) -> None:
        """Check all of it, from the beginning."""
        if self._scene is None or self._worker is not None:
            return
        scene, epsilon = self._scene, self.nudge.value()
        self._told, self._survey = _Step(scene, epsilon), None
        self._stopping.clear()
        self.table.setRowCount(0)
        self._set_running(on=True)
        self.said.setText("Getting ready …")
        self._worker = Background(self)
        self._worker.run("survey", lambda: self._work(scene, epsilon), lambda _: self._on_end(), self._on_failed)

    def _work(self, scene: Scene, epsilon: float) -> None:
        """On the worker thread."""
        from playground.engine.disagreement import survey_gradients

        trace = scene.trace
        assert trace.target is not None
        seed = scene.experiment.mask_seed(scene.training_round)
        for survey in survey_gradients(twin_of(scene), trace.x, trace.target, epsilon, seed=seed):
            self._came.emit(survey)
            if self._stopping.is_set():
                return

    def end(self) -> None:
        """Give up what is running, and wait until it is."""
        self._stopping.set()
        if self._worker is not None:
            self._worker.close()
            self._worker = None
            self._set_running(on=False)

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is running ends by itself, soon."""
        self._stopping.set()
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_end(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None
        self._set_running(on=False)
        self._say()

    def _on_failed(self, error: Exception) -> None:
        self._told = None
        self._on_end()
        self.said.setText(str(error))

    def _set_running(self, *, on: bool) -> None:
        self.run.setVisible(not on)
        self.nudge.setEnabled(not on)
        self.stop_button.setVisible(on)
        self.bar.setVisible(on)
        if on:
            self.bar.setRange(0, 0)

    # ---- what was found

    def _show_survey(self, survey: Survey) -> None:
        self._survey = survey
        self.bar.setRange(0, max(1, survey.to_check))
        self.bar.setValue(survey.checked)
        self._say()
        self._fill()

    def _say(self) -> None:
        survey = self._survey
        if survey is None:
            self.said.setText("Stopped before the first weight was checked.")
            return
        of = f"{count(survey.checked)} of {count(survey.total)} weights"
        if survey.checked == survey.total:
            of = f"all {count(survey.total)} weights"
        fair = " (a sample: of every tensor the same number, drawn at random)" if survey.checked < survey.total else ""
        checked = f"Checked {of}{fair}."
        if survey.differ:
            verdict = f"{count(survey.differ)} differ by more than 1 %; the worst come first."
        else:
            verdict = "They all agree; the largest differences come first."
        self.said.setText(f"{checked} {verdict} Click one to see where it comes from.")

    def _fill(self) -> None:
        survey = self._survey
        if survey is None:
            return
        self.table.setRowCount(len(survey.worst))
        for row, found in enumerate(survey.worst):
            for column, (text, tip) in enumerate(self._texts(found)):
                item = QTableWidgetItem(text)
                item.setToolTip(tip)
                if 0 < column < 4:
                    item.setFont(font("mono"))
                self.table.setItem(row, column, item)

    def _texts(self, found: Disagreement) -> tuple[tuple[str, str], ...]:
        check = found.check
        why = _WHY.get(found.reason) or f"{check.stand_in}: backwards something else stands in"
        share = f"{short(100 * check.relative_error, 2)} %" if check.is_above_noise else "nothing"
        return (
            (self._called(found), f"{found.name}{list(found.index)} of {found.node}"),
            (short(check.backprop, 6), exact_for_copying(check.backprop)),
            (short(check.measured, 6), exact_for_copying(check.measured)),
            (share, exact(abs(check.backprop - check.measured))),
            (why, why),
        )

    def _called(self, found: Disagreement) -> str:
        """The weight in the words of the microscope, or by its tensor: w5, or conv1 weight[2, 0, 1, 1]."""
        assert self._scene is not None
        place = self._place(found, "weight")
        name = symbol_text(self._names(place)) if self._names is not None else ""
        title = self._scene.title(found.node)
        inner = ", ".join(str(position + (1 if axis < 2 else 0)) for axis, position in enumerate(found.index))
        return f"{name} of {title}" if name else f"{title} {found.name} {inner}"

    @staticmethod
    def _place(found: Disagreement, kind: str) -> Place:
        from playground.engine.arithmetic import Place

        return Place(found.node, kind, found.index, name=found.name)  # type: ignore[arg-type]

    def _ask_for(self, row: int) -> None:
        if self._survey is not None and row < len(self._survey.worst):
            self.asked.emit(self._place(self._survey.worst[row], "grad_weight"))
