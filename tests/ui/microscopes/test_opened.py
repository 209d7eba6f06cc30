"""Any layer opens into its gates from Step mode and closes again: by button and key, following the number in focus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Explanation
from playground.ui.microscopes.opened_stories import PATTERNS
from playground.ui.microscopes.story import Heading, Line, Lines, Prose
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession, go, open_step


@pytest.fixture
def lenet(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    return open_step(open_session(zoo_experiment("lenet-5")), qtbot)


@pytest.fixture
def mazur(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    return open_step(open_session(zoo_experiment("mazur")), qtbot)


def opened(mode: StepMode, qtbot: QtBot) -> None:
    mode.gates.toggle()
    qtbot.waitUntil(mode.gates.gates.isVisible, timeout=10_000)


def settled(mode: StepMode, qtbot: QtBot) -> None:
    """The gates are those of the number in focus."""
    scope = mode.microscope
    assert scope is not None
    qtbot.waitUntil(lambda: mode.gates.gates.values.opened.asked == scope.focus_place(), timeout=10_000)


def lines(mode: StepMode) -> list[Line]:
    return [line for block in mode.gates.gates.story.blocks if isinstance(block, Lines) for line in block.lines]


def test_g_opens_a_neuron_and_g_closes_it(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense1")
    mazur.setFocus()
    qtbot.keyClick(mazur, Qt.Key.Key_G)
    qtbot.waitUntil(mazur.gates.gates.isVisible, timeout=10_000)
    shown = mazur.gates.gates.values.opened
    assert [gate.kind for gate in shown.gates if gate.kind != "leaf"] == [
        "multiply", "multiply", "add", "negate", "exp", "shift", "reciprocal",
    ]  # fmt: skip
    assert shown.result.value == pytest.approx(0.59327, abs=1e-5)
    assert {"w₁", "i₁", "b₁"} <= {gate.name for gate in shown.leaves}, "Mazur's own names"
    qtbot.keyClick(mazur.gates.gates.view, Qt.Key.Key_G)
    assert not mazur.gates.gates.isVisible()
    assert not mazur.gates.is_open


def test_escape_and_the_close_button_lead_back_to_the_layer(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "fc3")
    opened(lenet, qtbot)
    qtbot.keyClick(lenet.gates.gates.view, Qt.Key.Key_Escape)
    assert not lenet.gates.is_open
    opened(lenet, qtbot)
    qtbot.mouseClick(lenet.gates.gates.close_button, Qt.MouseButton.LeftButton)
    assert not lenet.gates.is_open


def test_the_button_in_the_header_opens_and_says_why_it_cannot(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "input")
    scope = lenet.microscope
    assert scope is not None
    assert not scope.gates_button.isEnabled()
    assert "nothing to open" in scope.gates_button.toolTip()
    lenet.gates.toggle()
    assert not lenet.gates.is_open
    go(lenet, "relu1")
    scope = lenet.microscope
    assert scope is not None
    assert scope.gates_button.isEnabled()
    qtbot.mouseClick(scope.gates_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lenet.gates.gates.isVisible, timeout=10_000)


def test_the_gates_follow_the_unit_and_close_at_another_layer(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "fc3")
    opened(lenet, qtbot)
    scope = lenet.microscope
    assert scope is not None
    scope.select_unit(4)
    settled(lenet, qtbot)
    assert lenet.gates.gates.values.opened.asked.index == (0, 4)
    go(lenet, "fc2")
    assert not lenet.gates.is_open


def test_backward_the_gradients_are_those_of_the_error(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "fc3", "backward")
    opened(lenet, qtbot)
    values = lenet.gates.gates.values
    assert values.of == "error"
    asked = values.opened.asked
    frame = values.scene.frame
    assert asked.kind == "grad_weight"
    assert values.gradient(values.opened.focus) == pytest.approx(float(frame.grad_weights[asked.name][asked.index]))
    lenet.gates.gates.of.set_current(0)
    assert lenet.gates.gates.values.of == "result"
    assert lenet.gates.gates.values.gradient(values.opened.result.key) == 1.0


def test_more_terms_are_drawn_when_asked_for(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "conv2")
    opened(lenet, qtbot)
    assert lenet.gates.gates.values.opened.left_out == 150 - 6
    lenet.gates.gates.terms.set_current(2)
    qtbot.waitUntil(lambda: lenet.gates.gates.values.opened.left_out == 150 - 30, timeout=10_000)


def test_every_gate_can_be_reached_by_keys_and_asked(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense1")
    opened(mazur, qtbot)
    gates, asked = mazur.gates.gates, list[Explanation]()
    gates.explain_requested.connect(lambda explain, _at: asked.append(explain()))
    view = gates.view
    qtbot.keyClick(view, Qt.Key.Key_Left)
    gate = gates.values.opened.by_key[gates.focus]
    assert gate.kind == "shift"
    headings = [block.text for block in gates.story.blocks if isinstance(block, Heading)]
    assert PATTERNS["shift"][0] in headings
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert asked[0].value == pytest.approx(gate.value)
    assert asked[1].value == pytest.approx(gates.values.gradient(gate.key))


def test_a_leaf_is_asked_as_the_number_of_the_recording_that_it_is(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense1")
    opened(mazur, qtbot)
    gates, asked = mazur.gates.gates, list[Explanation]()
    gates.explain_requested.connect(lambda explain, _at: asked.append(explain()))
    leaf = next(gate for gate in gates.values.opened.leaves if gate.place is not None and gate.place.kind == "weight")
    arrangement = gates.view.arrangement
    assert arrangement is not None
    at = arrangement.number(arrangement.circuit.by_node[leaf.key], "value").center().toPoint()
    qtbot.mouseClick(gates.view, Qt.MouseButton.LeftButton, pos=at)
    assert asked[0].place == leaf.place
    qtbot.mouseClick(gates.view, Qt.MouseButton.LeftButton, pos=at + QPoint(0, 22))
    assert asked[1].value == pytest.approx(gates.values.gradient(leaf.key))
    gates.choose(leaf.key)
    prose = " ".join(block.text for block in gates.story.blocks if isinstance(block, Prose))
    assert "It is learnt" in prose
    assert any(line.label.startswith("by ") for line in lines(mazur))


def test_in_the_update_the_weights_show_what_they_become(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, None, "update")
    scope = mazur.microscope
    assert scope is not None
    scope.select_unit(1)
    opened(mazur, qtbot)
    gates, asked = mazur.gates.gates, list[Explanation]()
    gates.explain_requested.connect(lambda explain, _at: asked.append(explain()))
    frame = gates.values.scene.trace.frames["dense1"]
    assert gates.values.updated(gates.focus) == frame.updated["weight"][0, 1]
    assert any(line.label == "the gradient now" for line in lines(mazur))
    arrangement = gates.view.arrangement
    assert arrangement is not None
    below = arrangement.number(arrangement.circuit.by_node[gates.focus], "gradient").center().toPoint()
    qtbot.mouseClick(gates.view, Qt.MouseButton.LeftButton, pos=below)
    assert asked[0].value == frame.updated["weight"][0, 1]


def test_a_graph_of_gates_is_open_already(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("cs231n-neuron")), qtbot)
    assert mode.gates.why_not() == "This network is drawn as gates already."


def test_the_gates_fill_the_stage_in_a_small_window_too(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "fc3")
    opened(lenet, qtbot)
    lenet.resize(1100, 654)
    QApplication.processEvents()
    assert lenet.gates.gates.size() == lenet.microscopes.size()
    assert not lenet.gates.gates.area.horizontalScrollBar().maximum()


def test_the_number_asked_for_is_in_sight_among_many_terms(lenet: StepMode, qtbot: QtBot) -> None:
    lenet.gates.gates.terms_wanted.emit(30)
    lenet.resize(1100, 654)
    go(lenet, "fc3", "backward")
    opened(lenet, qtbot)
    gates = lenet.gates.gates

    def is_seen() -> bool:
        arrangement = gates.view.arrangement
        assert arrangement is not None
        at = gates.view.mapTo(gates.area.viewport(), arrangement.center(gates.focus).toPoint())
        return gates.area.viewport().rect().contains(at)

    assert gates.area.verticalScrollBar().maximum(), "there is more than fits"
    qtbot.waitUntil(is_seen, timeout=5_000)
