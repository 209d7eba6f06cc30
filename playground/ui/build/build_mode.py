"""Build mode: palette · canvas · inspector, with summary, problems and history below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMenu,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from playground.ui.build.history import HistoryList
from playground.ui.build.palette import Palette
from playground.ui.build.problems import ProblemList
from playground.ui.build.summary import SummaryTable, totals
from playground.ui.build.why_popup import WhyPopup
from playground.ui.canvas.find_bar import FindBar
from playground.ui.canvas.mini_map import MiniMap
from playground.ui.canvas.scene import GraphScene
from playground.ui.canvas.view import GraphView
from playground.ui.inspector.panel import Inspector
from playground.ui.mode import Mode
from playground.ui.session import Session
from playground.ui.widgets.buttons import icon_tool_button
from playground.ui.widgets.headings import ElidedLabel, TextLabel
from playground.ui.widgets.keyboard_focus import first_field

if TYPE_CHECKING:
    from playground.graph.experiment import Experiment
    from playground.ui.build.compound_scaling import CompoundScalingDialog
    from playground.ui.compare.dialog import CompareDialog

_PALETTE_WIDTH, _INSPECTOR_WIDTH, _BELOW_HEIGHT = 212, 344, 184
_NARROW = 1250
"""Below this window width the side panels give way to the canvas."""


class BuildMode(Mode):
    """The mode in which the network is put together."""

    network_chosen = Signal(str)
    """Open this network of the zoo."""
    graph_chosen = Signal(object, str)
    """(Graph, title): open a network that was made to order."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.scene = GraphScene(session)
        self.view = GraphView(self.scene)
        self.palette_panel = Palette(session)
        self.inspector = Inspector(session)
        self._hint = _EmptyHint(self.view)
        self.find_bar = FindBar(session, self.view)
        self._map = MiniMap(self.scene, self.view)
        self._below = _Below(session)
        self.why_popup = WhyPopup(session, self)
        middle = QSplitter(Qt.Orientation.Vertical)
        middle.addWidget(self.view)
        middle.addWidget(self._below)
        middle.setSizes([10_000, _BELOW_HEIGHT])
        middle.setStretchFactor(0, 1)
        middle.setCollapsible(0, False)
        self._columns = QSplitter()
        for panel in (self.palette_panel, middle, self.inspector):
            self._columns.addWidget(panel)
        self._columns.setStretchFactor(1, 1)
        self._columns.setCollapsible(1, False)
        self._columns.setHandleWidth(1)
        middle.setHandleWidth(1)
        self.palette_panel.setMinimumWidth(202)
        self.inspector.setMinimumWidth(270)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._columns)
        self._is_narrow: bool | None = None
        self._comparison: CompareDialog | None = None
        self._scaling: CompoundScalingDialog | None = None
        self._connect()
        self._update_hint()

    def _connect(self) -> None:
        self.palette_panel.layer_chosen.connect(self.view.editing.add_layer)
        self.palette_panel.network_chosen.connect(self.network_chosen)
        self.palette_panel.compare_chosen.connect(self.compare)
        self.palette_panel.scaling_chosen.connect(self.scale)
        self._below.layer_chosen.connect(self.view.reveal)
        self._below.why_asked.connect(self.why_popup.ask)
        self.inspector.why_asked.connect(self.why_popup.ask)
        self.view.settings_wanted.connect(self.inspector.take_keyboard)
        self.inspector.left.connect(self.view.setFocus)
        self.scene.selected_nodes_changed.connect(self._on_selection)
        self._session.experiment_changed.connect(self._update_hint)

    def compare(self, key: str = "") -> None:
        """Show architectures side by side, one more among them if a key is given."""
        if self._comparison is None:
            from playground.ui.compare.dialog import CompareDialog

            self._comparison = CompareDialog(self._session, self)
            self._comparison.open_chosen.connect(self.network_chosen)
        self._comparison.show()
        self._comparison.raise_()
        if key:
            self._comparison.add(key)

    def scale(self) -> None:
        """Show the sliders of compound scaling."""
        if self._scaling is None:
            from playground.ui.build.compound_scaling import CompoundScalingDialog

            self._scaling = CompoundScalingDialog(self._session, self)
            self._scaling.network_chosen.connect(self.graph_chosen)
        self._scaling.show()
        self._scaling.raise_()

    def _on_selection(self) -> None:
        self.inspector.show_nodes(self.scene.selected_ids)

    def _update_hint(self) -> None:
        self._hint.setVisible(not self._session.graph.nodes)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        if narrow != self._is_narrow:
            self._is_narrow = narrow
            sides = (206, 302) if narrow else (_PALETTE_WIDTH, _INSPECTOR_WIDTH)
            self._columns.setSizes([sides[0], event.size().width() - sum(sides), sides[1]])

    def next_panel(self, step: int = 1) -> None:
        """Hand the keyboard on: palette, canvas, inspector, the tabs below, and from the beginning."""
        panels = (self.palette_panel, self.view, self.inspector, self._below)
        focused = QApplication.focusWidget()
        here = next((n for n, p in enumerate(panels) if focused and (p is focused or p.isAncestorOf(focused))), 1)
        for by in range(1, len(panels)):
            panel = panels[(here + step * by) % len(panels)]
            target = panel if panel is self.view else first_field(panel)
            if target is not None:
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def activate(self) -> None:
        """Put the keyboard onto the canvas."""
        self.view.setFocus()


