from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from playground.layers import Category, LayerType, Params, Shape, UnknownLayerType, all_layer_types, layer_type
from playground.layers._spec import register

if TYPE_CHECKING:
    from torch import nn


def test_the_layer_types_that_ship_in_the_order_of_the_palette() -> None:
    keys = [kind.key for kind in all_layer_types()]
    assert keys == [
        "input",
        "conv2d",
        "max_pool2d",
        "avg_pool2d",
        "global_avg_pool2d",
        "dense",
        "relu",
        "leaky_relu",
        "sigmoid",
        "tanh",
        "softmax",
        "batch_norm2d",
        "dropout",
        "add",
        "concat",
        "flatten",
        "cross_entropy",
        "squared_error",
    ]


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
