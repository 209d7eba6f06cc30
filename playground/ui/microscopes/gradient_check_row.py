"""The gradient check as one line: nudge a weight, measure how the error moves, compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.ui.microscopes.alive import while_alive
from playground.ui.microscopes.base import UNHURRIED, Scene
from playground.ui.microscopes.flow_row import FlowRow
from playground.ui.microscopes.worded_numbers import WordsLabel
from playground.ui.session import Session
from playground.ui.widgets.fields import DecimalField
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.number_style import number_style
from playground.ui.widgets.numbers import exact, short
from playground.ui.widgets.pill import Pill

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place
    from playground.engine.compile import Network
    from playground.engine.gradient_check import GradientCheck


_HEIGHT = 28
MEASURED_AT_ONCE = 2_000_000
"""Networks with more parameters are measured when asked only: it takes a copy of them all, in double precision."""


class GradientCheckRow(QWidget):
    """Measures on the worker thread whenever the weight, the moment or the nudge changes."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: tuple[Scene, Place] | None = None
        self._name = "it"
        self._result: GradientCheck | None = None
        self.before = TextLabel("Nudge it by")
        self.nudge = DecimalField(1e-7, 1.0, 0.001)
        self.nudge.setFixedWidth(66)
        self.nudge.setToolTip("How far the weight is moved, up and down. E is measured at both.")
        self.nudge.valueChanged.connect(self._on_nudge)
        self.nudge.setFixedHeight(_HEIGHT)
        self.after = TextLabel("and measure: ΔE / Δw =")
        self.measured = WordsLabel("…", "mono")
        self.verdict = Pill("…")
        self.start = QPushButton("Measure")
        self.start.setToolTip("This network is large: measuring takes seconds, and a copy of all its weights")
        self.start.clicked.connect(self._measure)
        self.start.hide()
        row = FlowRow(5)
        holder = QWidget()  # as high as the field, so that all stand on one line
        holder.setFixedHeight(_HEIGHT)
        inside = QHBoxLayout(holder)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.verdict)
        inside.addWidget(self.start)
        for label in (self.before, self.after, self.measured):
            label.setMinimumHeight(_HEIGHT)
        for widget in (self.before, self.nudge, self.after, self.measured, holder):
            row.add(widget)
        self.beside = WordsLabel("", "small", "muted", wrap=True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(2)
        outer.addWidget(row)
        outer.addWidget(self.beside)
        number_style.changed.connect(self._write)

    def check(self, scene: Scene, place: Place, name: str) -> None:
        """Check the weight at `place`, called `name`, at the moment of the scene."""
        self._asked, self._name = (scene, place), name
        self.before.setText(f"Nudge {name} by")
        if scene.analysis.parameters <= MEASURED_AT_ONCE:
            self._measure()
        else:
            self._offer()

    def forget(self) -> None:
        """There is nothing to check."""
        self._asked = self._result = None

    def _on_nudge(self) -> None:
        if self._asked is not None:
            self.check(*self._asked, self._name)

    def _offer(self) -> None:
        """Of a large network nothing is measured until it is asked for."""
        self._result = None
        self.measured.setText("")
        self.beside.setText("")
        self.verdict.hide()
        self.start.show()

    def _measure(self) -> None:
        if self._asked is None:
            return
        (scene, place), nudge = self._asked, self.nudge.value()
        self.start.hide()
        self.verdict.show()
        self.verdict.set_look("measuring…")
        self._session.background.run(
            self._work_kind,
            lambda: (place, measure(scene, place, nudge)),
            while_alive(self, self._on_measured),
            while_alive(self, self._on_failed),
            delay=UNHURRIED,
        )

    @property
    def _work_kind(self) -> str:
        return f"gradient check {id(self)}"

    def leave(self) -> None:
        """It is no longer on screen: what has not begun to be measured need not be."""
        self._session.background.drop(self._work_kind)

    def _on_measured(self, found: tuple[Place, GradientCheck]) -> None:
        place, result = found
        if self._asked is None or self._asked[1] != place:
            return
        self._result = result
        self._write()

    def _write(self) -> None:
        result = self._result
        if result is None:
            return
        self.measured.setText(f"<b>{short(result.measured, 6)}</b>")
        self.measured.setToolTip(exact(result.measured))
        if result.agrees:
            self.verdict.set_look("agrees", role="success", ground="success_ground")
        elif result.stand_in:
            self.verdict.set_look("differs, as it may", role="muted")
        else:
            self.verdict.set_look("differs", role="warning", ground="warning_ground")
        self.beside.setText(_in_words(result))
        self.beside.setToolTip(exact(result.backprop))

    def _on_failed(self, error: Exception) -> None:
        self._result = None
        self.measured.setText("—")
        self.verdict.set_look("not measured", role="warning", ground="warning_ground")
        self.beside.setText(str(error))


def _in_words(result: GradientCheck) -> str:
    """What backpropagation says beside it, how far apart the two are, and what that means."""
    said = f"Backpropagation says {short(result.backprop, 9)}"
    if not result.is_above_noise:
        return f"{said}: the same."
    said += f", which differs by {short(100 * result.relative_error, 2)} %."
    if result.agrees:
        return f"{said} A smaller nudge brings them closer: the error bends within it."
    if result.stand_in:
        return (
            f"{said} {result.stand_in} is a threshold: its true slope is 0 everywhere, so backwards something else "
            "stands in for it, and the gradient is not the slope that is measured."
        )
    return f"{said} A corner of the error may lie within the nudge (ReLU, max): try a smaller one."


def measure(scene: Scene, place: Place, nudge: float) -> GradientCheck:
    """Nudge the weight at a place of the recorded step, on the recorded example. Runs on the worker thread."""
    from playground.engine.gradient_check import check_gradient

    trace = scene.trace
    assert trace.target is not None
    seed = scene.experiment.mask_seed(scene.training_round)
    network = twin_of(scene)
    return check_gradient(network, trace.x, trace.target, place.node, place.name, place.index, nudge, seed=seed)


def twin_of(scene: Scene) -> Network:
    """The network of a recorded step as it was before its update, in float64. Runs on the worker thread."""
    import torch

    from playground.engine.compile import compile_network

    state = {
        f"{node}.{name}": array
        for node, frame in scene.trace.frames.items()
        for name, array in {**frame.weights, **frame.buffers}.items()
    }
    return compile_network(scene.analysis, scene.experiment.seed, state, torch.float64)
