"""What a convolution knows and what it costs: shuffled pixels, 1×1 bottlenecks, small kernels stacked."""

from __future__ import annotations

from functools import partial
from typing import Literal

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo.lecture_experiments._spec import Contender, LectureExperiment, register
from playground.zoo.templates._style import PLAIN


def on_pixels(kind: Literal["convolutions", "dense"], is_shuffled: bool) -> Graph:
    """A small convolutional or dense network, behind a fixed permutation of the pixels or not."""
    net = Sketch((1, 28, 28))
    if is_shuffled:
        net.add("pixel_permutation", "shuffle", seed=1)
    if kind == "convolutions":
        for number, channels in ((1, 8), (2, 16)):
            net.add("conv2d", f"conv{number}", out_channels=channels, kernel_size=5, padding=2)
            net.add("relu", f"relu{number}")
            net.add("max_pool2d", f"pool{number}", kernel_size=2, stride=2)
        net.add("flatten", "flatten")
    else:
        net.add("flatten", "flatten")
        net.add("dense", "fc1", out_features=64)
        net.add("relu", "relu1")
    net.add("dense", "fc", out_features=10)
    net.add("cross_entropy", "loss")
    return net.graph()


def with_5x5(is_bottleneck: bool) -> Graph:
    """32 channels of 14×14, then a 5×5 convolution to 32, twice: directly, or behind a 1×1 convolution down to 8."""
    net = Sketch((1, 28, 28))
    _stem(net, 32)
    for number in (1, 2):
        if is_bottleneck:
            net.add("conv2d", f"reduce{number}", out_channels=8, kernel_size=1)
            net.add("relu", f"relu_reduce{number}")
        net.add("conv2d", f"conv{number}", out_channels=32, kernel_size=5, padding=2)
        net.add("relu", f"relu{number}")
    _end(net)
    return net.graph()


def with_kernels(*sizes: int) -> Graph:
    """16 channels of 14×14, then convolutions with kernels of these sizes, each with batch norm and ReLU."""
    net = Sketch((1, 28, 28))
    _stem(net, 16)
    for number, size in enumerate(sizes, start=1):
        PLAIN.conv_norm(net, str(number), 16, size)
    _end(net)
    return net.graph()


def _stem(net: Sketch, channels: int) -> None:
    net.add("conv2d", "stem", out_channels=channels, kernel_size=3, padding=1, stride=2)
    net.add("relu", "relu_stem")


def _end(net: Sketch) -> None:
    net.add("max_pool2d", "pool", kernel_size=2, stride=2)
    net.add("flatten", "flatten")
    net.add("dense", "fc", out_features=10)
    net.add("cross_entropy", "loss")


_DIGITS = DataSettings("mnist", train_size=1000, validation_fraction=0.2)
_CLOTHES = DataSettings("fashion_mnist", train_size=1000, validation_fraction=0.2)
_ADAM = TrainingSettings(learning_rate=0.001, batch_size=32, epochs=15)
_BOTH_HE = TrainingSettings(learning_rate=0.001, batch_size=32, epochs=12, schedule="cosine", initialiser="he")
_SETTLING = TrainingSettings(learning_rate=0.003, batch_size=32, epochs=15, schedule="cosine")

SHUFFLED = register(
    LectureExperiment(
        key="shuffled-pixels",
        title="Shuffled pixels",
        question="The pixels of all digits are put into one and the same random order. Who minds: the network that "
        "looks at neighbours, or the one that joins every pixel to every neuron?",
        look_at="the validation curves. The dense network learns as before; the convolutions lose what they were made "
        "for, that neighbouring pixels belong together.",
        measured="after 15 epochs the convolutions have 92.2 % of the test digits right, shuffled 76.6 %; the dense "
        "network 85.2 %, shuffled 85.1 %.",
        source="LeCun, Bengio and Hinton 2015, Deep learning; the lectures' shuffled MNIST",
        contenders=(
            Contender("convolutions", partial(on_pixels, "convolutions", False), _ADAM),
            Contender("convolutions, shuffled", partial(on_pixels, "convolutions", True), _ADAM),
            Contender("dense", partial(on_pixels, "dense", False), _ADAM),
            Contender("dense, shuffled", partial(on_pixels, "dense", True), _ADAM),
        ),
        data=_DIGITS,
        seconds=15,
        words=("permutation", "cnn", "neighbours"),
    )
)

BOTTLENECK = register(
    LectureExperiment(
        key="bottleneck",
        title="1×1 bottleneck against direct 5×5",
        question="A 1×1 convolution first narrows 32 channels to 8; the 5×5 then has a quarter of the work. What is "
        "lost?",
        look_at="the loss, and the time an epoch takes.",
        measured="2.7 million multiply-adds instead of 10.1 million, and half the time (9 s instead of 19 s). "
        "Validation loss after 12 epochs is 0.524 instead of 0.492; 79.8 % of the test pictures are right instead of "
        "81.6 %.",
        source="Szegedy et al. 2014, Going deeper with convolutions; Lin, Chen and Yan 2013, Network in network",
        contenders=(
            Contender("direct 5×5", partial(with_5x5, False), _BOTH_HE),
            Contender("1×1, then 5×5", partial(with_5x5, True), _BOTH_HE),
        ),
        data=_CLOTHES,
        seconds=30,
        words=("inception", "googlenet"),
    )
)

STACKED = register(
    LectureExperiment(
        key="stacked-3x3",
        title="Three 3×3 against one 7×7",
        question="Three 3×3 convolutions see 7×7 pixels, as one 7×7 does, with 27 C² weights instead of 49 C² and "
        "three ReLUs instead of one. Are they better?",
        look_at="both losses.",
        measured="1.4 million multiply-adds instead of 2.5 million. After 15 epochs 94.3 % of the test digits are "
        "right with three 3×3, 93.2 % with one 7×7; with seeds 1 and 2 it is 94.4 % and 95.7 % against 93.6 % and "
        "93.2 %.",
        source="Simonyan and Zisserman 2014, Very deep convolutional networks, section 2.3",
        contenders=(
            Contender("one 7×7", partial(with_kernels, 7), _SETTLING),
            Contender("three 3×3", partial(with_kernels, 3, 3, 3), _SETTLING),
        ),
        data=_DIGITS,
        seconds=15,
        words=("vgg", "receptive field"),
    )
)
