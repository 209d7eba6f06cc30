"""The microscope of the update: a layer's weights before, the step that each takes, and after."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPoint, QSignalBlocker, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from playground.graph.freezing import held_within
from playground.ui.microscopes.base import Microscope, Scene
from playground.ui.microscopes.freeze_row import FreezeRow
from playground.ui.microscopes.gradient_check_row import GradientCheckRow
from playground.ui.microscopes.map_strip import MapStrip
from playground.ui.microscopes.number_map import NumberMap, as_grid, map_grids
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.story import Block, Heading, Lines, Own, Prose, StoryPanel
from playground.ui.microscopes.update_cells import ParameterCells, called
from playground.ui.microscopes.update_story import Sizes, ratio_lines, ratio_words, step_story
from playground.ui.microscopes.update_words import noun_of, rule_words
from playground.ui.microscopes.weight_history import WeightHistory, kept_values
from playground.ui.microscopes.worded_numbers import WordsLabel
from playground.ui.session import Session
from playground.ui.widgets.fields import ChoiceField
from playground.ui.widgets.headings import SectionHeading, Separator, TextLabel
from playground.ui.widgets.numbers import count, short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

_LOW, _WIDE = 560, 1250
_BEFORE_FREEZING = 4
"""Words, formula, numbers and result stand above the boxes that freeze."""


class UpdateMicroscope(Microscope):
    """before − step = after, cell by cell, and the gradient behind the step. Units are filters or neurons."""

    takes_turns = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._channel = 0
        self._cell: tuple[int, int] | None = None
        self._shown: tuple[str, str, tuple[int, ...]] | None = None
        self._chosen_name = ""
        self.before, self.step_map, self.after, self.gradient = NumberMap(), NumberMap(), NumberMap(), NumberMap()
        for picture, kind in zip(self._pictures, ("weight", "updated", "updated", "grad_weight"), strict=True):
            picture.clicked.connect(lambda row, column, at, kind=kind: self._on_clicked(kind, row, column, at))
        self.whole = NumberMap()
        self.whole.clicked.connect(self._on_whole_clicked)
        self.history = WeightHistory()
        self.units = MapStrip(56)
        self.units.chosen.connect(self.select_unit)
        self.planes = MapStrip(40, 6)
        self.planes.chosen.connect(self._on_channel)
        self._units_heading = SectionHeading("")
        self.parameter = ChoiceField(prose=True)
        self.parameter.setAccessibleName("Parameter")
        self.parameter.setToolTip("Which of the layer’s parameters is shown")
        self.parameter.activated.connect(self._on_parameter)
        self.freeze = FreezeRow(session)
        self._sizes = Sizes()
        self.story = StoryPanel()
        self.story.explain_requested.connect(self.explain_requested)
        self.check = GradientCheckRow(session)
        self.story.hold(self.freeze, self.check)
        self._lay_out()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(24, 14, 20, 12)
        left.setSpacing(10)
        header = self.header()
        header.insertWidget(1, self.parameter)
        left.addLayout(header)
        self._grid = self._make_grid()
        left.addLayout(self._grid, 1)
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
        for picture, row, column in (*places, (self.whole, 1, 0)):
            grid.addWidget(picture, row, column)
        for text, column in (("−", 1), ("=", 3)):
            sign = TextLabel(text, "title", "muted")
            sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
            sign.setFixedWidth(22)
            grid.addWidget(sign, 0, column)
        self._rule = WordsLabel("", "small", "muted", wrap=True)
        self._rule.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        corner = QVBoxLayout()
        corner.setContentsMargins(0, 20, 0, 20)
        corner.setSpacing(8)
        corner.addWidget(self._rule)
        corner.addWidget(self.history, 1)
        grid.addLayout(corner, 1, 4)
        for column in (0, 2, 4):
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(0, 1)
        grid.setRowStretch(1, 1)
        return grid

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.story.setFixedWidth(max(330, min(460, int(event.size().width() * 0.32))))
        is_low = self.height() < _LOW
        self.units.set_tile(40 if is_low else 56)
        self._rule.setVisible(not is_low)  # the panel says it too, and the numbers need the room
        self._grid.setRowStretch(0, 5 if is_low else 1)
        self._grid.setRowStretch(1, 3 if is_low else 1)

    @property
    def user_choices(self) -> tuple[object, ...]:
        return (*super().user_choices, self._chosen_name, self._channel, self._cell)

    def take_over(self, other: Microscope) -> None:
        assert isinstance(other, UpdateMicroscope)
        super().take_over(other)
        self._chosen_name, self._shown = other._chosen_name, other._shown
        self._channel, self._cell = other._channel, other._cell

    # ---- what is shown

    @property
    def name(self) -> str:
        """The parameter that is drawn: the one chosen, else the weights, or the first there is."""
        weights = self.scene.frame.weights
        if self._chosen_name in weights:
            return self._chosen_name
        return "weight" if "weight" in weights else next(iter(weights))

    @property
    def _weights(self) -> np.ndarray[Any, Any]:
        return self.scene.frame.weights[self.name]

    @property
    def _has_weights(self) -> bool:
        return self.has_scene and bool(self.scene.frame.weights)

    @property
    def unit_count(self) -> int:
        if not self._has_weights:
            return 1
        return self._cells.units

    def _present(self, scene: Scene) -> None:
        frame = scene.frame
        self.unit_noun = noun_of(frame.type)
        for widget in (*self._pictures, self.whole, self.history, self.parameter):
            widget.setVisible(bool(frame.weights))
        if not frame.weights:
            self._present_nothing()
            return
        shown = (scene.node, self.name, self._weights.shape)
        if shown != self._shown:
            self._shown, self._cell, self._channel = shown, None, 0
            self._unit = min(self._unit, self.unit_count - 1)
        self._sizes.of(frame, self.name)
        self._write_parameters()
        self._show_strips()
        self._show_unit()

    def _present_nothing(self) -> None:
        self._shown = None
        for widget in (self.planes, self.units, self._units_heading):
            widget.hide()
        self.title.setText("Update")
        self.subtitle.setText("")
        self._rule.setText("")
        self.story.tell(
            [Heading("Nothing to update"), Prose("No layer of this network has weights, so there is nothing to learn.")]
        )

    def _write_parameters(self) -> None:
        names = list(self.scene.frame.weights)
        with QSignalBlocker(self.parameter):
            if [self.parameter.itemData(place) for place in range(self.parameter.count())] != names:
                self.parameter.clear()
                for name in names:
                    self.parameter.addItem(called(name), name)
            self.parameter.setCurrentIndex(names.index(self.name))
        self.parameter.setVisible(len(names) > 1)

    def _on_parameter(self, place: int) -> None:
        self._chosen_name = str(self.parameter.itemData(place))
        self._unit = min(self._unit, self.unit_count - 1)
        self._present(self.scene)
        self.unit_changed.emit(self._unit)

    def _show_strips(self) -> None:
        weights, is_conv = self._weights, self._is_conv
        self.planes.setVisible(is_conv and weights.shape[1] > 1)
        self.units.setVisible(is_conv)
        self._units_heading.setVisible(is_conv)
        if is_conv:
            self._channel = min(self._channel, weights.shape[1] - 1)
            of_channel = f" · map {self._channel + 1} of each" if weights.shape[1] > 1 else ""
            self._units_heading.setText(f"Filters after the update{of_channel}")
            self.units.set_maps(map_grids(self._updated[:, self._channel]), scaling=self._sizes.largest)
            self.planes.set_maps(map_grids(weights[self._unit]), scaling=self._sizes.largest)
            self.planes.set_current(self._channel)
            self.units.set_current(self._unit)

    @property
    def _is_conv(self) -> bool:
        """Whether the parameter is a kernel for each unit and channel."""
        return "conv" in self.scene.frame.type and self._weights.ndim >= 3

    @property
    def _cells(self) -> ParameterCells:
        return ParameterCells(self._weights.shape, self._is_conv, self._unit, self._channel)

    @property
    def _updated(self) -> np.ndarray[Any, Any]:
        return self.scene.frame.updated.get(self.name, self._weights)

    @property
    def _gradient(self) -> np.ndarray[Any, Any]:
        return self.scene.frame.grad_weights[self.name]

    def _show_unit(self) -> None:
        before, after, gradient = (
            self._cells.shown(tensor) for tensor in (self._weights, self._updated, self._gradient)
        )
        step = before - after
        if self._cells.is_list:
            self._cell = self._cells.cell((self._unit,))
        elif self._cell is None:
            laid, _ = as_grid(np.abs(gradient))
            row, column = np.unravel_index(int(np.nan_to_num(laid).argmax()), laid.shape)
            self._cell = (int(row), int(column))
        scale = self._sizes.largest
        noun = called(self.name)
        frozen = [self._cells.cell(index) for index in self._frozen_alone() if self._cells.shows(index)]
        for picture, numbers, title, of in (
            (self.before, before, f"{noun} before", scale),
            (self.step_map, step, "the step", None),
            (self.after, after, f"{noun} after", scale),
            (self.gradient, gradient, "gradient ∂E/∂w", None),
        ):
            laid, cells = as_grid(numbers)
            picture.show_map(laid, scale=of, count=cells)
            picture.set_title(title)
            picture.freeze(frozen)
        self._show_whole()
        self._show_cell()

    def _frozen_alone(self) -> tuple[tuple[int, ...], ...]:
        """Where single numbers of the parameter are frozen."""
        return held_within(self.scene.trace.graph.node(self.scene.node), self.name, self._weights.shape)

    def _show_whole(self) -> None:
        """All steps of the parameter at once; the row is that of the unit."""
        cells = self._cells
        is_list = self._weights.ndim < 2
        steps = cells.matrix(self._weights) - cells.matrix(self._updated)
        self.whole.show_map(steps, count=int(self._weights.size) if is_list else None)
        some = " (some left out)" if max(cells.strides) > 1 else ""
        self.whole.freeze(cells.in_matrix(index) for index in self._frozen_alone())
        self.whole.set_title(f"all {count(int(self._weights.size))} steps of the layer{some}")

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
        self._cell = self._cells.cell(self._index())
        for picture in self._pictures:
            picture.choose(self._cell)
            assert picture.values is not None
            picture.set_caption(short(float(picture.values[self._cell]), 6))
        self.whole.choose(self._cells.in_matrix(self._index()))
        scene = self.scene
        which = f" · {self.unit_noun} {self._unit + 1} of {count(self.unit_count)}" if self.unit_count > 1 else ""
        self.title.setText(f"Update · {scene.title()}{which}")
        self.subtitle.setText("choose another layer in the strip above" if self.width() > _WIDE else "")
        self._rule.setText(self._rule_text())
        self.history.show_values(kept_values(scene, self.name, self._index()), scene.training_round)
        self.story.tell(self._story())
        self.status_changed.emit()

    def _rule_text(self) -> str:
        rule = self.scene.trace.rule_at(self.scene.node)
        if self.name in self.scene.frame.frozen:
            return f"The {called(self.name)} are frozen: training leaves them as they are."
        return "" if rule is None else rule_words(rule)

    # ---- one weight

    def _index(self) -> tuple[int, ...]:
        assert self._cell is not None
        return self._cells.index(self._cell)

    def _place(self, kind: str) -> Place:
        from playground.engine.arithmetic import Place

        return Place(self.scene.node, kind, self._index(), name=self.name)  # type: ignore[arg-type]

    def leave(self) -> None:
        super().leave()
        self.check.leave()

    def focus_place(self) -> Place | None:
        return self._place("updated") if self._has_weights else None

    def light(self, places: Mapping[Place, str]) -> None:
        if not self._has_weights:
            return
        lit: dict[str, dict[tuple[int, int], str]] = {"weight": {}, "updated": {}, "grad_weight": {}}
        for place, role in places.items():
            if place.node == self.scene.node and place.name == self.name and place.kind in lit:
                shown = self._cells.shows(place.index)
                lit[place.kind] |= {self._cells.cell(place.index): role} if shown else {}
        self.before.light(lit["weight"])
        self.after.light(lit["updated"])
        self.gradient.light(lit["grad_weight"])

    def _on_clicked(self, kind: str, row: int, column: int, position: QPoint) -> None:
        """A weight was clicked: it comes into focus, and is asked where it comes from."""
        if self._cells.is_list:
            self.select_unit(self._cells.index((row, column))[0])
        elif (row, column) != self._cell:
            self._cell = (row, column)
            self._show_cell()
        self.ask(partial(origin_of, self.scene.trace, self._place(kind)), position)

    def _on_whole_clicked(self, row: int, column: int, position: QPoint) -> None:
        """A step of the map of all was clicked: its weight comes into focus."""
        index = self._cells.from_matrix((row, column))
        self._cell = self._cells.cell(index)
        self._channel = index[1] if self._is_conv else 0
        if self.unit_count > 1 and index[0] != self._unit:
            self.select_unit(index[0])
        else:
            self._present_unit()
        self.ask(partial(origin_of, self.scene.trace, self._place("updated")), position)

    def _story(self) -> list[Block]:
        from playground.engine.arithmetic import ExplanationError

        scene, index = self.scene, self._index()
        heading = Heading("What happens to this weight")
        try:
            told = step_story(scene, self.name, index)
        except ExplanationError as error:
            return [heading, Prose(str(error))]
        self.check.check(scene, self._place("grad_weight"), "it")
        self.freeze.show_place(self._place("weight"))
        return [
            heading,
            *told[:_BEFORE_FREEZING],
            Own(self.freeze),
            *told[_BEFORE_FREEZING:],
            Heading("The whole layer"),
            Lines(tuple(ratio_lines(self._sizes, scene.frame, self.name, index))),
            Prose(ratio_words(self._sizes), quiet=True),
            Heading("Check its gradient yourself"),
            Own(self.check),
        ]

    def status(self) -> str:
        what = called(self.name) if self._has_weights else "weights"
        return f"{self.scene.title()}: {what} before and after the step"
