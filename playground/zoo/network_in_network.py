"""Network in Network: 1×1 convolutions, and a mean in place of dense layers."""

from __future__ import annotations

from functools import partial

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._cifar import CIFAR, CLASSES, SHAPE
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register

Blocks = tuple[tuple[tuple[int, int], ...], ...]
"""Filters and kernel of every convolution, block by block."""

_BLOCKS: Blocks = (
    ((192, 5), (160, 1), (96, 1)),
    ((192, 5), (192, 1), (192, 1)),
    ((192, 3), (192, 1), (CLASSES, 1)),
)
_SMALL_BLOCKS: Blocks = (
    ((24, 5), (20, 1), (12, 1)),
    ((24, 5), (24, 1), (24, 1)),
    ((24, 3), (24, 1), (10, 1)),
)


def build(
    shape: tuple[int, ...] = SHAPE, blocks: Blocks = _BLOCKS, dropout: float = 0.5, last_relu: bool = True
) -> Graph:
    """Three blocks of one convolution and two 1×1 ones; the last gives one map for each class."""
    net = Sketch(shape)
    for number, layers in enumerate(blocks, start=1):
        with net.block(f"mlpconv{number}", f"Mlpconv {number}"):
            for step, (filters, kernel) in enumerate(layers, start=1):
                net.add("conv2d", f"conv{step}", out_channels=filters, kernel_size=kernel, padding=kernel // 2)
                if last_relu or (number, step) != (3, 3):
                    net.add("relu", f"relu{step}")
        if number < len(blocks):
            pool = "max_pool2d" if number == 1 else "avg_pool2d"
            net.add(pool, f"pool{number}", kernel_size=3, stride=2, ceil_mode=True)
            net.add("dropout", f"dropout{number}", p=dropout)
    net.add("global_avg_pool2d", "gap")
    net.add("cross_entropy", "loss")
    return net.graph()


_SOURCE = "Lin, Chen and Yan 2013, Network in network"

NETWORK_IN_NETWORK = register(
    ZooNetwork(
        key="nin",
        title="Network in Network",
        year=2013,
        idea="Behind each convolution two of 1×1: a small dense network at every place of the picture. The last layer "
        "has one map for each class, and its mean is the answer: no dense layers at all.",
        source=_SOURCE,
        published="10.41 % errors on CIFAR-10, 8.81 % with mirrored and shifted pictures. Both ideas went into "
        "GoogLeNet a year later.",
        build=build,
        data_settings=CIFAR,
        training=TrainingSettings("sgd", 0.05, weight_decay=5e-4, batch_size=128, epochs=100),
        family="Network in Network",
        record=Record(
            parameters=None,
            top1_error=10.41,
            measured_on="CIFAR-10 test, without augmentation",
            definition="The paper draws three blocks without widths; these are those of its authors' release.",
        ),
        counted_parameters=966_986,
        counted_multiply_adds=222_486_528,
    )
)

NIN_MINI = register(
    ZooNetwork(
        key="nin-mini",
        title="Mini Network in Network",
        year=2013,
        idea="The same with an eighth of the maps, for digits. Its last ten maps show where in the picture it sees "
        "each digit.",
        source=_SOURCE,
        published="0.47 % errors on MNIST for the paper's network. Its last maps pass a ReLU; here they do not, since "
        "in so small a network it silences some digits for good.",
        build=partial(build, (1, 28, 28), _SMALL_BLOCKS, 0.2, last_relu=False),
        data_settings=DataSettings("mnist"),
        training=TrainingSettings(learning_rate=0.003, epochs=5),
        family="Network in Network",
        counted_parameters=15_858,
        counted_multiply_adds=2_965_872,
        is_small=True,
    )
)
