"""The window of all runs: a table, what can be done with those that are selected, and below it their comparison."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMessageBox, QPushButton, QSplitter, QVBoxLayout, QWidget

from playground.ui.session import Session
from playground.ui.train.controller import TrainingController
from playground.ui.train.runs.comparison import RunComparison
from playground.ui.train.runs.door import show_sweep
from playground.ui.train.runs.rows import RunRow, run_rows
from playground.ui.train.runs.table import RunsTable
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.one_window import show_one

_SOON_MS, _GROWTH_MS = 60, 500
"""After a change, and between two looks at curves that grow."""


_OPEN = "Network, settings, weights and curves of the selected run become the document"
_OPEN_WITHOUT = "Network, settings and curves become the document; its weights were too large to be kept"


class RunsWindow(QDialog):
    """Stays open beside the main window and follows what trains there."""

    def __init__(self, session: Session, controller: TrainingController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Runs")
        self._session, self._controller = session, controller
        self.table = RunsTable()
        self.comparison = RunComparison()
        self.words = TextLabel("", "small", "muted", wrap=True)
        self.open_button = QPushButton("Open as the document…")
        self.rename_button = QPushButton("Rename")
        self.delete_button = QPushButton("Delete…")
        self.stop_button = QPushButton("Stop")
        self.sweep_button = QPushButton("Sweep…")
        self.close_button = QPushButton("Close")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self.refresh)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_GROWTH_MS)
        self._later.timeout.connect(self.refresh)
        self._lay_out()
        self._connect()
        controller.kept_runs.refresh()
        self.refresh()
        self.table.setFocus()

    @classmethod
    def show_over(cls, session: Session, controller: TrainingController, window: QWidget) -> RunsWindow:
        """Show the one that is open, or open one."""
        return show_one(cls, window, lambda: cls(session, controller, window))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.open_button, self.rename_button, self.stop_button, self.delete_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.sweep_button, self.close_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        self.rename_button.setToolTip("Give the selected run a name of your own (F2)")
        self.delete_button.setToolTip("Take the selected runs away for good (Delete)")
        self.stop_button.setToolTip("End the selected runs where they stand; what they have learnt is kept")
        self.sweep_button.setToolTip("Train with several values of one or two settings, and see which do best")
        above = QWidget()
        upper = QVBoxLayout(above)
        upper.setContentsMargins(0, 0, 0, 6)
        upper.setSpacing(10)
        upper.addWidget(self.table, 1)
        upper.addLayout(row)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(above)
        parts.addWidget(self.comparison)
        parts.setChildrenCollapsible(False)
        parts.setStretchFactor(0, 1)
        parts.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(10)
        column.addWidget(self.words)
        column.addWidget(parts, 1)
        self.setMinimumSize(760, 520)
        self.resize(1160, 760)

    def _connect(self) -> None:
        kept, side, shown = self._controller.kept_runs, self._controller.side_runs, self._controller.shown_runs
        for signal in (kept.changed, side.changed, self._controller.state_changed):
            signal.connect(self._refresh_soon)
        self._session.experiment_changed.connect(self._refresh_soon)
        shown.grown.connect(self._on_growth)
        self._controller.history_changed.connect(self._on_growth)
        self.table.chosen.connect(self._on_chosen)
        self.table.runs.renamed.connect(self._rename)
        self.table.runs.ticked.connect(self._tick)
        self.open_button.clicked.connect(self.open_selected)
        self.rename_button.clicked.connect(self.rename_selected)
        self.delete_button.clicked.connect(self.delete_selected)
        self.stop_button.clicked.connect(self.stop_selected)
        self.sweep_button.clicked.connect(self._open_sweep)
        self.close_button.clicked.connect(self.close)
        for keys in (QKeySequence.StandardKey.Delete, Qt.Key.Key_Backspace):
            shortcut = QShortcut(QKeySequence(keys), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.delete_selected)

    # ---- showing

    @Slot()
    def _refresh_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    @Slot()
    def refresh(self) -> None:
        """Show all runs as they are now."""
        rows = run_rows(self._session, self._controller, self.table.runs.rows)
        had_none = not self.table.runs.rows
        self.table.show_rows(rows)
        if had_none and rows:
            self.table.select_first()
        kept = self._controller.kept_runs
        empty = "There are no runs yet: press Play in Train. " if kept.is_known and not rows else ""
        self.words.setText(" ".join([empty + kept.limits, *kept.complaints]))
        self._on_chosen()

    @Slot()
    def _on_growth(self) -> None:
        if self.isVisible() and not self._later.isActive():
            self._later.start()

    @Slot()
    def _on_chosen(self) -> None:
        chosen = self.table.selected
        kept = [row for row in chosen if row.kept is not None]
        self.open_button.setEnabled(len(kept) == len(chosen) == 1 and kept[0].kept is not None)
        whole = all(row.kept is None or row.kept.has_weights for row in chosen)
        self.open_button.setToolTip(_OPEN if whole else _OPEN_WITHOUT)
        self.rename_button.setEnabled(len(chosen) == 1 and chosen[0].can_be_named)
        self.delete_button.setEnabled(any(row.kept or row.side for row in chosen))
        live = [row for row in chosen if row.side is not None and not row.side.is_over]
        self.stop_button.setVisible(bool(live))
        self.comparison.show_runs(chosen)

    # ---- doing

    @Slot()
    def open_selected(self) -> None:
        """Make the selected run the document; the main window asks about unsaved edits."""
        for row in self.table.selected[:1]:
            if row.kept is not None:
                self._controller.kept_runs.open(row.kept)

    @Slot()
    def rename_selected(self) -> None:
        """Type another name into the selected row."""
        rows = self.table.selectionModel().selectedRows()
        if len(rows) == 1:
            self.table.setCurrentIndex(rows[0])
            self.table.edit(rows[0])

    @Slot()
    def delete_selected(self) -> None:
        """Delete the selected runs, after asking."""
        rows = [row for row in self.table.selected if row.kept or row.side]
        if not rows or not self._is_sure(rows):
            return
        self._controller.kept_runs.delete([row.kept.key for row in rows if row.kept is not None])
        for row in rows:
            if row.kept is None and row.side is not None:
                self._controller.side_runs.remove(row.side)

    @Slot()
    def stop_selected(self) -> None:
        """End the selected runs that train beside the document's."""
        for row in self.table.selected:
            if row.side is not None:
                self._controller.side_runs.stop(row.side)

    def _is_sure(self, rows: list[RunRow]) -> bool:
        what = f"“{rows[0].name}”" if len(rows) == 1 else f"these {len(rows)} runs"
        buttons = QMessageBox.StandardButton
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Playground", f"Delete {what}?", buttons.Yes | buttons.Cancel, self)
        box.setInformativeText("Curves, settings and weights are deleted from the disk. This cannot be undone.")
        box.button(buttons.Yes).setText("Delete")
        for button in box.buttons():
            button.setIcon(QIcon())
        box.setDefaultButton(buttons.Cancel)
        return box.exec() == buttons.Yes

    def _rename(self, row: RunRow, name: str) -> None:
        if row.kept is not None:
            self._controller.kept_runs.rename(row.kept.key, name)
        elif row.side is not None:
            self._controller.side_runs.rename(row.side, name)

    def _tick(self, row: RunRow, is_shown: bool) -> None:
        if row.kept is not None:
            self._controller.kept_runs.show(row.kept.key, is_shown)
        elif row.side is not None:
            self._controller.side_runs.show(row.side, is_shown)

    def _open_sweep(self) -> None:
        show_sweep(self._session, self._controller, self.parentWidget() or self)
