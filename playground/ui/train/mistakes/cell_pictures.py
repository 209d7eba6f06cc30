"""The window that a cell of the confusion matrix opens: the examples that are counted in it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QVBoxLayout, QWidget

from playground.data import DataError
from playground.train.events import Mistakes
from playground.ui.microscopes.alive import while_alive
from playground.ui.session import Session
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.numbers import count
from playground.ui.widgets.tensor_grid import TensorGrid

MOST = 120
_TILE, _GAP, _ACROSS = 64, 6, 8


class CellPictures(QDialog):
    """The validation examples of one true class that the network took for one class, as they were counted."""

    def __init__(self, session: Session, mistakes: Mistakes, true: int, named: int, when: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        classes = session.data_set.classes
        self.setWindowTitle(f"{classes[true]}, taken for {classes[named]}" if true != named else classes[true])
        self.words = TextLabel("Fetching the examples …", wrap=True)
        self.pictures = TensorGrid(_TILE, _GAP)
        self.pictures.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area = QScrollArea()
        area.setWidget(self.pictures)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addWidget(area, 1)
        self.resize(_ACROSS * (_TILE + _GAP) + 60, 420)
        rows = np.flatnonzero((mistakes.true == true) & (mistakes.named == named))
        verdict = "recognised" if true == named else f"taken for {classes[named]}"
        of = count(int((mistakes.true == true).sum()))
        self._said = f"{count(len(rows))} of {of} examples of {classes[true]} are {verdict}, {when}."
        if len(rows) > MOST:
            self._said += f" The first {MOST} are shown."
        experiment = session.experiment

        def work() -> np.ndarray:
            from playground.train.preparation import split_for

            examples = split_for(experiment).x_validation
            return examples[rows[:MOST]] if len(rows) and rows.max() < len(examples) else examples[:0]

        session.background.run("cell", work, while_alive(self, self._show), while_alive(self, self._on_failed))

    def _show(self, examples: np.ndarray) -> None:
        self.words.setText(self._said)
        if examples.ndim == 4 and examples.shape[1] == 3:
            self.pictures.set_maps(examples, "colour", 1.0)
        elif examples.ndim == 4:
            self.pictures.set_maps(examples[:, 0], "grey", 1.0)
        elif len(examples):  # signals and lists: their numbers as a strip
            self.pictures.set_maps(examples.reshape(len(examples), -1, examples.shape[-1]), "signed")

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, DataError | OSError):
            raise error
        self.words.set_tone("danger")
        self.words.setText(str(error))
