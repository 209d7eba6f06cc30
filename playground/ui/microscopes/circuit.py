"""The microscope of graphs of gates: all of it drawn with its numbers, and beside it what the gate in focus does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from playground.ui.microscopes import circuit_stories as stories
from playground.ui.microscopes.base import Microscope, Scene
from playground.ui.microscopes.circuit_layout import Part
from playground.ui.microscopes.circuit_model import Circuit, circuit_of
from playground.ui.microscopes.circuit_values import AT, CircuitValues
from playground.ui.microscopes.circuit_view import CircuitView
from playground.ui.microscopes.gradient_check_row import GradientCheckRow
from playground.ui.microscopes.story import Block, Heading, Own, Prose, StoryPanel
from playground.ui.session import Session
from playground.ui.widgets.headings import Separator, TextLabel

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

_LEGEND = "above each wire its value · below it, after ∂, its gradient: how much the result E grows for each 1 it grows"


class CircuitMicroscope(Microscope):
    """Units are the inputs of the gate on its way back, and in the update the learnt numbers."""

    updates_at_once = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._circuit: Circuit | None = None
        self._values: CircuitValues | None = None
        self._station: tuple[str, str] = ("", "")
        self._focus = ""
        self.view = CircuitView()
        self.view.chosen.connect(self._on_chosen)
        self.view.asked.connect(self._on_asked)
        self.view.share_asked.connect(self._on_share_asked)
        self.story = StoryPanel()
        self.story.explain_requested.connect(self.ask)
        self.check = GradientCheckRow(session)
        self.story.hold(self.check)
        self.area = QScrollArea()
        self.area.setWidget(self.view)
        self.area.setWidgetResizable(False)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.viewport().setAutoFillBackground(False)
        self.view.setAutoFillBackground(False)
        left = QVBoxLayout()
        left.setContentsMargins(28, 18, 16, 14)
        left.setSpacing(10)
        left.addLayout(self.header())
        left.addWidget(self.area, 1)
        self.legend = TextLabel(_LEGEND, "small", "muted", wrap=True)
        left.addWidget(self.legend)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(left, 1)
        outer.addWidget(Separator(Qt.Orientation.Vertical))
        outer.addWidget(self.story)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.story.setFixedWidth(max(350, min(480, int(event.size().width() * 0.333))))
        self._fit()

    def _fit(self) -> None:
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.view.fit(self.area.maximumViewportSize())
        self._reveal()

    def _reveal(self) -> None:
        """Bring the gate in focus into sight."""
        layout = self.view.arrangement
        if layout is not None and self._focus in layout.circuit.by_node:
            center = layout.center(self._focus)
            self.area.ensureVisible(int(center.x()), int(center.y()), 110, 50)

    # ---- what is shown

    def _present(self, scene: Scene) -> None:
        if self._circuit is None or self._values is None or self._values.scene.trace is not scene.trace:
            self._circuit = circuit_of(scene.trace)
        assert self._circuit is not None
        self._values = CircuitValues(self._circuit, scene)
        if self._station != (scene.phase, scene.node):
            self._station, self._focus = (scene.phase, scene.node), scene.node
        if scene.phase == "update" and scene.node in self._values.learnt:
            self._unit = self._values.learnt.index(scene.node)
        self._unit = min(self._unit, self.unit_count - 1)
        self._show()

    def _present_unit(self) -> None:
        if self.scene.phase == "update" and self.values.learnt:
            self._focus = self.values.learnt[self._unit]
        self._show()

    @property
    def circuit(self) -> Circuit:
        """The graph on screen."""
        assert self._circuit is not None
        return self._circuit

    @property
    def values(self) -> CircuitValues:
        """Its numbers at the moment on screen."""
        assert self._values is not None
        return self._values

    @property
    def focus(self) -> str:
        """The node that the panel tells about."""
        return self._focus

    @property
    def unit_noun(self) -> str:  # type: ignore[override]
        return "number" if self.has_scene and self.scene.phase == "update" else "input"

    @property
    def unit_count(self) -> int:
        if self._values is None:
            return 1
        if self.scene.phase == "update":
            return max(1, len(self._values.learnt))
        spot = self.circuit.by_node.get(self._focus)
        return max(1, len(spot.sources)) if spot is not None and self.scene.phase == "backward" else 1

    def _on_chosen(self, node: str) -> None:
        """A gate was clicked; whether or not the step stands there, it is told about."""
        self._focus, self._unit = node, 0
        if self.scene.phase == "update" and node in self.values.learnt:
            self._unit = self.values.learnt.index(node)
        self._show()
        self.unit_changed.emit(self._unit)

    def _on_asked(self, node: str, part: str, position: QPoint) -> None:
        self.ask(stories.asking(self.values, stories.places(self.values, node, part)), position)

    def _on_share_asked(self, node: str, port: int, position: QPoint) -> None:
        from playground.engine.arithmetic import Place

        self.ask(stories.asking(self.values, Place(node, "grad_input", AT, port)), position)

    def _show(self) -> None:
        self.view.show_values(self.values, self._focus, self._unit)
        self.title.setText(self._heading())
        self.subtitle.setText(f"round {self.scene.training_round} of training")
        self.legend.setText(f"{_LEGEND}{stories.BECOMES}" if self.scene.phase == "update" else _LEGEND)
        self.story.tell(self._story())
        self._fit()
        self.status_changed.emit()

    def _heading(self) -> str:
        scene, circuit = self.scene, self.circuit
        phase = scene.phase.capitalize()
        if self._focus == circuit.loss:
            return f"{phase} · the result"
        if self._focus == circuit.input and self._focus not in circuit.by_node:
            return f"{phase} · the example"
        if self._focus not in circuit.by_node:
            return phase
        spot = circuit.by_node[self._focus]
        if spot.kind == "leaf":
            return f"{phase} · {spot.name}"
        return f"{phase} · {circuit.title(self._focus)} · {scene.trace.frames[self._focus].type.replace('_', ' ')} gate"

    def status(self) -> str:
        name = self.circuit.title(self._focus)
        return f"{name} · {self.unit_noun} {self._unit + 1} of {self.unit_count}" if self.unit_count > 1 else name

    # ---- the number in focus

    def names(self, place: Place) -> str:
        return self._values.names(place) if self._values is not None else ""

    def focus_place(self) -> Place | None:
        from playground.engine.arithmetic import Place

        circuit, focus, phase = self.circuit, self._focus, self.scene.phase
        if focus == circuit.loss:
            return Place(focus, "output", ()) if phase == "forward" else Place(focus, "grad_input", AT)
        if focus not in circuit.by_node:
            return None
        if phase == "update" and focus in self.values.learnt:
            return Place(focus, "updated", (0,), name="weight")
        sources = circuit.by_node[focus].sources
        if phase == "backward" and sources and self.values.has("backward", focus):
            return Place(focus, "grad_input", AT, min(self._unit, len(sources) - 1))
        if phase != "forward" and self.values.gradient(focus) is not None:
            return stories.places(self.values, focus, "gradient")
        return Place(focus, "output", AT)

    def light(self, places: Mapping[Place, str]) -> None:
        marked: dict[tuple[str, Part], str] = {}
        for place, role in places.items():
            if place.kind in ("output", "weight"):
                marked[place.node, "value"] = role
            elif place.kind in ("grad_output", "grad_weight", "updated"):
                marked[place.node, "gradient"] = role
        self.view.light(marked)

    # ---- the panel

    def _story(self) -> list[Block]:
        values, circuit, focus, phase = self.values, self.circuit, self._focus, self.scene.phase
        spot = circuit.by_node.get(focus)
        if focus == circuit.loss:
            return stories.loss_story(values)
        if phase == "update" and (spot is None or spot.kind == "leaf"):
            return self._checked(stories.update_story(values, focus))
        if spot is None:
            return stories.input_story(values)
        if values.value(focus) is None:
            return [stories.AFTER, Prose(f"The step has not come to {circuit.title(focus)} yet.")]
        if spot.kind == "leaf":
            return self._checked(stories.leaf_story(values, focus))
        if values.has("backward", focus):
            return stories.back_story(values, focus, min(self._unit, len(spot.sources) - 1))
        return stories.gate_story(values, focus)

    def _checked(self, blocks: list[Block]) -> list[Block]:
        """With the gradient check, where a learnt number has its gradient."""
        from playground.engine.arithmetic import Place

        if self._focus not in self.values.learnt or self.values.gradient(self._focus) is None:
            return blocks
        place = Place(self._focus, "grad_weight", (0,), name="weight")
        self.check.check(self.scene, place, self.circuit.title(self._focus))
        return [*blocks, Heading("Check it yourself"), Own(self.check)]
