"""What can be done at the sliding window: planes, gradients, slices, settings, painting, pointing, asking."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Explanation, ExplanationError, Place, value_at
from playground.graph.experiment import Experiment
from playground.graph.model import ParamValue
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.gallery import Gallery
from playground.ui.microscopes.slide_back import WalkBack
from playground.ui.microscopes.slide_captions import input_caption
from playground.ui.microscopes.slide_marks import lit_frames
from playground.ui.microscopes.slide_view import SlideView
from playground.ui.microscopes.spot import Spot
from playground.ui.microscopes.window import WindowMicroscope
from playground.ui.session import Session
from playground.ui.step.pace import Pace
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.ui.microscopes.recordings import chain, scene_of
from tests.ui.step.stage import OpenSession, go, open_step

Layer = tuple[tuple[int, ...], str, dict[str, ParamValue]]
DEMO: Layer = ((3, 5, 5), "conv2d", {"kernel_size": 3, "stride": 2, "padding": 1, "out_channels": 2})
SEQUENCE: Layer = ((3, 30), "conv1d", {"kernel_size": 5, "padding": 2, "out_channels": 4})
VOLUME: Layer = ((1, 6, 8, 8), "conv3d", {"kernel_size": 3, "padding": 1, "out_channels": 2})


def scene(layer: Layer, phase: str = "forward") -> Scene:
    shape, key, params = layer
    graph = chain(
        [
            ("input", "input", {"shape": shape}),
            ("layer", key, params),
            ("flatten", "flatten", {}),
            ("fc", "dense", {"out_features": 3}),
            ("loss", "cross_entropy", {}),
        ]
    )
    return scene_of(graph, "layer", phase)


@pytest.fixture
def scope(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> WindowMicroscope:
    made = Gallery(open_session(zoo_experiment("mazur")), Pace()).get("window")[0]
    assert isinstance(made, WindowMicroscope)
    qtbot.addWidget(made)
    made.resize(1400, 640)
    made.show()
    return made


@pytest.fixture
def lenet(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    mode = open_step(open_session(zoo_experiment("lenet-5")), qtbot)
    go(mode, "conv1")
    return mode


def window_of(mode: StepMode) -> WindowMicroscope:
    assert isinstance(mode.microscope, WindowMicroscope)
    return mode.microscope


def point(view: SlideView, spot: Spot) -> None:
    """Put the pointer on a cell."""
    at = view.spot_center(spot).toPoint()
    QTest.mouseMove(view, at + QPoint(1, 1))
    QTest.mouseMove(view, at)


def caption(scope: WindowMicroscope) -> str:
    picture = scope.view.picture
    assert picture is not None
    return input_caption(picture, scope.view.state, "input")


# ---- planes


def test_all_planes_of_a_small_volume_are_shown_with_their_sums(scope: WindowMicroscope) -> None:
    scope.show_scene(scene(DEMO))
    assert scope.view.is_stacked
    picture, layout = scope.view.picture, scope.view.arrangement
    assert picture is not None
    assert layout is not None
    assert [box.label for box in layout.inputs] == ["channel 1", "channel 2", "channel 3"]
    for unit in (0, 1):
        scope.select_unit(unit)
        picture = scope.view.picture
        assert picture is not None
        sums = [picture.numbers.values("partial", scope.step, 9, plane)[0, 0] for plane in range(3)]
        products = [picture.numbers.values("products", scope.step, 9, plane).sum() for plane in range(3)]
        np.testing.assert_allclose(sums, products, atol=1e-12)
        bias = picture.model.bias
        assert bias is not None
        assert sum(sums) + bias == pytest.approx(picture.model.value(scope.step), abs=1e-12)


def test_one_plane_or_all_can_be_chosen(scope: WindowMicroscope) -> None:
    scope.show_scene(scene(DEMO))
    assert scope.head.stack.current == 1
    scope.head.stack.set_current(0)
    assert not scope.view.is_stacked
    assert scope.planes.isVisible()
    scope.planes.chosen.emit(2)
    assert scope.model.channel == 2
    scope.head.stack.set_current(1)
    assert scope.view.is_stacked
    assert not scope.planes.isVisible()


def test_nothing_overlaps_when_all_planes_are_shown(scope: WindowMicroscope) -> None:
    for size in ((1400, 640), (1052, 470), (1010, 640)):
        scope.resize(*size)
        for phase in ("forward", "backward"):
            scope.show_scene(scene(DEMO, phase))
            layout = scope.view.arrangement
            assert layout is not None
            boxes = [box.rect for box in layout.grids]
            for number, box in enumerate(boxes):
                assert scope.view.rect().adjusted(-1, -1, 1, 1).contains(box.toAlignedRect())
                assert not any(box.intersects(other) for other in boxes[number + 1 :])
                assert not box.intersects(layout.card)


def test_every_channel_of_a_sequence_has_its_row(scope: WindowMicroscope) -> None:
    scope.show_scene(scene(SEQUENCE))
    layout = scope.view.arrangement
    assert layout is not None
    assert len(layout.inputs) == 3
    assert {box.shape for box in layout.inputs} == {(1, 34)}
    patches = [box for box in layout.boxes.values() if box.part == "patch"]
    assert [box.plane for box in patches] == [0, 1, 2]
    scope.go_to_step(7)
    assert "position 7" in scope.subtitle.text()
    assert scope.step_count == 30


def test_a_slider_chooses_the_slice_of_a_volume(scope: WindowMicroscope) -> None:
    scope.show_scene(scene(VOLUME))
    frame = scope.scene.frame
    scope.head.slider.setValue(4)
    assert scope.model.depth == 4
    assert scope.step // 64 == 4
    np.testing.assert_array_equal(scope.model.output, frame.output[0, 0, 4])
    assert [scope.model.plane_name(plane) for plane in range(3)] == ["slice 3", "slice 4", "slice 5"]
    scope.begin()
    for step in range(scope.step_count):
        scope.go_to_step(step)
    assert scope.model.depth == 5
    assert scope.filled == scope.step_count == 6 * 64


# ---- backward


def test_both_gradients_of_a_convolution_can_be_looked_at(scope: WindowMicroscope) -> None:
    scope.show_scene(scene(DEMO, "backward"))
    scope.head.ways.set_current(0)
    frame = scope.scene.frame
    place = scope.focus_place()
    assert place is not None
    assert place.kind == "grad_weight"
    picture = scope.view.picture
    assert picture is not None
    row, column = scope.view.state.weight
    assert picture.numbers.values("sofar", scope.step, 9)[row, column] == pytest.approx(value_at(frame, place))
    scope.head.ways.set_current(1)
    assert isinstance(scope.model, WalkBack)
    assert scope.step_count == 25
    place = scope.focus_place()
    assert place is not None
    assert place.kind == "grad_input"
    assert scope.model.value(scope.step) == value_at(frame, place)
    scope.maps.chosen.emit(2)
    np.testing.assert_array_equal(scope.model.output, frame.grad_inputs[0][0, 2])


def test_the_number_in_focus_is_the_one_at_the_window(scope: WindowMicroscope) -> None:
    for layer in (DEMO, SEQUENCE, VOLUME):
        scope.show_scene(scene(layer))
        scope.go_to_step(scope.step_count - 1)
        place = scope.focus_place()
        assert place is not None
        assert value_at(scope.scene.frame, place) == scope.scene.frame.output[0, 0].reshape(-1)[-1]


# ---- pointing


def test_pointing_says_what_feeds_what(scope: WindowMicroscope) -> None:
    layer: Layer = ((1, 8, 8), "conv2d", {"kernel_size": 3, "padding": 1, "out_channels": 2})
    scope.show_scene(scene(layer))
    point(scope.view, Spot("input", 5, 5))
    assert caption(scope).endswith("feeds 9 outputs")
    point(scope.view, Spot("input", 1, 1))
    assert caption(scope).startswith("row 0, column 0 =")
    assert caption(scope).endswith("feeds 4 outputs")
    point(scope.view, Spot("input", 0, 3))
    assert caption(scope) == "padding: a zero, which is no number of the input"
    point(scope.view, Spot("filter", 0, 0))
    assert caption(scope).endswith("meets 49 numbers and 15 of padding")
    point(scope.view, Spot("filter", 1, 1))
    assert caption(scope).endswith("meets 64 numbers")


def test_an_explanation_lights_its_numbers(scope: WindowMicroscope) -> None:
    scope.show_scene(scene(DEMO))
    scope.go_to_step(4)  # the window stands in the middle
    picture = scope.view.picture
    assert picture is not None
    frame = scope.scene.frame
    pixel = Place("layer", "input", (0, 1, 2, 2))
    weight = Place("layer", "weight", (0, 1, 1, 1), name="weight")
    hidden = Place("layer", "weight", (1, 0, 0, 0), name="weight")
    scope.light({pixel: "factor_input", weight: "factor_weight", hidden: "factor_weight"})
    found = lit_frames(picture, scope.view.state)
    centres = {
        (spot.part, spot.plane): picture.spot_rect(spot).center()
        for spot in (Spot("input", 3, 3, 1), Spot("filter", 1, 1, 1))
    }
    assert any(rect.contains(centres["input", 1]) and role == "factor_input" for rect, role in found)
    assert any(rect.contains(centres["filter", 1]) and role == "factor_weight" for rect, role in found)
    assert not any(role == "factor_weight" for rect, role in found if not rect.contains(centres["filter", 1]))
    assert picture.model.plane_at(1)[3, 3] == value_at(frame, pixel)
    scope.light({})
    assert lit_frames(picture, scope.view.state) == []


# ---- asking


def asked(scope: WindowMicroscope, spot: Spot) -> Explanation | str:
    """What is said of a cell that was clicked."""
    found: list[Callable[[], Explanation]] = []
    scope.explain_requested.connect(lambda explain, _position: found.append(explain))
    scope.view.number_clicked.emit(spot, QPoint())
    try:
        return found[0]()
    except ExplanationError as error:
        return str(error)


@pytest.mark.parametrize("layer", [DEMO, SEQUENCE, VOLUME])
def test_every_number_says_where_it_comes_from(layer: Layer, scope: WindowMicroscope) -> None:
    for phase in ("forward", "backward"):
        scope.show_scene(scene(layer, phase))
        for way in (0, 1):
            scope.head.ways.set_current(way)
            layout = scope.view.arrangement
            assert layout is not None
            for box in layout.grids:
                spot = Spot(box.part, box.shape[0] - 1, box.shape[1] - 1, box.plane)
                number = scope.view.number_at(spot)
                answer = asked(scope, spot)
                if isinstance(answer, str):
                    assert number == 0
                elif box.part not in ("products", "partial"):
                    assert answer.value == pytest.approx(number, abs=1e-12)


def test_standardised_filters_tell_how_they_were_made(scope: WindowMicroscope) -> None:
    scope.show_scene(scene(((2, 6, 6), "ws_conv2d", {"out_channels": 2})))
    answer = asked(scope, Spot("filter", 1, 1, 0))
    assert isinstance(answer, Explanation)
    assert answer.value == pytest.approx(scope.view.number_at(Spot("filter", 1, 1, 0)))
    assert "mean" in answer.words


# ---- settings


def test_settings_are_single_edits_and_the_size_is_worked_out(lenet: StepMode, qtbot: QtBot) -> None:
    scope, document = window_of(lenet), lenet._session.document
    assert scope.settings.numbers.text() == "(28 − 5 + 2·2) / 1 + 1 = 28"
    for key, text, size in (("kernel_size", "3 × 5", (30, 28)), ("stride", "2", (15, 14)), ("dilation", "2", (14, 12))):
        scope.settings.fields[key].enter(text)
        qtbot.waitUntil(lambda want=size: scope.model.geometry.output == want, timeout=30_000)  # type: ignore[misc]
        assert document.undo_label == f"Change {key} of conv1"
    assert scope.settings.numbers.text().startswith("height ⌊(28 − (2·(3 − 1) + 1) + 2·2) / 2⌋ + 1")
    document.undo()
    qtbot.waitUntil(lambda: scope.model.geometry.dilation == (1, 1), timeout=30_000)


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("kernel_size", "40", "larger than the picture"),
        ("kernel_size", "0", "lies between 1"),
        ("stride", "fast", "“fast” is not a size"),
        ("stride", "1 × 2 × 3", "takes 2 whole numbers"),
        ("dilation", "9", "spread by dilation"),
    ],
)
def test_impossible_settings_are_refused_in_words(
    key: str, text: str, words: str, lenet: StepMode, qtbot: QtBot
) -> None:
    scope = window_of(lenet)
    graph = lenet._session.graph
    before = scope.settings.fields[key].text()
    scope.settings.fields[key].enter(text)
    qtbot.waitUntil(lambda: words in scope.settings.problem.text(), timeout=10_000)
    assert scope.settings.fields[key].text() == before
    assert lenet._session.graph is graph


# ---- painting


def test_a_stroke_is_one_edit_and_the_maps_follow(lenet: StepMode, qtbot: QtBot) -> None:
    scope, session = window_of(lenet), lenet._session
    example = session.example
    assert example is not None
    before, map_before = example.x.copy(), np.array(scope.model.output)
    QTest.keyClick(scope, Qt.Key.Key_P)
    assert scope.head.tools.tool == "pen"
    start, end = (scope.view.spot_center(Spot("input", row, 6)).toPoint() for row in (6, 20))
    QTest.mousePress(scope.view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(scope.view, (start + end) / 2)
    QTest.mouseMove(scope.view, end)
    QTest.mouseRelease(scope.view, Qt.MouseButton.LeftButton, pos=end)

    def followed() -> bool:
        now = session.example
        assert now is not None
        return not np.array_equal(now.x, before) and not np.array_equal(scope.scene.frame.output[0, 0], map_before)

    qtbot.waitUntil(followed, timeout=30_000)
    assert session.example is not None
    painted = session.example.x
    assert painted[0, 10, 4] == before.max()
    assert session.document.undo_label == "Paint on input"
    session.document.undo()
    assert session.example is not None
    np.testing.assert_array_equal(session.example.x, before)
    QTest.keyClick(scope, Qt.Key.Key_P)
    assert scope.head.tools.tool == ""


def test_there_is_no_brush_where_there_is_nothing_to_paint_on(lenet: StepMode) -> None:
    assert window_of(lenet).head.tools.isVisible()
    go(lenet, "conv2")
    scope = window_of(lenet)
    assert not scope.head.tools.isVisible()
    scope.toggle_pen()
    assert scope.head.tools.tool == ""


def test_enter_asks_where_the_result_comes_from(scope: WindowMicroscope) -> None:
    found: list[Callable[[], Explanation]] = []
    scope.explain_requested.connect(lambda explain, _position: found.append(explain))
    for phase in ("forward", "backward"):
        scope.show_scene(scene(DEMO, phase))
        scope.view.setFocus()
        QTest.keyClick(scope.view, Qt.Key.Key_Return)
        assert found.pop()().place == scope.focus_place()


@pytest.mark.parametrize("size", [(28, 28), (224, 224)])
def test_the_brush_is_soft_and_grows_with_the_picture(size: tuple[int, int]) -> None:
    from playground.ui.microscopes.slide_brush import brushed

    middle = size[0] / 2 + 0.5
    found = brushed((middle, 5.5), (middle, 15.5), size)
    row = int(middle)
    assert found[row, 10] == 1.0
    assert 0 < found[row + round(size[0] / 28), 10] < 1
    assert (row + round(3 * size[0] / 28), 10) not in found
    assert max(found.values()) == 1.0
