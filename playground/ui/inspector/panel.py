"""The inspector panel: the selected layer's settings, arithmetic, explanation, weights and output."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from playground.graph.model import Node
from playground.layers import LayerType, ParamError
from playground.ui.canvas.dress import first_problem, kind_of
from playground.ui.inspector.arithmetic_lines import ArithmeticLines, Line
from playground.ui.inspector.block_page import BlockPage
from playground.ui.inspector.by_hand_row import ByHandRow
from playground.ui.inspector.data_form import DataForm
from playground.ui.inspector.form import ParamForm
from playground.ui.inspector.learning_section import LearningSection
from playground.ui.inspector.overview import Overview
from playground.ui.inspector.pictures import LayerPictures
from playground.ui.inspector.selection_page import SelectionPage
from playground.ui.session import Session
from playground.ui.widgets.formula import Formula
from playground.ui.widgets.headings import ElidedLabel, SectionHeading, Separator, TextLabel
from playground.ui.widgets.keyboard_focus import first_field
from playground.ui.widgets.pill import Pill


class Inspector(QWidget):
    """Shows the selected layer; without one, the network as a whole."""

    why_asked = Signal(str, str, QPoint)
    """(id, question, point of the screen): a number is to be explained."""

    left = Signal()
    """Escape: the keyboard goes back to the canvas."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._page: LayerPage | BlockPage | SelectionPage | Overview | None = None
        self._ids: list[str] = []
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)
        session.experiment_changed.connect(self._on_experiment)
        session.analysis_changed.connect(self._refresh)
        session.activations_changed.connect(self._refresh)
        session.example_changed.connect(self._refresh)
        self.show_nodes([])

    def take_keyboard(self) -> None:
        """Put the keyboard into the first field; Escape gives it back."""
        field = first_field(self)
        if field is not None:
            field.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def show_nodes(self, ids: Sequence[str]) -> None:
        """Show the layer or block with that id; several layers together; for none, the network."""
        self._ids = list(ids)
        graph = self._session.graph
        layers = [node_id for node_id in ids if node_id in graph]
        if len(ids) == 1 and ids[0] in graph.block_by_id:
            if isinstance(self._page, BlockPage) and self._page.block_id == ids[0]:
                self._page.refresh()
                return
            self._page = BlockPage(self._session, ids[0])
        elif len(layers) > 1:
            if isinstance(self._page, SelectionPage) and self._page.node_ids == layers:
                self._page.refresh()
                return
            self._page = SelectionPage(self._session, layers)
        elif len(ids) == 1 and ids[0] in graph and (kind := kind_of(graph.node(ids[0]))) is not None:
            if isinstance(self._page, LayerPage) and self._page.node_id == ids[0] and self._page.kind is kind:
                self._page.refresh()
                return
            self._page = LayerPage(self._session, graph.node(ids[0]), kind)
            self._page.why_asked.connect(self.why_asked)
        else:
            self._page = Overview(self._session)
        self._scroll.setWidget(self._page)

    def _on_experiment(self) -> None:
        self.show_nodes([key for key in self._ids if self._session.graph.is_taken(key)])

    def _refresh(self) -> None:
        if self._page is not None:
            self._page.refresh()


class LayerPage(QWidget):
    """Everything about one layer."""

    why_asked = Signal(str, str, QPoint)

    def __init__(self, session: Session, node: Node, kind: LayerType) -> None:
        super().__init__()
        self._session, self.node_id, self.kind = session, node.id, kind
        self._title = ElidedLabel(node.title, "title")
        self._description = TextLabel("", tone="muted", wrap=True)
        self._problem = TextLabel("", tone="danger", wrap=True)
        self._form = ParamForm(session, [node], kind) if node.type != "input" else None
        self._data = DataForm(session, node) if node.type == "input" else None
        self.learning = LearningSection(session, [node.id])
        self.by_hand = ByHandRow(session, node.id)
        self._shape = ArithmeticLines()
        self._shape.asked.connect(lambda question, at: self.why_asked.emit(self.node_id, question, at))
        self._shape_heading = SectionHeading("Shape")
        self._pictures = LayerPictures(session, node.id)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(Pill(kind.title, role="link"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self._description)
        column.addWidget(self._problem)
        for form in (self._form, self._data):
            if form is not None:
                column.addWidget(form)
        column.addWidget(self.learning)
        column.addWidget(self.by_hand)
        column.addWidget(Separator())
        column.addWidget(self._shape_heading)
        column.addWidget(self._shape)
        column.addWidget(self._pictures)
        if node.type != "input":
            for widget in _explanation(kind):
                column.addWidget(widget)
        column.addStretch()
        self.refresh()

    def refresh(self) -> None:
        """Bring the page up to date with the session."""
        if self.node_id not in self._session.graph:
            return
        node = self._session.graph.node(self.node_id)
        self._title.setText(node.title)
        if self._form is not None:
            self._form.refresh(node)
        if self._data is not None:
            self._data.refresh(node)
        try:
            self._description.setText(self.kind.describe(self.kind.complete(node.params)))
        except ParamError as error:
            self._description.setText(str(error))
        problem = first_problem(self._session.analysis, self.node_id)
        self._problem.setText("" if problem is None else problem.message)
        self._problem.setVisible(problem is not None)
        self._problem.set_tone("muted" if problem is not None and problem.is_unfinished else "danger")
        lines = self._arithmetic()
        self._shape.set_lines(lines)
        self._shape.setVisible(bool(lines))
        self._shape_heading.setVisible(bool(lines))
        self._pictures.refresh()
        self.learning.refresh()
        self.by_hand.refresh()

    def _arithmetic(self) -> list[Line]:
        """Shape, parameters and multiply-adds worked out in numbers."""
        analysis = self._session.analysis
        report = analysis.layers.get(self.node_id) if analysis is not None else None
        if report is None or analysis is None or analysis.graph is not self._session.graph:
            return []
        params, inputs, output = report.params, report.inputs, report.output
        lines = [("shape", line) for line in self.kind.shape_arithmetic(params, inputs, output)]
        if report.parameters:
            lines.append(("parameters", f"{self.kind.parameter_arithmetic(params, inputs)} parameters"))
        if report.multiply_adds:
            steps = self.kind.multiply_add_arithmetic(params, inputs, output)
            lines.append(("multiply-adds", f"{steps} multiply-adds"))
        return lines


def _explanation(kind: LayerType) -> list[QWidget]:
    """What the layer computes, as a formula and in words, what stands in for it backwards, and whose idea it was."""
    widgets: list[QWidget] = [SectionHeading("What it computes"), Formula(kind.formula, size=15)]
    widgets.append(TextLabel(kind.explanation, tone="muted", wrap=True))
    if kind.surrogate is not None:
        widgets += [SectionHeading("Backwards"), Formula(kind.surrogate.formula, size=15)]
        widgets.append(TextLabel(kind.surrogate.explanation, tone="muted", wrap=True))
    if kind.source:
        widgets.append(TextLabel(kind.source, "small", "muted", wrap=True))
    return widgets
