"""Sequences, volumes and the way back: what the window shows adds up to torch's numbers and gradients."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from playground.engine.arithmetic import Place, value_at
from playground.engine.trace import Frame
from playground.graph.model import ParamValue
from playground.ui.microscopes.slide_back import WalkBack, model_of
from playground.ui.microscopes.slide_model import SlideModel
from tests.ui.microscopes.recordings import chain, scene_of

SHAPES = {1: (4, 11), 2: (4, 7, 6), 3: (2, 4, 6, 5)}
CASES: list[tuple[str, int, tuple[tuple[str, ParamValue], ...]]] = [
    ("conv1d", 1, (("kernel_size", 3), ("stride", 2), ("padding", 2))),
    ("conv1d", 1, (("kernel_size", 4), ("padding", "same"), ("dilation", 2), ("groups", 2), ("out_channels", 4))),
    ("conv2d", 2, (("kernel_size", (3, 2)), ("stride", (2, 1)), ("padding", (1, 4)))),
    ("conv2d", 2, (("padding", "same"), ("stride", (2, 3)), ("groups", 2), ("out_channels", 4))),
    ("conv2d", 2, (("dilation", (2, 1)), ("padding", (2, 0)))),
    ("depthwise_conv2d", 2, (("padding", "same"), ("multiplier", 2), ("kernel_size", 2))),
    ("ws_conv2d", 2, (("padding", 1), ("stride", 2), ("out_channels", 4))),
    ("fixed_conv2d", 2, (("kernel", "gaussian"), ("kernel_size", (4, 5)), ("padding", 2))),
    ("conv3d", 3, (("kernel_size", (2, 3, 3)), ("padding", (1, 1, 0)), ("stride", (1, 2, 1)))),
    ("conv3d", 3, (("kernel_size", 3), ("padding", "same"), ("dilation", (1, 1, 2)), ("out_channels", 4))),
]
POOLS: list[tuple[str, int, tuple[tuple[str, ParamValue], ...]]] = [
    ("max_pool1d", 1, (("kernel_size", 3), ("padding", 1), ("ceil_mode", True))),
    ("avg_pool1d", 1, (("kernel_size", 3), ("padding", 1), ("count_include_pad", False))),
    ("sum_pool2d", 2, (("kernel_size", 3), ("padding", 1))),
    ("lp_pool2d", 2, (("norm_type", 3.0), ("kernel_size", 2))),
    ("global_max_pool1d", 1, ()),
    ("global_max_pool2d", 2, ()),
    ("global_avg_pool1d", 1, ()),
]


@cache
def recorded(key: str, dimensions: int, params: tuple[tuple[str, ParamValue], ...]) -> Frame:
    graph = chain(
        [
            ("input", "input", {"shape": SHAPES[dimensions]}),
            ("layer", key, dict(params)),
            ("flatten", "flatten", {}),
            ("fc", "dense", {"out_features": 3}),
            ("loss", "cross_entropy", {}),
        ]
    )
    return scene_of(graph, "layer", "backward").frame


def read(frame: Frame, place: Place | None) -> float:
    """What was recorded at a place; 0 on padding."""
    return 0.0 if place is None else value_at(frame, place)


@pytest.mark.parametrize(("key", "dimensions", "params"), CASES)
def test_products_and_sums_are_torchs_in_every_slice(
    key: str, dimensions: int, params: tuple[tuple[str, ParamValue], ...]
) -> None:
    frame = recorded(key, dimensions, params)
    for unit in (0, frame.output.shape[1] - 1):
        for depth in range(SlideModel(frame, unit).geometry.slices):
            model = SlideModel(frame, unit, depth=depth)
            for place in range(model.geometry.places):
                total = model.partial_sums(place).sum() + (model.bias or 0.0)
                assert total == pytest.approx(model.value(place), abs=1e-12)
                assert value_at(frame, model.output_place(place)) == model.value(place)


@pytest.mark.parametrize(("key", "dimensions", "params"), CASES)
def test_every_cell_knows_which_recorded_number_it_shows(
    key: str, dimensions: int, params: tuple[tuple[str, ParamValue], ...]
) -> None:
    frame = recorded(key, dimensions, params)
    model = SlideModel(frame, 1)
    for plane in range(model.plane_count):
        shown = model.plane_at(plane)
        for row in range(shown.shape[0]):
            for column in range(shown.shape[1]):
                assert shown[row, column] == read(frame, model.input_place(row, column, plane))
        if key != "ws_conv2d":
            weights = model.filter_at(0, plane)
            assert weights is not None
            for (row, column), weight in np.ndenumerate(weights):
                assert weight == read(frame, model.weight_place(row, column, plane))


@pytest.mark.parametrize(("key", "dimensions", "params"), CASES)
def test_the_flipped_filter_over_the_blame_makes_the_inputs_gradient(
    key: str, dimensions: int, params: tuple[tuple[str, ParamValue], ...]
) -> None:
    frame = recorded(key, dimensions, params)
    for channel in (0, frame.inputs[0].shape[1] - 1):
        for depth in range(WalkBack(frame, channel).geometry.slices):
            back = WalkBack(frame, channel, depth=depth)
            for place in range(back.geometry.places):
                expected = value_at(frame, back.output_place(place))
                assert back.partial_sums(place).sum() == pytest.approx(expected, abs=1e-12)
                assert back.value(place) == expected
            for plane in range(back.plane_count):
                for (row, column), blame in np.ndenumerate(back.plane_at(plane)):
                    assert blame == read(frame, back.input_place(row, column, plane))


@pytest.mark.parametrize(("key", "dimensions", "params"), [case for case in CASES if case[0] != "fixed_conv2d"])
def test_the_windows_make_the_filters_gradient(
    key: str, dimensions: int, params: tuple[tuple[str, ParamValue], ...]
) -> None:
    frame = recorded(key, dimensions, params)
    if key == "ws_conv2d":  # what adds up here is the gradient of the standardised filter
        return
    model = SlideModel(frame, 1, depth=1)
    for plane in range(model.plane_count):
        total = model.accumulated(model.geometry.places * model.geometry.slices, plane)
        for (row, column), found in np.ndenumerate(total):
            place = model.weight_place(row, column, plane, "grad_weight")
            assert place is not None
            assert found == pytest.approx(value_at(frame, place), abs=1e-12)


@pytest.mark.parametrize(("key", "dimensions", "params"), POOLS)
def test_pools_give_torchs_numbers_and_hand_back_torchs_gradient(
    key: str, dimensions: int, params: tuple[tuple[str, ParamValue], ...]
) -> None:
    frame = recorded(key, dimensions, params)
    model = SlideModel(frame, 2)
    geometry = model.geometry
    collected = np.zeros(geometry.padded)
    for place in range(geometry.places):
        if geometry.kind == "max":
            assert model.plane[model.winner(place)] == model.value(place)
        else:
            products = model.products(place)
            assert products is not None
            total = products.sum() ** (1 / model.power) if geometry.kind == "norm" else products.sum()
            assert total == pytest.approx(model.value(place), abs=1e-12)
        geometry.patch(collected, place)[...] += model.handed_back(place)
    handed = model.input_gradient
    assert handed is not None
    np.testing.assert_allclose(collected[~model.outside()], handed.reshape(-1), atol=1e-12)


def test_numbers_that_are_on_screen_already_are_kept_and_others_are_new() -> None:
    frame, other = recorded(*CASES[2]), recorded(*CASES[3])
    shown = model_of(frame, "weights", 1, 2, 0, 0)
    assert model_of(frame, "forward", 1, 2, 0, 0, shown) is shown
    for unit, channel in ((0, 2), (1, 3)):
        found = model_of(frame, "weights", unit, channel, 0, 0, shown)
        assert (found.unit, found.channel) == (unit, channel)
    assert model_of(other, "weights", 1, 2, 0, 0, shown).frame is other
    back = model_of(frame, "input", 1, 2, 0, 0, shown)
    assert isinstance(back, WalkBack)
    assert (back.unit, back.channel) == (2, 1)
    assert model_of(frame, "input", 1, 2, 0, 0, back) is back
    assert not isinstance(model_of(frame, "forward", 2, 1, 0, 0, back), WalkBack)
