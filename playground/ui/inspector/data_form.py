"""The Input layer's form: which data set, which example, and the options of the toy sets."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from playground.data import NOISE_RANGE, SAMPLES_RANGE
from playground.graph.model import Node
from playground.layers import layer_type
from playground.ui.data.door import browse_data, take_data
from playground.ui.inspector.form import ParamForm
from playground.ui.session import Session
from playground.ui.widgets.data_choice import DataChoice
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import DecimalField, IntegerField
from playground.ui.widgets.headings import ElidedLabel, TextLabel
from playground.ui.widgets.icons import icon


class DataForm(QWidget):
    """Every change is an undoable edit of the experiment; looking through examples is not."""

    def __init__(self, session: Session, node: Node) -> None:
        super().__init__()
        self._session = session
        self._sets = DataChoice()
        self._sets.chosen.connect(lambda key: take_data(session, key, self.window()))
        self._summary = TextLabel("", tone="muted", wrap=True)
        self._normalisation = TextLabel("", tone="muted", wrap=True)
        self._noise = DecimalField(*NOISE_RANGE, 0.1)
        self._noise.valueChanged.connect(lambda value: self._change("noise", value))
        self._samples = IntegerField(int(SAMPLES_RANGE[0]), int(SAMPLES_RANGE[1]))
        self._samples.valueChanged.connect(lambda value: self._change("samples", value))
        self._example = ElidedLabel("")
        self._noise_row = FieldRow("Noise", self._noise, "How far the points are scattered, 0 to 0.5.")
        self._samples_row = FieldRow("Points", self._samples, "How many points are drawn, half of them for testing.")
        self._shape = ParamForm(session, [node], layer_type("input"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(FieldRow("Data set", self._sets, "What the network sees and learns from."))
        column.addWidget(self._summary)
        column.addWidget(self._normalisation)
        column.addWidget(self._noise_row)
        column.addWidget(self._samples_row)
        column.addLayout(self._browser())
        column.addWidget(self._shape)
        self.refresh(node)

    def _browser(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self._example, 1)
        look = QToolButton()
        look.setIcon(icon("image"))
        look.setToolTip("Look through the data: examples, classes, numbers, division")
        look.setAccessibleName("Look through the data")
        look.clicked.connect(lambda: browse_data(self._session, self.window()))
        row.addWidget(look)
        for name, step, text in (("left", -1, "Previous example"), ("right", 1, "Next example")):
            button = QToolButton()
            button.setIcon(icon(name))
            button.setToolTip(text)
            button.setAccessibleName(text)
            button.setAutoRepeat(True)
            button.clicked.connect(
                lambda _checked=False, by=step: self._session.show_example(self._session.example_index + by)
            )
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)
        return row

    def refresh(self, node: Node) -> None:
        """Show what the session says."""
        data, settings = self._session.data_set, self._session.experiment.data
        self._sets.blockSignals(True)
        self._sets.show_text(data.title)
        self._sets.blockSignals(False)
        self._summary.setText(data.summary)
        self._normalisation.setText(data.normalisation)
        self._normalisation.setVisible(bool(data.normalisation))
        for row, field, value in (
            (self._noise_row, self._noise, settings.noise),
            (self._samples_row, self._samples, settings.samples),
        ):
            row.setVisible(row.label.text().lower().replace("points", "samples") in data.options)
            field.blockSignals(True)
            field.setValue(value)  # pyright: ignore[reportArgumentType]
            field.blockSignals(False)
        example = self._session.example
        if example is None:
            self._example.setText("Loading…")
        else:
            self._example.setText(f"Example {example.index + 1:,} of {self._session.example_count:,}: {example.label}")
        self._shape.refresh(node)

    def _change(self, key: str, value: float) -> None:
        experiment = self._session.experiment
        data = replace(experiment.data, **{key: value})
        label = "Change noise" if key == "noise" else "Change number of points"
        self._session.apply(label, replace(experiment, data=data), merge=("data", key))
