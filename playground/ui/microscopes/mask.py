"""The microscope of dropout: which numbers were kept, which were dropped, and how much larger the kept ones became."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from playground.ui.microscopes.asking_card import Section
from playground.ui.microscopes.base import SHOWN, Scene, example
from playground.ui.microscopes.mask_map import MaskMap
from playground.ui.microscopes.number_lines import Said
from playground.ui.microscopes.number_map import NumberMap, as_grid
from playground.ui.microscopes.scaling_table import ScalingTable
from playground.ui.microscopes.two_modes import TwoModesMicroscope
from playground.ui.session import Session
from playground.ui.widgets.buttons import IconButton
from playground.ui.widgets.flow_layout import FlowLayout
from playground.ui.widgets.headings import SectionHeading
from playground.ui.widgets.numbers import count, short

if TYPE_CHECKING:
    from playground.engine.full_pass import FullPass

_AT_ONCE = 2_000_000
"""Networks with more parameters are sent through without masks only when that is asked for."""


_MARKED = 32
"""Of more channels it is only counted how many were kept."""


class MaskMicroscope(TwoModesMicroscope):
    """The mask lies over what goes in, and stands beside it; the same mask serves backward.

    It can be drawn again and held for the rounds to come. Without masks the network says something else: how different
    it is stands in the card.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._full: tuple[object, FullPass] | None = None
        self._asked_full: object = None
        super().__init__(session, parent)

    def make_map(self) -> NumberMap:
        return MaskMap()

    def make_middle(self) -> QWidget:
        self.mask_map = NumberMap()
        self.mask_map.clicked.connect(self._on_mask_clicked)
        self.draw = IconButton("dice", "Draw again", "Draw all masks of this round once more")
        self.draw.clicked.connect(self.draw_again)
        self.hold = QCheckBox("Hold for the next rounds")
        self.hold.setToolTip("Use the masks of this round in all rounds, instead of drawing others each time")
        self.hold.toggled.connect(self._on_hold)
        middle = QWidget()
        bar = QWidget()
        row = FlowLayout(bar)
        for widget in (self.modes, self.draw, self.hold):
            row.addWidget(widget)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(bar)
        self.scaling = ScalingTable()
        self.scaling.explain_requested.connect(self.explain_requested)
        beside = QVBoxLayout()
        beside.setSpacing(6)
        beside.addWidget(SectionHeading("Making up for it, two ways"))
        beside.addWidget(self.scaling)
        beside.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.mask_map)
        row.addLayout(beside, 1)
        column.addLayout(row)
        return middle

    def _present(self, scene: Scene) -> None:
        held = scene.experiment.step_held
        self.hold.blockSignals(True)
        self.hold.setChecked(bool(held))
        self.hold.blockSignals(False)
        self.hold.setText(f"Hold (those of round {held})" if held else "Hold for the next rounds")
        super()._present(scene)
        self._show_masks_allowed()

    def _show_masks_allowed(self) -> None:
        training = self.scene.frame.mask is not None and not self.is_other_mode
        for widget in (self.draw, self.hold):
            widget.setEnabled(training)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = max(110, min(200, round(0.3 * self.height())))
        self.mask_map.setFixedSize(side, side + 8)

    # ---- the masks of the round

    def draw_again(self) -> None:
        """Draw the masks of this round once more; the rounds before stay as they are. Can be undone."""
        now = self.session.experiment
        self.session.apply("Draw the masks again", replace(now, step_draw=now.step_draw + 1))

    def _on_hold(self, on: bool) -> None:
        now = self.session.experiment
        label = "Hold the masks" if on else "Draw masks anew each round"
        self.session.apply(label, replace(now, step_held=self.scene.training_round if on else 0))

    def _on_mask_clicked(self, row: int, column: int, position: QPoint) -> None:
        from playground.engine.arithmetic import Place
        from playground.ui.microscopes.origin import origin_of

        if self.mask_map.chosen != (row, column) or self.scene.frame.mask is None:
            self.choose_cell("after", row, column)
            return
        trace, place = self.scene.trace, Place(self.scene.node, "mask", self._index())
        self.ask(lambda: origin_of(trace, place), position)

    # ---- the number in focus

    def show_element(self) -> None:
        from playground.engine.arithmetic import dropout_mask
        from playground.engine.arithmetic.scaling import dropout_ways

        frame, index = self.scene.frame, self._index()
        mask = example(dropout_mask(frame))
        laid, cells = as_grid(self._of_unit(mask))
        self.mask_map.show_map(laid, "grey", 1.0, cells)
        self.mask_map.choose(self.after.chosen)
        nothing = frame.mask is None
        self.mask_map.set_title("in use: no mask" if nothing else "white is kept")
        struck, _ = as_grid(self._of_unit(mask) == 0)
        for picture in (self.before, self.after):
            assert isinstance(picture, MaskMap)
            source = picture is (self.after if self.backward else self.before)
            picture.strike(struck if source and not nothing else None)
        part = float(str(frame.params["p"]))
        what = {"dropout2d": "whole channels", "stochastic_depth": "the whole branch"}.get(frame.type, "numbers")
        self.subtitle.setText(f"drops {what} at random while training, with a chance of {short(100 * part, 4)} %")
        self.scaling.show_ways(dropout_ways(frame, index), not nothing)
        self._show_sections()
        self._compare()
        self.explain_focus()

    def _show_sections(self) -> None:
        whole = "The whole network, with masks → without"
        sections: list[Section] = [("The mask", self._mask_lines())]
        if not self.keeps_secrets:  # what later stations work out is still to be guessed
            sections.append((whole, self._network_lines()))
        self.card.set_sections(sections)

    def _mask_lines(self) -> list[Said | str]:
        from playground.engine.arithmetic import Place

        frame, index, node = self.scene.frame, self._index(), self.scene.node
        part = float(str(frame.params["p"]))
        lines: list[Said | str] = []
        if frame.mask is None:
            lines.append("in use nothing is dropped: every number passes as it is")
        else:
            mask = example(frame.mask)
            lines += self._kept_lines(mask)
            here = Place(node, "mask", index)
            lines.append(self.say("mask m here", float(frame.mask[index]), here, role="factor_slope"))
            lines.append(Said("what is kept is made larger", 1 / (1 - part), sign="×", digits=4))
        kind, arriving = ("grad_output", frame.grad_output) if self.backward else ("input", frame.inputs[0])
        handed = frame.grad_inputs[0] if self.backward else frame.output
        if arriving is not None:
            first = Place(node, kind, index)  # type: ignore[arg-type]
            last = Place(node, "grad_input" if self.backward else "output", index)
            names = ("x, what comes in", "y, what goes out")
            if self.backward:
                names = ("blame that arrives", "blame handed back")
            lines.append(self.say(names[0], float(arriving[index]), first))
            lines.append(self.say(names[1], float(handed[index]), last, sign="="))
        return lines

    def _kept_lines(self, mask: np.ndarray) -> list[Said | str]:
        """How many of what is decided about together were kept."""
        frame = self.scene.frame
        if frame.type == "stochastic_depth":
            assert frame.mask is not None
            each = [bool(one.flat[0]) for one in frame.mask]
            said = "kept" if each[SHOWN] else "dropped: only the way past it is left"
            lines: list[Said | str] = [f"the branch is {said}"]
            if len(each) > 1:
                marks = "".join("■" if kept else "□" for kept in each)
                lines.append(f"examples {marks}  {sum(each)} of {len(each)} kept")
            return lines
        if frame.type == "dropout2d":
            channels = [bool(one.flat[0]) for one in mask]
            lines = [f"kept     {count(sum(channels))} of {count(len(channels))} channels"]
            marks = "".join("■" if kept else "□" for kept in channels)
            return [*lines, f"channels {marks}"] if len(channels) <= _MARKED else lines
        kept = int(np.count_nonzero(mask))
        return [f"kept     {count(kept)} of {count(int(mask.size))}", f"dropped  {count(int(mask.size) - kept)}"]

    # ---- the pass without masks

    def _compare(self) -> None:
        """Have the network say what it would have said with nothing dropped."""
        assert self._given is not None
        trace = self._given.trace
        if self._full is not None and self._full[0] is trace:
            return
        if self._given.frame.mask is None or self._given.analysis.parameters > _AT_ONCE:
            return
        self.compare()

    def compare(self) -> None:
        """Send the round's examples through the same weights without any mask."""
        assert self._given is not None
        trace, analysis = self._given.trace, self._given.analysis
        if self._asked_full is trace:
            return
        self._asked_full = trace

        def work() -> tuple[object, FullPass]:
            from playground.engine.full_pass import without_masks

            return trace, without_masks(trace, analysis)

        def done(found: tuple[object, FullPass]) -> None:
            if self._given is not None and found[0] is self._given.trace:
                self._full = found
                self._show_sections()

        self.work_out("full pass", work, done, only_once=True)

    def _network_lines(self) -> list[Said | str]:
        assert self._given is not None
        trace = self._given.trace
        if self._given.frame.mask is None:
            return []
        if self._full is None or self._full[0] is not trace:
            if self._given.analysis.parameters > _AT_ONCE and self._asked_full is not trace:
                return [Said("Compare with a pass in which nothing is dropped", act=self.compare)]
            return ["a pass without any mask is being worked out …"]
        from playground.engine.full_pass import answer_of

        full = self._full[1]
        lines: list[Said | str] = []
        if trace.loss is not None and full.loss is not None:
            lines.append(Said("loss E", trace.loss, f"→ {short(full.loss, 5)}"))
        masked, whole = np.ravel(example(answer_of(trace))), np.ravel(example(full.answer))
        names = self.scene.classes
        shares = len(names) == len(masked) and len(masked) > 1
        if shares:
            masked, whole = _softmax(masked), _softmax(whole)
        for place in np.argsort(-np.abs(whole))[:3]:
            name = f"share of {names[place]}" if shares else f"output {place + 1}"
            if shares:
                text = f"{short(100 * masked[place], 3)} % → {short(100 * whole[place], 3)} %"
                lines.append(Said(name, None, text))
            else:
                lines.append(Said(name, float(masked[place]), f"→ {short(whole[place], 5)}"))
        return lines


def _softmax(scores: np.ndarray) -> np.ndarray:
    """Shares of one; where the network ends in softmax itself they are that already."""
    from playground.engine.arithmetic.surprise import shares

    numbers = scores.astype(np.float64)
    if numbers.min() >= 0 and abs(numbers.sum() - 1) < 1e-6:
        return numbers
    return shares(numbers)
