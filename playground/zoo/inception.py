"""Inception: several filter sizes side by side."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Edge, Graph
from playground.zoo._chain import ROW, Layer, row, wires
from playground.zoo._spec import ZooNetwork, register


def _conv(key: str, channels: int, kernel: int) -> Layer:
    """A convolution that keeps the size of the picture."""
    same = kernel // 2
    return (key, "conv2d", {"out_channels": channels, "kernel_size": (kernel, kernel), "padding": (same, same)})


def build() -> Graph:
    """A stem of two short rows, one module of four branches, each in a lane of its own, and a head of two rows."""
    stem1: list[Layer] = [("input", "input", {"shape": (1, 28, 28)}), _conv("conv1", 16, 3)]
    stem2: list[Layer] = [("relu1", "relu", {}), ("pool1", "max_pool2d", {"kernel_size": (2, 2), "stride": (2, 2)})]
    branches: list[list[Layer]] = [
        [_conv("conv2", 16, 1)],
        [_conv("conv3", 16, 1), _conv("conv4", 16, 3)],
        [_conv("conv5", 16, 1), _conv("conv6", 16, 5)],
        [("pool2", "max_pool2d", {"kernel_size": (3, 3), "stride": (1, 1), "padding": (1, 1)}), _conv("conv7", 16, 1)],
    ]
    head1: list[Layer] = [
        ("concat", "concat", {}),
        ("relu2", "relu", {}),
        ("pool3", "max_pool2d", {"kernel_size": (2, 2), "stride": (2, 2)}),
    ]
    head2: list[Layer] = [
        ("flatten", "flatten", {}),
        ("fc1", "dense", {"out_features": 10}),
        ("loss", "cross_entropy", {}),
    ]
    nodes = [*row(stem1, y=ROW), *row(stem2, y=2 * ROW)]
    edges = [*wires(*(key for key, _, _ in (*stem1, *stem2)))]
    for lane, branch in enumerate(branches):
        nodes += row(branch, 2.25, lane * ROW)
        ids = [key for key, _, _ in branch]
        edges += [*wires("pool1", *ids), Edge(ids[-1], "concat", 0, lane)]
    nodes += [*row(head1, 5, ROW), *row(head2, 5, 2 * ROW)]
    edges += wires(*(key for key, _, _ in (*head1, *head2)))
    return Graph(tuple(nodes), tuple(edges))


INCEPTION_MINI = register(
    ZooNetwork(
        key="inception-mini",
        title="Mini Inception",
        year=2014,
        idea="Filters of 1×1, 3×3 and 5×5 and a pooling look at the same picture side by side, and Concat puts their "
        "maps behind each other. The next layer decides which size was useful.",
        source="Szegedy et al. 2014, Going deeper with convolutions; lecture: InceptionNet",
        published="GoogLeNet, nine such modules deep, reached 6.67 % top-5 error on ImageNet. This is the lecture's "
        "module, with one ReLU after Concat for the one in each branch, which comes to the same.",
        build=build,
        data_settings=DataSettings("fashion_mnist"),
        training=TrainingSettings(epochs=5),
    )
)
