"""AlexNet: as one tower, split over two groups as in 2012, and the narrower one that most libraries ship."""

from __future__ import annotations

from functools import partial
from typing import Any

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register

SOURCE = "Krizhevsky, Sutskever and Hinton 2012, ImageNet classification with deep convolutional neural networks"
LRN: dict[str, Any] = {"size": 5, "alpha": 5e-4, "beta": 0.75, "k": 2.0}
"""The paper's n = 5, α = 10⁻⁴, β = 0.75, k = 2; its α weighs each channel, the layer's all five together."""


def build(groups: int = 1, has_response_norm: bool = True) -> Graph:
    """Five convolutions and three dense layers on 227×227 pixels, with overlapping pools and dropout."""
    net = Sketch((3, 227, 227))
    _conv(net, 1, 96, 11, stride=4)
    _norm_and_pool(net, 1, has_response_norm)
    _conv(net, 2, 256, 5, padding=2, groups=groups)
    _norm_and_pool(net, 2, has_response_norm)
    _conv(net, 3, 384, 3, padding=1)
    _conv(net, 4, 384, 3, padding=1, groups=groups)
    _conv(net, 5, 256, 3, padding=1, groups=groups)
    net.add("max_pool2d", "pool5", kernel_size=3, stride=2)
    classifier(net, 4096)
    return net.graph()


def build_2014() -> Graph:
    """The same idea with fewer filters, 64 and 192 in the first two layers, on 224×224 pixels."""
    net = Sketch((3, 224, 224))
    _conv(net, 1, 64, 11, stride=4, padding=2)
    net.add("max_pool2d", "pool1", kernel_size=3, stride=2)
    _conv(net, 2, 192, 5, padding=2)
    net.add("max_pool2d", "pool2", kernel_size=3, stride=2)
    _conv(net, 3, 384, 3, padding=1)
    _conv(net, 4, 256, 3, padding=1)
    _conv(net, 5, 256, 3, padding=1)
    net.add("max_pool2d", "pool5", kernel_size=3, stride=2)
    classifier(net, 4096, drops_first=True)
    return net.graph()


def mini() -> Graph:
    """The same order of layers for pictures of 28×28: smaller filters, fewer maps, two small dense layers."""
    net = Sketch((1, 28, 28))
    _conv(net, 1, 24, 5, padding=2)
    _norm_and_pool(net, 1, has_response_norm=True)
    _conv(net, 2, 48, 5, padding=2)
    _norm_and_pool(net, 2, has_response_norm=True)
    _conv(net, 3, 64, 3, padding=1)
    _conv(net, 4, 64, 3, padding=1)
    _conv(net, 5, 48, 3, padding=1)
    net.add("max_pool2d", "pool5", kernel_size=3, stride=2)
    classifier(net, 128, classes=10)
    return net.graph()


def _conv(
    net: Sketch, number: int, filters: int, kernel: int, stride: int = 1, padding: int = 0, groups: int = 1
) -> None:
    net.add(
        *("conv2d", f"conv{number}"),
        out_channels=filters,
        kernel_size=kernel,
        stride=stride,
        padding=padding,
        groups=groups,
    )
    net.add("relu", f"relu{number}")


def _norm_and_pool(net: Sketch, number: int, has_response_norm: bool) -> None:
    if has_response_norm:
        net.add("local_response_norm", f"norm{number}", **LRN)
    net.add("max_pool2d", f"pool{number}", kernel_size=3, stride=2)


def classifier(net: Sketch, units: int, classes: int = 1000, drops_first: bool = False) -> None:
    """Two dense layers with dropout and one for the classes; `drops_first` has each dropout before its layer."""
    net.add("flatten", "flatten")
    for number in (6, 7):
        if drops_first:
            net.add("dropout", f"dropout{number}", p=0.5)
        net.add("dense", f"fc{number}", out_features=units)
        net.add("relu", f"relu{number}")
        if not drops_first:
            net.add("dropout", f"dropout{number}", p=0.5)
    net.add("dense", "fc8", out_features=classes)
    net.add("cross_entropy", "loss")


