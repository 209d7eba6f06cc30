"""The table of the compared networks: what was published, and what is counted here; every column can be sorted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from playground.ui.build.network_sheet import printed
from playground.ui.fonts import font
from playground.ui.widgets.numbers import count, million
from playground.zoo import ZooNetwork

COLUMNS = ("network", "year", "parameters", "published", "multiply-adds", "published", "top-1 error", "top-5 error")
_SORT = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


def cells(network: ZooNetwork) -> list[tuple[str, float | str]]:
    """The row of a network: each cell's text and what it is sorted by; what is not known goes to the end."""
    record = network.record
    unknown = ("—", float("inf"))

    def amount(value: float | None) -> tuple[str, float | str]:
        return unknown if not value else (printed(round(value)), value)

    def percent(value: float | None) -> tuple[str, float | str]:
        return unknown if value is None else (f"{value:g} %", value)

    parameters, steps = network.counted_parameters, network.counted_multiply_adds
    return [
        (network.title, network.title.casefold()),
        (str(network.year), network.year),
        (count(parameters), parameters) if parameters else unknown,
        amount(record.parameters),
        (million(steps), steps) if steps else unknown,
        amount(record.multiply_adds),
        percent(record.top1_error),
        percent(record.top5_error),
    ]


class _Model(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.networks: list[ZooNetwork] = []
        self._cells: list[list[tuple[str, float | str]]] = []

    def show(self, networks: Sequence[ZooNetwork]) -> None:
        self.beginResetModel()
        self.networks = list(networks)
        self._cells = [cells(network) for network in networks]
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        text, value = self._cells[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == _SORT:
            return value
        if role == Qt.ItemDataRole.FontRole:
            return font("mono" if index.column() else "body")
        if role == Qt.ItemDataRole.ToolTipRole:
            network = self.networks[index.row()]
            said = (network.record.measured_on, network.record.definition, network.record.correction)
            return "\n\n".join(filter(None, said)) or network.published
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None


class CompareTable(QTableView):
    """`chosen` sends the key of the row that was clicked."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._model = _Model()
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(_SORT)
        self.setModel(self._sorted)
        self.setSortingEnabled(True)
        self.sortByColumn(1, Qt.SortOrder.AscendingOrder)
        self.setAccessibleName("The chosen networks in numbers")
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.clicked.connect(self._on_click)

    def show_networks(self, networks: Sequence[ZooNetwork]) -> None:
        """Fill the table."""
        self._model.show(networks)

    def _on_click(self, index: QModelIndex) -> None:
        self.chosen.emit(self._model.networks[self._sorted.mapToSource(index).row()].key)
