"""What becomes of signals and gradients on their way through many layers: activation, batch norm, starting weights."""

from __future__ import annotations

from functools import partial

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo.lecture_experiments._spec import Contender, LectureExperiment, register


def deep_dense(layers: int, activation: str, units: int = 32) -> Graph:
    """64-32-…-32-10 with so many hidden layers, for 8×8 pictures."""
    net = Sketch((1, 8, 8))
    net.add("flatten", "flatten")
    for number in range(1, layers + 1):
        net.add("dense", f"fc{number}", out_features=units)
        net.add(activation, f"act{number}")
    net.add("dense", f"fc{layers + 1}", out_features=10)
    net.add("cross_entropy", "loss")
    return net.graph()


def deep_convolutions(has_norm: bool, layers: int = 8, channels: int = 12) -> Graph:
    """So many 3×3 convolutions on 28×28 pictures, halved twice, with or without batch norm behind each."""
    net = Sketch((1, 28, 28))
    for number in range(1, layers + 1):
        stride = 2 if number in (1, layers // 2) else 1
        net.add("conv2d", f"conv{number}", out_channels=channels, kernel_size=3, padding=1, stride=stride)
        if has_norm:
            net.add("batch_norm2d", f"norm{number}")
        net.add("relu", f"relu{number}")
    net.add("global_avg_pool2d", "gap")
    net.add("dense", "fc", out_features=10)
    net.add("cross_entropy", "loss")
    return net.graph()


_DIGITS = DataSettings("digits8x8", train_size=1000, validation_fraction=0.2)
_CLOTHES = DataSettings("fashion_mnist", train_size=1000, validation_fraction=0.2)
_SGD = TrainingSettings(
    optimizer="sgd", learning_rate=0.02, momentum=0.9, batch_size=32, epochs=40, initialiser="xavier"
)


def _at_rate(learning_rate: float) -> TrainingSettings:
    return TrainingSettings(
        optimizer="sgd", learning_rate=learning_rate, momentum=0.9, batch_size=32, epochs=15, initialiser="he"
    )


def _began(initialiser: str, **params: float) -> TrainingSettings:
    return TrainingSettings(
        optimizer="sgd",
        learning_rate=0.01,
        momentum=0.9,
        batch_size=32,
        epochs=30,
        initialiser=initialiser,
        initialiser_params=dict(params),
    )


VANISHING = register(
    LectureExperiment(
        key="vanishing-gradient",
        title="Sigmoid against ReLU in a deep network",
        question="The sigmoid's slope is at most ¼, so each layer hands back at most a quarter of the gradient. How "
        "much of it is left after eight layers?",
        look_at="gradients, layer by layer: with sigmoids those of fc1 are thousands of times smaller than those of "
        "the last layer, and the loss stays at that of guessing, log 10 = 2.303. With two layers they still learn.",
        measured="in the second epoch the gradients of fc1 are 170,000 times smaller than those of the last layer "
        "with eight sigmoids, 2 times with eight ReLUs, 21 times with two sigmoids. Training loss after 40 epochs: "
        "2.31, 0.045 and 0.309; right of the test digits: 7.8 %, 95.8 % and 95.0 %.",
        source="Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks; "
        "Glorot, Bordes and Bengio 2011, Deep sparse rectifier neural networks",
        contenders=(
            Contender("8 layers, sigmoid", partial(deep_dense, 8, "sigmoid"), _SGD),
            Contender("8 layers, ReLU", partial(deep_dense, 8, "relu"), _SGD),
            Contender("2 layers, sigmoid", partial(deep_dense, 2, "sigmoid"), _SGD),
        ),
        data=_DIGITS,
        seconds=10,
        words=("activation", "gradient", "saturation"),
    )
)

BATCH_NORM = register(
    LectureExperiment(
        key="batch-norm",
        title="With and without batch norm",
        question="Batch norm keeps the numbers between the layers at mean 0 and spread 1, whatever the weights before "
        "do. What does that buy?",
        look_at="how soon the loss falls, at one and the same learning rate.",
        measured="after 15 epochs 67.4 % of the test pictures are right without batch norm at rate 0.05, 73.2 % with "
        "it. At rate 0.2 it is 9.9 % without, which is guessing, and 73.6 % with batch norm.",
        source="Ioffe and Szegedy 2015, Batch normalization: accelerating deep network training",
        contenders=(
            Contender("without, rate 0.05", partial(deep_convolutions, False), _at_rate(0.05)),
            Contender("batch norm, rate 0.05", partial(deep_convolutions, True), _at_rate(0.05)),
            Contender("without, rate 0.2", partial(deep_convolutions, False), _at_rate(0.2)),
            Contender("batch norm, rate 0.2", partial(deep_convolutions, True), _at_rate(0.2)),
        ),
        data=_CLOTHES,
        seconds=30,
        words=("normalisation",),
    )
)

INITIALISATION = register(
    LectureExperiment(
        key="initialisation",
        title="How the weights begin",
        question="Ten layers with ReLU, four ways to draw the first weights. Which of them can learn at all?",
        look_at="the first epochs. With weights that are too small the signal fades on its way, and with it the "
        "gradient; with zeros it never begins.",
        measured="training loss after 5 epochs is 1.03 with He and 2.15 with Xavier, after 30 epochs 0.153 and 0.086; "
        "right of the test digits: 94.4 % and 96.9 %. With width 0.01 and with zeros it stays at 2.302 = log 10: "
        "guessing. The gradient of fc1 is then 1.5 · 10⁻¹⁷, and exactly 0.",
        source="Glorot and Bengio 2010; He, Zhang, Ren and Sun 2015, Delving deep into rectifiers",
        contenders=(
            Contender("He", partial(deep_dense, 10, "relu"), _began("he")),
            Contender("Xavier", partial(deep_dense, 10, "relu"), _began("xavier")),
            Contender("normal, width 0.01", partial(deep_dense, 10, "relu"), _began("normal", std=0.01)),
            Contender("all zero", partial(deep_dense, 10, "relu"), _began("zero")),
        ),
        data=_DIGITS,
        seconds=8,
        words=("xavier", "glorot", "he", "starting weights"),
    )
)
