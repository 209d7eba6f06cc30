"""The summary: one line for each layer and block, with sizes, counts, memory and receptive field."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView

from playground.ui.build.summary_model import FIRST_NUMBER, QUESTIONS, SummaryModel
from playground.ui.microscopes.alive import while_alive
from playground.ui.session import Session
from playground.ui.widgets.numbers import bytes_, count, million

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis
    from playground.engine.summary import Row, Summary

_NARROW = 760
_SHARES = (0.235, 0.165, 0.12, 0.125, 0.12, 0.11, 0.125)
_NARROW_SHARES = (0.24, 0.12, 0.15, 0.105, 0.135, 0.125, 0.125)
"""How the width is shared out among the columns."""
_ARROW = 20
"""So wide is the place before a block's name where a click folds it."""


class SummaryTable(QTableView):
    """The table below the canvas. It is filled when it is seen, from the worker thread."""

    layer_chosen = Signal(str)
    """The id of the layer or block whose row was clicked."""
    why_asked = Signal(str, str, QPoint)
    """(id, question, point of the screen): a number is to be explained."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._wanted: Analysis | None = None
        self._asked: Analysis | None = None
        self._turned: dict[str, bool] = {}
        self._model = SummaryModel()
        self.setModel(self._model)
        self.setAccessibleName("Summary of the network")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(22)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self.sort_next)
        self.clicked.connect(self._on_click)
        self.doubleClicked.connect(self._on_double_click)
        session.document_opened.connect(self._on_document)

    def _on_document(self) -> None:
        self._turned.clear()
        self._model.sort_by(None)

    # ---- filling

    def show_analysis(self, analysis: Analysis) -> None:
        """Bring the table up to date, at once if it is seen, else when it will be."""
        self._wanted = analysis
        if self.isVisible():
            self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill()

    def _fill(self) -> None:
        analysis = self._wanted
        if analysis is None or analysis is self._asked:
            return
        self._asked = analysis

        def work() -> tuple[Analysis, Summary]:
            from playground.engine.summary import summarise

            return analysis, summarise(analysis)

        self._session.background.run("summary", work, while_alive(self, self._on_summary))

    def _on_summary(self, found: tuple[Analysis, Summary]) -> None:
        analysis, summary = found
        if analysis is not self._wanted:
            return
        place, chosen = self.verticalScrollBar().value(), self._current()
        column = self.currentIndex().column()
        blocks = [row.id for row in summary.rows if row.is_block]
        closed = {block.id for block in self._session.graph.blocks if not block.is_open}
        self._model.show(summary, {key for key in blocks if self._turned.get(key, key in closed)})
        if chosen is not None:
            self._choose(chosen.id, column)
        self.verticalScrollBar().setValue(place)

    # ---- order and folding

    def sort_next(self, column: int) -> None:
        """Order by this column; then the other way round; then as the network runs."""
        first = column >= FIRST_NUMBER
        if self._model.column != column:
            self._model.sort_by(column, first)
        elif self._model.is_descending == first:
            self._model.sort_by(column, not first)
        else:
            self._model.sort_by(None)

    def fold(self, block_id: str, is_folded: bool) -> None:
        """Hide the rows of a block, or show them."""
        self._turned[block_id] = is_folded
        folded = self._model.folded | {block_id} if is_folded else self._model.folded - {block_id}
        place = self.verticalScrollBar().value()
        self._model.fold(folded)
        self._choose(block_id, 0)
        self.verticalScrollBar().setValue(place)

    def fold_all(self, is_folded: bool) -> None:
        """Hide the rows of all blocks, or show them."""
        blocks = [row.id for row in self._model.summary.rows if row.is_block] if self._model.summary else []
        self._turned.update(dict.fromkeys(blocks, is_folded))
        self._model.fold(blocks if is_folded else ())

    def _choose(self, item: str, column: int) -> None:
        for number, row in enumerate(self._model.rows):
            if row.id == item:
                self.setCurrentIndex(self._model.index(number, max(0, column)))
                return

    def _current(self) -> Row | None:
        index = self.currentIndex()
        return self._model.rows[index.row()] if index.isValid() and index.row() < len(self._model.rows) else None

    # ---- hands

    def _on_click(self, index: QModelIndex) -> None:
        self.layer_chosen.emit(self._model.rows[index.row()].id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == 0 and self._is_arrow(index, event.position().toPoint()):
            row = self._model.rows[index.row()]
            self.fold(row.id, row.id not in self._model.folded)
            event.accept()
            return
        super().mousePressEvent(event)

    def _is_arrow(self, index: QModelIndex, at: QPoint) -> bool:
        row = self._model.rows[index.row()]
        if not row.is_block or self._model.column is not None:
            return False
        start = self.visualRect(index).left() + len(row.outer) * self.fontMetrics().horizontalAdvance("   ")
        return start <= at.x() <= start + _ARROW

    def _on_double_click(self, index: QModelIndex) -> None:
        if self._model.rows[index.row()].is_block and index.column() < 2:
            row = self._model.rows[index.row()]
            self.fold(row.id, row.id not in self._model.folded)
        else:
            self.ask(index)

    def ask(self, index: QModelIndex) -> None:
        """Ask why the number in this cell is what it is; in the first columns, why the output has its size."""
        question = QUESTIONS[index.column()] or "shape"
        corner = self.visualRect(index).center()
        self.why_asked.emit(self._model.rows[index.row()].id, question, self.viewport().mapToGlobal(corner))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, index = self._current(), self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy("Markdown")
        elif row is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.ask(index)
        elif row is not None and row.is_block and event.key() == Qt.Key.Key_Space:
            self.fold(row.id, row.id not in self._model.folded)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu(self.indexAt(self.viewport().mapFromGlobal(event.globalPos())))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self, index: QModelIndex) -> QMenu:
        """What can be done here."""
        menu = QMenu(self)
        if index.isValid():
            menu.addAction("Why this number?", lambda: self.ask(index))
            menu.addSeparator()
        for kind in ("Markdown", "CSV"):
            menu.addAction(f"Copy as {kind}", lambda kind=kind: self.copy(kind))
        if self._model.summary is not None and any(row.is_block for row in self._model.summary.rows):
            menu.addSeparator()
            menu.addAction("Fold all blocks", lambda: self.fold_all(True))
            menu.addAction("Unfold all blocks", lambda: self.fold_all(False))
        if self._model.column is not None:
            menu.addSeparator()
            menu.addAction("Order of the network", lambda: self._model.sort_by(None))
        return menu

    # ---- copying

    def copy(self, kind: str) -> None:
        """Put the rows on the clipboard: as a "Markdown" table those on show, as "CSV" all layers, in this order."""
        summary = self._model.summary
        if summary is None:
            return
        from playground.engine.summary import csv_text, markdown

        if kind == "CSV":
            rows = summary.rows if self._model.column is None else self._model.rows
            text = csv_text(rows, summary)
            many = sum(not row.is_block for row in rows)
            what = f"{many:,} layer{'s' if many != 1 else ''}"
        else:
            text = markdown(self._model.rows, summary)
            what = f"{len(self._model.rows):,} row{'s' if len(self._model.rows) != 1 else ''}"
        QGuiApplication.clipboard().setText(text)
        self._session.message.emit("info", f"Copied the summary as {kind}: {what}.")

    # ---- room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        self._model.set_narrow(width < _NARROW)
        shares = _NARROW_SHARES if width < _NARROW else _SHARES
        for column, share in enumerate(shares[:-1]):
            self.setColumnWidth(column, int(share * width))
        self.setColumnWidth(len(shares) - 1, width - sum(int(share * width) for share in shares[:-1]))


def totals(analysis: Analysis, batch: int) -> tuple[str, str]:
    """The line at the right, "61,706 parameters (247 kB) · 0.42 M multiply-adds · activations …", and what it means."""
    parameters = analysis.parameters
    noun = "parameter" if parameters == 1 else "parameters"
    activation = 4 * sum(prod(report.output) for report in analysis.layers.values())
    weights, one, many = bytes_(4 * parameters), bytes_(activation), bytes_(activation * batch)
    counts = f"{count(parameters)} {noun} ({weights}) · {million(analysis.multiply_adds)} multiply-adds"
    meaning = (
        f"{count(parameters)} {noun}: {weights} with 4 bytes each. {count(analysis.multiply_adds)} multiply-adds for "
        f"one example. The outputs of all layers take {one} for one example, {many} for a batch of {batch:,}."
    )
    return f"{counts} · activations {one} (×{batch:,}: {many})", meaning
