"""What stands in the place of the curves before there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from playground.ui.widgets.headings import TextLabel

if TYPE_CHECKING:
    from playground.ui.train.controller import TrainingController


class WaitingHint(QWidget):
    """Says what to press, and offers an experiment that was made to be looked at."""

    def __init__(self, controller: TrainingController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = TextLabel("Press Play: the curves are drawn here while the network learns.", "small", "muted")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.experiments = QPushButton("Or begin with an experiment of the lectures…")
        self.experiments.setProperty("quiet", True)
        self.experiments.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.experiments.setToolTip("Networks that overfit on purpose, that are too deep, that begin badly …")
        self.experiments.clicked.connect(controller.lecture.gallery_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addWidget(self.experiments, 0, Qt.AlignmentFlag.AlignCenter)
