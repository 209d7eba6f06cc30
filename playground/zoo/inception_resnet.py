"""Inception-ResNet: Inception modules that compute what is added to their input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from playground.graph.model import Graph
from playground.zoo import inception_v3, inception_v4
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo.templates import inception_resnet as modules
from playground.zoo.templates.conv_unit import Kernel, average_unit, conv_unit, conv_units
from playground.zoo.templates.inception_resnet import Kind, inception_resnet, reduction_b
from playground.zoo.templates.inception_v4 import SOURCE, reduction_a


def build_v1() -> Graph:
    """Version 1 as in the paper: as dear as Inception v3."""
    net = Sketch((3, 299, 299))
    with net.block("stem", "Stem"):
        conv_unit(net, "conv1", 32, 3, stride=2, padding=0)
        conv_unit(net, "conv2", 32, 3, padding=0)
        conv_unit(net, "conv3", 64, 3)
        net.add("max_pool2d", "pool", kernel_size=3, stride=2)
        conv_unit(net, "conv4", 80)
        conv_unit(net, "conv5", 192, 3, padding=0)
        conv_unit(net, "conv6", 256, 3, stride=2, padding=0)
    _stage(net, "a", 5, modules.A1, 256)
    with net.block("reduction_a", "Halving A", kind="inception_v4_reduction_a"):
        reduction_a(net, (192, 192, 256, 384))
    _stage(net, "b", 10, modules.B1, 896)
    with net.block("reduction_b", "Halving B", kind="inception_resnet_reduction_b"):
        reduction_b(net, modules.REDUCTION_B1)
    _stage(net, "c", 5, modules.C1, 1792)
    inception_v4.head(net)
    return net.graph()


def build_v2_as_drawn() -> Graph:
    """Version 2 as drawn in the paper: the stem of Inception v4, and 5, 10 and 5 modules."""
    net = Sketch((3, 299, 299))
    inception_v4.stem(net)
    _stage(net, "a", 5, modules.A2, 384)
    with net.block("reduction_a", "Halving A", kind="inception_v4_reduction_a"):
        reduction_a(net, (256, 256, 384, 384))
    _stage(net, "b", 10, modules.B2, 1152)
    with net.block("reduction_b", "Halving B", kind="inception_resnet_reduction_b"):
        reduction_b(net, modules.REDUCTION_B2)
    _stage(net, "c", 5, modules.C2, 2144)
    inception_v4.head(net)
    return net.graph()


def build_v2() -> Graph:
    """Version 2 as the authors released it: the stem of Inception v3, and 10, 20 and 10 modules."""
    net = Sketch((3, 299, 299))
    inception_v3.stem(net)
    with net.block("mixed5b", "Inception 5b"):
        _mixed_5b(net)
    _stage(net, "a", 10, modules.A2, 320)
    with net.block("reduction_a", "Halving A", kind="inception_v4_reduction_a"):
        reduction_a(net, (256, 256, 384, 384))
    _stage(net, "b", 20, modules.B2, 1088)
    with net.block("reduction_b", "Halving B", kind="inception_resnet_reduction_b"):
        reduction_b(net, modules.REDUCTION_B2)
    _stage(net, "c", 9, modules.C2, 2080, has_last=True)
    conv_unit(net, "conv7b", 1536)
    inception_v4.head(net)
    return net.graph()


def _stage(net: Sketch, letter: str, count: int, kind: Kind, channels: int, has_last: bool = False) -> None:
    """So many equal modules as one block; `has_last` adds another with factor 1 and without ReLU."""
    total = count + has_last
    with net.block(f"stage_{letter}", f"{total} × Inception-ResNet {letter.upper()}"):
        for number in range(1, total + 1):
            is_last = number > count
            with net.block(f"{number}", f"Module {letter.upper()} {number}", kind=f"inception_resnet_{letter}"):
                inception_resnet(net, replace(kind, scale=1.0) if is_last else kind, channels, has_relu=not is_last)


def _mixed_5b(net: Sketch) -> None:
    """192 channels become 320."""
    start = net.last
    ends = [conv_unit(net, "one", 96, after=start)]
    five: tuple[tuple[int, Kernel], ...] = ((48, 1), (64, 5))
    ends.append(conv_units(net, "five", five, start))
    ends.append(conv_units(net, "double", ((64, 1), (96, 3), (96, 3)), start))
    ends.append(average_unit(net, "project", 64, start))
    net.add("concat", "concat", ends)


_MEASURED = "ImageNet validation, one network, one crop"
_COUNTS = (
    "The paper gives no counts. Counted here: weights, two numbers per filter for each batch norm, the biases of the "
    "1×1 convolutions before each sum and of the last layer. "
)


def _network(
    key: str, title: str, build: Callable[[], Graph], idea: str, published: str, record: Record, counts: tuple[int, int]
) -> ZooNetwork:
    return register(
        ZooNetwork(
            key=key,
            title=title,
            year=2016,
            idea=idea,
            source=SOURCE,
            published=published,
            build=build,
            data_settings=IMAGENET,
            training=IMAGENET_TRAINING,
            family="Inception",
            record=record,
            counted_parameters=counts[0],
            counted_multiply_adds=counts[1],
        )
    )


INCEPTION_RESNET_V1 = _network(
    "inception-resnet-v1",
    "Inception-ResNet v1",
    build_v1,
    "Inception modules with skips: each works out a change, scaled down, that is added to what came in. At the cost of "
    "Inception v3 it learned much faster and ended as accurate.",
    "21.3 % top-1 and 5.5 % top-5 error with one network and one crop.",
    Record(top1_error=21.3, top5_error=5.5, measured_on=_MEASURED, definition=_COUNTS.strip()),
    (22_756_328, 6_206_361_696),
)

INCEPTION_RESNET_V2 = _network(
    "inception-resnet-v2",
    "Inception-ResNet v2",
    build_v2,
    "The wide version, at the cost of Inception v4. Modules this wide died early in training until what they add was "
    "scaled by 0.1 to 0.3.",
    "19.9 % top-1 and 4.9 % top-5 error with one network and one crop; 3.7 % top-5 with 144 crops.",
    Record(
        top1_error=19.9,
        top5_error=4.9,
        measured_on=_MEASURED,
        definition=f"{_COUNTS}This is the network as released by the authors (55.8 M), which has another stem and "
        "twice as many modules as the one drawn in the paper.",
    ),
    (55_843_464, 13_155_794_016),
)

INCEPTION_RESNET_V2_AS_DRAWN = _network(
    "inception-resnet-v2-paper",
    "Inception-ResNet v2, as drawn",
    build_v2_as_drawn,
    "Version 2 exactly as the figures of the paper draw it: the stem of Inception v4, then 5, 10 and 5 modules. The "
    "released network, which everybody uses, is another.",
    "The paper's results, 19.9 % top-1 and 4.9 % top-5 error, were not reported for the two apart.",
    Record(
        measured_on="",
        definition=_COUNTS.strip(),
        correction="The figures print 1,154 and 2,048 channels for the 17×17 and 8×8 modules. What they concatenate "
        "adds up to 1,152 and 2,144, and only so can the sums be taken.",
    ),
    (32_433_928, 9_257_953_632),
)
