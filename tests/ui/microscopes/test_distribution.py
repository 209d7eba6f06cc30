"""Softmax and the losses: the numbers of every column, where each comes from, and the curve of the loss."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic.loss_curve import loss_scale
from playground.graph.experiment import Experiment
from playground.graph.model import ParamValue
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.distribution import DistributionMicroscope
from playground.ui.microscopes.gallery import Gallery
from playground.ui.microscopes.loss import LossMicroscope
from playground.ui.microscopes.story import Lines
from playground.ui.session import Session
from playground.ui.step.pace import Pace
from playground.zoo import zoo_experiment
from tests.ui.microscopes.on_screen import on_screen
from tests.ui.microscopes.recordings import chain, scene_of

Show = Callable[[Scene], DistributionMicroscope]


def scene(
    loss: str, phase: str = "forward", params: dict[str, ParamValue] | None = None, batch: int = 1, units: int = 4
) -> Scene:
    body: list[tuple[str, str, dict[str, ParamValue]]] = [
        ("input", "input", {"shape": (5,)}),
        ("fc", "dense", {"out_features": units}),
    ]
    if loss == "softmax":
        body += [("loss", "softmax", {}), ("error", "squared_error", {})]
    else:
        body.append(("loss", loss, params or {}))
    target = np.array([2, 0, 1, 3])[:batch] if units > 1 else np.array([1, 0, 1, 1])[:batch]
    return scene_of(chain(body), "loss", phase, target, batch=batch)


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


@pytest.mark.parametrize("units", [1, 4])
def test_binary_cross_entropy_goes_from_scores_over_powers_to_the_loss(units: int, show: Show) -> None:
    shown = scene("binary_cross_entropy", batch=2, units=units)
    scope = show(shown)
    assert [column.title for column in scope.columns] == ["score z", "power eᶻ", "yes p", "target t", "surprise"]
    scores, powers, yes, target, surprise = (column.numbers for column in scope.columns)
    np.testing.assert_allclose(powers, np.exp(scores))
    np.testing.assert_allclose(yes, powers / (1 + powers))
    assert target.sum() == 1
    np.testing.assert_allclose(surprise, -np.log(np.where(target == 1, yes, 1 - yes)))
    back = show(scene("binary_cross_entropy", "backward", batch=2, units=units))
    _, yes, target, surplus, blame = (column.numbers for column in back.columns)
    np.testing.assert_allclose(surplus, yes - target)
    np.testing.assert_allclose(blame, surplus / (2 * units))
    assert back.columns[-1].title == f"blame × 1/{2 * units}"


@pytest.mark.parametrize("kind", ["hinge", "huber", "mean_absolute_error", "binary_cross_entropy"])
def test_losses_of_lists_are_shown_column_by_column_of_pictures_as_maps(kind: str, show: Show) -> None:
    shown = scene(kind, "backward", batch=2)
    gallery = Gallery(show(shown).session, Pace())
    assert gallery.key_for(shown) == "distribution"
    slope, blame = (column.numbers for column in show(shown).columns[-2:])
    scale = loss_scale(shown.frame)
    assert scale is not None
    np.testing.assert_allclose(slope * scale.value, blame)
    picture = chain([("input", "input", {"shape": (1, 2, 2)}), ("relu", "relu", {}), ("loss", "huber", {})])
    assert gallery.key_for(scene_of(picture, "loss", target=np.ones((1, 1, 2, 2)))) == "loss"


def test_softmax_on_the_way_back_compares_with_the_average_blame(show: Show) -> None:
    scope = show(scene("softmax", "backward"))
    columns = {column.title: column.numbers for column in scope.columns}
    average = columns["p · blame"].sum()
    np.testing.assert_allclose(columns["share p"] * (columns["blame of p"] - average), columns["blame of z"])
    lines = [line for block in scope.story.blocks if isinstance(block, Lines) for line in block.lines]
    told = next(line for line in lines if line.label == "average blame")
    assert told.explain is not None
    assert told.explain().value == pytest.approx(average)


@pytest.mark.parametrize("phase", ["forward", "backward"])
@pytest.mark.parametrize(
    "loss",
    ["softmax", "cross_entropy", "squared_error", "binary_cross_entropy", "hinge", "huber", "mean_absolute_error"],
)
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
