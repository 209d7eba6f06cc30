"""The microscope of the update: a layer's weights before, the step that each takes, and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from playground.ui.microscopes.base import Microscope, Scene
from playground.ui.microscopes.gradient_check_row import GradientCheckRow
from playground.ui.microscopes.map_strip import MapStrip
from playground.ui.microscopes.number_map import NumberMap, as_grid, map_grids, place_of
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.story import Block, FormulaBox, Heading, Line, Lines, Own, Prose, Result, StoryPanel
from playground.ui.microscopes.update_words import memory_story, rule_words
from playground.ui.session import Session
from playground.ui.widgets.headings import SectionHeading, Separator, TextLabel
from playground.ui.widgets.numbers import count, short
from playground.ui.widgets.tensor_image import magnitude

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

_LOW = 560


class UpdateMicroscope(Microscope):
    """before − step = after, cell by cell, and the gradient behind the step. Units are filters or neurons."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._channel = 0
        self._cell: tuple[int, int] | None = None
        self._shape: tuple[int, ...] = ()
        self.before, self.step_map, self.after, self.gradient = NumberMap(), NumberMap(), NumberMap(), NumberMap()
        for picture in self._pictures:
            picture.clicked.connect(self._on_clicked)
        self.units = MapStrip(56)
        self.units.chosen.connect(self.select_unit)
        self.planes = MapStrip(40, 6)
        self.planes.chosen.connect(self._on_channel)
        self._units_heading = SectionHeading("")
        self.story = StoryPanel()
        self.story.explain_requested.connect(self.explain_requested)
        self.check = GradientCheckRow(session)
        left = QVBoxLayout()
        left.setContentsMargins(24, 14, 20, 12)
        left.setSpacing(10)
        left.addLayout(self.header())
        left.addLayout(self._make_grid(), 1)
        left.addWidget(self.planes)
        left.addWidget(self._units_heading)
        left.addWidget(self.units)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(left, 1)
        outer.addWidget(Separator(Qt.Orientation.Vertical))
        outer.addWidget(self.story)

    @property
    def _pictures(self) -> tuple[NumberMap, ...]:
        return self.before, self.step_map, self.after, self.gradient

    def _make_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        places = ((self.before, 0, 0), (self.step_map, 0, 2), (self.after, 0, 4), (self.gradient, 1, 2))
        for picture, row, column in places:
            grid.addWidget(picture, row, column)
        for text, column in (("−", 1), ("=", 3)):
            sign = TextLabel(text, "title", "muted")
            sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
            sign.setFixedWidth(22)
            grid.addWidget(sign, 0, column)
        self._rule = TextLabel("", "small", "muted", wrap=True)
        self._rule.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._rule.setContentsMargins(0, 26, 0, 0)
        grid.addWidget(self._rule, 1, 4)
        for column in (0, 2, 4):
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(0, 1)
        grid.setRowStretch(1, 1)
        return grid

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.story.setFixedWidth(max(330, min(460, int(event.size().width() * 0.32))))
        self.units.set_tile(40 if self.height() < _LOW else 56)

    # ---- what is shown

    @property
    def _name(self) -> str:
        """The parameter that is drawn: the weights, or the first there is."""
        weights = self.scene.frame.weights
        return "weight" if "weight" in weights else next(iter(weights))

    @property
    def _weights(self) -> np.ndarray[Any, Any]:
        return self.scene.frame.weights[self._name]

    @property
    def unit_count(self) -> int:
        if not self.has_scene or not self.scene.frame.weights:
            return 1
        return int(self._weights.shape[0]) if self._is_conv or self._weights.ndim == 2 else 1

    def _present(self, scene: Scene) -> None:
        frame = scene.frame
        self.unit_noun = _noun(frame.type)
        if not frame.weights:
            self._present_nothing()
            return
        if frame.grad_weights[self._name].shape != self._shape:
            self._shape, self._cell, self._channel = self._weights.shape, None, 0
        self._show_strips()
        self._show_unit()

    def _present_nothing(self) -> None:
        self.title.setText("Update")
        self.subtitle.setText("")
        self.story.tell(
            [Heading("Nothing to update"), Prose("No layer of this network has weights, so there is nothing to learn.")]
        )

    def _show_strips(self) -> None:
        weights, is_conv = self._weights, self._is_conv
        self.planes.setVisible(is_conv and weights.shape[1] > 1)
        self.units.setVisible(is_conv)
        self._units_heading.setVisible(is_conv)
        if is_conv:
            self._channel = min(self._channel, weights.shape[1] - 1)
            of_channel = f" · map {self._channel + 1} of each" if weights.shape[1] > 1 else ""
            self._units_heading.setText(f"Filters after the update{of_channel}")
            self.units.set_maps(map_grids(self._updated[:, self._channel]), scaling=magnitude(weights) or 1.0)
            self.planes.set_maps(map_grids(weights[self._unit]), scaling=magnitude(weights) or 1.0)
            self.planes.set_current(self._channel)
            self.units.set_current(self._unit)

    @property
    def _is_conv(self) -> bool:
        """Whether the parameter is a kernel for each unit and channel."""
        return "conv" in self.scene.frame.type and self._weights.ndim >= 3

    @property
    def _updated(self) -> np.ndarray[Any, Any]:
        return self.scene.frame.updated.get(self._name, self._weights)

    def _of_unit(self, tensor: np.ndarray) -> np.ndarray:
        """The part of a parameter that belongs to the unit in focus: a filter's plane, a neuron's row, or all."""
        if self._is_conv:
            return tensor[self._unit, self._channel]
        return tensor[self._unit] if tensor.ndim == 2 else tensor

    def _show_unit(self) -> None:
        frame, name = self.scene.frame, self._name
        before, after = self._of_unit(self._weights), self._of_unit(self._updated)
        gradient = self._of_unit(frame.grad_weights[name])
        step = before - after
        if self._cell is None:
            laid, _ = as_grid(np.abs(gradient))
            row, column = np.unravel_index(int(laid.argmax()), laid.shape)
            self._cell = (int(row), int(column))
        scale = magnitude(self._weights) or 1.0
        for picture, numbers, title, of in (
            (self.before, before, "weights before", scale),
            (self.step_map, step, "the step", None),
            (self.after, after, "weights after", scale),
            (self.gradient, gradient, "gradient ∂E/∂w", None),
        ):
            laid, cells = as_grid(numbers)
            picture.show_map(laid, scale=of, count=cells)
            picture.set_title(title)
        self._show_cell()

    def _present_unit(self) -> None:
        if self._is_conv:
            self._show_strips()
        self._show_unit()

    def _on_channel(self, channel: int) -> None:
        self._channel = channel
        self._show_strips()
        self._show_unit()

    def _show_cell(self) -> None:
        assert self._cell is not None
        rows = self.before.values
        assert rows is not None
        self._cell = (min(self._cell[0], rows.shape[0] - 1), min(self._cell[1], rows.shape[1] - 1))
        for picture in self._pictures:
            picture.choose(self._cell)
            assert picture.values is not None
            picture.set_caption(short(float(picture.values[self._cell]), 6))
        scene = self.scene
        which = f" · {self.unit_noun} {self._unit + 1} of {count(self.unit_count)}" if self.unit_count > 1 else ""
        self.title.setText(f"Update · {scene.title()}{which}")
        self.subtitle.setText("choose another layer in the strip above")
        self._rule.setText(self._rule_text())
        self.story.tell(self._story())
        self.status_changed.emit()

    def _rule_text(self) -> str:
        rule = self.scene.trace.rule
        if self._name in self.scene.frame.frozen:
            return "This layer is held fast: training leaves it as it is."
        if rule is None:
            return ""
        return rule_words(rule)

    # ---- one weight

    def _index(self) -> tuple[int, ...]:
        assert self._cell is not None
        shape = self._weights.shape
        if self._is_conv:
            return self._unit, self._channel, *place_of(self._cell, shape[2:])
        if len(shape) == 2:
            return self._unit, *place_of(self._cell, shape[1:])
        if len(shape) <= 3:
            return place_of(self._cell, shape)
        (place,) = place_of(self._cell, (self._weights.size,))
        return tuple(int(position) for position in np.unravel_index(place, shape))

    def _place(self, kind: str) -> Place:
        from playground.engine.arithmetic import Place

        return Place(self.scene.node, kind, self._index(), name=self._name)  # type: ignore[arg-type]

    def _on_clicked(self, row: int, column: int, position: QPoint) -> None:
        if (row, column) != self._cell:
            self._cell = (row, column)
            self._show_cell()
            return
        kinds = {self.before: "weight", self.after: "updated", self.gradient: "grad_weight", self.step_map: "updated"}
        sender = self.sender()
        trace, place = self.scene.trace, self._place(kinds[sender] if isinstance(sender, NumberMap) else "updated")
        self.ask(lambda: origin_of(trace, place), position)

    def _story(self) -> list[Block]:
        from playground.engine.arithmetic import ExplanationError, explain_recorded_update

        scene, frame = self.scene, self.scene.frame
        index = self._index()
        before, after = float(self._weights[index]), float(self._updated[index])
        gradient = float(frame.grad_weights[self._name][index])
        try:
            found = explain_recorded_update(frame, scene.trace.rule, self._name, index)
        except ExplanationError as error:
            return [Heading("What happens to this weight"), Prose(str(error))]
        trace, place = scene.trace, self._place("grad_weight")
        lines = (
            Line("weight before", "", short(before, 7), "link"),
            Line("gradient", "", short(gradient, 7), "loss", lambda: origin_of(trace, place)),
            Line("step", "", short(before - after, 7), "muted"),
        )
        self.check.check(scene, place, "it")
        return [
            Heading("What happens to this weight"),
            Prose(found.words),
            FormulaBox(found.symbols, 17),
            Lines(lines),
            Result(f"{short(before, 6)} → <b>{short(after, 6)}</b>"),
            *self._memory(index),
            Heading("Check its gradient yourself"),
            Own(self.check),
            Heading("The whole layer"),
            Lines(tuple(self._layer_lines())),
        ]

    def _memory(self, index: tuple[int, ...]) -> list[Block]:
        rule, frame = self.scene.trace.rule, self.scene.frame
        return [] if rule is None or self._name in frame.frozen else memory_story(frame, rule, self._name, index)

    def _layer_lines(self) -> list[Line]:
        gradient, change = self.scene.frame.grad_weights[self._name], self._updated - self._weights
        typical = float(np.abs(self._weights).mean()) or 1.0
        moved = float(np.abs(change).mean())
        return [
            Line("weights", "", count(int(self._weights.size))),
            Line("gradient, on average", "", short(float(np.abs(gradient).mean()), 3)),
            Line("step, on average", "", short(moved, 3)),
            Line("step over weight", "", f"{short(100 * moved / typical, 3)} %"),
        ]

    def status(self) -> str:
        return f"{self.scene.title()}: weights before and after the step"


def _noun(layer: str) -> str:
    """What one unit of a layer of that type is called, where its weights are drawn."""
    if "transpose" in layer:
        return "channel"
    return "filter" if "conv" in layer else {"dense": "neuron"}.get(layer, "unit")
