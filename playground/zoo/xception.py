"""Xception: Inception taken to its extreme."""

from __future__ import annotations

from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo.templates.conv_unit import NORM_EPS, conv_unit
from playground.zoo.templates.separable import SOURCE, separable, xception_module

MIDDLE = 728


def build() -> Graph:
    """Entry flow, middle flow of eight equal modules, exit flow: 36 convolutions."""
    net = Sketch((3, 299, 299))
    with net.block("entry", "Entry flow"):
        conv_unit(net, "conv1", 32, 3, stride=2, padding=0)
        conv_unit(net, "conv2", 64, 3, padding=0)
        with net.block("module1", "Module 1"):
            _halving(net, 128, 128, starts_with_relu=False)
        with net.block("module2", "Module 2"):
            _halving(net, 256, 256)
        with net.block("module3", "Module 3"):
            _halving(net, MIDDLE, MIDDLE)
    with net.block("middle", "Middle flow: 8 modules"):
        for number in range(4, 12):
            with net.block(f"module{number}", f"Module {number}", kind="xception"):
                xception_module(net, MIDDLE)
    with net.block("exit", "Exit flow"):
        with net.block("module12", "Module 12"):
            _halving(net, MIDDLE, 1024)
        for number, filters in ((1, 1536), (2, 2048)):
            separable(net, f"separable{number}", filters)
            net.add("relu", f"relu{number}")
    with net.block("head", "Head"):
        net.add("global_avg_pool2d", "gap")
        net.add("dropout", "dropout", p=0.5)
        net.add("dense", "fc", out_features=1000)
    net.add("cross_entropy", "loss")
    return net.graph()


def _halving(net: Sketch, first: int, second: int, starts_with_relu: bool = True) -> None:
    """Two separable convolutions and a pooling that halves the picture, added to a 1×1 convolution of stride 2."""
    start = net.last
    if starts_with_relu:
        net.add("relu", "relu1")
    separable(net, "separable1", first)
    net.add("relu", "relu2")
    separable(net, "separable2", second)
    # 74 pixels halve to 37 only if the odd row is put below; the other sizes are odd, and are padded on all sides.
    is_even = first == 256
    pooled = net.add("max_pool2d", "pool", kernel_size=3, stride=2, padding=0 if is_even else 1, ceil_mode=is_even)
    with net.block("skip", f"1×1 conv, {second}, stride 2"):
        net.add("conv2d", "conv", start, out_channels=second, kernel_size=1, stride=2, bias=False)
        skip = net.add("batch_norm2d", "norm", eps=NORM_EPS)
    net.add("add", "add", (pooled, skip))


XCEPTION = register(
    ZooNetwork(
        key="xception",
        title="Xception",
        year=2016,
        idea="Every channel gets a 3×3 filter of its own, and 1×1 convolutions mix the channels: an Inception module "
        "with as many branches as channels. With as many parameters as Inception v3 it was more accurate.",
        source=SOURCE,
        published="79.0 % top-1 and 94.5 % top-5 accuracy, where Inception v3 had 78.2 and 94.1.",
        build=build,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="Inception",
        record=Record(
            parameters=22_855_952,
            top1_error=21.0,
            top5_error=5.5,
            measured_on="ImageNet validation, one network, one crop",
            definition="Weights, two numbers per filter for each batch norm, and the last layer's biases.",
        ),
        counted_parameters=22_855_952,
        counted_multiply_adds=8_357_403_496,
    )
)
