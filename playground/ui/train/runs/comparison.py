"""Runs beside each other: their curves over one another, what they came to, and the settings in which they differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from playground.train.history import History
from playground.train.runs.differences import differences
from playground.train.runs.result import RunResult
from playground.ui.theme import appearance
from playground.ui.train.chart.curves import Metric, Other
from playground.ui.train.runs.rows import RunRow
from playground.ui.train.runs.side_runs import ROLES
from playground.ui.train.runs.table import dot
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import short
from playground.ui.widgets.segmented import SegmentedSwitch

if TYPE_CHECKING:
    from playground.ui.train.chart.chart import LearningChart

MOST = len(ROLES)
"""So many runs have a colour of their own."""

_RESULTS = 5
"""Lines of results, above those of settings."""

_HINT = "Select two or more runs to compare them: Ctrl and Shift add to a selection."


class RunComparison(QWidget):
    """Curves on the left, numbers on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[RunRow, ...] = ()
        self.chart: LearningChart | None = None
        self.metric_switch = SegmentedSwitch(("Loss", "Accuracy"), "What the curves show")
        self.words = TextLabel(_HINT, "small", "muted", wrap=True)
        self.table = QTableWidget()
        self._chart_place = QVBoxLayout()
        self._lay_out()
        self.metric_switch.currentChanged.connect(self._on_metric)
        appearance.changed.connect(self._fill)

    def _lay_out(self) -> None:
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(24)
        self.table.setAccessibleName("Results and settings that differ")
        head = QHBoxLayout()
        head.addWidget(SectionHeading("Compared"))
        head.addWidget(self.words, 1)
        head.addWidget(self.metric_switch)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addLayout(self._chart_place, 5)
        body.addWidget(self.table, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(body, 1)

    # ---- showing

    def show_runs(self, rows: Sequence[RunRow]) -> None:
        """Compare these; one alone is compared with the open document."""
        self._rows = tuple(rows[:MOST])
        more = f" Only the first {MOST} are drawn." if len(rows) > MOST else ""
        self.words.setText(
            (_HINT if len(rows) < 2 else f"Validation is drawn as a line, training dashed.{more}") if rows else _HINT
        )
        self.setVisible(bool(rows))
        items = ("Loss", "Mean error" if self._is_of_values else "Accuracy")
        if items != self.metric_switch.items:
            self.metric_switch.set_items(items)
            self._on_metric(0)
        self._fill()
        self._draw()

    @property
    def _is_of_values(self) -> bool:
        """Whether the runs predict values, so that none has an accuracy."""
        results = [row.result for row in self._rows]
        has_accuracy = any(math.isfinite(result.validation_accuracy) for result in results)
        return not has_accuracy and any(math.isfinite(result.validation_error) for result in results)

    def _draw(self) -> None:
        if self.chart is None:
            if not self._rows:
                return
            self.chart = self._new_chart()
        self.chart.set_others(
            [
                Other(row.name, row.history, role)
                for row, role in zip(self._rows, self._roles(), strict=True)
                if len(row.history)
            ]
        )

    def _new_chart(self) -> LearningChart:
        from playground.ui.train.chart.chart import LearningChart

        chart = LearningChart()
        chart.set_history(History())
        self._chart_place.addWidget(chart)
        self.chart = chart
        self._on_metric(self.metric_switch.current)
        return chart

    def _roles(self) -> list[str]:
        """A colour for each: the one that it has on the chart of the document, where it has one to itself."""
        taken: list[str] = []
        for row in self._rows:
            free = [role for role in ROLES if role not in taken and role not in {r.role for r in self._rows}]
            taken.append(row.role if row.role and row.role not in taken else (free or list(ROLES))[0])
        return taken

    def _on_metric(self, index: int) -> None:
        metric: Metric = "loss" if index == 0 else "error" if self._is_of_values else "accuracy"
        if self.chart is not None:
            self.chart.set_metric(metric)

    # ---- the table

    def _fill(self) -> None:
        rows = self._rows
        lines = _lines(rows, self._is_of_values)
        names = [row.name for row in rows] or ["", ""]
        if len(rows) == 1:
            names = [rows[0].name, "open document"]
        self.table.clear()
        self.table.setRowCount(len(lines))
        self.table.setColumnCount(1 + len(names))
        self.table.setHorizontalHeaderLabels(["", *names])
        for number, (label, values, best) in enumerate(lines):
            self.table.setItem(number, 0, _item(label, "muted"))
            for column, value in enumerate(values):
                self.table.setItem(number, column + 1, _item(value, "success" if column == best else "text"))
        for column, role in enumerate(self._roles()):
            header = self.table.horizontalHeaderItem(column + 1)
            if header is not None:
                header.setIcon(QIcon(dot(role)))
                header.setToolTip(names[column])
        header_view = self.table.horizontalHeader()
        header_view.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header_view.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.resizeColumnsToContents()
        for column in range(self.table.columnCount()):
            self.table.setColumnWidth(column, min(150, max(68, self.table.columnWidth(column) + 4)))
        self.table.setVisible(bool(rows))


def _item(text: str, role: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setForeground(QColor(getattr(appearance.theme, role)))
    item.setToolTip(text)
    return item


def _lines(rows: Sequence[RunRow], of_values: bool) -> list[tuple[str, tuple[str, ...], int]]:
    """(label, the value of each run, which one is best or −1): first what they came to, then what differs."""
    if not rows:
        return []
    lines = [
        ("Epochs trained", tuple(f"{row.result.epochs:,}" for row in rows), -1),
        ("Best validation loss", *_numbers([row.result.validation_loss for row in rows])),
        ("Lowest training loss", *_numbers([row.result.training_loss for row in rows])),
        (
            *("Smallest mean error" if of_values else "Best accuracy", tuple(row.accuracy for row in rows)),
            _best_right([row.result for row in rows], "validation"),
        ),
        ("Test", tuple(row.test for row in rows), _best_right([row.result for row in rows], "test")),
    ]
    experiments = [row.experiment for row in rows] if len(rows) > 1 else [rows[0].experiment, rows[0].base]
    lines += [(each.label, each.values, -1) for each in differences(experiments)]
    if len(lines) == _RESULTS:
        same = "all are the same" if len(rows) > 1 else "as in the open document"
        lines.append(("Settings", (same,), -1))
    return lines


def _numbers(values: Sequence[float]) -> tuple[tuple[str, ...], int]:
    texts = tuple(short(value, 4) if math.isfinite(value) else "–" for value in values)
    known = [value if math.isfinite(value) else math.inf for value in values]
    return texts, known.index(min(known)) if len(values) > 1 and min(known) < math.inf else -1


def _best_right(results: Sequence[RunResult], part: str) -> int:
    """Which one is right most often, or off by least."""
    accuracies = [getattr(result, f"{part}_accuracy") for result in results]
    errors = [getattr(result, f"{part}_error") for result in results]
    scores = [
        accuracy if math.isfinite(accuracy) else -error if math.isfinite(error) else -math.inf
        for accuracy, error in zip(accuracies, errors, strict=True)
    ]
    return scores.index(max(scores)) if len(results) > 1 and max(scores) > -math.inf else -1
