"""GoogLeNet, the Inception network that won ILSVRC 2014."""

from __future__ import annotations

from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo.templates.inception import SOURCE, Widths, conv_relu, inception

MODULES: dict[str, Widths] = {
    "3a": Widths(64, 96, 128, 16, 32, 32),
    "3b": Widths(128, 128, 192, 32, 96, 64),
    "4a": Widths(192, 96, 208, 16, 48, 64),
    "4b": Widths(160, 112, 224, 24, 64, 64),
    "4c": Widths(128, 128, 256, 24, 64, 64),
    "4d": Widths(112, 144, 288, 32, 64, 64),
    "4e": Widths(256, 160, 320, 32, 128, 128),
    "5a": Widths(256, 160, 320, 32, 128, 128),
    "5b": Widths(384, 192, 384, 48, 128, 128),
}
"""Table 1 of the paper."""

POOLED_BEFORE = ("4a", "5a")
AUXILIARY_AFTER = {"4a": "1", "4d": "2"}
AUXILIARY_WEIGHT = 0.3


def build() -> Graph:
    """The stem, nine modules, the head, and two auxiliary classifiers that help only while training."""
    net = Sketch((3, 224, 224))
    _stem(net)
    for name, widths in MODULES.items():
        if name in POOLED_BEFORE:
            net.add("max_pool2d", f"pool{int(name[0]) - 1}", kernel_size=3, stride=2, ceil_mode=True)
        with net.block(f"inception{name}", f"Inception {name}", kind="inception_v1"):
            end = inception(net, widths)
        if name in AUXILIARY_AFTER:
            _auxiliary(net, AUXILIARY_AFTER[name])
            net.last = end
    with net.block("head", "Head"):
        net.add("global_avg_pool2d", "gap")
        net.add("dropout", "dropout", p=0.4)
        net.add("dense", "fc", out_features=1000)
    net.add("cross_entropy", "loss")
    return net.graph()


def _stem(net: Sketch) -> None:
    """224×224 down to 28×28, with normalisation over neighbouring maps after the first pool and before the second."""
    with net.block("stem", "Stem"):
        net.add("conv2d", "conv1", out_channels=64, kernel_size=7, stride=2, padding=3)
        net.add("relu", "conv1_relu")
        net.add("max_pool2d", "pool1", kernel_size=3, stride=2, ceil_mode=True)
        net.add("local_response_norm", "norm1", size=5, alpha=1e-4, beta=0.75, k=1.0)
        conv_relu(net, "reduce2", 64)
        conv_relu(net, "conv2", 192, 3)
        net.add("local_response_norm", "norm2", size=5, alpha=1e-4, beta=0.75, k=1.0)
        net.add("max_pool2d", "pool2", kernel_size=3, stride=2, ceil_mode=True)


def _auxiliary(net: Sketch, number: str) -> None:
    """A small classifier on maps half-way, whose loss counts 0.3 while training; afterwards it is thrown away."""
    with net.block(f"auxiliary{number}", f"Auxiliary classifier {number}"):
        net.add("avg_pool2d", "pool", kernel_size=5, stride=3)
        conv_relu(net, "conv", 128)
        net.add("flatten", "flatten")
        net.add("dense", "fc1", out_features=1024)
        net.add("relu", "fc1_relu")
        net.add("dropout", "dropout", p=0.7)
        net.add("dense", "fc2", out_features=1000)
        net.add("cross_entropy", "loss", weight=AUXILIARY_WEIGHT, auxiliary=True)


GOOGLENET = register(
    ZooNetwork(
        key="googlenet",
        title="GoogLeNet",
        year=2014,
        idea="Nine modules in which filters of 1×1, 3×3 and 5×5 look at the same maps, and 1×1 convolutions that keep "
        "it affordable: 22 layers deep with a tenth of AlexNet's parameters. Two auxiliary classifiers send gradients "
        "into its middle while it trains.",
        source=SOURCE,
        published="Winner of ILSVRC 2014: seven of these networks and 144 crops of each picture gave 6.67 % top-5 "
        "error; one network and one crop 10.07 %.",
        build=build,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="Inception",
        record=Record(
            parameters=6.8e6,
            multiply_adds=1.502e9,
            top1_error=30.2,
            top5_error=10.07,
            measured_on="ImageNet validation, one network, one crop; top-1 as given by Howard et al. 2017",
            definition="Counted here with biases and with both auxiliary classifiers (6,379,728 parameters), which "
            "are only there while training: without them it is 6,998,552, and 1.58 billion multiply-adds. Table 1 of "
            "the paper counts neither these nor biases, and its K is mostly 1,024. Its first row (2.7 K, 34 M) is that "
            "of a separable 7×7 convolution; figure 3, and this network, have an ordinary one (9.4 K, 118 M).",
            correction="Lectures give 4 M, 5 M, 6.8 M and 7 M parameters. It is 7.0 M (6,998,552); 6.8 M is the sum of "
            "table 1, and 5 M only the paper's “12 × fewer than AlexNet” divided out. One lecture says that the 1×1 "
            "convolution before the 3×3 (442,368 → 126,976 weights) came with the second version: it is in this one. "
            "Another gives its 22 layers as 19.",
        ),
        counted_parameters=13_378_280,
        counted_multiply_adds=1_591_044_096,
    )
)
