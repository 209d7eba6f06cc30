"""The page of the data browser where a set is divided: ratio, folds, subset, wrong labels, shuffled pixels."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from playground.data.split import MOST_FOLDS
from playground.ui.data.division_map import DivisionMap
from playground.ui.data.looked import PARTS, Looked
from playground.ui.data.part_legend import PartLegend
from playground.ui.data.shuffle_preview import ShufflePreview
from playground.ui.session import Session
from playground.ui.widgets.buttons import icon_tool_button
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import IntegerField
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import count

FEWEST = 10
"""Examples to learn from, at the left end of the slider."""
_STEPS = 200
_CONTROLS, _FIELD = 262, 104
_SOON_MS = 90


class DivisionPage(QWidget):
    """Every change is an undoable edit. Of a set that the network does not learn from nothing can be changed."""

    example_chosen = Signal(bool, int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._looked: Looked | None = None
        self._showing = False
        self._total = FEWEST
        self._wanted: dict[str, float] = {}
        """What sliders say that is not in the document yet."""
        self.map = DivisionMap()
        self.map.example_chosen.connect(self.example_chosen)
        self.legend = PartLegend()
        self.words = TextLabel("", tone="muted", wrap=True)
        self.problem = TextLabel("", tone="danger", wrap=True)
        self._make_split()
        self._make_changes()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._take_sliders)
        self._lay_out()

    def _make_split(self) -> None:
        self.validation = IntegerField(0, 90)
        self.validation.setSuffix(" %")
        self.validation.valueChanged.connect(lambda value: self._set("validation_fraction", value / 100))
        self.folds = IntegerField(0, MOST_FOLDS)
        self.folds.setSpecialValueText("off")
        self.folds.valueChanged.connect(self._set_folds)
        self.fold = IntegerField(1, MOST_FOLDS)
        self.fold.valueChanged.connect(lambda value: self._set("fold", value))
        self.seed = IntegerField(0, 2**31 - 1)
        self.seed.valueChanged.connect(self._set_seed)
        self.train_size = IntegerField(0, 10_000_000)
        self.train_size.setSpecialValueText("all")
        self.train_size.setGroupSeparatorShown(True)
        self.train_size.valueChanged.connect(lambda value: self._set("train_size", value))
        self.train_size_slider = _slider("Examples to learn from")
        self.train_size_slider.valueChanged.connect(lambda at: self._slide("train_size", size_at(at, self._total)))
        self.rows = {
            "validation": FieldRow("Validation", self.validation, "The part of the examples that is held back."),
            "folds": FieldRow(
                "Folds",
                self.folds,
                "Cross-validation: the examples are divided into so many parts, and each is held back once. 5 or 10 "
                "are usual.",
            ),
            "fold": FieldRow("Held back", self.fold, "Which of the parts is for validation now."),
            "seed": FieldRow(
                "Seed",
                self.seed,
                "Decides by chance which examples go where. It is the seed of the whole experiment: starting weights "
                "change with it.",
            ),
            "size": FieldRow(
                "Learn from", self.train_size, "From how many examples at most; with few a network overfits."
            ),
        }
        for field in (self.validation, self.folds, self.fold, self.seed, self.train_size):
            field.setFixedWidth(_FIELD)

    def _make_changes(self) -> None:
        self.noise = IntegerField(0, 100)
        self.noise.setSuffix(" %")
        self.noise.setFixedWidth(_FIELD)
        self.noise.valueChanged.connect(lambda value: self._set("label_noise", value / 100))
        self.noise_slider = _slider("Wrong labels")
        self.noise_slider.setRange(0, 100)
        self.noise_slider.valueChanged.connect(lambda percent: self._slide("label_noise", percent / 100))
        self.rows["noise"] = FieldRow(
            "Wrong labels",
            self.noise,
            "This part of the training examples gets another class, drawn by chance. A large network learns even these "
            "by heart; validation and test keep the truth.",
        )
        self.shuffle = QCheckBox("Shuffle the pixels")
        self.shuffle.setToolTip(
            "The pixels of every example stand in one other order, the same for all. A dense network does not mind; a "
            "convolution, which looks at neighbours, does."
        )
        self.shuffle.toggled.connect(lambda on: self._set("permuted", 1 if on else 0))
        self.again = icon_tool_button("dice", "Another order")
        self.again.clicked.connect(lambda: self._set("permuted", self._session.experiment.data.permuted + 1))
        self.preview = ShufflePreview()

    def _lay_out(self) -> None:
        left = QWidget()
        left.setFixedWidth(_CONTROLS)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(SectionHeading("Division"))
        for name in ("validation", "folds", "fold", "seed"):
            column.addWidget(self.rows[name])
        column.addSpacing(10)
        column.addWidget(self.rows["size"])
        column.addWidget(self.train_size_slider)
        column.addSpacing(14)
        column.addWidget(SectionHeading("On purpose"))
        column.addWidget(self.rows["noise"])
        column.addWidget(self.noise_slider)
        shuffling = QHBoxLayout()
        shuffling.addWidget(self.shuffle, 1)
        shuffling.addWidget(self.again)
        column.addSpacing(6)
        column.addLayout(shuffling)
        column.addWidget(self.preview)
        column.addStretch(1)
        self._controls = left
        right = QVBoxLayout()
        right.setSpacing(10)
        for widget in (self.legend, self.words, self.problem):
            right.addWidget(widget)
        right.addWidget(self.map, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        row.addWidget(left)
        row.addLayout(right, 1)

    # ---- showing

    def show_looked(self, looked: Looked, *, is_chosen: bool) -> None:
        """Show how a set is divided; `is_chosen`: the network learns from it."""
        self._looked, self._showing = looked, True
        settings, division = looked.settings, looked.division
        held = 0 if division is None else len(division.validation)
        self._total = max(FEWEST, len(looked.samples.y_train) - held)
        self.validation.setValue(round(100 * settings.validation_fraction))
        self.folds.setValue(settings.folds)
        self.fold.setMaximum(max(1, settings.folds))
        self.fold.setValue(settings.fold)
        self.seed.setValue(looked.seed)
        if "train_size" not in self._wanted:
            self.train_size.setValue(settings.train_size)
            self.train_size_slider.setValue(position_of(settings.train_size, self._total))
        if "label_noise" not in self._wanted:
            self.noise.setValue(round(100 * settings.label_noise))
            self.noise_slider.setValue(round(100 * settings.label_noise))
        self.shuffle.setChecked(settings.permuted > 0)
        self.rows["validation"].setVisible(settings.folds == 0)
        self.rows["fold"].setVisible(settings.folds > 0)
        for widget in (self.rows["noise"], self.noise_slider):
            widget.setVisible(len(looked.data.classes) > 1 and not looked.data.is_gallery)
        can_shuffle = math.prod(looked.data.sample_shape) > 2
        self.shuffle.setVisible(can_shuffle)
        self.shuffle.setText("Shuffle the pixels" if len(looked.data.sample_shape) == 3 else "Shuffle the numbers")
        self.again.setVisible(can_shuffle and settings.permuted > 0)
        self.preview.show_pair(looked.plain_example, looked.samples.x_test[0])
        self._controls.setEnabled(is_chosen and not looked.data.is_gallery)
        self._showing = False
        self._show_words(looked, is_chosen)
        self.map.show_looked(looked)

    def _show_words(self, looked: Looked, is_chosen: bool) -> None:
        counts = {name: len(looked.parts[name]) for name in PARTS if name in looked.parts and len(looked.parts[name])}
        self.legend.show_parts(counts, 0 if looked.division is None else len(looked.division.wrong))
        self.words.setText(rule_of(looked, is_chosen=is_chosen))
        self.problem.setText(looked.problem)
        self.problem.setVisible(bool(looked.problem))

    # ---- edits

    def _set(self, name: str, value: Any) -> None:
        experiment = self._session.experiment
        if self._showing or getattr(experiment.data, name) == value:
            return
        data = replace(experiment.data, **{name: value})
        self._session.apply(_LABELS[name], replace(experiment, data=data), merge=("data", name))

    def _set_folds(self, folds: int) -> None:
        experiment = self._session.experiment
        if self._showing or folds == experiment.data.folds:
            return
        self.fold.setMaximum(max(1, folds))
        folds = 2 if folds == 1 and experiment.data.folds == 0 else 0 if folds == 1 else folds
        data = replace(experiment.data, folds=folds, fold=min(experiment.data.fold, max(1, folds)))
        self._session.apply(_LABELS["folds"], replace(experiment, data=data), merge=("data", "folds"))

    def _set_seed(self, seed: int) -> None:
        experiment = self._session.experiment
        if not self._showing and seed != experiment.seed:
            self._session.apply("Change the seed", replace(experiment, seed=seed), merge="seed")
            self._session.reset_weights()

    def _slide(self, name: str, value: float) -> None:
        """Show at once what a slider says; the edit follows when it rests for a moment."""
        if self._showing:
            return
        self._wanted[name] = value
        self._showing = True
        if name == "train_size":
            self.train_size.setValue(int(value))
        else:
            self.noise.setValue(round(100 * value))
        self._showing = False
        self._soon.start()

    def _take_sliders(self) -> None:
        wanted, self._wanted = self._wanted, {}
        for name, value in wanted.items():
            self._set(name, value)


_LABELS = {
    "validation_fraction": "Change the validation part",
    "folds": "Change the folds",
    "fold": "Change the fold",
    "train_size": "Change the number of examples",
    "label_noise": "Change the wrong labels",
    "permuted": "Shuffle the pixels",
}


def size_at(position: int, total: int) -> int:
    """How many examples the slider means: 10 at its left end, ever larger steps, and 0 (all) at its right end."""
    if position >= _STEPS:
        return 0
    return min(total, round(FEWEST * (total / FEWEST) ** (position / _STEPS)))


def position_of(size: int, total: int) -> int:
    """Where the slider stands for so many examples."""
    if size == 0 or size >= total:
        return _STEPS
    if size <= FEWEST:
        return 0
    return min(_STEPS - 1, round(_STEPS * math.log(size / FEWEST) / math.log(total / FEWEST)))


def rule_of(looked: Looked, *, is_chosen: bool) -> str:
    """By which rule examples are divided, in words."""
    samples, data = looked.samples, looked.data
    if data.is_gallery:
        return "These examples are there to be looked at: a network cannot learn from them."
    if samples.shared_steps:
        rule = "In the order of time: the latest are held back, and what would give them away is left out."
    elif samples.belongs_to is not None:
        rule = "All beats of one person go to the same part, since they resemble each other."
    elif data.classes:
        rule = "Stratified: every class has its share in each part. Which example goes where is drawn by chance."
    else:
        rule = "Which example goes where is drawn by chance."
    if looked.settings.folds:
        rule += f" Fold {looked.settings.fold} of {looked.settings.folds} is held back."
    if looked.settings.train_size and len(looked.parts.get("left out", ())):
        rule += f" {count(len(looked.parts['left out']))} examples are not used."
    return rule if is_chosen else f"{rule} Use this set for the network to change its division."


def _slider(name: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setAccessibleName(name)
    slider.setRange(0, _STEPS)
    slider.setPageStep(10)
    return slider
