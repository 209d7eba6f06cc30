"""What the microscopes of elementwise and similar layers share: map before, something between, map after."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from playground.ui.microscopes.asking_card import AskingCard
from playground.ui.microscopes.base import SHOWN, Microscope, Scene, example
from playground.ui.microscopes.map_strip import MapStrip
from playground.ui.microscopes.number_lines import Said
from playground.ui.microscopes.number_map import NumberMap, as_grid, cell_of, map_grids, place_of
from playground.ui.microscopes.origin import origin_of
from playground.ui.session import Session
from playground.ui.widgets.headings import SectionHeading
from playground.ui.widgets.numbers import shape_text, short
from playground.ui.widgets.tensor_image import magnitude

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place

_LOW = 560


class PairMicroscope(Microscope):
    """Left what goes in, right what comes out (backward: left what is handed back, right what arrives).

    Units are the maps of a picture, or the numbers of a list. One number is in focus; it can be clicked on either side.
    Subclasses put a widget between the two and fill the card with words.
    """

    unit_noun = "map"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._cells: dict[tuple[str, bool], tuple[int, int]] = {}
        self._cell = (0, 0)
        self._scales = (1.0, 1.0)
        self.before, self.after = self.make_map(), self.make_map()
        self.after.align(Qt.AlignmentFlag.AlignRight)
        self.before.clicked.connect(lambda row, column, at: self._on_clicked("before", row, column, at))
        self.after.clicked.connect(lambda row, column, at: self._on_clicked("after", row, column, at))
        self.before.hovered.connect(lambda cell: self._on_hovered(self.before, cell))
        self.after.hovered.connect(lambda cell: self._on_hovered(self.after, cell))
        self.card = AskingCard()
        self.card.explain_requested.connect(self.explain_requested)
        self.strip_before, self.strip_after = MapStrip(56), MapStrip(56)
        self.strip_before.chosen.connect(self.select_unit)
        self.strip_after.chosen.connect(self.select_unit)
        self._strip_headings = (SectionHeading("Maps before"), SectionHeading("Maps after"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 14, 24, 14)
        outer.setSpacing(12)
        outer.addLayout(self.header())
        outer.addLayout(self._make_row(), 1)
        self._foot = self._make_foot()
        outer.addWidget(self._foot)

    def _make_row(self) -> QHBoxLayout:
        self.middle_column = QVBoxLayout()
        self.middle_column.setSpacing(12)
        middle = self.make_middle()
        if middle is not None:
            self.middle_column.addWidget(middle)
        self.middle_column.addWidget(self.card, 1)
        self.middle_column.addStretch(0)
        row = QHBoxLayout()
        row.setSpacing(30)
        row.addWidget(self.before, 10)
        row.addLayout(self.middle_column, 10)
        row.addWidget(self.after, 10)
        return row

    def _make_foot(self) -> QWidget:
        foot = QWidget()
        grid = QGridLayout(foot)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(30)
        grid.setVerticalSpacing(6)
        for place, strip in enumerate((self.strip_before, self.strip_after)):
            grid.addWidget(self._strip_headings[place], 0, place)
            grid.addWidget(strip, 1, place)
            grid.setColumnStretch(place, 1)
        return foot

    def make_map(self) -> NumberMap:
        """One of the two large maps."""
        return NumberMap()

    def make_middle(self) -> QWidget | None:
        """The widget between the two maps, above the card; none by default."""
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        tile = 44 if self.height() < _LOW else 60
        self.strip_before.set_tile(tile)
        self.strip_after.set_tile(tile)

    def take_over(self, other: Microscope) -> None:
        assert isinstance(other, PairMicroscope)
        super().take_over(other)
        self._cells = other._cells

    def remember_apart(self) -> None:
        self._cells = dict(self._cells)

    # ---- what is shown

    @property
    def backward(self) -> bool:
        return self.scene.phase == "backward"

    @property
    def _key(self) -> tuple[str, bool]:
        return self.scene.node, self.backward

    @property
    def focused(self) -> np.ndarray:
        """The recorded array, with its batch, in whose places the number in focus is counted."""
        return self.scene.frame.output

    @property
    def is_picture(self) -> bool:
        """Whether the numbers are maps (or sequences, or volumes) of several channels, not a list."""
        return self.focused.ndim >= 3

    @property
    def unit_count(self) -> int:
        if not self.has_scene:
            return 1
        output = self.focused
        return int(output.shape[1]) if output.ndim > 1 else 1

    def numbers_before(self) -> np.ndarray:
        """The shown example's numbers on the left, in the shape of the input."""
        frame = self.scene.frame
        return example(frame.grad_inputs[0] if self.backward else frame.inputs[0])

    def numbers_after(self) -> np.ndarray:
        """Those on the right, in the shape of the output."""
        frame = self.scene.frame
        if not self.backward:
            return example(frame.output)
        assert frame.grad_output is not None
        return example(frame.grad_output)

    def _present(self, scene: Scene) -> None:
        self.unit_noun = "number" if not self.is_picture else "channel" if self.focused.ndim == 3 else "map"
        self._foot.setVisible(self.is_picture)
        sides = (self.numbers_before(), self.numbers_after())
        self._scales = (magnitude(sides[0]) or 1.0, magnitude(sides[1]) or 1.0)
        if self.is_picture:
            for strip, maps, scale in zip((self.strip_before, self.strip_after), sides, self._scales, strict=True):
                if maps.ndim >= 2:
                    strip.set_maps(map_grids(maps), scaling=scale)
        if self._key not in self._cells:
            self._cells[self._key] = self._strongest()
        self._cell = self._cells[self._key]
        if not self.is_picture:  # the layer may have grown smaller since the number was chosen
            self._unit = min(self._cell[0], self.unit_count - 1)
            self._cell = (self._unit, 0)
        self._show_map()

    def _strongest(self) -> tuple[int, int]:
        """The largest number, as something to look at first: (row, column), or (place in the list, 0)."""
        numbers = np.abs(np.nan_to_num(self._of_unit(self.numbers_after())))
        if self.is_picture:
            place = np.unravel_index(int(numbers.argmax()), numbers.shape)
            return cell_of(tuple(int(position) for position in place), numbers.shape)
        return int(numbers.argmax()), 0

    def _of_unit(self, numbers: np.ndarray) -> np.ndarray:
        has_units = numbers.ndim >= 3 or (numbers.ndim == 2 and self.is_picture)
        return numbers[min(self._unit, len(numbers) - 1)] if has_units else numbers

    def _present_unit(self) -> None:
        if not self.is_picture:
            self._cell = (self._unit, 0)
            self._cells[self._key] = self._cell
        self._show_map()

    def _show_map(self) -> None:
        sides = ((self.before, self.numbers_before()), (self.after, self.numbers_after()))
        for (picture, numbers), scale in zip(sides, self._scales, strict=True):
            laid, count = as_grid(self._of_unit(numbers))
            picture.show_map(laid, scale=scale, count=count)
        if self.is_picture:
            self.strip_before.set_current(self._unit)
            self.strip_after.set_current(self._unit)
            self._cell = self._within(self._cell)
        self._write_titles()
        self._show_cell()

    def _write_titles(self) -> None:
        scene = self.scene
        which = f" · {self.unit_noun} {self._unit + 1} of {self.unit_count}" if self.unit_count > 1 else ""
        self.title.setText(f"{scene.title()}{which}" + (" · backward" if self.backward else ""))
        before, after = self.side_titles()
        self.before.set_title(before)
        self.after.set_title(after)
        self._strip_headings[0].setText("Blame handed back" if self.backward else "Maps before")
        self._strip_headings[1].setText("Blame that arrives" if self.backward else "Maps after")

    def side_titles(self) -> tuple[str, str]:
        """What stands above the two maps."""
        scene = self.scene
        source = scene.title(scene.source()) if scene.frame.inputs else ""
        shape = shape_text(self._of_unit(example(scene.frame.inputs[0])).shape)
        if self.backward:
            return f"blame handed back to {source}, {shape}", "blame that arrives"
        return f"in: {source}, {shape}", "out"

    def _within(self, cell: tuple[int, int]) -> tuple[int, int]:
        """The cell, or the nearest one that is a number of the map on the right."""
        extents = self.focused.shape[2:]
        rows, columns = as_grid(self._of_unit(self.numbers_after()))[0].shape
        return cell_of(place_of((min(cell[0], rows - 1), min(cell[1], columns - 1)), extents), extents)

    def _index(self) -> tuple[int, ...]:
        """Where the number in focus stands in the recorded output."""
        if not self.is_picture:
            return SHOWN, self._cell[0]
        return SHOWN, self._unit, *place_of(self._cell, self.focused.shape[2:])

    def _input_port(self) -> int:
        """Which input stands on the left."""
        return 0

    def _input_index(self) -> tuple[int, ...]:
        """Where the number on the left stands in the recorded input."""
        return self._index()

    def _show_cell(self) -> None:
        cell = self._cell if self.is_picture else divmod(self._cell[0], self._columns(self.after))
        self.before.choose(cell)
        self.after.choose(cell)
        for picture in (self.before, self.after):
            self._write_caption(picture, picture.chosen)
        self.show_element()
        self.status_changed.emit()

    @staticmethod
    def _columns(picture: NumberMap) -> int:
        return 1 if picture.values is None else int(picture.values.shape[1])

    @abstractmethod
    def show_element(self) -> None:
        """Fill the middle and the card for the number in focus."""

    def _write_caption(self, picture: NumberMap, cell: tuple[int, int] | None) -> None:
        values = picture.values
        if cell is None or values is None or cell[0] >= values.shape[0] or cell[1] >= values.shape[1]:
            picture.set_caption("")
            return
        where = f"row {cell[0]}, column {cell[1]}"
        if not self.is_picture:
            where = f"number {cell[0] * self._columns(picture) + cell[1] + 1}"
        elif self.focused.ndim == 3:
            where = f"position {cell[0] * self._columns(picture) + cell[1]}"
        elif self.focused.ndim == 5:
            where = "slice {}, row {}, column {}".format(*place_of(cell, self.focused.shape[2:]))
        picture.set_caption(f"{where} = {short(values[cell], 6)}")

    def _on_hovered(self, picture: NumberMap, cell: object) -> None:
        self._write_caption(picture, cell if isinstance(cell, tuple) else picture.chosen)

    def _on_clicked(self, side: str, row: int, column: int, position: QPoint) -> None:
        """A click brings a number into focus and asks where it comes from."""
        picture = self.before if side == "before" else self.after
        if picture.chosen != (row, column):
            self.choose_cell(side, row, column)
        if picture.chosen == (row, column):
            self._ask_origin(side, position)

    def choose_cell(self, side: str, row: int, column: int) -> None:
        """Bring a number into focus."""
        del side
        if self.is_picture:
            self._cell = (row, column)
            self._cells[self._key] = self._cell
            self._show_cell()
        else:
            self.select_unit(row * self._columns(self.after) + column)

    def place_on(self, side: str) -> Place:
        """Where the number in focus stands that the map "before" or "after" shows."""
        from playground.engine.arithmetic import Place

        node = self.scene.node
        if side == "before":
            return Place(node, "grad_input" if self.backward else "input", self._input_index(), self._input_port())
        return Place(node, "grad_output" if self.backward else "output", self._index())

    def focus_place(self) -> Place | None:
        return self.place_on("before" if self.backward else "after")

    def light(self, places: Mapping[Place, str]) -> None:
        cells: dict[NumberMap, dict[tuple[int, int], str]] = {self.before: {}, self.after: {}}
        for place, role in places.items():
            for side, picture in (("before", self.before), ("after", self.after)):
                cell = self.cell_at(side, place)
                if cell is not None:
                    cells[picture][cell] = role
        for picture, lit in cells.items():
            picture.light(lit)
        self.card.light(places)

    def cell_at(self, side: str, place: Place) -> tuple[int, int] | None:
        """The cell of the map on that side that shows the number at a place; None if it does not."""
        shown = self.place_on(side)
        if (place.node, place.kind, place.port) != (shown.node, shown.kind, shown.port):
            return None
        if len(place.index) != len(shown.index) or place.index[0] != SHOWN:
            return None
        picture = self.before if side == "before" else self.after
        if len(place.index) == 2:
            return divmod(place.index[1], self._columns(picture))
        if place.index[1] != shown.index[1]:
            return None
        numbers = self.numbers_before() if side == "before" else self.numbers_after()
        return cell_of(place.index[2:], numbers.shape[1:])

    def say(self, label: str, number: float, place: Place | None = None, **more: Any) -> Said:
        """A line of the card about the number at a place, which can be asked where it comes from."""
        if place is None:
            return Said(label, float(number), **more)
        trace = self.scene.trace
        return Said(label, float(number), explain=lambda: origin_of(trace, place), place=place, **more)

    def _ask_origin(self, side: str, position: QPoint) -> None:
        trace, place = self.scene.trace, self.place_on(side)
        self.ask(lambda: origin_of(trace, place), position)

    def set_card(self, words: str, heading: str, lines: Sequence[Said | str]) -> None:
        """Fill the card."""
        self.card.set_words(words)
        self.card.set_lines(heading, lines)

    def explain_focus(self) -> None:
        """Say in the card where the number in focus comes from, in the engine's words."""
        from playground.engine.arithmetic import Place

        place = Place(self.scene.node, "output", self._index())
        if self.backward:
            place = Place(self.scene.node, "grad_input", self._input_index(), self._input_port())
        self.tell_origin(place)

    def tell_origin(self, place: Place) -> None:
        """Say in the card where a number comes from, once that is worked out."""
        trace = self.scene.trace
        key = (self.scene, place)

        def done(found: tuple[object, Explanation]) -> None:
            if found[0] is key:
                self.card.set_words(found[1].words)

        self._asked = key
        self.work_out("pair", lambda: (key, origin_of(trace, place)), done)

    def status(self) -> str:
        scene = self.scene
        if self.unit_count > 1:
            return f"{scene.title()}: {self.unit_noun} {self._unit + 1} of {self.unit_count}"
        return scene.title()
