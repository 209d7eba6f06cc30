"""The left panel's form: data, optimiser, device and seed. Every change is an undoable edit of the experiment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from playground.data import NOISE_RANGE, SAMPLES_RANGE
from playground.graph.experiment import TrainingSettings
from playground.train.augmentation_kinds import AUGMENTATION, PARAMS, is_on
from playground.train.methods import METHODS
from playground.ui.data.door import browse_data, take_data
from playground.ui.session import Session
from playground.ui.train.controller import TrainingController
from playground.ui.train.settings.advanced_form import AdvancedForm
from playground.ui.widgets.buttons import icon_tool_button
from playground.ui.widgets.data_choice import DataChoice
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import ChoiceField, DecimalField, IntegerField
from playground.ui.widgets.headings import SectionHeading
from playground.ui.widgets.icons import icon

_ALWAYS_SHOWN = (
    *("optimizer", "learning_rate", "momentum", "weight_decay", "batch_size", "epochs", "device"),
    "augmentation",
)
"""The training settings outside the fold."""

_DEVICES = {"auto": "automatic", "cuda": "CUDA", "mps": "Apple GPU", "cpu": "CPU"}
_FIELD, _SET_FIELD = 112, 148
"""Widths of the fields."""


class SettingsForm(QWidget):
    """Labels on the left, fields on the right, in three groups."""

    def __init__(self, session: Session, controller: TrainingController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._controller = session, controller
        self._showing = self._is_open = False
        self._make_data()
        self._make_optimiser()
        self._make_run()
        self.advanced = AdvancedForm(session, controller)
        self.fold = QToolButton()
        self._make_fold()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for heading, rows in (
            ("Data", (self.set_row, self.validation_row, self.train_size_row, *self._data_rows)),
            (
                "Optimiser",
                (self.method_row, self.rate_row, self.momentum_row, self.decay_row, self.batch_row, self.epochs_row),
            ),
            ("Run", (self.device_row, self.seed_row)),
        ):
            column.addWidget(SectionHeading(heading))
            column.addSpacing(2)
            for row in rows:
                column.addWidget(row)
            if heading == "Optimiser":
                column.addSpacing(4)
                column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
                column.addSpacing(8)
                column.addWidget(self.advanced)
            column.addSpacing(14)
        for field in (
            *(self.validation, self.train_size, self.noise, self.samples),
            *(self.method, self.rate, self.momentum, self.decay, self.batch, self.epochs, self.device, self.seed),
        ):
            field.setFixedWidth(_FIELD)
        self.data_set.setFixedWidth(_SET_FIELD)
        session.experiment_changed.connect(self.refresh)
        session.analysis_changed.connect(self._show_finder)
        controller.state_changed.connect(self._show_finder)
        controller.engine_changed.connect(self.refresh)
        self.refresh()

    # ---- the fields

    def _make_data(self) -> None:
        self.data_set = DataChoice()
        self.data_set.chosen.connect(self._choose_data)
        self.browse = icon_tool_button("image", "Look through the data: examples, classes, numbers, division")
        self.browse.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.browse.clicked.connect(lambda: browse_data(self._session, self.window()))
        self.set_row = FieldRow(
            "Set", _beside(self.browse, self.data_set), "What the network learns from. Another set ends a run."
        )
        self.validation = IntegerField(0, 90)
        self.validation.setSuffix(" %")
        self.validation.valueChanged.connect(lambda value: self._set_data("validation_fraction", value / 100))
        self.validation_row = FieldRow(
            "Validation",
            self.validation,
            "The part of the training examples that is held back. The network does not learn from them, so they show "
            "whether what it learns holds for new examples.",
        )
        self.train_size = IntegerField(0, 10_000_000)
        self.train_size.setSpecialValueText("all")
        self.train_size.setGroupSeparatorShown(True)
        self.train_size.valueChanged.connect(lambda value: self._set_data("train_size", value))
        self.train_size_row = FieldRow(
            "Examples",
            self.train_size,
            "From how many training examples to learn, at most; 0 means all. With few of them a network overfits.",
        )
        self.noise = DecimalField(*NOISE_RANGE)
        self.noise.valueChanged.connect(lambda value: self._set_data("noise", value))
        self.noise_row = FieldRow("Noise", self.noise, "How far the points are scattered, 0 to 0.5.")
        self.samples = IntegerField(int(SAMPLES_RANGE[0]), int(SAMPLES_RANGE[1]))
        self.samples.setGroupSeparatorShown(True)
        self.samples.valueChanged.connect(lambda value: self._set_data("samples", value))
        self.samples_row = FieldRow("Points", self.samples, "How many points are drawn, half of them for testing.")

        self.augmentation = QPushButton()
        self.augmentation.setAutoDefault(False)
        self.augmentation.clicked.connect(self.open_augmentation)
        self.augmentation_row = FieldRow("Augmentation", self.augmentation, AUGMENTATION.explanation)
        self._data_rows = (self.noise_row, self.samples_row, self.augmentation_row)

    @Slot()
    def open_augmentation(self) -> None:
        """Choose how training examples are changed, in a window beside which training can go on."""
        from playground.ui.train.settings.augmentation_window import AugmentationWindow

        window = AugmentationWindow(self._session, self.window())
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.show()

    def _make_optimiser(self) -> None:
        self.method = ChoiceField(tuple(method.title for method in METHODS.values()))
        self.method.activated.connect(lambda index: self._choose_method(list(METHODS)[index]))
        self.method_row = FieldRow("Method", self.method)
        self.rate = DecimalField(0.0, 1000.0)
        self.rate.valueChanged.connect(self._change_rate)
        self.finder = icon_tool_button("search", "Find a learning rate: try many of them and see where the loss falls")
        self.finder.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.finder.clicked.connect(self.find_rate)
        self.rate_row = FieldRow(
            "Learning rate",
            _beside(self.finder, self.rate),
            "How large the steps are. It can be changed while the network learns; the chart marks where.",
            "lr",
        )
        self.momentum = DecimalField(0.0, 0.9999)
        self.momentum.valueChanged.connect(lambda value: self._set_training("momentum", value))
        self.momentum_row = FieldRow(
            "Momentum", self.momentum, "How much of the last step’s direction the next one keeps: 0 none.", "momentum"
        )
        self.decay = DecimalField(0.0, 100.0)
        self.decay.valueChanged.connect(lambda value: self._set_training("weight_decay", value))
        self.decay_row = FieldRow(
            "Weight decay",
            self.decay,
            "Draws every weight a little towards 0 (L2), so that the network stays simple: 0.0001 is usual, 0 is off.",
            "weight_decay",
        )
        self.batch = IntegerField(1, 1_000_000)
        self.batch.valueChanged.connect(lambda value: self._set_training("batch_size", value))
        self.batch_row = FieldRow(
            "Batch size", self.batch, "From how many examples each step is computed.", "batch_size"
        )
        self.epochs = IntegerField(1, 1_000_000_000)
        self.epochs.setGroupSeparatorShown(True)
        self.epochs.valueChanged.connect(lambda value: self._set_training("epochs", value))
        self.epochs_row = FieldRow("Epochs", self.epochs, "How often the network sees every training example.")

    def _make_run(self) -> None:
        self.device = ChoiceField()
        self.device.activated.connect(lambda index: self._set_training("device", self.device.itemData(index)))
        self.device_row = FieldRow("Device", self.device, "", "device")
        self.seed = IntegerField(0, 2**31 - 1)
        self.seed.valueChanged.connect(self._set_seed)
        self.dice = icon_tool_button("dice", "New seed: other starting weights, another order of the examples")
        self.dice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.dice.clicked.connect(self._controller.new_seed)
        self.seed_row = FieldRow(
            "Seed",
            _beside(self.dice, self.seed),
            "Where all chance comes from: starting weights, order of the examples, dropout. The same seed gives the "
            "same run. Another one begins anew.",
        )

    def _make_fold(self) -> None:
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fold.setToolTip(
            "Schedules, penalties, limits of the gradient, early stopping, starting weights, class weights"
        )
        self.fold.clicked.connect(self.toggle_fold)

    @Slot()
    def toggle_fold(self) -> None:
        """Open the advanced settings, or close them."""
        self._is_open = not self._is_open
        self._show_fold()

    def _show_fold(self) -> None:
        """The arrow, and whether anything in there is not as usual."""
        training = self._session.experiment.training
        usual = replace(TrainingSettings(), **{name: getattr(training, name) for name in _ALWAYS_SHOWN})
        self.fold.setIcon(icon("down" if self._is_open else "right", "muted"))
        data = self._session.experiment.data
        is_usual = training == usual and not data.label_noise and not data.folds and not data.permuted
        self.fold.setText("Advanced" if is_usual else "Advanced · changed")
        self.advanced.setVisible(self._is_open)
        if self._is_open:
            self.advanced.refresh()

    # ---- edits

    def _edit(self, label: str, part: str, name: str, value: Any) -> None:
        """One undoable edit of a field; typing into one field is one step."""
        if self._showing:
            return
        experiment = self._session.experiment
        settings = replace(getattr(experiment, part), **{name: value})
        self._session.apply(label, replace(experiment, **{part: settings}), merge=(part, name))

    def _set_data(self, name: str, value: float) -> None:
        labels = {
            "validation_fraction": "the validation part",
            "train_size": "the number of examples",
            "noise": "the noise",
        }
        self._edit(f"Change {labels.get(name, 'the number of points')}", "data", name, value)

    def _set_training(self, name: str, value: Any) -> None:
        self._edit(f"Change the {name.replace('_', ' ').replace('optimizer', 'method')}", "training", name, value)

    def _choose_method(self, key: str) -> None:
        experiment = self._session.experiment
        params = METHODS[key].keep_known(experiment.training.optimizer_params)
        training = replace(experiment.training, optimizer=key, optimizer_params=params)
        if training != experiment.training:
            self._session.apply("Change the method", replace(experiment, training=training))

    def _choose_data(self, key: str) -> None:
        if key != self._session.experiment.data.name:
            take_data(self._session, key, self.window())

    def _change_rate(self, value: float) -> None:
        if not self._showing:
            self._controller.set_learning_rate(value)

    def _set_seed(self, value: int) -> None:
        if not self._showing:
            self._controller.set_seed(value)

    @Slot()
    def find_rate(self) -> None:
        """Look for a learning rate in a window of its own."""
        from playground.ui.train.settings.rate_finder import RateFinder

        finder = RateFinder(self._session, self._controller, self.window())
        finder.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        finder.open()

    def _show_finder(self) -> None:
        """Two trainings at once would only be in each other's way."""
        controller = self._controller
        self.finder.setEnabled(controller.state not in ("running", "preparing") and not controller.obstacle)

    # ---- showing

    def refresh(self) -> None:
        """Show what the experiment says."""
        self._showing = True
        experiment, data = self._session.experiment, self._session.data_set
        self.data_set.show_text(data.title)
        self.data_set.setToolTip(f"{data.summary} {data.normalisation}".strip())
        self.validation.setValue(round(100 * experiment.data.validation_fraction))
        self.train_size.setValue(experiment.data.train_size)
        self.noise.setValue(experiment.data.noise)
        self.samples.setValue(experiment.data.samples)
        self.noise_row.setVisible("noise" in data.options)
        self.samples_row.setVisible("samples" in data.options)
        self._show_augmentation()
        self._show_training()
        self.seed.setValue(experiment.seed)
        self._showing = False

    def _show_augmentation(self) -> None:
        given = self._session.experiment.training.augmentation
        done = [param.title for param in PARAMS if is_on({param.key: given.get(param.key, param.default)})]
        self.augmentation.setText("none…" if not done else f"{len(done)} on…")
        self.augmentation.setToolTip(", ".join(done) or AUGMENTATION.explanation)

    def _show_training(self) -> None:
        training = self._session.experiment.training
        method = METHODS.get(training.optimizer)
        if method is not None:
            self.method.setCurrentText(method.title)
            self.method_row.set_help(method.explanation, "optimizer")
        self.momentum_row.setVisible(training.optimizer == "sgd")
        self.rate.setValue(training.learning_rate)
        self.momentum.setValue(training.momentum)
        self.decay.setValue(training.weight_decay)
        self.batch.setValue(training.batch_size)
        self.epochs.setValue(max(1, training.epochs))
        self.batch_row.setVisible(training.batch_mode != "whole set")
        self._show_fold()
        self._show_finder()
        self._show_devices(training.device)

    def _show_devices(self, chosen: str) -> None:
        """The devices that this machine has, and the chosen one even if it has not."""
        found = self._controller.devices
        keys = ["auto", *(key for key in ("cuda", "mps", "cpu") if key in found or key == chosen)]
        if [self.device.itemData(index) for index in range(self.device.count())] != keys:
            self.device.clear()
            for key in keys:
                self.device.addItem(_DEVICES.get(key, key), key)
        self.device.setCurrentIndex(keys.index(chosen) if chosen in keys else 0)
        runs_on = f" Now: {self._controller.device}." if self._controller.device else ""
        self.device_row.set_help(
            f"Where the arithmetic is done. Automatic takes a GPU if there is one.{runs_on}", "device"
        )


def _beside(button: QToolButton, field: QWidget) -> QWidget:
    """A field with a button before it."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    row.addWidget(button)
    row.addWidget(field)
    holder.setFocusProxy(field)
    return holder
