"""Pooling, enlarging, padding and cropping: what is outlined on the left makes the number on the right."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Explanation
from playground.graph.experiment import Experiment
from playground.graph.model import Graph, ParamValue
from playground.ui.microscopes.area import AreaMicroscope
from playground.ui.microscopes.base import Scene
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.ui.microscopes.recordings import chain, scene_of

Show = Callable[[Scene], AreaMicroscope]


@pytest.fixture
def show(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Show:
    session = open_session(zoo_experiment("mazur"))

    def show_(scene: Scene) -> AreaMicroscope:
        scope = AreaMicroscope(session)
        qtbot.addWidget(scope)
        scope.resize(1400, 690)
        scope.show()
        scope.show_scene(scene)
        scope.grab()
        return scope

    return show_


def network(kind: str, params: dict[str, ParamValue], shape: tuple[int, ...]) -> Graph:
    end = () if kind.startswith("global") else (("flat", "flatten", {}),)
    start = ("input", "input", {"shape": shape})
    return chain([start, ("layer", kind, params), *end, ("fc", "dense", {}), ("loss", "cross_entropy", {})])


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
