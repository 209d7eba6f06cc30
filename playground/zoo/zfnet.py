"""ZFNet, and the deconvolutional network with which its authors looked into it."""

from __future__ import annotations

from typing import Any

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo.alexnet import classifier

SOURCE = "Zeiler and Fergus 2013, Visualizing and understanding convolutional networks"


def build() -> Graph:
    """AlexNet with finer first layers: 7×7 filters two pixels apart, then 5×5 two apart."""
    net = Sketch((3, 224, 224))
    net.add("conv2d", "conv1", out_channels=96, kernel_size=7, stride=2, padding=1)
    net.add("relu", "relu1")
    net.add("max_pool2d", "pool1", kernel_size=3, stride=2, ceil_mode=True)
    net.add("local_response_norm", "norm1", size=5, alpha=5e-4, beta=0.75, k=2.0)
    net.add("conv2d", "conv2", out_channels=256, kernel_size=5, stride=2)
    net.add("relu", "relu2")
    net.add("max_pool2d", "pool2", kernel_size=3, stride=2, ceil_mode=True)
    net.add("local_response_norm", "norm2", size=5, alpha=5e-4, beta=0.75, k=2.0)
    for number, filters in ((3, 384), (4, 384), (5, 256)):
        net.add("conv2d", f"conv{number}", out_channels=filters, kernel_size=3, padding=1)
        net.add("relu", f"relu{number}")
    net.add("max_pool2d", "pool5", kernel_size=3, stride=2)
    classifier(net, 4096)
    return net.graph()


def deconvnet() -> Graph:
    """Two layers of ZFNet, and the way back: unpooling to where each maximum was, ReLU, transposed convolution."""
    return _there_and_back((3, 224, 224), (96, 256), ((7, 2, 1), (5, 2, 0)), (3, 2, 1), (1, 0))


def deconvnet_mini() -> Graph:
    """The same for digits: two convolutions, two pools, and back."""
    return _there_and_back((1, 28, 28), (8, 16), ((3, 1, 1), (3, 1, 1)), (2, 2, 0), (0, 0))


def _there_and_back(
    shape: tuple[int, int, int],
    filters: tuple[int, int],
    windows: tuple[tuple[int, int, int], tuple[int, int, int]],
    pool: tuple[int, int, int],
    surplus: tuple[int, int],
) -> Graph:
    """Convolution, ReLU, pooling, twice; then unpooling, ReLU, transposed convolution, twice; compared with the input.

    `windows` and `pool` are kernel, stride and padding; `surplus` the output padding that restores the size.
    """
    net = Sketch(shape)
    pooling: dict[str, Any] = dict(zip(("kernel_size", "stride", "padding"), pool, strict=True))
    pooled: list[str] = []
    for number, (count, (kernel, stride, padding)) in enumerate(zip(filters, windows, strict=True), start=1):
        net.add("conv2d", f"conv{number}", out_channels=count, kernel_size=kernel, stride=stride, padding=padding)
        pooled.append(net.add("relu", f"relu{number}"))
        net.add("max_pool2d", f"pool{number}", **pooling)
    channels = (shape[0], filters[0])
    for number in (2, 1):
        kernel, stride, padding = windows[number - 1]
        net.add("max_unpool2d", f"unpool{number}", (net.last, pooled[number - 1]), **pooling)
        net.add("relu", f"rectify{number}")
        net.add(
            *("conv_transpose2d", f"deconv{number}"),
            out_channels=channels[number - 1],
            kernel_size=kernel,
            stride=stride,
            padding=padding,
            output_padding=surplus[number - 1],
            bias=False,
        )
    net.add("squared_error", "loss", (net.last, "input"), reduction="mean")
    return net.graph()


ZFNET = register(
    ZooNetwork(
        key="zfnet",
        title="ZFNet",
        year=2013,
        idea="AlexNet after its authors had looked into it: pictures of what its filters see showed dead ones and "
        "coarse patterns, so the first filters became smaller and moved in shorter steps.",
        source=SOURCE,
        published="One network had 38.4 % top-1 and 16.5 % top-5 error on ImageNet; six together 14.8 % top-5.",
        build=build,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="AlexNet",
        record=Record(
            parameters=None,
            multiply_adds=None,
            top1_error=38.4,
            top5_error=16.5,
            measured_on="ImageNet validation, mean of ten crops",
            correction="A lecture calls it the winner of ILSVRC 2013. The winner was Clarifai (11.7 % top-5), the "
            "company of one of its authors, with larger networks; this one came third (13.5 %, several together).",
        ),
        counted_parameters=62_357_608,
        counted_multiply_adds=1_168_032_896,
    )
)

_BACK = (
    "In the paper the way back uses the filters of the way there, turned round, and nothing is learnt; here it has "
    "filters of its own and learns to restore the picture."
)

DECONVNET = register(
    ZooNetwork(
        key="deconvnet",
        title="Deconvnet",
        year=2013,
        idea="ZFNet's first two layers and the way back to pixels: unpooling puts each value where its maximum was, "
        "ReLU keeps the positive, transposed convolution spreads it out. So one sees which part of a picture a map "
        "responds to.",
        source=SOURCE,
        published=_BACK,
        build=deconvnet,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="Generators",
        counted_parameters=1_257_376,
        counted_multiply_adds=1_172_179_200,
    )
)

DECONVNET_MINI = register(
    ZooNetwork(
        key="deconvnet-mini",
        title="Mini deconvnet",
        year=2013,
        idea="Two convolutions with pooling and the way back, on digits. Watch in Step how unpooling sets every value "
        "back to the place where the pool had found it.",
        source=SOURCE,
        published=_BACK,
        build=deconvnet_mini,
        data_settings=DataSettings("mnist"),
        training=TrainingSettings(epochs=3),
        family="Generators",
        counted_parameters=2472,
        counted_multiply_adds=564_480,
        is_small=True,
    )
)
