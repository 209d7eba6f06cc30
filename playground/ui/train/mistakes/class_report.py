"""The window that judges class by class: precision, recall and F1 in a table, and the receiver curve of each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QColor, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QTableView, QVBoxLayout, QWidget

from playground.train.events import Mistakes
from playground.ui.theme import appearance
from playground.ui.train.plot_look import dress_plot
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import count

HEADINGS = ("class", "examples", "precision", "recall", "F1", "area")
_TIPS = (
    "The class",
    "How many validation examples are of it",
    "Of those that the network takes for it, the part that is",
    "Of those that are of it, the part that the network recognises",
    "The harmonic mean of precision and recall",
    "The area under its curve: 1 is perfect, 0.5 is guessing",
)
_TABLE = 560


class ClassReport(QDialog):
    """Follows the training: what is shown is that of the last epoch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Class by class")
        self.resize(1000, 520)
        self._mistakes: Mistakes | None = None
        self.words = TextLabel("", tone="muted", wrap=True)
        self.model = QStandardItemModel(0, len(HEADINGS), self)
        self.model.setHorizontalHeaderLabels(HEADINGS)
        self.table = QTableView()
        self.plot = pg.PlotWidget()
        self._chosen = pg.PlotCurveItem()
        self._others: list[pg.PlotCurveItem] = []
        self._guess = pg.PlotCurveItem([0, 1], [0, 1])
        self._lay_out()
        self._dress()
        appearance.changed.connect(self._dress)
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        self.show_mistakes(None, ())

    def _lay_out(self) -> None:
        for column, tip in enumerate(_TIPS):
            self.model.horizontalHeaderItem(column).setToolTip(tip)
        self.table.setModel(self.model)
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)  # as the data set has them
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setAccessibleName("Precision and recall of each class")
        self.table.setFixedWidth(_TABLE)
        item = self.plot.getPlotItem()
        assert item is not None
        item.hideButtons()
        item.setMenuEnabled(False)
        item.getViewBox().setMouseEnabled(False, False)
        item.getViewBox().setRange(xRange=(0, 1), yRange=(0, 1), padding=0.02)
        item.setLabel("bottom", "others taken for it")
        item.setLabel("left", "of it found")
        for curve in (self._guess, self._chosen):
            self.plot.addItem(curve)
        self._chosen.setZValue(2)
        right = QVBoxLayout()
        self.heading = SectionHeading("Receiver curve")
        right.addWidget(self.heading)
        right.addWidget(self.plot, 1)
        body = QHBoxLayout()
        body.setSpacing(18)
        body.addWidget(self.table)
        body.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addLayout(body, 1)

    def _dress(self) -> None:
        theme = appearance.theme
        dress_plot(self.plot)
        self._guess.setPen(pg.mkPen(QColor(theme.border_strong), width=1, style=Qt.PenStyle.DashLine))
        self._chosen.setPen(pg.mkPen(QColor(theme.positive), width=2.5))
        for curve in self._others:
            curve.setPen(pg.mkPen(QColor(theme.border_strong), width=1))

    # ---- showing

    def show_mistakes(self, mistakes: Mistakes | None, classes: Sequence[str]) -> None:
        """Show these of the classes of these names; None: there are none, or others than before."""
        chosen = self._chosen_class()
        self._mistakes = mistakes if mistakes is not None and len(mistakes.confusion) == len(classes) else None
        self.table.setSortingEnabled(False)
        self.model.setRowCount(0)
        for curve in self._others:
            self.plot.removeItem(curve)
        self._others = []
        if self._mistakes is None:
            self.words.setText("After the first epoch with validation examples there is something to judge.")
            self._chosen.setData([], [])
            return
        self._fill(self._mistakes, classes)
        self.table.setSortingEnabled(True)
        self.table.resizeColumnsToContents()
        row = next((n for n in range(len(classes)) if self._class_at(n) == max(0, chosen)), 0)
        self.table.selectRow(row)
        self._draw(max(0, chosen))

    def _fill(self, mistakes: Mistakes, classes: Sequence[str]) -> None:
        precision, recall, f1 = scores_of(mistakes.confusion)
        each = mistakes.confusion.sum(axis=1)
        areas = mistakes.auc if len(mistakes.auc) else np.full(len(classes), np.nan)
        for number, name in enumerate(classes):
            cells = [QStandardItem(name)]
            cells[0].setData(number, Qt.ItemDataRole.UserRole)
            values = (float(each[number]), precision[number], recall[number], f1[number], areas[number])
            for place, value in enumerate(values):
                cell = QStandardItem()
                text = count(int(value)) if place == 0 else "—" if np.isnan(value) else f"{value:.3f}"
                cell.setText(text.rjust(8))
                cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                cells.append(cell)
            self.model.appendRow(cells)
        right, total = int(mistakes.confusion.trace()), max(1, int(mistakes.confusion.sum()))
        self.words.setText(
            f"After epoch {mistakes.epoch:,}: {right / total:.1%} of {count(total)} validation examples are right. "
            f"Mean of the classes: precision {np.nanmean(precision):.3f}, recall {np.nanmean(recall):.3f}, "
            f"F1 {np.nanmean(f1):.3f}."
        )
        for curve in mistakes.roc:
            line = pg.PlotCurveItem(np.linspace(0, 1, len(curve)), np.nan_to_num(curve))
            line.setPen(pg.mkPen(QColor(appearance.theme.border_strong), width=1))
            self.plot.addItem(line)
            self._others.append(line)

    def _class_at(self, row: int) -> int:
        return int(self.model.item(row).data(Qt.ItemDataRole.UserRole))

    def _chosen_class(self) -> int:
        row = self.table.currentIndex().row()
        return self._class_at(row) if 0 <= row < self.model.rowCount() else -1

    def _choose(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid() and self._mistakes is not None:
            self._draw(self._class_at(current.row()))

    def _draw(self, number: int) -> None:
        mistakes = self._mistakes
        if mistakes is None or number >= len(mistakes.roc):
            self.heading.setText("Receiver curve: too many classes to draw")
            self._chosen.setData([], [])
            return
        name = next(self.model.item(r).text() for r in range(self.model.rowCount()) if self._class_at(r) == number)
        self.heading.setText(f"Receiver curve of {name} against all others")
        curve = mistakes.roc[number]
        self._chosen.setData(np.linspace(0, 1, len(curve)), np.nan_to_num(curve))


def scores_of(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Precision, recall and F1 of each class from `confusion[true, named]`; NaN where nothing can be divided by."""
    right = np.diag(confusion).astype(np.float64)
    named, each = confusion.sum(axis=0), confusion.sum(axis=1)
    nothing = np.full(len(right), np.nan)
    precision = np.divide(right, named, out=nothing.copy(), where=named > 0)
    recall = np.divide(right, each, out=nothing.copy(), where=each > 0)
    f1 = np.divide(2 * right, named + each, out=nothing.copy(), where=named + each > 0)
    return precision, recall, f1
