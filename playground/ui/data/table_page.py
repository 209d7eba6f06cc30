"""The page for a table: which column is to be predicted, from which others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QTableView, QVBoxLayout

from playground.data import DataError
from playground.data.own import Column, Table, TableChoice, likely_choice, read_table, table_key
from playground.data.own.table import Feature, samples_of
from playground.ui.background import Background
from playground.ui.data.page import OwnDataPage, Progress, Read
from playground.ui.microscopes.alive import while_alive
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import ChoiceField
from playground.ui.widgets.numbers import count, short

_AS_CLASSES, _AS_VALUE = "which class", "a value"
_GAPS = {"leave out the row": "leave out", "take the column's mean": "mean"}
_HEADINGS = ("goes in", "column", "holds", "gaps", "first rows")
_SHOWN = 4
_FIELD = 240
_WIDEST = 200


class TablePage(OwnDataPage):
    """The likeliest choice is made at once; every part of it can be changed."""

    def __init__(self, background: Background, path: Path) -> None:
        super().__init__(background, path)
        self._table: Table | None = None
        self._choice: TableChoice | None = None
        self._showing = False
        self.target, self.kind = ChoiceField(), ChoiceField((_AS_CLASSES, _AS_VALUE))
        self.gaps = ChoiceField(tuple(_GAPS))
        self.heading = QCheckBox("The first line names the columns")
        self.model = QStandardItemModel(0, len(_HEADINGS), self)
        self.model.setHorizontalHeaderLabels(_HEADINGS)
        self.list = QTableView()
        self._lay_out()
        self.target.activated.connect(lambda _index: self._take_target())
        self.kind.activated.connect(lambda _index: self._take_target(as_classes=self.kind.currentText() == _AS_CLASSES))
        self.gaps.activated.connect(lambda _index: self._take(missing=_GAPS[self.gaps.currentText()]))
        self.heading.clicked.connect(lambda wanted: self._read(has_heading=wanted))
        self.model.itemChanged.connect(lambda _item: self._take_features())
        self._read(None)

    def _lay_out(self) -> None:
        self.list.setModel(self.model)
        self.list.verticalHeader().hide()
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setShowGrid(False)
        self.list.setAccessibleName("Columns of the table")
        header = self.list.horizontalHeader()
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(FieldRow("Predict", self.target, "The column that the network should work out."))
        column.addWidget(
            FieldRow("as", self.kind, "Which of a few classes it is, or a number that can have any value.")
        )
        column.addWidget(FieldRow("Where a number is missing", self.gaps, "What to do with rows that have gaps."))
        column.addWidget(self.heading)
        column.addWidget(self.list, 1)
        for field in (self.target, self.kind, self.gaps):
            field.setFixedWidth(_FIELD)

    @property
    def key(self) -> str:
        return "" if self._choice is None or not self._choice.features else table_key(self._choice)

    @property
    def choice(self) -> TableChoice | None:
        """What would be taken from the table; None while it is being read, and where it cannot be used."""
        return self._choice

    def reader(self) -> Callable[[Progress], Read]:
        table, choice = self._table, self._choice
        assert table is not None
        assert choice is not None

        def read(_progress: Progress) -> Read:
            samples = samples_of(table, choice)
            used = len(samples.y_train) + len(samples.y_test)
            remarks: list[str] = []
            if used < table.rows:
                remarks.append(f"{count(table.rows - used)} of {count(table.rows)} rows are left out: they have gaps.")
            if table.ragged:
                lines = ", ".join(map(str, table.ragged[:5])) + (" …" if len(table.ragged) > 5 else "")
                remarks.append(f"Lines with too many or too few cells are left out: {lines}.")
            return Read(samples, tuple(remarks))

        return read

    # ---- reading

    def _read(self, has_heading: bool | None) -> None:
        path = self.path
        self.background.run(
            "table",
            lambda: read_table(path, has_heading=has_heading),
            while_alive(self, self._show_table),
            while_alive(self, self._on_failed),
        )

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, DataError):
            raise error
        self._choice = None
        self.failed.emit(str(error))

    def _show_table(self, table: Table) -> None:
        self._table = table
        self.heading.setChecked(table.has_heading)
        try:
            self._choice = likely_choice(table)
        except DataError as error:
            self._on_failed(error)
            return
        self.target.clear()
        self.target.addItems([column.name for column in table.columns if column.kind in ("number", "category")])
        self._show()

    def _show(self) -> None:
        """Write the choice into the fields."""
        table, choice = self._table, self._choice
        assert table is not None
        assert choice is not None
        self._showing = True
        target = table.column(choice.target)
        self.target.setCurrentText(choice.target)
        self.kind.setCurrentText(_AS_CLASSES if choice.classes else _AS_VALUE)
        self.kind.setEnabled(target.kind == "number" and len(target.categories) > 1)
        self.gaps.setCurrentText(next(text for text, value in _GAPS.items() if value == choice.missing))
        self.model.setRowCount(0)
        features = {feature.name for feature in choice.features}
        for column in table.columns:
            self.model.appendRow(_row(column, is_in=column.name in features, is_target=column.name == choice.target))
        self._showing = False
        self._fit_columns()
        self.changed.emit()

    def _fit_columns(self) -> None:
        """Each as wide as what it holds, long words cut off; the last one takes the rest."""
        self.list.resizeColumnsToContents()
        for section in range(len(_HEADINGS) - 1):
            self.list.setColumnWidth(section, min(_WIDEST, self.list.columnWidth(section) + 8))

    # ---- choosing

    def _take(self, **changes: object) -> None:
        if self._choice is not None:
            self._choice = msgspec.structs.replace(self._choice, **changes)
            self.changed.emit()

    def _take_target(self, *, as_classes: bool | None = None) -> None:
        if self._table is not None and self._choice is not None:
            missing = self._choice.missing
            fresh = likely_choice(self._table, self.target.currentText(), as_classes=as_classes)
            self._choice = msgspec.structs.replace(fresh, missing=missing)
            self._show()

    def _take_features(self) -> None:
        table = self._table
        if self._showing or table is None:
            return
        wanted: list[Feature] = []
        for row, column in enumerate(table.columns):
            if self.model.item(row).checkState() == Qt.CheckState.Checked:
                wanted.append(Feature(column.name, column.categories if column.kind == "category" else ()))
        self._take(features=tuple(wanted))


def _row(column: Column, *, is_in: bool, is_target: bool) -> list[QStandardItem]:
    """One line of the list; only columns of numbers or of a few words can be ticked, and not the one to predict."""
    first = QStandardItem("to predict" if is_target else "")
    usable = column.kind in ("number", "category") and not is_target
    first.setCheckable(usable)
    if usable:
        first.setCheckState(Qt.CheckState.Checked if is_in else Qt.CheckState.Unchecked)
    cells = [
        QStandardItem(column.name),
        QStandardItem(_holds(column)),
        QStandardItem(count(column.missing) if column.missing else ""),
        QStandardItem(", ".join(word or "—" for word in column.words[:_SHOWN])),
    ]
    for cell in (first, *cells):
        cell.setEnabled(column.kind in ("number", "category"))
        cell.setToolTip(_holds(column))
    return [first, *cells]


def _holds(column: Column) -> str:
    match column.kind:
        case "number":
            return f"numbers, {short(np.nanmin(column.numbers))} to {short(np.nanmax(column.numbers))}"
        case "category":
            words = ", ".join(column.categories[:3]) + (" …" if len(column.categories) > 3 else "")
            return f"{len(column.categories)} words: {words}"
        case "text":
            return "text, of which a network can make nothing"
        case "empty":
            return "nothing"