class _EmptyHint(QWidget):
    """What to do first, in the middle of an empty canvas."""

    def __init__(self, view: GraphView) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.setSpacing(8)
        lines = (
            ("An empty canvas", "display", "text"),
            ("Drag Input from the left to begin, then the layers it should pass through.", "body", "muted"),
            ("Drop a layer right of another to connect the two, or onto a wire to put it in between.", "body", "muted"),
            ("Double click here to search for a layer. The Networks tab has complete ones.", "body", "muted"),
        )
        for text, role, tone in lines:
            label = TextLabel(text, role, tone, wrap=True)  # pyright: ignore[reportArgumentType]
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        over = QVBoxLayout(view)  # not on the viewport: scrolling the canvas would carry the hint along
        over.setContentsMargins(30, 0, 30, 0)
        over.addWidget(self)


class _Below(QWidget):
    """The tabs below the canvas."""

    layer_chosen = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._summary, self._problems = SummaryTable(session), ProblemList(session)
        self.why_asked = self._summary.why_asked
        self._pages = QStackedWidget()
        self._tabs = QTabBar()
        history = HistoryList(session)
        for title, page in (("Summary", self._summary), ("Problems", self._problems), ("History", history)):
            self._tabs.addTab(title)
            self._pages.addWidget(page)
        self._totals = ElidedLabel("", tone="muted")
        self._totals.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        top = QHBoxLayout()
        top.addWidget(self._tabs)
        top.addWidget(self._totals, 1)
        top.addSpacing(6)
        top.addWidget(self._copy_button())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 6, 16, 0)
        layout.setSpacing(2)
        layout.addLayout(top)
        layout.addWidget(self._pages, 1)
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self._summary.layer_chosen.connect(self.layer_chosen)
        self._problems.layer_chosen.connect(self.layer_chosen)
        session.analysis_changed.connect(self._on_analysis)
        session.experiment_changed.connect(self._on_experiment)
        if session.analysis is not None:
            self._on_analysis()

    def _copy_button(self) -> QToolButton:
        button = icon_tool_button("copy", "Copy the summary", size=15)
        menu = QMenu(button)
        for kind in ("Markdown", "CSV"):
            menu.addAction(f"Copy as {kind}", lambda kind=kind: self._summary.copy(kind))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _on_experiment(self, before: Experiment, after: Experiment) -> None:
        if before.training.batch_size != after.training.batch_size:
            self._show_totals()

    def _show_totals(self) -> None:
        analysis = self._session.analysis
        if analysis is not None:
            text, meaning = totals(analysis, self._session.experiment.training.batch_size)
            self._totals.setText(text)
            self._totals.setToolTip(meaning)

    def _on_analysis(self) -> None:
        analysis = self._session.analysis
        assert analysis is not None
        self._summary.show_analysis(analysis)
        self._problems.show_analysis(analysis)
        number = len(analysis.problems)
        self._tabs.setTabText(1, f"Problems ({number})" if number else "Problems")
        self._show_totals()
