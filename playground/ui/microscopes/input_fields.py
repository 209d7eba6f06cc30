"""A short list of numbers that goes into a network: a line for each, with a slider and a field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QGridLayout, QSlider, QVBoxLayout, QWidget

from playground.ui.by_hand import ByHandError
from playground.ui.microscopes.hand_field import HandField
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.widgets.headings import TextLabel

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

_STEPS = 1000


class InputFields(QWidget):
    """`asked` sends the line whose name was clicked, and the place on the screen; `pointed` which one has the mouse."""

    asked = Signal(int, QPoint)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._places: tuple[Place, ...] = ()
        self._names: tuple[str, ...] = ()
        self._limits = np.zeros((0, 2))
        self._drags = 0
        self.labels: list[TextLabel] = []
        self.sliders: list[QSlider] = []
        self.fields: list[HandField] = []
        self.problem = TextLabel("", "small", "danger", wrap=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.addLayout(self._grid)
        column.addWidget(self.problem)
        column.addStretch(1)
        appearance.changed.connect(self.refresh)

    def show_list(self, node: str, size: int) -> None:
        """The numbers of the shown example, so many, that go in at this layer."""
        from playground.engine.arithmetic import Place

        data, samples = self._session.data_set, self._session.samples
        self._names = data.features if len(data.features) == size else ()
        if not self._names and size == 2 and data.group.startswith("Points"):
            self._names = ("x", "y")
        self._names = self._names or tuple(f"number {number + 1}" for number in range(size))
        self._places = tuple(Place(node, "output", (0, number)) for number in range(size))
        self._limits = np.tile([0.0, 1.0], (size, 1))
        if samples is not None and len(samples.x_test) > 1 and samples.x_test.shape[1:] == (size,):
            self._limits = np.stack([samples.x_test.min(0), samples.x_test.max(0)], 1)
        while len(self.fields) < size:
            self._add()
        for widgets in (self.labels, self.sliders, self.fields):
            for row, widget in enumerate(widgets):
                widget.setVisible(row < size)
        self.refresh()

    def _add(self) -> None:
        row = len(self.fields)
        label = TextLabel("")
        label.setTextFormat(Qt.TextFormat.RichText)
        label.linkActivated.connect(lambda _link: self.asked.emit(row, QCursor.pos()))
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, _STEPS)
        slider.sliderPressed.connect(self._begin_drag)
        slider.valueChanged.connect(lambda position: self._on_slid(row, position))
        slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field has the keyboard
        field = HandField(self._session)
        field.setFixedWidth(124)
        field.refused.connect(self._on_refused)
        for place, widget in enumerate((label, slider, field)):
            self._grid.addWidget(widget, row, place)
        self.labels.append(label)
        self.sliders.append(slider)
        self.fields.append(field)

    def refresh(self) -> None:
        """Show the numbers as they are now; those changed by hand stand out."""
        theme, by_hand = appearance.theme, self._session.by_hand
        for row, place in enumerate(self._places):
            if not by_hand.can_change(place):
                continue
            changed = by_hand.is_changed(place)
            colour = theme.highlight if changed else theme.text
            sign = " ✎" if changed else ""
            self.labels[row].setText(
                f'<a href="ask" style="color:{colour}; text-decoration:none">{self._names[row]}{sign}</a>'
            )
            tip = f"As it was: {by_hand.original(place):g}" if changed else "Click to see where this number comes from"
            self.labels[row].setToolTip(tip.replace("-", "−"))
            field, slider = self.fields[row], self.sliders[row]
            field.show_place(place, self._names[row])
            field.setAccessibleName(self._names[row])
            slider.setAccessibleName(self._names[row])
            low, high = self._limits[row]
            position = round((by_hand.value(place) - low) / (high - low) * _STEPS) if high > low else 0
            slider.blockSignals(True)
            slider.setValue(max(0, min(_STEPS, position)))
            slider.blockSignals(False)

    def _begin_drag(self) -> None:
        self._drags += 1

    def _on_slid(self, row: int, position: int) -> None:
        low, high = self._limits[row]
        value = float(f"{low + (high - low) * position / _STEPS:.4g}")
        try:
            self._session.by_hand.change(
                {self._places[row]: value}, f"Change {self._names[row]}", merge=("slide", row, self._drags)
            )
        except ByHandError as error:
            self._on_refused(str(error))

    def _on_refused(self, words: str) -> None:
        self.problem.setText(words)
