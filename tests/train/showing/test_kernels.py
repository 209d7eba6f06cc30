"""Weights as pictures: which layers have them, and that each picture holds the numbers that torch uses."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from playground.data import data_set
from playground.engine.compile import compile_network
from playground.engine.shapes import Analysis, analyse
from playground.graph.model import Graph
from playground.train.showing.kernels import KernelLayer, kernel_layers, kernels, tiles
from tests.train.toy_runs import chain, node


def layers_of(graph: Graph, data: str = "mnist") -> tuple[Analysis, dict[str, KernelLayer], dict[str, np.ndarray]]:
    analysis = analyse(graph, data_set(data))
    found = {layer.node: layer for layer in kernel_layers(analysis)}
    return analysis, found, compile_network(analysis, 0).state()


def test_convolutions_and_dense_layers_behind_a_picture_have_them() -> None:
    graph = chain(
        node("input", "input", shape=(1, 28, 28)),
        node("conv1", "conv2d", out_channels=4, kernel_size=(5, 3)),
        node("relu1", "relu"),
        node("conv2", "conv2d", out_channels=6, kernel_size=(3, 3), groups=2),
        node("flatten", "flatten"),
        node("dropout", "dropout"),
        node("fc1", "dense", out_features=7),
        node("fc2", "dense", out_features=10),
        node("loss", "cross_entropy"),
    )
    _, found, state = layers_of(graph)
    assert list(found) == ["conv1", "conv2", "fc1"]
    assert (found["conv1"].filters, found["conv1"].channels, found["conv1"].size) == (4, 1, (5, 3))
    assert (found["conv2"].filters, found["conv2"].channels) == (6, 2)
    assert (found["fc1"].filters, found["fc1"].channels, found["fc1"].size) == (7, 6, (22, 24))
    assert found["conv1"].looks == ()
    assert found["fc1"].looks == ("mean", "channel", "filter")
    np.testing.assert_array_equal(tiles(found["conv1"], state["conv1.weight"], "mean"), state["conv1.weight"][:, 0])


def test_a_dense_layer_answers_what_its_pictures_say() -> None:
    graph = chain(
        node("input", "input", shape=(1, 28, 28)),
        node("flatten", "flatten"),
        node("fc1", "dense", out_features=5),
        node("loss", "cross_entropy"),
    )
    _, found, state = layers_of(graph)
    picture = np.random.default_rng(0).random((1, 28, 28), dtype=np.float32)
    each = (kernels(found["fc1"], state["fc1.weight"]) * picture).sum((1, 2, 3)) + state["fc1.bias"]
    expected = state["fc1.weight"] @ picture.ravel() + state["fc1.bias"]
    np.testing.assert_allclose(each, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("groups", [1, 2])
def test_a_transposed_convolution_stamps_what_its_pictures_show(groups: int) -> None:
    graph = chain(
        node("input", "input", shape=(1, 28, 28)),
        node("conv1", "conv2d", out_channels=4, kernel_size=(3, 3)),
        node("up", "conv_transpose2d", out_channels=6, kernel_size=(3, 2), groups=groups),
    )
    _, found, state = layers_of(graph)
    layer, weight = found["up"], state["up.weight"]
    assert (layer.filters, layer.channels, layer.size) == (6, 4 // groups, (3, 2))
    for channel in range(4):
        dot = torch.zeros(1, 4, 1, 1)
        dot[0, channel] = 1.0
        stamped = functional.conv_transpose2d(dot, torch.tensor(weight), groups=groups)[0].numpy()
        within, group = channel % (4 // groups), channel // (4 // groups)
        own = slice(group * 6 // groups, (group + 1) * 6 // groups)
        np.testing.assert_array_equal(stamped[own], kernels(layer, weight)[own, within])


def test_kernels_in_time_have_a_row_for_each_input_channel() -> None:
    graph = chain(
        node("input", "input", shape=(1, 256)),
        node("conv1", "conv1d", out_channels=3, kernel_size=7),
        node("conv2", "conv1d", out_channels=4, kernel_size=5),
    )
    _, found, state = layers_of(graph, "heartbeats")
    assert (found["conv2"].channels, found["conv2"].size) == (1, (3, 5))
    np.testing.assert_array_equal(tiles(found["conv2"], state["conv2.weight"], "mean"), state["conv2.weight"])


def test_what_is_shown_of_colour_kernels() -> None:
    graph = chain(
        node("input", "input", shape=(3, 48, 48)),
        node("conv1", "conv2d", out_channels=5, kernel_size=(3, 3)),
        node("conv2", "depthwise_conv2d", kernel_size=(3, 3)),
    )
    _, found, state = layers_of(graph, "clothing")
    layer, weight = found["conv1"], state["conv1.weight"]
    assert layer.looks[0] == "colour"
    assert tiles(layer, weight, "colour", most=4).shape == (4, 3, 3, 3)
    np.testing.assert_array_equal(tiles(layer, weight, "mean"), weight.mean(1))
    np.testing.assert_array_equal(tiles(layer, weight, "channel", 2), weight[:, 2])
    np.testing.assert_array_equal(tiles(layer, weight, "filter", 4), weight[4])
    assert found["conv2"].looks == ()


def test_weights_of_another_layer_are_refused() -> None:
    layer = KernelLayer("conv1", 4, 1, (5, 5))
    with pytest.raises(ValueError, match="reshape"):
        kernels(layer, np.zeros((3, 1, 5, 5)))
