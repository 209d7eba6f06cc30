"""Inception in small: several filter sizes side by side."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register
from playground.zoo.templates.inception import SOURCE, Widths, inception


def build() -> Graph:
    """A convolution, one module of four branches, a dense layer."""
    net = Sketch((1, 28, 28))
    net.add("conv2d", "conv1", out_channels=16, kernel_size=3, padding=1)
    net.add("relu", "relu1")
    net.add("max_pool2d", "pool1", kernel_size=2, stride=2)
    with net.block("inception", "Inception", kind="inception_v1"):
        inception(net, Widths(16, 16, 16, 16, 16, 16))
    net.add("max_pool2d", "pool2", kernel_size=2, stride=2)
    net.add("flatten", "flatten")
    net.add("dense", "fc1", out_features=10)
    net.add("cross_entropy", "loss")
    return net.graph()


INCEPTION_MINI = register(
    ZooNetwork(
        key="inception-mini",
        title="Mini Inception",
        year=2014,
        idea="Filters of 1×1, 3×3 and 5×5 and a pooling look at the same picture side by side, and Concat puts their "
        "maps behind each other. The next layer decides which size was useful.",
        source=f"{SOURCE}; lecture: InceptionNet",
        published="GoogLeNet, nine such modules deep, reached 6.67 % top-5 error on ImageNet. As in the paper every "
        "convolution has its ReLU; the lecture's code leaves it out behind the first 1×1 of a branch.",
        build=build,
        data_settings=DataSettings("fashion_mnist"),
        training=TrainingSettings(epochs=5),
        family="Inception",
        counted_parameters=41_354,
        counted_multiply_adds=2_050_944,
        is_small=True,
    )
)
