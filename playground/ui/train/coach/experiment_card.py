"""The card of the experiment of the lectures that is under way: its question, what to look at, and who stands where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from playground.train.history import History
from playground.ui.fonts import font
from playground.ui.session import Session
from playground.ui.train.runs.dot import RunDot
from playground.ui.widgets.buttons import icon_tool_button
from playground.ui.widgets.headings import ElidedLabel, TextLabel

if TYPE_CHECKING:
    from playground.ui.train.controller import TrainingController

_SOON_MS = 300
"""The table follows the curves this often."""
_HEADINGS = ("epoch", "training loss", "validation loss", "right", "test")


class ExperimentCard(QFrame):
    """Hidden while no experiment is under way."""

    def __init__(self, session: Session, controller: TrainingController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._controller, self._lecture = session, controller, controller.lecture
        self.setProperty("card", True)
        self.title = TextLabel("", wrap=True)
        self.title.setFont(font("body", self.title.font().Weight.DemiBold))
        self.question = TextLabel("", "small", "text", wrap=True)
        self.look_at = TextLabel("", "small", "muted", wrap=True)
        self.measured = TextLabel("", "small", "muted", wrap=True)
        self.close_button = icon_tool_button("close", "Put this card away; the curves stay", 13)
        self.close_button.clicked.connect(self._lecture.put_away)
        self._numbers = QWidget()
        self._table = QGridLayout(self._numbers)
        self._cells: list[list[TextLabel]] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._fill)
        self._lay_out()
        self._lecture.changed.connect(self.refresh)
        controller.history_changed.connect(self._on_growth)
        controller.side_runs.changed.connect(self._on_growth)
        self.refresh()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._table.setContentsMargins(0, 0, 0, 0)
        self._table.setHorizontalSpacing(18)
        self._table.setVerticalSpacing(3)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 11, 10, 13)
        column.setSpacing(8)
        column.addLayout(head)
        for widget in (self.question, self.look_at):
            column.addWidget(widget)
        column.addWidget(self._numbers)
        column.addWidget(self.measured)

    @Slot()
    def refresh(self) -> None:
        """Show the experiment that is under way, if there is one."""
        experiment = self._lecture.experiment
        self.setVisible(experiment is not None)
        if experiment is None:
            return
        self.title.setText(experiment.title)
        self.question.setText(experiment.question)
        self.look_at.setText(f"Look at: {experiment.look_at}")
        self.measured.setText(f"Measured when this was made: {experiment.measured}")
        for widget in (self._numbers, self.measured):
            widget.setVisible(experiment.kind == "comparison")
        for run in self._lecture.runs:
            run.changed.connect(self._on_growth, Qt.ConnectionType.UniqueConnection)
        self._make_table()
        self._fill()

    def _make_table(self) -> None:
        while (item := self._table.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for column, words in enumerate(_HEADINGS, start=1):
            self._table.addWidget(TextLabel(words, "small", "muted"), 0, column, Qt.AlignmentFlag.AlignRight)
        self._cells = []
        for row, (title, role, _) in enumerate(self._lecture.histories(self._controller.history), start=1):
            name = QHBoxLayout()
            name.setSpacing(7)
            name.addWidget(RunDot(role))
            name.addWidget(ElidedLabel(title), 1)
            holder = QWidget()
            name.setContentsMargins(0, 0, 0, 0)
            holder.setLayout(name)
            self._table.addWidget(holder, row, 0)
            cells = [TextLabel("", "mono") for _ in _HEADINGS]
            for column, cell in enumerate(cells, start=1):
                self._table.addWidget(cell, row, column, Qt.AlignmentFlag.AlignRight)
            self._cells.append(cells)
        self._table.setColumnStretch(0, 1)

    def numbers(self) -> tuple[tuple[str, ...], ...]:
        """The table as it is shown, a row for each network: epoch, losses, accuracies."""
        return tuple(tuple(cell.text() for cell in cells) for cells in self._cells)

    @Slot()
    def _on_growth(self) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _fill(self) -> None:
        for cells, (_, _, history) in zip(self._cells, self._lecture.histories(self._controller.history), strict=False):
            for cell, text in zip(cells, _numbers(history), strict=True):
                cell.setText(text)


def _numbers(history: History) -> tuple[str, ...]:
    """Epoch, both losses and accuracy of the last epoch, and of the test set once the run is over."""
    if not history.epochs:
        return ("–",) * len(_HEADINGS)
    last = {
        name: float(history.epoch_column(name)[-1]) for name in ("train_loss", "validation_loss", "validation_accuracy")
    }
    result = history.result
    return (
        f"{history.epochs:,}",
        _number(last["train_loss"]),
        _number(last["validation_loss"]),
        _part(last["validation_accuracy"]),
        _part(result.accuracy) if result is not None else "–",
    )


def _number(value: float) -> str:
    return f"{value:.3f}" if value == value else "–"


def _part(value: float) -> str:
    return f"{100 * value:.1f} %" if value == value else "–"
