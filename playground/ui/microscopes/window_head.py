"""The choices above the window microscope: which gradient, one plane or all, which slice, and the brush."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QWidget

from playground.ui.microscopes.window_brush import BrushTools
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.segmented import SegmentedSwitch

_WAYS = ("weights", "input")


class WindowHead(QWidget):
    """Shows the choices that there are. `way` is "weights" (the filter's gradient) or "input" (the input's)."""

    way_chosen = Signal()
    stacked_chosen = Signal(bool)
    slice_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ways = SegmentedSwitch(("Filter’s gradient", "Input’s gradient"), "What the blame is handed to")
        self.ways.setToolTip("From the blame that arrives two things are made: the filter’s gradient, and the input’s")
        self.ways.currentChanged.connect(lambda _: self.way_chosen.emit())
        self.stack = SegmentedSwitch(("One plane", "All"), "How many planes are shown")
        self.stack.setToolTip("Show one channel (of a volume: one slice), or all that flow together into one number")
        self.stack.currentChanged.connect(lambda index: self.stacked_chosen.emit(index == 1))
        self.tools = BrushTools()
        self._slice = TextLabel("", "small", "muted")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setFixedWidth(120)
        self.slider.setAccessibleName("Slice of the output")
        self.slider.setToolTip("Which slice of the volume that comes out is shown; those under the window go with it")
        self.slider.valueChanged.connect(self._on_slice)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for widget in (self._slice, self.slider, self.stack, self.ways, self.tools):
            row.addWidget(widget)

    @property
    def way(self) -> str:
        return _WAYS[self.ways.current]

    def take_over(self, other: WindowHead) -> None:
        """Choose the way and hold the tool that are chosen and held there."""
        self.ways.blockSignals(True)
        self.ways.set_current(other.ways.current)
        self.ways.blockSignals(False)
        self.tools.hold(other.tools.tool)

    def show_choices(self, *, ways: bool, stacked: bool | None, slices: int, depth: int) -> None:
        """`stacked` None: there is only one plane, or too many for all; `slices`: of the output."""
        self.ways.setVisible(ways)
        self.stack.setVisible(stacked is not None)
        if stacked is not None:
            self.stack.blockSignals(True)
            self.stack.set_current(int(stacked))
            self.stack.blockSignals(False)
        for widget in (self._slice, self.slider):
            widget.setVisible(slices > 1)
        self.slider.blockSignals(True)
        self.slider.setRange(0, slices - 1)
        self.slider.setValue(depth)
        self.slider.blockSignals(False)
        self._slice.setText(f"slice {depth} of 0 … {slices - 1}")

    def show_tools(self, on: bool) -> None:
        """Offer the brush, or put it away."""
        if not on:
            self.tools.put_away()
        self.tools.setVisible(on)

    def _on_slice(self, depth: int) -> None:
        self._slice.setText(f"slice {depth} of 0 … {self.slider.maximum()}")
        self.slice_chosen.emit(depth)
