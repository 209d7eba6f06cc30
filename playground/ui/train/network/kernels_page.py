"""The weights of a layer as pictures, live or at the moment that is looked at."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.ui.train.looking import Looking, when_of
from playground.ui.train.network.tile_detail import TileDetail, number_at
from playground.ui.widgets.fields import ChoiceField, IntegerField
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.numbers import count, short
from playground.ui.widgets.tensor_grid import TensorGrid
from playground.ui.widgets.tensor_image import Kind, magnitude

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis
    from playground.train.showing.kernels import KernelLayer, Look

MOST = 256
"""Pictures shown at once."""
_GAP = 7
_SMALL, _MIDDLE, _LARGE = 46, 58, 72


class KernelsPage(QWidget):
    """A list of the layers, what of them is shown, the kernels, and the chosen one large. Draws when it is in sight."""

    def __init__(self, looking: Looking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looking = looking
        self._of: Analysis | None = None
        self._layers: tuple[KernelLayer, ...] = ()
        self._tiles: np.ndarray | None = None
        self.layer = ChoiceField(prose=True)
        self.layer.setAccessibleName("Layer whose kernels are shown")
        self.layer.setToolTip("Every layer whose weights are a picture")
        self.look = ChoiceField(prose=True)
        self.look.setAccessibleName("What is shown of them")
        self.look.setToolTip("A kernel has a picture for each of its input channels: which of them to show")
        self.number = IntegerField(1, 1, 1)
        self.grid = TensorGrid(_SMALL, _GAP)
        self.grid.setAccessibleName("Kernels")
        self.detail = TileDetail()
        self.words = TextLabel("", "small", "muted", wrap=True)
        self.hint = TextLabel("", "small", "muted", wrap=True)
        self._lay_out()
        self.layer.activated.connect(self._on_layer)
        self.look.activated.connect(self._on_look)
        self.number.valueChanged.connect(self.refresh)
        self.grid.current_changed.connect(self._show_detail)

    def _lay_out(self) -> None:
        choice = QHBoxLayout()
        choice.setSpacing(10)
        choice.addWidget(self.layer)
        choice.addWidget(self.look)
        choice.addWidget(self.number)
        choice.addStretch(1)
        self._body = QWidget()
        body = QHBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(18)
        body.addWidget(self.detail, 0, Qt.AlignmentFlag.AlignTop)
        body.addWidget(self.grid, 1, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.hint)
        column.addLayout(choice)
        column.addWidget(self.words)
        column.addWidget(self._body)

    # ---- choosing

    def _on_layer(self) -> None:
        self._offer_looks()
        self._choose_first()

    def _on_look(self) -> None:
        self._offer_numbers()
        self._choose_first()

    def _choose_first(self) -> None:
        self.grid.set_current(-1)
        self.refresh()

    @property
    def chosen(self) -> KernelLayer | None:
        """The layer that is shown."""
        index = self.layer.currentIndex()
        return self._layers[index] if 0 <= index < len(self._layers) else None

    def _offer_layers(self, analysis: Analysis | None) -> None:
        """The layers of this network; the one that was chosen stays chosen."""
        if analysis is self._of:
            return
        before = self.chosen
        self._of, self._layers = analysis, ()
        if analysis is not None:
            from playground.train.showing.kernels import kernel_layers

            self._layers = kernel_layers(analysis)
            names = [f"{analysis.graph.node(x.node).title} · {_sizes(x)}" for x in self._layers]
            self.layer.clear()
            self.layer.addItems(names)
        nodes = [layer.node for layer in self._layers]
        if before is not None and before.node in nodes:
            self.layer.setCurrentIndex(nodes.index(before.node))
        if self.chosen != before:
            self._offer_looks()

    def _offer_looks(self) -> None:
        layer = self.chosen
        self.look.clear()
        for look in () if layer is None else layer.looks:
            self.look.addItem(_look_text(look, layer), look)
        self.look.setVisible(self.look.count() > 0)
        self._offer_numbers()

    def _offer_numbers(self) -> None:
        layer, look = self.chosen, self._look
        needed = layer is not None and look in ("channel", "filter")
        self.number.setVisible(needed)
        if layer is not None and needed:
            what = ("unit" if layer.is_dense else "filter") if look == "filter" else "input channel"
            self.number.setAccessibleName(f"Number of the {what}")
            self.number.setToolTip(f"Which {what}")
            self.number.setPrefix("no. ")
            self.number.blockSignals(True)
            self.number.setRange(1, layer.filters if look == "filter" else layer.channels)
            self.number.blockSignals(False)

    @property
    def _look(self) -> Look:
        return self.look.currentData() or "mean"

    # ---- showing

    @Slot()
    def refresh(self) -> None:
        """Show the weights of the moment that is looked at."""
        looking = self._looking
        self._offer_layers(looking.analysis)
        layer = self.chosen
        weight = None if layer is None else looking.state.get(f"{layer.node}.weight")
        is_there = layer is not None and weight is not None and weight.size == _numbers_in(layer)
        for widget in (self.layer, self._body, self.words):
            widget.setVisible(is_there)
        if not is_there:
            self.look.hide()
            self.number.hide()
        self.hint.setVisible(not is_there)
        self.hint.setText(
            "No layer of this network has weights that are a picture: there is no convolution, and no dense layer "
            "stands right behind a picture."
            if layer is None
            else "The weights are drawn as soon as they have been computed."
        )
        if layer is not None and weight is not None and is_there:
            self.look.setVisible(self.look.count() > 0)
            self.number.setVisible(self._look in ("channel", "filter"))
            self._draw(layer, weight)

    def _draw(self, layer: KernelLayer, weight: np.ndarray) -> None:
        from playground.train.showing.kernels import tiles

        look = self._look
        shown = tiles(layer, weight, look, self.number.value() - 1, MOST)
        self._tiles = shown
        self._scale = magnitude(shown)
        side = max(layer.size)
        self.grid.set_tile(_SMALL if side <= 7 else _MIDDLE if side <= 12 else _LARGE)
        if shown.ndim == 4:
            self.grid.set_maps(_as_colours(shown, self._scale), "colour", 1.0)
        else:
            self.grid.set_maps(shown, "signed", self._scale)
        if self.grid.current < 0:
            self.grid.set_current(0)
        self._say(layer, look, len(shown))
        self._show_detail(self.grid.current)

    def _say(self, layer: KernelLayer, look: Look, number: int) -> None:
        of_one, kind = look == "filter" and layer.channels > 1, "unit" if layer.is_dense else "filter"
        total = layer.channels if of_one else layer.filters
        what = f"channels of {kind} {self.number.value()}" if of_one else f"{kind}s"
        some = f"The first {count(number)} of {count(total)} {what}" if number < total else f"{count(total)} {what}"
        full = "grey is 0, the brightest" if self._tiles is not None and self._tiles.ndim == 4 else "full colour"
        moment = self._looking.moment
        when = "now" if moment is None else f"as they were {when_of(moment.position)}"
        rows = " A row for each input channel, time from left to right." if _is_in_time(layer, self._of) else ""
        self.words.setText(f"{some}, {when} · {full} is ±{short(self._scale, 3)}.{rows}")

    @Slot(int)
    def _show_detail(self, index: int) -> None:
        layer, shown = self.chosen, self._tiles
        if layer is None or shown is None or not 0 <= index < len(shown):
            return
        look, kind = self._look, "unit" if layer.is_dense else "filter"
        of_one = look == "filter" and layer.channels > 1
        number = self.number.value() - 1 if of_one else index
        title = f"Channel {index + 1} of {kind} {number + 1}" if of_one else f"{kind.capitalize()} {number + 1}"
        bias = self._looking.state.get(f"{layer.node}.bias")
        words = "" if bias is None or number >= len(bias) else f"bias {short(float(bias[number]), 4)}\n"
        words += "Point at a weight to read it."
        tile, colours = shown[index], shown.ndim == 4
        picture_kind: Kind = "colour" if colours else "signed"
        picture = _as_colours(tile, self._scale) if colours else tile
        self.detail.show_tile(
            title, picture, picture_kind, 1.0 if colours else self._scale, words, partial(number_at, tile)
        )


def _as_colours(weights: np.ndarray, scale: float) -> np.ndarray:
    """Weights of red, green and blue as a picture: 0 is middle grey."""
    return weights / (2 * max(scale, 1e-12)) + 0.5


def _numbers_in(layer: KernelLayer | None) -> int:
    return 0 if layer is None else layer.filters * layer.channels * layer.size[0] * layer.size[1]


def _sizes(layer: KernelLayer) -> str:
    height, width = layer.size
    channels = "" if layer.channels == 1 else f" on {count(layer.channels)} channels"
    return f"{count(layer.filters)} × {height}×{width}{channels}"


def _look_text(look: Look, layer: KernelLayer | None) -> str:
    channels = 0 if layer is None else layer.channels
    one = "unit" if layer is not None and layer.is_dense else "filter"
    return {
        "colour": "in colour",
        "mean": f"mean of the {count(channels)} input channels",
        "channel": "one input channel",
        "filter": f"all input channels of one {one}",
    }[look]


def _is_in_time(layer: KernelLayer, analysis: Analysis | None) -> bool:
    return analysis is not None and len(analysis.layers[layer.node].tensors.get("weight", ())) == 3
