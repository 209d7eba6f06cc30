"""Residual networks: layers that only have to learn what to add."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Edge, Graph
from playground.zoo._chain import ROW, Layer, row, wires
from playground.zoo._spec import ZooNetwork, register

_JOIN = 5.25
"""The column where a block's way and its skip meet: far enough for the skip to come down beside the last card."""


def _conv(key: str, channels: int, stride: int = 1) -> Layer:
    """3×3, keeping the size but for the stride; batch norm after it makes a bias needless."""
    params = {"kernel_size": (3, 3), "stride": (stride, stride), "padding": (1, 1), "bias": False}
    return (key, "conv2d", {"out_channels": channels, **params})


def _norm(key: str) -> Layer:
    return (key, "batch_norm2d", {})


def _relu(key: str) -> Layer:
    return (key, "relu", {})


def build() -> Graph:
    """A stem that halves the picture, a block of 16 maps, a convolution that halves again, a block of 32, a head.

    Each block is a row of its own that ends in its Add; the skip comes down to it from the row above.
    """
    stem: list[Layer] = [
        ("input", "input", {"shape": (1, 28, 28)}),
        _conv("conv1", 16, 2),
        _norm("norm1"),
        _relu("relu1"),
    ]
    block1 = [_conv("conv2", 16), _norm("norm2"), _relu("relu2"), _conv("conv3", 16), _norm("norm3")]
    sum1: list[Layer] = [("add1", "add", {}), _relu("relu3")]
    between = [_conv("conv4", 32, 2), _norm("norm4"), _relu("relu4")]
    block2 = [_conv("conv5", 32), _norm("norm5"), _relu("relu5"), _conv("conv6", 32), _norm("norm6")]
    sum2: list[Layer] = [("add2", "add", {}), _relu("relu6")]
    head: list[Layer] = [
        ("gap", "global_avg_pool2d", {}),
        ("fc1", "dense", {"out_features": 10}),
        ("loss", "cross_entropy", {}),
    ]
    nodes = (
        *row(stem),
        *row(block1, y=ROW),
        *row(sum1, _JOIN, ROW),
        *row(between, 1, 2 * ROW),
        *row(block2, y=3 * ROW),
        *row(sum2, _JOIN, 3 * ROW),
        *row(head, y=4 * ROW),
    )
    edges = (
        *wires("input", "conv1", "norm1", "relu1", "conv2", "norm2", "relu2", "conv3", "norm3"),
        *(Edge("relu1", "add1", 0, 0), Edge("norm3", "add1", 0, 1)),
        *wires("add1", "relu3", "conv4", "norm4", "relu4", "conv5", "norm5", "relu5", "conv6", "norm6"),
        *(Edge("relu4", "add2", 0, 0), Edge("norm6", "add2", 0, 1)),
        *wires("add2", "relu6", "gap", "fc1", "loss"),
    )
    return Graph(nodes, edges)


RESIDUAL_MINI = register(
    ZooNetwork(
        key="residual-mini",
        title="Mini ResNet",
        year=2015,
        idea="Each block adds something to what it was given, instead of replacing it. Step backward and see the "
        "gradient pass each Add undiminished: that is why such networks can be hundreds of layers deep.",
        source="He, Zhang, Ren and Sun 2015, Deep residual learning for image recognition",
        published="The paper's ResNet-152 reached 4.49 % top-5 validation error on ImageNet. This one has two "
        "blocks of the same kind, with identity skips, and six 3×3 convolutions in all.",
        build=build,
        data_settings=DataSettings("mnist"),
        training=TrainingSettings(epochs=5),
    )
)
