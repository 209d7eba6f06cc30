from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from playground.layers import Category, LayerType, Params, Shape, UnknownLayerType, all_layer_types, layer_type
from playground.layers._spec import register

if TYPE_CHECKING:
    from torch import nn


SHIPPED = {
    Category.DATA: "input constant parameter",
    Category.CONVOLUTION: "conv1d conv2d conv3d depthwise_conv2d ws_conv2d fixed_conv2d conv_transpose1d "
    "conv_transpose2d",
    Category.POOLING: "max_pool1d max_pool2d avg_pool1d avg_pool2d sum_pool2d lp_pool2d adaptive_avg_pool1d "
    "adaptive_avg_pool2d adaptive_max_pool1d adaptive_max_pool2d global_avg_pool1d global_avg_pool2d "
    "global_max_pool1d global_max_pool2d channel_pool max_unpool2d upsample2d",
    Category.DENSE: "dense perceptron adaline rbf rnn lstm gru",
    Category.ACTIVATION: "relu leaky_relu prelu elu gelu silu hardswish relu6 softplus identity square sigmoid "
    "hardsigmoid tanh scaled_tanh softmax step sine",
    Category.NORMALISE: "batch_norm1d batch_norm2d layer_norm group_norm instance_norm2d local_response_norm "
    "channel_affine",
    Category.REGULARISE: "dropout dropout2d stochastic_depth",
    Category.MERGE: "add multiply maximum average concat slice channel_shuffle flatten reshape permute pixel_shuffle "
    "pad crop2d center_crop2d pixel_permutation plane_features",
    Category.GATES: "scale shift negate exp log reciprocal",
    Category.LOSS: "cross_entropy binary_cross_entropy squared_error mean_absolute_error huber hinge output_loss",
}


@pytest.mark.parametrize("category", Category)
def test_the_layer_types_that_ship(category: Category) -> None:
    """Files name them by these keys, so none may go or change its name."""
    keys = {kind.key for kind in all_layer_types() if kind.category == category}
    assert keys == set(SHIPPED[category].split())


def test_categories_come_in_the_order_of_the_palette() -> None:
    order = [list(Category).index(kind.category) for kind in all_layer_types()]
    assert order == sorted(order)
    assert all(category.title for category in Category)


def test_titles_are_told_apart() -> None:
    titles = [kind.title for kind in all_layer_types()]
    assert len(set(titles)) == len(titles)


def test_a_layer_type_is_found_by_its_key() -> None:
    assert all(layer_type(kind.key) is kind for kind in all_layer_types())


@pytest.mark.parametrize(("wrong", "meant"), [("conv2", "conv2d"), ("max_pool", "max_pool2d"), ("sigmod", "sigmoid")])
def test_an_unknown_key_suggests_the_nearest(wrong: str, meant: str) -> None:
    with pytest.raises(UnknownLayerType, match=re.escape(f"no layer type “{wrong}”")) as caught:
        layer_type(wrong)
    assert f"Did you mean “{meant}”?" in str(caught.value)


def test_an_unknown_key_that_resembles_nothing_gets_no_suggestion() -> None:
    with pytest.raises(UnknownLayerType) as caught:
        layer_type("quantum teleporter")
    assert "Did you mean" not in str(caught.value)


def test_a_key_used_twice_is_refused_and_the_first_stays() -> None:
    first = layer_type("relu")

    class Second(LayerType):
        key = "relu"
        title = "Another"
        stem = "other"
        category = Category.ACTIVATION
        formula = "x"
        explanation = "Never registered."

        def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
            raise NotImplementedError

    with pytest.raises(ValueError, match="“relu” is used twice"):
        register(Second)
    assert layer_type("relu") is first


def test_the_settings_of_every_preset_are_valid_and_differ_from_the_defaults() -> None:
    for kind in all_layer_types():
        for preset in kind.presets:
            assert kind.complete(preset.params) != kind.complete({})
            assert preset.explanation.endswith(".")
