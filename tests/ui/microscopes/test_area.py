"""Pooling, enlarging, padding and cropping: what is outlined on the left makes the number on the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Explanation, Place
from playground.graph.experiment import Experiment
from playground.graph.model import Graph, Node, ParamValue
from playground.ui.microscopes.area import AreaMicroscope
from playground.ui.microscopes.area_sum import laid_out
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.number_map import NumberMap
from playground.ui.session import Session
from playground.ui.step.pace import Pace
from playground.zoo import zoo_experiment
from tests.ui.microscopes.on_screen import on_screen
from tests.ui.microscopes.recordings import chain, scene_of
from tests.ui.step.stage import OpenSession, go, open_step

Show = Callable[[Scene], AreaMicroscope]


@pytest.fixture
def show(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Show:
    session = open_session(zoo_experiment("mazur"))
    return lambda scene: on_screen(AreaMicroscope(session, Pace()), scene, qtbot)


def network(kind: str, params: dict[str, ParamValue], shape: tuple[int, ...]) -> Graph:
    end = () if kind.startswith("global") else (("flat", "flatten", {}),)
    start = ("input", "input", {"shape": shape})
    return chain([start, ("layer", kind, params), *end, ("fc", "dense", {}), ("loss", "cross_entropy", {})])


def point(picture: NumberMap, cell: tuple[int, int]) -> None:
    """Put the pointer on a cell."""
    at = picture.cell_center(*cell).toPoint()
    QTest.mouseMove(picture, at + QPoint(2, 2))
    QTest.mouseMove(picture, at)


def test_a_mean_is_of_the_numbers_that_are_outlined(show: Show) -> None:
    scope = show(scene_of(network("adaptive_avg_pool2d", {"output_size": (4, 3)}, (2, 9, 9)), "layer"))
    scope.select_unit(1)
    scope.choose_cell("after", 3, 2)
    assert scope.before.values is not None
    outlined = [scope.before.values[cell] for cell in scope.before.outlined]
    assert len(outlined) == 9
    assert np.mean(outlined) == pytest.approx(scope.scene.frame.output[0, 1, 3, 2])


def test_the_largest_of_the_outlined_numbers_is_framed(show: Show, qtbot: QtBot) -> None:
    scope = show(scene_of(network("max_pool1d", {"kernel_size": 3}, (2, 17)), "layer"))
    assert scope.before.values is not None
    assert scope.before.chosen is not None
    outlined = [scope.before.values[cell] for cell in scope.before.outlined]
    assert len(outlined) == 3
    assert max(outlined) == scope.before.values[scope.before.chosen]
    qtbot.waitUntil(lambda: scope.card.words.startswith("The largest of 3 numbers in the window"), timeout=30_000)


def test_the_map_on_the_left_is_the_one_that_the_number_came_from(show: Show) -> None:
    scope = show(scene_of(network("pixel_shuffle", {}, (8, 3, 3)), "layer"))
    scope.select_unit(1)
    scope.choose_cell("after", 3, 4)
    assert scope.before.values is not None
    np.testing.assert_array_equal(scope.before.values, scope.scene.frame.inputs[0][0, 6])
    assert scope.before.chosen == (1, 2)
    scope.strip_before.chosen.emit(1)
    assert scope.unit == 0


def test_a_click_on_the_left_shows_what_the_pixel_has_a_part_in_and_its_blame(show: Show, qtbot: QtBot) -> None:
    scope = show(scene_of(network("lp_pool2d", {}, (2, 6, 6)), "layer", "backward"))
    qtbot.mouseClick(scope.before, Qt.MouseButton.LeftButton, pos=scope.before.cell_center(3, 5).toPoint())
    assert scope.before.chosen == (3, 5)
    assert scope.after.chosen == (1, 2)
    asked: list[Callable[[], Explanation]] = []
    scope.explain_requested.connect(lambda explain, _position: asked.append(explain))
    qtbot.mouseClick(scope.before, Qt.MouseButton.LeftButton, pos=scope.before.cell_center(3, 5).toPoint())
    assert asked[0]().value == scope.scene.frame.grad_inputs[0][0, scope.unit, 3, 5]
    qtbot.waitUntil(lambda: "slope of the norm" in scope.card.words, timeout=30_000)


def test_a_pixel_that_was_cut_off_leads_nowhere(show: Show) -> None:
    scope = show(scene_of(network("crop2d", {"top": 2, "left": 2, "height": 2, "width": 2}, (1, 6, 6)), "layer"))
    before = scope.after.chosen
    scope.choose_cell("before", 0, 0)
    assert scope.after.chosen == before
    scope.choose_cell("before", 3, 2)
    assert scope.after.chosen == (1, 0)


def test_a_rim_of_zeros_is_made_from_nothing(show: Show, qtbot: QtBot) -> None:
    scope = show(scene_of(network("pad", {}, (1, 3, 3)), "layer"))
    scope.choose_cell("after", 0, 0)
    assert not scope.before.outlined
    assert scope.before.chosen is None
    qtbot.waitUntil(lambda: "lies on the rim" in scope.card.words, timeout=30_000)


def test_the_numbers_are_drawn_enlarged_and_each_can_be_asked(show: Show, qtbot: QtBot) -> None:
    scope = show(scene_of(network("adaptive_avg_pool2d", {"output_size": (4, 3)}, (2, 9, 9)), "layer"))
    scope.choose_cell("after", 0, 0)
    qtbot.waitUntil(lambda: scope.sum.isVisible(), timeout=30_000)
    values = scope.sum.numbers.values
    assert values is not None
    np.testing.assert_array_equal(values, scope.scene.frame.inputs[0][0, scope.unit, :3, :3])
    assert not scope.sum.shares.isVisible()
    assert "× 1/9" in scope.card.lines
    asked: list[Callable[[], Explanation]] = []
    scope.explain_requested.connect(lambda explain, _position: asked.append(explain))
    scope.grab()
    qtbot.mouseClick(scope.sum.numbers, Qt.MouseButton.LeftButton, pos=scope.sum.numbers.cell_center(2, 1).toPoint())
    assert asked[0]().value == values[2, 1]
    scope.light({Place("layer", "input", (0, scope.unit, 2, 1)): "factor_input"})
    assert scope.sum.numbers.lit == {(2, 1): "factor_input"}
    assert scope.before.lit == {(2, 1): "factor_input"}
    scope.light({})
    assert not scope.sum.numbers.lit


def test_a_mixture_shows_the_share_of_each_number(show: Show, qtbot: QtBot) -> None:
    scope = show(scene_of(network("upsample2d", {"mode": "bilinear"}, (1, 4, 4)), "layer"))
    scope.choose_cell("after", 3, 4)
    qtbot.waitUntil(lambda: scope.sum.isVisible(), timeout=30_000)
    numbers, shares = scope.sum.numbers.values, scope.sum.shares.values
    assert numbers is not None
    assert shares is not None
    assert sorted(shares.reshape(-1)) == [1 / 16, 3 / 16, 3 / 16, 9 / 16]
    assert (numbers * shares).sum() == pytest.approx(scope.scene.frame.output[0, 0, 3, 4])
    assert scope.sum.shares.isVisible()


def test_backward_the_outline_on_the_right_is_of_all_that_the_pixel_helped_to_make(show: Show, qtbot: QtBot) -> None:
    scope = show(scene_of(network("upsample2d", {}, (1, 4, 4)), "layer", "backward"))
    scope.choose_cell("before", 1, 2)
    assert scope.after.outlined == {(2, 4), (2, 5), (3, 4), (3, 5)}
    assert not scope.before.outlined
    gradient = scope.scene.frame.grad_output
    assert gradient is not None
    total = gradient[0, 0, 2:4, 4:6].sum()
    qtbot.waitUntil(lambda: scope.sum.isVisible(), timeout=30_000)
    qtbot.waitUntil(lambda: scope.sum.numbers.values.sum() == pytest.approx(total), timeout=30_000)  # type: ignore[union-attr]
    assert scope.focus_place() == Place("layer", "grad_input", (0, 0, 1, 2))


def test_maps_stay_where_they_are_when_the_numbers_appear(show: Show, qtbot: QtBot) -> None:
    scope = show(scene_of(network("adaptive_max_pool2d", {"output_size": (2, 2)}, (2, 6, 6)), "layer"))
    before = scope.before.geometry()
    qtbot.waitUntil(lambda: scope.sum.isVisible(), timeout=30_000)
    scope.grab()
    assert scope.before.geometry() == before


@pytest.mark.parametrize(
    ("places", "shape", "cells"),
    [
        ([(0, 1, 2, 3), (0, 1, 2, 4), (0, 1, 3, 3), (0, 1, 3, 4)], (2, 2), [(0, 0), (0, 1), (1, 0), (1, 1)]),
        ([(0, 0, 5, 5), (0, 1, 5, 5), (0, 2, 5, 5)], (1, 3), [(0, 0), (0, 1), (0, 2)]),
        ([(0, 0, 2, 7), (0, 0, 3, 7)], (2, 1), [(0, 0), (1, 0)]),
        ([(0, 0, 0, 0), (0, 0, 2, 2), (0, 0, 5, 1)], (1, 3), [(0, 0), (0, 1), (0, 2)]),
    ],
)
def test_numbers_lie_as_on_the_map_or_else_in_lines(
    places: list[tuple[int, ...]], shape: tuple[int, int], cells: list[tuple[int, int]]
) -> None:
    assert laid_out(places) == (shape, cells)


def test_the_areas_are_gone_through_one_by_one(show: Show, qtbot: QtBot) -> None:
    scope = show(scene_of(network("adaptive_max_pool2d", {"output_size": (3, 4)}, (2, 9, 9)), "layer"))
    assert (scope.step_noun, scope.step_count, scope.filled) == ("window", 12, 12)
    scope.begin()
    scope.go_to_step(5)
    assert (scope.step, scope.filled, scope.after.chosen) == (5, 6, (1, 1))
    assert scope.subtitle.text().endswith("rows 3 … 5, columns 2 … 4")
    assert scope.focus_place().index == (0, 0, 1, 1)  # type: ignore[union-attr]
    point(scope.after, (2, 2))
    assert not scope.before.touched, "it is not worked out yet"
    qtbot.mouseClick(scope.after, Qt.MouseButton.LeftButton, pos=scope.after.cell_center(0, 3).toPoint())
    assert scope.step == 3
    scope.finish()
    assert scope.filled == 12


def test_pointing_lights_what_belongs_together(show: Show) -> None:
    scope = show(scene_of(network("adaptive_avg_pool2d", {"output_size": (4, 4)}, (2, 9, 9)), "layer"))
    for picture, other in ((scope.after, scope.before), (scope.before, scope.after)):
        point(picture, (2, 2))
        assert other.touched
        touched = other.touched
        point(other, touched[0])
        assert (2, 2) in picture.touched
        assert not other.touched


def test_how_many_areas_there_are_can_be_tried_out(open_session: OpenSession, qtbot: QtBot) -> None:
    graph = network("adaptive_avg_pool2d", {"output_size": (4, 4)}, (1, 28, 28))
    end = Node("fc", "dense", {"out_features": 10})
    session = open_session(Experiment(replace(graph, nodes=tuple(end if n.id == "fc" else n for n in graph.nodes))))
    mode = open_step(session, qtbot)
    go(mode, "layer")
    scope = mode.microscope
    assert isinstance(scope, AreaMicroscope)
    scope.settings.fields["output_size"].enter("5 × 3")
    qtbot.waitUntil(lambda: scope.step_count == 15, timeout=30_000)
    assert session.document.undo_label == "Change output_size of layer"
