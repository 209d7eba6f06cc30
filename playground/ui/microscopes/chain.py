"""The microscope of small dense networks: all of it drawn, and beside it where the number in focus comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.ui.microscopes import chain_stories as stories
from playground.ui.microscopes.base import SHOWN, Microscope, Scene
from playground.ui.microscopes.chain_model import Chain, Target, chain_of
from playground.ui.microscopes.chain_values import ChainValues
from playground.ui.microscopes.chain_view import ChainView
from playground.ui.microscopes.curve_plot import CurvePlot
from playground.ui.microscopes.freeze_row import FreezeRow
from playground.ui.microscopes.gradient_check_row import GradientCheckRow
from playground.ui.microscopes.story import Block, Own, StoryPanel
from playground.ui.microscopes.worked_example import WorkedExample
from playground.ui.session import Session
from playground.ui.widgets.headings import Separator

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place

_ANY_HEIGHT = 16_777_215
"""Qt's largest size: no limit."""


class ChainMicroscope(Microscope):
    """Units are what the station is about: inputs, neurons, or a layer's weights. Any can be clicked at any time."""

    width_is_magnitude = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._chain: Chain | None = None
        self._values: ChainValues | None = None
        self._focus = Target("neuron", 0, 0)
        self._chosen: dict[tuple[str, str], Target] = {}
        self.view = ChainView()
        self.view.chosen.connect(self._on_chosen)
        self.view.asked.connect(lambda place, position: self.ask(lambda: self.origin(place), position))
        self.story = StoryPanel()
        self.story.explain_requested.connect(self._on_explain)
        self.check = GradientCheckRow(session)
        self.freeze = FreezeRow(session)
        self.curve = CurvePlot()
        self.story.hold(self.check, self.freeze, self.curve)
        self.worked = WorkedExample(session)
        left = QVBoxLayout()
        left.setContentsMargins(28, 18, 20, 14)
        left.setSpacing(10)
        left.addLayout(self.header())
        left.addWidget(self.view, 1)
        left.addWidget(self.worked.curve_box)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(left, 1)
        outer.addWidget(Separator(Qt.Orientation.Vertical))
        outer.addWidget(self.story)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.story.setFixedWidth(max(350, min(480, int(event.size().width() * 0.333))))
        self.worked.curve.set_low(event.size().height() < 560)

    # ---- what is shown

    def _present(self, scene: Scene) -> None:
        self._chain = chain_of(scene.trace)
        assert self._chain is not None
        self._values = ChainValues(self._chain, scene, in_order=self.keeps_secrets)
        key = (scene.phase, scene.node)
        targets = self._targets()
        focus = self._chosen.get(key)
        if focus not in targets:
            focus = targets[min(self._unit, len(targets) - 1)] if self._unit and key in self._chosen else targets[0]
        self._focus = focus
        self._unit = targets.index(focus)
        self.worked.show_scene(scene, self._chain)
        self.worked.curve_box.setMaximumHeight(0 if self.keeps_secrets else _ANY_HEIGHT)
        self._show()

    def _present_unit(self) -> None:
        self._focus = self._targets()[self._unit]
        self._chosen[self.scene.phase, self.scene.node] = self._focus
        self._show()

    def _targets(self) -> list[Target]:
        """What Up and Down go through at this station."""
        assert self._chain is not None
        scene, chain = self.scene, self._chain
        number = chain.column_of(scene.node)
        column = chain.columns[number]
        if scene.node == column.dense and scene.phase in ("backward", "update"):
            return chain.weights_of(number)
        if scene.phase == "update":
            return chain.weights_of(1)
        return [Target("neuron", number, unit) for unit in range(column.size)]

    @property
    def unit_noun(self) -> str:  # type: ignore[override]
        return self._focus.kind if self._focus.kind != "bias" else "weight"

    @property
    def unit_count(self) -> int:
        return len(self._targets()) if self._chain is not None else 1

    @property
    def chain(self) -> Chain:
        """The network on screen."""
        assert self._chain is not None
        return self._chain

    @property
    def values(self) -> ChainValues:
        """Its numbers at the moment on screen."""
        assert self._values is not None
        return self._values

    @property
    def focus(self) -> Target:
        """What the panel tells about."""
        return self._focus

    def _on_chosen(self, target: Target) -> None:
        """Something in the picture was clicked; whether or not it is a unit of this station, it is explained."""
        assert self._chain is not None
        if self._chain.columns[target.column].shared_bias and target.kind == "bias":
            target = replace(target, unit=0)
        self._focus = target
        targets = self._targets()
        if target in targets:
            self._unit = targets.index(target)
            self._chosen[self.scene.phase, self.scene.node] = target
        self._show()
        self.unit_changed.emit(self._unit)

    def _show(self) -> None:
        assert self._values is not None
        self.view.show_values(self._values, self._focus)
        self.title.setText(self._heading())
        self.subtitle.setText(f"round {self.scene.training_round} of training")
        self.story.tell(self._story())
        self.status_changed.emit()

    def _heading(self) -> str:
        assert self._chain is not None
        chain, focus = self._chain, self._focus
        number = focus.column
        last = len(chain.columns) - 1
        layer = "inputs" if number == 0 else "output layer" if number == last else "hidden layer"
        if last > 2 and 0 < number < last:
            layer = f"hidden layer {number}"
        noun = {"neuron": "neuron" if number else "input", "weight": "weight", "bias": "bias"}[focus.kind]
        name = chain.name(focus)
        if self.scene.node == chain.loss and self.scene.phase == "forward":
            return "Forward · total error"
        return f"{self.scene.phase.capitalize()} · {layer} · {noun} {name}"

    def status(self) -> str:
        targets = self._targets()
        noun = self._focus.kind if self._focus.kind != "bias" else "bias"
        place = f"{noun} {self._unit + 1} of {len(targets)}"
        return f"{self.scene.title()} · {place}" if self._focus in targets else self.scene.title()

    # ---- the number in focus

    def names(self, place: Place) -> str:
        return self._chain.names(place) if self._chain is not None else ""

    def origin(self, place: Place) -> Explanation:
        """Blame of a weight is told link by link, as in the worked example."""
        from playground.engine.arithmetic import explain_weight_chain

        if place.kind == "grad_weight" and place.name in ("weight", "bias"):
            return explain_weight_chain(self.scene.trace, place.node, place.name, place.index, self.names)
        return super().origin(place)

    def light(self, places: Mapping[Place, str]) -> None:
        self.view.light(places)

    def focus_place(self) -> Place | None:
        from playground.engine.arithmetic import Place

        scene, chain, values, focus = self.scene, self.chain, self.values, self._focus
        if focus.kind != "neuron":
            return values.weight_place(focus, second=values.gradient(focus) is not None)
        if scene.node == chain.loss and scene.phase == "forward":
            return Place(chain.loss, "output", ())
        column = chain.columns[focus.column]
        if scene.phase == "backward" and focus.column:
            for node in (column.activation, chain.loss if focus.column == len(chain.columns) - 1 else ""):
                if node and values.has("backward", node):
                    return Place(node, "grad_input", (SHOWN, focus.unit))
        if scene.node == column.dense:
            return Place(column.dense, "output", (SHOWN, focus.unit))
        return values.neuron_place(focus.column, focus.unit)

    # ---- the panel

    def _story(self) -> list[Block]:
        assert self._values is not None
        values, focus, scene = self._values, self._focus, self.scene
        if focus.kind == "neuron":
            return self._neuron_story(values, focus)
        if values.gradient(focus) is None:
            return stories.weight_forward_story(values, focus)
        assert self._chain is not None
        self.check.check(scene, self._chain.place(focus), self._chain.name(focus))
        if values.is_updated(focus):
            self.freeze.show_place(self._chain.place(focus), f"{self._chain.name(focus)} of {scene.title()}")
            return stories.update_story(values, focus, Own(self.freeze), Own(self.check))
        return stories.weight_back_story(values, focus, Own(self.check))

    def _neuron_story(self, values: ChainValues, focus: Target) -> list[Block]:
        chain, scene = values.chain, self.scene
        column = chain.columns[focus.column]
        if scene.node == chain.loss and scene.phase == "forward":
            return stories.loss_story(values)
        if scene.node == chain.loss and scene.phase == "backward" and focus.column == len(chain.columns) - 1:
            return stories.blame_of_output_story(values, focus.unit)
        if focus.column == 0:
            return stories.input_story(values, focus.unit)
        if column.activation and values.has("backward", column.activation):
            self._draw_curve(focus, tangent=True)
            return stories.blame_of_sum_story(values, focus.column, focus.unit, Own(self.curve))
        if column.activation and values.has("forward", column.activation) and scene.node != column.dense:
            self._draw_curve(focus, tangent=False)
            return stories.activation_story(values, focus.column, focus.unit, Own(self.curve))
        if values.has("forward", column.dense):
            return stories.sum_story(values, focus.column, focus.unit)
        return stories.waiting_story(values, focus)

    def _draw_curve(self, focus: Target, *, tangent: bool) -> None:
        assert self._chain is not None
        column = self._chain.columns[focus.column]
        frame = self.scene.trace.frames[column.activation]
        name = column.names[focus.unit]
        self.curve.show_point(frame, (SHOWN, focus.unit), tangent=tangent, names=(f"net {name}", f"out {name}"))

    def _on_explain(self, explain: object, position: QPoint) -> None:
        self.explain_requested.emit(explain, position)
