"""The microscope of layers with several inputs: the addends and their sum, or which input a map came from."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.ui.microscopes.base import SHOWN, as_maps, example
from playground.ui.microscopes.map_strip import MapStrip
from playground.ui.microscopes.number_map import as_grid
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.session import Session
from playground.ui.widgets.headings import SectionHeading
from playground.ui.widgets.numbers import shape_text, short
from playground.ui.widgets.tensor_image import magnitude


class MergeMicroscope(PairMicroscope):
    """Left one of the inputs, right the result; between them a tile for each input, to choose from."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._port = 0
        super().__init__(session, parent)

    def make_middle(self) -> QWidget:
        self.ports = MapStrip(92)
        self.ports.chosen.connect(self._on_port)
        self._ports_heading = SectionHeading("The inputs")
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(self._ports_heading)
        column.addWidget(self.ports)
        return middle

    @property
    def _is_sum(self) -> bool:
        return self.scene.frame.type == "add"

    def _source(self) -> tuple[int, int]:
        """The input and the map (or number) of it that the unit in focus is made of; of a sum, the input chosen."""
        from playground.engine.arithmetic import source_of

        if self._is_sum:
            return min(self._port, len(self.scene.frame.inputs) - 1), self._unit
        tail = (0,) * (self.scene.frame.output.ndim - 2)
        port, index = source_of(self.scene.frame, (SHOWN, self._unit, *tail))
        return port, index[1]

    def numbers_before(self) -> np.ndarray:
        frame, port = self.scene.frame, self._source()[0]
        return example(frame.grad_inputs[port] if self.backward else frame.inputs[port])

    def _on_port(self, port: int) -> None:
        if self._is_sum:
            self._port = port
            self._show_map()
        else:
            widths = [int(array.shape[1]) for array in self.scene.frame.inputs]
            self.select_unit(sum(widths[:port]))

    def _show_map(self) -> None:
        port, unit = self._source()
        before, after = self.numbers_before(), self.numbers_after()
        one = before[unit] if before.ndim == 3 else before
        laid, cells = as_grid(one)
        self.before.show_map(laid, scale=magnitude(before) or 1.0, count=cells)
        laid, cells = as_grid(self._of_unit(after))
        self.after.show_map(laid, scale=magnitude(after) or 1.0, count=cells)
        self.ports.set_maps(self._tiles(unit), scaling="each")
        self.ports.set_current(port)
        if self.is_picture:
            self.strip_before.set_maps(before, scaling=magnitude(before) or 1.0)
            self.strip_before.set_current(unit)
            self.strip_after.set_current(self._unit)
            self._cell = (min(self._cell[0], after.shape[1] - 1), min(self._cell[1], after.shape[2] - 1))
        self._ports_heading.setText("The addends" if self._is_sum else "The inputs, one behind the other")
        self._write_titles()
        self._show_cell()

    def _tiles(self, unit: int) -> np.ndarray:
        """One small map for each input."""
        frame = self.scene.frame
        arrays = frame.grad_inputs if self.backward else frame.inputs
        maps = [as_maps(example(array)) for array in arrays]
        shown = [one[min(unit, len(one) - 1)] for one in maps]
        height, width = max(one.shape[0] for one in shown), max(one.shape[1] for one in shown)
        tiles = np.zeros((len(shown), height, width))
        for place, one in enumerate(shown):
            tiles[place, : one.shape[0], : one.shape[1]] = one
        return tiles

    def _input_port(self) -> int:
        return self._source()[0]

    def _input_index(self) -> tuple[int, ...]:
        _, unit = self._source()
        return (SHOWN, unit, *self._cell) if self.is_picture else (SHOWN, unit if not self._is_sum else self._cell[0])

    def _show_cell(self) -> None:
        super()._show_cell()
        if not self.is_picture:
            self.before.choose(divmod(self._input_index()[1], self._columns(self.before)))
            self._write_caption(self.before, self.before.chosen)

    def side_titles(self) -> tuple[str, str]:
        scene, (port, unit) = self.scene, self._source()
        source = scene.title(scene.source(port))
        shape = shape_text(example(scene.frame.inputs[port]).shape[1:]) if self.is_picture else ""
        what = f"map {unit + 1} of {source}, {shape}" if self.is_picture else source
        if self.backward:
            return f"blame handed back to {what}", "blame that arrives"
        return what, "the sum" if self._is_sum else "all together"

    def show_element(self) -> None:
        scene, frame = self.scene, self.scene.frame
        self.subtitle.setText("adds number by number" if self._is_sum else "joins; nothing is mixed")
        if self._is_sum and not self.backward:
            values = [float(array[self._index()]) for array in frame.inputs]
            titles = [scene.title(scene.source(port)) for port in range(len(values))]
            wide = max(len(title) for title in titles)
            lines = [
                f"{'+ ' if port else '  '}{title:<{wide}}  {short(values[port], 6)}"
                for port, title in enumerate(titles)
            ]
            lines.append(f"= {'':<{wide}}  {short(float(frame.output[self._index()]), 6)}")
        else:
            port, unit = self._source()
            lines = [f"{self.unit_noun} {self._unit + 1} is number {unit + 1} of {scene.title(scene.source(port))}"]
            if self._is_sum:
                lines = ["every addend takes the whole blame"]
        self.set_card(self.card.words, "The numbers", lines)
        self.explain_focus()
