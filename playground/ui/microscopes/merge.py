"""The microscope of layers with several inputs: the numbers that meet, or which input a map came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.layers import layer_type
from playground.ui.microscopes.base import SHOWN, example
from playground.ui.microscopes.map_strip import MapStrip
from playground.ui.microscopes.merge_branches import PATTERNS, Branches, branches_of
from playground.ui.microscopes.merge_flow import RESULT, Branch, Flow, MergeFlow
from playground.ui.microscopes.number_lines import Said
from playground.ui.microscopes.number_map import NumberMap, as_grid, cell_of, map_grids, place_of
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.session import Session
from playground.ui.widgets.headings import SectionHeading
from playground.ui.widgets.numbers import shape_text, short
from playground.ui.widgets.tensor_image import magnitude

if TYPE_CHECKING:
    from playground.graph.model import Graph

_SUBTITLES = {
    "add": "adds number by number",
    "multiply": "multiplies number by number",
    "maximum": "keeps the largest at each place",
    "average": "takes the mean at each place",
    "concat": "joins; nothing is mixed",
}
_INPUTS = {"add": "The addends", "multiply": "The factors", "concat": "The inputs, one behind the other"}
_RESULTS = {"add": "the sum", "multiply": "the product", "maximum": "the largest", "average": "the mean"}
_SIGNS = {"add": "+", "multiply": "×"}


class MergeMicroscope(PairMicroscope):
    """Left one of the inputs, right the result; between them a tile for each input, to choose from.

    An input that is smaller than the result shows the number that is used at the place in focus.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._port = 0
        self._branches: tuple[Graph, str, Branches] | None = None
        super().__init__(session, parent)
        self.strip_before.chosen.disconnect(self.select_unit)
        self.strip_before.chosen.connect(self._on_unit_before)

    def make_middle(self) -> QWidget:
        self.flow = MergeFlow()
        self.flow.chosen.connect(self._on_port)
        self.flow.asked.connect(self._on_asked)
        self.ports = MapStrip(64)
        self.ports.chosen.connect(self._on_port)
        self._ports_heading = SectionHeading("The inputs")
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(self.flow)
        column.addWidget(self._ports_heading)
        column.addWidget(self.ports)
        return middle

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.ports.set_tile(44 if self.height() < 560 else 64)

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
        self._show_flow()
        self.explain_focus()

    # ---- the branches

    def _show_flow(self) -> None:
        """The branches with their numbers at the place in focus, and what each is handed back."""
        from playground.engine.arithmetic import source_of
        from playground.engine.arithmetic.branch_slopes import slope_for

        scene, frame, index = self.scene, self.scene.frame, self._index()
        if self._branches is None or self._branches[0] is not scene.trace.graph or self._branches[1] != scene.node:
            self._branches = scene.trace.graph, scene.node, branches_of(scene.trace.graph, scene.node)
        found = self._branches[2]
        arriving = float(frame.grad_output[index]) if self.backward and frame.grad_output is not None else None
        symbol, name, words = PATTERNS[frame.type]
        owner = source_of(frame, index)[0] if self._is_joined else -1
        branches: list[Branch] = []
        for port, way in enumerate(found.ways):
            place = self._place_of(port)
            blame = None if arriving is None else arriving * slope_for(frame, port, index)
            cards = tuple(self._card_of(node) for node in way)
            lit = not self._is_joined or port == owner
            value = float(frame.inputs[port][place]) if lit else None
            branches.append(Branch(cards, value, blame if lit else None, self._remark(port), lit))
        fork = None if found.fork is None else self._card_of(found.fork)
        pattern = f"{frame.type}: {name} · {words}"
        result, port = float(frame.output[index]), self._source()[0]
        self.flow.show_flow(Flow(symbol, pattern, fork, tuple(branches), result, arriving, port, self.backward))

    def _card_of(self, node: str) -> tuple[str, str]:
        return self.scene.title(node), layer_type(self.scene.trace.graph.node(node).type).category.value

    def _place_of(self, port: int) -> tuple[int, ...]:
        """The number of an input that takes part here; of a joined one the nearest that it has."""
        from playground.engine.arithmetic import source_index, source_of

        frame, index = self.scene.frame, self._index()
        if not self._is_joined:
            return source_index(frame, port, index)
        owner, inner = source_of(frame, index)
        return inner if owner == port else (index[0], 0, *index[2:])

    def _remark(self, port: int) -> str:
        """Of an input smaller than the result: how often this number is used."""
        from playground.engine.arithmetic import used_at

        frame = self.scene.frame
        if self._is_joined or frame.inputs[port].shape == frame.output.shape:
            return ""
        places = len(used_at(frame, port, self._place_of(port)))
        return f"{shape_text(frame.inputs[port].shape[1:])}: each number is used {places:,} times"

    def _on_asked(self, port: int, part: str, position: QPoint) -> None:
        from playground.engine.arithmetic import Place
        from playground.engine.arithmetic.branch_slopes import explain_handed_back

        frame, index, scene = self.scene.frame, self._index(), self.scene
        if port != RESULT and part == "blame":
            if self._remark(port):
                self.ask(lambda: explain_handed_back(frame, port, index), position)
                return
            place = Place(scene.node, "grad_input", self._place_of(port), port)
        elif port != RESULT:
            place = Place(scene.node, "input", self._place_of(port), port)
        else:
            place = Place(scene.node, "grad_output" if part == "blame" else "output", index)
        self.ask(lambda: self.origin(place), position)

    def _where_from(self) -> list[str]:
        port, index = self._source()
        return [
            f"{self.unit_noun} {self._unit + 1} is number {index[1] + 1} of {self.scene.title(self.scene.source(port))}"
        ]

    def _meeting(self) -> list[Said]:
        """The numbers that meet at the place in focus, a line each, and what becomes of them."""
        from playground.engine.arithmetic import Place

        scene, frame = self.scene, self.scene.frame
        sign = _SIGNS.get(frame.type, "")
        lines: list[Said] = []
        for port, array in enumerate(frame.inputs):
            index = self._place_of(port)
            place = Place(scene.node, "input", index, port)
            title = scene.title(scene.source(port))
            lines.append(self.say(title, float(array[index]), place, sign=sign if port else "", digits=6))
        place = Place(scene.node, "output", self._index())
        return [*lines, self.say("", float(frame.output[self._index()]), place, sign="=", digits=6)]

    def _handed_back(self) -> list[Said]:
        """What arrives at the place in focus, and what the input on the left gets of it altogether."""
        from playground.engine.arithmetic import Place, used_at

        frame, (port, index) = self.scene.frame, self._source()
        assert frame.grad_output is not None
        places = len(used_at(frame, port, index))
        several = f"from {places:,} places" if places > 1 else ""
        arriving = Place(frame.node, "grad_output", self._index())
        handed = Place(frame.node, "grad_input", index, port)
        return [
            self.say("arrives here", float(frame.grad_output[self._index()]), arriving, digits=6),
            self.say("handed back", float(frame.grad_inputs[port][index]), handed, digits=6, words=several),
        ]


def _as_channels(numbers: np.ndarray) -> np.ndarray:
    """A list as so many channels of one number each; all else as it is."""
    return numbers.reshape(-1, 1) if numbers.ndim == 1 else numbers
