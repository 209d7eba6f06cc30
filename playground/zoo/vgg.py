"""The VGG networks: nothing but 3×3 convolutions and pools, deeper and deeper."""

from __future__ import annotations

from functools import partial

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo.alexnet import classifier
from playground.zoo.templates.convolution import vgg_stage

SOURCE = "Simonyan and Zisserman 2014, Very deep convolutional networks for large-scale image recognition"

COUNTS = {"a": (1, 1, 2, 2, 2), "b": (2, 2, 2, 2, 2), "d": (2, 2, 3, 3, 3), "e": (2, 2, 4, 4, 4)}
"""Convolutions in the five stages: table 1 of the paper. C has D's, the last ones of its third to fifth stage 1×1."""
FILTERS = (64, 128, 256, 512, 512)


def build(counts: tuple[int, ...], has_1x1: bool = False, has_response_norm: bool = False) -> Graph:
    """Five stages, each ending in a pool, and three dense layers, the first two with dropout."""
    net = Sketch((3, 224, 224))
    for number, (filters, count) in enumerate(zip(FILTERS, counts, strict=True), start=1):
        name = f"Stage {number} · {count} × {filters}"
        last_kernel = 1 if has_1x1 and number > 2 else 3
        with net.block(f"stage{number}", name, kind="vgg_stage"):
            vgg_stage(net, filters, count, last_kernel, has_response_norm and number == 1)
    classifier(net, 4096)
    return net.graph()


def mini() -> Graph:
    """Two stages of two convolutions each, for pictures of 28×28."""
    net = Sketch((1, 28, 28))
    for number, filters in ((1, 16), (2, 32)):
        with net.block(f"stage{number}", f"Stage {number} · 2 × {filters}", kind="vgg_stage"):
            vgg_stage(net, filters)
    net.add("flatten", "flatten")
    net.add("dense", "fc1", out_features=64)
    net.add("relu", "relu1")
    net.add("dropout", "dropout1", p=0.5)
    net.add("dense", "fc2", out_features=10)
    net.add("cross_entropy", "loss")
    return net.graph()


def _register(
    letter: str,
    title: str,
    idea: str,
    graph: partial[Graph],
    record: Record,
    counted: tuple[int, int],
) -> ZooNetwork:
    return register(
        ZooNetwork(
            key=f"vgg-{letter}",
            title=title,
            year=2014,
            idea=idea,
            source=SOURCE,
            published=f"{record.top1_error} % top-1 and {record.top5_error} % top-5 error on ImageNet at one scale. "
            "VGG came second in ILSVRC 2014 with 7.32 % top-5 (seven networks).",
            build=graph,
            data_settings=IMAGENET,
            training=IMAGENET_TRAINING,
            family="VGG",
            record=record,
            counted_parameters=counted[0],
            counted_multiply_adds=counted[1],
        )
    )


_ONE_SCALE = "ImageNet validation, one scale (table 3 of the paper)"

VGG_A = _register(
    "a",
    "VGG-11 (A)",
    "Eight 3×3 convolutions and three dense layers: the shallowest of the family, trained first. Its weights were the "
    "starting point for the deeper ones, which would not learn from random numbers drawn as was usual then.",
    partial(build, COUNTS["a"]),
    Record(133e6, None, 29.6, 10.4, _ONE_SCALE),
    (132_863_336, 7_609_090_048),
)

VGG_A_LRN = _register(
    "a-lrn",
    "VGG-11 with LRN",
    "VGG-11 with AlexNet's local response normalisation behind its first convolution. It did not help, and the deeper "
    "ones go without.",
    partial(build, COUNTS["a"], has_response_norm=True),
    Record(133e6, None, 29.7, 10.5, _ONE_SCALE),
    (132_863_336, 7_609_090_048),
)

VGG_B = _register(
    "b",
    "VGG-13 (B)",
    "Two 3×3 convolutions before every pool. A network with one of 5×5 in their place, which sees as much, was 7 % "
    "worse.",
    partial(build, COUNTS["b"]),
    Record(133e6, None, 28.7, 9.9, _ONE_SCALE),
    (133_047_848, 11_308_466_176),
)

VGG_C = _register(
    "c",
    "VGG-16 with 1×1 (C)",
    "VGG-13 with a 1×1 convolution more in the last three stages: one more ReLU, but no wider view. It does better "
    "than B and worse than D, so both count.",
    partial(build, COUNTS["d"], has_1x1=True),
    Record(134e6, None, 27.3, 8.8, _ONE_SCALE),
    (133_638_952, 11_770_888_192),
)

VGG_D = _register(
    "d",
    "VGG-16",
    "Thirteen 3×3 convolutions in five stages, and three dense layers that hold nine tenths of its weights. Three 3×3 "
    "convolutions see 7×7 pixels with 27 C² weights in place of 49 C².",
    partial(build, COUNTS["d"]),
    Record(
        138e6,
        15.3e9,
        25.6,
        8.1,
        _ONE_SCALE,
        "15.3 billion multiply-adds as given by Howard et al. 2017; counted here with the dense layers.",
        "A lecture says that VGG has 3×3 filters strictly throughout: configuration C has 1×1 ones.",
    ),
    (138_357_544, 15_470_264_320),
)

VGG_E = _register(
    "e",
    "VGG-19",
    "Sixteen 3×3 convolutions: the deepest of the family. Beyond it plain stacks of layers got no better, until "
    "residual networks.",
    partial(build, COUNTS["e"]),
    Record(144e6, None, 25.5, 8.0, _ONE_SCALE),
    (143_667_240, 19_632_062_464),
)

VGG_MINI = register(
    ZooNetwork(
        key="vgg-mini",
        title="Mini VGG",
        year=2014,
        idea="Two VGG stages of 3×3 convolutions and a small classifier: the same idea for pictures of clothing, in a "
        "few minutes.",
        source=SOURCE,
        published="The benchmark list of Fashion-MNIST has 93.5 % for VGG-16 with 26 million parameters.",
        build=mini,
        data_settings=DataSettings("fashion_mnist"),
        training=TrainingSettings(epochs=5),
        family="VGG",
        counted_parameters=117_434,
        counted_multiply_adds=4_729_728,
        is_small=True,
    )
)
