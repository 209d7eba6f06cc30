"""Compound scaling: the published sizes come out, and any slider position gives a network."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.shapes import analyse
from playground.zoo import zoo_network
from playground.zoo.efficientnet import (
    HEAD,
    PUBLISHED,
    STAGES,
    STEM,
    Scaling,
    compound_scaling,
    efficientnet,
)

CHANNELS = {
    0: (32, 16, 24, 40, 80, 112, 192, 320, 1280),
    1: (32, 16, 24, 40, 80, 112, 192, 320, 1280),
    2: (32, 16, 24, 48, 88, 120, 208, 352, 1408),
    3: (40, 24, 32, 48, 96, 136, 232, 384, 1536),
    4: (48, 24, 32, 56, 112, 160, 272, 448, 1792),
    5: (48, 24, 40, 64, 128, 176, 304, 512, 2048),
    6: (56, 32, 40, 72, 144, 200, 344, 576, 2304),
    7: (64, 32, 48, 80, 160, 224, 384, 640, 2560),
}
"""Stem, seven stages and head, as in the authors' released models."""

BLOCKS = {
    0: (1, 2, 2, 3, 3, 4, 1),
    1: (2, 3, 3, 4, 4, 5, 2),
    2: (2, 3, 3, 4, 4, 5, 2),
    3: (2, 3, 3, 5, 5, 6, 2),
    4: (2, 4, 4, 6, 6, 8, 2),
    5: (3, 5, 5, 7, 7, 9, 3),
    6: (3, 6, 6, 8, 8, 11, 3),
    7: (4, 7, 7, 10, 10, 13, 4),
}


@pytest.mark.parametrize("number", range(8))
def test_widths_and_depths_are_the_published_ones(number: int) -> None:
    scaling = PUBLISHED[number]
    bases = (STEM, *(stage.channels for stage in STAGES), HEAD)
    assert tuple(scaling.channels(base) for base in bases) == CHANNELS[number]
    assert tuple(scaling.blocks(stage.blocks) for stage in STAGES) == BLOCKS[number]


@pytest.mark.parametrize("number", range(1, 8))
def test_the_released_factors_are_near_the_powers(number: int) -> None:
    """φ is what makes the depth right; the released widths and resolutions lie within a tenth of their powers then."""
    from math import log

    phi = log(PUBLISHED[number].depth) / log(1.2)
    powers = compound_scaling(phi=phi)
    assert powers.width == pytest.approx(PUBLISHED[number].width, rel=0.15)
    assert powers.resolution == pytest.approx(PUBLISHED[number].resolution, rel=0.15)


def test_one_step_costs_about_twice_as_much() -> None:
    """α · β² · γ² ≈ 2 (Tan and Le 2019, equation 3)."""
    before, after = (analyse(efficientnet(phi=phi)).multiply_adds for phi in (0, 1))
    assert after / before == pytest.approx(2, rel=0.15)


def test_at_phi_0_it_is_b0() -> None:
    assert efficientnet(2.0, 1.5, 1.3, 0) == zoo_network("efficientnet-b0").build()


def test_widths_never_shrink_by_more_than_a_tenth() -> None:
    for base in range(8, 400):
        for width in (0.3, 0.75, 1.1, 1.37, 2.2):
            channels = Scaling(width, 1.0, 224).channels(base)
            assert channels % 8 == 0
            assert channels >= min(0.9 * base * width, channels)
            assert channels >= 0.9 * base * width or channels == 8


@settings(max_examples=15, deadline=None)
@given(st.floats(1, 2), st.floats(1, 2), st.floats(1, 2), st.floats(-1, 2))
def test_every_slider_position_gives_a_network(alpha: float, beta: float, gamma: float, phi: float) -> None:
    analysis = analyse(efficientnet(alpha, beta, gamma, phi))
    assert analysis.problems == ()
    assert analysis.output_shape == (1000,)


def test_the_drop_rate_grows_to_nearly_a_fifth() -> None:
    """0.2 · i/16 for block i from 0, where there is a shortcut."""
    graph = zoo_network("efficientnet-b0").build()
    drops = [node.params["p"] for node in graph if node.type == "stochastic_depth"]
    assert drops == pytest.approx([0.2 * block / 16 for block in (2, 4, 6, 7, 9, 10, 12, 13, 14)])


def test_lite_has_no_gates_and_the_same_shape() -> None:
    lite, full = (zoo_network(key).build() for key in ("efficientnet-lite0", "efficientnet-b0"))
    assert not any(node.type in ("sigmoid", "multiply", "silu") for node in lite)
    count = [len([node for node in graph if node.type in ("conv2d", "depthwise_conv2d")]) for graph in (lite, full)]
    assert count[0] == count[1] == 49
