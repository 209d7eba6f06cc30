"""The table of runs: one row each, sorted by any column, names changed in place, a tick for what the chart draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from playground.ui.theme import appearance
from playground.ui.train.runs.rows import RunRow
from playground.ui.widgets.numbers import short

_Role = Qt.ItemDataRole
_NAME, _LAST_TEXT = 0, 4
"""Columns: the one with the name, and the last one that holds words."""
_NAN_LAST = math.inf
_LEAST = 70
"""Width of the column of differences, at least."""


class _Column:
    """One column: its heading, what that means, its text in a row, and by what it is sorted."""

    def __init__(
        self,
        heading: str,
        tip: str,
        text: Callable[[RunRow], str],
        sort: Callable[[RunRow], Any] | None = None,
        width: int = 100,
    ) -> None:
        self.heading, self.tip, self.text, self.width = heading, tip, text, width
        self.sort = sort or text


def _rising(value: float) -> float:
    return _NAN_LAST if math.isnan(value) else value


def _falling(row: RunRow, accuracy: float, error: float) -> float:
    return -accuracy if math.isfinite(accuracy) else _rising(error)


COLUMNS = (
    _Column("Run", "What it is called: F2 or a double click changes it", lambda row: row.name, width=160),
    _Column("Kept", "When it ended, or what it is doing", lambda row: row.when, lambda row: -row.ended, 94),
    _Column("Network", "What its network is made of", lambda row: row.network, width=112),
    _Column("Data", "What it learnt from", lambda row: row.data, width=96),
    _Column("Differs in", "What is other than in the open document", lambda row: row.differs, width=160),
    _Column(
        *("Epochs", "How many epochs it was trained for"),
        *(lambda row: f"{row.result.epochs:,}", lambda row: row.result.epochs, 60),
    ),
    _Column(
        "Best loss",
        "The lowest loss on the validation examples",
        lambda row: short(row.result.validation_loss, 4) if math.isfinite(row.result.validation_loss) else "–",
        lambda row: _rising(row.result.validation_loss),
        70,
    ),
    _Column(
        "Best accuracy",
        "The largest part of the validation examples that were right after an epoch; for values, by how much they "
        "were off at least",
        lambda row: row.accuracy,
        lambda row: _falling(row, row.result.validation_accuracy, row.result.validation_error),
        100,
    ),
    _Column(
        "Test",
        "How much of the test examples is right at its end; for values, by how much they are off",
        lambda row: row.test,
        lambda row: _falling(row, row.result.test_accuracy, row.result.test_error),
        86,
    ),
)


def dot(role: str, size: int = 9) -> QPixmap:
    """A disc in one of the theme's colours."""
    picture = QPixmap(2 * size, 2 * size)
    picture.setDevicePixelRatio(2.0)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(getattr(appearance.theme, role)))
    painter.drawEllipse(1, 1, size - 2, size - 2)
    painter.end()
    return picture


class RunsModel(QAbstractTableModel):
    """Rows of runs; a changed name or tick is passed on."""

    renamed = Signal(object, str)
    ticked = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[RunRow] = []

    def set_rows(self, rows: Sequence[RunRow]) -> None:
        """Show these; where they are the same runs as before nothing but the text changes."""
        if [row.key for row in rows] == [row.key for row in self.rows]:
            changed = [number for number, (old, new) in enumerate(zip(self.rows, rows, strict=True)) if old is not new]
            self.rows = list(rows)
            for number in changed:
                self.dataChanged.emit(self.index(number, 0), self.index(number, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == _Role.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if section > _LAST_TEXT else Qt.AlignmentFlag.AlignLeft
                return int(side | Qt.AlignmentFlag.AlignVCenter)
            if role == _Role.DisplayRole:
                return COLUMNS[section].heading
            if role == _Role.ToolTipRole:
                return COLUMNS[section].tip
        return None

    def data(self, index: QModelIndex, role: int = _Role.DisplayRole) -> Any:
        row, column = self.rows[index.row()], COLUMNS[index.column()]
        match role:
            case _Role.DisplayRole | _Role.EditRole:
                return column.text(row)
            case _Role.UserRole:
                return column.sort(row)
            case _Role.ToolTipRole:
                return "\n".join(filter(None, (column.text(row), row.message if index.column() == _NAME else "")))
            case _Role.TextAlignmentRole if index.column() > _LAST_TEXT:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case _Role.DecorationRole if index.column() == _NAME and row.role:
                return dot(row.role)
            case _Role.CheckStateRole if index.column() == _NAME:
                return Qt.CheckState.Checked if row.role or row.is_this else Qt.CheckState.Unchecked
            case _:
                return None

    def setData(self, index: QModelIndex, value: Any, role: int = _Role.EditRole) -> bool:
        row = self.rows[index.row()]
        if role == _Role.EditRole and str(value).strip() and str(value) != row.name:
            self.renamed.emit(row, str(value))
            return True
        if role == _Role.CheckStateRole:
            self.ticked.emit(row, Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        return False

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        row, flags = self.rows[index.row()], Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() != _NAME:
            return flags
        if row.can_be_named:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if row.can_be_shown else flags


class RunsTable(QTableView):
    """Select one or more; `chosen` says that others are selected."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs = RunsModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.runs)
        self._sorted.setSortRole(_Role.UserRole)
        self.setModel(self._sorted)
        self.setSortingEnabled(True)
        self.sortByColumn(1, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("All runs")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(28)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        for number, column in enumerate(COLUMNS):
            header.resizeSection(number, column.width)
        header.setMinimumSectionSize(56)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        appearance.changed.connect(self.viewport().update)

    @property
    def selected(self) -> list[RunRow]:
        """The selected runs, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.runs.rows[self._sorted.mapToSource(self._sorted.index(row, 0)).row()] for row in rows]

    def show_rows(self, rows: Sequence[RunRow]) -> None:
        """Show these; what was selected stays so."""
        keys, current = {row.key for row in self.selected}, self._key_at(self.currentIndex())
        is_typing = self.state() == QAbstractItemView.State.EditingState
        if is_typing and [row.key for row in rows] != [row.key for row in self.runs.rows]:
            return  # a name is being typed; the next change brings all
        self.runs.set_rows(rows)
        if {row.key for row in self.selected} != keys:
            self.select(keys, current)

    def select(self, keys: set[str], current: str = "") -> None:
        """Select the runs of these keys."""
        model, flag = self.selectionModel(), QItemSelectionModel.SelectionFlag
        model.blockSignals(True)
        model.clearSelection()
        for number in range(self._sorted.rowCount()):
            index = self._sorted.index(number, 0)
            key = self._key_at(index)
            if key == current:
                model.setCurrentIndex(index, flag.NoUpdate)
            if key in keys:
                model.select(index, flag.Select | flag.Rows)
        model.blockSignals(False)
        self.viewport().update()
        self.chosen.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The last column of words takes the room that the others leave."""
        super().resizeEvent(event)
        header = self.horizontalHeader()
        others = sum(header.sectionSize(number) for number in range(len(COLUMNS)) if number != _LAST_TEXT)
        header.resizeSection(_LAST_TEXT, max(_LEAST, self.viewport().width() - others))

    def select_first(self) -> None:
        """Select the uppermost run, whatever keys are held down (a QTableView would look at them)."""
        first = self._key_at(self._sorted.index(0, 0))
        self.select({first}, first)

    def _key_at(self, index: QModelIndex) -> str:
        source = self._sorted.mapToSource(index)
        return self.runs.rows[source.row()].key if source.isValid() and source.row() < len(self.runs.rows) else ""
