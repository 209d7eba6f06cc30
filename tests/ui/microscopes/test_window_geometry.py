"""Which pixels a window covers, against torch's own unfold; and which windows cover a pixel."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from playground.engine.trace import Frame
from playground.graph.model import ParamValue
from playground.layers import layer_type
from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.window_geometry import WindowGeometry


def frame(size: int, kernel: int, stride: int, padding: int, dilation: int) -> Frame | None:
    reach = dilation * (kernel - 1) + 1
    out = (size + 2 * padding - reach) // stride + 1
    if out < 1:
        return None
    x = np.arange(float(size * size)).reshape(1, 1, size, size) + 1
    params = {
        "kernel_size": (kernel, kernel),
        "stride": (stride, stride),
        "padding": (padding, padding),
        "dilation": (dilation, dilation),
        "groups": 1,
    }
    return Frame("conv", "conv2d", params, (x,), np.zeros((1, 1, out, out)))


@given(st.integers(3, 9), st.integers(1, 4), st.integers(1, 3), st.integers(0, 3), st.integers(1, 3))
def test_patches_are_those_of_torch(size: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    recorded = frame(size, kernel, stride, padding, dilation)
    if recorded is None:
        return
    geometry = WindowGeometry.of(recorded)
    unfolded = torch.nn.functional.unfold(
        torch.tensor(recorded.inputs[0]), kernel, dilation=dilation, padding=padding, stride=stride
    )[0].numpy()
    padded = geometry.pad(recorded.inputs[0][0, 0])
    for place in range(geometry.places):
        np.testing.assert_array_equal(geometry.patch(padded, place).reshape(-1), unfolded[:, place])
        outside = geometry.padding_under(place)
        if padding:
            expected = (unfolded[:, place] == 0).reshape(kernel, kernel)
            shown = np.zeros_like(expected) if outside is None else outside
            np.testing.assert_array_equal(shown, expected)


@given(st.integers(3, 9), st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2))
def test_a_pixel_feeds_exactly_the_places_whose_window_covers_it(
    size: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    recorded = frame(size, kernel, stride, padding, dilation)
    if recorded is None:
        return
    geometry = WindowGeometry.of(recorded)
    for row, column in ((padding, padding), (padding + size - 1, padding + size // 2)):
        marked = np.zeros(geometry.padded)
        marked[row, column] = 1
        covering = [geometry.cell(p) for p in range(geometry.places) if geometry.patch(marked, p).any()]
        assert sorted(geometry.feeds(row, column)) == covering


@pytest.mark.parametrize(("row", "column", "place"), [(0, 0, 0), (2, 2, 0), (3, 3, 4), (6, 6, 8)])
def test_a_click_goes_to_the_place_whose_middle_is_nearest(row: int, column: int, place: int) -> None:
    recorded = frame(7, 3, 2, 0, 1)
    assert recorded is not None
    assert WindowGeometry.of(recorded).nearest(row, column) == place


def built(key: str, params: dict[str, ParamValue]) -> torch.nn.Module:
    return layer_type(key).build(layer_type(key).complete(params), ((1, 6, 6),))


def pooled(size: int, count_include_pad: bool) -> Frame:
    """Average pooling of 3×3 with stride 2 and padding 1, rounded up, as torch does it."""
    x = np.arange(float(size * size)).reshape(1, 1, size, size) + 1
    params: dict[str, ParamValue] = {
        "kernel_size": (3, 3),
        "stride": (2, 2),
        "padding": (1, 1),
        "ceil_mode": True,
        "count_include_pad": count_include_pad,
    }
    return Frame("pool", "avg_pool2d", params, (x,), built("avg_pool2d", params)(torch.tensor(x)).numpy())


@pytest.mark.parametrize("count_include_pad", [True, False])
@pytest.mark.parametrize("size", [5, 6, 7])
def test_windows_that_reach_over_the_edge_are_whole_and_give_the_mean(size: int, count_include_pad: bool) -> None:
    recorded = pooled(size, count_include_pad)
    model = SlideModel(recorded, 0)
    geometry = model.geometry
    counted = np.array(
        [
            [geometry.is_counted(row, column) for column in range(geometry.padded[1])]
            for row in range(geometry.padded[0])
        ]
    )
    for place in range(geometry.places):
        assert model.patch(place).shape == (3, 3)
        products = model.products(place)
        assert products is not None
        assert products.sum() == pytest.approx(model.value(place))
        assert geometry.counted(place) == geometry.patch(counted, place).sum()
    assert geometry.has_uneven_shares == (size == 6 or not count_include_pad)


def test_max_pooling_over_the_edge_points_at_the_pixel_that_it_kept() -> None:
    x = torch.randn(1, 1, 6, 6, dtype=torch.float64) - 9
    params: dict[str, ParamValue] = {"kernel_size": (3, 3), "stride": (2, 2), "padding": (0, 0), "ceil_mode": True}
    output = built("max_pool2d", params)(x)
    model = SlideModel(Frame("pool", "max_pool2d", params, (x.numpy(),), output.numpy()), 0)
    assert model.geometry.padded == (7, 7)
    for place in range(9):
        row, column = model.winner(place)
        assert model.plane[row, column] == model.value(place)
