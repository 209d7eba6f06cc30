"""The fallback and local response norm: every number on either side can be asked, and what it is made of is listed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.graph.model import ParamValue
from playground.layers import all_layer_types
from playground.ui.microscopes.base import Microscope, Scene
from playground.ui.microscopes.gallery import MAKERS
from playground.ui.microscopes.number_lines import Said
from playground.ui.microscopes.response import ResponseMicroscope
from playground.ui.microscopes.tensor import TensorMicroscope
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.layers.cases import LAYER, case, traced
from tests.ui.microscopes.on_screen import on_screen
from tests.ui.microscopes.recordings import Layers, chain, scene_of

FALLEN_BACK = [kind for kind in all_layer_types() if kind.capability not in MAKERS]
Show = Callable[[type[Microscope], Scene], Microscope]


@pytest.fixture
def show(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Show:
    session = open_session(zoo_experiment("mazur"))
    return lambda kind, scene: on_screen(kind(session), scene, qtbot)


@pytest.mark.parametrize("kind", FALLEN_BACK, ids=lambda kind: kind.key)
def test_a_click_on_either_side_asks_the_number_that_was_clicked(kind: object, show: Show, qtbot: QtBot) -> None:
    found = case(kind, 1)  # type: ignore[arg-type]
    trace = traced(kind, 1, True)  # type: ignore[arg-type]
    for number, moment in enumerate(trace.moments):
        if moment.node != LAYER:
            continue
        scope = show(TensorMicroscope, Scene(trace, found.analysis, Experiment(found.analysis.graph), number, LAYER))
        assert isinstance(scope, TensorMicroscope)
        for picture in (scope.before, scope.after):
            if not picture.isVisible() or picture.values is None:
                continue
            at = picture.cell_center(picture.values.shape[0] - 1, 0).toPoint()
            with qtbot.waitSignal(scope.explain_requested) as asked:
                qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=at)
            assert asked.args is not None
            assert asked.args[0]().value == pytest.approx(picture.values[picture.values.shape[0] - 1, 0])
        place = scope.focus_place()
        assert place is not None
        scope.light({place: "factor_input"})


PROTOTYPES: Layers = [
    ("input", "input", {"shape": (6,)}),
    ("layer", "rbf", {"out_features": 3}),
    ("loss", "squared_error", {}),
]


def test_a_prototype_stands_between_and_its_weights_can_be_asked(show: Show, qtbot: QtBot) -> None:
    scene = scene_of(chain(PROTOTYPES), "layer", target=np.zeros((1, 3)))
    scope = show(TensorMicroscope, scene)
    assert isinstance(scope, TensorMicroscope)
    scope.select_unit(2)
    assert scope.weights.values is not None
    np.testing.assert_array_equal(scope.weights.values.reshape(-1)[:6], scene.frame.weights["weight"][2])
    at = scope.weights.cell_center(1, 0).toPoint()
    with qtbot.waitSignal(scope.explain_requested) as asked:
        qtbot.mouseClick(scope.weights, Qt.MouseButton.LeftButton, pos=at)
    assert asked.args is not None
    place = asked.args[0]().place
    assert place is not None
    columns = scope.weights.values.shape[1]
    assert (place.kind, place.index) == ("weight", (2, columns))
    assert scope.before.chosen == (1, 0), "the input that it is compared with"


def test_the_card_lists_the_factors_of_the_number_in_focus(show: Show, qtbot: QtBot) -> None:
    scene = scene_of(chain(PROTOTYPES), "layer", target=np.zeros((1, 3)))
    scope = show(TensorMicroscope, scene)
    assert isinstance(scope, TensorMicroscope)
    qtbot.waitUntil(lambda: any(isinstance(line, Said) for line in scope.card.said), timeout=10_000)
    said = [line for line in scope.card.said if isinstance(line, Said)]
    assert said[0].number == scene.frame.output[0, scope.unit]
    factors = [line for line in said[1:] if line.place is not None]
    assert {line.place.kind for line in factors if line.place is not None} == {"input", "weight"}
    for line in factors:
        assert line.explain is not None
        assert line.explain().value == line.number


def test_local_response_norm_shades_the_channels_that_hold_a_number_down(show: Show) -> None:
    params: dict[str, ParamValue] = {"size": 3, "alpha": 0.9, "beta": 0.75, "k": 1.0}
    layers: Layers = [
        ("input", "input", {"shape": (1, 6, 6)}),
        ("conv", "conv2d", {"out_channels": 5, "kernel_size": (3, 3)}),
        ("norm", "local_response_norm", params),
        ("flatten", "flatten", {}),
        ("loss", "cross_entropy", {}),
    ]
    scene = scene_of(chain(layers), "norm")
    scope = show(ResponseMicroscope, scene)
    assert isinstance(scope, ResponseMicroscope)
    scope.select_unit(1)
    assert scope.channels.span == (0, 3)
    scope.channels.chosen.emit(4)
    assert scope.unit == 4
    assert scope.channels.span == (3, 5)
    numbers = [line.number for line in scope.card.said if isinstance(line, Said)]
    x, squares, inside, power, y = (float(number) for number in numbers if number is not None)
    assert inside == pytest.approx(1 + 0.3 * squares)
    assert power == pytest.approx(inside**0.75)
    assert y == pytest.approx(x / power)
    scope.show_scene(scene_of(chain(layers), "norm", "backward"))
    lines = {line.label: line for line in scope.card.said if isinstance(line, Said)}
    assert all(line.explain is not None and line.explain().value == line.number for line in lines.values())
    straight, around = (lines[label].number for label in ("straight through", "through the divisors"))
    assert straight is not None
    assert around
    assert straight + around == pytest.approx(lines["blame handed back"].number)
