"""The fallback microscope: what goes in and what comes out, as maps or as a list, forward and backward."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.layers import layer_type
from playground.ui.microscopes.asking_card import Section
from playground.ui.microscopes.base import SHOWN, Scene, example
from playground.ui.microscopes.factor_roles import role_of
from playground.ui.microscopes.number_lines import Said
from playground.ui.microscopes.number_map import NumberMap, as_grid, cell_of, place_of
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.session import Session
from playground.ui.widgets.numbers import count, shape_text, short
from playground.ui.widgets.tensor_image import magnitude

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Factor, Place

_LISTED = 10
"""Of an explanation's factors at most so many are listed in the card; the popup has them all."""


class TensorMicroscope(PairMicroscope):
    """For layers without a microscope of their own. Any number on either side tells where it comes from.

    Of layers that work number by number the same place is framed on both sides; of others each side has a number of
    its own in focus. Between them stand the weights of the unit in focus, where each unit has a row of them
    (prototypes, perceptrons). The card lists what the number in focus is made of.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._inside: dict[str, tuple[int, int]] = {}
        self._found: tuple[object, Explanation] | None = None
        super().__init__(session, parent)

    def make_middle(self) -> QWidget:
        self.weights = NumberMap()
        self.weights.clicked.connect(self._on_weight)
        return self.weights

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.weights.setFixedHeight(max(150, min(300, round(0.42 * self.height()))))

    def _present(self, scene: Scene) -> None:
        self.weights.setVisible(self._rows_of_weights() is not None)
        self.before.setVisible(bool(scene.frame.inputs))
        super()._present(scene)

    @property
    def _is_same_shape(self) -> bool:
        frame = self.scene.frame
        same = bool(frame.inputs) and frame.inputs[0].shape == frame.output.shape
        return same and (layer_type(frame.type).keeps_shape or "weight" not in frame.weights)

    def numbers_before(self) -> np.ndarray:
        frame = self.scene.frame
        return super().numbers_before() if frame.inputs else np.zeros_like(example(frame.output))

    def side_titles(self) -> tuple[str, str]:
        if self.scene.frame.inputs:
            return super().side_titles()
        return "nothing goes in", "blame that arrives" if self.backward else "out"

    # ---- the weights of a unit

    def _rows_of_weights(self) -> np.ndarray | None:
        """The weights, or backward their gradients, if they are a row for each unit of a list; else None."""
        frame = self.scene.frame
        arrays = frame.grad_weights if self.backward else frame.weights
        rows = arrays.get("weight")
        if rows is None or rows.ndim != 2 or not frame.inputs or frame.output.ndim != 2:
            return None
        return rows if rows.shape == (frame.output.shape[1], frame.inputs[0].shape[1]) else None

    def _show_weights(self) -> None:
        rows = self._rows_of_weights()
        if rows is None:
            return
        laid, cells = as_grid(rows[self._unit])
        noun = "prototype" if self.scene.frame.type == "rbf" else "weights of unit"
        self.weights.show_map(laid, scale=magnitude(rows) or 1.0, count=cells)
        self.weights.set_title(f"blame of {noun} {self._unit + 1}" if self.backward else f"{noun} {self._unit + 1}")
        self.weights.choose(self.before.chosen)
        if self.before.chosen is not None:
            self.weights.set_caption(short(float(laid[self.before.chosen]), 6))

    def _weight_place(self, cell: tuple[int, int]) -> Place:
        from playground.engine.arithmetic import Place

        values = self.weights.values
        assert values is not None
        kind = "grad_weight" if self.backward else "weight"
        return Place(self.scene.node, kind, (self._unit, cell[0] * values.shape[1] + cell[1]), name="weight")

    def _on_weight(self, row: int, column: int, position: QPoint) -> None:
        self._inside[self.scene.node] = (row, column)
        self._show_cell()
        trace, place = self.scene.trace, self._weight_place((row, column))
        self.ask(lambda: origin_of(trace, place), position)

    def light(self, places: Mapping[Place, str]) -> None:
        super().light(places)
        if self._rows_of_weights() is None:
            return
        columns = self._columns(self.weights)
        kind = "grad_weight" if self.backward else "weight"
        lit = {
            divmod(place.index[1], columns): role
            for place, role in places.items()
            if place.node == self.scene.node
            and (place.kind, place.name) == (kind, "weight")
            and place.index[0] == self._unit
        }
        self.weights.light(lit)

    # ---- the number in focus on the left, where the shapes differ

    def _cell_before(self) -> tuple[int, int]:
        """The cell in focus on the left: the one that was chosen there, else the largest."""
        values = self.before.values
        assert values is not None
        cell = self._inside.get(self.scene.node)
        if cell is None or cell[0] >= values.shape[0] or cell[1] >= values.shape[1]:
            best = int(np.abs(np.nan_to_num(values)).argmax())
            cell = (best // values.shape[1], best % values.shape[1])
        return cell

    def _input_index(self) -> tuple[int, ...]:
        frame = self.scene.frame
        if self._is_same_shape or not frame.inputs:
            return super()._input_index()
        shape = frame.inputs[0].shape
        if len(shape) == 2:
            return SHOWN, self._cell_before()[0] * self._columns(self.before) + self._cell_before()[1]
        if not self.is_picture:  # all channels of the input stand below each other
            return SHOWN, *place_of(self._cell_before(), shape[1:])
        return SHOWN, min(self._unit, shape[1] - 1), *place_of(self._cell_before(), shape[2:])

    def _show_cell(self) -> None:
        super()._show_cell()
        if not self._is_same_shape:
            cell = self._cell_before() if self.scene.frame.inputs else None
            self.before.choose(cell)
            self._write_caption(self.before, cell)
        self._show_weights()

    def _on_clicked(self, side: str, row: int, column: int, position: QPoint) -> None:
        if side == "after" or self._is_same_shape:
            super()._on_clicked(side, row, column, position)
            return
        self._inside[self.scene.node] = (row, column)
        self._show_cell()
        self._ask_origin("before", position)

    def cell_at(self, side: str, place: Place) -> tuple[int, int] | None:
        if side == "after" or self._is_same_shape:
            return super().cell_at(side, place)
        shown = self.place_on(side)
        if (place.node, place.kind, place.port) != (shown.node, shown.kind, shown.port):
            return None
        if len(place.index) != len(shown.index) or place.index[0] != SHOWN:
            return None
        if len(place.index) == 2:
            return divmod(place.index[1], self._columns(self.before))
        if not self.is_picture:
            return cell_of(place.index[1:], self.scene.frame.inputs[0].shape[1:])
        return cell_of(place.index[2:], self.scene.frame.inputs[0].shape[2:])

    def focus_place(self) -> Place | None:
        if self.backward and not self.scene.frame.inputs:
            return self.place_on("after")
        return super().focus_place()

    # ---- the card

    def show_element(self) -> None:
        kind = layer_type(self.scene.frame.type)
        self.subtitle.setText(kind.title)
        self.card.set_words(kind.explanation)
        place = self.focus_place()
        assert place is not None
        self._explain(place)

    def _explain(self, place: Place) -> None:
        """List what the number in focus is made of, once that is worked out."""
        trace, key = self.scene.trace, (self.scene, place)
        self._asked = key
        self.card.set_sections(self._sections(None))

        def done(found: tuple[object, Explanation]) -> None:
            if found[0] is self._asked:
                if found[1].words:
                    self.card.set_words(found[1].words)
                self.card.set_sections(self._sections(found[1]))

        self.work_out("pair", lambda: (key, origin_of(trace, place)), done)

    def _sections(self, found: Explanation | None) -> list[Section]:
        frame = self.scene.frame
        sizes: list[Said | str] = [f"in   {shape_text(example(array).shape)}" for array in frame.inputs]
        sections: list[Section] = [("Its shape", [*sizes, f"out  {shape_text(example(frame.output).shape)}"])]
        place = self.focus_place()
        if found is None or place is None:
            return sections
        lines: list[Said | str] = [self.say("this number", found.value, place)]
        lines += [*(self._factor_line(factor) for factor in self._factors(found)[:_LISTED])]
        more = len(self._factors(found)) - _LISTED
        if more > 0:
            lines.append(f"and {count(more)} more: click the number")
        return [("What it is made of", lines), *sections]

    @staticmethod
    def _factors(found: Explanation) -> list[Factor]:
        """The factors of all terms, the largest terms first, then the scale and what is added; each once."""
        terms = sorted(found.terms, key=lambda term: -abs(term.value))
        factors = [factor for term in terms for factor in term.factors]
        factors += [factor for factor in (found.scale, found.offset) if factor is not None]
        return list({(factor.symbol, factor.place): factor for factor in factors}.values())

    def _factor_line(self, factor: Factor) -> Said:
        explain = factor.because
        if factor.place is not None:
            explain = partial(origin_of, self.scene.trace, factor.place)
        return Said(
            number=factor.value,
            symbol=factor.symbol,
            explain=explain,
            place=factor.place,
            role=role_of(factor),
            sign="=",
        )
