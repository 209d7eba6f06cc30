"""The microscope of graphs of gates: what stands on its wires and when, what the panel tells, what a click explains."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from pytestqt.qtbot import QtBot

from playground.data import load
from playground.engine.arithmetic import Explanation, Place
from playground.engine.shapes import analyse
from playground.engine.trace import Trace
from playground.graph.circuit import circuit_experiment, learnt_by_default
from playground.graph.experiment import Experiment
from playground.graph.expression import read
from playground.ui.microscopes.circuit import CircuitMicroscope
from playground.ui.microscopes.circuit_layout import lay_out
from playground.ui.microscopes.circuit_model import circuit_of
from playground.ui.microscopes.circuit_values import wire_text
from playground.ui.microscopes.story import FormulaBox, Heading, Line, Lines, Prose, Result
from playground.ui.step.recording import Request, record_round
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.graph.formulas import formulas
from tests.ui.step.stage import OpenSession, go, open_step


def typed(text: str, **values: float) -> Experiment:
    expression = read(text)
    return circuit_experiment(expression, values, learnt_by_default(expression.names))


def trace_of(experiment: Experiment) -> Trace:
    samples = load(experiment.data.name)
    return record_round(Request(analyse(experiment.graph), experiment, samples.x_test, samples.y_test, {})).trace


@pytest.fixture
def neuron(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    return open_step(open_session(zoo_experiment("cs231n-neuron")), qtbot)


@pytest.fixture
def simple(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    return open_step(open_session(zoo_experiment("cs231n-simple")), qtbot)


def scope_at(mode: StepMode, node: str | None, phase: str = "forward") -> CircuitMicroscope:
    go(mode, node, phase)
    assert isinstance(mode.microscope, CircuitMicroscope)
    return mode.microscope


def told(scope: CircuitMicroscope) -> str:
    """All text of the panel."""
    parts: list[str] = []
    for block in scope.story.blocks:
        if isinstance(block, Prose | Result | Heading):
            parts.append(block.text)
        elif isinstance(block, FormulaBox):
            parts.append(block.latex)
        elif isinstance(block, Lines):
            parts += [f"{line.label} {line.body} {line.value}" for line in block.lines]
    return "\n".join(parts)


def lines(scope: CircuitMicroscope) -> list[Line]:
    return [line for block in scope.story.blocks if isinstance(block, Lines) for line in block.lines]


# ---- which networks


def test_a_whole_graph_has_one_microscope_at_every_station(neuron: StepMode) -> None:
    assert neuron.round is not None
    for index in range(len(neuron.round.trace.moments)):
        neuron.go_to(index)
        assert isinstance(neuron.microscope, CircuitMicroscope)
        assert told(neuron.microscope)


@pytest.mark.parametrize("key", ["mazur", "lenet-5", "xor"])
def test_other_networks_are_not_taken_for_gates(key: str, open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment(key)), qtbot)
    assert not isinstance(mode.microscope, CircuitMicroscope)


def test_a_long_expression_is_drawn_whole_too() -> None:
    numbers = {f"{letter}{place}": 1.0 for letter in "wx" for place in range(50)}
    found = circuit_of(trace_of(typed("+".join(f"w{place}*x{place}" for place in range(50)), **numbers)))
    assert found is not None
    assert sum(spot.kind == "gate" for spot in found.spots) == 99


# ---- the picture


def test_numbers_appear_as_the_step_reaches_them(simple: StepMode) -> None:
    values = scope_at(simple, "q").values
    assert values.value("q") == 3
    assert values.value("f") is None
    assert values.gradient("q") is None
    values = scope_at(simple, "f", "backward").values
    assert (values.value("f"), values.gradient("f")) == (-12, 1)
    assert (values.gradient("q"), values.gradient("z"), values.gradient("x")) == (-4, 3, None)
    values = scope_at(simple, "q", "backward").values
    assert (values.gradient("x"), values.gradient("y")) == (-4, -4)


def test_a_number_used_twice_waits_for_both_gates(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(typed("exp(x) + sin(x)*y", x=0.0, y=2.0)), qtbot)
    scope = scope_at(mode, "sine1", "backward")
    shares = (scope.values.handed("exp1", 0), scope.values.handed("sine1", 0))
    assert (scope.values.gradient("x") is None) == (None in shares)
    scope = scope_at(mode, "x", "backward")
    assert scope.values.gradient("x") == pytest.approx(3.0)
    assert "adds up: 1 + 2" in told(scope)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(formulas())
def test_no_gate_lies_upon_another(text: str) -> None:
    expression = read(text)
    circuit = circuit_of(trace_of(circuit_experiment(expression, dict.fromkeys("xyw", 0.3), ())))
    if circuit is None:
        assert len(expression.terms) == 1
        return
    layout = lay_out(circuit, QSizeF(700, 450))
    boxes = [layout.circle(spot) for spot in circuit.spots]
    assert not any(one.intersects(other) for place, one in enumerate(boxes) for other in boxes[:place])
    for spot in circuit.spots:
        for source in spot.sources:
            assert layout.center(source).x() < layout.center(spot.node).x()
    assert all(layout.size.width() >= box.right() and layout.size.height() >= box.bottom() for box in boxes)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.3678, "0.37"), (-12, "−12.00"), (0, "0.00"), (0.0012, "0.0012"), (1e-9, "1e−9"), (123456.0, "120,000")],
)
def test_numbers_beside_wires_are_short(value: float, text: str) -> None:
    assert wire_text(value) == text


# ---- the panel


def test_forward_a_gate_shows_what_comes_in_and_what_goes_out(simple: StepMode) -> None:
    scope = scope_at(simple, "f")
    assert scope.title.text() == "Forward · f · multiply gate"
    assert [(line.label, line.value) for line in lines(scope)] == [("q", "3"), ("z", "−4")]
    assert "f = 3 · (−4) = <b>−12</b>" in told(scope)


def test_backward_a_gate_shows_local_slope_times_what_arrives(neuron: StepMode) -> None:
    scope = scope_at(neuron, "f", "backward")
    assert [(line.label, line.body, line.value) for line in lines(scope)][1] == (
        "to shift1",
        "−0.534447 · 1",
        "−0.534447",
    )
    assert "−0.534447 · 1 = <b>−0.534447</b>" in told(scope)
    scope = scope_at(neuron, "multiply1", "backward")
    assert "to w0: −1 · 0.196612 = <b>−0.196612</b>" in told(scope)


@pytest.mark.parametrize(
    ("gate", "pattern"), [("add1", "Distributor"), ("multiply1", "Switcher"), ("maximum1", "Router")]
)
def test_the_pattern_is_named(gate: str, pattern: str, open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("cs231n-patterns")), qtbot)
    assert pattern in told(scope_at(mode, gate, "backward"))


def test_the_loser_of_a_maximum_gets_nothing(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("cs231n-patterns")), qtbot)
    scope = scope_at(mode, "maximum1", "backward")
    assert [(line.body, line.value) for line in lines(scope)][1:3] == [("1 · 2", "2"), ("0 · 2", "0")]


def test_up_and_down_go_through_the_inputs_of_a_gate(neuron: StepMode, qtbot: QtBot) -> None:
    scope = scope_at(neuron, "multiply1", "backward")
    assert (scope.unit_count, scope.unit) == (2, 0)
    qtbot.keyClick(neuron, Qt.Key.Key_Down)
    assert scope.unit == 1
    assert "to x0: 2 · 0.196612 = <b>0.393224</b>" in told(scope)
    assert "input 2 of 2" in scope.status()


def test_right_walks_to_the_next_gate(neuron: StepMode, qtbot: QtBot) -> None:
    scope = scope_at(neuron, "add1")
    qtbot.keyClick(neuron, Qt.Key.Key_Right)
    assert scope.focus == "dot"
    qtbot.keyClick(neuron, Qt.Key.Key_Left)
    assert scope.focus == "add1"


def test_the_update_moves_what_is_learnt(neuron: StepMode) -> None:
    scope = scope_at(neuron, None, "update")
    assert scope.unit_count == 3
    assert scope.values.updated("w0") == pytest.approx(2 + 0.1 * 0.19661193)
    assert "0.1 · (−0.196612)" in told(scope), "the rate and the gradient are put in"
    assert "2 → <b>2.01966</b>" in told(scope)
    scope.select_unit(2)
    assert scope.focus == "w2"
    assert scope.values.updated("x0") is None


def test_where_nothing_is_learnt_the_update_says_so(simple: StepMode) -> None:
    assert "moves nothing" in told(scope_at(simple, None, "update"))


def test_the_next_round_begins_with_the_moved_numbers(neuron: StepMode, qtbot: QtBot) -> None:
    scope = scope_at(neuron, None, "update")
    after = scope.values.updated("w0")
    neuron.forward()
    qtbot.waitUntil(lambda: neuron.round is not None and neuron.round.number == 2, timeout=20_000)
    scope = scope_at(neuron, "w0")
    assert scope.values.value("w0") == after
    assert scope.subtitle.text() == "round 2 of training"


def test_a_given_number_is_not_called_as_another_one_is(neuron: StepMode) -> None:
    scope = scope_at(neuron, "f")
    found = scope.origin(Place("x0", "output", (0, 0)))
    assert found.symbols == r"x_{0} = \mathrm{input}_{1}", "x1 is the other number"
    (factor,) = found.terms[0].factors
    assert factor.place is not None
    assert scope.names(factor.place) == r"\mathrm{input}_{1}"


# ---- what is handed back to a number that goes to several gates


@pytest.mark.parametrize("width", [360, 700])
def test_shares_keep_clear_of_numbers_and_of_each_other(width: int, open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(typed("max(x, y)*abs(z) - x*w + relu(w)", x=2.0, y=1.0, z=-2.0, w=0.3)), qtbot)
    scope = scope_at(mode, None, "update")
    view = scope.view
    view.fit(QSize(width, 320))
    layout, shares = view.arrangement, view.shares
    assert layout is not None
    assert {share.wire.source for share in shares} >= {"x", "z"}
    for place, share in enumerate(shares):
        others = [other.rect for other in shares[:place]]
        for spot in scope.circuit.spots:
            others.append(layout.circle(spot))
            others += [middle_of(layout.number(spot, part)) for part in ("value", "gradient")]
        assert not any(share.rect.intersects(other) for other in others), share


def middle_of(room: QRectF) -> QRectF:
    """Where the digits of a number stand in its room."""
    return QRectF(room.center().x() - 12, room.top() + 2, 24, room.height() - 4)


def test_what_one_gate_hands_back_can_be_asked(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(typed("x*y + exp(x)", x=0.5, y=3.0)), qtbot)
    scope = scope_at(mode, "x", "backward")
    asked: list[Explanation] = []
    scope.explain_requested.connect(lambda explain, _at: asked.append(explain()))
    share = next(share for share in scope.view.shares if share.wire.target == "multiply1")
    at = share.rect.center().toPoint()
    qtbot.mouseClick(scope.view, Qt.MouseButton.LeftButton, pos=at)
    assert asked[0].value == pytest.approx(3.0)


def test_the_tool_tip_of_a_gradient_tells_local_slope_times_what_arrives(neuron: StepMode, qtbot: QtBot) -> None:
    scope = scope_at(neuron, None, "update")
    layout = scope.view.arrangement
    assert layout is not None
    spot = scope.circuit.by_node["x0"]
    qtbot.mouseMove(scope.view, layout.number(spot, "gradient").center().toPoint())
    assert "2 × 0.19661" in scope.view.toolTip()


# ---- the pointer


def test_a_click_on_a_number_opens_its_origin(neuron: StepMode, qtbot: QtBot) -> None:
    scope = scope_at(neuron, "f", "backward")
    layout = scope.view.arrangement
    assert layout is not None
    spot = scope.circuit.by_node["shift1"]
    for part, value in (("gradient", -0.534446645388523), ("value", 1.3678794411714423)):
        where = layout.number(spot, part).center().toPoint()  # type: ignore[arg-type]
        qtbot.mouseClick(scope.view, Qt.MouseButton.LeftButton, pos=where)
        qtbot.waitUntil(lambda: neuron.popup.has_answered, timeout=10_000)
        qtbot.waitUntil(
            lambda value=value: (found := neuron.popup.explanation) is not None and found.value == pytest.approx(value),
            timeout=10_000,
        )
        neuron.popup.hide()


def test_a_click_on_a_gate_tells_about_it(neuron: StepMode, qtbot: QtBot) -> None:
    scope = scope_at(neuron, "f")
    layout = scope.view.arrangement
    assert layout is not None
    where = layout.center("dot").toPoint()
    qtbot.mouseClick(scope.view, Qt.MouseButton.LeftButton, pos=where)
    assert scope.focus == "dot"
    assert "dot = 4 − 3 = <b>1</b>" in told(scope)
    assert neuron.index == list(neuron.round.trace.frames).index("f"), "the step stays where it is"  # type: ignore[union-attr]


def test_what_is_not_computed_cannot_be_asked(neuron: StepMode) -> None:
    scope = scope_at(neuron, "w0")
    layout = scope.view.arrangement
    assert layout is not None
    assert scope.view.part_at(layout.number(scope.circuit.by_node["f"], "value").center()) is None
    assert scope.view.part_at(QPointF(-5, -5)) is None


def test_a_tall_graph_can_be_scrolled_to_the_gate_in_focus(open_session: OpenSession, qtbot: QtBot) -> None:
    text = "x" + " + x*exp(x)" * 12
    mode = open_step(open_session(typed(text, x=0.1)), qtbot, 1000, 560)
    scope = scope_at(mode, mode.round.trace.graph.order[-2])  # type: ignore[union-attr]
    layout = scope.view.arrangement
    assert layout is not None
    center = scope.view.mapTo(scope.area.viewport(), layout.center(scope.focus).toPoint())
    assert scope.area.viewport().rect().contains(center)
