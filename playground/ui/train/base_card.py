"""In Train: what the network begins with, where that is what another one has learnt, and the run without it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.graph.cutting import without_learning_marks
from playground.graph.freezing import is_frozen
from playground.ui.session import Session
from playground.ui.train.controller import TrainingController
from playground.ui.widgets.buttons import IconButton
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import count

_BESIDE = (
    "Train the same network beside this one, all of its weights drawn and none frozen: what is the base worth? It "
    "takes longer, since everything has to be computed and learnt."
)


class BaseCard(QWidget):
    """Hidden where all weights are drawn."""

    def __init__(self, session: Session, controller: TrainingController) -> None:
        super().__init__()
        self._session, self._controller = session, controller
        self.words = TextLabel("", tone="muted", wrap=True)
        self.scratch = IconButton("dice", "From scratch beside", _BESIDE)
        self.scratch.clicked.connect(self.begin_from_scratch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(SectionHeading("Beginning"))
        column.addWidget(self.words)
        column.addWidget(self.scratch)
        session.experiment_changed.connect(self.refresh)
        session.analysis_changed.connect(self.refresh)
        controller.state_changed.connect(self._show_state)
        self.refresh()

    def begin_from_scratch(self) -> None:
        """A side run of the same network with weights of its own, all of which learn alike."""
        experiment = self._session.experiment
        plain = replace(experiment, graph=without_learning_marks(experiment.graph), base=None)
        self._controller.side_runs.start("From scratch", plain, group="base")

    def refresh(self) -> None:
        """Show what the session says."""
        base = self._session.experiment.base
        self.setVisible(base is not None)
        if base is None:
            return
        frozen = self._frozen()
        words = f"Starts from what {base.title} has learnt; Reset leads back there."
        self.words.setText(f"{words} {frozen}".strip())
        self._show_state()

    def _show_state(self) -> None:
        self.scratch.setEnabled(not self._controller.obstacle)

    def _frozen(self) -> str:
        analysis, graph = self._session.analysis, self._session.graph
        if analysis is None:
            return ""
        learning = [node for node in graph if analysis.freezable(node.id)]
        held = sum(is_frozen(node, analysis.freezable(node.id)) for node in learning)
        return (
            f"{count(held)} of {count(len(learning))} layers with weights are frozen." if held else "Nothing is frozen."
        )
