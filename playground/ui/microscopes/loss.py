"""The microscope of losses that compare numbers: the answer on the left, what it should have been on the right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.layers import layer_type
from playground.ui.microscopes.asking_card import Section
from playground.ui.microscopes.base import SHOWN, example
from playground.ui.microscopes.loss_plot import LossPlot
from playground.ui.microscopes.number_lines import Said
from playground.ui.microscopes.number_map import cell_of
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.widgets.numbers import short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

_LISTED = 4


class LossMicroscope(PairMicroscope):
    """Of lists, sequences and pictures. Between them how the loss goes with the number in focus, and its slope there.

    The card lists what the number is charged or blamed, and which numbers are charged most.
    """

    def make_middle(self) -> QWidget:
        self.plot = LossPlot(210)
        return self.plot

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.plot.setMinimumHeight(max(150, min(240, round(0.36 * self.height()))))

    @property
    def focused(self) -> np.ndarray:
        return self.scene.frame.inputs[0]

    @property
    def _is_wired(self) -> bool:
        return len(self.scene.frame.inputs) > 1

    @property
    def _has_classes(self) -> bool:
        target = self.scene.frame.target
        return target is not None and not self._is_wired and np.issubdtype(target.dtype, np.integer)

    def numbers_after(self) -> np.ndarray:
        """The target in the shape of the answer; where there is none, the answer itself."""
        frame = self.scene.frame
        answer = example(frame.inputs[0])
        if frame.target is None:
            return answer
        if not self._has_classes:
            return example(frame.target).reshape(answer.shape)
        label = int(frame.target[SHOWN])
        return np.array([float(label)]) if len(answer) == 1 else np.eye(len(answer))[label]

    def side_titles(self) -> tuple[str, str]:
        scene = self.scene
        before, _ = super().side_titles()
        if scene.frame.target is None:
            return before, "the answer itself is the loss"
        return before, f"target: {scene.title(scene.source(1))}" if self._is_wired else "target: what should come out"

    def _write_titles(self) -> None:
        super()._write_titles()
        self._strip_headings[0].setText("Blame handed back" if self.backward else "Answer")
        self._strip_headings[1].setText("Target" if self.scene.frame.target is not None else "Answer")

    # ---- where the numbers stand

    def place_on(self, side: str) -> Place:
        from playground.engine.arithmetic import Place

        scene, frame, index = self.scene, self.scene.frame, self._index()
        if side == "before":
            return super().place_on(side)
        if self._is_wired:
            return Place(scene.node, "input", index, 1)
        if frame.target is None:
            return Place(scene.node, "input", index)
        if self._has_classes:
            return Place(scene.node, "target", (SHOWN,))
        position = int(np.ravel_multi_index(index[1:], frame.inputs[0].shape[1:]))
        inner = np.unravel_index(position, frame.target.shape[1:])
        return Place(scene.node, "target", (SHOWN, *(int(place) for place in inner)))

    def places_beside(self) -> tuple[Place, ...]:
        """The slope of the curve is what is handed back."""
        return () if self.backward else (replace(self.place_on("before"), kind="grad_input"),)

    def focus_place(self) -> Place | None:
        from playground.engine.arithmetic import Place

        return self.place_on("before") if self.backward else Place(self.scene.node, "output", ())

    def light(self, places: Mapping[Place, str]) -> None:
        super().light(places)
        if self.after.chosen is not None and self.place_on("after") in places and not self.after.lit:
            self.after.light({self.after.chosen: places[self.place_on("after")]})

    def _ask_origin(self, side: str, position: QPoint) -> None:
        trace, place = self.scene.trace, self.place_on(side)
        self.ask(lambda: origin_of(trace, place), position)

    # ---- the number in focus

    def show_element(self) -> None:
        from playground.engine.arithmetic.loss_curve import loss_curve

        frame = self.scene.frame
        self.subtitle.setText(f"{layer_type(frame.type).title}: one number for how wrong the answer is")
        self.plot.show_curve(loss_curve(frame, self._index()))
        sections: list[Section] = [("The numbers", self._number_lines())]
        if not self.backward and frame.inputs[0][SHOWN].size > 1:
            sections.append(("Charged most", self._largest()))
        self.card.set_sections(sections)
        place = self.focus_place()
        assert place is not None
        self.tell_origin(place)

    def _number_lines(self) -> list[Said | str]:
        from playground.engine.arithmetic import Place
        from playground.engine.arithmetic.loss_curve import explain_charge
        from playground.engine.arithmetic.losses import explain_slope
        from playground.engine.arithmetic.surprise import explain_yes

        scene, frame, index = self.scene, self.scene.frame, self._index()
        curve = self.plot.curve
        assert curve is not None
        answer = Place(scene.node, "input", index)
        lines: list[Said | str] = [self.say("answer", float(frame.inputs[0][index]), answer, digits=6)]
        if frame.type == "binary_cross_entropy":
            yes = explain_yes(frame, index)
            lines.append(Said("yes p", yes.value, explain=lambda: yes, sign="→", digits=6))
        if frame.target is not None:
            wanted = float(self.numbers_after()[index[1:]])
            lines.append(self.say("target", wanted, self.place_on("after"), role="factor_target", digits=6))
        if self.backward:
            blame = Place(scene.node, "grad_input", index)
            slope = partial(explain_slope, frame, index)
            lines.append(Said("slope of the curve", curve.slope, explain=slope, role="factor_slope", digits=6))
            if curve.scale != 1:
                lines.append(Said("its part of the loss", curve.scale, sign="×", digits=6))
            lines.append(self.say("blame", float(frame.grad_inputs[0][index]), blame, sign="=", digits=6))
        else:
            lines.append(
                Said("charged", curve.point[1], explain=lambda: explain_charge(frame, index), digits=6)
                if self._charged_alone
                else Said("what is missing", curve.point[1], digits=6)
            )
            if curve.scale != 1:
                lines.append(Said("its part of the loss", curve.scale, sign="×", digits=6))
        lines.append(self.say("loss E", float(frame.output), Place(scene.node, "output", ()), digits=6))
        return lines

    @property
    def _charged_alone(self) -> bool:
        """Whether the curve shows the charge of this number and not that of several: hinge's true class."""
        frame = self.scene.frame
        if frame.type != "hinge" or frame.target is None or not self._has_classes or frame.inputs[0].shape[1] == 1:
            return True
        return self._index()[1] != int(frame.target[SHOWN])

    def _largest(self) -> list[Said | str]:
        from playground.engine.arithmetic.loss_curve import charges

        paid = charges(self.scene.frame)[SHOWN]
        total = float(np.abs(paid).sum())
        lines: list[Said | str] = []
        for place in np.argsort(-np.abs(paid), axis=None)[:_LISTED]:
            at = [int(part) for part in np.unravel_index(int(place), paid.shape)]
            part = f", {short(100 * abs(float(paid[tuple(at)])) / total, 3)} % of all" if total else ""
            where = f"number {at[0] + 1}" if len(at) == 1 else f"map {at[0] + 1}, {', '.join(map(str, at[1:]))}"
            label = f"{where}: {short(float(paid[tuple(at)]))}{part}"
            lines.append(Said(label, act=partial(self._go_to, tuple(at))))
        return lines

    def _go_to(self, at: tuple[int, ...]) -> None:
        """Bring a number into focus."""
        unit, *places = at
        if places:
            self._cell = self._cells[self._key] = cell_of(tuple(places), self.focused.shape[2:])
            if unit == self._unit:
                self._show_cell()
                return
        self.select_unit(unit)
