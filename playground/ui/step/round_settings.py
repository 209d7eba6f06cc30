"""The panel "This round": the example, the mini-batch, the target, and how the network learns from them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QVBoxLayout, QWidget

from playground.graph.experiment import TrainingSettings
from playground.train.methods import METHODS
from playground.ui.session import Session
from playground.ui.step.panel_above import PanelAbove
from playground.ui.step.recording import COMPANIONS, LARGEST_BATCH, most_together, needs_companions
from playground.ui.step.target_rows import TargetRows
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import ChoiceField, DecimalField, IntegerField
from playground.ui.widgets.headings import SectionHeading, TextLabel

_WIDTH, _FIELD = 356, 148
_TRAINING, _IN_USE = "as in training", "as in use"


class RoundSettings(PanelAbove):
    """Every change is an undoable edit of the experiment, except which example is shown. The station stays."""

    def __init__(self, session: Session, host: QWidget, anchor: QAbstractButton) -> None:
        super().__init__(host, anchor, _WIDTH)
        self._session = session
        self._showing = False
        self.example = IntegerField(1, 1)
        self.example.setGroupSeparatorShown(True)
        self.batch = IntegerField(1, LARGEST_BATCH)
        self.target = TargetRows(session, _FIELD)
        self.method = ChoiceField(tuple(method.title for method in METHODS.values()))
        self.rate = DecimalField(0.0, 1000.0)
        self.momentum = DecimalField(0.0, 0.9999)
        self.nesterov = QCheckBox()
        self.decay = DecimalField(0.0, 100.0)
        self.behaviour = ChoiceField((_TRAINING, _IN_USE))
        self.words = TextLabel("", "small", "muted", wrap=True)
        self.problem = TextLabel("", "small", "danger", wrap=True)
        self._make_rows()
        self._lay_out()
        self._connect()

    def _make_rows(self) -> None:
        self.example_row = FieldRow("Example", self.example, "Which of the test examples goes through the network.")
        self.batch_row = FieldRow(
            "Examples together",
            self.batch,
            "The mini-batch: the shown example and those behind it. The loss, and with it every gradient, is the mean "
            "over all of them; forward numbers are those of the shown example.",
        )
        self.method_row = FieldRow("Method", self.method, "How a gradient becomes a step.", "optimizer")
        self.rate_row = FieldRow("Learning rate", self.rate, "How large the steps are.", "lr")
        self.momentum_row = FieldRow(
            "Momentum", self.momentum, "How much of the last step’s direction the next one keeps: 0 none.", "momentum"
        )
        nesterov = next(param for param in METHODS["sgd"].params if param.key == "nesterov")
        self.nesterov_row = FieldRow(nesterov.title, self.nesterov, nesterov.help, "nesterov")
        self.decay_row = FieldRow(
            "Weight decay", self.decay, "Draws every weight a little towards 0 (L2); 0 is off.", "weight_decay"
        )
        self.behaviour_row = FieldRow(
            "Behaviour",
            self.behaviour,
            "As in training, dropout drops numbers and batch norm looks at the batch. As in use, nothing is dropped "
            "and batch norm takes its running averages.",
            "train() or eval()",
        )

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 13, 16, 14)
        column.setSpacing(0)
        for heading, rows in (
            ("This round", (self.example_row, self.batch_row, self.target)),
            ("How it learns", (self.method_row, self.rate_row, self.momentum_row, self.nesterov_row, self.decay_row)),
            ("Dropout and batch norm", (self.behaviour_row,)),
        ):
            column.addWidget(SectionHeading(heading))
            column.addSpacing(3)
            for row in rows:
                column.addWidget(row)
            column.addSpacing(10)
        column.addWidget(self.words)
        column.addWidget(self.problem)
        for field in (self.example, self.batch, self.method, self.rate, self.momentum, self.decay, self.behaviour):
            field.setFixedWidth(_FIELD)

    def _connect(self) -> None:
        session = self._session
        self.example.valueChanged.connect(self._show_example)
        self.batch.valueChanged.connect(self._set_batch)
        self.method.activated.connect(lambda index: self._choose_method(list(METHODS)[index]))
        self.rate.valueChanged.connect(lambda value: self._set_training("learning_rate", value))
        self.momentum.valueChanged.connect(lambda value: self._set_training("momentum", value))
        self.nesterov.clicked.connect(self._set_nesterov)
        self.decay.valueChanged.connect(lambda value: self._set_training("weight_decay", value))
        self.behaviour.activated.connect(lambda index: self._set_behaviour(training=index == 0))
        self.target.refused.connect(self._refuse)
        self.target.changed.connect(self._grow)
        for signal in (session.experiment_changed, session.example_changed, session.analysis_changed):
            signal.connect(self._on_changed)

    def focus_first(self) -> None:
        first = self.example if self.example.isEnabled() else self.method
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    # ---- edits

    def _show_example(self, number: int) -> None:
        if not self._showing:
            self._session.show_example(number - 1)

    def _set_batch(self, count: int) -> None:
        if not self._showing:
            experiment = replace(self._session.experiment, step_batch=count)
            self._session.apply(f"Step {count} examples together", experiment, merge="step_batch")

    def _set_behaviour(self, *, training: bool) -> None:
        label = f"Step {_TRAINING if training else _IN_USE}"
        self._session.apply(label, replace(self._session.experiment, step_training=training))

    def _set_training(self, name: str, value: Any) -> None:
        if not self._showing:
            experiment = self._session.experiment
            training = replace(experiment.training, **{name: value})
            if name == "momentum" and not value:  # Nesterov’s look ahead would have nowhere to look
                training = _with_nesterov(training, on=False)
            label = f"Change the {name.replace('_', ' ')}"
            self._session.apply(label, replace(experiment, training=training), merge=("training", name))

    def _set_nesterov(self, on: bool) -> None:
        experiment = self._session.experiment
        training = _with_nesterov(experiment.training, on=on)
        label = "Look ahead by Nesterov" if on else "Momentum without looking ahead"
        self._session.apply(label, replace(experiment, training=training))

    def _choose_method(self, key: str) -> None:
        experiment = self._session.experiment
        params = METHODS[key].keep_known(experiment.training.optimizer_params)
        training = replace(experiment.training, optimizer=key, optimizer_params=params)
        self._session.apply("Change the method", replace(experiment, training=training))

    def _refuse(self, words: str) -> None:
        if words != self.problem.text():
            self.problem.setText(words)
            self.problem.setVisible(bool(words))
            self._grow()

    # ---- showing

    def _on_changed(self) -> None:
        if self.isVisible():
            self.refresh()

    def _grow(self) -> None:
        if self.isVisible():
            self.appear()

    def refresh(self) -> None:
        self._showing = True
        session, experiment = self._session, self._session.experiment
        training, analysis = experiment.training, session.analysis
        self.example.setRange(1, max(1, session.example_count))
        self.example.setValue(session.example_index + 1)
        self.example.setEnabled(session.example_count > 1)
        most = LARGEST_BATCH if analysis is None else min(most_together(analysis), max(1, session.example_count))
        self.batch.setRange(1, most)
        self.batch.setValue(min(most, experiment.step_batch))
        self.batch.setEnabled(most > 1)
        self.target.refresh()
        method = METHODS.get(training.optimizer)
        if method is not None:
            self.method.setCurrentText(method.title)
            self.method_row.set_help(method.explanation, "optimizer")
        self.momentum_row.setVisible(training.optimizer == "sgd")
        self.nesterov_row.setVisible(training.optimizer == "sgd" and training.momentum > 0)
        self.nesterov.setChecked(bool(training.optimizer_params.get("nesterov")))
        self.rate.setValue(training.learning_rate)
        self.momentum.setValue(training.momentum)
        self.decay.setValue(training.weight_decay)
        self.behaviour.setCurrentIndex(0 if experiment.step_training else 1)
        self.words.setText(self._words(most))
        self.words.setVisible(bool(self.words.text()))
        self.problem.setVisible(bool(self.problem.text()))
        self._showing = False
        self._grow()

    def _words(self, most: int) -> str:
        """What the settings mean for the numbers on screen."""
        session, experiment = self._session, self._session.experiment
        analysis = session.analysis
        sentences: list[str] = []
        if analysis is not None:
            if experiment.step_batch > 1:
                sentences.append("The loss and all gradients are means over the mini-batch.")
            elif experiment.step_training and needs_companions(analysis):
                sentences.append(f"Batch norm needs others beside the example: up to {COMPANIONS} go with it.")
            if 1 < most < min(LARGEST_BATCH, session.example_count):
                sentences.append(f"Of this network {most} examples together are what memory is kept for.")
        return " ".join(sentences)


def _with_nesterov(training: TrainingSettings, *, on: bool) -> TrainingSettings:
    """The settings with or without Nesterov's look ahead, which goes with no dampening."""
    gone = ("nesterov", "dampening") if on else ("nesterov",)
    kept = {key: value for key, value in training.optimizer_params.items() if key not in gone}
    return replace(training, optimizer_params={**kept, "nesterov": True} if on else kept)
