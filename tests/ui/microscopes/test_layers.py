"""The microscopes of single layers show the recorded numbers, forward and backward, and answer clicks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment, TrainingSettings
from playground.graph.model import Edge, Graph, Node
from playground.layers import layer_type
from playground.ui.microscopes.base import Microscope, Scene
from playground.ui.microscopes.curve import CurveMicroscope, still_line
from playground.ui.microscopes.distribution import MOST_ROWS, DistributionMicroscope
from playground.ui.microscopes.input import InputMicroscope
from playground.ui.microscopes.mask import MaskMicroscope
from playground.ui.microscopes.merge import MergeMicroscope
from playground.ui.microscopes.neurons import DenseMicroscope
from playground.ui.microscopes.reshape import ReshapeMicroscope
from playground.ui.microscopes.story import Line, Lines
from playground.ui.microscopes.tensor import TensorMicroscope
from playground.ui.microscopes.update import UpdateMicroscope
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.ui.microscopes.on_screen import on_screen
from tests.ui.microscopes.recordings import Layers, chain, scene_of

Show = Callable[[type[Microscope], Scene], Microscope]

PICTURES: Layers = [
    ("input", "input", {"shape": (2, 6, 6)}),
    ("conv", "conv2d", {"out_channels": 3, "kernel_size": (3, 3)}),
    ("norm", "batch_norm2d", {}),
    ("tanh", "tanh", {}),
    ("flatten", "flatten", {}),
    ("drop", "dropout", {"p": 0.5}),
    ("fc1", "dense", {"out_features": 30}),
    ("relu", "relu", {}),
    ("fc2", "dense", {"out_features": 4}),
    ("loss", "cross_entropy", {}),
]


@pytest.fixture
def show(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Show:
    session = open_session(zoo_experiment("mazur"))
    return lambda kind, scene: on_screen(kind(session), scene, qtbot)


def lines(scope: DenseMicroscope | DistributionMicroscope) -> list[Line]:
    return [line for block in scope.story.blocks if isinstance(block, Lines) for line in block.lines]


def test_an_activation_keeps_the_same_place_on_both_sides(show: Show, qtbot: QtBot) -> None:
    scene = scene_of(chain(PICTURES), "tanh", batch=4)
    scope = show(CurveMicroscope, scene)
    assert isinstance(scope, CurveMicroscope)
    scope.select_unit(1)
    at = scope.after.cell_center(2, 3).toPoint()
    qtbot.mouseClick(scope.after, Qt.MouseButton.LeftButton, pos=at)
    x, y = scene.frame.inputs[0][0, 1, 2, 3], scene.frame.output[0, 1, 2, 3]
    assert scope.curve.point == (x, y, pytest.approx(1 - y * y))
    assert scope.before.chosen == scope.after.chosen == (2, 3)
    assert scope.before.values is not None
    assert scope.before.values[2, 3] == x


def test_backward_an_activation_multiplies_by_its_slope(show: Show) -> None:
    scene = scene_of(chain(PICTURES), "tanh", "backward", batch=4)
    scope = show(CurveMicroscope, scene)
    assert isinstance(scope, CurveMicroscope)
    row, column = scope.after.chosen or (0, 0)
    arriving = scene.frame.grad_output[0, 0, row, column] if scene.frame.grad_output is not None else 0
    assert scope.after.values is not None
    assert scope.before.values is not None
    assert scope.after.values[row, column] == arriving
    assert scope.before.values[row, column] == pytest.approx(arriving * scope.curve.point[2], rel=1e-12)


def test_a_second_click_asks_where_the_number_comes_from(show: Show, qtbot: QtBot) -> None:
    scene = scene_of(chain(PICTURES), "relu", batch=2)
    scope = show(CurveMicroscope, scene)
    assert isinstance(scope, CurveMicroscope)
    at = scope.after.cell_center(1, 1).toPoint()
    qtbot.mouseClick(scope.after, Qt.MouseButton.LeftButton, pos=at)
    with qtbot.waitSignal(scope.explain_requested) as asked:
        qtbot.mouseClick(scope.after, Qt.MouseButton.LeftButton, pos=at)
    assert asked.args is not None
    assert asked.args[0]().value == scene.frame.output[0, scope.unit]


@pytest.mark.parametrize(
    ("kind", "x", "text"),
    [
        ("elu", [-1.0, 2.0, -3.0], "negative, so bent: 2 of 3"),
        ("leaky_relu", [-1.0, 2.0, 0.0], "negative, so made small: 1 of 3"),
        ("step", [0.0, 9.0, -9.0], "firing (1): 1 of 3"),
        ("tanh", [0.0, 5.0, 0.1], ""),
    ],
)
def test_units_that_the_curve_bends_are_counted(kind: str, x: list[float], text: str) -> None:
    curves = {
        "elu": lambda v: np.where(v > 0, v, np.expm1(v)),
        "leaky_relu": lambda v: np.where(v > 0, v, 0.01 * v),
        "step": lambda v: (v > 0).astype(float),
        "tanh": np.tanh,
    }
    values = np.array(x)
    assert still_line(kind, values, curves[kind](values)) == text


def test_dropouts_mask_tells_what_came_through(show: Show) -> None:
    scene = scene_of(chain(PICTURES), "drop", batch=2)
    scope = show(MaskMicroscope, scene)
    assert isinstance(scope, MaskMicroscope)
    mask = scope.mask_map.values
    after, before = scope.after.values, scope.before.values
    assert mask is not None
    assert after is not None
    assert before is not None
    np.testing.assert_allclose(after, 2 * mask * before)
    kept = int(scene.frame.mask[0].sum()) if scene.frame.mask is not None else -1
    assert f"kept     {kept} of 48" in scope.card.lines


def test_flatten_links_a_pixel_with_its_place_in_the_list(show: Show, qtbot: QtBot) -> None:
    scene = scene_of(chain(PICTURES), "flatten", batch=2)
    scope = show(ReshapeMicroscope, scene)
    assert isinstance(scope, ReshapeMicroscope)
    place = 29  # map 1, row 3, column 1 of 4 × 4 maps
    columns = scope.after.values.shape[1] if scope.after.values is not None else 1
    at = scope.after.cell_center(*divmod(place, columns)).toPoint()
    qtbot.mouseClick(scope.after, Qt.MouseButton.LeftButton, pos=at)
    assert scope.unit == 1
    assert scope.before.chosen == (3, 1)
    assert "(1·4 + 3)·4 + 1 = 29, so number 30" in scope.card.lines


def joined(kind: str) -> Graph:
    nodes = (
        Node("input", "input", {"shape": (1, 5, 5)}),
        Node("a", "conv2d", {"out_channels": 2}),
        Node("b", "conv2d", {"out_channels": 2}),
        Node("join", kind),
        Node("gap", "global_avg_pool2d"),
        Node("loss", "cross_entropy"),
    )
    wires = (
        Edge("input", "a"),
        Edge("input", "b"),
        Edge("a", "join"),
        Edge("b", "join", 0, 1),
        Edge("join", "gap"),
        Edge("gap", "loss"),
    )
    return Graph(nodes, wires)


def test_add_shows_the_addends_and_their_sum(show: Show) -> None:
    scene = scene_of(joined("add"), "join")
    scope = show(MergeMicroscope, scene)
    assert isinstance(scope, MergeMicroscope)
    assert len(scope.ports) == 2
    scope.ports.chosen.emit(1)
    assert scope.before.values is not None
    np.testing.assert_array_equal(scope.before.values, scene.frame.inputs[1][0, 0])
    row, column = scope.after.chosen or (0, 0)
    a, b = (float(array[0, 0, row, column]) for array in scene.frame.inputs)
    assert scope.after.values is not None
    assert a + b == pytest.approx(scope.after.values[row, column], abs=1e-12)


def gated(kind: str = "multiply") -> Graph:
    """Three maps, and a number for each of them: the gates of squeeze-and-excitation."""
    nodes = (
        Node("input", "input", {"shape": (1, 5, 6)}),
        Node("maps", "conv2d", {"out_channels": 3}),
        Node("means", "global_avg_pool2d"),
        Node("gates", "sigmoid"),
        Node("join", kind),
        Node("gap", "global_avg_pool2d"),
        Node("loss", "cross_entropy"),
    )
    wires = (
        Edge("input", "maps"),
        Edge("maps", "means"),
        Edge("means", "gates"),
        Edge("maps", "join"),
        Edge("gates", "join", 0, 1),
        Edge("join", "gap"),
        Edge("gap", "loss"),
    )
    return Graph(nodes, wires)


def test_multiply_shows_the_gate_of_the_channel_in_focus(show: Show) -> None:
    scene = scene_of(gated(), "join")
    scope = show(MergeMicroscope, scene)
    assert isinstance(scope, MergeMicroscope)
    scope.select_unit(2)
    scope.choose_cell("after", 1, 3)
    assert scope.before.values is not None
    np.testing.assert_array_equal(scope.before.values, scene.frame.inputs[0][0, 2])
    assert scope.before.chosen == scope.after.chosen == (1, 3)
    scope.ports.chosen.emit(1)
    gates = scene.frame.inputs[1][0]
    np.testing.assert_array_equal(scope.before.values[0], gates)
    assert scope.before.chosen == (0, 2), "the third number gates the third map"
    scope.choose_cell("before", 0, 1)
    assert scope.unit == 1
    value, gate = (float(array) for array in (scene.frame.inputs[0][0, 1, 1, 3], gates[1]))
    assert scope.after.values is not None
    assert scope.after.values[1, 3] == pytest.approx(value * gate, abs=1e-12)


def test_backward_a_gate_collects_the_blame_of_its_whole_map(show: Show) -> None:
    scene = scene_of(gated(), "join", "backward")
    scope = show(MergeMicroscope, scene)
    assert isinstance(scope, MergeMicroscope)
    scope.ports.chosen.emit(1)
    assert scope.before.values is not None
    np.testing.assert_array_equal(scope.before.values[0], scene.frame.grad_inputs[1][0])
    assert "from 12 places" in scope.card.lines


@pytest.mark.parametrize(("shape", "layer"), [((2, 7), "conv1d"), ((2, 4, 5, 3), "conv3d")])
def test_flatten_links_sequences_and_volumes_too(shape: tuple[int, ...], layer: str, show: Show) -> None:
    layers: Layers = [
        ("input", "input", {"shape": shape}),
        ("conv", layer, {"out_channels": 2, "kernel_size": layer_type(layer).param("kernel_size").check(2)}),
        ("flatten", "flatten", {}),
        ("loss", "cross_entropy", {}),
    ]
    scene = scene_of(chain(layers), "flatten")
    scope = show(ReshapeMicroscope, scene)
    assert isinstance(scope, ReshapeMicroscope)
    numbers = scene.frame.inputs[0][0]
    place = numbers.size - 2
    assert scope.after.values is not None
    scope.choose_cell("after", *divmod(place, scope.after.values.shape[1]))
    assert scope.unit == 1
    assert scope.before.values is not None
    assert scope.before.chosen is not None
    assert scope.before.values[scope.before.chosen] == numbers.reshape(-1)[place]
    assert f"= {place}, so number {place + 1}" in scope.card.lines


def test_concat_says_which_input_a_map_came_from(show: Show) -> None:
    scene = scene_of(joined("concat"), "join")
    scope = show(MergeMicroscope, scene)
    assert isinstance(scope, MergeMicroscope)
    scope.select_unit(3)
    assert scope.before.values is not None
    np.testing.assert_array_equal(scope.before.values, scene.frame.inputs[1][0, 1])
    assert "map 4 is number 2 of b" in scope.card.lines


def test_of_many_classes_the_largest_and_the_true_one_are_listed(show: Show) -> None:
    layers: Layers = [
        ("input", "input", {"shape": (5,)}),
        ("fc", "dense", {"out_features": 200}),
        ("loss", "cross_entropy", {}),
    ]
    scene = scene_of(chain(layers), "loss", target=np.array([137]))
    scope = show(DistributionMicroscope, scene)
    assert isinstance(scope, DistributionMicroscope)
    assert len(scope.bars.columns[0].values) in (MOST_ROWS - 1, MOST_ROWS)
    assert 1.0 in scope.bars.columns[3].values


def test_a_unit_tells_its_largest_products_and_what_the_others_add_up_to(show: Show) -> None:
    for node, page in (("fc1", "matrix"), ("fc2", "fan")):
        scene = scene_of(chain(PICTURES), node, batch=2)
        scope = show(DenseMicroscope, scene)
        assert isinstance(scope, DenseMicroscope)
        assert scope.pages.currentWidget() is getattr(scope, page)
        scope.select_unit(3)
        told = [float(line.value.replace("−", "-")) for line in lines(scope)]
        assert sum(told) == pytest.approx(scene.frame.output[0, 3], abs=2e-3)
        products = scene.frame.weights["weight"][3] * scene.frame.inputs[0][0]
        assert scope.feature == np.abs(products).argmax()


def test_a_click_on_a_neuron_or_a_row_chooses_the_unit(show: Show, qtbot: QtBot) -> None:
    scope = show(DenseMicroscope, scene_of(chain(PICTURES), "fc2", batch=2))
    assert isinstance(scope, DenseMicroscope)
    center = scope.fan.neuron_rect(2).center().toPoint()
    qtbot.mouseClick(scope.fan, Qt.MouseButton.LeftButton, pos=center)
    assert scope.unit == 2
    scope.show_scene(scene_of(chain(PICTURES), "fc1", batch=2))
    table = scope.matrix.table
    at = table.viewport().rect().center()
    weight = table.spot_at(at.toPointF())
    assert weight is not None
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert weight.unit > 2
    assert (scope.unit, scope.feature) == (weight.unit, weight.feature)
    assert table.spot_at(at.toPointF()) == weight, "the table stays where it is"


def test_backward_a_weight_tells_its_gradient_and_it_is_checked(show: Show, qtbot: QtBot) -> None:
    scene = scene_of(chain([layer for layer in PICTURES if layer[0] not in ("norm", "drop")]), "fc2", "backward")
    scope = show(DenseMicroscope, scene)
    assert isinstance(scope, DenseMicroscope)
    scope.select_unit(1)
    gradient = scene.frame.grad_weights["weight"][1, scope.feature]
    told = {line.label: float(line.value.replace("−", "-")) for line in lines(scope) if line.value}
    blame = next(value for label, value in told.items() if label.startswith("blame of unit"))
    assert told[f"input {scope.feature + 1}"] * blame == pytest.approx(gradient, rel=1e-4)
    qtbot.waitUntil(lambda: scope.check.verdict.text() == "agrees", timeout=30_000)


def test_the_update_is_before_minus_step_and_tells_of_the_chosen_weight(show: Show, qtbot: QtBot) -> None:
    scene = scene_of(chain(PICTURES), "conv", "update", training=TrainingSettings("sgd", 0.5, momentum=0.0), batch=4)
    scope = show(UpdateMicroscope, scene)
    assert isinstance(scope, UpdateMicroscope)
    scope.select_unit(2)
    scope.planes.chosen.emit(1)
    before, step, after, gradient = (
        picture.values for picture in (scope.before, scope.step_map, scope.after, scope.gradient)
    )
    assert before is not None
    assert step is not None
    assert after is not None
    assert gradient is not None
    np.testing.assert_array_equal(before, scene.frame.weights["weight"][2, 1])
    np.testing.assert_array_equal(after, scene.frame.updated["weight"][2, 1])
    np.testing.assert_allclose(step, 0.5 * gradient, atol=1e-12)
    qtbot.mouseClick(scope.after, Qt.MouseButton.LeftButton, pos=scope.after.cell_center(0, 2).toPoint())
    assert scope.gradient.chosen == (0, 2)


def test_a_network_without_weights_says_that_there_is_nothing_to_learn(show: Show) -> None:
    layers: Layers = [("input", "input", {"shape": (3,)}), ("tanh", "tanh", {}), ("loss", "cross_entropy", {})]
    scope = show(UpdateMicroscope, scene_of(chain(layers), "tanh", "update"))
    assert isinstance(scope, UpdateMicroscope)
    assert "nothing to learn" in str(scope.story.blocks)


def test_the_input_shows_the_example(show: Show) -> None:
    scene = scene_of(chain(PICTURES), "input", batch=2)
    scope = show(InputMicroscope, scene)
    assert isinstance(scope, InputMicroscope)
    scope.select_unit(1)
    assert scope.picture.values is not None
    np.testing.assert_array_equal(scope.picture.values, scene.trace.x[0, 1])


def test_the_fallback_shows_both_sides_of_any_layer(show: Show) -> None:
    for node, phase in (("tanh", "forward"), ("relu", "backward")):
        scene = scene_of(chain(PICTURES), node, phase, batch=2)
        scope = show(TensorMicroscope, scene)
        assert isinstance(scope, TensorMicroscope)
        assert scope.card.words
        assert scope.before.values is not None


def test_a_scene_with_fewer_units_is_shown_at_its_last(show: Show) -> None:
    scope = show(CurveMicroscope, scene_of(chain(PICTURES), "relu", batch=2))
    scope.select_unit(29)
    scope.show_scene(scene_of(chain(PICTURES), "tanh", batch=2))
    assert scope.unit == 2
