"""LeNet-5, in the form taught today and as it was in 1998."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._digit_bitmaps import BITMAPS
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register

_MNIST = DataSettings("mnist")
_SOURCE = "LeCun, Bottou, Bengio and Haffner 1998, Gradient-based learning applied to document recognition"

C3_SOURCES = (
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5)),
)
"""Table I of the paper: the maps of S2 that each of C3's sixteen maps looks at."""


def build() -> Graph:
    """Two convolutions with pooling, then three dense layers: 61,706 parameters."""
    net = Sketch((1, 28, 28))
    net.add("conv2d", "conv1", out_channels=6, kernel_size=5, padding=2)
    net.add("relu", "relu1")
    net.add("max_pool2d", "pool1", kernel_size=2, stride=2)
    net.add("conv2d", "conv2", out_channels=16, kernel_size=5)
    net.add("relu", "relu2")
    net.add("max_pool2d", "pool2", kernel_size=2, stride=2)
    net.add("flatten", "flatten")
    net.add("dense", "fc1", out_features=120)
    net.add("relu", "relu3")
    net.add("dense", "fc2", out_features=84)
    net.add("relu", "relu4")
    net.add("dense", "fc3", out_features=10)
    net.add("cross_entropy", "loss")
    return net.graph()


def build_1998() -> Graph:
    """The paper's network: trained subsampling, a sparse C3, scaled tanh, and distances to drawn digits."""
    net = Sketch((1, 28, 28))
    net.add("pad", "frame", padding=(2.0, 2.0, 2.0, 2.0))
    net.add("conv2d", "c1", out_channels=6, kernel_size=5)
    net.add("scaled_tanh", "c1_tanh")
    _subsampling(net, "s2", 6)
    _sparse_convolution(net)
    _subsampling(net, "s4", 16)
    net.add("conv2d", "c5", out_channels=120, kernel_size=5)
    net.add("scaled_tanh", "c5_tanh")
    net.add("flatten", "flatten")
    net.add("dense", "f6", out_features=84)
    net.add("scaled_tanh", "f6_tanh")
    net.add("rbf", "distances", out_features=10, initial={"weight": BITMAPS}, frozen=("weight",))
    net.add("negate", "scores")
    net.add("cross_entropy", "loss")
    return net.graph()


def _subsampling(net: Sketch, name: str, channels: int) -> None:
    """The sum over each 2×2, a learnt factor and shift for each map, and scaled tanh. It begins as the mean."""
    with net.block(name, f"{name.upper()} · subsampling"):
        net.add("sum_pool2d", "sum", kernel_size=2, stride=2)
        net.add("channel_affine", "affine", initial={"weight": (0.25,) * channels})
        net.add("scaled_tanh", "tanh")


def _sparse_convolution(net: Sketch) -> None:
    """C3: sixteen maps, each a convolution of three to six maps of S2, so that they cannot all learn the same."""
    with net.block("c3", "C3 · sparse convolution"):
        pooled = net.last
        maps = [net.add("slice", f"map{number}", pooled, start=number, length=1) for number in range(6)]
        outputs: list[str] = []
        for number, sources in enumerate(C3_SOURCES):
            net.add("concat", f"concat{number}", tuple(maps[source] for source in sources))
            outputs.append(net.add("conv2d", f"conv{number}", out_channels=1, kernel_size=5))
        net.add("concat", "join", tuple(outputs))
        net.add("scaled_tanh", "tanh")


LENET_5 = register(
    ZooNetwork(
        key="lenet-5",
        title="LeNet-5",
        year=1998,
        idea="The first convolutional network in daily use: small filters find strokes, pooling keeps what matters, "
        "dense layers decide. It reads handwritten digits after a minute of training.",
        source=_SOURCE,
        published="The paper reports 0.95 % errors on the MNIST test digits. This is the form taught today: ReLU, max "
        "pooling and cross-entropy where the paper has scaled tanh, trained subsampling and distances to prototypes.",
        build=build,
        data_settings=_MNIST,
        training=TrainingSettings(learning_rate=0.002, batch_size=32, epochs=12, schedule="cosine"),
        family="LeNet",
        record=Record(
            parameters=60_000,
            multiply_adds=None,
            top1_error=0.95,
            measured_on="MNIST test, the network of 1998",
            definition="The paper's 60,000 are those of its own form; this one has a full second convolution (2,416 "
            "for 1,516), plain pooling (0 for 44) and a dense output layer (850 for none).",
            correction="Lectures give 60,000 for this form too; it is 61,706.",
        ),
        counted_parameters=61_706,
        counted_multiply_adds=416_520,
        is_small=True,
    )
)

LENET_5_1998 = register(
    ZooNetwork(
        key="lenet-5-1998",
        title="LeNet-5, as of 1998",
        year=1998,
        idea="The original: pooling that learns, a second convolution whose maps see only some of the first ones, and "
        "an output that measures how far the answer lies from a drawing of each digit. Open C3 to see its table of "
        "connections.",
        source=_SOURCE,
        published="0.95 % errors on the MNIST test digits; 0.8 % with distorted training examples. The drawings of "
        "the digits (7 × 12) are in the manner of the paper's figure 3; the loss is cross-entropy on the distances, "
        "nearly the paper's equation 9, and the optimizer today's.",
        build=build_1998,
        data_settings=_MNIST,
        training=TrainingSettings(learning_rate=0.001, batch_size=32, epochs=10),
        family="LeNet",
        record=Record(
            parameters=60_000,
            multiply_adds=340_908,
            top1_error=0.95,
            measured_on="MNIST test",
            definition="The paper counts the 60,000 that learn: 156 + 12 + 1,516 + 32 + 48,120 + 10,164. Counted here "
            "with the 840 fixed numbers of the drawings. Its 340,908 are connections: those 840 and all biases among "
            "them.",
        ),
        counted_parameters=60_840,
        counted_multiply_adds=326_520,
        is_small=True,
    )
)
