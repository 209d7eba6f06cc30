"""The microscope of activations: the curve with the number in focus on it, and how many units are dead or saturated."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.layers import layer_type
from playground.ui.microscopes.asking_card import Section
from playground.ui.microscopes.base import SHOWN, Microscope, Scene, example
from playground.ui.microscopes.curve_plot import CurvePlot
from playground.ui.microscopes.number_lines import Said
from playground.ui.microscopes.number_map import cell_of
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.session import Session
from playground.ui.widgets.numbers import count

if TYPE_CHECKING:
    from playground.engine.arithmetic.quiet_units import Counted
    from playground.engine.trace import Frame

_COUNTED_AT_ONCE = 300_000
"""Larger layers are counted on the worker thread."""


class CurveMicroscope(PairMicroscope):
    """The number on the curve, the tangent there, the layer's other numbers as dots; blame × slope is handed back."""

    takes_turns = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._counted: tuple[Counted, ...] = ()
        self._counted_frame: Frame | None = None
        self._marked: int | None = None
        super().__init__(session, parent)

    @property
    def user_choices(self) -> tuple[object, ...]:
        return (*super().user_choices, self._marked)

    def take_over(self, other: Microscope) -> None:
        assert isinstance(other, CurveMicroscope)
        super().take_over(other)
        self._counted, self._counted_frame, self._marked = other._counted, other._counted_frame, other._marked

    def make_middle(self) -> QWidget:
        self.curve = CurvePlot(210)
        self.curve.dot_clicked.connect(self._on_dot)
        return self.curve

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.curve.setMinimumHeight(max(150, min(250, round(0.36 * self.height()))))

    def _present(self, scene: Scene) -> None:
        if scene.frame is not self._counted_frame:
            self._counted, self._marked, self._counted_frame = (), None, scene.frame
            self._count(scene.frame)
        super()._present(scene)

    # ---- the number in focus

    def show_element(self) -> None:
        frame, index = self.scene.frame, self._index()
        numbers = (example(frame.inputs[0]), example(frame.output))
        shared = frame.type != "prelu" or len(frame.weights["weight"]) == 1
        if not shared:  # each channel has a curve of its own
            numbers = (numbers[0][index[1]], numbers[1][index[1]])
        self.curve.show_point(frame, index, tangent=True, others=numbers)
        stands_in = layer_type(frame.type).surrogate is not None
        if self.backward:
            self.subtitle.setText(f"blame × slope of {'what stands in for it' if stands_in else 'the curve'}")
        else:
            own = f"{self.unit_noun} {index[1] + 1} has a slope of its own below 0"
            self.subtitle.setText(f"{'the same curve for every number' if shared else own}{self._counts_in_short()}")
        self._show_sections()
        self._show_marks()
        self.explain_focus()

    def _counts_in_short(self) -> str:
        """How many numbers are silent or saturated, how many units or maps dead: " · saturated 3 of 30"."""
        return "".join(f"  ·  {found.name} {count(found.found)} of {count(found.total)}" for found in self._counted)

    def _show_sections(self) -> None:
        sections: list[Section] = [("The numbers", self._number_lines()), ("The whole layer", self._layer_lines())]
        self.card.set_sections(sections)

    def _number_lines(self) -> list[Said]:
        from playground.engine.arithmetic import Place
        from playground.engine.arithmetic.curve import slope_factor

        frame, index, node = self.scene.frame, self._index(), self.scene.node
        slope = slope_factor(frame, index)
        own = Place(node, "weight", (index[1] if len(frame.weights.get("weight", ())) > 1 else 0,), name="weight")
        learnt = frame.type == "prelu"
        slope_line = Said("slope there", slope.value, explain=slope.because, sign="×", role="factor_slope")
        if not self.backward:
            lines = [
                self.say("x, what comes in", float(frame.inputs[0][index]), Place(node, "input", index)),
                self.say("y, what goes out", float(frame.output[index]), Place(node, "output", index), sign="→"),
                Said("slope there", slope.value, explain=slope.because, role="factor_slope"),
            ]
            return [*lines, self.say("slope below 0, learnt", _read(frame.weights, own), own)] if learnt else lines
        assert frame.grad_output is not None
        arriving, handed = Place(node, "grad_output", index), Place(node, "grad_input", index)
        lines = [
            self.say("blame that arrives", float(frame.grad_output[index]), arriving, role="factor_blame"),
            slope_line,
            self.say("blame handed back", float(frame.grad_inputs[0][index]), handed, sign="="),
        ]
        if learnt:
            blamed = Place(node, "grad_weight", own.index, name="weight")
            lines.append(self.say("blame of the slope itself", _read(frame.grad_weights, own), blamed))
        return lines

    def _layer_lines(self) -> list[Said | str]:
        frame = self.scene.frame
        lines: list[Said | str] = []
        for number, found in enumerate(self._counted):
            said = f"of {count(found.total)} {_plural(found.noun, found.total)} {found.rule}"
            if found.found:
                shown = number == self._marked
                hint = "(click: hide)" if shown else "(click: show)"
                act = partial(self.mark, None if shown else number)
                label = f"{found.name}: {count(found.found)}"
                lines.append(Said(label, None, f"{said} {hint}", act=act, role="text", is_chosen=shown))
            else:
                lines.append(f"{found.name}: none {said}")
        if self._counted and not any(found.name == "dead" for found in self._counted):
            lines.append("dead: several examples together tell (This round…)")
        if told := still_line(frame.type, example(frame.inputs[0]), example(frame.output)):
            lines.append(told)
        if self.backward:
            passed = frame.grad_inputs[0][SHOWN]
            lines.append(f"blame comes through at {count(int(np.count_nonzero(passed)))} of {count(passed.size)}")
        return lines

    # ---- quiet units

    def _count(self, frame: Frame) -> None:
        from playground.engine.arithmetic.quiet_units import quiet_units

        if frame.output.size <= _COUNTED_AT_ONCE:
            self._counted = quiet_units(frame, SHOWN)
            return

        def done(found: tuple[Frame, tuple[Counted, ...]]) -> None:
            if found[0] is self._counted_frame:
                self._counted = found[1]
                self.show_element()

        self.work_out("counts", lambda: (frame, quiet_units(frame, SHOWN)), done, only_once=True)

    def mark(self, which: int | None) -> None:
        """Show which numbers one of the counts means, on the maps and on the curve; None ends it."""
        self._marked = which
        if which is not None and self.is_picture:
            where = self._counted[which].where
            if not where[self._unit].any():
                self.select_unit(int(np.argmax(where.reshape(len(where), -1).any(axis=1))))
                return
        self.show_element()

    def _show_marks(self) -> None:
        cells: list[tuple[int, int]] = []
        where: np.ndarray[Any, Any] | None = None
        if self._marked is not None and self._marked < len(self._counted):
            where = self._counted[self._marked].where
            own = where[self._unit] if self.is_picture else where
            columns = self._columns(self.after)
            for place in np.argwhere(own):
                at = tuple(int(position) for position in place)
                cells.append(cell_of(at, own.shape) if self.is_picture else divmod(at[0], columns))
        for picture in (self.before, self.after):
            picture.outline(cells)
        if where is not None and self.scene.frame.type == "prelu" and len(self.scene.frame.weights["weight"]) > 1:
            where = where[self._unit]
        self.curve.mark(where)

    def _on_dot(self, number: int) -> None:
        """A dot of the curve was clicked: its number comes into focus."""
        shape = example(self.scene.frame.output).shape
        if self.scene.frame.type == "prelu" and len(self.scene.frame.weights["weight"]) > 1:
            number += self._unit * int(np.prod(shape[1:]))
        place = tuple(int(position) for position in np.unravel_index(number, shape))
        if not self.is_picture:
            self.select_unit(place[0])
            return
        self._cell = self._cells[self._key] = cell_of(place[1:], shape[1:])
        if place[0] == self._unit:
            self._show_cell()
        else:
            self.select_unit(place[0])


def _read(arrays: Any, place: Any) -> float:
    return float(arrays[place.name][place.index])


def _plural(noun: str, number: int) -> str:
    return noun if number == 1 else f"{noun}s"


def still_line(kind: str, x: np.ndarray, y: np.ndarray) -> str:
    """What the curve does to the numbers of the example: how many it bends, makes small or lets through; or nothing.

    Those on flat pieces are counted elsewhere (`engine.arithmetic.quiet_units`).
    """
    total = count(int(x.size))

    def told(what: str, where: np.ndarray) -> str:
        return f"{what}: {count(int(np.count_nonzero(where)))} of {total}"

    match kind:
        case "relu6":
            return told("cut off (0 or 6)", (x <= 0) | (x >= 6))
        case "leaky_relu":
            return told("negative, so made small", x < 0)
        case "prelu" | "elu":
            return told("negative, so bent", x < 0)
        case "gelu" | "silu" | "softplus":
            return told("negative, so mostly held back", x < 0)
        case "step":
            return told("firing (1)", y == 1)
        case "sine":
            return told("where the wave falls", np.cos(x) < 0)
        case "square":
            return told("negative, so the sign is lost", x < 0)
        case "identity":
            return told("passed on", np.ones_like(x))
        case _:
            return ""
