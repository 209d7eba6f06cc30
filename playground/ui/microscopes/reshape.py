"""The microscope of layers that only rearrange: which number went where."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from playground.ui.microscopes.base import SHOWN, example
from playground.ui.microscopes.number_map import as_grid, cell_of, place_of
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.widgets.numbers import count, shape_text
from playground.ui.widgets.tensor_image import magnitude


class ReshapeMicroscope(PairMicroscope):
    """Left one map of the picture, right the whole list; a number in focus is framed on both sides."""

    unit_noun = "map"

    def make_middle(self) -> QWidget | None:
        return None

    @property
    def is_picture(self) -> bool:
        return self.scene.frame.inputs[0].ndim > 2

    @property
    def unit_count(self) -> int:
        return int(self.scene.frame.inputs[0].shape[1]) if self.has_scene else 1

    def _list_place(self) -> int:
        """Where in the list the number in focus went."""
        from playground.engine.arithmetic import list_index

        if not self.is_picture:
            return self._cell[0]
        return list_index(self.scene.frame, self._input_index())[1]

    @property
    def _extents(self) -> tuple[int, ...]:
        """Of one map, sequence or volume of the input."""
        return self.scene.frame.inputs[0].shape[2:]

    def _index(self) -> tuple[int, ...]:
        return SHOWN, self._list_place()

    def _input_index(self) -> tuple[int, ...]:
        return (SHOWN, self._unit, *place_of(self._cell, self._extents)) if self.is_picture else (SHOWN, self._cell[0])

    def _strongest(self) -> tuple[int, int]:
        numbers = np.abs(self._of_unit(example(self.scene.frame.inputs[0])))
        place = tuple(int(position) for position in np.unravel_index(int(numbers.argmax()), numbers.shape))
        return cell_of(place, numbers.shape) if self.is_picture else (place[0], 0)

    def _show_map(self) -> None:
        before, after = self.numbers_before(), self.numbers_after()
        laid, cells = as_grid(self._of_unit(before))
        self.before.show_map(laid, scale=magnitude(before) or 1.0, count=cells)
        listed, cells = as_grid(after.reshape(-1))
        self.after.show_map(listed, scale=magnitude(after) or 1.0, count=cells)
        if self.is_picture:
            cell = min(self._cell[0], laid.shape[0] - 1), min(self._cell[1], laid.shape[1] - 1)
            self._cell = cell_of(place_of(cell, self._extents), self._extents)
            self.strip_before.set_current(self._unit)
        self._strip_headings[1].hide()
        self.strip_after.hide()
        self._write_titles()
        self._show_cell()

    def _show_cell(self) -> None:
        place = self._list_place()
        self.before.choose(self._cell if self.is_picture else divmod(self._cell[0], self._columns(self.before)))
        self.after.choose(divmod(place, self._columns(self.after)))
        row, column = self.before.chosen or (0, 0)
        value = self.before.values[row, column] if self.before.values is not None else 0.0
        axes = {1: ("position",), 2: ("row", "column"), 3: ("slice", "row", "column")}.get(len(self._extents), ())
        named = [f"{axis} {position}" for axis, position in zip(axes, self._input_index()[2:], strict=True)]
        where = ", ".join([f"map {self._unit + 1}", *named]) if self.is_picture else f"number {place + 1}"
        self.before.set_caption(f"{where} = {value:.6g}")
        self.after.set_caption(f"number {place + 1} = {value:.6g}")
        self.show_element()
        self.status_changed.emit()

    def side_titles(self) -> tuple[str, str]:
        scene = self.scene
        shape = shape_text(self._of_unit(example(scene.frame.inputs[0])).shape)
        total = count(int(example(scene.frame.output).size))
        if self.backward:
            return f"blame of map {self._unit + 1}, {shape}", f"blame of the list of {total}, row by row"
        return (
            f"map {self._unit + 1} of {scene.title(scene.source())}, {shape}",
            f"one list of {total}, written row by row",
        )

    def choose_cell(self, side: str, row: int, column: int) -> None:
        from playground.engine.arithmetic import picture_index

        if side == "before" or not self.is_picture:
            super().choose_cell(side, row, column)
            return
        place = row * self._columns(self.after) + column
        _, unit, *cell = picture_index(self.scene.frame, (SHOWN, place))
        self._cell = cell_of(tuple(cell), self._extents)
        self._cells[self._key] = self._cell
        if unit == self._unit:
            self._show_cell()
        else:
            self.select_unit(unit)

    def show_element(self) -> None:
        frame = self.scene.frame
        self.subtitle.setText("nothing is computed, only rearranged")
        place = self._list_place()
        lines = [f"{shape_text(example(frame.inputs[0]).shape)} → {shape_text(example(frame.output).shape)}"]
        if self.is_picture:
            # Horner's scheme: (map · height + row) · width + column.
            first, *places = self._input_index()[1:]
            text = str(first)
            for extent, position in zip(self._extents, places, strict=True):
                text = f"({text})·{extent} + {position}" if " " in text else f"{text}·{extent} + {position}"
            lines.append(f"{text} = {place}, so number {place + 1}")
        self.set_card(self.card.words, "Where it goes", lines)
        self.explain_focus()
