"""Network in Network: 1×1 convolutions, and a mean in place of dense layers."""

from __future__ import annotations

from playground.graph.experiment import TrainingSettings
from playground.graph.model import Graph
from playground.zoo._cifar import CIFAR, CLASSES, SHAPE
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register

_BLOCKS = (((192, 5), (160, 1), (96, 1)), ((192, 5), (192, 1), (192, 1)), ((192, 3), (192, 1), (CLASSES, 1)))
"""Filters and kernel of the three convolutions in each of the three blocks."""


def build() -> Graph:
    """Three blocks of one convolution and two 1×1 ones; the last gives one map for each class."""
    net = Sketch(SHAPE)
    for number, layers in enumerate(_BLOCKS, start=1):
        with net.block(f"mlpconv{number}", f"Mlpconv {number}"):
            for step, (filters, kernel) in enumerate(layers, start=1):
                net.add("conv2d", f"conv{step}", out_channels=filters, kernel_size=kernel, padding=kernel // 2)
                net.add("relu", f"relu{step}")
        if number < len(_BLOCKS):
            pool = "max_pool2d" if number == 1 else "avg_pool2d"
            net.add(pool, f"pool{number}", kernel_size=3, stride=2, ceil_mode=True)
            net.add("dropout", f"dropout{number}", p=0.5)
    net.add("global_avg_pool2d", "gap")
    net.add("cross_entropy", "loss")
    return net.graph()


NETWORK_IN_NETWORK = register(
    ZooNetwork(
        key="nin",
        title="Network in Network",
        year=2013,
        idea="Behind each convolution two of 1×1: a small dense network at every place of the picture. The last layer "
        "has one map for each class, and its mean is the answer: no dense layers at all.",
        source="Lin, Chen and Yan 2013, Network in network",
        published="10.41 % errors on CIFAR-10, 8.81 % with mirrored and shifted pictures. Both ideas went into "
        "GoogLeNet a year later.",
        build=build,
        data_settings=CIFAR,
        training=TrainingSettings("sgd", 0.05, weight_decay=5e-4, batch_size=128, epochs=100),
        family="Network in Network",
        record=Record(
            parameters=None,
            top1_error=10.41,
            measured_on="CIFAR-10 test, without augmentation",
            definition="The paper draws three blocks without widths; these are those of its authors' release.",
        ),
        counted_parameters=966_986,
        counted_multiply_adds=222_486_528,
    )
)
