"""The microscope of small dense networks: Mazur's numbers, what is shown when, what a click explains."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.ui.microscopes.chain import ChainMicroscope
from playground.ui.microscopes.chain_model import Target
from playground.ui.microscopes.story import FormulaBox, Line, Lines, Prose, Result
from playground.ui.step.step_mode import StepMode
from playground.zoo import agreeing_digits, digits, zoo_experiment
from tests.ui.step.stage import OpenSession, go, open_step

W5 = Target("weight", 2, 0, 0)


@pytest.fixture
def mazur(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    return open_step(open_session(zoo_experiment("mazur")), qtbot)


def scope_at(mode: StepMode, node: str | None, phase: str = "forward") -> ChainMicroscope:
    go(mode, node, phase)
    assert isinstance(mode.microscope, ChainMicroscope)
    return mode.microscope


def told(scope: ChainMicroscope) -> str:
    """All text of the panel."""
    parts: list[str] = []
    for block in scope.story.blocks:
        if isinstance(block, Prose | Result):
            parts.append(block.text)
        elif isinstance(block, FormulaBox):
            parts.append(block.latex)
        elif isinstance(block, Lines):
            parts += [f"{line.label} {line.body} {line.value}" for line in block.lines]
    return "\n".join(parts)


def lines(scope: ChainMicroscope) -> list[Line]:
    return [line for block in scope.story.blocks if isinstance(block, Lines) for line in block.lines]


def test_w5_shows_the_three_links_and_their_product(mazur: StepMode) -> None:
    scope = scope_at(mazur, "dense2", "backward")
    assert scope.focus == W5, "the first weight of the layer is chosen"
    assert scope.title.text() == "Backward · output layer · weight w5"
    first, second, third = lines(scope)[:3]
    assert (first.label, first.body, first.value) == ("out − target", "0.751365 − 0.01", "0.741365")
    assert (second.label, second.body, second.value) == ("out (1 − out)", "0.751365 · 0.248635", "0.186816")
    assert (third.label, third.value) == ("out of h1", "0.593270")
    assert "0.741365 · 0.186816 · 0.593270 = <b>0.082167</b>" in told(scope)
    assert "0.40 − 0.5 · 0.082167" in told(scope)
    assert "0.358916" in told(scope)
    assert r"\partial w_{5}" in told(scope)


def test_w5_has_the_published_gradient_to_the_last_digit(mazur: StepMode) -> None:
    scope = scope_at(mazur, "dense2", "backward")
    gradient = scope.values.gradient(W5)
    assert gradient is not None
    assert agreeing_digits("0.082167041", gradient) == digits("0.082167041")


def test_the_curve_of_the_total_error_has_all_ten_thousand_rounds(mazur: StepMode, qtbot: QtBot) -> None:
    scope = scope_at(mazur, "dense2", "backward")
    qtbot.waitUntil(lambda: len(scope.worked.curve.losses) == 10_001, timeout=30_000)
    assert scope.worked.curve.losses[0] == pytest.approx(0.298371109, abs=5e-10)
    assert f"{scope.worked.curve.losses[9_999]:.10f}" == "0.0000351085"


def test_the_gradient_check_measures_on_the_worker_and_agrees(mazur: StepMode, qtbot: QtBot) -> None:
    scope = scope_at(mazur, "dense2", "backward")
    qtbot.waitUntil(lambda: scope.check.verdict.text() == "agrees", timeout=30_000)
    assert "0.0821670" in scope.check.measured.text().replace("0.082167<", "0.0821670<")
    scope.check.nudge.setValue(1.0)
    qtbot.waitUntil(lambda: scope.check.verdict.text() == "differs", timeout=30_000)


def test_numbers_appear_when_the_step_comes_to_them(mazur: StepMode) -> None:
    scope = scope_at(mazur, "input")
    assert scope.values.neuron(0, 1) == (0.10, "")
    assert scope.values.neuron(1, 0) is None
    scope_at(mazur, "dense1")
    assert scope.values.neuron(1, 0) == (pytest.approx(0.3775), "net")
    scope_at(mazur, "sigmoid1")
    assert scope.values.neuron(1, 0) == (pytest.approx(0.593269992), "out")
    assert scope.values.gradient(W5) is None
    assert scope.values.target_lines(0) == ("target 0.01", "")
    scope_at(mazur, "loss")
    assert scope.values.target_lines(0) == ("target 0.01", "½(t−o)² = 0.274811")
    scope_at(mazur, "dense2", "backward")
    assert scope.values.gradient(Target("weight", 1, 0, 0)) is None
    assert scope.values.updated(W5) is None
    mazur.to_end()
    assert scope.values.updated(W5) == pytest.approx(0.35891648)


def test_forward_a_neuron_tells_its_sum(mazur: StepMode) -> None:
    scope = scope_at(mazur, "dense1")
    assert [(line.label, line.body, line.value) for line in lines(scope)] == [
        ("w1 · i1", "0.15 · 0.05", "0.0075"),
        ("w2 · i2", "0.2 · 0.1", "0.02"),
        ("b1", "", "0.35"),
    ]
    assert "0.377500" in told(scope)
    scope.select_unit(1)
    assert scope.title.text() == "Forward · hidden layer · neuron h2"
    assert lines(scope)[0].label == "w3 · i1"


def test_an_activation_shows_the_point_on_its_curve_and_backward_its_slope(mazur: StepMode) -> None:
    scope = scope_at(mazur, "sigmoid2")
    x, y, slope = scope.curve.point
    assert (x, y) == (pytest.approx(1.105905967), pytest.approx(0.75136507))
    scope_at(mazur, "sigmoid2", "backward")
    assert slope == pytest.approx(0.186815602)
    assert "0.741365 · 0.186816 = <b>0.138499</b>" in told(scope)


def test_a_click_on_a_card_a_neuron_or_a_wire_explains_it(mazur: StepMode, qtbot: QtBot) -> None:
    scope = scope_at(mazur, "dense2", "backward")
    layout = scope.view.arrangement
    assert layout is not None
    w8 = Target("weight", 2, 1, 1)
    qtbot.mouseClick(scope.view, Qt.MouseButton.LeftButton, pos=layout.cards[w8].center().toPoint())
    assert scope.focus == w8
    assert scope.unit == 3
    assert "w8" in scope.title.text()
    qtbot.mouseClick(scope.view, Qt.MouseButton.LeftButton, pos=layout.circle(0, 1).center().toPoint())
    assert scope.focus == Target("neuron", 0, 1)
    assert "i2" in scope.title.text()
    middle = layout.wire(Target("weight", 1, 0, 1)).pointAtPercent(0.62).toPoint()
    qtbot.mouseClick(scope.view, Qt.MouseButton.LeftButton, pos=middle)
    assert scope.focus == Target("weight", 1, 0, 1)
    assert "w2 says how much i2 counts for h1" in told(scope)


def test_a_link_of_the_chain_can_be_followed(mazur: StepMode) -> None:
    scope = scope_at(mazur, "dense1", "backward")
    first = lines(scope)[0]
    assert first.label == "from o1, o2"
    assert first.explain is not None
    found = first.explain()
    assert found.value == pytest.approx(0.036350306, abs=5e-10)
    assert len(found.terms) == 2


@pytest.mark.parametrize("key", ["xor", "spiral", "line"])
def test_other_small_networks_are_drawn_whole_too(key: str, open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment(key)), qtbot)
    assert mode.round is not None
    scope = mode.microscope
    assert isinstance(scope, ChainMicroscope)
    for index in range(len(mode.round.trace.moments)):
        mode.go_to(index)
        assert mode.microscope is scope
        assert scope.worked.curve_box.isHidden()
        for unit in {0, scope.unit_count - 1}:
            scope.select_unit(unit)
            assert scope.story.blocks
    weights = [target for number in (1, 2) for target in scope.chain.weights_of(number)] if key != "line" else []
    names = [scope.chain.name(target) for target in weights]
    assert len(set(names)) == len(names)
    assert np.isfinite(scope.values.largest_weight)


def test_every_method_tells_its_step_in_numbers_and_what_it_remembers(open_session: OpenSession, qtbot: QtBot) -> None:
    experiment = zoo_experiment("mazur")
    adam = replace(experiment.training, optimizer="adamw", weight_decay=0.01)
    mode = open_step(open_session(replace(experiment, training=adam)), qtbot)
    scope = scope_at(mode, "dense2", "backward")
    assert "averaged gradients" in told(scope), "already where the gradient is known"
    scope = scope_at(mode, None, "update")
    found = {line.label: line for line in lines(scope)}
    assert {"weight before", "weight decay", "averaged gradients", "average of squares", "m̂", "v̂"} <= set(found)
    before, after = scope.values.weight(scope.focus), scope.values.updated(scope.focus)
    moved = sum(float(found[name].value.replace("−", "-")) for name in ("weight decay", "averaged gradients"))
    assert after is not None
    assert before + moved == pytest.approx(after, rel=1e-5)
    symbol = scope.chain.symbol(scope.focus)
    assert rf"{symbol}^{{+}} = {symbol} - \eta \cdot \lambda \cdot {symbol}" in told(scope), "in Mazur's names"
    explain = found["from the loss: g"].explain
    assert explain is not None
    assert r"\partial out_{" in explain().symbols, "link by link"
