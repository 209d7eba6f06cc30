"""The page of the data browser that shows the examples themselves: part by part, class by class, one of them large."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from playground.ui.data.example_card import ExampleCard
from playground.ui.data.example_grid import ExampleGrid
from playground.ui.data.looked import HELP, PARTS, Looked, Part
from playground.ui.data.plane_canvas import PlaneCanvas
from playground.ui.fonts import font
from playground.ui.widgets.fields import ChoiceField
from playground.ui.widgets.flow_layout import FlowLayout
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.numbers import count, short
from playground.ui.widgets.segmented import SegmentedSwitch

_CHOICE = 170
_MEASURED = 6
"""So many rows of a table decide how wide its columns are."""
_Index = QModelIndex | QPersistentModelIndex


class ExamplesPage(QWidget):
    """`example_wanted` sends the number of a test example that Build and Step should show."""

    example_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looked: Looked | None = None
        self._is_chosen = False
        self._chosen_position = 0
        self._names: tuple[str, ...] = ()
        self._rows = np.zeros(0, np.intp)
        self.parts = SegmentedSwitch((), "Part of the examples")
        self.classes = ChoiceField(prose=True)
        self.classes.setFixedWidth(_CHOICE)
        self.classes.setAccessibleName("Class")
        self.only_wrong = QCheckBox("wrong labels only")
        self.words = TextLabel("", tone="muted")
        self.grid = ExampleGrid()
        self.plane = PlaneCanvas()
        self.table = QTableView()
        self._model = RowsModel()
        self._prepare_table()
        self.card = ExampleCard()
        self.show_it = QPushButton("Show it in Build and Step")
        self.show_it.setAutoDefault(False)
        self._views = QStackedWidget()
        for view in (self.grid, self.plane, self.table):
            self._views.addWidget(view)
        self._lay_out()
        self.parts.currentChanged.connect(lambda _index: self._fill())
        self.classes.activated.connect(lambda _index: self._fill())
        self.only_wrong.toggled.connect(lambda _on: self._fill())
        self.grid.current_changed.connect(self._choose)
        self.table.selectionModel().currentRowChanged.connect(lambda index, _before: self._choose(index.row()))
        self.show_it.clicked.connect(self._send)

    def _prepare_table(self) -> None:
        self.table.setModel(self._model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(24)
        self.table.horizontalHeader().setResizeContentsPrecision(_MEASURED)
        self.table.setAccessibleName("Examples")

    def _lay_out(self) -> None:
        head = FlowLayout(gap=12, line_gap=8)
        for widget in (self.parts, self.classes, self.only_wrong, self.words):
            widget.setMinimumHeight(self.parts.sizeHint().height())
            head.addWidget(widget)
        beside = QVBoxLayout()
        beside.setSpacing(8)
        beside.addWidget(self.card, 1)
        beside.addWidget(self.show_it)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self._views, 1)
        body.addLayout(beside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addLayout(body, 1)

    # ---- showing

    def show_looked(self, looked: Looked, *, is_chosen: bool) -> None:
        """Show a data set; part and class stay chosen where they still exist. `is_chosen`: the network has this set."""
        before, chosen = self._part_name, self.classes.currentData()
        same_set = self._looked is not None and self._looked.data.key == looked.data.key
        self._looked, self._is_chosen = looked, is_chosen
        self._names = tuple(name for name in PARTS if name in looked.parts and len(looked.parts[name]))
        self.parts.blockSignals(True)
        self.parts.set_items(tuple(f"{name.capitalize()} {count(len(looked.parts[name]))}" for name in self._names))
        for index, name in enumerate(self._names):
            self.parts.set_item_enabled(index, True, HELP[name])
        if before in self._names:
            self.parts.set_current(self._names.index(before))
        self.parts.blockSignals(False)
        self.classes.clear()
        self.classes.addItem("all classes", -1)
        for number, name in enumerate(looked.data.classes):
            self.classes.addItem(name, number)
        self.classes.setCurrentIndex(max(0, self.classes.findData(chosen)) if same_set else 0)
        self.classes.setVisible(len(looked.data.classes) > 1 and not looked.data.is_gallery)
        self._fill()

    def show_number(self, *, is_test: bool, number: int) -> None:
        """Choose an example by its number among those given for training, or for the test."""
        looked = self._looked
        if looked is None:
            return
        for index, name in enumerate(self._names):
            places = np.flatnonzero(looked.parts[name].positions == number)
            if (name == "test") == is_test and len(places):
                self.parts.set_current(index)
                self.classes.setCurrentIndex(0)
                self.only_wrong.setChecked(False)
                self._fill()
                if self._views.currentWidget() is self.table:
                    self.table.selectRow(int(places[0]))
                else:
                    self.grid.choose(int(places[0]))
                return

    @property
    def _part_name(self) -> str:
        return self._names[self.parts.current] if 0 <= self.parts.current < len(self._names) else ""

    @property
    def _part(self) -> Part | None:
        return None if self._looked is None or not self._part_name else self._looked.parts[self._part_name]

    def _fill(self) -> None:
        looked, part = self._looked, self._part
        if looked is None or part is None:
            return
        wrong = part.is_wrong
        self.only_wrong.setVisible(bool(wrong.any()))
        chosen = np.ones(len(part), np.bool_)
        if looked.data.classes and self.classes.currentData() is not None and self.classes.currentData() >= 0:
            chosen &= part.labels == self.classes.currentData()
        if self.only_wrong.isChecked() and wrong.any():
            chosen &= wrong
        self._rows = np.flatnonzero(chosen)
        self.words.setText(f"{count(len(self._rows))} examples" if len(self._rows) != 1 else "1 example")
        self.words.setToolTip(HELP[part.name])
        if looked.is_plane:
            self._show_plane(looked, part)
        elif looked.is_table:
            self._model.show_rows(looked, part, self._rows)
            self.table.resizeColumnsToContents()
            self._views.setCurrentWidget(self.table)
        else:
            self.grid.show_examples(
                part.x, part.positions[self._rows].tolist(), self._caption, lambda place: bool(wrong[self._rows[place]])
            )
            self._views.setCurrentWidget(self.grid)
        self.card.setVisible(not looked.is_plane)
        self._choose(-1)
        if len(self._rows) and self._views.currentWidget() is self.grid:
            self.grid.choose(0)
        elif len(self._rows) and self._views.currentWidget() is self.table:
            self.table.selectRow(0)

    def _show_plane(self, looked: Looked, part: Part) -> None:
        places = part.x[part.positions[self._rows]]
        is_test = np.full(len(places), part.name == "test")
        self.plane.show_points(places, part.labels[self._rows], is_test, len(looked.data.classes))
        self._views.setCurrentWidget(self.plane)

    def _caption(self, place: int) -> str:
        looked, part = self._looked, self._part
        if looked is None or part is None:
            return ""
        return label_of(looked, part, int(self._rows[place]))

    # ---- one of them

    def _choose(self, place: int) -> None:
        looked, part = self._looked, self._part
        chosen = looked is not None and part is not None and 0 <= place < len(self._rows)
        self.show_it.setVisible(chosen and part is not None and part.name == "test" and self._is_chosen)
        if looked is None or part is None or not chosen:
            self.card.clear()
            return
        row = int(self._rows[place])
        self._chosen_position = int(part.positions[row])
        self.card.show_example(looked, part, row)

    def _send(self) -> None:
        self.example_wanted.emit(self._chosen_position)


def label_of(looked: Looked, part: Part, row: int) -> str:
    """What an example is called: its name, its class (and the true one, where it bears a wrong one), or its values."""
    data = looked.data
    if data.is_gallery or not data.classes:
        return data.label(int(part.positions[row]), _in_unit(looked, part.labels[row]))
    label = int(part.labels[row])
    truth = int(part.truth[row])
    return data.classes[label] if label == truth else f"{data.classes[truth]} → {data.classes[label]}"


def _in_unit(looked: Looked, target: np.ndarray) -> np.ndarray:
    return target if looked.data.classes else looked.samples.scale.in_unit(target)


class RowsModel(QAbstractTableModel):
    """The rows of a table: number, class or value, and the features. Cells are only written when they come in sight."""

    def __init__(self) -> None:
        super().__init__()
        self._looked: Looked | None = None
        self._part: Part | None = None
        self._rows = np.zeros(0, np.intp)

    def show_rows(self, looked: Looked, part: Part, rows: np.ndarray) -> None:
        """Show these rows of a part."""
        self.beginResetModel()
        self._looked, self._part, self._rows = looked, part, rows
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if self._looked is None else 2 + len(self._looked.data.features)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal or self._looked is None:
            return None
        data = self._looked.data
        return ("number", "class" if data.classes else data.unit or "value", *data.features)[section]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        looked, part = self._looked, self._part
        if looked is None or part is None:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.FontRole:
            return font("mono_small")
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        row = int(self._rows[index.row()])
        if index.column() == 0:
            return count(int(part.positions[row]) + 1)
        if index.column() == 1:
            return label_of(looked, part, row)
        return short(part.x[part.positions[row]][index.column() - 2], 3)
