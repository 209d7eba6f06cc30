"""The window itself, as arrays: against torch's own sliding blocks, and against a search by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.engine.arithmetic import (
    ExplanationError,
    explain_output,
    fed_outputs,
    sliding,
    switches,
    window_patch,
    winner,
)
from playground.engine.trace import Frame, record
from playground.graph.model import ParamValue
from tests.engine.networks import chain, compiled, given, lenet, node

SETTINGS: list[dict[str, ParamValue]] = [
    {},
    {"padding": (1, 2)},
    {"stride": (2, 3), "padding": (1, 0)},
    {"kernel_size": (2, 3), "dilation": (2, 1), "padding": (2, 1)},
    {"groups": 2, "padding": (1, 1)},
    {"groups": 4, "bias": False},
]


def conv(**params: ParamValue) -> Frame:
    layer = node("conv", "conv2d", out_channels=8, **params)
    graph = chain(node("x", "input", shape=(4, 7, 8)), layer)
    return record(compiled(graph), np.random.default_rng(0).normal(size=(2, 4, 7, 8))).frames["conv"]


def every_index(frame: Frame) -> list[tuple[int, ...]]:
    return list(np.ndindex(frame.output.shape))


@pytest.mark.parametrize("params", SETTINGS)
def test_patch_times_kernel_plus_bias_is_the_output(params: dict[str, ParamValue]) -> None:
    frame = conv(**params)
    for index in every_index(frame)[::3]:
        window = window_patch(frame, index)
        assert window.kernel is not None
        assert window.products is not None
        np.testing.assert_array_equal(window.kernel, frame.weights["weight"][index[1]])
        assert window.products.sum() + window.bias == pytest.approx(frame.output[index], abs=1e-12)
        assert window.value == frame.output[index]


@pytest.mark.parametrize("params", SETTINGS)
def test_the_patch_is_the_block_that_torch_unfolds(params: dict[str, ParamValue]) -> None:
    frame = conv(**params)
    geometry = sliding(frame)
    blocks = torch.nn.functional.unfold(
        torch.tensor(frame.inputs[0]),
        geometry.kernel,
        dilation=geometry.dilation,
        padding=geometry.padding,
        stride=geometry.stride,
    ).numpy()
    blocks = blocks.reshape(2, 4, *geometry.kernel, *geometry.places)
    for example, filter_, row, column in every_index(frame)[::3]:
        window = window_patch(frame, (example, filter_, row, column))
        block = blocks[example, window.channels.start : window.channels.stop, :, :, row, column]
        np.testing.assert_array_equal(window.patch, block)


def test_padding_is_marked_and_the_origin_may_be_negative() -> None:
    frame = conv(padding=(1, 2))
    window = window_patch(frame, (0, 0, 0, 0))
    assert window.origin == (-1, -2)
    assert window.inside.tolist() == [[False, False, False], [False, False, True], [False, False, True]]
    assert (window.patch[:, ~window.inside] == 0).all()
    assert (list(window.rows), list(window.columns)) == ([-1, 0, 1], [-2, -1, 0])
    assert len(explain_output(frame, (0, 0, 0, 0)).terms) == 4 * 2, "what lies on padding is no term"


def test_dilation_spreads_the_rows() -> None:
    window = window_patch(conv(kernel_size=(2, 3), dilation=(2, 1), padding=(2, 1)), (0, 0, 1, 0))
    assert list(window.rows) == [-1, 1]
    assert list(window.columns) == [-1, 0, 1]


def test_a_filter_of_a_group_sees_its_channels_only() -> None:
    frame = conv(groups=2, padding=(1, 1))
    assert [window_patch(frame, (0, f, 3, 3)).channels for f in range(8)] == [range(2)] * 4 + [range(2, 4)] * 4


@pytest.mark.parametrize("params", SETTINGS)
def test_the_outputs_that_a_pixel_feeds_are_those_that_move_when_it_is_nudged(params: dict[str, ParamValue]) -> None:
    graph = chain(node("x", "input", shape=(4, 7, 8)), node("conv", "conv2d", out_channels=4, **params))
    network = compiled(graph)
    x = np.zeros((1, 4, 7, 8))
    before = record(network, x).frames["conv"]
    for row, column in [(0, 0), (3, 4), (6, 7), (2, 1)]:
        nudged = x.copy()
        nudged[0, :, row, column] = np.random.default_rng(0).normal(size=4)
        moved = np.any(record(network, nudged).frames["conv"].output != before.output, axis=(0, 1))
        places = {(int(y), int(x)) for y, x in np.argwhere(moved)}
        assert set(fed_outputs(before, row, column)) == places


def test_correlation_is_that_of_the_numbers_and_none_for_constants() -> None:
    weights = ((((1.0, -1.0), (-1.0, 1.0)),),)
    graph = chain(
        node("x", "input", shape=(1, 2, 6)),
        given("conv", "conv2d", {"weight": weights, "bias": (0.0,)}, out_channels=1, kernel_size=(2, 2), stride=(2, 2)),
    )
    picture = np.array([[3.0, 1.0, 1.0, 3.0, 5.0, 5.0], [1.0, 3.0, 3.0, 1.0, 5.0, 5.0]])
    frame = record(compiled(graph), picture[None, None]).frames["conv"]
    assert window_patch(frame, (0, 0, 0, 0)).correlation == pytest.approx(1)
    assert window_patch(frame, (0, 0, 0, 1)).correlation == pytest.approx(-1)
    assert window_patch(frame, (0, 0, 0, 2)).correlation is None
    frame = conv()
    window = window_patch(frame, (1, 5, 2, 3))
    assert window.kernel is not None
    assert window.correlation == pytest.approx(np.corrcoef(window.patch.ravel(), window.kernel.ravel())[0, 1])


@pytest.mark.parametrize("padding", [(0, 0), (1, 1)])
def test_the_winner_is_the_one_that_torch_remembers(padding: tuple[int, int]) -> None:
    graph = chain(node("x", "input", shape=(2, 7, 7)), node("pool", "max_pool2d", kernel_size=(3, 3), padding=padding))
    x = np.random.default_rng(0).integers(0, 4, size=(2, 2, 7, 7)).astype(float)
    frame = record(compiled(graph), x).frames["pool"]
    _, places = torch.nn.functional.max_pool2d(torch.tensor(x), 3, 2, padding, return_indices=True)
    for index in every_index(frame):
        assert winner(frame, index) == divmod(int(places[index]), 7)
        assert window_patch(frame, index).winner == winner(frame, index)
    assert switches(frame, 1, 0)[2, 1].tolist() == list(winner(frame, (1, 0, 2, 1)))


def test_pooling_has_no_kernel() -> None:
    graph = chain(node("x", "input", shape=(2, 4, 4)), node("pool", "avg_pool2d"))
    window = window_patch(record(compiled(graph), np.ones((1, 2, 4, 4))).frames["pool"], (0, 1, 1, 1))
    assert (window.kernel, window.products, window.winner, window.correlation) == (None, None, None, None)
    assert window.channels == range(1, 2)
    assert window.patch.tolist() == [[[1, 1], [1, 1]]]


def test_layers_without_a_window_say_so() -> None:
    frames = record(compiled(lenet()), np.zeros((1, 1, 28, 28))).frames
    with pytest.raises(ExplanationError, match="fc1 has no window"):
        window_patch(frames["fc1"], (0, 0))
    with pytest.raises(ExplanationError, match="relu1 has no window"):
        fed_outputs(frames["relu1"], 0, 0)
    with pytest.raises(ExplanationError, match="conv1 does not choose"):
        switches(frames["conv1"], 0, 0)
    with pytest.raises(ExplanationError, match="shape"):
        window_patch(frames["conv1"], (0, 0, 28, 0))


@pytest.mark.parametrize(
    ("kernel", "picture", "words"),
    [
        (1.0, 1.0, "the filter is mostly positive, so they agree: 4 for, 0 against and the bias 0.5 make 4.5."),
        (-1.0, 1.0, "the filter is mostly negative, so they disagree: 0 for, 4 against and the bias 0.5 make −3.5."),
        (1.0, 0.0, "Every pixel of this patch is zero, so the filter finds nothing: only its bias 0.5 is left."),
        (-1.0, -1.0, "Patch and filter mostly have the same sign, so they agree: 4 for, 0 against"),
        (1.0, -1.0, "Patch and filter mostly have opposite signs, so they disagree: 0 for, 4 against"),
    ],
)
def test_a_convolution_in_words(kernel: float, picture: float, words: str) -> None:
    weights = ((((kernel, kernel), (kernel, kernel)),),)
    layer = given("conv", "conv2d", {"weight": weights, "bias": (0.5,)}, out_channels=1, kernel_size=(2, 2))
    graph = chain(node("x", "input", shape=(1, 2, 2)), layer)
    frame = record(compiled(graph), np.full((1, 1, 2, 2), picture)).frames["conv"]
    assert words in explain_output(frame, (0, 0, 0, 0)).words


def test_a_filter_that_is_partly_for_and_partly_against() -> None:
    weights = ((((1.0, -1.0), (1.0, -1.0)),),)
    layer = given("conv", "conv2d", {"weight": weights}, out_channels=1, kernel_size=(2, 2), bias=False)
    graph = chain(node("x", "input", shape=(1, 2, 2)), layer)
    frame = record(compiled(graph), np.ones((1, 1, 2, 2))).frames["conv"]
    words = explain_output(frame, (0, 0, 0, 0)).words
    assert words.startswith("Where this patch is bright the filter is positive in some places and negative in others")
    assert words.endswith("2 for, 2 against make 0.")
