"""The microscope of a dense layer in a larger network: neurons with their strongest wires, or a weight matrix."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.chain_model import MOST_UNITS
from playground.ui.microscopes.dense_numbers import DenseNumbers
from playground.ui.microscopes.dense_stories import blame_story, sum_story
from playground.ui.microscopes.fan_view import FanView
from playground.ui.microscopes.gradient_check_row import GradientCheckRow
from playground.ui.microscopes.matrix_view import MatrixView
from playground.ui.microscopes.story import Own
from playground.ui.microscopes.told import ToldMicroscope
from playground.ui.session import Session
from playground.ui.widgets.numbers import count


class DenseMicroscope(ToldMicroscope):
    """Units are the neurons. Up to `MOST_UNITS` of them are drawn as circles; more make the rows of a matrix."""

    unit_noun = "neuron"
    width_is_magnitude = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._numbers: DenseNumbers | None = None
        self._feature = -1
        self.fan, self.matrix = FanView(), MatrixView()
        self.pages = QStackedWidget()
        for view in (self.fan, self.matrix):
            view.unit_chosen.connect(self.select_unit)
            view.feature_chosen.connect(self._on_feature)
            self.pages.addWidget(view)
        self.check = GradientCheckRow(session)
        self.lay_out(self.pages)

    @property
    def unit_count(self) -> int:
        return int(self.scene.frame.output.shape[1]) if self.has_scene else 1

    @property
    def feature(self) -> int:
        """The input in focus."""
        return self._feature

    def _present(self, scene: Scene) -> None:
        self._numbers = DenseNumbers(scene)
        self._feature = self._numbers.strongest(self._unit, 1)[0]
        self.pages.setCurrentWidget(self.fan if self.unit_count <= MOST_UNITS else self.matrix)
        self._show()

    def _present_unit(self) -> None:
        assert self._numbers is not None
        self._feature = self._numbers.strongest(self._unit, 1)[0]
        self._show()

    def _on_feature(self, feature: int) -> None:
        self._feature = feature
        self._show()

    def _show(self) -> None:
        numbers, scene = self._numbers, self.scene
        assert numbers is not None
        view = self.fan if self.pages.currentWidget() is self.fan else self.matrix
        view.show_numbers(numbers, self._unit, self._feature)
        name = numbers.unit_name(self._unit)
        which = f"neuron {self._unit + 1} of {count(self.unit_count)}"
        if name != str(self._unit + 1):
            which += f", for “{name}”"
        self.title.setText(f"{scene.title()} · {which}" + (" · backward" if numbers.backward else ""))
        self.subtitle.setText("blame × input" if numbers.backward else "inputs × weights, added up")
        if numbers.backward:
            from playground.engine.arithmetic import Place

            place = Place(scene.node, "grad_weight", (self._unit, self._feature), name="weight")
            self.check.check(scene, place, "w")
            self.story.tell(blame_story(numbers, self._unit, self._feature, Own(self.check)))
        else:
            self.story.tell(sum_story(numbers, self._unit))
        self.status_changed.emit()

    def status(self) -> str:
        return f"{self.scene.title()}: neuron {self._unit + 1} of {count(self.unit_count)}"
