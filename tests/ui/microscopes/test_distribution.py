"""Softmax and the losses: the numbers of every column, where each comes from, and the curve of the loss."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.graph.model import ParamValue
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.distribution import DistributionMicroscope
from playground.ui.microscopes.loss import LossMicroscope
from playground.ui.microscopes.story import Lines
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.ui.microscopes.on_screen import on_screen
from tests.ui.microscopes.recordings import chain, scene_of

Show = Callable[[Scene], DistributionMicroscope]


def scene(loss: str, phase: str = "forward", params: dict[str, ParamValue] | None = None, batch: int = 1) -> Scene:
    body: list[tuple[str, str, dict[str, ParamValue]]] = [
        ("input", "input", {"shape": (5,)}),
        ("fc", "dense", {"out_features": 4}),
    ]
    if loss == "softmax":
        body += [("loss", "softmax", {}), ("error", "squared_error", {})]
    else:
        body.append(("loss", loss, params or {}))
    return scene_of(chain(body), "loss", phase, np.array([2, 0, 1, 3])[:batch], batch=batch)


@pytest.fixture
def show(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Show:
    session = open_session(zoo_experiment("mazur"))
    return lambda scene: on_screen(DistributionMicroscope(session), scene, qtbot)


@pytest.mark.parametrize("batch", [1, 3])
def test_cross_entropy_goes_from_scores_to_the_loss_of_the_example(batch: int, show: Show) -> None:
    shown = scene("cross_entropy", batch=batch)
    scope = show(shown)
    titles = [column.title for column in scope.bars.columns]
    assert titles == ["score z", "power eᶻ", "share p", "target y", "y · (−log p)"]
    scores, powers, shares, target, paid = (np.array(column.values) for column in scope.bars.columns)
    np.testing.assert_array_equal(scores, shown.frame.inputs[0][0])
    np.testing.assert_allclose(powers, np.exp(scores))
    np.testing.assert_allclose(shares, powers / powers.sum())
    assert list(target) == [0, 0, 1, 0]
    assert paid.sum() == pytest.approx(-np.log(shares[2]))
    assert scope.bars.columns[4].sum == pytest.approx(paid.sum())
    assert scope.unit == 2, "the true class is looked at first"
    lines = [line for block in scope.story.blocks if isinstance(block, Lines) for line in block.lines]
    loss = next(line for line in lines if line.label == "−log of it")
    assert float(loss.value) == pytest.approx(-np.log(shares[2]), abs=1e-5)


@pytest.mark.parametrize("batch", [1, 2])
def test_backward_the_surplus_p_minus_y_becomes_the_blame(batch: int, show: Show) -> None:
    shown = scene("cross_entropy", "backward", batch=batch)
    scope = show(shown)
    columns = {column.title: np.array(column.values) for column in scope.bars.columns}
    surplus = columns["share p"] - columns["target y"]
    handed = shown.frame.grad_inputs[0][0]
    np.testing.assert_allclose(surplus / batch, handed, atol=1e-12)
    if batch == 1:
        np.testing.assert_allclose(columns["blame p − y"], handed)
    else:
        np.testing.assert_allclose(columns["p − y"], surplus, atol=1e-12)
        np.testing.assert_allclose(columns["blame × 1/2"], handed)
    assert scope.bars.columns[-1].sum == 0.0, "what one class gains the others lose"


def test_label_smoothing_shares_part_of_the_target_out(show: Show) -> None:
    scope = show(scene("cross_entropy", params={"label_smoothing": 0.2}))
    target = next(column for column in scope.bars.columns if column.title.startswith("target"))
    np.testing.assert_allclose(target.values, [0.05, 0.05, 0.85, 0.05])


@pytest.mark.parametrize("phase", ["forward", "backward"])
@pytest.mark.parametrize("loss", ["softmax", "cross_entropy", "squared_error"])
def test_every_number_that_is_shown_can_be_asked(loss: str, phase: str, show: Show) -> None:
    scope = show(scene(loss, phase, batch=2))
    for column in scope.columns:
        assert column.explain is not None
        for unit, number in enumerate(column.numbers):
            assert column.explain(unit).value == pytest.approx(number, abs=1e-9), column.title


def test_a_click_chooses_the_class_and_asks_the_number(show: Show, qtbot: QtBot) -> None:
    scope = show(scene("cross_entropy"))
    at = scope.bars.cell_rect(1, 1).center().toPoint()
    with qtbot.waitSignal(scope.explain_requested) as asked:
        qtbot.mouseClick(scope.bars, Qt.MouseButton.LeftButton, pos=at)
    assert scope.unit == 1
    assert asked.args is not None
    assert asked.args[0]().value == pytest.approx(scope.bars.columns[1].values[1])
    below = scope.bars.cell_rect(4, 1).center().toPoint()
    with qtbot.waitSignal(scope.explain_requested) as asked:
        qtbot.mouseClick(scope.bars, Qt.MouseButton.LeftButton, pos=below)
    assert asked.args is not None
    assert asked.args[0]().value == pytest.approx(sum(scope.bars.columns[1].values))


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_the_slope_of_the_curve_is_the_blame(loss: str, show: Show) -> None:
    shown = scene(loss, "backward")
    scope = show(shown)
    scope.select_unit(3)
    curve = scope.plot.curve
    assert curve is not None
    assert curve.slope * curve.scale == pytest.approx(shown.frame.grad_inputs[0][0, 3])


def test_factors_of_an_explanation_are_lit_in_the_table(show: Show) -> None:
    scope = show(scene("cross_entropy"))
    place = scope.columns[0].place
    assert place is not None
    scope.light({place(1): "factor_input"})
    assert scope.bars.lit == {(1, 0): "factor_input"}
    scope.light({})
    assert not scope.bars.lit


@pytest.mark.parametrize("loss", ["mean_absolute_error", "huber", "hinge", "binary_cross_entropy", "output_loss"])
def test_other_losses_show_curve_charge_and_blame_of_a_number(
    loss: str, open_session: Callable[[Experiment], Session], qtbot: QtBot
) -> None:
    layers: list[tuple[str, str, dict[str, ParamValue]]] = [
        ("input", "input", {"shape": (5,)}),
        ("fc", "dense", {"out_features": 4}),
        ("loss", loss, {}),
    ]
    scope = LossMicroscope(open_session(zoo_experiment("mazur")))
    qtbot.addWidget(scope)
    scope.resize(1400, 690)
    scope.show()
    for phase in ("forward", "backward"):
        target = np.array([2, 0]) if loss == "hinge" else np.random.default_rng(1).normal(size=(2, 4))
        shown = scene_of(chain(layers), "loss", phase, target, batch=2)
        scope.show_scene(shown)
        for unit in range(4):
            scope.select_unit(unit)
            curve = scope.plot.curve
            assert curve is not None
            assert curve.slope * curve.scale == pytest.approx(shown.frame.grad_inputs[0][0, unit], abs=1e-12)
            lines = {line.label: line for line in scope.card.said if not isinstance(line, str)}
            assert lines["answer"].number == shown.frame.inputs[0][0, unit]
            if phase == "backward":
                assert lines["blame"].number == shown.frame.grad_inputs[0][0, unit]
