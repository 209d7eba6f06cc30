"""The left side of the sweep's window: which settings, which values, for how many epochs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from playground.graph.experiment import Experiment
from playground.train.runs.sweep import Axis, Point, Setting, SweepError, expand, parse, settings_for
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import ChoiceField, IntegerField
from playground.ui.widgets.headings import SectionHeading, TextLabel

_NONE = "none"
_FIELD = 150
_MOST_NAMED = 12


class AxisForm(QWidget):
    """One setting and its values as text; below them what they were read as, or what is wrong with them."""

    changed = Signal()

    def __init__(self, heading: str, *, optional: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._optional = optional
        self._settings: tuple[Setting, ...] = ()
        self.choice = ChoiceField()
        self.choice.setFixedWidth(_FIELD)
        self.text = QLineEdit()
        self.text.setAccessibleName("Values")
        self.words = TextLabel("", "small", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(SectionHeading(heading))
        column.addWidget(FieldRow("Setting", self.choice, "What is different from run to run"))
        column.addWidget(self.text)
        column.addWidget(self.words)
        self.choice.currentIndexChanged.connect(self._on_choice)
        self.text.textChanged.connect(self._on_text)

    @property
    def setting(self) -> Setting | None:
        """The chosen setting, None for none."""
        index = self.choice.currentIndex() - (1 if self._optional else 0)
        return self._settings[index] if 0 <= index < len(self._settings) else None

    def offer(self, settings: tuple[Setting, ...], key: str = "") -> None:
        """Let the user choose among these; what was chosen, or else `key`, stays."""
        kept = self.setting.key if self.setting is not None else key
        if [each.key for each in settings] == [each.key for each in self._settings]:
            return
        self._settings = settings
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItems(([_NONE] if self._optional else []) + [each.title for each in settings])
        keys = [each.key for each in settings]
        self.choice.setCurrentIndex((keys.index(kept) + (1 if self._optional else 0)) if kept in keys else 0)
        self.choice.blockSignals(False)
        self._on_choice()

    @property
    def is_wrong(self) -> bool:
        """Whether the values cannot be read; this says why by itself."""
        try:
            self.axis()
        except SweepError:
            return True
        return False

    def axis(self) -> Axis | None:
        """What is asked for, None for no setting. Raises SweepError for values that cannot be."""
        setting = self.setting
        return None if setting is None else Axis(setting, parse(setting, self.text.text()))

    def _on_choice(self) -> None:
        setting = self.setting
        self.text.setVisible(setting is not None)
        self.words.setVisible(setting is not None)
        if setting is not None:
            self.text.setText(setting.example)
            self.text.setPlaceholderText(setting.example)
            self.text.setToolTip(_how(setting))
        self._on_text()

    def _on_text(self) -> None:
        try:
            axis = self.axis()
        except SweepError as error:
            self.words.setText(str(error))
            self.words.set_tone("danger")
        else:
            if axis is not None:
                names = [axis.setting.in_words(value) for value in axis.values]
                more = f" … ({len(names)} values)" if len(names) > _MOST_NAMED else ""
                self.words.setText(" · ".join(names[:_MOST_NAMED]) + more)
            self.words.set_tone("muted")
        self.changed.emit()


class SweepForm(QWidget):
    """Two axes and the epochs of each run."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = AxisForm("Sweep over", optional=False)
        self.second = AxisForm("And over", optional=True)
        self.epochs = IntegerField(1, 1_000_000)
        self.epochs.setFixedWidth(_FIELD)
        self.epochs.setGroupSeparatorShown(True)
        self._epochs_of = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(18)
        column.addWidget(self.first)
        column.addWidget(self.second)
        column.addWidget(FieldRow("Epochs each", self.epochs, "For how many epochs each of the runs is trained"))
        for part in (self.first, self.second):
            part.changed.connect(self.changed)
        self.epochs.valueChanged.connect(self.changed)

    def show_experiment(self, experiment: Experiment) -> None:
        """Offer the settings that this experiment has."""
        offered = settings_for(experiment)
        self.first.offer(offered, "learning_rate")
        self.second.offer(offered)
        if experiment.training.epochs != self._epochs_of:
            self._epochs_of = experiment.training.epochs
            self.epochs.setValue(max(1, experiment.training.epochs))
        self.changed.emit()

    def points(self, experiment: Experiment) -> tuple[list[Axis], list[Point]]:
        """The axes, and the runs of a sweep that begins with this experiment. Raises SweepError."""
        axes = [axis for axis in (self.first.axis(), self.second.axis()) if axis is not None]
        training = replace(experiment.training, epochs=self.epochs.value())
        return axes, expand(replace(experiment, training=training), axes)


def _how(setting: Setting) -> str:
    if setting.kind == "choice":
        return f"Any of: {', '.join(setting.titles)}"
    return (
        f"Values with commas between them, or a range: {setting.example}. "
        "A range may say how many values it has: 0.001 … 0.1 / 5"
    )
