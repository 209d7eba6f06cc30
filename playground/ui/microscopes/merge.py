"""The microscope of layers with several inputs: the numbers that meet, or which input a map came from."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.ui.microscopes.base import SHOWN, example
from playground.ui.microscopes.map_strip import MapStrip
from playground.ui.microscopes.number_map import NumberMap, as_grid, cell_of, map_grids, place_of
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.session import Session
from playground.ui.widgets.headings import SectionHeading
from playground.ui.widgets.numbers import shape_text, short
from playground.ui.widgets.tensor_image import magnitude

_SUBTITLES = {
    "add": "adds number by number",
    "multiply": "multiplies number by number",
    "maximum": "keeps the largest at each place",
    "average": "takes the mean at each place",
    "concat": "joins; nothing is mixed",
}
_INPUTS = {"add": "The addends", "multiply": "The factors", "concat": "The inputs, one behind the other"}
_RESULTS = {"add": "the sum", "multiply": "the product", "maximum": "the largest", "average": "the mean"}
_SIGNS = {"add": "+ ", "multiply": "× "}


class MergeMicroscope(PairMicroscope):
    """Left one of the inputs, right the result; between them a tile for each input, to choose from.

    An input that is smaller than the result shows the number that is used at the place in focus.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._port = 0
        super().__init__(session, parent)
        self.strip_before.chosen.disconnect(self.select_unit)
        self.strip_before.chosen.connect(self._on_unit_before)

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

    # ---- what stands where

    @property
    def _is_joined(self) -> bool:
        """Whether the inputs stand behind each other, rather than meet number by number."""
        return self.scene.frame.type == "concat"

    def _input_port(self) -> int:
        return self._source()[0]

    def _input_index(self) -> tuple[int, ...]:
        return self._source()[1]

    def _source(self) -> tuple[int, tuple[int, ...]]:
        """The input on the left, and where in it the number stands that is in focus or takes part in it."""
        from playground.engine.arithmetic import source_index, source_of

        frame = self.scene.frame
        if self._is_joined:
            return source_of(frame, self._index())
        port = min(self._port, len(frame.inputs) - 1)
        return port, source_index(frame, port, self._index())

    def numbers_before(self) -> np.ndarray:
        return self._numbers_of(self._source()[0])

    def _numbers_of(self, port: int) -> np.ndarray:
        frame = self.scene.frame
        return example(frame.grad_inputs[port] if self.backward else frame.inputs[port])

    def _map_in(self, numbers: np.ndarray, index: tuple[int, ...]) -> tuple[np.ndarray, tuple[int, ...]]:
        """The map of an input that holds the number at the index, and where in it; of a list the list itself."""
        if numbers.ndim == 1:
            return numbers, index[1:]
        return numbers[index[1]], index[2:]

    # ---- choosing

    def _on_port(self, port: int) -> None:
        if self._is_joined:
            widths = [int(array.shape[1]) for array in self.scene.frame.inputs]
            self.select_unit(sum(widths[:port]))
        else:
            self._port = port
            self._show_map()

    def _on_unit_before(self, unit: int) -> None:
        frame, port = self.scene.frame, self._source()[0]
        before = sum(int(array.shape[1]) for array in frame.inputs[:port]) if self._is_joined else 0
        if self._is_joined or frame.inputs[port].shape[1] > 1:
            self.select_unit(before + unit)

    def choose_cell(self, side: str, row: int, column: int) -> None:
        if side == "after":
            super().choose_cell(side, row, column)
            return
        port, (_, first, *_rest) = self._source()
        numbers = self.numbers_before()
        one, _ = self._map_in(numbers, self._source()[1])
        place = place_of((row, column), one.shape)
        self._focus(self._result_of(port, (SHOWN, *place) if numbers.ndim == 1 else (SHOWN, first, *place)))

    def _result_of(self, port: int, index: tuple[int, ...]) -> tuple[int, ...]:
        """A place of the result in which a number of an input takes part: that in focus, if it does."""
        from playground.engine.arithmetic import used_at

        if self._is_joined:
            before = sum(int(array.shape[1]) for array in self.scene.frame.inputs[:port])
            return (SHOWN, index[1] + before, *index[2:])
        places = used_at(self.scene.frame, port, index)
        return self._index() if self._index() in places else places[0]

    def _focus(self, index: tuple[int, ...]) -> None:
        """Bring a number of the result into focus."""
        if not self.is_picture:
            self.select_unit(index[1])
            return
        self._cell = cell_of(index[2:], self.scene.frame.output.shape[2:])
        self._cells[self._key] = self._cell
        if index[1] == self._unit:
            self._show_cell()
        else:
            self.select_unit(index[1])

    # ---- showing

    def _show_map(self) -> None:
        after = self.numbers_after()
        if self.is_picture:
            self._cell = self._within(self._cell)
        laid, cells = as_grid(self._of_unit(after))
        self.after.show_map(laid, scale=magnitude(after) or 1.0, count=cells)
        port, index = self._source()
        before = self.numbers_before()
        if self.is_picture:
            self.strip_before.set_maps(map_grids(_as_channels(before)), scaling=magnitude(before) or 1.0)
            self.strip_before.set_current(index[1])
            self.strip_after.set_current(self._unit)
        self.ports.set_maps(self._tiles(), scaling="each")
        self.ports.set_current(port)
        self._ports_heading.setText(_INPUTS.get(self.scene.frame.type, "The inputs"))
        self._write_titles()
        self._show_cell()

    def _show_cell(self) -> None:
        port, index = self._source()
        before = self._numbers_of(port)
        one, place = self._map_in(before, index)
        laid, cells = as_grid(one)
        self.before.show_map(laid, scale=magnitude(before) or 1.0, count=cells)
        self.before.choose(cell_of(place, one.shape))
        cell = self._cell if self.is_picture else divmod(self._cell[0], self._columns(self.after))
        self.after.choose(cell)
        for picture in (self.before, self.after):
            self._write_caption(picture, picture.chosen)
        self.show_element()
        self.status_changed.emit()

    def _write_caption(self, picture: NumberMap, cell: tuple[int, int] | None) -> None:
        numbers = self.numbers_before()
        if picture is self.before and cell is not None and self.is_picture and numbers.ndim == 1:
            place = place_of(cell, numbers.shape)
            picture.set_caption(f"number {place[0] + 1} = {short(float(numbers[place]), 6)}")
        else:
            super()._write_caption(picture, cell)

    def _tiles(self) -> np.ndarray:
        """One small map for each input."""
        from playground.engine.arithmetic import source_index

        frame, shown = self.scene.frame, list[np.ndarray]()
        for port in range(len(frame.inputs)):
            numbers = _as_channels(self._numbers_of(port)) if self.is_picture else self._numbers_of(port)
            unit = 0 if self._is_joined else source_index(frame, port, self._index())[1]
            shown.append(as_grid(numbers[unit] if self.is_picture else numbers)[0])
        height, width = max(one.shape[0] for one in shown), max(one.shape[1] for one in shown)
        tiles = np.zeros((len(shown), height, width))
        for place, one in enumerate(shown):
            if one.size == 1:  # a single number stands for the whole map
                one = np.broadcast_to(one, (height, width))
            tiles[place, : one.shape[0], : one.shape[1]] = one
        return tiles

    def side_titles(self) -> tuple[str, str]:
        scene, (port, index) = self.scene, self._source()
        numbers, source = scene.frame.inputs[port], scene.title(scene.source(port))
        what = source
        if self.is_picture and numbers.ndim > 2:
            what = f"{self.unit_noun} {index[1] + 1} of {source}, {shape_text(numbers.shape[2:])}"
        if self.backward:
            return f"blame handed back to {what}", "blame that arrives"
        return what, _RESULTS.get(scene.frame.type, "all together")

    def show_element(self) -> None:
        self.subtitle.setText(_SUBTITLES.get(self.scene.frame.type, ""))
        lines = self._where_from() if self._is_joined else self._handed_back() if self.backward else self._meeting()
        self.set_card(self.card.words, "The numbers", lines)
        self.explain_focus()

    def _where_from(self) -> list[str]:
        port, index = self._source()
        return [
            f"{self.unit_noun} {self._unit + 1} is number {index[1] + 1} of {self.scene.title(self.scene.source(port))}"
        ]

    def _meeting(self) -> list[str]:
        """The numbers that meet at the place in focus, a line each, and what becomes of them."""
        from playground.engine.arithmetic import source_index

        scene, frame = self.scene, self.scene.frame
        titles = [scene.title(scene.source(port)) for port in range(len(frame.inputs))]
        values = [float(array[source_index(frame, port, self._index())]) for port, array in enumerate(frame.inputs)]
        wide, sign = max(len(title) for title in titles), _SIGNS.get(frame.type, "  ")
        lines = [
            f"{sign if port else '  '}{title:<{wide}}  {short(value, 6)}"
            for port, (title, value) in enumerate(zip(titles, values, strict=True))
        ]
        return [*lines, f"= {'':<{wide}}  {short(float(frame.output[self._index()]), 6)}"]

    def _handed_back(self) -> list[str]:
        """What arrives at the place in focus, and what the input on the left gets of it altogether."""
        from playground.engine.arithmetic import used_at

        frame, (port, index) = self.scene.frame, self._source()
        assert frame.grad_output is not None
        places = len(used_at(frame, port, index))
        several = f", from {places:,} places" if places > 1 else ""
        return [
            f"arrives here  {short(float(frame.grad_output[self._index()]), 6)}",
            f"handed back   {short(float(frame.grad_inputs[port][index]), 6)}{several}",
        ]


def _as_channels(numbers: np.ndarray) -> np.ndarray:
    """A list as so many channels of one number each; all else as it is."""
    return numbers.reshape(-1, 1) if numbers.ndim == 1 else numbers