_SIZE = "The paper says 224 × 224; its first layer only comes out at 55 × 55, as it says too, with 227 × 227."

ALEXNET = register(
    ZooNetwork(
        key="alexnet",
        title="AlexNet",
        year=2012,
        idea="Five convolutions and three dense layers, with ReLU and dropout, trained on 1.2 million photographs: it "
        "won ILSVRC 2012 by such a margin that everyone changed over to networks. Here as one tower, which it would "
        "have been on a larger graphics card.",
        source=SOURCE,
        published="15.3 % top-5 error in ILSVRC 2012 (seven networks); one network 18.2 %. Undivided as here, it has "
        "2 % more parameters than the one in the paper.",
        build=build,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="AlexNet",
        record=Record(
            parameters=60e6,
            multiply_adds=None,
            top1_error=40.7,
            top5_error=18.2,
            measured_on="ImageNet validation, the divided network, mean of ten crops",
            definition="60 million are those of the divided network (60,965,224). " + _SIZE,
            correction="One lecture says that it was trained on 15 million images: ImageNet has so many, the challenge "
            "and this network 1.2 million.",
        ),
        counted_parameters=62_378_344,
        counted_multiply_adds=1_135_256_096,
    )
)

ALEXNET_2012 = register(
    ZooNetwork(
        key="alexnet-2012",
        title="AlexNet in two groups",
        year=2012,
        idea="As in the paper: the second, fourth and fifth convolution are divided over two graphics cards of 3 GB, "
        "and each half sees only the maps of its own card. Compare its parameters with those of the one tower.",
        source=SOURCE,
        published="15.3 % top-5 error in ILSVRC 2012 (seven networks); one network 18.2 %. Two groups in one layer "
        "compute what the two cards did.",
        build=partial(build, 2),
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="AlexNet",
        record=Record(
            parameters=60e6,
            multiply_adds=None,
            top1_error=40.7,
            top5_error=18.2,
            measured_on="ImageNet validation, mean of ten crops",
            definition=_SIZE,
        ),
        counted_parameters=60_965_224,
        counted_multiply_adds=724_406_816,
    )
)

ALEXNET_2014 = register(
    ZooNetwork(
        key="alexnet-2014",
        title="AlexNet, narrower",
        year=2014,
        idea="The AlexNet of most libraries and of the lecture's code: undivided, without response normalisation, and "
        "with fewer filters. Dropout stands before the dense layers instead of behind them.",
        source="Krizhevsky 2014, One weird trick for parallelizing convolutional neural networks; lecture: class "
        "AlexNet",
        published="PyTorch's weights for it have 43.48 % top-1 and 20.93 % top-5 error. The lecture's adaptive average "
        "pool changes nothing at this input size.",
        build=build_2014,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="AlexNet",
        record=Record(
            parameters=61.1e6,
            multiply_adds=0.714e9,
            top1_error=43.48,
            top5_error=20.93,
            measured_on="ImageNet validation, single crop, PyTorch's weights",
            correction="A lecture prints this code as the network of 2012. That one has 96 and 256 filters in its "
            "first layers, and response normalisation: 60,965,224 parameters, not 61,100,840. Nor was AlexNet the "
            "first with max pooling, as the lecture says: Riesenhuber and Poggio had it in 1999.",
        ),
        counted_parameters=61_100_840,
        counted_multiply_adds=714_188_480,
    )
)

ALEXNET_MINI = register(
    ZooNetwork(
        key="alexnet-mini",
        title="Mini AlexNet",
        year=2012,
        idea="AlexNet's order of layers for small pictures of clothing: five convolutions, overlapping pools, "
        "response normalisation, dropout. Take the dropout out and see training and validation part.",
        source=SOURCE,
        published="The paper's network for CIFAR-10, without a hidden dense layer, had 13 % errors; 11 % with response "
        "normalisation.",
        build=mini,
        data_settings=DataSettings("fashion_mnist"),
        training=TrainingSettings(epochs=5),
        family="AlexNet",
        counted_parameters=164_314,
        counted_multiply_adds=8_697_600,
        is_small=True,
    )
)
