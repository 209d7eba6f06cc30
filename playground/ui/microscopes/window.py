"""The microscope of layers with a sliding window: convolution, max and average pooling, global average pooling."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from playground.ui.microscopes.base import Microscope, Scene, example
from playground.ui.microscopes.map_strip import MapStrip
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.slide_painter import Spot
from playground.ui.microscopes.slide_view import SlideView
from playground.ui.microscopes.window_origin import place_at
from playground.ui.microscopes.window_settings import WindowSettings
from playground.ui.microscopes.window_words import (
    BACKWARD_FORMULAS,
    FORMULAS,
    backward_lines,
    backward_words,
    explanation_at,
    forward_words,
    place_line,
    three_ways,
)
from playground.ui.microscopes.words_card import WordsCard
from playground.ui.session import Session
from playground.ui.step.pace import Pace
from playground.ui.widgets.formula import Formula
from playground.ui.widgets.headings import SectionHeading
from playground.ui.widgets.tensor_image import magnitude

_WORDS_EVERY = 120  # milliseconds between two updates of the words while the window slides
_LOW = 560  # in a microscope lower than this the tiles are smaller


class WindowMicroscope(Microscope):
    """The window slides over the picture, and the map at the right fills cell by cell.

    Steps are the places of the window. After a jump to the layer the map is complete; Play, or stepping window by
    window, begins with an empty one.
    """

    step_noun = "window"

    def __init__(self, session: Session, pace: Pace, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._model: SlideModel | None = None
        self._channel = 0
        self._places: dict[tuple[str, bool], int] = {}
        self._shown = ("", False)
        self._place, self._filled = 0, 0
        self.view = SlideView()
        self.view.place_chosen.connect(self._on_place)
        self.view.channel_chosen.connect(self._on_channel)
        self.view.number_clicked.connect(self._on_number)
        self.view.arranged.connect(self._place_children)
        self.card = WordsCard(self.view)
        self.formula = Formula(FORMULAS["conv"], 15, parent=self.view)
        self.planes = MapStrip(38, 6, self.view)
        self.planes.chosen.connect(self._on_channel)
        self.filters, self.maps = MapStrip(56), MapStrip(96)
        self.filters.chosen.connect(self.select_unit)
        self.maps.chosen.connect(self.select_unit)
        self._filters_heading, self._maps_heading = SectionHeading("Filters"), SectionHeading("Their feature maps")
        self.settings = WindowSettings(session, pace)
        self._words_timer = QTimer(self)
        self._words_timer.setSingleShot(True)
        self._words_timer.setInterval(_WORDS_EVERY)
        self._words_timer.timeout.connect(self._write_words)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 14, 24, 12)
        outer.setSpacing(12)
        outer.addLayout(self.header())
        outer.addWidget(self.view, 1)
        outer.addLayout(self._make_foot())

    def _make_foot(self) -> QGridLayout:
        foot = QGridLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setHorizontalSpacing(30)
        foot.setVerticalSpacing(6)
        foot.addWidget(self._filters_heading, 0, 0)
        foot.addWidget(self.filters, 1, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self._maps_heading, 0, 1)
        foot.addWidget(self.maps, 1, 1, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self.settings, 0, 2, 2, 1)
        foot.setColumnStretch(0, 5)
        foot.setColumnStretch(1, 8)
        foot.setColumnStretch(2, 4)
        foot.setRowStretch(1, 1)
        return foot

    # ---- what is shown

    @property
    def unit_noun(self) -> str:  # type: ignore[override]
        return "filter" if self._model is not None and self._model.geometry.kind == "conv" else "map"

    @property
    def unit_count(self) -> int:
        return int(self.scene.frame.output.shape[1]) if self.has_scene else 1

    def _present(self, scene: Scene) -> None:
        self._show_unit(scene)
        assert self._model is not None
        backward = scene.phase == "backward"
        key = (scene.node, backward)
        if key != self._shown:
            self._shown = key
            self._place = self._places.get(key, self._model.strongest(backward=backward))
            if backward and self._model.geometry.kind == "conv":
                self.view.set_weight(*self._model.strongest_weight())
        self._place = min(self._place, self.step_count - 1)
        self._filled = self.step_count
        self._show_strips(scene)
        self.settings.show_layer(scene.frame)
        self._show_place()
        self._write_words()

    def _present_unit(self) -> None:
        self._show_unit(self.scene)
        self.filters.set_current(self._unit)
        self.maps.set_current(self._unit)
        self._show_place()
        self._write_words()

    def _show_unit(self, scene: Scene) -> None:
        backward = scene.phase == "backward"
        self._model = model = SlideModel(scene.frame, self._unit, self._channel)
        self._channel = model.channel
        kind = model.geometry.kind
        formula = (BACKWARD_FORMULAS if backward else FORMULAS)[kind]
        self.formula.set_latex(formula if model.bias is not None or kind != "conv" else formula.removesuffix(" + b"))
        source = scene.source()
        self.view.set_model(
            model, "backward" if backward else "forward", grey=self._is_picture(), source=scene.title(source)
        )
        many = model.geometry.channels > 1
        self.planes.setVisible(many)
        if many:
            self.planes.set_current(model.channel)
        noun = f"{self.unit_noun} {self._unit + 1} of {self.unit_count}"
        self.title.setText(f"{scene.title()} · {noun}" + (" · backward" if backward else ""))

    def _is_picture(self) -> bool:
        """Whether the layer looks at the data set's picture, which is grey, not signed."""
        scene = self.scene
        source = scene.source()
        return scene.analysis.graph.node(source).type == "input" and float(scene.frame.inputs[0].min()) >= 0

    def _show_strips(self, scene: Scene) -> None:
        assert self._model is not None
        frame, geometry = scene.frame, self._model.geometry
        inputs = example(frame.inputs[0])
        self.planes.set_maps(inputs, "grey" if self._is_picture() else "signed")
        self.planes.set_current(self._model.channel)
        backward = scene.phase == "backward" and frame.grad_output is not None
        shown = frame.grad_output if backward else frame.output
        assert shown is not None
        maps = example(shown).reshape(geometry.units, *geometry.output)
        if geometry.kind == "conv":
            tensors = frame.grad_weights if backward else frame.weights
            planes = tensors["weight"][:, self._model.channel - self._model.channels.start]
            self.filters.set_maps(planes, scaling=magnitude(planes) or 1.0)
            of_channel = f" · map {self._model.channel + 1} of each" if len(self._model.channels) > 1 else ""
            self._filters_heading.setText(("Their gradients" if backward else "Filters") + of_channel)
            self._maps_heading.setText("Blame of their feature maps" if backward else "Their feature maps")
        else:
            self.filters.set_maps(inputs, "grey" if self._is_picture() else "signed")
            self._filters_heading.setText("Maps before")
            self._maps_heading.setText("Blame of the maps after" if backward else "Maps after")
        self.maps.set_maps(maps)
        self.filters.set_current(self._unit)
        self.maps.set_current(self._unit)

    # ---- the window

    @property
    def step_count(self) -> int:
        return self._model.geometry.places if self._model is not None else 1

    @property
    def step(self) -> int:
        return self._place

    @property
    def filled(self) -> int:
        """How many places of the map are computed."""
        return self._filled

    @property
    def row_length(self) -> int:
        assert self._model is not None
        return self._model.geometry.output[1]

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

    def _on_place(self, place: int) -> None:
        """The user pointed to a place: a complete map stays complete, one being filled is filled up to there."""
        complete = self._filled >= self.step_count
        self._place = place
        self._filled = self.step_count if complete else place + 1
        self._show_place()
        self.step_changed.emit(place)

    def _show_place(self) -> None:
        assert self._model is not None
        self._places[self._shown] = self._place
        self.view.set_place(self._place, self._filled)
        self.subtitle.setText(place_line(self._model, self._place))
        self.status_changed.emit()
        if not self._words_timer.isActive():
            self._words_timer.start()

    def status(self) -> str:
        total = self.step_count
        noun = "window" if total == 1 else "windows"
        return f"{self.scene.title()}: {self._filled:,} / {total:,} {noun}"

    def _on_channel(self, channel: int) -> None:
        self._channel = channel
        if self.has_scene:
            self._show_unit(self.scene)
            self._show_strips(self.scene)
            self._show_place()

    # ---- words and origins

    def _write_words(self) -> None:
        if self._model is None or not self.has_scene:
            return
        model, place = self._model, self._place
        if self.scene.phase == "backward":
            self.card.set_words(backward_words(model))
            self.card.set_lines(*backward_lines(model, self.scene.batch))
            self._place_children()
            return
        self.card.set_lines(*three_ways(model, place))
        self.work_out(
            "words",
            lambda: (model, place, forward_words(model, explanation_at(model, place))),
            self._on_words,
        )

    def _on_words(self, found: tuple[SlideModel, int, str]) -> None:
        model, place, words = found
        if model is self._model and place == self._place:
            self.card.set_words(words)
            self._place_children()

    def _on_number(self, spot: Spot, position: QPoint) -> None:
        assert self._model is not None
        model, scene = self._model, self.scene
        if spot.part == "sofar":
            self.view.set_weight(spot.row, spot.column)
        place = place_at(model, self._place, spot, self.view.state.weight, backward=scene.phase == "backward")
        if place is not None:
            trace = scene.trace
            self.ask(lambda: origin_of(trace, place), position)

    # ---- children that stand on the view

    def _place_children(self) -> None:
        layout = self.view.arrangement
        if layout is None:
            return
        card = layout.card.toAlignedRect()
        height = min(card.height() - 2, self.card.height_for(card.width()))
        self.card.setGeometry(card.left(), card.top(), card.width(), height)
        self.card.setVisible(height >= 50)
        line = layout.result.toAlignedRect()
        self.formula.setGeometry(line.left(), line.center().y() - 20, 114, 40)
        planes = layout.planes.toAlignedRect()
        self.planes.setGeometry(planes)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = self.height() < _LOW
        self.filters.set_tile(40 if low else 56)
        self.maps.set_tile(62 if low else 96)
