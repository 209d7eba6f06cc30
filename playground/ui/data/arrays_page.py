"""The page for a file of arrays: which of them go in, and which should come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from playground.data import DataError, data_set
from playground.data.own import ArraysChoice, arrays_key, look_into
from playground.data.own.arrays import choose_arrays, likely_arrays
from playground.ui.background import Background
from playground.ui.data.page import OwnDataPage, Progress, Read
from playground.ui.microscopes.alive import while_alive
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import ChoiceField
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.numbers import shape_text

_NONE = "a fifth of these"
_FIELD = 300
Arrays = Mapping[str, tuple[tuple[int, ...], Any]]


class ArraysPage(OwnDataPage):
    """The likeliest arrays are chosen at once."""

    def __init__(self, background: Background, path: Path) -> None:
        super().__init__(background, path)
        self._choice: ArraysChoice | None = None
        self.inputs, self.targets, self.test_inputs, self.test_targets = (ChoiceField() for _ in range(4))
        self._fields = (self.inputs, self.targets, self.test_inputs, self.test_targets)
        self.words = TextLabel("Looking into the file …", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for label, field, tip in (
            ("What goes in", self.inputs, "The first number of its shape is that of the examples."),
            ("What should come out", self.targets, "Class numbers from 0, or values to predict."),
            ("Inputs for the test", self.test_inputs, "Examples that training never sees."),
            ("Targets for the test", self.test_targets, "What should come out for them."),
        ):
            field.activated.connect(lambda _index: self._on_field())
            column.addWidget(FieldRow(label, field, tip))
            field.setFixedWidth(_FIELD)
        column.addWidget(self.words)
        column.addStretch(1)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._run(lambda: (look_into(path), likely_arrays(path)), self._on_found)

    @property
    def key(self) -> str:
        return "" if self._choice is None else arrays_key(self._choice)

    def reader(self) -> Callable[[Progress], Read]:
        described = data_set(self.key)
        return lambda _progress: Read(described.loader(noise=0.0, samples=0, seed=0))

    def _run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self.background.run("arrays", work, while_alive(self, done), while_alive(self, self._on_failed))

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, DataError):
            raise error
        self._choice = None
        self.words.setText("")
        self.failed.emit(str(error))

    def _on_found(self, found: tuple[Arrays, ArraysChoice]) -> None:
        arrays, choice = found
        for field in self._fields:
            field.clear()
            if field in (self.test_inputs, self.test_targets):
                field.addItem(_NONE, "")
            for name, (shape, kind) in arrays.items():
                field.addItem(f"{name}  {shape_text(shape)}  {kind}", name)
        self._show(choice)

    def _show(self, choice: ArraysChoice) -> None:
        self._choice = choice
        names = (choice.x, choice.y, choice.x_test, choice.y_test)
        for field, name in zip(self._fields, names, strict=True):
            field.setCurrentIndex(field.findData(name))
        divided = f", divided by {choice.divisor:g}" if choice.divisor != 1 else ""
        last = "; colours stand last and are brought to the front" if choice.is_channels_last else ""
        values = f"{shape_text(choice.target_shape)} values to predict"
        wanted = f"{len(choice.classes)} classes" if choice.classes else values
        self.words.setText(f"Each example: {shape_text(choice.shape)} numbers{divided}{last}. Wanted: {wanted}.")
        self.changed.emit()

    def _on_field(self) -> None:
        path = self.path
        names = [field.currentData() for field in self._fields]
        if bool(names[2]) != bool(names[3]):
            names[2:] = ["", ""]
        self._run(lambda: choose_arrays(path, *names), self._show)
