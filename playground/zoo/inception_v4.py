"""Inception v4: the same idea made uniform, without skips."""

from __future__ import annotations

from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo.templates.conv_unit import Kernel, conv_unit, conv_units
from playground.zoo.templates.inception_v4 import SOURCE, module_a, module_b, module_c, reduction_a, reduction_b

REDUCTION_A = (192, 224, 256, 384)
"""k, l, m and n of table 1."""


def build() -> Graph:
    """The stem, four modules for 35×35 maps, seven for 17×17, three for 8×8, and what halves the picture between."""
    net = Sketch((3, 299, 299))
    stem(net)
    for number in range(1, 5):
        with net.block(f"a{number}", f"Inception A {number}", kind="inception_v4_a"):
            module_a(net)
    with net.block("reduction_a", "Halving A", kind="inception_v4_reduction_a"):
        reduction_a(net, REDUCTION_A)
    for number in range(1, 8):
        with net.block(f"b{number}", f"Inception B {number}", kind="inception_v4_b"):
            module_b(net)
    with net.block("reduction_b", "Halving B", kind="inception_v4_reduction_b"):
        reduction_b(net)
    for number in range(1, 4):
        with net.block(f"c{number}", f"Inception C {number}", kind="inception_v4_c"):
            module_c(net)
    head(net)
    return net.graph()


def stem(net: Sketch) -> None:
    """Figure 3: 299×299 down to 35×35 with 384 channels; three times convolution and pooling side by side."""
    with net.block("stem", "Stem"):
        conv_unit(net, "conv1", 32, 3, stride=2, padding=0)
        conv_unit(net, "conv2", 32, 3, padding=0)
        start = conv_unit(net, "conv3", 64, 3)
        pooled = net.add("max_pool2d", "pool1", start, kernel_size=3, stride=2)
        halved = conv_unit(net, "conv4", 96, 3, after=start, stride=2, padding=0)
        start = net.add("concat", "concat1", (pooled, halved))
        short = conv_unit(net, "short2", 96, 3, after=conv_unit(net, "short1", 64, after=start), padding=0)
        steps: tuple[tuple[int, Kernel], ...] = ((64, 1), (64, (1, 7)), (64, (7, 1)))
        long = conv_unit(net, "long4", 96, 3, after=conv_units(net, "long", steps, start), padding=0)
        start = net.add("concat", "concat2", (short, long))
        halved = conv_unit(net, "conv5", 192, 3, after=start, stride=2, padding=0)
        pooled = net.add("max_pool2d", "pool2", start, kernel_size=3, stride=2)
        net.add("concat", "concat3", (halved, pooled))


def head(net: Sketch) -> None:
    """Mean of each map, dropout that keeps 80 %, 1,000 classes; and the loss."""
    with net.block("head", "Head"):
        net.add("global_avg_pool2d", "gap")
        net.add("dropout", "dropout", p=0.2)
        net.add("dense", "fc", out_features=1000)
    net.add("cross_entropy", "loss", label_smoothing=0.1)


INCEPTION_V4 = register(
    ZooNetwork(
        key="inception-v4",
        title="Inception v4",
        year=2016,
        idea="One kind of module for each size of the maps, repeated four, seven and three times. It shows how far "
        "Inception gets without skips: about as far as with them.",
        source=SOURCE,
        published="20.0 % top-1 and 5.0 % top-5 error with one network and one crop; 3.8 % top-5 with 144 crops.",
        build=build,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="Inception",
        record=Record(
            top1_error=20.0,
            top5_error=5.0,
            measured_on="ImageNet validation, one network, one crop",
            definition="The paper gives no counts. Counted here: weights, two numbers per filter for each batch norm, "
            "and the last layer's biases; this agrees with the released network (42.7 M).",
        ),
        counted_parameters=42_679_816,
        counted_multiply_adds=12_253_974_624,
    )
)
