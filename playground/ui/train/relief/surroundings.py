"""Buttons of Train: to the loss landscape, the race of optimizers, and the experiments of the lectures."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.ui.session import Session
from playground.ui.train.controller import TrainingController
from playground.ui.train.relief.door import show_landscape, show_race
from playground.ui.widgets.headings import SectionHeading

LANDSCAPE_TIP = "What the loss would be if the weights were elsewhere, and the way that the run took through it"
EXPERIMENTS_TIP = "Networks that answer a question of the lectures side by side, one click each"
RACE_TIP = "Let SGD, momentum, RMSprop, Adam and others walk down a surface from one start"


class Surroundings(QWidget):
    """A heading and the buttons; the windows are imported when they are wanted."""

    def __init__(self, session: Session, controller: TrainingController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._controller = session, controller
        self.landscape, self.race = QPushButton("Landscape…"), QPushButton("Optimizer race…")
        row = QHBoxLayout()
        row.setSpacing(6)
        for button, tip, act in (
            (self.landscape, LANDSCAPE_TIP, self.open_landscape),
            (self.race, RACE_TIP, self.open_race),
        ):
            button.setToolTip(tip)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(act)
            row.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(6)
        column.addWidget(SectionHeading("Look around"))
        column.addLayout(row)
        self.experiments = QPushButton("Experiments of the lectures…")
        self.experiments.setToolTip(EXPERIMENTS_TIP)
        self.experiments.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.experiments.clicked.connect(controller.lecture.gallery_requested)
        column.addWidget(self.experiments)

    def open_landscape(self) -> None:
        """The loss around the present weights."""
        show_landscape(self._session, self._controller, self.window())

    def open_race(self) -> None:
        """Optimizers side by side on one surface."""
        show_race(self._session, self._controller, self.window())
