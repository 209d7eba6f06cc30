"""The summary as a table model: the rows on show, folded blocks, the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.numbers import bytes_, count, million

if TYPE_CHECKING:
    from collections.abc import Collection

    from playground.engine.summary import Row, Summary

_Index = QModelIndex | QPersistentModelIndex
TITLES = ("layer", "type", "output", "parameters", "multiply-adds", "activations", "receptive field")
SHORT_TITLES = ("layer", "type", "output", "param.", "mult.-adds", "activ.", "field")
QUESTIONS = (None, None, "shape", "parameters", "multiply-adds", "activation memory", "receptive field")
"""What can be asked about the number in each column (`engine.why.Question`)."""
FIRST_NUMBER = 3
"""Columns from here on hold numbers, and are sorted with the largest first."""

_INDENT = "\N{NO-BREAK SPACE}" * 3
_TIPS = (
    "",
    "",
    "Channels × height × width of one example's output",
    "How many numbers the layer learns",
    "Multiplications with weights, each with its addition, for one example",
    "Memory of the output for one example, with 4 bytes a number",
    "How many pixels of the input one number of this layer can see",
)


class SummaryModel(QAbstractTableModel):
    """Rows of `engine.summary`: with `column` in that order without blocks, else as the network runs, with them."""

    def __init__(self) -> None:
        super().__init__()
        self._summary: Summary | None = None
        self.rows: tuple[Row, ...] = ()
        self.folded: frozenset[str] = frozenset()
        self.column: int | None = None
        self.is_descending = False
        self.is_narrow = False

    @property
    def summary(self) -> Summary | None:
        """What is shown."""
        return self._summary

    def show(self, summary: Summary, folded: Collection[str]) -> None:
        """Show these rows, with these blocks folded."""
        self._summary, self.folded = summary, frozenset(folded)
        self._arrange()

    def fold(self, folded: Collection[str]) -> None:
        """Fold these blocks and unfold all others."""
        self.folded = frozenset(folded)
        self._arrange()

    def sort_by(self, column: int | None, descending: bool = False) -> None:
        """Order the layers by a column; None: the order of the network."""
        self.column, self.is_descending = column, descending
        self._arrange()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(TITLES) - 1)

    def set_narrow(self, is_narrow: bool) -> None:
        """Shorten the headings where there is little room."""
        if is_narrow != self.is_narrow:
            self.is_narrow = is_narrow
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(TITLES) - 1)

    def _arrange(self) -> None:
        self.beginResetModel()
        if self._summary is None:
            self.rows = ()
        elif self.column is None:
            self.rows = self._summary.unfolded(self.folded)
        else:
            self.rows = self._summary.ordered(self.column, self.is_descending)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return len(TITLES)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return self._exactly(row, column)
            case Qt.ItemDataRole.FontRole:
                return font("mono_small" if self.is_narrow else "mono", QFont.Weight.DemiBold if row.is_block else None)
            case Qt.ItemDataRole.ForegroundRole:
                muted = self._text(row, column) == "—" or (row.is_block and column == 1)
                return QColor(appearance.theme.muted) if muted else None
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case _:
                return None

    def _text(self, row: Row, column: int) -> str:
        match column:
            case 0:
                if self.column is not None:
                    return row.title
                mark = "▸ " if row.id in self.folded else "▾ "
                return _INDENT * len(row.outer) + (mark if row.is_block else "") + row.title
            case 1:
                return row.type
            case 2:
                return "×".join(map(str, row.output)) or "one number"
            case 3:
                shown = million if self.is_narrow else count
                return shown(row.parameters) if row.parameters else "—"
            case 4:
                return million(row.multiply_adds) if row.multiply_adds else "—"
            case 5:
                return bytes_(row.activation)
            case _:
                return row.field.text(self._summary.extents if self._summary else ())

    def _exactly(self, row: Row, column: int) -> str:
        """What the cell leaves out."""
        match column:
            case 0:
                return row.title
            case 3:
                text = f"{count(row.parameters)} parameters"
            case 4:
                text = f"{count(row.multiply_adds)} multiply-adds"
            case 5:
                text = f"{count(row.activation)} bytes"
            case 6:
                seen = "×".join(map(str, row.field.sizes))
                everything = "the whole input" if row.field.is_everything else seen or "no places"
                text = (
                    f"{everything} (of an input without edges)" if seen and not row.field.is_everything else everything
                )
            case _:
                return ""
        return f"{text} · double click: why this number?"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                title = (SHORT_TITLES if self.is_narrow else TITLES)[section]
                mark = "▾" if self.is_descending else "▴"
                return f"{title} {mark}" if section == self.column else title
            case Qt.ItemDataRole.ToolTipRole:
                order = "Click to order the layers by it; a third click brings back the network's order."
                return f"{_TIPS[section]}. {order}" if _TIPS[section] else order
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(section)
            case _:
                return None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column >= FIRST_NUMBER else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
