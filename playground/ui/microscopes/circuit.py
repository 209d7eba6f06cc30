"""The microscope of graphs of gates: all of it drawn with its numbers, and beside it what the gate in focus does."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from playground.ui.microscopes import circuit_stories as stories
from playground.ui.microscopes.base import Microscope, Scene
from playground.ui.microscopes.circuit_model import Circuit, circuit_of
from playground.ui.microscopes.circuit_values import CircuitValues
from playground.ui.microscopes.circuit_view import CircuitView
from playground.ui.microscopes.gradient_check_row import GradientCheckRow
from playground.ui.microscopes.published_list import PublishedList
from playground.ui.microscopes.story import Block, Heading, Own, Prose, StoryPanel
from playground.ui.microscopes.worked_example import published_numbers
from playground.ui.session import Session
from playground.ui.widgets.headings import Separator, TextLabel

_LEGEND = "above each wire its value · below it, after ∂, its gradient: how much the result E grows for each 1 it grows"


class CircuitMicroscope(Microscope):
    """Units are the inputs of the gate on its way back, and in the update the learnt numbers."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._circuit: Circuit | None = None
        self._values: CircuitValues | None = None
        self._station: tuple[str, str] = ("", "")
        self._focus = ""
        self.view = CircuitView()
        self.view.chosen.connect(self._on_chosen)
        self.view.asked.connect(self._on_asked)
        self.story = StoryPanel()
        self.story.explain_requested.connect(self.ask)
        self.check = GradientCheckRow(session)
        self.published = PublishedList()
        self._compared: object = None
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
        left.addWidget(TextLabel(_LEGEND, "small", "muted", wrap=True))
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
        self._compare(scene)
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

    def _show(self) -> None:
        self.view.show_values(self.values, self._focus, self._unit)
        self.title.setText(self._heading())
        self.subtitle.setText(f"round {self.scene.training_round} of training")
        self.story.tell([*self._story(), *self._beside()])
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

    # ---- published beside live

    def _compare(self, scene: Scene) -> None:
        """The first round is compared with the publication."""
        numbers = published_numbers(scene.experiment.example)
        if not numbers or scene.training_round != 1 or self._compared is scene.trace:
            return
        from playground.engine.published import live_value

        self._compared = scene.trace
        found = {number: live_value(number, scene.trace) for number in numbers}
        self.published.show_numbers(numbers, {number: live for number, live in found.items() if live is not None})

    def _beside(self) -> list[Block]:
        if not published_numbers(self.scene.experiment.example):
            return []
        same, known = self.published.agreement
        text = f"{same} of {known} printed numbers agree to the last digit. Digits that agree are green."
        return [Heading("Published beside live"), Prose(text, quiet=True), Own(self.published)]
