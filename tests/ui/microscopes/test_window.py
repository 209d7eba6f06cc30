"""The window microscope: where a click leads, what stands in the cells, and that the finished map is torch's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from playground.graph.freezing import hold
from playground.ui.microscopes.cells import cell_rect
from playground.ui.microscopes.slide_marks import frozen_cells
from playground.ui.microscopes.slide_view import SlideView
from playground.ui.microscopes.spot import Spot
from playground.ui.microscopes.window import WindowMicroscope
from playground.ui.step.step_mode import StepMode
from playground.ui.theme import appearance
from playground.zoo import zoo_experiment
from tests.ui.microscopes.recordings import chain, scene_of
from tests.ui.step.stage import OpenSession, go, open_step


@pytest.fixture
def lenet(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    return open_step(open_session(zoo_experiment("lenet-5")), qtbot)


def microscope(mode: StepMode, node: str, phase: str = "forward") -> WindowMicroscope:
    go(mode, node, phase)
    assert isinstance(mode.microscope, WindowMicroscope)
    return mode.microscope


def click(view: SlideView, spot: Spot, qtbot: QtBot) -> None:
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.spot_center(spot).toPoint())


def torch_map(mode: StepMode, node: str) -> np.ndarray:
    """The layer computed by torch itself, from the recorded input and weights."""
    assert mode.round is not None
    frame = mode.round.trace.frames[node]
    weight, bias = (torch.tensor(frame.weights[name]) for name in ("weight", "bias"))
    padding = frame.params["padding"]
    assert isinstance(padding, tuple)
    sizes = (int(padding[0]), int(padding[1]))
    return torch.nn.functional.conv2d(torch.tensor(frame.inputs[0]), weight, bias, padding=sizes)[0].numpy()


def test_a_click_on_the_map_moves_the_window_there_and_shows_torchs_value(lenet: StepMode, qtbot: QtBot) -> None:
    scope = microscope(lenet, "conv1")
    click(scope.view, Spot("output", 9, 17), qtbot)
    assert scope.step == 9 * 28 + 17
    assert "row 9, column 17" in scope.subtitle.text()
    picture = scope.view.picture
    assert picture is not None
    numbers = picture.numbers
    patch, products = (numbers.values(key, scope.step, scope.filled) for key in ("patch", "products"))
    assert lenet.round is not None
    frame = lenet.round.trace.frames["conv1"]
    padded = np.pad(frame.inputs[0][0, 0], 2)
    np.testing.assert_array_equal(patch, padded[9:14, 17:22])
    total = products.sum() + frame.weights["bias"][0]
    assert total == pytest.approx(torch_map(lenet, "conv1")[0, 9, 17], abs=1e-12)
    assert f"{total:.4f}".replace("-", "−") in scope.view.result_text()


def test_a_click_on_the_picture_puts_the_windows_middle_there(lenet: StepMode, qtbot: QtBot) -> None:
    scope = microscope(lenet, "conv1")
    click(scope.view, Spot("input", 12, 20), qtbot)  # on the padded picture: pixel (10, 18)
    assert divmod(scope.step, 28) == (10, 18)
    click(scope.view, Spot("input", 0, 0), qtbot)
    assert scope.step == 0


def test_sliding_ends_with_the_map_that_torch_computes(lenet: StepMode) -> None:
    for node in ("conv1", "conv2"):
        scope = microscope(lenet, node)
        scope.select_unit(3)
        scope.begin()
        assert scope.filled == 1
        picture = scope.view.picture
        assert picture is not None
        model = picture.numbers.model
        slid = np.zeros(model.geometry.output)
        for place in range(scope.step_count):
            scope.go_to_step(place)
            slid[divmod(place, model.geometry.output[1])] = model.partial_sums(place).sum() + (model.bias or 0.0)
        assert scope.filled == scope.step_count
        assert scope.status() == f"{node}: {scope.step_count:,} / {scope.step_count:,} windows"
        np.testing.assert_allclose(slid, torch_map(lenet, node)[3], atol=1e-12)
        np.testing.assert_array_equal(picture.numbers.shown, model.frame.output[0, 3])


def test_only_what_is_computed_is_on_the_map(lenet: StepMode) -> None:
    scope = microscope(lenet, "conv1")
    view = scope.view
    scope.go_to_step(399)
    half = view.grab().toImage()
    scope.finish()
    full = view.grab().toImage()
    before, after = (
        view.spot_center(Spot("output", 5, 10)).toPoint(),
        view.spot_center(Spot("output", 20, 14)).toPoint(),
    )
    assert half.pixelColor(before) == full.pixelColor(before)
    assert half.pixelColor(after) != full.pixelColor(after)


def test_channels_add_up_and_can_be_chosen(lenet: StepMode, qtbot: QtBot) -> None:
    scope = microscope(lenet, "conv2")
    scope.select_unit(7)
    picture = scope.view.picture
    assert picture is not None
    sums = picture.numbers.values("partial", scope.step, scope.filled)
    assert sums.shape == (6,)
    model = picture.numbers.model
    assert sums.sum() + model.bias == pytest.approx(model.value(scope.step), abs=1e-12)
    click(scope.view, Spot("partial", 0, 4), qtbot)
    picture = scope.view.picture
    assert picture is not None
    assert picture.numbers.model.channel == 4
    products = picture.numbers.values("products", scope.step, scope.filled)
    assert products.sum() == pytest.approx(sums[4], abs=1e-12)
    assert scope.planes.current == 4


def test_filters_and_maps_are_chosen_by_a_click(lenet: StepMode, qtbot: QtBot) -> None:
    scope = microscope(lenet, "conv1")
    for strip, unit in ((scope.filters, 4), (scope.maps, 2)):
        center = strip.grid.tile_rect(unit).center()
        qtbot.mouseClick(strip.grid, Qt.MouseButton.LeftButton, pos=center)
        assert scope.unit == unit
        assert scope.filters.current == scope.maps.current == unit
        assert f"filter {unit + 1} of 6" in scope.title.text()


def test_the_place_stays_when_another_filter_is_chosen(lenet: StepMode) -> None:
    scope = microscope(lenet, "conv1")
    scope.go_to_step(100)
    scope.select_unit(5)
    assert (scope.step, scope.filled) == (100, 101)


def test_pooling_marks_the_winner(lenet: StepMode) -> None:
    scope = microscope(lenet, "pool1")
    picture = scope.view.picture
    assert picture is not None
    model = picture.numbers.model
    for place in (0, 77, 195):
        row, column = model.winner(place)
        assert model.plane[row, column] == model.value(place) == model.patch(place).max()


def test_backward_the_contributions_of_all_windows_make_the_filters_gradient(lenet: StepMode) -> None:
    scope = microscope(lenet, "conv2", "backward")
    scope.select_unit(2)
    picture = scope.view.picture
    assert picture is not None
    numbers, model = picture.numbers, picture.numbers.model
    total = np.zeros((5, 5))
    for place in range(scope.step_count):
        total += numbers.values("products", place, place)
        np.testing.assert_allclose(numbers.values("sofar", place, place + 1), total, atol=1e-12)
    assert lenet.round is not None
    expected = lenet.round.trace.frames["conv2"].grad_weights["weight"][2, model.channel]
    np.testing.assert_allclose(total, expected, atol=1e-12)


def test_backward_pooling_hands_the_blame_to_the_winner(lenet: StepMode) -> None:
    scope = microscope(lenet, "pool2", "backward")
    picture = scope.view.picture
    assert picture is not None
    model = picture.numbers.model
    handed = model.input_gradient
    assert handed is not None
    collected = np.zeros(model.geometry.padded)
    for place in range(model.geometry.places):
        top, left = model.geometry.corner(place)
        collected[top : top + 2, left : left + 2] += model.handed_back(place)
    np.testing.assert_allclose(collected, handed, atol=1e-15)


def test_the_stride_can_be_tried_out(lenet: StepMode, qtbot: QtBot) -> None:
    scope = microscope(lenet, "conv1")
    before = lenet.round
    scope.settings.fields["padding"].enter("0")
    qtbot.waitUntil(lambda: lenet.round is not before, timeout=30_000)
    assert scope.step_count == 24 * 24
    assert lenet._session.document.undo_label == "Change padding of conv1"


def test_the_words_follow_the_window(lenet: StepMode, qtbot: QtBot) -> None:
    scope = microscope(lenet, "conv1")
    scope.go_to_step(0)
    qtbot.waitUntil(lambda: "Every pixel of this patch is zero" in scope.card.words, timeout=10_000)
    assert "25 weights shared by 784 places" in scope.card.lines
    assert "5·5·1·6 + 6 = 156" in scope.card.lines


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]], "The filter is bright top-right and dark bottom-left."),
        ([[1, 1, 1], [0, 0, 0], [-1, -1, -1]], "The filter is bright at the top and dark at the bottom."),
        ([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]], "The filter is bright on the right and dark on the left."),
        ([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]], ""),
        ([[1, 1], [1, 1]], ""),
        ([[3]], ""),
    ],
)
def test_the_look_of_a_filter_is_said_in_words(weights: list[list[int]], words: str) -> None:
    from playground.ui.microscopes.window_words import look_of

    assert look_of(np.array(weights, dtype=float)) == words


KERNELS: tuple[dict[str, tuple[int, int]], ...] = (
    {"kernel_size": (1, 1)},
    {"kernel_size": (11, 11)},
    {"kernel_size": (13, 13)},
    {"kernel_size": (1, 5)},
    {"kernel_size": (28, 28)},
    {"kernel_size": (3, 3), "dilation": (4, 4)},
    {"kernel_size": (3, 3), "padding": (6, 6), "stride": (3, 3)},
)


@pytest.mark.parametrize("params", KERNELS)
@pytest.mark.parametrize("size", [(1392, 540), (1052, 330)])
def test_windows_of_every_size_fit(params: dict[str, tuple[int, int]], size: tuple[int, int], qtbot: QtBot) -> None:
    from playground.ui.microscopes.slide_model import SlideModel

    graph = chain(
        [
            ("input", "input", {"shape": (1, 28, 28)}),
            ("conv", "conv2d", dict(params)),
            ("flatten", "flatten", {}),
            ("fc", "dense", {"out_features": 3}),
            ("loss", "cross_entropy", {}),
        ]
    )
    view = SlideView()
    qtbot.addWidget(view)
    view.resize(*size)
    for phase in ("forward", "backward"):
        frame = scene_of(graph, "conv", phase).frame
        view.set_model(SlideModel(frame, 0), "backward" if phase == "backward" else "forward", grey=False, source="in")
        view.set_place(0, 1)
        view.grab()
        layout = view.arrangement
        assert layout is not None
        parts = [
            layout.input,
            layout.output,
            layout.gradient,
            layout.result,
            *(box.rect for box in layout.boxes.values()),
        ]
        for part in (part for part in parts if not part.isEmpty()):
            assert view.rect().adjusted(-1, -1, 1, 1).contains(part.toAlignedRect())
        for box in layout.boxes.values():
            assert not box.rect.intersects(layout.input)
            assert not box.rect.intersects(layout.output)


@pytest.mark.parametrize("step", [0, 27, 28 * 27, 28 * 28 - 1], ids=["top left", "top right", "bottom left", "last"])
def test_the_frames_are_whole_at_the_edges_of_the_picture(lenet: StepMode, step: int) -> None:
    scope = microscope(lenet, "conv1")
    scope.go_to_step(step)
    picture = scope.view.picture
    assert picture is not None
    shown = scope.view.grab().toImage()
    for rect in (picture.window(step), picture.cursor(step).adjusted(-1, -1, 1, 1)):
        frame, middle = rect.intersected(picture.frames), rect.center()
        edges = [(middle.x(), frame.top()), (middle.x(), frame.bottom())]
        edges += [(frame.left(), middle.y()), (frame.right(), middle.y())]
        for x, y in edges:
            around = [shown.pixelColor(round(x) + right, round(y) + down) for right in (-1, 0) for down in (-1, 0)]
            assert min(map(far_from_gold, around)) < 40, (x, y)


def test_weights_frozen_one_by_one_bear_a_sign_on_their_filter(lenet: StepMode, qtbot: QtBot) -> None:
    session = lenet._session
    graph = hold(session.graph, "conv1", ("weight", (0, 0, 1, 3)), on=True)
    session.edit("freeze", hold(graph, "conv1", ("bias", (1,)), on=True))
    qtbot.waitUntil(lambda: not lenet.recorder.is_busy, timeout=30_000)
    scope = microscope(lenet, "conv1")
    picture = scope.view.picture
    assert picture is not None
    box = picture.find("filter")
    assert box is not None
    cells = frozen_cells(picture, scope.view.state)
    assert [cell_rect(box.rect, box.shape, 1, 3).contains(cell.center()) for cell in cells] == [True]


def far_from_gold(colour: QColor) -> int:
    gold = QColor(appearance.theme.highlight)
    return abs(colour.red() - gold.red()) + abs(colour.green() - gold.green()) + abs(colour.blue() - gold.blue())
