"""The microscope of layers with a sliding window: convolution and pooling over sequences, pictures and volumes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.ui.microscopes.base import Microscope, Scene
from playground.ui.microscopes.map_strip import MapStrip
from playground.ui.microscopes.slide_back import model_of
from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.slide_stack_layout import can_stack
from playground.ui.microscopes.slide_view import SlideView
from playground.ui.microscopes.spot import Spot
from playground.ui.microscopes.window_brush import Painting
from playground.ui.microscopes.window_geometry import KINDS, WindowGeometry
from playground.ui.microscopes.window_head import WindowHead
from playground.ui.microscopes.window_origin import focus_of, padding, place_at, standardised
from playground.ui.microscopes.window_settings import WindowSettings
from playground.ui.microscopes.window_strips import make_foot, show_planes, show_strips
from playground.ui.microscopes.window_teller import WindowTeller
from playground.ui.microscopes.window_words import formula_of, place_line
from playground.ui.microscopes.words_card import WordsCard
from playground.ui.session import Session
from playground.ui.step.pace import Pace
from playground.ui.widgets.formula import Formula
from playground.ui.widgets.headings import SectionHeading

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

_LOW = 560  # in a microscope lower than this the tiles are smaller


class WindowMicroscope(Microscope):
    """The window slides over the picture, and the map at the right fills cell by cell.

    Steps are the places of the window, in a volume slice after slice. After a jump to the layer the map is complete;
    Play, or stepping window by window, begins with an empty one. Backward there are two ways to look at a convolution:
    how the windows make the filter's gradient, and how the turned filter makes the input's.
    """

    step_noun = "window"
    takes_turns = True

    def __init__(self, session: Session, pace: Pace, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._model: SlideModel | None = None
        self._channel, self._offset, self._depth = 0, 0, 0
        self._stacked: bool | None = None
        self._places: dict[tuple[str, str], int] = {}
        self._shown = ("", "")
        self._place, self._filled = 0, 0
        self.view = SlideView()
        self.card = WordsCard(self.view)
        self.formula = Formula("", 15, parent=self.view)
        self.planes = MapStrip(38, 6, self.view)
        self.filters, self.maps = MapStrip(56), MapStrip(96)
        self.headings = SectionHeading("Filters"), SectionHeading("Their feature maps")
        self.settings = WindowSettings(session, pace)
        self.head = WindowHead()
        self.painting = Painting(session, self)
        self.teller = WindowTeller(self, self.card)
        self._connect()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 14, 24, 12)
        outer.setSpacing(12)
        row = self.header()
        row.insertWidget(2, self.head)
        outer.addLayout(row)
        outer.addWidget(self.view, 1)
        outer.addLayout(make_foot(self))

    def _connect(self) -> None:
        self.view.place_chosen.connect(self._on_place)
        self.view.plane_chosen.connect(self._on_plane)
        self.view.number_clicked.connect(self._on_number)
        self.view.arranged.connect(self.place_children)
        self.view.stroke.connect(lambda line: self.painting.stroke(self.head.tools.tool, *line, plane=self._channel))
        self.view.stroke_ended.connect(self.painting.end)
        self.planes.chosen.connect(self._on_plane)
        self.filters.chosen.connect(self.select_unit)
        self.maps.chosen.connect(self._on_map)
        self.head.way_chosen.connect(self._on_way)
        self.head.stacked_chosen.connect(self._on_stacked)
        self.head.slice_chosen.connect(self._on_slice)
        pen = QShortcut(QKeySequence(Qt.Key.Key_P), self)
        pen.activated.connect(self.toggle_pen)
        self.head.tools.changed.connect(lambda tool: self.view.set_painting(bool(tool)))
        self.painting.painted.connect(self._on_painted)
        self.painting.refused.connect(lambda why: self.session.message.emit("warning", why))

    # ---- what is shown

    @property
    def unit_noun(self) -> str:  # type: ignore[override]
        return "filter" if self._model is not None and self._model.geometry.kind == "conv" else "map"

    @property
    def unit_count(self) -> int:
        return int(self.scene.frame.output.shape[1]) if self.has_scene else 1

    @property
    def model(self) -> SlideModel:
        """The numbers on screen. Only to be asked once a scene is shown."""
        assert self._model is not None
        return self._model

    @property
    def way(self) -> str:
        """Forward, or which of the ways back: see `_way`."""
        return self._shown[1]

    @property
    def local(self) -> int:
        """Where the window stands within the slice that is shown."""
        return self._place % self.model.geometry.places

    @property
    def is_backward(self) -> bool:
        return self.scene.phase == "backward" and self.scene.frame.grad_output is not None

    def _way(self) -> str:
        """What is shown: "forward", the gradient of the "weights" or the "input", or what a pool "handed" back."""
        if not self.is_backward:
            return "forward"
        kind = KINDS[self.scene.frame.type]
        if kind == "fixed":
            return "input"
        if kind != "conv":
            return "handed"
        return self.head.way if self.scene.frame.grad_weights else "input"

    @property
    def user_choices(self) -> tuple[object, ...]:
        return (*super().user_choices, self._channel, self._stacked, self.head.way, self.head.tools.tool)

    def take_over(self, other: Microscope) -> None:
        assert isinstance(other, WindowMicroscope)
        super().take_over(other)
        self._channel, self._stacked, self._places = other._channel, other._stacked, other._places
        self._shown = ("", "")
        self.head.take_over(other.head)

    def remember_apart(self) -> None:
        self._places = dict(self._places)

    def leave(self) -> None:
        super().leave()
        self.teller.stop()

    def _present(self, scene: Scene) -> None:
        way = self._way()
        key = (scene.node, way)
        if key != self._shown:
            self._shown = key
            self._depth = 0
            self._offset = WindowGeometry.of(scene.frame).thickness // 2
            self._model = self._model_of(scene, way)
            strongest = self.model.strongest(backward=self.is_backward)
            self._place = self._places.get(key, strongest)
            self._depth = self._place // self.model.geometry.places
            if way == "weights":
                self.view.set_weight(*self.model.strongest_weight())
        self._show_unit(scene)
        self._place = min(self._place, self.step_count - 1)
        self._filled = self.step_count
        show_strips(self, scene)
        self.settings.show_layer(scene.frame)
        self.head.show_tools(self.painting.look_at(scene))
        if (stroked := self.painting.stroked) is not None:
            self._on_painted(stroked)
        self._show_place()
        self.teller.tell()

    def _present_unit(self) -> None:
        self._show_unit(self.scene)
        self.filters.set_current(self._unit)
        if self.is_way_back:
            show_strips(self, self.scene)
        else:
            self.maps.set_current(self._unit)
        self._show_place()
        self.teller.tell()

    @property
    def is_way_back(self) -> bool:
        """Whether the turned filter is shown on its way over the blame."""
        return self._model is not None and self._model.is_way_back

    def _model_of(self, scene: Scene, way: str) -> SlideModel:
        """The numbers for the unit and the plane that are chosen."""
        seen = WindowGeometry.of(scene.frame).channels_of(self._unit)
        self._channel = min(max(self._channel, seen.start), seen.stop - 1)
        chosen = (self._unit, self._channel, self._offset, self._depth)
        return model_of(scene.frame, way, *chosen, self._model)

    def _show_unit(self, scene: Scene) -> None:
        way = self._shown[1]
        self._model = model = self._model_of(scene, way)
        self._offset, self._depth = model.offset, model.depth
        self.formula.set_latex(formula_of(model, way))
        source = scene.source()
        direction = "backward" if way in ("weights", "handed") else "forward"
        self.view.set_model(
            model,
            direction,
            grey=scene.reads_picture and not model.is_way_back,
            source=scene.title(source),
            source_id=source,
            stacked=self._stacked,
        )
        noun = f"{self.unit_noun} {self._unit + 1} of {self.unit_count}"
        back = "" if way == "forward" else " · backward"
        self.title.setText(f"{scene.title()} · {noun}{back}")
        self._show_choices()

    def _show_choices(self) -> None:
        """What can be chosen above the picture, and what is."""
        model, way = self.model, self._shown[1]
        self.head.show_choices(
            ways=way in ("weights", "input") and model.geometry.kind == "conv" and bool(model.frame.grad_weights),
            stacked=self.view.is_stacked if can_stack(model) else None,
            slices=model.geometry.slices,
            depth=model.depth,
        )

    # ---- the window

    @property
    def step_count(self) -> int:
        return self._model.geometry.places * self._model.geometry.slices if self._model is not None else 1

    @property
    def step(self) -> int:
        return self._place

    @property
    def filled(self) -> int:
        """How many places of the map are computed."""
        return self._filled

    @property
    def row_length(self) -> int:
        return self.model.geometry.output[1] if self.model.geometry.dimensions > 1 else max(1, self.step_count // 24)

    def begin(self) -> None:
        self._place, self._filled = 0, 1
        self._show_place()

    def finish(self) -> None:
        self._filled = self.step_count
        self._show_place()

    def go_to_step(self, step: int) -> None:
        self._place = min(max(0, step), self.step_count - 1)
        self._filled = self._place + 1
        self._show_place()

    def _on_place(self, local: int) -> None:
        """The user pointed to a place: a complete map stays complete, one being filled is filled up to there."""
        self._move_to(self.model.depth * self.model.geometry.places + local)

    def _move_to(self, place: int) -> None:
        complete = self._filled >= self.step_count
        self._place = place
        self._filled = self.step_count if complete else place + 1
        self._show_place()
        self.step_changed.emit(place)

    def _show_place(self) -> None:
        self._places[self._shown] = self._place
        places = self.model.geometry.places
        depth, local = divmod(self._place, places)
        if depth != self.model.depth:
            self._depth = depth
            self._show_unit(self.scene)
            show_strips(self, self.scene)
        self.view.set_place(local, min(max(0, self._filled - depth * places), places), self._filled)
        self.subtitle.setText(place_line(self.model, local))
        self.status_changed.emit()
        self.teller.tell_soon()

    def status(self) -> str:
        noun = "window" if self.step_count == 1 else "windows"
        return f"{self.scene.title()}: {self._filled:,} / {self.step_count:,} {noun}"

    # ---- choices

    def _on_plane(self, plane: int) -> None:
        if not self.has_scene or plane >= self.model.plane_count:
            return
        channel, self._offset = self.model.plane_of(plane)
        if self.is_way_back:
            if channel != self._unit:
                self.select_unit(channel)
                return
        else:
            self._channel = channel
        self._show_again()

    def _on_map(self, index: int) -> None:
        """A map below: that of another filter; on the way back that of another input channel."""
        if self.is_way_back:
            self._channel = index
            self._show_again()
        else:
            self.select_unit(index)

    def _show_again(self) -> None:
        self._show_unit(self.scene)
        show_strips(self, self.scene)
        self._show_place()
        self.teller.tell()

    def _on_way(self) -> None:
        if self.has_scene:
            self._present(self.scene)

    def _on_stacked(self, stacked: bool) -> None:
        self._stacked = stacked
        if self.has_scene:
            self._show_again()

    def _on_slice(self, depth: int) -> None:
        if self.has_scene and depth != self.model.depth:
            self._move_to(depth * self.model.geometry.places + self.local)

    # ---- painting

    def _on_painted(self, x: np.ndarray) -> None:
        """Show the stroke at once; the network follows when it has been sent through."""
        inputs = np.array(self.scene.frame.inputs[0])
        inputs[0] = x
        painted = replace(self.scene.frame, inputs=(inputs, *self.scene.frame.inputs[1:]))
        self._model = SlideModel(painted, self._unit, self._channel, self._offset, self._depth)
        self.view.show_input(self._model)

    def toggle_pen(self) -> None:
        """Take the pen, or lay it away; nothing happens where there is nothing to paint on."""
        if not self.head.tools.isHidden():
            self.head.tools.toggle_pen()

    # ---- origins

    def _on_number(self, spot: Spot, position: QPoint) -> None:
        model = self.model
        if spot.part == "sofar":
            self.view.set_weight(spot.row, spot.column)
            if spot.plane is not None and spot.plane != model.chosen:
                self._on_plane(spot.plane)
                model = self.model
        backward = self._shown[1] in ("weights", "handed")
        place = place_at(model, self.local, spot, self.view.state.weight, backward=backward)
        if spot.part == "filter" and model.frame.type == "ws_conv2d":
            self.ask(partial(standardised, model, spot), position)
        elif place is not None:
            self.ask(lambda: self.origin(place), position)
        else:
            self.ask(partial(padding, model), position)

    def focus_place(self) -> Place | None:
        """Forward the output at the window; backward the gradient of the input there, or of the chosen weight."""
        return (
            None if self._model is None else focus_of(self._model, self.local, self.view.state.weight, self._shown[1])
        )

    def light(self, places: Mapping[Place, str]) -> None:
        self.view.light(places)

    # ---- children that stand on the view

    def place_children(self) -> None:
        """Put the card, the formula and the strip of planes where the view has left room for them."""
        layout = self.view.arrangement
        if layout is None:
            return
        show_planes(self)
        self._show_choices()
        card = layout.card.toAlignedRect()
        height = min(card.height() - 2, self.card.height_for(card.width()))
        self.card.setGeometry(card.left(), card.top(), card.width(), height)
        self.card.setVisible(height >= 50)
        line = layout.result.toAlignedRect()
        self.formula.setGeometry(line.left(), line.center().y() - 20, 114, 40)
        self.planes.setGeometry(layout.planes.toAlignedRect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = self.height() < _LOW
        self.filters.set_tile(40 if low else 56)
        self.maps.set_tile(62 if low else 96)
        self.settings.set_low(low)
