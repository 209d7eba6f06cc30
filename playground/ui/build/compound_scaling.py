"""EfficientNet's compound scaling by hand: four sliders, and what network they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QSlider, QVBoxLayout, QWidget

from playground.ui.session import Session
from playground.ui.widgets.formula import Formula
from playground.ui.widgets.headings import Separator, TextLabel
from playground.ui.widgets.numbers import count, million, short
from playground.zoo.efficientnet import STAGES, Scaling, compound_scaling, scaled

if TYPE_CHECKING:
    from playground.graph.model import Graph

PUBLISHED = {"alpha": 1.2, "beta": 1.1, "gamma": 1.15, "phi": 0.0}
_RANGES = {"alpha": (1.0, 1.6), "beta": (1.0, 1.4), "gamma": (1.0, 1.4), "phi": (0.0, 7.0)}
_LETTERS = {"alpha": "α", "beta": "β", "gamma": "γ", "phi": "φ"}
_MEANING = {"alpha": "more layers", "beta": "more channels", "gamma": "larger pictures", "phi": "how far to go"}
_WORDS = (
    "One number, φ, makes a network deeper, wider and sharper-eyed in step. α, β and γ say how the growth is shared "
    "out; the paper found 1.2, 1.1 and 1.15 by a small search."
)
_STEPS = 100
_LATER_MS = 150


class CompoundScalingDialog(QDialog):
    """Depth α^φ, width β^φ, resolution γ^φ: the sizes at once, the counts a moment later."""

    network_chosen = Signal(object, str)
    """(Graph, title): open it."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.values = dict(PUBLISHED)
        self.setWindowTitle("Compound scaling")
        self.setFixedWidth(470)
        self._sliders: dict[str, QSlider] = {}
        self._readings: dict[str, TextLabel] = {}
        self._sizes = TextLabel("", "mono", wrap=True)
        self._cost = TextLabel("", tone="muted", wrap=True)
        self._counts = TextLabel("", "mono")
        self._later = QTimer(self, singleShot=True, interval=_LATER_MS)
        self._later.timeout.connect(self._count)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 18)
        column.setSpacing(10)
        column.addWidget(TextLabel(_WORDS, wrap=True))
        column.addWidget(Formula(r"d = \alpha^{\varphi} \quad w = \beta^{\varphi} \quad r = \gamma^{\varphi}", size=16))
        column.addLayout(self._slider_grid())
        column.addWidget(Separator())
        for label in (self._sizes, self._cost, self._counts):
            column.addWidget(label)
        column.addLayout(self._buttons())
        self._show_values()

    def _slider_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        for row, (key, (low, high)) in enumerate(_RANGES.items()):
            slider = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(0, _STEPS)
            slider.setAccessibleName(f"{_LETTERS[key]}, {_MEANING[key]}")
            slider.valueChanged.connect(
                lambda step, key=key, low=low, high=high: self._set(key, low + (high - low) * step / _STEPS)
            )
            self._sliders[key], self._readings[key] = slider, TextLabel("", "mono")
            self._readings[key].setMinimumWidth(44)
            grid.addWidget(TextLabel(_LETTERS[key], "mono"), row, 0)
            grid.addWidget(TextLabel(_MEANING[key], tone="muted"), row, 1)
            grid.addWidget(slider, row, 2)
            grid.addWidget(self._readings[key], row, 3)
        return grid

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        back, open_ = QPushButton("As in the paper"), QPushButton("Open this network")
        back.clicked.connect(lambda: self.set_values(PUBLISHED))
        open_.setProperty("primary", True)
        open_.clicked.connect(self._open)
        row.addWidget(back)
        row.addStretch()
        row.addWidget(open_)
        return row

    @property
    def scaling(self) -> Scaling:
        """What the sliders give."""
        return compound_scaling(**self.values)

    def set_values(self, values: dict[str, float]) -> None:
        """Move the sliders there."""
        self.values.update(values)
        self._show_values()

    def _set(self, key: str, value: float) -> None:
        if round(value, 2) != round(self.values[key], 2):
            self.values[key] = round(value, 2)
            self._show_values()

    def _show_values(self) -> None:
        for key, (low, high) in _RANGES.items():
            self._sliders[key].blockSignals(True)
            self._sliders[key].setValue(round((self.values[key] - low) / (high - low) * _STEPS))
            self._sliders[key].blockSignals(False)
            self._readings[key].setText(short(self.values[key], 3))
        scaling, base = self.scaling, compound_scaling(phi=0.0)
        blocks = [sum(each.blocks(stage.blocks) for stage in STAGES) for each in (base, scaling)]
        channels = [scaling.channels(stage.channels) for stage in STAGES]
        side = scaling.resolution
        self._sizes.setText(
            f"{blocks[1]} blocks (B0: {blocks[0]})\n{' · '.join(map(str, channels))} channels\n{side}×{side} pixels"
        )
        growth = self.values["alpha"] * self.values["beta"] ** 2 * self.values["gamma"] ** 2
        times = growth ** self.values["phi"]
        self._cost.setText(
            f"α·β²·γ² = {short(growth, 3)}: each step of φ multiplies the work by about that (the paper wants 2). "
            f"Here: about {short(times, 3)} times B0."
        )
        self._counts.setText("counting…")
        self._later.start()

    def _count(self) -> None:
        scaling = self.scaling

        def work() -> tuple[Scaling, int, int]:
            from playground.engine.shapes import analyse

            analysis = analyse(scaled(scaling))
            return scaling, analysis.parameters, analysis.multiply_adds

        self._session.background.run("scaling", work, self._on_counts)

    def _on_counts(self, counted: tuple[Scaling, int, int]) -> None:
        scaling, parameters, multiply_adds = counted
        if scaling == self.scaling:
            self._counts.setText(f"{count(parameters)} parameters · {million(multiply_adds)} multiply-adds")

    def _open(self) -> None:
        scaling = self.scaling

        def drawn(graph: Graph) -> None:
            title = f"EfficientNet, φ = {short(self.values['phi'], 3)}"
            self.close()
            self.network_chosen.emit(graph, title)

        self._session.background.run("scaled network", lambda: scaled(scaling), drawn)
