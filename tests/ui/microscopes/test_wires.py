"""Dense layers and perceptrons with few inputs: circles, wires that bear their numbers, and what a click asks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Explanation, Place
from playground.graph.experiment import Experiment
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.gallery import Gallery
from playground.ui.microscopes.neurons import DenseMicroscope
from playground.ui.microscopes.story import Heading
from playground.ui.session import Session
from playground.ui.step.pace import Pace
from playground.ui.step.sum_parts import parts_of
from playground.zoo import zoo_experiment
from tests.ui.microscopes.on_screen import on_screen
from tests.ui.microscopes.recordings import chain, scene_of

Show = Callable[[Scene], DenseMicroscope]


def scene(kind: str, phase: str = "forward", batch: int = 1) -> Scene:
    graph = chain(
        [
            ("input", "input", {"shape": (4,)}),
            ("squares", "square", {}),
            ("layer", kind, {"out_features": 3}),
            ("loss", "squared_error", {}),
        ]
    )
    return scene_of(graph, "layer", phase, batch=batch)


@pytest.fixture
def show(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Show:
    gallery = Gallery(open_session(zoo_experiment("mazur")), Pace())

    def show_(scene: Scene) -> DenseMicroscope:
        scope, _ = gallery.get(gallery.key_for(scene))
        assert isinstance(scope, DenseMicroscope)
        return on_screen(scope, scene, qtbot)

    return show_


def texts(scope: DenseMicroscope, kind: str) -> list[float]:
    """The numbers of a kind that are written."""
    assert scope.wires.arrangement is not None
    return [number.value for number in scope.wires.arrangement.numbers_on_screen if number.kind == kind]


@pytest.mark.parametrize("kind", ["dense", "perceptron", "adaline"])
def test_wires_bear_weights_forward_and_gradients_too_on_the_way_back(kind: str, show: Show) -> None:
    shown = scene(kind, "backward", batch=2)
    scope = show(shown)
    assert scope.pages.currentWidget() is scope.wires
    scope.select_unit(1)
    frame = shown.frame
    assert texts(scope, "weight") == list(frame.weights["weight"][1])
    assert texts(scope, "grad_weight") == list(frame.grad_weights["weight"][1])
    assert texts(scope, "bias") == [frame.weights["bias"][1]]
    assert texts(scope, "grad_bias") == [frame.grad_weights["bias"][1]]
    assert frame.grad_output is not None
    assert texts(scope, "grad_output") == list(frame.grad_output[0])
    assert texts(scope, "grad_input") == list(frame.grad_inputs[0][0])


def test_a_perceptron_shows_its_sums_and_which_of_its_units_fire(show: Show) -> None:
    shown = scene("perceptron")
    scope, frame = show(shown), shown.frame
    sums = frame.weights["weight"] @ frame.inputs[0][0] + frame.weights["bias"]
    np.testing.assert_allclose(texts(scope, "sum"), sums)
    assert texts(scope, "output") == [float(total > 0) for total in sums]
    place = scope.focus_place()
    assert place is not None
    parts = parts_of(scope.origin(place))
    assert len(parts) == 4 + 1 + 1, "four products, the bias, and the threshold"
    assert parts[-2].running == pytest.approx(sums[0])
    assert parts[-1].running == frame.output[0, 0]


def test_every_number_clicked_says_where_it_comes_from(show: Show, qtbot: QtBot) -> None:
    scope = show(scene("perceptron", "backward"))
    asked: list[Explanation] = []
    scope.explain_requested.connect(lambda explain, _position: asked.append(explain()))
    assert scope.wires.arrangement is not None
    for place in range(len(scope.wires.arrangement.numbers_on_screen)):
        number = scope.wires.arrangement.numbers_on_screen[place]
        qtbot.mouseClick(scope.wires, Qt.MouseButton.LeftButton, pos=number.rect.center().toPoint())
        assert asked[-1].value == pytest.approx(number.value), number.kind


def test_a_wire_of_another_unit_brings_that_unit_and_its_weight_into_focus(show: Show, qtbot: QtBot) -> None:
    shown = scene("dense", "backward")
    scope = show(shown)
    layout = scope.wires.arrangement
    assert layout is not None
    at = layout.wire(3, 2).pointAtPercent(0.62)
    assert layout.wire_at(at) == (3, 2)
    assert layout.wire_at(QPointF(3, 3)) is None
    qtbot.mouseClick(scope.wires, Qt.MouseButton.LeftButton, pos=QPoint(round(at.x()), round(at.y())))
    assert (scope.unit, scope.feature) == (2, 3)
    layout = scope.wires.arrangement
    assert layout is not None
    qtbot.mouseClick(scope.wires, Qt.MouseButton.LeftButton, pos=layout.card(4).center().toPoint() + QPoint(0, 8))
    place = scope.focus_place()
    assert place is not None
    assert (place.name, place.index) == ("bias", (2,)), "the row behind the inputs is the bias"
    assert shown.frame.grad_output is not None
    assert scope.origin(place).value == shown.frame.grad_output[0, 2]


def test_the_wire_in_focus_stays_when_its_station_is_recorded_again(show: Show) -> None:
    scope = show(scene("dense", "backward"))
    weakest = int(np.abs(scope.scene.frame.grad_weights["weight"][0]).argmin())
    scope.wires.wire_chosen.emit(0, weakest)
    scope.show_scene(scene("dense", "backward", batch=2))
    assert scope.feature == weakest
    scope.show_scene(scene("dense"))
    assert scope.feature != weakest, "forward it is another that matters most"


def test_what_the_update_makes_of_a_weight_is_no_secret_but_while_it_is_guessed(show: Show) -> None:
    scope = show(scene("dense", "backward"))
    headings = [block.text for block in scope.story.blocks if isinstance(block, Heading)]
    assert "What happens to it" in headings
    scope.keep_secrets(True)
    assert "What happens to it" not in [block.text for block in scope.story.blocks if isinstance(block, Heading)]


def test_the_bias_of_an_explanation_is_lit_on_its_own_card(show: Show) -> None:
    scope = show(scene("dense"))
    scope.light({Place("layer", "weight", (0,), name="bias"): "factor_weight"})
    assert scope.wires.lit.biases == {0: "factor_weight"}
    marked = scope.wires.grab().toImage()
    scope.light({})
    layout = scope.wires.arrangement
    assert layout is not None
    edge = layout.card(4).topLeft().toPoint() + QPoint(30, -2)
    assert marked.pixelColor(edge) != scope.wires.grab().toImage().pixelColor(edge)
