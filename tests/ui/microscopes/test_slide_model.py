"""The numbers in the sliding window are torch's, for every layer that has one and for padding of every kind."""

from __future__ import annotations

import numpy as np
import pytest

from playground.graph.model import ParamValue
from playground.ui.microscopes.slide_model import SlideModel
from tests.ui.microscopes.recordings import chain, scene_of

LEARNT: list[tuple[str, dict[str, ParamValue]]] = [
    ("conv2d", {"padding": "same", "kernel_size": (4, 3)}),
    ("conv2d", {"padding": "same", "stride": (2, 3), "groups": 2, "out_channels": 4}),
    ("conv2d", {"padding": (2, 0), "dilation": (2, 1)}),
    ("depthwise_conv2d", {"padding": 1}),
    ("depthwise_conv2d", {"padding": "same", "multiplier": 2, "stride": 2, "kernel_size": 2}),
]
GIVEN: list[tuple[str, dict[str, ParamValue]]] = [
    ("fixed_conv2d", {"kernel": "sobel_x", "padding": "same", "stride": 2}),
    ("fixed_conv2d", {"kernel": "gaussian", "kernel_size": (4, 5), "padding": 2}),
]


def model(key: str, params: dict[str, ParamValue], phase: str, unit: int, channel: int = 0) -> SlideModel:
    graph = chain(
        [
            ("input", "input", {"shape": (4, 7, 6)}),
            ("layer", key, params),
            ("flatten", "flatten", {}),
            ("fc", "dense", {"out_features": 3}),
            ("loss", "cross_entropy", {}),
        ]
    )
    return SlideModel(scene_of(graph, "layer", phase).frame, unit, channel)


@pytest.mark.parametrize(("key", "params"), [*LEARNT, *GIVEN])
@pytest.mark.parametrize("unit", [0, 3])
def test_the_products_add_up_to_torchs_map(key: str, params: dict[str, ParamValue], unit: int) -> None:
    found = model(key, params, "forward", unit)
    assert len(found.channels) == (
        4 if params.get("groups", 1) == 1 and key == "conv2d" else 2 if key == "conv2d" else 1
    )
    for place in range(found.geometry.places):
        total = found.partial_sums(place).sum() + (found.bias or 0.0)
        assert total == pytest.approx(found.value(place), abs=1e-12)


@pytest.mark.parametrize(("key", "params"), LEARNT)
def test_the_windows_make_the_gradient_of_every_filter(key: str, params: dict[str, ParamValue]) -> None:
    for unit in (0, 2):
        for channel in range(4):
            found = model(key, params, "backward", unit, channel)
            expected = found.frame.grad_weights["weight"][unit, found.channel - found.channels.start]
            np.testing.assert_allclose(found.accumulated(found.geometry.places), expected, atol=1e-12)


@pytest.mark.parametrize(("key", "params"), GIVEN)
def test_a_fixed_kernel_hands_the_blame_to_the_pixels(key: str, params: dict[str, ParamValue]) -> None:
    found = model(key, params, "backward", 2)
    collected = np.zeros(found.geometry.padded)
    for place in range(found.geometry.places):
        found.geometry.patch(collected, place)[...] += found.handed_back(place)
    top, left = found.geometry.padding
    handed = found.input_gradient
    assert handed is not None
    np.testing.assert_allclose(collected[top : top + 7, left : left + 6], handed, atol=1e-12)


def test_the_header_says_how_it_is_padded() -> None:
    from playground.ui.microscopes.window_words import place_line

    lines = [
        place_line(model("conv2d", {"padding": padding}, "forward", 0), 0) for padding in ("same", "valid", (0, 2))
    ]
    assert [line.split("  ·  ")[2] for line in lines] == ["padding same", "no padding", "padding 0 × 2"]
