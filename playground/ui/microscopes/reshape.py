"""The microscope of layers that only move numbers: which number went where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.layers import layer_type
from playground.ui.microscopes.base import SHOWN, Scene
from playground.ui.microscopes.cells import cell_rect
from playground.ui.microscopes.number_map import NumberMap, as_grid, cell_of, map_grids, place_of
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.microscopes.reshape_flight import Flight, FlightView
from playground.ui.session import Session
from playground.ui.widgets.numbers import count, shape_text, short
from playground.ui.widgets.tensor_image import magnitude, signed_pixels

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place
    from playground.engine.arithmetic.moves import Moves
    from playground.engine.trace import Frame

Cell = tuple[int, int]
Index = tuple[int, ...]

MOST_STEPS = 24
_MOST_FLYING = 1600
"""Maps of more numbers do not fly."""
_AXES = {0: (), 1: ("position",), 2: ("row", "column"), 3: ("slice", "row", "column")}


class ReshapeMicroscope(PairMicroscope):
    """Left the map that the number in focus came from, right the one that it went to; both are framed.

    Units are the maps of the result; where that is one list, those of the input. Steps carry the cells over, some rows
    at a time: forward from left to right, and backwards the blame from right to left.
    """

    step_noun = "row"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._moves: Moves | None = None
        self._moves_frame: Frame | None = None
        self._focus: dict[tuple[str, bool], Index] = {}
        self._out: Index = (0,)
        self._map_before = 0
        self._crossings: tuple[tuple[object, ...], list[tuple[int, Flight]]] | None = None
        self._step = -1
        self.flight = FlightView(self)
        self.strip_before.chosen.disconnect(self.select_unit)
        self.strip_before.chosen.connect(self._on_map_before)

    def make_middle(self) -> QWidget | None:
        return None

    # ---- what stands where; places are those of one example

    @property
    def moves(self) -> Moves:
        """From where to where."""
        from playground.engine.arithmetic.moves import moves_of

        if self._moves is None or self._moves_frame is not self.scene.frame:
            self._moves, self._moves_frame = moves_of(self.scene.frame), self.scene.frame
        return self._moves

    @property
    def is_picture(self) -> bool:
        """Whether units are maps: those on the right, or of the input where that is a list."""
        return self.has_scene and (len(self.moves.after) > 1 or len(self.moves.before) > 1)

    @property
    def _by_input(self) -> bool:
        """Whether a picture becomes one list, so that the units are its maps."""
        return len(self.moves.after) == 1 and len(self.moves.before) > 1

    @property
    def unit_count(self) -> int:
        if not self.has_scene:
            return 1
        return self.moves.before[0] if self._by_input else self.moves.after[0]

    @property
    def _source(self) -> Index | None:
        """Where the number in focus came from."""
        return self.moves.came_from(self._out)

    def _index(self) -> Index:
        return SHOWN, *self._out

    def _input_index(self) -> Index:
        source = self._source
        return (SHOWN, *source) if source is not None else (SHOWN, *(0 for _ in self.moves.before))

    def focus_place(self) -> Place | None:
        if self.backward and self._source is None:
            return self.place_on("after")
        return super().focus_place()

    def _shown_map(self, side: str) -> int:
        """Which map of a side is on screen; −1 where that is a list."""
        if side == "after":
            return -1 if len(self.moves.after) == 1 else self._out[0]
        if len(self.moves.before) == 1:
            return -1
        return self._source[0] if self._source is not None else self._map_before

    def cell_on(self, side: str, place: Index) -> Cell | None:
        """The cell of a side in which a number is drawn; None if another map is on screen."""
        shape = self.moves.before if side == "before" else self.moves.after
        if len(shape) == 1:
            return cell_of(place, shape)
        return cell_of(place[1:], shape[1:]) if place[0] == self._shown_map(side) else None

    def _place_in(self, side: str, cell: Cell) -> Index:
        """The number in a cell of the map on screen."""
        shape = self.moves.before if side == "before" else self.moves.after
        if len(shape) == 1:
            return place_of(cell, shape)
        return (self._shown_map(side), *place_of(cell, shape[1:]))

    def cell_at(self, side: str, place: Place) -> Cell | None:
        shown = self.place_on(side)
        if (place.node, place.kind, place.port) != (shown.node, shown.kind, shown.port):
            return None
        if len(place.index) != len(shown.index) or place.index[0] != SHOWN:
            return None
        return self.cell_on(side, place.index[1:])

    # ---- showing

    def _present(self, scene: Scene) -> None:
        self.unit_noun = "number" if not self.is_picture else "map"
        self._foot.setVisible(self.is_picture)
        for strip, heading, numbers in (
            (self.strip_before, self._strip_headings[0], self.numbers_before()),
            (self.strip_after, self._strip_headings[1], self.numbers_after()),
        ):
            heading.setVisible(numbers.ndim > 1)
            strip.setVisible(numbers.ndim > 1)
            if numbers.ndim > 1:
                strip.set_maps(map_grids(numbers), scaling=magnitude(numbers) or 1.0)
        known = self._focus.get(self._key)
        if known is None or len(known) != len(self.moves.after) or np.any(np.array(known) >= self.moves.after):
            known = self._first()
        self._take(known)
        self._step, self._crossings = -1, None
        self._show_map()

    def _first(self) -> Index:
        """The largest number, as something to look at first."""
        numbers = np.abs(np.nan_to_num(self.numbers_after()))
        return tuple(int(at) for at in np.unravel_index(int(numbers.argmax()), numbers.shape))

    def _take(self, out: Index) -> None:
        """Another number in focus."""
        self._out = out
        self._focus[self._key] = out
        source = self._source
        if self._by_input:
            self._unit = source[0] if source is not None else 0
        else:
            self._unit = out[0]
        if source is not None and len(source) > 1:
            self._map_before = source[0]
        self._map_before = min(self._map_before, self.moves.before[0] - 1)

    def _present_unit(self) -> None:
        """Another map: the same cell of it."""
        if self._by_input and self._source is not None:
            self._take(self.moves.went_to((self._unit, *self._source[1:]))[0])
        elif not self._by_input:
            self._take((self._unit, *self._out[1:]))
        self._show_map()

    def _on_map_before(self, unit: int) -> None:
        """A map on the left was chosen: go to where its cell went, or else any of its numbers."""
        rest = self._source[1:] if self._source is not None else tuple(0 for _ in self.moves.before[1:])
        found = self.moves.went_to((unit, *rest))
        if not found:
            size = int(np.prod(self.moves.before[1:]))
            inside = np.argwhere(self.moves.origin // size == unit)
            found = (tuple(int(at) for at in inside[0]),) if len(inside) else ()
        if found:
            self._go(found[0])

    def _go(self, out: Index) -> None:
        before = self._unit
        self._take(out)
        self._show_map()
        if self._unit != before:
            self.unit_changed.emit(self._unit)

    def _show_map(self) -> None:
        self.flight.end()
        for side, picture, numbers in (
            ("before", self.before, self.numbers_before()),
            ("after", self.after, self.numbers_after()),
        ):
            shown = self._shown_map(side)
            laid, cells = as_grid(numbers if shown < 0 else numbers[shown])
            picture.show_map(laid, scale=magnitude(numbers) or 1.0, count=cells)
        if self._shown_map("before") >= 0:
            self.strip_before.set_current(self._shown_map("before"))
        if self._shown_map("after") >= 0:
            self.strip_after.set_current(self._shown_map("after"))
        self._write_titles()
        self._show_cell()

    def _show_cell(self) -> None:
        source = self._source
        self.before.choose(None if source is None else self.cell_on("before", source))
        self.after.choose(self.cell_on("after", self._out))
        self._write_captions(source, self._out)
        self.show_element()
        self.status_changed.emit()

    def _write_captions(self, source: Index | None, out: Index | None) -> None:
        sides = ((self.before, self.numbers_before(), source), (self.after, self.numbers_after(), out))
        for picture, numbers, place in sides:
            if place is None:
                picture.set_caption("not from the input: filled in" if picture is self.before else "left out here")
            else:
                picture.set_caption(f"{where(place)} = {short(float(numbers[place]), 6)}")

    def side_titles(self) -> tuple[str, str]:
        scene, moves = self.scene, self.moves
        source = scene.title(scene.source())
        shown = self._shown_map("before")
        left = f"of {source}, {shape_text(moves.before)}" if shown < 0 else f"map {shown + 1} of {source}"
        left = left if shown < 0 else f"{left}, {shape_text(moves.before[1:])}"
        if len(moves.after) == 1:
            right = f"one list of {count(moves.after[0])}" + (", written row by row" if self._by_input else "")
        else:
            right = f"map {self._out[0] + 1} of {moves.after[0]}, {shape_text(moves.after[1:])}"
        return (f"blame: {left}", f"blame that arrives: {right}") if self.backward else (left, right)

    def show_element(self) -> None:
        moves, out, source = self.moves, self._out, self._source
        kind = layer_type(self.scene.frame.type)
        caption = kind.caption(self.scene.frame.params)
        self.subtitle.setText("  ·  ".join(p for p in (caption, "nothing is computed, only moved") if p))
        lines = [f"{shape_text(moves.before)} → {shape_text(moves.after)}"]
        if source is None:
            lines.append(f"{where(out)} is filled in: it came from nowhere")
        elif self._by_input and self.scene.frame.type == "flatten":
            lines.append(horner(source, moves.before, out[0]))
        else:
            lines.append(f"{where(source)} → {where(out)}")
        several = () if source is None else moves.went_to(source)
        if len(several) > 1:
            lines.append(f"it is found at {count(len(several))} places, so it collects the blame of all of them")
        if moves.left_out:
            lines.append(f"{count(moves.left_out)} numbers of the input are left out")
        self.set_card(self.card.words, "Where it goes", lines)
        if not self.backward or source is not None:
            self.explain_focus()

    # ---- pointing

    def choose_cell(self, side: str, row: int, column: int) -> None:
        place = self._place_in(side, (row, column))
        if side == "after":
            self._go(place)
            return
        found = self.moves.went_to(place)
        if found:
            shown = [out for out in found if self.cell_on("after", out) is not None]
            self._go(shown[0] if shown else found[0])

    def _on_hovered(self, picture: NumberMap, cell: object) -> None:
        """Hovering either side lights the other."""
        self.before.outline(())
        self.after.outline(())
        if not isinstance(cell, tuple):
            self._write_captions(self._source, self._out)
            return
        if picture is self.before:
            place = self._place_in("before", cell)
            found = self.moves.went_to(place)
            cells = [self.cell_on("after", out) for out in found]
            self.after.outline([each for each in cells if each is not None])
            self._write_captions(place, found[0] if found else None)
        else:
            out = self._place_in("after", cell)
            source = self.moves.came_from(out)
            lit = None if source is None else self.cell_on("before", source)
            self.before.outline(() if lit is None else (lit,))
            self._write_captions(source, out)

    # ---- carrying the cells over

    @property
    def _rows(self) -> int:
        """Rows of the map that the cells leave."""
        leaving = self.after if self.backward else self.before
        return 1 if leaving.values is None else int(leaving.values.shape[0])

    @property
    def step_count(self) -> int:
        if not self.has_scene or self.before.values is None or self.after.values is None:
            return 1
        most = max(self.before.values.size, self.after.values.size)
        return 1 if most > _MOST_FLYING else min(MOST_STEPS, self._rows)

    @property
    def step(self) -> int:
        return self.step_count - 1 if self._step < 0 else min(self._step, self.step_count - 1)

    @property
    def row_length(self) -> int:
        return 1

    def go_to_step(self, step: int) -> None:
        if not 0 <= step < self.step_count:
            return
        flies = step == self.step + 1 or step == 0
        self._step = step
        now, later = self._flying(step)
        self.flight.setGeometry(self.rect())
        if self.step_count == 1 or (not flies and not later):
            self.flight.end()
        else:
            self.flight.carry(now if flies else [], [flight.end for flight in later])
        self.step_changed.emit(step)
        self.status_changed.emit()

    def _flying(self, step: int) -> tuple[list[Flight], list[Flight]]:
        """The cells that leave in a step, and those that leave later, among what both maps show."""
        rects = self.before.picture_rect(), self.after.picture_rect()
        key = (self._shown_map("before"), self._shown_map("after"), *(rect.getRect() for rect in rects))
        if self._crossings is None or self._crossings[0] != key:
            self._crossings = key, self._find_crossings()
        turns = self._crossings[1]
        return [each for turn, each in turns if turn == step], [each for turn, each in turns if turn > step]

    def _find_crossings(self) -> list[tuple[int, Flight]]:
        """All cells that both maps show, and in which step each flies."""
        rows, steps = self._rows, self.step_count
        numbers = self.numbers_before()
        pixels = signed_pixels(numbers, magnitude(numbers) or 1.0)
        found: list[tuple[int, Flight]] = []
        assert self.after.values is not None
        high, wide = self.after.values.shape
        count_of_list = self.moves.after[0] if len(self.moves.after) == 1 else high * wide
        for row, column in np.ndindex(high, wide):
            if row * wide + column >= count_of_list:
                continue
            source = self.moves.came_from(self._place_in("after", (row, column)))
            start = None if source is None else self.cell_on("before", source)
            if source is None or start is None:
                continue
            ends = self._rect(self.before, start), self._rect(self.after, (row, column))
            first, last = (ends[1], ends[0]) if self.backward else ends
            turn = (row if self.backward else start[0]) * steps // rows
            found.append((turn, Flight(first, last, int(pixels[source]))))
        return found

    def _rect(self, picture: NumberMap, cell: Cell) -> QRectF:
        """Where a cell lies in this widget."""
        assert picture.values is not None
        rows, columns = picture.values.shape
        rect = cell_rect(picture.picture_rect(), (rows, columns), *cell)
        return rect.translated(picture.mapTo(self, picture.rect().topLeft()).toPointF())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.flight.end()
        self.flight.setGeometry(self.rect())

    def status(self) -> str:
        if self.step_count > 1 and self.filled < self.step_count:
            return f"{self.scene.title()}: {self.filled} of {self.step_count} rows carried over"
        return super().status()


def where(place: Index) -> str:
    """A place of one example in words: "number 3", "map 2, row 1, column 4"."""
    first, *rest = place
    if not rest:
        return f"number {first + 1}"
    named = (f"{axis} {position}" for axis, position in zip(_AXES[len(rest)], rest, strict=True))
    return ", ".join((f"map {first + 1}", *named))


def horner(source: Index, shape: Index, position: int) -> str:
    """How the place in the list is counted: (map · height + row) · width + column."""
    first, *places = source
    text = str(first)
    for extent, at in zip(shape[1:], places, strict=True):
        text = f"({text})·{extent} + {at}" if " " in text else f"{text}·{extent} + {at}"
    return f"{text} = {position}, so number {position + 1}"
