"""Inception v3: filters taken apart, 299×299 pixels, label smoothing."""

from __future__ import annotations

from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo.templates.conv_unit import conv_unit
from playground.zoo.templates.inception_v3 import SOURCE, module_a, module_b, module_c, reduction_a, reduction_b

SMOOTHING = 0.1
AUXILIARY_WEIGHT = 0.4
WIDTHS_B = {"6b": 128, "6c": 160, "6d": 160, "6e": 192}
"""The filters inside the modules for 17×17 maps."""
POOLS_A = {"5b": 32, "5c": 64, "5d": 64}
"""The filters behind the pooling of the modules for 35×35 maps."""


def build() -> Graph:
    """Three modules for 35×35 maps, four for 17×17, two for 8×8, and what halves the picture between them."""
    net = Sketch((3, 299, 299))
    stem(net)
    for name, pool in POOLS_A.items():
        with net.block(f"mixed{name}", f"Inception A, {name}", kind="inception_v3_a"):
            module_a(net, pool)
    with net.block("mixed6a", "Halving A, 6a", kind="inception_v3_reduction_a"):
        reduction_a(net)
    for name, width in WIDTHS_B.items():
        with net.block(f"mixed{name}", f"Inception B, {name}", kind="inception_v3_b"):
            module_b(net, width)
    end = net.last
    _auxiliary(net)
    net.last = end
    with net.block("mixed7a", "Halving B, 7a", kind="inception_v3_reduction_b"):
        reduction_b(net)
    for name in ("7b", "7c"):
        with net.block(f"mixed{name}", f"Inception C, {name}", kind="inception_v3_c"):
            module_c(net)
    with net.block("head", "Head"):
        net.add("global_avg_pool2d", "gap")
        net.add("dropout", "dropout", p=0.2)
        net.add("dense", "fc", out_features=1000)
    net.add("cross_entropy", "loss", label_smoothing=SMOOTHING)
    return net.graph()


def stem(net: Sketch) -> None:
    """299×299 down to 35×35; two networks of the next paper begin in the same way."""
    with net.block("stem", "Stem"):
        conv_unit(net, "conv1", 32, 3, stride=2, padding=0)
        conv_unit(net, "conv2", 32, 3, padding=0)
        conv_unit(net, "conv3", 64, 3)
        net.add("max_pool2d", "pool1", kernel_size=3, stride=2)
        conv_unit(net, "conv4", 80)
        conv_unit(net, "conv5", 192, 3, padding=0)
        net.add("max_pool2d", "pool2", kernel_size=3, stride=2)


def _auxiliary(net: Sketch) -> None:
    """A classifier on the last 17×17 maps, which helps only while training."""
    with net.block("auxiliary", "Auxiliary classifier"):
        net.add("avg_pool2d", "pool", kernel_size=5, stride=3)
        conv_unit(net, "conv1", 128)
        conv_unit(net, "conv2", 768, 5, padding=0)
        net.add("flatten", "flatten")
        net.add("dense", "fc", out_features=1000)
        net.add("cross_entropy", "loss", label_smoothing=SMOOTHING, weight=AUXILIARY_WEIGHT, auxiliary=True)


INCEPTION_V3 = register(
    ZooNetwork(
        key="inception-v3",
        title="Inception v3",
        year=2015,
        idea="Every large filter is taken apart: 5×5 into two 3×3, 7×7 into a flat 1×7 and a tall 7×1. The network "
        "grows deeper and wider while the cost stays within reason.",
        source=SOURCE,
        published="21.2 % top-1 and 5.6 % top-5 error with one network and one crop; four of them with 144 crops "
        "reached 3.58 % top-5.",
        build=build,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="Inception",
        record=Record(
            parameters=25e6,
            multiply_adds=5e9,
            top1_error=21.2,
            top5_error=5.6,
            measured_on="ImageNet validation, one network, one crop",
            definition="Counted here with the auxiliary classifier (3,326,696 parameters), which is only there while "
            "training: without it the network has 23,834,568, the paper's “less than 25 million”. Batch norms count "
            "two numbers per filter. As in the authors' release the second branch of the 35×35 modules keeps a 5×5.",
            correction="Lectures list both 23 M and 27 M: 27.2 M is with the auxiliary classifier, 23.8 M without.",
        ),
        counted_parameters=27_161_264,
        counted_multiply_adds=5_718_899_296,
    )
)
