"""The summary: one line for each layer, with its shape, parameters and multiply-adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from playground.layers import layer_type
from playground.ui.fonts import font
from playground.ui.widgets.numbers import bytes_, count, million, shape_text

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis

_Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("layer", "type", "output", "parameters", "multiply-adds")


class _Model(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, ...]] = []
        self.ids: list[str] = []

    def show(self, analysis: Analysis) -> None:
        self.beginResetModel()
        self._rows, self.ids = [], list(analysis.layers)
        for node_id, report in analysis.layers.items():
            node = analysis.graph.node(node_id)
            kind = layer_type(node.type)
            self._rows.append(
                (
                    node.title,
                    kind.title,
                    shape_text(report.output) if kind.has_output else "one number",
                    count(report.parameters) if report.parameters else "—",
                    million(report.multiply_adds) if report.multiply_adds else "—",
                )
            )
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.FontRole:
            return font("mono")
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class SummaryTable(QTableView):
    """`layer_chosen` sends the id of the row that was clicked."""

    layer_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._model = _Model()
        self.setModel(self._model)
        self.setAccessibleName("Summary of the network")
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(22)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        self.clicked.connect(lambda index: self.layer_chosen.emit(self._model.ids[index.row()]))

    def show_analysis(self, analysis: Analysis) -> None:
        """Fill the table."""
        self._model.show(analysis)


def totals(analysis: Analysis) -> str:
    """The line at the right: "61,706 parameters · 0.42 M multiply-adds · 247 kB"."""
    parameters = analysis.parameters
    noun = "parameter" if parameters == 1 else "parameters"
    size = bytes_(4 * parameters)
    return f"{count(parameters)} {noun} · {million(analysis.multiply_adds)} multiply-adds · {size}"
