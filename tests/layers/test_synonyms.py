"""Layer types are found by the names that people know them by."""

from __future__ import annotations

import pytest

from playground.layers import all_layer_types, synonyms
from playground.layers.synonyms import search_words


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("fc", "dense"),
        ("fully connected", "dense"),
        ("linear", "dense"),
        ("swish", "silu"),
        ("h-swish", "hardswish"),
        ("depth", "depthwise_conv2d"),
        ("separable", "depthwise_conv2d"),
        ("bn", "batch_norm2d"),
        ("lrn", "local_response_norm"),
        ("deconv", "conv_transpose2d"),
        ("mse", "squared_error"),
        ("residual", "add"),
        ("drop path", "stochastic_depth"),
        ("pooling", "max_pool2d"),
    ],
)
def test_other_names_find_the_layer(typed: str, wanted: str) -> None:
    found = [kind.key for kind in all_layer_types() if all(word in search_words(kind) for word in typed.split())]
    assert wanted in found


def test_every_other_name_belongs_to_a_layer_type_that_exists() -> None:
    assert synonyms.OTHER_NAMES.keys() <= {kind.key for kind in all_layer_types()}
