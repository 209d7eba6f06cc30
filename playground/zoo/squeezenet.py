"""SqueezeNet: AlexNet's accuracy with a fiftieth of its parameters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._preparation import per_channel
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo.templates.fire import SOURCE, fire

SQUEEZED = {2: 16, 3: 16, 4: 32, 5: 32, 6: 48, 7: 48, 8: 64, 9: 64}
"""The squeezed channels of each fire module; it expands to four times as many of each kind."""

EXPANSION = 4
MEAN = (123.0, 117.0, 104.0)
"""Of red, green and blue over ImageNet, from 0 to 255; it is taken off every pixel."""


def build(filters: int, kernel: int, pooled_after: tuple[int, ...], padding: int) -> Graph:
    """One of the two versions.

    Args:
        filters: of the first convolution.
        kernel: its height and width; it moves by 2.
        pooled_after: the fire modules that a pooling follows.
        padding: of the last convolution.
    """
    net = Sketch((3, 227, 227))
    per_channel(net, 255.0, tuple(-mean for mean in MEAN))
    with net.block("stem", "Stem"):
        net.add("conv2d", "conv1", out_channels=filters, kernel_size=kernel, stride=2)
        net.add("relu", "conv1_relu")
        net.add("max_pool2d", "pool1", kernel_size=3, stride=2, ceil_mode=True)
    for number, squeezed in SQUEEZED.items():
        with net.block(f"fire{number}", f"Fire {number}", kind="fire"):
            fire(net, squeezed, EXPANSION * squeezed, EXPANSION * squeezed)
        if number in pooled_after:
            net.add("max_pool2d", f"pool{number}", kernel_size=3, stride=2, ceil_mode=True)
    with net.block("head", "Head"):
        net.add("dropout", "dropout", p=0.5)
        net.add("conv2d", "conv10", out_channels=1000, kernel_size=1, padding=padding)
        net.add("relu", "conv10_relu")
        net.add("global_avg_pool2d", "gap")
    net.add("cross_entropy", "loss")
    return net.graph()


def build_small() -> Graph:
    """28×28 in grey: a convolution, four fire modules, and a 1×1 convolution for the ten classes."""
    net = Sketch((1, 28, 28))
    net.add("conv2d", "conv1", out_channels=32, kernel_size=3, padding=1)
    net.add("relu", "relu1")
    net.add("max_pool2d", "pool1", kernel_size=2, stride=2)
    for number, squeezed in ((2, 8), (3, 8), (4, 16), (5, 16)):
        with net.block(f"fire{number}", f"Fire {number}", kind="fire"):
            fire(net, squeezed, EXPANSION * squeezed, EXPANSION * squeezed)
        if number == 3:
            net.add("max_pool2d", "pool3", kernel_size=2, stride=2)
    net.add("conv2d", "conv6", out_channels=10, kernel_size=1)
    net.add("global_avg_pool2d", "gap")
    net.add("cross_entropy", "loss")
    return net.graph()


_DEFINITION = (
    "All weights and biases, as in the paper. Multiply-adds: the authors give operations, two for each multiply-add, "
    "and the figure here is half of theirs."
)


def _published(
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
            family="SqueezeNet",
            record=record,
            counted_parameters=counts[0],
            counted_multiply_adds=counts[1],
            weights=f"{key}.safetensors",
        )
    )


SQUEEZENET_1_0 = _published(
    "squeezenet-1-0",
    "SqueezeNet 1.0",
    partial(build, filters=96, kernel=7, pooled_after=(4, 8), padding=1),
    "Fire modules squeeze the channels before the dear 3×3 filters, and pool late: AlexNet's accuracy with a fiftieth "
    "of its parameters. The weights that ship are pruned and rounded besides: two thirds of them are zero.",
    "57.5 % top-1 and 80.3 % top-5 accuracy, as AlexNet; pruned and rounded to few values it takes 0.47 MB.",
    Record(
        parameters=1_248_424,
        multiply_adds=0.86e9,
        top1_error=42.5,
        top5_error=19.7,
        measured_on="ImageNet validation, one network, one crop",
        definition=f"{_DEFINITION} The last convolution is padded by 1 as in the released network; table 1 of the "
        "paper does not show it.",
        correction="The paper says 224×224 pixels; its own sizes (111×111 after the first layer) need the 227×227 of "
        "the released network.",
    ),
    (1_248_424, 861_339_936),
)

SQUEEZENET_1_1 = _published(
    "squeezenet-1-1",
    "SqueezeNet 1.1",
    partial(build, filters=64, kernel=3, pooled_after=(3, 5), padding=0),
    "Smaller first filters and earlier pooling: less than half as much to compute as 1.0, at the same accuracy. It "
    "ships with its ImageNet weights: show it a photograph.",
    "At least 80.3 % top-5 accuracy on ImageNet, like version 1.0.",
    Record(
        parameters=1_235_496,
        multiply_adds=0.36e9,
        top5_error=19.7,
        measured_on="ImageNet validation, one network, one crop",
        definition=_DEFINITION,
        correction="The authors say 2.4 times less to compute than version 1.0; at 227×227 pixels it is 2.2 times.",
    ),
    (1_235_496, 387_747_520),
)

SQUEEZENET_SMALL = register(
    ZooNetwork(
        key="squeezenet-small",
        title="Mini SqueezeNet",
        year=2016,
        idea="Four fire modules for clothing in 28×28 pixels, and no dense layer at all. Count its parameters, and "
        "those of a plain network that is as good.",
        source=SOURCE,
        published="The same modules as in SqueezeNet, fewer of them; nothing was published for this size.",
        build=build_small,
        data_settings=DataSettings("fashion_mnist"),
        training=TrainingSettings(epochs=8),
        family="SqueezeNet",
        counted_parameters=31_482,
        counted_multiply_adds=2_596_608,
        is_small=True,
    )
)
