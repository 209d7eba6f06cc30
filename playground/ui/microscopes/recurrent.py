"""The microscope of layers that read a sequence: unrolled through time, and one cell with its gates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.layers import layer_type
from playground.ui.microscopes import recurrent_stories as stories
from playground.ui.microscopes.base import SHOWN, Scene
from playground.ui.microscopes.recurrent_cell_view import CellNumbers, CellView
from playground.ui.microscopes.recurrent_cells import PLANS
from playground.ui.microscopes.recurrent_model import Unrolled
from playground.ui.microscopes.recurrent_times import Spot, TimeBands
from playground.ui.microscopes.story import Block, Prose
from playground.ui.microscopes.told import ToldMicroscope
from playground.ui.session import Session
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.segmented import SegmentedSwitch

if TYPE_CHECKING:
    from playground.engine.arithmetic import Factor, Place
    from playground.engine.arithmetic.recurrent import At
    from playground.engine.trace import Frame

READ, REMEMBERED, GATES = range(3)
"""The bands over time."""


class RecurrentMicroscope(ToldMicroscope):
    """Units are hidden units, steps are places of the sequence in the order in which they are read.

    Backwards the steps go the other way. Of several layers, or of two directions, one is chosen above.
    """

    unit_noun = "unit"
    step_noun = "place"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._unrolled: Unrolled | None = None
        self._wanted: Frame | None = None
        self._step = -1
        self._layer, self._way = 0, 0
        self._shown_run: tuple[object, ...] = ()
        self.times, self.cell = TimeBands(), CellView()
        self.times.picked.connect(self._go_to_place)
        self.times.clicked.connect(self._on_clicked)
        self.cell.asked.connect(self._on_asked)
        self.layers, self.ways = SegmentedSwitch(name="Layer"), SegmentedSwitch(("forwards", "backwards"), "Direction")
        self.layers.currentChanged.connect(self._on_run)
        self.ways.currentChanged.connect(self._on_run)
        self.choices = QWidget()
        row = QHBoxLayout(self.choices)
        row.setContentsMargins(0, 0, 0, 0)
        self._which = TextLabel("", "small", "muted")
        for widget in (self._which, self.layers, self.ways):
            row.addWidget(widget)
        row.addStretch(1)
        self.lay_out(self.times, self.cell)
        column = self.layout().itemAt(0).layout()  # type: ignore[union-attr]
        column.insertWidget(1, self.choices)  # type: ignore[union-attr]
        column.setStretch(2, 10)  # type: ignore[union-attr]
        column.setStretch(3, 10)  # type: ignore[union-attr]

    # ---- what is shown

    @property
    def backward(self) -> bool:
        return self.scene.phase == "backward"

    def _present(self, scene: Scene) -> None:
        layers, ways = int(scene.frame.params["num_layers"]), 1 + bool(scene.frame.params["bidirectional"])  # type: ignore[arg-type]
        if len(self.layers.items) != layers:
            self.layers.set_items([f"layer {number + 1}" for number in range(layers)])
            self._layer = layers - 1
            self.layers.blockSignals(True)
            self.layers.set_current(self._layer)
            self.layers.blockSignals(False)
        self._way = min(self._way, ways - 1)
        self.layers.setVisible(layers > 1)
        self.ways.setVisible(ways > 1)
        self.choices.setVisible(layers > 1 or ways > 1)
        self._step = min(self._step, self.step_count - 1) if self._step >= 0 else self.step_count - 1
        self._shown_run = ()
        self._write_head()
        if self._unrolled is not None and self._unrolled.frame is scene.frame:
            self._show()
            return
        self._unrolled, self._wanted = None, scene.frame
        self.story.tell([Prose("Unrolling the layer through time …")])
        self.status_changed.emit()
        self.work_out("recurrent", lambda: Unrolled(scene.frame), self._on_unrolled)

    def _on_unrolled(self, unrolled: Unrolled) -> None:
        if unrolled.frame is self._wanted and self.has_scene and self.scene.frame is unrolled.frame:
            self._unrolled = unrolled
            self._show()

    def _present_unit(self) -> None:
        self._show()

    def _write_head(self) -> None:
        scene = self.scene
        which = f" · unit {self._unit + 1} of {self.unit_count}"
        self.title.setText(f"{scene.title()}{which}" + (" · backward" if self.backward else ""))
        kind = layer_type(scene.frame.type)
        self.subtitle.setText(f"{kind.title}  ·  at place {self.place} of 0 to {self.step_count - 1}")

    def _show(self) -> None:
        self._write_head()
        if self._unrolled is None:
            return
        unrolled, at = self._unrolled, self.at
        run = unrolled.memory.run(at)
        self._which.setText("the numbers of")
        shown = (unrolled, self._layer, self._way, self._unit, self.backward)
        if shown != self._shown_run:
            self._shown_run = shown
            bands = unrolled.bands(self._layer, self._way, self._unit, backward=self.backward)
            sizes = unrolled.sizes(self._layer, self._way) if self.backward else None
            self.times.show_bands(bands, run.steps.step, sizes)
        self.times.set_cursor(self.place, self._unit, backward=self.backward)
        self.cell.show_cell(self._numbers(unrolled, at))
        self.story.tell(self._story(unrolled, at))
        self.status_changed.emit()

    def _story(self, unrolled: Unrolled, at: At) -> list[Block]:
        if not self.backward:
            return stories.forward_story(unrolled, at)
        place = unrolled.weight_in_focus(self._layer, self._way, self._unit)
        return stories.backward_story(unrolled, at, self.scene, place)

    def _numbers(self, unrolled: Unrolled, at: At) -> CellNumbers:
        plan = PLANS[unrolled.kind]
        letters = [part.letter for part in (*plan.boxes, *plan.chips)]
        values = {letter: unrolled.factor(letter, at) for letter in letters}
        blames: dict[str, Factor] = {}
        for letter in letters if self.backward else ():
            blame = unrolled.blame(letter, at)
            if blame is not None:
                blames[letter] = blame
        count = unrolled.memory.run(at).x.shape[2]
        numbers = "1 number" if count == 1 else f"{count} numbers"
        return CellNumbers(unrolled.kind, values, blames, f"x: {numbers} read at place {at.place}")

    @property
    def at(self) -> At:
        """The cell on screen."""
        from playground.engine.arithmetic.recurrent import At

        return At(self._layer, self._way, SHOWN, self.place, self._unit)

    # ---- units, places, runs

    @property
    def unit_count(self) -> int:
        return int(self.scene.frame.params["hidden_size"]) if self.has_scene else 1  # type: ignore[arg-type]

    @property
    def step_count(self) -> int:
        return int(self.scene.frame.inputs[0].shape[2]) if self.has_scene else 1

    @property
    def step(self) -> int:
        return max(0, self._step)

    @property
    def row_length(self) -> int:
        return 1

    @property
    def place(self) -> int:
        """Where in the sequence the cell on screen reads."""
        reads_back = bool(self._way) != self.backward
        return self.step_count - 1 - self.step if reads_back else self.step

    def go_to_step(self, step: int) -> None:
        if 0 <= step < self.step_count and step != self._step:
            self._step = step
            self._show()
            self.step_changed.emit(step)

    def _go_to_place(self, place: int) -> None:
        reads_back = bool(self._way) != self.backward
        self.go_to_step(self.step_count - 1 - place if reads_back else place)

    def _on_run(self) -> None:
        place = self.place
        self._layer, self._way = max(0, self.layers.current), max(0, self.ways.current) if self.ways.isVisible() else 0
        reads_back = bool(self._way) != self.backward
        self._step = self.step_count - 1 - place if reads_back else place
        self._show()

    def status(self) -> str:
        return f"{self.scene.title()}: place {self.place}, {self.step + 1} / {self.step_count} places read"

    # ---- asked and lit

    def _on_clicked(self, band: int, row: int, place: int, position: QPoint) -> None:
        """A click brings a number into focus and asks where it comes from."""
        self._go_to_place(place)
        if band == REMEMBERED:
            self.select_unit(row)
        factor = self._factor_of(band, row)
        if factor is not None:
            self._on_asked(factor, position)

    def _factor_of(self, band: int, row: int) -> Factor | None:
        """The number of a band at the place in focus."""
        if self._unrolled is None:
            return None
        unrolled, at = self._unrolled, self.at
        names = unrolled.memory.gate_names
        if band == READ:
            return self._read(row)
        if band == REMEMBERED:
            return unrolled.blame("h", at) if self.backward else unrolled.factor("h", at)
        letter = names[row] if row < len(names) else "c"
        if self.backward:
            return unrolled.blame(f"s{letter}" if letter in names else "c", at)
        return unrolled.factor(letter, at)

    def _read(self, row: int) -> Factor | None:
        from playground.engine.arithmetic import Factor, Place

        assert self._unrolled is not None
        if not self.backward:
            return self._unrolled.memory.read_at(self.at, row)
        if self._layer:
            return None
        place = Place(self.scene.node, "grad_input", (SHOWN, row, self.place))
        return Factor("", float(self.scene.frame.grad_inputs[0][place.index]), place)

    def _on_asked(self, factor: Factor, position: QPoint) -> None:
        if factor.place is not None:
            place = factor.place
            self.ask(lambda: self.origin(place), position)
        elif factor.because is not None:
            self.ask(factor.because, position)

    def focus_place(self) -> Place | None:
        from playground.engine.arithmetic import Place

        if self._unrolled is None:
            return None
        if self.backward:
            return self._unrolled.weight_in_focus(self._layer, self._way, self._unit)
        frame = self.scene.frame
        run = self._unrolled.run(self._layer, self._way)
        if self._layer < len(self._unrolled.memory.layers) - 1:
            return None
        number = self._way * run.units + self._unit
        if frame.params["return_sequence"]:
            return Place(frame.node, "output", (SHOWN, number, self.place))
        return Place(frame.node, "output", (SHOWN, number)) if self.place == run.last else None

    def light(self, places: Mapping[Place, str]) -> None:
        spots: dict[Spot, str] = {}
        for place, role in places.items():
            spot = self._spot_of(place)
            if spot is not None:
                spots[spot] = role
        self.times.light(spots)

    def _spot_of(self, place: Place) -> Spot | None:
        """Where a recorded number is drawn over time; None if it is not."""
        if place.node != self.scene.node or not place.index or place.index[0] != SHOWN:
            return None
        inside = ("grad_input", "grad_output") if self.backward else ("input", "output")
        if place.kind == inside[0] and self._layer == 0 and len(place.index) == 3:
            return READ, place.index[1], place.index[2]
        if self._unrolled is None or place.kind != inside[1]:
            return None
        run = self._unrolled.run(self._layer, self._way)
        way, unit = divmod(place.index[1], run.units)
        if way != self._way or self._layer < len(self._unrolled.memory.layers) - 1:
            return None
        return REMEMBERED, unit, place.index[2] if len(place.index) > 2 else run.last
