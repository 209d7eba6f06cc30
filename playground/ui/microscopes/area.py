"""The microscope of layers that pool, enlarge, pad or crop: which numbers on the left made the one on the right."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QGridLayout, QWidget

from playground.layers import layer_type
from playground.ui.microscopes.area_settings import AreaSettings
from playground.ui.microscopes.area_sum import AreaSum, number_of, share_of
from playground.ui.microscopes.base import SHOWN, Scene, example
from playground.ui.microscopes.number_lines import Said
from playground.ui.microscopes.number_map import NumberMap, as_grid, cell_of, place_of
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.session import Session
from playground.ui.step.pace import Pace
from playground.ui.widgets.numbers import count, shape_text, short
from playground.ui.widgets.tensor_image import magnitude

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Index, Place

_SEQUENCES = 3
_LISTED = 16
"""So many numbers with shares of their own are written out in the card."""


class AreaMicroscope(PairMicroscope):
    """Right the number in focus, left an outline around all that it was made from.

    Steps are the numbers on the right, one after the other. A frame on the left stands around the one that decides
    (the largest; the only one), or that was clicked. A click there brings a number into focus in which that pixel has
    a part.
    """

    def __init__(self, session: Session, pace: Pace, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._channel = 0
        self._filled: int | None = None
        self._wanted: Index = ()
        self._source: Index = ()
        self._area: list[Index] = []
        self._asked_area: object = None
        self.strip_before.chosen.disconnect(self.select_unit)
        self.strip_before.chosen.connect(self._on_channel)
        self.settings = AreaSettings(session, pace)
        foot = self._foot.layout()
        assert isinstance(foot, QGridLayout)
        foot.addWidget(self.settings, 0, 2, 2, 1)
        foot.setColumnStretch(2, 1)

    def make_middle(self) -> QWidget | None:
        self.sum = AreaSum()
        self.sum.asked.connect(self._ask_place)
        return self.sum

    @property
    def _extents(self) -> tuple[int, ...]:
        """Of one channel of the input."""
        return self.scene.frame.inputs[0].shape[2:]

    def _present(self, scene: Scene) -> None:
        self._filled = None
        self.settings.show_layer(scene.frame)
        super()._present(scene)

    # ---- one number after the other

    @property
    def step_noun(self) -> str:  # type: ignore[override]
        return "window" if self.has_scene and self.scene.frame.type.startswith("adaptive") else "number"

    @property
    def step_count(self) -> int:
        """As many as there are numbers in the map on the right."""
        return prod(self.focused.shape[2:]) if self.has_scene and self.is_picture else 1

    @property
    def step(self) -> int:
        if not self.is_picture:
            return 0
        extents = self.focused.shape[2:]
        return int(np.ravel_multi_index(place_of(self._cell, extents), extents)) if extents else 0

    @property
    def filled(self) -> int:
        return self.step_count if self._filled is None else self._filled

    @property
    def row_length(self) -> int:
        return int(self.focused.shape[-1]) if self.focused.ndim > _SEQUENCES else max(1, self.step_count // 24)

    def begin(self) -> None:
        self.go_to_step(0)

    def finish(self) -> None:
        self._filled = None
        self._show_map()

    def go_to_step(self, step: int) -> None:
        if self.step_count == 1:
            return
        step = min(max(0, step), self.step_count - 1)
        extents = self.focused.shape[2:]
        place = tuple(int(at) for at in np.unravel_index(step, extents))
        self._wanted, self._filled = (), step + 1
        self._cell = self._cells[self._key] = cell_of(place, extents)
        self._show_cell()

    def status(self) -> str:
        if self.step_count == 1:
            return super().status()
        return f"{self.scene.title()}: {count(self.filled)} / {count(self.step_count)} {self.step_noun}s"

    def _show_filled(self) -> None:
        """Forward only what is worked out stands on the right."""
        if self._filled is not None:
            self._filled = max(self._filled, self.step + 1) if self.backward else self.step + 1
        self.after.reveal(self.step_count if self.backward else self.filled)

    # ---- what the pointer lights

    def _on_hovered(self, picture: NumberMap, cell: object) -> None:
        """A number lights all that it was made from, or all in which it has a part."""
        from playground.engine.arithmetic.reach import sinks, sources

        super()._on_hovered(picture, cell)
        frame, other = self.scene.frame, self.before if picture is self.after else self.after
        touched: list[tuple[int, int]] = []
        if isinstance(cell, tuple) and self.is_picture and picture is self.after:
            index = (SHOWN, self._unit, *place_of(cell, self.focused.shape[2:]))
            found = [place for place, _ in sources(frame, index) if place[1] == self._channel]
            touched = [cell_of(place[2:], self._extents) for place in found]
        elif isinstance(cell, tuple) and self.is_picture:
            pixel = (SHOWN, self._channel, *place_of(cell, self._extents))
            found = [place for place, _ in sinks(frame, pixel) if place[1] == self._unit]
            touched = [cell_of(place[2:], self.focused.shape[2:]) for place in found]
        other.touch(touched)

    # ---- what belongs to the number in focus

    def _find_area(self) -> None:
        """What the number in focus was made from, which of it is framed, and which channel of the input is shown."""
        from playground.engine.arithmetic.area import is_maximum
        from playground.engine.arithmetic.reach import largest, sources

        frame = self.scene.frame
        self._area = [source for source, _ in sources(frame, self._index())]
        channels = frame.inputs[0].shape[1]
        shown = [source for source in self._area if source[1] == self._channel] or self._area
        if self._wanted in self._area:
            self._source = self._wanted
        elif is_maximum(frame) and self._area:
            self._source = self._area[largest([float(frame.inputs[0][source]) for source in self._area])]
        else:
            self._source = shown[len(shown) // 2] if shown else ()
        self._channel = self._source[1] if self._source else min(self._unit, channels - 1)

    def _show_cell(self) -> None:
        from playground.engine.arithmetic.area import is_maximum

        self._find_area()
        numbers = self.numbers_before()
        laid, cells = as_grid(numbers[self._channel])
        self.before.show_map(laid, scale=magnitude(numbers) or 1.0, count=cells)
        self.strip_before.set_current(self._channel)
        super()._show_cell()
        decides = len(self._area) == 1 or is_maximum(self.scene.frame) or self._source == self._wanted or self.backward
        framed = cell_of(self._source[2:], self._extents) if self._source and decides else None
        self.before.choose(framed)
        area = [] if self.backward else self._area
        self.before.outline([cell_of(source[2:], self._extents) for source in area if source[1] == self._channel])
        self._outline_made()
        self._show_filled()
        self._write_caption(self.before, framed)

    def _outline_made(self) -> None:
        """Backward: an outline on the right around all that the pixel in focus has a part in."""
        from playground.engine.arithmetic.reach import sinks

        made = [out for out, _ in sinks(self.scene.frame, self._source)] if self.backward and self._source else []
        extents = self.focused.shape[2:]
        cells = [cell_of(out[2:], extents) for out in made if extents and out[1] == self._unit]
        self.after.outline(cells if len(cells) > 1 else [])

    def _write_caption(self, picture: NumberMap, cell: tuple[int, int] | None) -> None:
        values = picture.values
        if picture is not self.before or cell is None or values is None:
            super()._write_caption(picture, cell)
            return
        if cell[0] >= values.shape[0] or cell[1] >= values.shape[1]:
            return
        place = place_of(cell, self._extents)
        where = f"row {place[0]}, column {place[1]}" if len(place) == 2 else f"position {place[0]}"
        picture.set_caption(f"map {self._channel + 1}, {where} = {short(values[cell], 6)}")

    def _input_index(self) -> Index:
        return self._source or self._index()

    # ---- what is clicked

    def _on_channel(self, channel: int) -> None:
        """A map on the left was chosen: one on the right that is made from it is shown."""
        self._channel, self._wanted = channel, ()
        made = self._made_from((SHOWN, channel, *(extent // 2 for extent in self._extents)))
        unit = made[1] if made else min(channel, self.unit_count - 1)
        if unit != self._unit:
            self.select_unit(unit)
        else:
            self._show_cell()

    def _ask_place(self, place: Place, position: QPoint) -> None:
        trace = self.scene.trace
        self.ask(lambda: origin_of(trace, place), position)

    def light(self, places: Mapping[Place, str]) -> None:
        super().light(places)
        self.sum.light(places)

    def choose_cell(self, side: str, row: int, column: int) -> None:
        """Bring a number on the right into focus, or one in which a number on the left has a part."""
        self._wanted = ()
        if side == "after":
            super().choose_cell(side, row, column)
            self.step_changed.emit(self.step)
            return
        pixel = (SHOWN, self._channel, *place_of((row, column), self._extents))
        made = self._made_from(pixel)
        if made is None:
            return
        self._wanted = pixel
        if self.is_picture:
            self._cell = cell_of(made[2:], self.focused.shape[2:])
            self._cells[self._key] = self._cell
        if made[1] != self._unit:
            self.select_unit(made[1])
        else:
            self._show_cell()

    def _made_from(self, pixel: Index) -> Index | None:
        """A number on the right in which one on the left has a part: the one in focus, if it is one of them."""
        from playground.engine.arithmetic.reach import sinks

        made = [out for out, _ in sinks(self.scene.frame, pixel)]
        return self._index() if self._index() in made else made[0] if made else None

    # ---- words

    def show_element(self) -> None:
        frame = self.scene.frame
        kind = layer_type(frame.type)
        parts = (kind.title, kind.caption(frame.params), self._covered())
        self.subtitle.setText("  ·  ".join(part for part in parts if part))
        if self._source or not self.backward:
            self.explain_focus()
        else:
            self.set_card(kind.explanation, "The numbers", self._sizes())
            self.sum.hide()

    def _covered(self) -> str:
        """Of areas that differ in size: which rows and columns the one in focus covers."""
        if not self.scene.frame.type.startswith("adaptive") or not self._area:
            return ""
        names = ("rows", "columns") if len(self._extents) > 1 else ("positions",)
        along = zip(*(source[2:] for source in self._area), strict=True)
        return ", ".join(f"{name} {min(at)} … {max(at)}" for name, at in zip(names, along, strict=True))

    def _sizes(self) -> list[Said | str]:
        frame = self.scene.frame
        before, after = (shape_text(example(array).shape) for array in (frame.inputs[0], frame.output))
        return [f"{before} → {after}"]

    def tell_origin(self, place: Place) -> None:
        """Say in the card, and show above it, where a number comes from, once that is worked out."""
        trace = self.scene.trace
        self._asked_area = key = (self.scene, place)

        def done(found: tuple[object, Explanation]) -> None:
            if found[0] is self._asked_area:
                self._show_explanation(found[1])

        self.work_out("pair", lambda: (key, origin_of(trace, place)), done)

    def _show_explanation(self, found: Explanation) -> None:
        frame = self.scene.frame
        shown = frame.grad_output if self.backward else frame.inputs[0]
        title = "blame of what it made" if self.backward else "made from"
        self.sum.show_explanation(found, title, magnitude(example(shown)) if shown is not None else 1.0, self._room())
        self.set_card(found.words, "The numbers", [*self._lines(found), *self._sizes()])

    def _room(self) -> int:
        return max(120, round(self.before.height() * 0.5))

    def _lines(self, found: Explanation) -> list[Said | str]:
        """How the numbers become one."""
        symbol = "its blame" if self.backward else "it becomes"
        result = self.say(symbol, found.value, found.place, sign="=", is_chosen=True)
        if found.chosen is not None:
            winner = number_of(found.terms[found.chosen])
            place = None if winner is None else winner.place
            return [self.say(f"the largest of {count(len(found.terms))}", found.value, place, sign="="), result]
        if len(found.terms) < 2:
            return [result]
        lines: list[Said | str] = []
        if len(found.terms) <= _LISTED and any(len(term.factors) > 1 for term in found.terms):
            for term in found.terms:
                number = number_of(term)
                if number is not None and number.place is not None:
                    share = str(Fraction(share_of(term)).limit_denominator(4096))
                    lines.append(self.say(f"{share} ×", number.value, number.place))
        else:
            total = sum(term.value for term in found.terms)
            lines.append(self.say(f"{count(len(found.terms))} numbers, sum", total, sign="="))
        if found.scale is not None:
            lines.append(f"× {Fraction(found.scale.value).limit_denominator(4096)}")
        return [*lines, result]
