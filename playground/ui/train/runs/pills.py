"""The row of pills above the curves: this run, the runs beside it, and the doors to all runs and to a sweep."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from playground.train.runs.store import KeptRun
from playground.ui.session import Session
from playground.ui.train.controller import TrainingController
from playground.ui.train.runs.door import show_runs, show_sweep
from playground.ui.train.runs.side_runs import SideRun
from playground.ui.widgets.flow_layout import FlowLayout
from playground.ui.widgets.pill import Pill

_LONGEST = 34
"""Letters of a name on a pill; the tooltip has the whole."""

_WORDS = {"waiting": "waits for its turn", "preparing": "begins", "stopped": "called off", "failed": "failed"}


class RunPills(QWidget):
    """A click shows or hides a run's curves; the menu of a pill (right click, or the menu key) does the rest."""

    def __init__(self, session: Session, controller: TrainingController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._controller = session, controller
        self._side: dict[SideRun, Pill] = {}
        self._kept: dict[str, Pill] = {}
        self.this_run = Pill("this run", dot="negative", role="text")
        self.this_run.setToolTip("The run of the open document: training in blue, validation in orange")
        self.sweep = Pill("Sweep…", clickable=True)
        self.sweep.setToolTip("Train with several values of one or two settings, and see which do best")
        self.all_runs = Pill("Runs…", clickable=True)
        self.all_runs.setToolTip("All runs: compare, rename, open or delete them")
        self.sweep.clicked.connect(self.open_sweep)
        self.all_runs.clicked.connect(self.open_runs)
        self._flow = FlowLayout()
        self._flow.addWidget(self.this_run)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addLayout(self._flow, 1)
        row.addWidget(self.sweep, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.all_runs, 0, Qt.AlignmentFlag.AlignTop)
        controller.shown_runs.changed.connect(self.refresh)
        controller.shown_runs.grown.connect(self._show_progress)
        controller.history_changed.connect(self._show_this)
        self.refresh()

    @property
    def pills(self) -> tuple[Pill, ...]:
        """Those of the runs beside this one."""
        return (*self._side.values(), *self._kept.values())

    # ---- doors

    @Slot()
    def open_runs(self) -> None:
        """Show all runs in a window of their own."""
        show_runs(self._session, self._controller, self.window())

    @Slot()
    def open_sweep(self) -> None:
        """Choose what to sweep over in a window of its own."""
        show_sweep(self._session, self._controller, self.window())

    # ---- pills

    @Slot()
    def refresh(self) -> None:
        """A pill for each run beside this one, in their order."""
        side = [run for run in self._controller.side_runs.runs if run.is_listed]
        kept = [run for run, _ in self._controller.kept_runs.shown]
        for run in [run for run in self._side if run not in side]:
            self._drop(self._side.pop(run))
        for key in [key for key in self._kept if key not in {run.key for run in kept}]:
            self._drop(self._kept.pop(key))
        for run in side:
            if run not in self._side:
                self._side[run] = self._new_pill(partial(self._toggle_side, run), partial(self._side_menu, run))
        for kept_run in kept:
            if kept_run.key not in self._kept:
                hide = partial(self._controller.kept_runs.show, kept_run.key, False)
                self._kept[kept_run.key] = self._new_pill(hide, partial(self._kept_menu, kept_run))
        self._show_progress()
        self._show_this()

    def _new_pill(self, toggle: object, menu: object) -> Pill:
        pill = Pill(checkable=True)
        pill.clicked.connect(toggle)
        pill.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        pill.customContextMenuRequested.connect(partial(self._open_menu, pill, menu))
        self._flow.addWidget(pill)
        return pill

    def _drop(self, pill: Pill) -> None:
        self._flow.removeWidget(pill)
        pill.hide()
        pill.deleteLater()

    @Slot()
    def _show_progress(self) -> None:
        for run, pill in self._side.items():
            done = f" · {100 * run.fraction:.0f} %" if run.state == "running" else ""
            words = f" · {_WORDS[run.state]}" if run.state in _WORDS else ""
            pill.setChecked(run.is_shown)
            pill.set_look(_cut(run.title) + done + words, dot=run.role if run.is_shown else "border_strong")
            what = "Hide its curves" if run.is_shown else "Draw its curves beside this run’s"
            pill.setToolTip(_lines(run.title, run.message, f"{what}. Right click: more."))
        for run, role in self._controller.kept_runs.shown:
            pill = self._kept.get(run.key)
            if pill is not None:
                pill.setChecked(True)
                pill.set_look(_cut(run.name), dot=role)
                pill.setToolTip(_lines(run.name, run.message, "Take its curves away. Right click: more."))

    @Slot()
    def _show_this(self) -> None:
        self.this_run.setVisible(bool(self._side or self._kept))

    def _toggle_side(self, run: SideRun) -> None:
        self._controller.side_runs.show(run, not run.is_shown)

    # ---- menus

    def _open_menu(self, pill: Pill, fill: object, _place: QPoint) -> None:
        menu = QMenu(pill)
        fill(menu)  # type: ignore[operator]
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(pill.mapToGlobal(QPoint(0, pill.height() + 2)))

    def _side_menu(self, run: SideRun, menu: QMenu) -> None:
        runs, kept = self._controller.side_runs, self._controller.kept_runs
        found = kept.run_of(run.key) if run.key else None
        if not run.is_over:
            menu.addAction("Stop it here", lambda: runs.stop(run))
        if found is not None:
            menu.addAction("Open it as the document…", lambda: kept.open(found))
        menu.addAction("Compare…", self.open_runs)
        menu.addAction("Take it off this row" if run.is_over else "Give it up", lambda: runs.remove(run))

    def _kept_menu(self, run: KeptRun, menu: QMenu) -> None:
        kept = self._controller.kept_runs
        menu.addAction("Open it as the document…", lambda: kept.open(run))
        menu.addAction("Compare…", self.open_runs)
        menu.addAction("Take its curves away", lambda: kept.show(run.key, False))


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
