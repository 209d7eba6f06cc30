"""The gradient check as one line: nudge a weight, measure how the error moves, compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.ui.microscopes.alive import while_alive
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.flow_row import FlowRow
from playground.ui.session import Session
from playground.ui.widgets.fields import DecimalField
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.numbers import short
from playground.ui.widgets.pill import Pill

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place
    from playground.engine.gradient_check import GradientCheck


_HEIGHT = 28


class GradientCheckRow(QWidget):
    """Measures on the worker thread whenever the weight, the moment or the nudge changes."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: tuple[Scene, Place] | None = None
        self.before = TextLabel("Nudge it by")
        self.nudge = DecimalField(1e-7, 1.0, 0.001)
        self.nudge.setFixedWidth(66)
        self.nudge.setToolTip("How far the weight is moved, up and down. E is measured at both.")
        self.nudge.valueChanged.connect(self._measure)
        self.nudge.setFixedHeight(_HEIGHT)
        self.after = TextLabel("and measure: ΔE / Δw =")
        self.measured = TextLabel("…", "mono")
        self.verdict = Pill("…")
        row = FlowRow(5)
        holder = QWidget()  # as high as the field, so that all stand on one line
        holder.setFixedHeight(_HEIGHT)
        inside = QHBoxLayout(holder)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.verdict)
        for label in (self.before, self.after, self.measured):
            label.setMinimumHeight(_HEIGHT)
        for widget in (self.before, self.nudge, self.after, self.measured, holder):
            row.add(widget)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(row)
        outer.setAlignment(row, Qt.AlignmentFlag.AlignTop)

    def check(self, scene: Scene, place: Place, name: str) -> None:
        """Check the weight at `place`, called `name`, at the moment of the scene."""
        self._asked = (scene, place)
        self.before.setText(f"Nudge {name} by")
        self._measure()

    def _measure(self) -> None:
        if self._asked is None:
            return
        (scene, place), nudge = self._asked, self.nudge.value()
        self.verdict.set_look("measuring…")
        self._session.background.run(
            "gradient check",
            lambda: (place, measure(scene, place, nudge)),
            while_alive(self, self._on_measured),
            while_alive(self, self._on_failed),
        )

    def _on_measured(self, found: tuple[Place, GradientCheck]) -> None:
        place, result = found
        if self._asked is None or self._asked[1] != place:
            return
        self.measured.setText(f"<b>{short(result.measured, 6)}</b>")
        if result.agrees:
            self.verdict.set_look("agrees", role="success", ground="success_ground")
        elif result.stand_in:
            self.verdict.set_look("differs, as it may", role="muted")
        else:
            self.verdict.set_look("differs", role="warning", ground="warning_ground")
        said = f"Backpropagation says {short(result.backprop, 9)}."
        if result.stand_in and not result.agrees:
            said += (
                f" {result.stand_in} is a threshold: its true slope is 0 everywhere, so backwards something else "
                "stands in for it, and the gradient is not the slope that is measured."
            )
        self.verdict.setToolTip(said)

    def _on_failed(self, error: Exception) -> None:
        self.measured.setText("—")
        self.verdict.set_look("not measured", role="warning", ground="warning_ground")
        self.verdict.setToolTip(str(error))


def measure(scene: Scene, place: Place, nudge: float) -> GradientCheck:
    """Nudge the weight at a place of the recorded step, on the recorded example. Runs on the worker thread."""
    import torch

    from playground.engine.compile import compile_network
    from playground.engine.gradient_check import check_gradient

    trace = scene.trace
    state = {
        f"{node}.{name}": array
        for node, frame in trace.frames.items()
        for name, array in {**frame.weights, **frame.buffers}.items()
    }
    network = compile_network(scene.analysis, scene.experiment.seed, state, torch.float64)
    assert trace.target is not None
    seed = scene.experiment.seed + scene.training_round
    return check_gradient(network, trace.x, trace.target, place.node, place.name, place.index, nudge, seed=seed)
