"""The geometry of windows over one, two and three dimensions, against a search through all cells."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from playground.engine.arithmetic import ExplanationError, Sliding, sliding
from playground.engine.arithmetic.transposed import painting
from playground.engine.trace import Frame, record
from playground.graph.model import ParamValue
from tests.engine.networks import chain, compiled, node

WINDOWS: list[tuple[str, tuple[int, ...], dict[str, ParamValue]]] = [
    ("conv1d", (2, 9), {"kernel_size": 4, "stride": 3, "padding": "same", "dilation": 2}),
    ("conv2d", (2, 6, 5), {"kernel_size": (2, 3), "stride": (1, 2), "padding": (2, 1), "dilation": (3, 1)}),
    ("conv3d", (2, 4, 5, 3), {"kernel_size": (2, 3, 1), "stride": (1, 2, 2), "padding": "same"}),
    ("max_pool2d", (2, 7, 6), {"kernel_size": (3, 2), "padding": (1, 0)}),
]


def frame(key: str, shape: tuple[int, ...], params: dict[str, ParamValue]) -> Frame:
    graph = chain(node("x", "input", shape=shape), node("layer", key, **params))
    return record(compiled(graph), np.random.default_rng(0).normal(size=(1, *shape))).frames["layer"]


@pytest.mark.parametrize(("key", "shape", "params"), WINDOWS, ids=[window[0] for window in WINDOWS])
def test_a_pixel_is_met_exactly_where_a_window_covers_it(
    key: str, shape: tuple[int, ...], params: dict[str, ParamValue]
) -> None:
    geometry = sliding(frame(key, shape, params))
    everywhere = product(*(range(extent) for extent in geometry.places))
    forward = {(place, cell, pixel) for place in everywhere for cell, pixel in geometry.cells(place)}
    pixels = product(*(range(extent) for extent in shape[1:]))
    backward = {(place, cell, pixel) for pixel in pixels for place, cell in geometry.meetings(pixel)}
    assert forward == backward
    assert forward


def test_the_padding_of_same_is_wider_at_the_end() -> None:
    geometry = sliding(frame("conv1d", (1, 6), {"kernel_size": 3, "stride": 2, "padding": "same"}))
    assert (geometry.origin(0), geometry.padding, geometry.after) == ((0,), (0,), (1,))
    assert [list(geometry.span(0, place)) for place in range(3)] == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    assert [pixel for _, pixel in geometry.cells((2,))] == [(4,), (5,)]


def test_a_transposed_convolution_paints_where_its_convolution_looks() -> None:
    recorded = frame("conv_transpose2d", (2, 3, 4), {"kernel_size": 3, "output_padding": 1})
    geometry = painting(recorded)
    assert geometry == Sliding((6, 8), (3, 4), (3, 3), (2, 2), (1, 1), (1, 1))
    assert [cell for _, cell in geometry.cells((0, 0))] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_a_layer_without_a_window_is_refused() -> None:
    with pytest.raises(ExplanationError, match="has no window"):
        sliding(frame("relu", (3, 4, 4), {}))
