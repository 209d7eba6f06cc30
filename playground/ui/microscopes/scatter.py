"""The microscope of layers that stamp: transposed convolution, and unpooling, which puts a value back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.ui.microscopes.base import Microscope, Scene, example
from playground.ui.microscopes.map_strip import MapStrip
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.overlap import OverlapPage
from playground.ui.microscopes.page_switch import PageSwitch
from playground.ui.microscopes.scatter_marks import FORMULA_WIDTH
from playground.ui.microscopes.scatter_model import ScatterModel
from playground.ui.microscopes.scatter_origin import focus, place_at, spots_of
from playground.ui.microscopes.scatter_settings import ScatterSettings
from playground.ui.microscopes.scatter_view import ScatterView
from playground.ui.microscopes.scatter_words import formulas, lines, place_line, words
from playground.ui.microscopes.spot import Spot
from playground.ui.microscopes.window_strips import tiles_of
from playground.ui.microscopes.words_card import WordsCard
from playground.ui.session import Session
from playground.ui.step.pace import Pace
from playground.ui.widgets.formula import Formula
from playground.ui.widgets.headings import SectionHeading
from playground.ui.widgets.tensor_image import magnitude

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

_WORDS_EVERY = 120  # milliseconds between two updates of the words while the stamps fall
_LOW = 560  # in a microscope lower than this the tiles are smaller
_LAYER = 0


class ScatterMicroscope(Microscope):
    """One number after the other is multiplied with the kernel and added to the output; so the map on the right grows.

    Steps are the numbers of all channels that are stamped onto the map in focus, channel after channel; backward those
    of the shown channel. After a jump to the layer the map is complete; Play begins with an empty one.
    """

    unit_noun = "map"
    step_noun = "stamp"

    def __init__(self, session: Session, pace: Pace, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._model: ScatterModel | None = None
        self._channel = 0
        self._places: dict[tuple[str, bool], tuple[int, int]] = {}
        self._shown = ("", False)
        self._place, self._filled = 0, 0
        self._watched: tuple[int, int] | None = None
        self.view = ScatterView()
        self.view.clicked.connect(self._on_clicked)
        self.view.dragged.connect(self._on_dragged)
        self.view.arranged.connect(self._place_children)
        self.card = WordsCard(self.view)
        self.formulas = (Formula("z", 15, parent=self.view), Formula("z", 15, parent=self.view))
        self.planes = MapStrip(38, 6, self.view)
        self.planes.chosen.connect(self._on_channel)
        self.kernels, self.maps = MapStrip(56), MapStrip(88)
        self.kernels.chosen.connect(lambda place: self.select_unit(self._first_unit() + place))
        self.maps.chosen.connect(self.select_unit)
        self._headings = (SectionHeading("Kernels"), SectionHeading("Their maps"))
        self.settings = ScatterSettings(session, pace)
        self.overlap = OverlapPage(session)
        self.switch = PageSwitch(("Stamps", "Overlap counts"), "What is shown of the transposed convolution")
        self.switch.setToolTip("Overlap counts: how many stamps meet at each cell, and what makes a checkerboard")
        self.pages = QStackedWidget()
        self.switch.currentChanged.connect(self._on_page)
        self._words_timer = QTimer(self, singleShot=True, interval=_WORDS_EVERY)
        self._words_timer.timeout.connect(self._write_words)
        self._lay_out()

    def _lay_out(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(12)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view, 1)
        column.addLayout(self._make_foot())
        self.pages.addWidget(page)
        self.pages.addWidget(self.overlap)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 14, 24, 12)
        outer.setSpacing(12)
        outer.addLayout(header := self.header())
        header.insertWidget(header.count() - 1, self.switch)
        outer.addWidget(self.pages, 1)

    def _make_foot(self) -> QGridLayout:
        foot = QGridLayout()
        foot.setHorizontalSpacing(30)
        foot.setVerticalSpacing(6)
        for place, strip in enumerate((self.kernels, self.maps)):
            foot.addWidget(self._headings[place], 0, place)
            foot.addWidget(strip, 1, place, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self.settings, 0, 2, 2, 1)
        for place, stretch in enumerate((4, 5, 5)):
            foot.setColumnStretch(place, stretch)
        foot.setRowStretch(1, 1)
        return foot

    # ---- what is shown

    @property
    def backward(self) -> bool:
        return self.scene.phase == "backward"

    @property
    def unit_count(self) -> int:
        return int(self.scene.frame.output.shape[1]) if self.has_scene else 1

    def _present(self, scene: Scene) -> None:
        self.switch.setVisible(scene.frame.type == "conv_transpose2d")
        if scene.frame.type != "conv_transpose2d":
            self.switch.set_current(_LAYER)
        self.overlap.show_layer(scene.frame)
        key = (scene.node, self.backward)
        fresh = key != self._shown
        self._shown = key
        if fresh and key in self._places:
            self._channel, self._place = self._places[key]
        model = self._take_model()
        if fresh:
            self._watched = None
            if key not in self._places:
                self._channel = model.strongest_channel
                model = self._take_model()
                self._place = model.strongest(backward=self.backward)
            if self.backward and model.geometry.kind == "conv":
                self.view.set_weight(*model.strongest_weight())
        self._place = min(self._place, model.geometry.places - 1)
        self._filled = self.step_count
        self._show_strips()
        self.settings.show_layer(scene.frame)
        self._show_place()
        self._write_words()

    def _present_unit(self) -> None:
        channels = None if self._model is None else (self._model.channels, self._channel)
        model = self._take_model()
        self._filled = self.step_count
        if model.geometry.kind == "unpool" or (model.channels, model.channel) == channels:
            self._mark_strips()
        else:
            self._show_strips()
        self._show_place()
        self._write_words()

    def _take_model(self) -> ScatterModel:
        """The unit and channel in focus."""
        scene = self.scene
        self._model = model = ScatterModel(scene.frame, self._unit, self._channel)
        self._channel = model.channel
        self.view.set_model(
            model,
            "backward" if self.backward else "forward",
            grey=scene.reads_picture,
            source=scene.title(scene.source()),
        )
        for formula, latex in zip(self.formulas, formulas(model, backward=self.backward), strict=False):
            formula.set_latex(latex)
        which = f" · map {self._unit + 1} of {self.unit_count}" if self.unit_count > 1 else ""
        self.title.setText(f"{scene.title()}{which}" + (" · backward" if self.backward else ""))
        return model

    def _show_strips(self) -> None:
        model, frame = self._model, self.scene.frame
        assert model is not None
        self.planes.setVisible(len(model.channels) > 1)
        if len(model.channels) > 1:
            group = slice(model.channels.start, min(model.channels.stop, model.channels.start + 512))
            planes = tiles_of(example(frame.inputs[0])[group])
            self.planes.set_maps(planes, "grey" if self.scene.reads_picture else "signed")
            self.planes.set_current(model.order)
        shown = frame.grad_output if self.backward and frame.grad_output is not None else frame.output
        self.maps.set_maps(tiles_of(example(shown)))
        self._headings[1].setText("Blame of the maps" if self.backward else "Maps")
        if model.geometry.kind == "unpool":
            before = frame.grad_inputs[0] if self.backward and frame.grad_inputs else frame.inputs[0]
            self.kernels.set_maps(example(before))
            self._headings[0].setText("Blame handed back" if self.backward else "Maps before")
        else:
            tensors = frame.grad_weights if self.backward and "weight" in frame.grad_weights else frame.weights
            weights = tensors["weight"][model.channel]
            planes = weights if weights.ndim == 3 else weights[:, None, :]
            self.kernels.set_maps(planes, scaling=magnitude(planes) or 1.0)
            of = f" of input map {model.channel + 1}" if model.geometry.channels > 1 else ""
            self._headings[0].setText(("Gradients of the kernels" if self.backward else "Kernels") + of)
        self._mark_strips()

    def _mark_strips(self) -> None:
        model = self._model
        assert model is not None
        self.maps.set_current(self._unit)
        self.kernels.set_current(self._unit if model.geometry.kind == "unpool" else model.within)

    def _first_unit(self) -> int:
        """Which map the first of the kernels paints."""
        geometry = None if self._model is None else self._model.geometry
        return geometry.units_of(self._channel).start if geometry is not None and geometry.kind == "conv" else 0

    # ---- the stamps

    @property
    def step_count(self) -> int:
        if self._model is None:
            return 1
        return self._model.geometry.places if self.backward else self._model.steps

    @property
    def step(self) -> int:
        if self._model is None or self.backward:
            return self._place
        return self._model.order * self._model.geometry.places + self._place

    @property
    def filled(self) -> int:
        """How many stamps are done."""
        return self._filled

    @property
    def row_length(self) -> int:
        assert self._model is not None
        return self._model.geometry.inputs[1]

    def begin(self) -> None:
        self._move(0)
        self._filled = 1
        self._show_place()

    def finish(self) -> None:
        self._filled = self.step_count
        self._show_place()

    def go_to_step(self, step: int) -> None:
        self._move(min(max(0, step), self.step_count - 1))
        self._filled = self.step + 1
        self._show_place()

    def _move(self, step: int) -> None:
        """Bring the number of a step into focus, and its channel."""
        model = self._model
        assert model is not None
        order, self._place = divmod(step, model.geometry.places)
        if not self.backward and order != model.order:
            self._channel = model.channels.start + order
            self._take_model()
            self._show_strips()

    def _point_to(self, place: int) -> None:
        """The user pointed to a number: a complete map stays complete, one being painted is painted up to there."""
        complete = self._filled >= self.step_count
        self._place, self._watched = place, None
        self._filled = self.step_count if complete else self.step + 1
        self._show_place()
        self.step_changed.emit(self.step)

    @property
    def cell(self) -> tuple[int, int]:
        """The cell of the output that is written out: the one that is watched, else the middle of the stamp."""
        assert self._model is not None
        geometry = self._model.geometry
        if self._watched is None:
            return geometry.middle(self._place)
        return min(self._watched[0], geometry.output[0] - 1), min(self._watched[1], geometry.output[1] - 1)

    def _show_place(self) -> None:
        assert self._model is not None
        self._places[self._shown] = self._channel, self._place
        self.view.set_place(self._place, self._filled, self.cell)
        self.subtitle.setText(place_line(self._model, self._place))
        self.status_changed.emit()
        if not self._words_timer.isActive():
            self._words_timer.start()

    def status(self) -> str:
        total = self.step_count
        return f"{self.scene.title()}: {self._filled:,} / {total:,} {'stamp' if total == 1 else 'stamps'}"

    def _on_channel(self, order: int) -> None:
        """Another of the maps that are stamped was chosen."""
        if self._model is None:
            return
        complete = self._filled >= self.step_count
        self._channel = self._model.channels.start + order
        self._take_model()
        self._filled = self.step_count if complete else self.step + 1
        self._show_strips()
        self._show_place()
        self.step_changed.emit(self.step)

    # ---- what is clicked

    def _on_clicked(self, spot: Spot, position: QPoint) -> None:
        """A click brings a number into focus and asks where it comes from."""
        self._bring_into_focus(spot)
        self._ask_about(spot, position)

    def _on_dragged(self, spot: Spot) -> None:
        if spot.part in ("input", "gradient", "output"):
            self._bring_into_focus(spot)

    def _bring_into_focus(self, spot: Spot) -> None:
        model = self._model
        assert model is not None
        geometry = model.geometry
        if spot.part in ("input", "gradient"):
            place = geometry.place(spot.row, spot.column)
            if place != self._place:
                self._point_to(place)
        elif spot.part == "output" and not geometry.is_cut(spot.row, spot.column):
            cell = spot.row - geometry.padding[0], spot.column - geometry.padding[1]
            if self.backward or geometry.kind == "unpool":
                self._point_to_one_of(spot)
            elif cell != self.cell:
                self._watched = cell
                self._show_place()
        elif spot.part == "parts" and spot.column != model.order:
            self._on_channel(spot.column)
        elif spot.part in ("sofar", "added"):
            self.view.set_weight(spot.row, spot.column)

    def _point_to_one_of(self, spot: Spot) -> None:
        """Bring a number into focus whose stamp covers a cell, unless the present one does."""
        model = self._model
        assert model is not None
        places = [model.geometry.place(r, c) for r, c, _, _ in model.geometry.meetings(spot.row, spot.column)]
        if places and self._place not in places:
            self._point_to(places[len(places) // 2])

    def _ask_about(self, spot: Spot, position: QPoint) -> None:
        assert self._model is not None
        layout = self.view.arrangement
        rows = layout.boxes["terms_x"].shape[0] if layout is not None and "terms_x" in layout.boxes else 0
        place = place_at(self._model, spot, self.view.state, backward=self.backward, rows=rows)
        if place is not None:
            trace = self.scene.trace
            self.ask(lambda: origin_of(trace, place), position)

    def focus_place(self) -> Place | None:
        return None if self._model is None else focus(self._model, self.view.state, backward=self.backward)

    def light(self, places: Mapping[Place, str]) -> None:
        if self._model is None:
            return
        sources = tuple(self.scene.analysis.graph.sources(self.scene.node))
        found: dict[Spot, str] = {}
        for place, role in places.items():
            for spot in spots_of(self._model, place, sources, backward=self.backward):
                found[spot] = role
        self.view.set_lights(found)

    def _write_words(self) -> None:
        if self._model is None or not self.has_scene:
            return
        self.card.set_words(words(self._model, self.view.state, backward=self.backward))
        self.card.set_lines(*lines(self._model, backward=self.backward, batch=self.scene.batch))
        self._place_children()

    def _on_page(self, page: int) -> None:
        self.pages.setCurrentIndex(page)
        self.legend.setVisible(page == _LAYER)
        self.subtitle.setVisible(page == _LAYER)

    # ---- children that stand on the view

    def _place_children(self) -> None:
        layout = self.view.arrangement
        if layout is None:
            return
        card = layout.card.toAlignedRect()
        height = min(card.height() - 2, self.card.height_for(max(1, card.width())))
        for _ in range(2):  # the card learns only from its new width how high it may become
            self.card.setGeometry(card.left(), card.top(), card.width(), max(0, height))
        self.card.setVisible(height >= 50)
        for formula in self.formulas[len(layout.lines) :]:
            formula.hide()
        for formula, line in zip(self.formulas, layout.lines, strict=False):
            formula.setGeometry(int(line.left()), int(line.top()) + 15, int(FORMULA_WIDTH) - 4, 40)
            formula.show()
        self.planes.setGeometry(layout.planes.toAlignedRect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = self.height() < _LOW
        self.kernels.set_tile(40 if low else 56)
        self.maps.set_tile(62 if low else 88)
        self.settings.set_low(low)
