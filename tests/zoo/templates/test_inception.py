"""Inception modules of all versions, fire and fractal blocks as the palette offers them."""

from __future__ import annotations

import pytest

from playground.engine.shapes import analyse
from playground.zoo import template

PUBLISHED = {
    "inception_v1": (256, 28, 28),
    "inception_naive": (128 + 192 + 96 + 256, 28, 28),
    "inception_v2": (256, 28, 28),
    "inception_v2_reduction": (576, 14, 14),
    "inception_v3_a": (288, 35, 35),
    "inception_v3_b": (768, 17, 17),
    "inception_v3_c": (2048, 8, 8),
    "inception_v3_reduction_a": (768, 18, 18),
    "inception_v3_reduction_b": (1280, 9, 9),
    "inception_v4_a": (384, 35, 35),
    "inception_v4_b": (1024, 17, 17),
    "inception_v4_c": (1536, 8, 8),
    "inception_v4_reduction_a": (1024, 18, 18),
    "inception_v4_reduction_b": (1536, 9, 9),
    "inception_resnet_a": (320, 35, 35),
    "inception_resnet_b": (1088, 17, 17),
    "inception_resnet_c": (2080, 8, 8),
    "inception_resnet_reduction_b": (2080, 9, 9),
    "fire": (128, 56, 56),
    "fractal": (64, 32, 32),
    "xception": (728, 19, 19),
}
"""What comes out behind the published number of channels. Those that halve round up, so that they fit every picture."""


@pytest.mark.parametrize("key", PUBLISHED)
def test_behind_the_published_channels_it_is_the_published_module(key: str) -> None:
    assert analyse(template(key).graph()).output_shape == PUBLISHED[key]


@pytest.mark.parametrize("key", PUBLISHED)
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (7, 1), (6, 9)])
def test_it_fits_pictures_of_any_size(key: str, size: tuple[int, int]) -> None:
    analysis = analyse(template(key).graph((5, *size)))
    assert analysis.errors == ()
    assert analysis.output_shape is not None
    halved = tuple(-(-extent // 2) for extent in size)
    assert analysis.output_shape[1:] == (halved if "reduction" in key else size)


@pytest.mark.parametrize(
    "key", ["inception_resnet_a", "inception_resnet_b", "inception_resnet_c", "fractal", "xception"]
)
@pytest.mark.parametrize("channels", [1, 2, 33])
def test_what_is_added_or_averaged_has_the_channels_of_the_input(key: str, channels: int) -> None:
    assert analyse(template(key).graph((channels, 9, 9))).output_shape == (channels, 9, 9)
