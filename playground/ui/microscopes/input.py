"""The microscope of the input: the example that goes through the network, to be looked at and changed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.data import data_set
from playground.graph.experiment import Experiment
from playground.ui.microscopes.base import SHOWN, Microscope, Scene, example
from playground.ui.microscopes.input_answer import LiveAnswer, TargetRow, explain_share
from playground.ui.microscopes.input_fields import InputFields
from playground.ui.microscopes.input_words import (
    Look,
    has_target,
    how_to_change,
    in_small_numbers,
    number_lines,
    what_it_is,
)
from playground.ui.microscopes.map_strip import MapStrip
from playground.ui.microscopes.number_map import as_grid, cell_of, place_of
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.paint_map import PaintMap
from playground.ui.microscopes.paint_tools import PaintTools
from playground.ui.microscopes.signal_view import SignalView
from playground.ui.microscopes.story import Block, Heading, Lines, Own, Prose, Result
from playground.ui.microscopes.strokes import Strokes
from playground.ui.microscopes.told import ToldMicroscope
from playground.ui.session import Session
from playground.ui.widgets.numbers import short
from playground.ui.widgets.pill import Pill

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

_COLOURS = ("red", "green", "blue")
_MOST_PAINTED = 64 * 64
"""Cells of the largest picture that can be painted on."""
_MOST_FIELDS = 14
"""Longer lists are shown in cells."""


class InputMicroscope(ToldMicroscope):
    """The picture (channel by channel), to be painted on, or the list of numbers; the panel says what it is."""

    unit_noun = "channel"
    has_legend = False

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._x: np.ndarray | None = None
        """The example as it is shown."""
        self._ahead: tuple[int, np.ndarray] | None = None
        """The round, and what was painted in it and is still being recorded."""
        self._strokes = Strokes(session, self)
        self._strokes.refused.connect(lambda words: self._board.set_caption(words))
        self._pointed: object = None
        """The cell that the mouse or the keyboard is at."""
        self.picture = PaintMap()
        self.picture.align(Qt.AlignmentFlag.AlignHCenter)
        self.picture.hovered.connect(self._on_hovered)
        self.picture.clicked.connect(self._on_clicked)
        self.picture.painted.connect(self._on_painted)
        self.picture.stroke_ended.connect(self._strokes.end)
        self.picture.left.connect(self._give_keyboard_back)
        self.signal = SignalView()
        self.signal.hovered.connect(self._on_hovered)
        self.signal.clicked.connect(self._on_clicked)
        self.signal.drawn.connect(self._on_drawn)
        self.signal.stroke_ended.connect(self._strokes.end)
        self.signal.left.connect(self._give_keyboard_back)
        self.fields = InputFields(session)
        self.fields.asked.connect(lambda row, at: self._ask_for((row,), at))
        self.tools = PaintTools()
        self.tools.tool_chosen.connect(self._on_tool)
        self.tools.brush_chosen.connect(lambda size: setattr(self.picture, "brush", size))
        self.tools.clear.connect(self._on_clear)
        self.tools.restore.connect(self._on_restore)
        pen = QShortcut(QKeySequence(Qt.Key.Key_P), self)
        pen.activated.connect(lambda: self.tools.toggle_pen() if self.tools.isVisible() else None)
        self.target = TargetRow(session)
        self.answer = LiveAnswer()
        self.story.hold(self.target, self.answer)
        self.answer.share_asked.connect(self._on_share_asked)
        self.planes = MapStrip(60)
        self.planes.chosen.connect(self.select_unit)
        self.in_colour = Pill("in colour", role="text", checkable=True)
        self.in_colour.setChecked(True)
        self.in_colour.setToolTip("All three colours together, or each alone: click on one of the small pictures")
        self.in_colour.toggled.connect(lambda _on: self._show_numbers() if self.has_scene else None)
        self._photograph: np.ndarray | None = None
        self._below = QWidget()
        row = QHBoxLayout(self._below)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.in_colour)
        row.addWidget(self.planes, 1)
        self.tools.setMaximumHeight(40)
        self.lay_out(_one_of(self.picture, self.signal, self.fields), self.tools, self._below)
        session.experiment_changed.connect(self._on_experiment)
        session.example_changed.connect(self._forget_ahead)
        session.document_opened.connect(self._forget_ahead)

    # ---- what is shown

    @property
    def unit_count(self) -> int:
        if not self.has_scene or self.scene.frame.output.ndim not in (4, 5):
            return 1
        return int(self.scene.frame.output.shape[1])

    def _present(self, scene: Scene) -> None:
        self._x = example(scene.frame.output)
        if self._ahead is not None:
            number, painted = self._ahead
            if number != scene.training_round or painted.shape != self._x.shape or np.allclose(painted, self._x):
                self._ahead = None
            else:
                self._x = painted
        self.title.setText(scene.title())
        self.subtitle.setText("what goes into the network")
        self._show_numbers()
        self._tell()

    def _present_unit(self) -> None:
        self._show_numbers()

    @property
    def _look(self) -> Look:
        """How the example is drawn."""
        numbers = self._numbers
        if numbers.ndim == 1 and len(numbers) <= _MOST_FIELDS and self._can_change:
            return "list"
        if numbers.ndim == 2 and len(numbers) == 1 and numbers.shape[1] > 1:
            return "signal"
        if numbers.ndim == 3 and self._is_from_0_to_1:
            return "photograph" if len(numbers) == len(_COLOURS) else "picture"
        return "numbers"

    def _show_numbers(self) -> None:
        """Draw the example again."""
        numbers, look = self._numbers, self._look
        for view, shown in ((self.picture, look not in ("list", "signal")), (self.signal, look == "signal")):
            view.setVisible(shown)
        self.fields.setVisible(look == "list")
        self.tools.setVisible(self._can_paint and look != "list")
        self.in_colour.setVisible(look == "photograph")
        in_colour = look == "photograph" and self.in_colour.isChecked()
        self._photograph = numbers if in_colour else None
        is_picture = look in ("photograph", "picture")
        self.tools.set_ground(is_picture=is_picture, in_colour=in_colour, is_curve=look == "signal")
        self._below.setVisible(self.unit_count > 1)
        kind = "grey" if is_picture else "signed"
        if self.unit_count > 1:
            self.planes.set_maps(np.stack([as_grid(plane)[0] for plane in numbers]), kind)
            self.planes.set_current(self._unit)
        self.tools.set_changed(bool(self._changed.any()))
        if look == "list":
            self.fields.show_list(self.scene.node, len(numbers))
            return
        if look == "signal":
            seen = numbers if self._given is None else self._given
            self.signal.show_signal(numbers[0], (float(seen.min()), float(seen.max())))
        else:
            shown, cells = as_grid(numbers[self._unit] if self._has_planes else numbers)
            self.picture.show_map(shown, kind, count=cells, colours=self._photograph)
        self._outline_changed()
        self._on_hovered(self._pointed)

    @property
    def _board(self) -> PaintMap | SignalView:
        """Where the numbers are drawn."""
        return self.signal if self._look == "signal" else self.picture

    @property
    def _numbers(self) -> np.ndarray:
        assert self._x is not None
        return self._x

    @property
    def _given(self) -> np.ndarray | None:
        """The example as the data set has it, if the scene shows the present one."""
        given = self.session.given_example()
        return None if given is None or given[0].shape != self._numbers.shape else given[0]

    @property
    def _changed(self) -> np.ndarray:
        """Which numbers are changed by hand."""
        given = self._given
        if given is None:
            return np.zeros(self._numbers.shape, dtype=bool)
        found: np.ndarray = given.astype(np.float32) != self._numbers.astype(np.float32)
        return found

    def _outline_changed(self) -> None:
        """Mark what was changed by hand."""
        changed = self._changed
        if self._photograph is not None:
            shown = np.asarray(changed.any(0))
        else:
            shown = np.asarray(changed[self._unit] if self._has_planes else changed)
        if self._look == "signal":
            self.signal.outline([(0, int(column)) for column in np.flatnonzero(shown)])
        else:
            self.picture.outline_mask(as_grid(shown)[0])

    @property
    def _is_from_0_to_1(self) -> bool:
        """Whether the picture is one of light and dark: as the data set has it, whatever was typed into it."""
        given = self._given
        numbers = self._numbers if given is None else given
        return float(numbers.min()) >= 0 and float(numbers.max()) <= 1

    @property
    def _can_change(self) -> bool:
        return self._given is not None

    @property
    def _can_paint(self) -> bool:
        return self._can_change and self._numbers.size // self.unit_count <= _MOST_PAINTED

    # ---- the panel

    def _tell(self) -> None:
        scene, look = self.scene, self._look
        blocks: list[Block] = [Heading("The example"), Prose(what_it_is(look))]
        if self.target.show_scene(scene):
            blocks += [Heading("What should come out"), Own(self.target)]
            if small := in_small_numbers(scene):
                blocks.append(Prose(f"{scene.label}{small}", quiet=True))
        elif scene.classes:
            blocks.append(Result(f"It is: <b>{scene.label}</b>"))
        elif has_target(scene):
            blocks.append(Result(f"Wanted: <b>{scene.label}</b>{in_small_numbers(scene)}"))
        if not self.keeps_secrets and self.answer.show_scene(scene):
            blocks += [Heading("What the network makes of it"), Own(self.answer)]
        changed = int(np.count_nonzero(self._changed))
        blocks += [Heading("The numbers"), Lines(number_lines(self._numbers, changed))]
        how = how_to_change(look, changed, can_change=self._can_change, can_paint=self._can_paint)
        blocks.append(Prose(how, quiet=True))
        if normalisation := data_set(scene.experiment.data.name).normalisation:
            blocks.append(Prose(normalisation, quiet=True))
        if scene.batch > 1:
            others = "Another example goes" if scene.batch == 2 else f"{scene.batch - 1} other examples go"
            blocks.append(Prose(f"{others} through with it.", quiet=True))
        self.story.tell(blocks)

    # ---- one number

    def select_unit(self, unit: int) -> None:
        """Bring another channel into focus, alone."""
        if unit != self.unit and 0 <= unit < self.unit_count:
            self.in_colour.setChecked(False)
        super().select_unit(unit)

    def light(self, places: Mapping[Place, str]) -> None:
        """Frame the cells of these numbers."""
        if not self.has_scene or self._x is None:
            return
        cells: dict[tuple[int, int], str] = {}
        for place, role in places.items():
            home = self.session.by_hand.settled(place)
            if home.node == self.scene.node and home.kind == "output" and home.index[:1] == (SHOWN,):
                where = home.index[1:]
                if self._has_planes:
                    if where[0] != self._unit and self._photograph is None:
                        continue
                    where = where[1:]
                cells[cell_of(where, self._extents)] = role
        self._board.light(cells)

    @property
    def _has_planes(self) -> bool:
        return self._numbers.ndim in (3, 4)

    @property
    def _extents(self) -> tuple[int, ...]:
        return self._numbers.shape[1:] if self._has_planes else self._numbers.shape

    def _index_of(self, row: int, column: int, plane: int) -> tuple[int, ...]:
        """Where the number in a cell stands in the example."""
        place = place_of((row, column), self._extents)
        return (plane, *place) if self._has_planes else place

    def _on_hovered(self, cell: object) -> None:
        self._pointed = cell
        if not self.has_scene or self._x is None:
            return
        values = self._board.values
        if isinstance(cell, tuple) and values is not None and cell[0] < len(values) and cell[1] < values.shape[1]:
            where = f"moment {cell[1] + 1}" if self._look == "signal" else f"row {cell[0]}, column {cell[1]}"
            place = self._feature(*cell) or where
            self._board.set_caption(f"{place} = {self._said(*cell)}")
        else:
            what = "the curve to read its numbers" if self._look == "signal" else "a cell to read its number"
            self._board.set_caption(f"point at {what}")

    def _feature(self, row: int, column: int) -> str:
        """The name of the measurement in a cell, where the data set has names for them."""
        names, values = data_set(self.scene.experiment.data.name).features, self.picture.values
        if values is None or self.scene.frame.output.shape[1:] != (len(names),):
            return ""
        return names[row * values.shape[1] + column]

    def _said(self, row: int, column: int) -> str:
        """The number in a cell, or in a photograph's the three of its colours."""
        if self._photograph is not None:
            numbers = self._photograph[:, row, column]
            return " · ".join(f"{name} {short(number)}" for name, number in zip(_COLOURS, numbers, strict=True))
        values = self._board.values
        assert values is not None
        return short(values[row, column], 6)

    def _on_clicked(self, row: int, column: int, position: QPoint) -> None:
        self._ask_for(self._index_of(row, column, self._unit), position)

    def _on_share_asked(self, node: str, unit: int, position: QPoint) -> None:
        frame = self.scene.trace.frames[node]
        self.ask(lambda: explain_share(frame, unit), position)

    def _ask_for(self, index: tuple[int, ...], position: QPoint) -> None:
        from playground.engine.arithmetic import Place

        trace, node = self.scene.trace, self.scene.node
        self.ask(lambda: origin_of(trace, Place(node, "output", (SHOWN, *index))), position)

    # ---- by hand

    def _on_tool(self, tool: str) -> None:
        self.picture.tool = self.signal.tool = self.tools.tool

    def _on_painted(self, cells: list[tuple[int, int]], erases: bool) -> None:
        numbers = np.array(self._numbers)
        planes = range(len(_COLOURS)) if self._photograph is not None else (self._unit,)
        ink = (0.0,) * len(planes) if erases else self.tools.ink(len(planes))
        for row, column in cells:
            for place, plane in enumerate(planes):
                numbers[self._index_of(row, column, plane)] = ink[place]
        self._put(numbers, "Erase on the input" if erases else "Paint on the input")

    def _on_drawn(self, drawn: dict[tuple[int, int], float]) -> None:
        numbers = np.array(self._numbers)
        for cell, value in drawn.items():
            numbers[cell] = value
        self._put(numbers, "Draw on the input")

    def _put(self, numbers: np.ndarray, label: str) -> None:
        """Show the example with part of a stroke at once; the network follows."""
        if self._can_paint:
            self._x = numbers
            self._ahead = (self.scene.training_round, numbers)
            self._show_numbers()
            self._strokes.go_on(numbers, label)

    def _on_clear(self) -> None:
        self._put(np.zeros_like(self._numbers), "Clear the input")
        self._strokes.end()

    def _on_restore(self) -> None:
        self.session.by_hand.take_back_layer(self.scene.node)

    def _on_experiment(self, before: Experiment, after: Experiment) -> None:
        """Show what was changed at once, before it has gone through the network."""
        if before.examples_by_hand == after.examples_by_hand or before.data != after.data or not self.isVisible():
            return
        now = self.session.example
        if not self.has_scene or now is None or now.x.shape != self._numbers.shape:
            return
        was, self._x = self._numbers, now.x.astype(self._numbers.dtype)
        self._ahead = (self.scene.training_round, self._x)
        if not np.allclose(was, self._x):
            self._show_numbers()
        self.fields.refresh()
        self.target.refresh()

    def _forget_ahead(self) -> None:
        self._ahead = None
        self._strokes.drop()

    def _give_keyboard_back(self) -> None:
        above = self.parentWidget()
        while above is not None and above.focusPolicy() == Qt.FocusPolicy.NoFocus:
            above = above.parentWidget()
        if above is not None and not isinstance(above, Microscope):
            above.setFocus(Qt.FocusReason.OtherFocusReason)


def _one_of(*views: QWidget) -> QWidget:
    """A place for views of which one is shown at a time."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    for view in views:
        column.addWidget(view, 1)
    return holder
