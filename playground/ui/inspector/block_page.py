"""The inspector with a block selected: what it is, what goes in and out, and what is inside."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.graph import blocks
from playground.ui.canvas import block_commands
from playground.ui.canvas.dress import contents, first_problem
from playground.ui.inspector.learning_section import LearningSection
from playground.ui.session import Session
from playground.ui.widgets.field_row import FIELD_WIDTH, FieldRow
from playground.ui.widgets.fields import IntegerField
from playground.ui.widgets.headings import ElidedLabel, SectionHeading, Separator, TextLabel
from playground.ui.widgets.numbers import count, million, shape_text
from playground.ui.widgets.pill import Pill
from playground.zoo import UnknownTemplate, template

_MOST_LISTED = 40


class BlockPage(QWidget):
    """Everything about one block."""

    def __init__(self, session: Session, block_id: str) -> None:
        super().__init__()
        self._session, self.block_id = session, block_id
        self._title = ElidedLabel("", "title")
        self._contents = TextLabel("", tone="muted", wrap=True)
        self._problem = TextLabel("", tone="danger", wrap=True)
        self._open = QPushButton()
        self._open.clicked.connect(self._toggle)
        self._copies = IntegerField(1, blocks.MOST_REPEATS)
        self._copies.setFixedWidth(FIELD_WIDTH)
        self._copies.valueChanged.connect(self._repeat)
        self._repeats = FieldRow("Copies in a row", self._copies, "Each copy is fed by the one before it.")
        self.learning = LearningSection(session, [block_id])
        self._numbers = TextLabel("", "mono", wrap=True, selectable=True)
        self._layers = TextLabel("", "mono_small", "muted", wrap=True, selectable=True)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(Pill("Block", role="link"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addLayout(top)
        for widget in (self._contents, self._problem, self._open, self._repeats, self.learning, Separator()):
            column.addWidget(widget)
        column.addWidget(SectionHeading("In and out"))
        column.addWidget(self._numbers)
        for widget in self._idea():
            column.addWidget(widget)
        column.addWidget(SectionHeading("Inside"))
        column.addWidget(self._layers)
        column.addStretch()
        self.refresh()

    def _idea(self) -> list[QWidget]:
        """What a block from the palette is for."""
        try:
            found = template(self._session.graph.block(self.block_id).kind)
        except UnknownTemplate:
            return []
        return [
            SectionHeading("What it is for"),
            TextLabel(found.idea, tone="muted", wrap=True),
            TextLabel(found.source, "small", "muted", wrap=True),
        ]

    def refresh(self) -> None:
        """Bring the page up to date with the session."""
        graph = self._session.graph
        if self.block_id not in graph.block_by_id:
            return
        block, members = graph.block(self.block_id), graph.members[self.block_id]
        self._title.setText(block.title)
        self._contents.setText(contents(graph, self.block_id))
        self._open.setText("Close block" if block.is_open else "Open block")
        self._repeats.setVisible(block.kind == blocks.REPEATED)
        self._copies.blockSignals(True)
        self._copies.setValue(block_commands.copies(graph, self.block_id))
        self._copies.blockSignals(False)
        analysis = self._session.analysis
        wrong = (first_problem(analysis, node) for node in members)
        problem = next((found for found in wrong if found is not None and not found.is_warning), None)
        self._problem.setText("" if problem is None else problem.message)
        self._problem.setVisible(problem is not None)
        self.learning.refresh()
        self._numbers.setText(self._sizes())
        inner = [found.title for found in graph.blocks if found.parent == self.block_id]
        inner += [node.title for node in graph.nodes if node.block == self.block_id]
        more = f" … and {len(inner) - _MOST_LISTED} more" if len(inner) > _MOST_LISTED else ""
        self._layers.setText(" · ".join(inner[:_MOST_LISTED]) + more)

    def _sizes(self) -> str:
        """Shapes on the border, parameters and multiply-adds within."""
        graph, analysis = self._session.graph, self._session.analysis
        if analysis is None:
            return ""
        reports = [analysis.layers[node] for node in graph.members[self.block_id] if node in analysis.layers]
        entering, leaving = blocks.ends(graph, self.block_id)
        shapes = [
            " and ".join(shape_text(analysis.layers[node].output) for node in nodes if node in analysis.layers)
            for nodes in (entering, leaving)
        ]
        lines = [f"{shapes[0] or '?'} → {shapes[1] or '?'}"]
        lines.append(f"{count(sum(report.parameters for report in reports))} parameters")
        lines.append(f"{million(sum(report.multiply_adds for report in reports))} multiply-adds")
        return "\n".join(lines)

    def _toggle(self) -> None:
        is_open = self._session.graph.block(self.block_id).is_open
        block_commands.set_open(self._session, [self.block_id], not is_open)

    def _repeat(self, times: int) -> None:
        block_commands.repeat(self._session, self.block_id, times)
