"""The microscope of dense layers and perceptrons: circles with all wires or the strongest, or a weight matrix."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QStackedWidget, QWidget

from playground.ui.microscopes.base import SHOWN, Microscope, Scene
from playground.ui.microscopes.chain_model import MOST_UNITS
from playground.ui.microscopes.dense_marks import Part, Spot, lit_of, place_of
from playground.ui.microscopes.dense_numbers import Array, DenseNumbers
from playground.ui.microscopes.dense_stories import bias_blame_story, blame_story, sum_story
from playground.ui.microscopes.fan_view import FanView
from playground.ui.microscopes.gradient_check_row import GradientCheckRow
from playground.ui.microscopes.matrix_view import MatrixView
from playground.ui.microscopes.story import Own
from playground.ui.microscopes.told import ToldMicroscope
from playground.ui.microscopes.weight_map import Squeezed, fits, squeeze
from playground.ui.microscopes.wires_layout import MOST_INPUTS, WireNumber
from playground.ui.microscopes.wires_view import WiresView
from playground.ui.session import Session
from playground.ui.widgets.numbers import count

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

_KEPT = 6
"""Pictures of whole matrices that are kept."""


class DenseMicroscope(ToldMicroscope):
    """Units are the neurons. Up to `MOST_UNITS` of them are drawn as circles; more make the rows of a matrix.

    Up to `MOST_INPUTS` inputs are circles too, each with its wires; more are cells of a strip.
    """

    unit_noun = "neuron"
    width_is_magnitude = True
    takes_turns = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._numbers: DenseNumbers | None = None
        self._feature = -1
        self._station: tuple[str, str] | None = None
        self.wires, self.fan, self.matrix = WiresView(), FanView(), MatrixView()
        self.pages = QStackedWidget()
        for view in (self.wires, self.fan, self.matrix):
            view.unit_chosen.connect(self.select_unit)
            self.pages.addWidget(view)
        for view in (self.fan, self.matrix):
            view.feature_chosen.connect(self._on_feature)
        self.wires.wire_chosen.connect(self._on_cell)
        self.wires.asked.connect(self._on_wires_asked)
        self.fan.asked.connect(self._on_fan_asked)
        self.matrix.asked.connect(self._on_table_asked)
        self.matrix.cell_chosen.connect(self._on_cell)
        self._squeezed: list[tuple[weakref.ref[Array], Squeezed]] = []
        self.check = GradientCheckRow(session)
        self.story.hold(self.check)
        self.lay_out(self.pages)

    @property
    def unit_count(self) -> int:
        return int(self.scene.frame.output.shape[1]) if self.has_scene else 1

    @property
    def feature(self) -> int:
        """The input in focus; −1 where it is the unit's bias."""
        return self._feature

    @property
    def user_choices(self) -> tuple[object, ...]:
        return (*super().user_choices, self.matrix.by_strength.isChecked())

    def take_over(self, other: Microscope) -> None:
        assert isinstance(other, DenseMicroscope)
        super().take_over(other)
        self._squeezed = other._squeezed
        self.matrix.by_strength.setChecked(other.matrix.by_strength.isChecked())

    def _present(self, scene: Scene) -> None:
        self._numbers = DenseNumbers(scene)
        station = scene.node, scene.phase
        if station != self._station or not self._has_wire(self._numbers, self._feature):
            self._feature = self._numbers.strongest(self._unit, 1)[0]
        self._station = station
        shown = self._view_for(self._numbers)
        self.pages.setCurrentWidget(shown)
        for view in (self.wires, self.fan, self.matrix):
            if view is not shown:
                view.forget()
        if shown is self.matrix:
            self._draw_whole(self._numbers)
        self._show()

    @staticmethod
    def _has_wire(numbers: DenseNumbers, feature: int) -> bool:
        """Whether there is such an input, or for −1 a bias."""
        return feature < numbers.features and (feature >= 0 or numbers.bias(0) is not None)

    def _view_for(self, numbers: DenseNumbers) -> WiresView | FanView | MatrixView:
        """What draws a layer of this size."""
        if numbers.units > MOST_UNITS:
            return self.matrix
        return self.wires if numbers.features <= MOST_INPUTS else self.fan

    def _draw_whole(self, numbers: DenseNumbers) -> None:
        """Squeeze the matrix into a picture, a large one on the worker thread: it may hold 100 million numbers."""
        matrix = self.matrix.shown(numbers)
        known = next((squeezed for kept, squeezed in self._squeezed if kept() is matrix), None)
        if known is None and fits(matrix):
            known = self._keep(matrix, squeeze(matrix))
        self.matrix.show_squeezed(numbers, known)
        if known is not None:
            return

        def done(squeezed: Squeezed) -> None:
            self._keep(matrix, squeezed)
            if self._numbers is numbers:
                self.matrix.show_squeezed(numbers, squeezed)

        self.work_out("matrix", lambda: squeeze(matrix), done)

    def _keep(self, matrix: Array, squeezed: Squeezed) -> Squeezed:
        """The pictures of the matrices seen last, for the way back."""
        self._squeezed = [(weakref.ref(matrix), squeezed), *self._squeezed][:_KEPT]
        return squeezed

    def _on_wires_asked(self, number: WireNumber, position: QPoint) -> None:
        from playground.engine.arithmetic.threshold import explain_sum

        frame = self.scene.frame
        if number.kind == "sum":
            self.ask(lambda: explain_sum(frame, (SHOWN, number.unit), self.names), position)
            return
        place = number.place(frame.node)
        self.ask(lambda: self.origin(place), position)

    def _on_fan_asked(self, part: Part, place: int, position: QPoint) -> None:
        self._ask_for(part, place if part == "unit" else self._unit, place, position)

    def _on_table_asked(self, spot: Spot, position: QPoint) -> None:
        self._ask_for(spot.part, spot.unit, spot.feature, position, in_table=True)

    def _ask_for(self, part: Part, unit: int, feature: int, position: QPoint, *, in_table: bool = False) -> None:
        """Where a number of the picture comes from."""
        from playground.engine.arithmetic import Place, explain_product

        numbers, scene = self._numbers, self.scene
        assert numbers is not None
        place = place_of(numbers, part, unit, feature)
        if in_table and part == "feature":  # above the table stands what came in, on the way back too
            place = Place(scene.node, "input", (SHOWN, feature))
        if part == "product" and numbers.backward:
            place = Place(scene.node, "grad_input", (SHOWN, feature))
        elif part == "product":
            self.ask(lambda: explain_product(scene.frame, (SHOWN, unit), feature, self.names), position)
            return
        self.ask(lambda: self.origin(place), position)

    def _present_unit(self) -> None:
        assert self._numbers is not None
        self._feature = self._numbers.strongest(self._unit, 1)[0]
        self._show()

    def _on_feature(self, feature: int) -> None:
        self._feature = feature
        self._show()

    def _on_cell(self, unit: int, feature: int) -> None:
        """A weight was chosen: its row and its column (−1: the bias), at once, so that the table stays where it is."""
        moved, self._unit, self._feature = unit != self._unit, unit, feature
        self._show()
        if moved:
            self.unit_changed.emit(unit)

    def _show(self) -> None:
        numbers, scene = self._numbers, self.scene
        assert numbers is not None
        view = self._view_for(numbers)
        view.show_numbers(numbers, self._unit, self._feature)
        name = numbers.unit_name(self._unit)
        which = f"neuron {self._unit + 1} of {count(self.unit_count)}"
        if name != str(self._unit + 1):
            which += f", for “{name}”"
        self.title.setText(f"{scene.title()} · {which}" + (" · backward" if numbers.backward else ""))
        forward = "adds up, and fires or not" if numbers.fires else "inputs × weights, added up"
        self.subtitle.setText("blame × input" if numbers.backward else forward)
        if numbers.backward:
            self.check.check(scene, self._gradient_place(), "b" if self._feature < 0 else "w")
            tell = bias_blame_story if self._feature < 0 else blame_story
            told = tell(numbers, self._unit, self._feature, Own(self.check), with_update=not self.keeps_secrets)
            self.story.tell(told)
        else:
            self.check.forget()
            self.story.tell(sum_story(numbers, self._unit))
        self.status_changed.emit()

    def _gradient_place(self) -> Place:
        """Where the gradient of the weight in focus stands, or of the bias."""
        from playground.engine.arithmetic import Place

        if self._feature < 0:
            return Place(self.scene.node, "grad_weight", (self._unit,), name="bias")
        return Place(self.scene.node, "grad_weight", (self._unit, self._feature), name="weight")

    def leave(self) -> None:
        super().leave()
        self.check.leave()

    def focus_place(self) -> Place | None:
        from playground.engine.arithmetic import Place

        if self._numbers is None:
            return None
        if self._numbers.backward:
            return self._gradient_place()
        return Place(self.scene.node, "output", (SHOWN, self._unit))

    def light(self, places: Mapping[Place, str]) -> None:
        if self._numbers is not None:
            self._view_for(self._numbers).light(lit_of(self._numbers, places))

    def status(self) -> str:
        return f"{self.scene.title()}: neuron {self._unit + 1} of {count(self.unit_count)}"
