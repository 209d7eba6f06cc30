"""The folded part of the settings: what a method can be set to, schedule, limits, early stopping, starting weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.engine.choice import Choice
from playground.engine.initialisers import INITIALISERS
from playground.graph.model import ParamValue
from playground.layers import Param
from playground.train.advanced import (
    BATCH_MODE,
    CHECKPOINTS,
    CLASS_WEIGHT,
    LIMITS,
    PRECISION,
    SPLIT,
    STOPPING,
    WARMUP,
)
from playground.train.methods import METHODS
from playground.train.schedule_kinds import HAS_OWN_WARMUP, SCHEDULES
from playground.ui.session import Session
from playground.ui.train.controller import TrainingController
from playground.ui.train.settings.param_rows import FIELD, ChoiceRows, ParamRows
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import ChoiceField
from playground.ui.widgets.headings import SectionHeading


class AdvancedForm(QWidget):
    """Every change is an undoable edit of the experiment, and takes effect at the next batch where it can."""

    def __init__(self, session: Session, controller: TrainingController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._controller = session, controller
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.method_heading = SectionHeading("Method in detail")
        self.method = ChoiceRows(None)
        self._add(self.method_heading, self.method)
        self.schedule, self.schedule_row = _choice("Schedule", SCHEDULES, "schedule")
        self.schedule.activated.connect(lambda index: self._choose_schedule(list(SCHEDULES)[index]))
        self.schedule_rows = ChoiceRows(self.schedule_row)
        self.warmup = ParamRows(WARMUP, self._set)
        self._add(SectionHeading("Rate over time"), self.schedule_rows, self.warmup)
        self.limits = ParamRows(LIMITS, self._set)
        self._add(SectionHeading("Penalty and limits"), self.limits)
        self.stopping = ParamRows(STOPPING, self._set)
        self._add(SectionHeading("Early stopping"), self.stopping)
        self.initialiser, self.initialiser_row = _choice("Drawn", INITIALISERS, "torch.nn.init")
        self.initialiser.activated.connect(lambda index: self._choose_initialiser(list(INITIALISERS)[index]))
        self.initialiser_rows = ChoiceRows(self.initialiser_row)
        self._add(SectionHeading("Starting weights"), self.initialiser_rows)
        self.batch_mode = ParamRows(BATCH_MODE, self._set)
        self.class_weights = ParamRows(CLASS_WEIGHT, self._set)
        self._add(SectionHeading("Batches and classes"), self.batch_mode, self.class_weights)
        self.checkpoints, self.precision = ParamRows(CHECKPOINTS, self._set), ParamRows(PRECISION, self._set)
        self._add(SectionHeading("Safety and speed"), self.checkpoints, self.precision)
        self.split = ParamRows(SPLIT, self._set_split)
        self._add(SectionHeading("Examples"), self.split)

    def _add(self, heading: SectionHeading, *rows: QWidget) -> None:
        self._column.addWidget(heading)
        self._column.addSpacing(2)
        for row in rows:
            self._column.addWidget(row)
        self._column.addSpacing(12)

    # ---- showing

    def refresh(self) -> None:
        """Show what the experiment says."""
        training = self._session.experiment.training
        values: Mapping[str, Any] = vars(training)
        method = METHODS.get(training.optimizer)
        params = () if method is None else method.params
        self.method.show_params(training.optimizer, params, training.optimizer_params, self._set_in("optimizer"))
        for widget in (self.method_heading, self.method):
            widget.setVisible(bool(params))
        _show(self.schedule, self.schedule_row, SCHEDULES, training.schedule, "lr_scheduler")
        of_schedule = SCHEDULES[training.schedule].params if training.schedule in SCHEDULES else ()
        change = self._set_in("schedule")
        self.schedule_rows.show_params(training.schedule, of_schedule, training.schedule_params, change)
        self.warmup.setVisible(training.schedule not in HAS_OWN_WARMUP)
        _show(self.initialiser, self.initialiser_row, INITIALISERS, training.initialiser, "torch.nn.init")
        of_start = INITIALISERS[training.initialiser].params if training.initialiser in INITIALISERS else ()
        start = (training.initialiser, of_start, training.initialiser_params)
        self.initialiser_rows.show_params(*start, self._set_in_initialiser)
        for rows in (
            *(self.warmup, self.limits, self.stopping, self.batch_mode, self.class_weights),
            *(self.checkpoints, self.precision),
        ):
            rows.show_values(values)
        data = self._session.experiment.data
        self.split.show_values(vars(data))
        described = self._session.data_set
        self.split.rows["label_noise"].setVisible(bool(described.classes))
        self.split.rows["permuted"].setVisible(math.prod(described.sample_shape) > 2 and not described.is_gallery)
        self.split.rows["fold"].setVisible(data.folds > 0)
        stops = training.patience > 0
        for name in ("min_delta", "restore_best"):
            self.stopping.rows[name].setVisible(stops)
        weighs = any(node.type == "cross_entropy" for node in self._session.graph)
        self.class_weights.setVisible(weighs or training.class_weights != "none")

    # ---- edits

    def _apply(self, label: str, merge: object = None, **changes: Any) -> None:
        experiment = self._session.experiment
        training = replace(experiment.training, **changes)
        if training != experiment.training:
            self._session.apply(label, replace(experiment, training=training), merge=merge)

    def _set(self, param: Param, value: ParamValue) -> None:
        self._apply(_label(param), ("training", param.key), **{param.key: value})

    def _set_split(self, param: Param, value: ParamValue) -> None:
        experiment = self._session.experiment
        data = replace(experiment.data, **{param.key: value})
        if param.key == "folds":
            data = replace(data, fold=min(data.fold, max(1, data.folds)))
        self._session.apply(_label(param), replace(experiment, data=data), merge=("data", param.key))

    def _set_in(self, part: str) -> Any:
        """What changes a parameter of the method or the schedule."""
        name = f"{part}_params"

        def change(param: Param, value: ParamValue) -> None:
            params = {**getattr(self._session.experiment.training, name), param.key: value}
            self._apply(_label(param), (name, param.key), **{name: params})

        return change

    def _set_in_initialiser(self, param: Param, value: ParamValue) -> None:
        training = self._session.experiment.training
        self._controller.set_initialiser(training.initialiser, {**training.initialiser_params, param.key: value})

    def _choose_schedule(self, key: str) -> None:
        known = SCHEDULES[key].keep_known(self._session.experiment.training.schedule_params)
        self._apply("Change the schedule", schedule=key, schedule_params=known)

    def _choose_initialiser(self, key: str) -> None:
        training = self._session.experiment.training
        if key != training.initialiser:
            self._controller.set_initialiser(key, INITIALISERS[key].keep_known(training.initialiser_params))


def _choice(title: str, choices: Mapping[str, Choice], code_name: str) -> tuple[ChoiceField, FieldRow]:
    field = ChoiceField(tuple(choice.title for choice in choices.values()))
    row = FieldRow(title, field, "", code_name)
    field.setFixedWidth(FIELD)
    return field, row


def _show(field: ChoiceField, row: FieldRow, choices: Mapping[str, Choice], key: str, code_name: str) -> None:
    choice = choices.get(key)
    if choice is not None:
        field.setCurrentText(choice.title)
        row.set_help(choice.explanation, code_name)


def _label(param: Param) -> str:
    """What undo says."""
    title = param.title if param.title[:2].isupper() or param.title.startswith("L1") else param.title.lower()
    return f"Change “{title}”"
