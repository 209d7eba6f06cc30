"""The microscope of gates that many numbers go through: the tensor view, and one of them drawn through its gate."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.layers import layer_type
from playground.ui.microscopes.circuit_model import symbol_of
from playground.ui.microscopes.circuit_stories import factor
from playground.ui.microscopes.merge_flow import RESULT, Branch, Flow, MergeFlow
from playground.ui.microscopes.number_text import written
from playground.ui.microscopes.opened_stories import PATTERNS
from playground.ui.microscopes.tensor import TensorMicroscope


class GateMicroscope(TensorMicroscope):
    """Between what goes in and what comes out the gate itself: value above its wires, gradient below, local slope."""

    def make_middle(self) -> QWidget:
        self.flow = MergeFlow()
        self.flow.setAccessibleName("The gate")
        self.flow.asked.connect(self._on_gate_asked)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(self.flow)
        column.addWidget(super().make_middle())
        return middle

    def show_element(self) -> None:
        super().show_element()
        scene, frame, index = self.scene, self.scene.frame, self._index()
        arriving = float(frame.grad_output[index]) if self.backward and frame.grad_output is not None else None
        handed = None if arriving is None else float(frame.grad_inputs[0][index])
        source = scene.source()
        card = (scene.title(source), layer_type(scene.trace.graph.node(source).type).category.value)
        branch = Branch((card,), float(frame.inputs[0][index]), handed)
        value, told = float(frame.output[index]), self._told(arriving, handed)
        self.flow.show_flow(Flow(symbol_of(frame), told, None, (branch,), value, arriving, 0, self.backward))

    def _told(self, arriving: float | None, handed: float | None) -> str:
        """Forward what the gate does to a gradient; backward local slope × what arrives, in numbers."""
        from playground.engine.arithmetic import explain_grad_input

        if arriving is None or handed is None:
            return PATTERNS[self.scene.frame.type][1]
        slope = explain_grad_input(self.scene.frame, 0, self._index()).terms[0].factors[0].value
        return f"local slope {written(slope)} × {factor(arriving)} that arrives = {written(handed)}"

    def _on_gate_asked(self, port: int, part: str, position: QPoint) -> None:
        from playground.engine.arithmetic import Place

        kinds = ("output", "grad_output") if port == RESULT else ("input", "grad_input")
        place = Place(self.scene.node, kinds[part == "blame"], self._index())
        self.ask(lambda: self.origin(place), position)
