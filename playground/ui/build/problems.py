"""The list of problems: click one to go there, press a button to repair it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.widgets.headings import TextLabel

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis, Problem


class _Row(QWidget):
    """One problem: a coloured mark, the sentence, the repairs."""

    chosen = Signal(str)

    def __init__(self, session: Session, problem: Problem) -> None:
        super().__init__()
        self._problem = problem
        self.setCursor(Qt.CursorShape.PointingHandCursor if problem.node else Qt.CursorShape.ArrowCursor)
        text = TextLabel(problem.message, wrap=True)
        text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(22, 3, 4, 3)
        layout.addWidget(text, 1)
        for repair in problem.repairs:
            button = QPushButton(repair.label)
            button.clicked.connect(lambda _checked=False, fix=repair: session.edit(fix.label, fix.apply(session.graph)))
            layout.addWidget(button)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        unfinished = self._problem.is_unfinished
        colour = theme.muted if unfinished else theme.warning if self._problem.is_warning else theme.danger
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QRectF(6, self.height() / 2 - 4, 8, 8))
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._problem.node is not None:
            self.chosen.emit(self._problem.node)


class ProblemList(QScrollArea):
    """Every problem of the network, the gravest first."""

    layer_chosen = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Problems of the network")

    def show_analysis(self, analysis: Analysis) -> None:
        """Fill the list."""
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 8)
        column.setSpacing(2)
        problems = sorted(analysis.problems, key=lambda problem: (problem.is_warning, problem.is_unfinished))
        for problem in problems:
            row = _Row(self._session, problem)
            row.chosen.connect(self.layer_chosen)
            column.addWidget(row)
        if not problems:
            text = "Nothing is wrong: the network can be stepped through and trained." if len(analysis.graph) else ""
            column.addWidget(TextLabel(text, tone="muted"))
        column.addStretch()
        self.setWidget(inside)
