"""The inspector with no layer selected: the network as a whole."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.ui.inspector.answer import Answer
from playground.ui.inspector.by_hand_row import ByHandRow
from playground.ui.session import Session
from playground.ui.widgets.headings import SectionHeading, Separator, TextLabel, TitleLabel
from playground.ui.widgets.legend import SignLegend
from playground.ui.widgets.numbers import count, million, shape_text


class Overview(QWidget):
    """Sizes and totals, and what the canvas understands."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._title = TitleLabel("The network")
        self._text = TextLabel("", tone="muted", wrap=True)
        self._numbers = TextLabel("", "mono", wrap=True, selectable=True)
        self._answer = Answer(session)
        self.by_hand = ByHandRow(session)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addWidget(self._numbers)
        column.addWidget(self._answer)
        column.addWidget(self.by_hand)
        column.addWidget(Separator())
        column.addWidget(SectionHeading("Colours of numbers"))
        column.addWidget(SignLegend())
        column.addWidget(Separator())
        column.addWidget(SectionHeading("On the canvas"))
        for line in (
            "Drag from a port to another port to wire them; drop a wire in the open to add a layer there.",
            "Drop a layer onto a wire to insert it, or right of a card to connect it.",
            "Double click an empty place to search for a layer. F2 renames, Delete removes, Ctrl+D duplicates.",
            "The wheel zooms, the middle button moves the view, Ctrl+0 shows everything.",
        ):
            column.addWidget(TextLabel(line, tone="muted", wrap=True))
        column.addStretch()
        self.refresh()

    def refresh(self) -> None:
        """Bring the page up to date with the session."""
        self._answer.refresh()
        self.by_hand.refresh()
        analysis = self._session.analysis
        data = self._session.data_set
        if analysis is None or not len(self._session.graph):
            self._text.setText("Nothing here yet. Select a layer to see its settings, its arithmetic and its output.")
            self._numbers.setText("")
            return
        self._text.setText(f"{len(analysis.graph)} layers on {data.title}. Select one to see its settings and output.")
        shapes = ""
        if analysis.input_shape is not None and analysis.output_shape is not None:
            shapes = f"{shape_text(analysis.input_shape)} → {shape_text(analysis.output_shape)}\n"
        frozen = analysis.frozen_parameters(self._session.graph)
        held = f", {count(frozen)} frozen" if frozen else ""
        totals = f"{count(analysis.parameters)} parameters{held}\n{million(analysis.multiply_adds)} multiply-adds"
        self._numbers.setText(shapes + totals)
