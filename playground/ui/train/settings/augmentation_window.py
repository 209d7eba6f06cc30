"""The window for augmentation: what is done to the examples, and beside it what the network will really see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from playground.graph.model import ParamValue
from playground.layers import Param
from playground.train.augmentation_kinds import AUGMENTATION, copies, fitting, is_on
from playground.ui.microscopes.alive import while_alive
from playground.ui.session import Session
from playground.ui.train.settings.param_rows import ParamRows
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import count
from playground.ui.widgets.tensor_grid import TensorGrid

_SHOWN, _EACH = 6, 6
"""So many examples are shown, and so many times each."""
_TILE, _GAP = 64, 6
_FORM = 270
_SOON_MS = 40


class AugmentationWindow(QDialog):
    """Every change is an undoable edit, and takes effect at the next batch; the pictures are drawn anew."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Augmentation")
        self._session = session
        self._seed = 0
        self._shape: tuple[int, ...] = ()
        self.rows: ParamRows | None = None
        self._form = QScrollArea()
        self.pictures = TensorGrid(_TILE, _GAP)
        self.words = TextLabel("", wrap=True)
        self.again = QPushButton("Draw again")
        self.none = QPushButton("Take all away")
        self.done_button = QPushButton("Close")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._draw)
        self._lay_out()
        self.again.clicked.connect(self._draw_again)
        self.none.clicked.connect(lambda: self._apply({}, "Take augmentation away"))
        self.done_button.clicked.connect(self.accept)
        session.experiment_changed.connect(self.refresh)
        session.example_changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        self._form.setWidgetResizable(True)
        self._form.setFrameShape(QFrame.Shape.NoFrame)
        self._form.setFixedWidth(_FORM)
        left = QVBoxLayout()
        left.addWidget(self._form, 1)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(SectionHeading("What the network will see"))
        right.addWidget(self.pictures)
        right.addWidget(self.words)
        right.addStretch(1)
        self.pictures.setFixedWidth((_EACH + 1) * (_TILE + _GAP))
        body = QHBoxLayout()
        body.setSpacing(22)
        body.addLayout(left)
        body.addLayout(right, 1)
        foot = QHBoxLayout()
        for button in (self.again, self.none):
            button.setAutoDefault(False)
            foot.addWidget(button)
        foot.addStretch(1)
        self.done_button.setProperty("primary", True)
        self.done_button.setDefault(True)
        foot.addWidget(self.done_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(12)
        column.addWidget(TextLabel(AUGMENTATION.explanation, tone="muted", wrap=True))
        column.addLayout(body, 1)
        column.addLayout(foot)
        self.resize(_FORM + (_EACH + 1) * (_TILE + _GAP) + 90, 640)

    # ---- showing

    def refresh(self) -> None:
        """Show what the experiment says, for the examples of its data set."""
        shape = self._session.data_set.sample_shape
        if self.rows is None or shape != self._shape:
            self._shape = shape
            self.rows = ParamRows(fitting(shape), self._set)
            self._form.setWidget(self.rows)
        self.rows.show_values(self._session.experiment.training.augmentation)
        self.none.setEnabled(is_on(self._session.experiment.training.augmentation))
        self._soon.start()

    def _draw_again(self) -> None:
        self._seed += 1
        self._draw()

    def _draw(self) -> None:
        samples = self._session.samples
        if samples is None:
            return
        given, shape, seed = dict(self._session.experiment.training.augmentation), self._shape, self._seed
        originals = np.array(samples.x_train[:_SHOWN])

        def work() -> np.ndarray:
            return _seen(originals, given, shape, seed)

        self._session.background.run("augmentation", work, while_alive(self, self._show))

    def _show(self, seen: np.ndarray) -> None:
        """`seen` (rows, 1 + times, *shape): each example as it is, and then as it will be seen."""
        flat = seen.reshape(-1, *seen.shape[2:])
        if flat.ndim == 4 and flat.shape[1] == 3:
            self.pictures.set_maps(flat, "colour", 1.0)
        elif flat.ndim == 4:
            self.pictures.set_maps(flat[:, 0], "grey", 1.0)
        else:  # signals and lists: a strip of numbers each
            self.pictures.set_maps(flat.reshape(len(flat), -1, flat.shape[-1]), "signed")
        given = self._session.experiment.training.augmentation
        number = copies(given)
        words = "On the left each example as it is; to its right as it might be seen, differently each time."
        if not is_on(given):
            words = "Nothing is changed: every epoch shows the same examples."
        elif number > 1:
            samples = self._session.samples
            total = 0 if samples is None else len(samples.y_train)
            words += f" An epoch shows every example {number} times: {count(total * number)} in all."
        self.words.setText(words)

    # ---- edits

    def _set(self, param: Param, value: ParamValue) -> None:
        given = {**self._session.experiment.training.augmentation, param.key: value}
        self._apply(given, f"Change “{param.title.lower()}”", ("augmentation", param.key))

    def _apply(self, given: dict[str, ParamValue], label: str, merge: object = None) -> None:
        known = {param.key: param.default for param in AUGMENTATION.params}
        kept = {key: value for key, value in given.items() if value != known[key]}
        experiment = self._session.experiment
        training = replace(experiment.training, augmentation=kept)
        self._session.apply(label, replace(experiment, training=training), merge=merge)


def _seen(originals: np.ndarray, given: dict[str, ParamValue], shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Each example, and behind it how it might be seen; of several copies each once, one after the other."""
    import torch

    from playground.engine.chance import chance_from
    from playground.train.augmentation import Augmenter

    augmenter = Augmenter(given, shape)
    x = torch.tensor(originals).repeat_interleave(_EACH, dim=0)
    copy = torch.arange(_EACH).repeat(len(originals)) % augmenter.copies
    with chance_from(seed):
        seen, _ = augmenter.mix(augmenter.apply(x, copy))
    rows = seen.reshape(len(originals), _EACH, *originals.shape[1:]).numpy()
    return np.concatenate([originals[:, np.newaxis], rows], axis=1)
