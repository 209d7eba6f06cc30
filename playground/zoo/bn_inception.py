"""BN-Inception, the second version of Inception: the network that batch normalisation was presented with."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo.templates.bn_inception import SOURCE, Widths, bn_inception, bn_reduction
from playground.zoo.templates.conv_unit import NORM_EPS, conv_unit

MODULES: dict[str, Widths | tuple[int, int, int, int]] = {
    "3a": Widths(64, 64, 64, 64, 96, 32),
    "3b": Widths(64, 64, 96, 64, 96, 64),
    "3c": (128, 160, 64, 96),
    "4a": Widths(224, 64, 96, 96, 128, 128),
    "4b": Widths(192, 96, 128, 96, 128, 128),
    "4c": Widths(160, 128, 160, 128, 160, 128),
    "4d": Widths(96, 128, 192, 160, 192, 128),
    "4e": (128, 192, 192, 256),
    "5a": Widths(352, 192, 320, 160, 224, 128),
    "5b": Widths(352, 192, 320, 192, 224, 128, is_max=True),
}
"""Figure 5 of the paper; four numbers are a module that halves the picture."""


SMALL_MODULES = {
    "3a": Widths(16, 12, 16, 8, 12, 8),
    "3b": Widths(16, 16, 24, 8, 16, 8),
    "4a": Widths(32, 24, 32, 16, 24, 16),
}
"""Of the network for 32×32 pixels."""


def build() -> Graph:
    """The stem, ten modules, two of which halve the picture, and the head."""
    net = Sketch((3, 224, 224))
    _stem(net)
    for name, widths in MODULES.items():
        is_halving = not isinstance(widths, Widths)
        kind = "inception_v2_reduction" if is_halving else "inception_v2"
        with net.block(f"inception{name}", f"Inception {name}{', halving' if is_halving else ''}", kind=kind):
            if isinstance(widths, Widths):
                bn_inception(net, widths)
            else:
                bn_reduction(net, widths)
    with net.block("head", "Head"):
        net.add("global_avg_pool2d", "gap")
        net.add("dense", "fc", out_features=1000)
    net.add("cross_entropy", "loss")
    return net.graph()


def build_small() -> Graph:
    """32×32 in colour: a short stem, three modules and one between them that halves the picture; an auxiliary head."""
    net = Sketch((3, 32, 32))
    with net.block("stem", "Stem"):
        conv_unit(net, "conv1", 24, 3)
        net.add("max_pool2d", "pool1", kernel_size=3, stride=2, ceil_mode=True)
        conv_unit(net, "conv2", 32, 3)
    for name, widths in SMALL_MODULES.items():
        with net.block(f"inception{name}", f"Inception {name}", kind="inception_v2"):
            end = bn_inception(net, widths)
        if name == "3b":
            with net.block("auxiliary", "Auxiliary classifier"):
                net.add("avg_pool2d", "pool", kernel_size=5, stride=3)
                conv_unit(net, "conv", 16)
                net.add("flatten", "flatten")
                net.add("dense", "fc", out_features=10)
                net.add("cross_entropy", "loss", weight=0.3, auxiliary=True)
            net.last = end
            with net.block("inception3c", "Inception 3c, halving", kind="inception_v2_reduction"):
                bn_reduction(net, (16, 24, 16, 24))
    with net.block("head", "Head"):
        net.add("global_avg_pool2d", "gap")
        net.add("dense", "fc", out_features=10)
    net.add("cross_entropy", "loss")
    return net.graph()


def _stem(net: Sketch) -> None:
    """224×224 down to 28×28; the first convolution is separable: eight 7×7 filters for each colour, then 1×1."""
    with net.block("stem", "Stem"):
        with net.block("conv1", "Separable 7×7 conv, 64, stride 2"):
            net.add("depthwise_conv2d", "depthwise", kernel_size=7, stride=2, padding="same", multiplier=8, bias=False)
            net.add("conv2d", "pointwise", out_channels=64, kernel_size=1, bias=False)
            net.add("batch_norm2d", "norm", eps=NORM_EPS)
            net.add("relu", "relu")
        net.add("max_pool2d", "pool1", kernel_size=3, stride=2, ceil_mode=True)
        conv_unit(net, "reduce2", 64)
        conv_unit(net, "conv2", 192, 3)
        net.add("max_pool2d", "pool2", kernel_size=3, stride=2, ceil_mode=True)


BN_INCEPTION = register(
    ZooNetwork(
        key="bn-inception",
        title="BN-Inception (v2)",
        year=2015,
        idea="GoogLeNet with batch norm after every convolution, and two 3×3 in place of each 5×5. With steps five "
        "times as large it was as accurate as the same network without batch norm after a fourteenth of the steps.",
        source=SOURCE,
        published="25.2 % top-1 and 7.8 % top-5 error with one network and one crop; six of them together, 4.82 % "
        "top-5 on the test pictures, which is better than human raters.",
        build=build,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="Inception",
        record=Record(
            parameters=11.2e6,
            multiply_adds=2.0e9,
            top1_error=25.2,
            top5_error=7.8,
            measured_on="ImageNet validation, one network, one crop (as listed by Szegedy et al. 2016)",
            definition="Counted here with the scale and shift of every batch norm, and no biases before them. The "
            "first convolution is separable, as the paper says (2,712 weights); most copies have 9,408.",
            correction="Figure 5 of the paper gives 4c and 4d an output of 576 channels and 4e of 1,024; the filters "
            "listed beside add up to 608, 608 and 1,056.",
        ),
        counted_parameters=11_278_528,
        counted_multiply_adds=1_948_605_440,
    )
)

BN_INCEPTION_SMALL = register(
    ZooNetwork(
        key="bn-inception-small",
        title="Mini BN-Inception",
        year=2015,
        idea="Four modules and an auxiliary classifier for photographs of clothing. Take the batch norms out: without "
        "them a network as deep as this hardly begins to learn.",
        source=SOURCE,
        published="The modules of BN-Inception with fewer filters, and one of GoogLeNet's auxiliary classifiers; "
        "nothing was published for this size.",
        build=build_small,
        data_settings=DataSettings("clothing"),
        training=TrainingSettings(batch_size=32, epochs=10),
        family="Inception",
        counted_parameters=67_524,
        counted_multiply_adds=9_805_328,
        is_small=True,
    )
)
