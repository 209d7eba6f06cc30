"""The scatter microscope: what a click leads to, what stands in the cells, and that every number can be asked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Explanation, Place, value_at
from playground.graph.edits import connect
from playground.graph.experiment import DataSettings, Experiment
from playground.graph.model import Edge
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.scatter import ScatterMicroscope
from playground.ui.microscopes.spot import Spot
from playground.ui.session import Session
from playground.ui.step.pace import Pace
from playground.zoo import zoo_experiment
from tests.ui.microscopes.on_screen import on_screen
from tests.ui.microscopes.recordings import Layers, chain, scene_of
from tests.ui.step.stage import OpenSession, go, open_step

Show = Callable[[Scene], ScatterMicroscope]


@pytest.fixture
def show(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Show:
    session = open_session(zoo_experiment("checkerboard"))
    return lambda scene: on_screen(ScatterMicroscope(session, Pace()), scene, qtbot)


def stamped(phase: str = "forward", kind: str = "conv_transpose2d") -> Scene:
    """Two channels of 3 × 3 (or 5) onto three maps; kernel 3, stride 2, a row cut off, a row of output padding."""
    is_picture = kind.endswith("2d")
    graph = chain(
        [
            ("input", "input", {"shape": (2, 3, 3) if is_picture else (2, 5)}),
            (
                "layer",
                kind,
                {
                    "out_channels": 3,
                    "kernel_size": (3, 3) if is_picture else 3,
                    "stride": (2, 2) if is_picture else 2,
                    "padding": (1, 1) if is_picture else 1,
                    "output_padding": (1, 1) if is_picture else 1,
                },
            ),
            ("flat", "flatten", {}),
            ("fc", "dense", {"out_features": 10}),
            ("loss", "cross_entropy", {}),
        ]
    )
    return scene_of(graph, "layer", phase)


def unpooled(phase: str = "forward") -> Scene:
    graph = chain(
        [
            ("input", "input", {"shape": (2, 6, 6)}),
            ("pool", "max_pool2d", {}),
            ("layer", "max_unpool2d", {}),
            ("flat", "flatten", {}),
            ("fc", "dense", {"out_features": 10}),
            ("loss", "cross_entropy", {}),
        ]
    )
    return scene_of(connect(graph, Edge("input", "layer", 0, 1)), "layer", phase)


def click(scope: ScatterMicroscope, spot: Spot, qtbot: QtBot) -> list[Explanation]:
    """What is explained after a click."""
    asked: list[Callable[[], Explanation]] = []
    scope.explain_requested.connect(lambda explain, _position: asked.append(explain))
    qtbot.mouseClick(scope.view, Qt.MouseButton.LeftButton, pos=scope.view.spot_center(spot).toPoint())
    scope.explain_requested.disconnect()
    return [explain() for explain in asked]


def test_a_number_that_is_clicked_is_stamped_and_explained(show: Show, qtbot: QtBot) -> None:
    scope = show(stamped())
    (found,) = click(scope, Spot("input", 2, 1), qtbot)
    channel = scope.step // 9
    assert scope.step % 9 == 7
    assert found.value == scope.scene.frame.inputs[0][0, channel, 2, 1]
    picture = scope.view.picture
    assert picture is not None
    stamp = picture.numbers.values("stamp", scope.view.state)
    np.testing.assert_allclose(stamp, found.value * scope.scene.frame.weights["weight"][channel, 0])


def test_play_paints_the_output_stamp_by_stamp_channel_after_channel(show: Show) -> None:
    scope = show(stamped())
    frame = scope.scene.frame
    assert scope.step_count == 18
    scope.begin()
    picture = scope.view.picture
    assert picture is not None
    painted = picture.numbers.picture("output", scope.filled)[0]
    untouched = np.ones(painted.shape, dtype=bool)
    untouched[:3, :3] = False
    np.testing.assert_allclose(painted[untouched], frame.weights["bias"][0])
    assert scope.status() == "layer: 1 / 18 stamps"
    scope.go_to_step(12)
    assert scope.view.state.place == 3
    assert scope.planes.current == 1
    scope.go_to_step(17)
    picture = scope.view.picture
    assert picture is not None
    np.testing.assert_array_equal(picture.numbers.picture("output", scope.filled)[0][1:, 1:], frame.output[0, 0])


def test_a_cell_that_is_clicked_is_watched_while_its_terms_arrive(show: Show, qtbot: QtBot) -> None:
    scope = show(stamped())
    (found,) = click(scope, Spot("output", 2, 2), qtbot)  # on the canvas: the corner that padding cuts off counts
    assert scope.cell == (1, 1)
    assert found.value == scope.scene.frame.output[0, 0, 1, 1]
    assert f"{found.value:.4f}".replace("-", "−") in scope.view.sum_text()
    scope.begin()
    assert scope.cell == (1, 1)
    assert scope.focus_place() == Place("layer", "output", (0, 0, 1, 1))
    terms = [term.done for term in scope.view.picture.numbers.model.reached((1, 1), scope.filled)]  # type: ignore[union-attr]
    assert terms == [True, False, False, False]


def test_what_padding_cut_off_leads_nowhere(show: Show, qtbot: QtBot) -> None:
    scope = show(stamped())
    before = scope.cell
    assert click(scope, Spot("output", 0, 0), qtbot) == []
    assert scope.cell == before


NUMBER = Spot("number")
FORWARD = [NUMBER, Spot("kernel", 2, 0), Spot("terms_x"), Spot("terms_w"), Spot("input", 1, 1), Spot("output", 3, 3)]
BACKWARD = [NUMBER, Spot("kernel", 0, 1), Spot("sofar", 1, 2), Spot("gradient", 2, 2), Spot("output", 4, 4)]
UNPOOLED = [NUMBER, Spot("input", 1, 0), Spot("switches", 3, 3), Spot("window", 1, 1), Spot("stamp", 0, 1)]


@pytest.mark.parametrize(
    ("scene", "spots"),
    [
        (stamped(), FORWARD),
        (stamped("backward"), [*BACKWARD, Spot("patch", 2, 2)]),
        (unpooled(), UNPOOLED),
        (unpooled("backward"), [NUMBER, Spot("gradient", 0, 2), Spot("patch", 1, 0), Spot("output", 5, 5)]),
    ],
    ids=["forward", "backward", "unpooling", "unpooling backward"],
)
def test_a_number_clicked_is_the_number_explained(show: Show, qtbot: QtBot, scene: Scene, spots: list[Spot]) -> None:
    scope = show(scene)
    for spot in spots:
        (found,) = click(scope, spot, qtbot)
        assert found.value == pytest.approx(scope.view.number_at(spot), abs=1e-12), spot


@pytest.mark.parametrize("phase", ["forward", "backward"])
def test_sequences_lie_across_and_are_explained_too(show: Show, qtbot: QtBot, phase: str) -> None:
    scope = show(stamped(phase, "conv_transpose1d"))
    assert not scope.switch.isVisibleTo(scope)
    spots = [Spot("input", 0, 3), Spot("kernel", 0, 2), Spot("output", 0, 5)]
    for spot in [*spots, Spot("gradient", 0, 1)] if phase == "backward" else spots:
        (found,) = click(scope, spot, qtbot)
        assert found.value == pytest.approx(scope.view.number_at(spot), abs=1e-12)


def test_sums_are_the_gradients_that_torch_found(show: Show, qtbot: QtBot) -> None:
    scope = show(stamped("backward"))
    frame = scope.scene.frame
    place = scope.focus_place()
    assert place is not None
    assert place.kind == "grad_input"
    (found,) = click(scope, Spot("result"), qtbot)
    assert found.value == value_at(frame, place)
    (found,) = click(scope, Spot("sofar", 0, 2), qtbot)
    assert found.value == frame.grad_weights["weight"][scope.view.picture.numbers.model.channel, 0, 0, 2]  # type: ignore[union-attr]
    scope.begin()
    scope.finish()
    assert scope.filled == 9
    bias = float(frame.grad_weights["bias"][0])
    assert f"{bias:.3g}".replace("-", "−")[:5] in scope.card.lines


def test_an_explanation_lights_its_numbers_until_it_ends(show: Show) -> None:
    scope = show(stamped())
    model = scope.view.picture.numbers.model  # type: ignore[union-attr]
    places = {
        Place("layer", "input", (0, model.channel, 1, 2)): "factor_input",
        Place("input", "output", (0, model.channel, 2, 2)): "factor_input",
        Place("layer", "weight", (model.channel, 0, 0, 1), name="weight"): "factor_weight",
        Place("layer", "weight", (model.channel, 1, 0, 1), name="weight"): "factor_weight",  # of another map
        Place("layer", "output", (0, 0, 3, 4)): "factor_other",
        Place("fc", "output", (0, 1)): "factor_other",
    }
    scope.light(places)
    assert scope.view.state.lights == {
        Spot("input", 1, 2): "factor_input",
        Spot("input", 2, 2): "factor_input",
        Spot("kernel", 0, 1): "factor_weight",
        Spot("output", 4, 5): "factor_other",
    }
    scope.grab()
    scope.light({})
    assert scope.view.state.lights == {}


def test_a_weight_under_the_pointer_lights_every_cell_it_falls_on(show: Show, qtbot: QtBot) -> None:
    scope = show(stamped())
    picture = scope.view.picture
    assert picture is not None
    qtbot.mouseMove(scope.view, scope.view.spot_center(Spot("kernel", 1, 2)).toPoint())
    assert scope.view.state.hover == Spot("kernel", 1, 2)
    assert picture.geometry.landings(1, 2) == (slice(1, 6, 2), slice(2, 7, 2))
    before, scope.view.state.hover = scope.view.grab().toImage(), None
    assert scope.view.grab().toImage() != before


def test_unpooling_puts_each_value_where_the_switch_says(show: Show) -> None:
    scope = show(unpooled())
    scope.go_to_step(4)
    picture = scope.view.picture
    assert picture is not None
    painted, _ = picture.numbers.picture("output", scope.filled)
    frame = scope.scene.frame
    assert np.count_nonzero(painted) == 5
    np.testing.assert_array_equal(painted[:2], frame.output[0, 0, :2])
    assert "there it goes" in "".join(label for label, _ in _sums(scope))


def _sums(scope: ScatterMicroscope) -> list[tuple[str, object]]:
    from playground.ui.microscopes.scatter_lines import sums

    assert scope.view.picture is not None
    return [*sums(scope.view.picture.numbers, scope.view.state)]


def test_only_the_blame_at_the_switch_comes_back(show: Show) -> None:
    scope = show(unpooled("backward"))
    frame = scope.scene.frame
    back = abs(frame.grad_inputs[0][0, 0]).sum() / abs(frame.grad_output[0, 0]).sum()  # type: ignore[index]
    assert f"{100 * back:.3g} %" in scope.card.lines
    cell = divmod(scope.step, 3)
    assert f"{frame.grad_inputs[0][0, 0][cell]:.4g}".replace("-", "−")[:6] in scope.view.sum_text()


def test_a_setting_is_changed_in_place_as_one_edit(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("checkerboard"))
    mode = open_step(session, qtbot)
    go(mode, "kernel3")
    scope = mode.microscope
    assert isinstance(scope, ScatterMicroscope)
    settings = scope.settings
    assert "(4 − 1)·2 − 2·1 + 3 + 1 = 8" in settings.numbers.text()
    settings.fields["output_padding"].enter("5")
    qtbot.waitUntil(lambda: "at most 1" in settings.problem.text())
    node = session.graph.node("kernel3")
    assert settings.together(node, {"stride": (2, 1)}) == {"stride": (2, 1), "output_padding": (1, 0)}
    settings.fields["stride"].enter("1")  # the loss compares with 8 × 8
    qtbot.waitUntil(lambda: settings.problem.isVisible() and "8×8" in settings.problem.text())
    assert session.graph.node("kernel3") == node


def test_height_and_width_have_settings_of_their_own(open_session: OpenSession, qtbot: QtBot) -> None:
    layers: Layers = [
        ("input", "input", {"shape": (1, 28, 28)}),
        ("layer", "conv_transpose2d", {"out_channels": 1, "kernel_size": (2, 3), "stride": (1, 1)}),
        ("pool", "global_avg_pool2d", {}),
        ("fc", "dense", {"out_features": 10}),
        ("loss", "cross_entropy", {}),
    ]
    session = open_session(Experiment(chain(layers), DataSettings("mnist")))
    mode = open_step(session, qtbot)
    go(mode, "layer")
    scope = mode.microscope
    assert isinstance(scope, ScatterMicroscope)
    scope.settings.fields["dilation"].enter("1 × 2")
    qtbot.waitUntil(lambda: session.graph.node("layer").params.get("dilation") == (1, 2))
    qtbot.waitUntil(lambda: "(2·(3 − 1) + 1)" in scope.settings.numbers.text().replace("-", "−"))
    session.document.undo()
    assert "dilation" not in session.graph.node("layer").params


@pytest.mark.parametrize(("width", "height"), [(1390, 690), (1050, 490)])
@pytest.mark.parametrize("scene", [stamped(), stamped("backward"), unpooled(), stamped("backward", "conv_transpose1d")])
def test_nothing_lies_over_anything_else(show: Show, scene: Scene, width: int, height: int) -> None:
    scope = show(scene)
    scope.resize(width, height)
    scope.grab()
    layout = scope.view.arrangement
    assert layout is not None
    parts = {**layout.pictures, **layout.boxes}
    rects = {key: box.rect for key, box in parts.items()} | {f"line {n}": rect for n, rect in enumerate(layout.lines)}
    if scope.card.isVisible():
        rects["card"] = layout.card
    bounds = scope.view.rect()
    for key, rect in rects.items():
        assert bounds.contains(rect.toAlignedRect().adjusted(1, 1, -1, -1)), key
        inner = rect.adjusted(1, 1, -1, -1)
        for other, there in rects.items():
            assert other == key or not inner.intersects(there.adjusted(1, 1, -1, -1)), (key, other)
    if "parts" in layout.boxes and "card" in rects and scene.frame.output.ndim > 3:  # what they add flows to the sum
        flow = layout.boxes["parts"].rect.united(layout.lines[0])
        assert not flow.adjusted(1, 1, -1, -1).intersects(layout.card)


def test_in_groups_a_kernel_leads_to_the_map_that_it_paints(show: Show) -> None:
    layers: Layers = [
        ("input", "input", {"shape": (4, 3, 3)}),
        ("layer", "conv_transpose2d", {"out_channels": 6, "groups": 2}),
        ("pool", "global_avg_pool2d", {}),
        ("fc", "dense", {"out_features": 10}),
        ("loss", "cross_entropy", {}),
    ]
    scope = show(scene_of(chain(layers), "layer"))
    scope.select_unit(4)
    assert scope.view.picture is not None
    model = scope.view.picture.numbers.model
    assert (model.channels, model.within) == (range(2, 4), 1)
    assert scope.kernels.current == 1
    scope.kernels.chosen.emit(2)
    assert scope.unit == 5
    scope.planes.chosen.emit(1)
    assert scope.step // 9 == 1


@pytest.mark.parametrize("kind", ["conv_transpose2d", "conv_transpose1d"])
def test_what_each_map_adds_to_the_cell_makes_the_sum(show: Show, kind: str, qtbot: QtBot) -> None:
    scope = show(stamped(kind=kind))
    assert scope.view.picture is not None
    model = scope.view.picture.numbers.model
    parts = [scope.view.number_at(Spot("parts", 0, column)) or 0.0 for column in range(len(model.channels))]
    cell = scope.cell[1:] if model.geometry.is_sequence else scope.cell
    expected = scope.scene.frame.output[(0, scope.unit, *cell)]
    assert sum(parts) + (model.bias or 0.0) == pytest.approx(expected, abs=1e-12)
    other = (model.order + 1) % len(model.channels)
    assert click(scope, Spot("parts", 0, other), qtbot)[0].value == pytest.approx(expected)
    assert scope.planes.current == other
