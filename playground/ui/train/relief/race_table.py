"""Who races: each method with its colour, its learning rate, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from playground.train.relief.race import METHODS, Racer
from playground.ui.theme import appearance
from playground.ui.train.relief.colours import METHOD_ROLES, colour_of
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import DecimalField
from playground.ui.widgets.headings import TextLabel

_RATE = 84


class RaceTable(QWidget):
    """`changed` is sent when other racers, rates or another momentum are wanted."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_showing = False
        self._suggested: Mapping[str, float] = {}
        self.boxes: dict[str, QCheckBox] = {}
        self.rates: dict[str, DecimalField] = {}
        self.results: dict[str, TextLabel] = {}
        self.momentum = DecimalField(0.0, 0.999, 0.9)
        self.same = QPushButton("One rate for all")
        self.same.setToolTip("Give every method the rate of the first one, to see how differently they take it")
        self.suggested = QPushButton("Suggested rates")
        self.suggested.setToolTip("Rates with which each method does well on this surface")
        self._lay_out()
        self.momentum.valueChanged.connect(self._on_change)
        self.same.clicked.connect(self._set_same)
        self.suggested.clicked.connect(lambda: self.suggest(self._suggested))

    def _lay_out(self) -> None:
        table = QGridLayout()
        table.setHorizontalSpacing(6)
        table.setVerticalSpacing(1)
        table.setColumnStretch(1, 1)
        table.addWidget(TextLabel("learning rate", "small", "muted"), 0, 2)
        for row, (key, method) in enumerate(METHODS.items(), start=1):
            box, rate, result = QCheckBox(method.title), DecimalField(1e-9, 1000.0, 0.1), TextLabel("", "mono_small")
            box.setChecked(True)
            box.setToolTip(method.idea)
            box.toggled.connect(self._on_change)
            rate.setFixedWidth(_RATE)
            rate.setToolTip(f"The learning rate of {method.title}. Another one begins the race again.")
            rate.setAccessibleName(f"Learning rate of {method.title}")
            rate.valueChanged.connect(self._on_change)
            result.set_tone("muted")
            table.addWidget(_Swatch(METHOD_ROLES[key]), 2 * row, 0)
            table.addWidget(box, 2 * row, 1)
            table.addWidget(rate, 2 * row, 2)
            table.addWidget(result, 2 * row + 1, 1, 1, 2)
            self.boxes[key], self.rates[key], self.results[key] = box, rate, result
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.same, self.suggested):
            button.setAutoDefault(False)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            buttons.addWidget(button)
        self.momentum.setFixedWidth(_RATE)
        row = FieldRow(
            "Momentum", self.momentum, "How much of the last step Momentum and Nesterov keep: 0 none.", "momentum"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(table)
        column.addWidget(row)
        column.addLayout(buttons)

    @property
    def racers(self) -> tuple[Racer, ...]:
        """Those that are ticked."""
        momentum = self.momentum.value()
        return tuple(
            Racer(key, self.rates[key].value(), momentum) for key, box in self.boxes.items() if box.isChecked()
        )

    def suggest(self, rates: Mapping[str, float]) -> None:
        """Take these rates, which suit the surface."""
        self._suggested = rates
        self._set({key: rates.get(key, 0.1) for key in METHODS})

    def show_result(self, key: str, text: str, is_good: bool = False, is_bad: bool = False) -> None:
        """How far that one has come."""
        self.results[key].setText(text)
        self.results[key].set_tone("success" if is_good else "danger" if is_bad else "muted")

    def _set_same(self) -> None:
        first = next((key for key, box in self.boxes.items() if box.isChecked()), "sgd")
        rate = self.rates[first].value()
        self._set(dict.fromkeys(METHODS, rate))

    def _set(self, rates: Mapping[str, float]) -> None:
        self._is_showing = True
        for key, rate in rates.items():
            self.rates[key].setValue(rate)
        self._is_showing = False
        self._on_change()

    def _on_change(self) -> None:
        if self._is_showing:
            return
        for key, box in self.boxes.items():
            self.rates[key].setEnabled(box.isChecked())
        self.changed.emit()


class _Swatch(QWidget):
    """A dot in the colour of the track."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self._role = role
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(14, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(appearance.theme.border_strong))
        painter.setBrush(colour_of(appearance.theme, self._role))
        painter.drawEllipse(QRectF(2, 2, 10, 10))
        painter.end()
