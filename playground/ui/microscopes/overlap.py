"""The page "Overlap counts" beside a transposed convolution: an example of its own, its settings, and what they do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSlider, QVBoxLayout, QWidget

from playground.graph.edits import set_params
from playground.ui.microscopes.overlap_model import LIMITS, Overlap, convolved_line, sizes_words, verdict
from playground.ui.microscopes.overlap_view import OverlapView
from playground.ui.microscopes.words_card import WordsCard
from playground.ui.session import Session
from playground.ui.widgets.headings import TextLabel

if TYPE_CHECKING:
    from playground.engine.trace import Frame

_NAMES = {
    "size": ("Input size", "How many numbers along each side come in.", ""),
    "kernel": ("Kernel", "How many cells a stamp covers, along each side.", "kernel_size"),
    "stride": ("Stride", "How far apart the stamps lie.", "stride"),
    "padding": ("Padding", "How many rows and columns are cut off on every side.", "padding"),
    "extra": ("Output padding", "What is kept at the end only; always smaller than the stride.", "output_padding"),
}


class OverlapPage(QWidget):
    """An example that begins with the settings of the layer, and leaves the network alone until it is asked."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._node = ""
        self._of_layer = Overlap()
        self._overlap = Overlap()
        self.view = OverlapView()
        self.card = WordsCard()
        self.sliders: dict[str, QSlider] = {}
        self._values: dict[str, TextLabel] = {}
        self.restore = QPushButton("As in the layer")
        self.restore.setToolTip("Take the settings of the layer again")
        self.restore.clicked.connect(self._restore)
        self.use = QPushButton("Use in the layer")
        self.use.clicked.connect(self._use)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(12)
        body.addWidget(self.view, 1)
        below = QHBoxLayout()
        below.setSpacing(28)
        below.addLayout(self._make_sliders(), 5)
        below.addWidget(self.card, 7)
        self._foot = QWidget()
        self._foot.setLayout(below)
        below.setContentsMargins(0, 0, 0, 0)
        body.addWidget(self._foot)
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The words scroll where the window is low; the picture keeps its room."""
        super().resizeEvent(event)
        self._foot.setMaximumHeight(max(136, round(event.size().height() * 0.34)))

    def _make_sliders(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for number, (key, (name, words, code)) in enumerate(_NAMES.items()):
            row, left = number // 2, number % 2 * 3
            slider = self.sliders[key] = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(*LIMITS[key])
            slider.setPageStep(1)
            slider.setAccessibleName(name)
            tip = f"{words}\nIn PyTorch: {code}" if code else words
            slider.setToolTip(tip)
            slider.valueChanged.connect(lambda value, key=key: self._change(key, value))
            label, self._values[key] = TextLabel(name), TextLabel("", "mono")
            label.setToolTip(tip)
            label.setBuddy(slider)
            self._values[key].setMinimumWidth(18)
            for place, widget in enumerate((label, slider, self._values[key])):
                grid.addWidget(widget, row, left + place)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.restore)
        buttons.addWidget(self.use)
        buttons.addStretch(1)
        grid.addLayout(buttons, 3, 0, 1, 6)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(4, 1)
        grid.setRowStretch(4, 1)
        return grid

    @property
    def overlap(self) -> Overlap:
        """The example on screen."""
        return self._overlap

    def show_layer(self, frame: Frame) -> None:
        """Begin with the settings of a layer; an example that was tried out for the same layer stays."""
        if frame.type != "conv_transpose2d":
            return
        keys = {"kernel": "kernel_size", "stride": "stride", "padding": "padding", "extra": "output_padding"}
        found = {key: value[0] for key, name in keys.items() if isinstance(value := frame.params[name], tuple)}
        of_layer = Overlap(**{key: int(value) for key, value in found.items()}).fitted()
        fresh = frame.node != self._node or of_layer != self._of_layer
        self._node, self._of_layer = frame.node, of_layer
        if fresh:
            self._restore()

    def _restore(self) -> None:
        self._overlap = replace(self._of_layer, size=self._overlap.size).fitted()
        self._show()

    def _change(self, key: str, value: int) -> None:
        self._overlap = replace(self._overlap, **{key: value}).fitted()
        self._show()

    def _show(self) -> None:
        found = self._overlap
        for key, slider in self.sliders.items():
            slider.blockSignals(True)
            slider.setValue(getattr(found, key))
            slider.blockSignals(False)
            self._values[key].setText(str(getattr(found, key)))
        self.sliders["extra"].setEnabled(found.stride > 1)
        self.view.show_overlap(found)
        self.card.set_words(f"{verdict(found)} {sizes_words(found)}")
        listed = [f"{size} → {found.size}:  {convolved_line(found, size)}" for size in found.same]
        self.card.set_lines("Sizes that the convolution maps to the same", listed)
        differs = bool(self._node) and replace(found, size=self._of_layer.size) != self._of_layer
        self.restore.setEnabled(differs)
        self.use.setEnabled(differs)
        tip = "Give the layer these settings (Ctrl+Z takes it back)" if differs else "The layer has these settings"
        self.use.setToolTip(tip)

    def _use(self) -> None:
        graph, found = self._session.graph, self._overlap
        if self._node not in graph:
            return
        settings = {
            "kernel_size": (found.kernel, found.kernel),
            "stride": (found.stride, found.stride),
            "padding": (found.padding, found.padding),
            "output_padding": (found.extra, found.extra),
        }
        title = graph.node(self._node).title
        self._session.edit(f"Change the settings of {title}", set_params(graph, self._node, settings))
