"""Autoencoders: networks that give back what they were given, through a narrow middle."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register

_SOURCE = "Hinton and Salakhutdinov 2006, Reducing the dimensionality of data with neural networks"


def build(widths: Sequence[int], activation: str) -> Graph:
    """Dense layers of these widths down to the code (the last one), and the same way up again to 784 pixels."""
    net = Sketch((1, 28, 28))
    pixels = net.add("flatten", "flatten")
    with net.block("encoder", "Encoder"):
        for number, width in enumerate(widths, start=1):
            net.add("dense", f"fc{number}", out_features=width)
            if number < len(widths):
                net.add(activation, f"{activation}{number}")
    with net.block("decoder", "Decoder"):
        for number, width in enumerate(reversed(widths[:-1]), start=1):
            net.add("dense", f"fc{number}", out_features=width)
            net.add(activation, f"{activation}{number}")
        net.add("dense", "pixels", out_features=784)
    net.add("binary_cross_entropy", "loss", (net.last, pixels))
    return net.graph()


AUTOENCODER = register(
    ZooNetwork(
        key="autoencoder",
        title="Deep autoencoder",
        year=2006,
        idea="A picture of 784 pixels goes through a code of 30 numbers and has to come out again: the code keeps what "
        "matters. The pixels themselves are the target, so no labels are needed.",
        source=_SOURCE,
        published="784-1000-500-250-30 and back, trained layer by layer beforehand; the mean squared error of a "
        "picture was 3.00, that of 30 principal components 13.87. Today's optimizers do without the first part.",
        build=partial(build, (1000, 500, 250, 30), "sigmoid"),
        data_settings=DataSettings("mnist"),
        training=TrainingSettings(learning_rate=0.001, epochs=20),
        family="Generators",
        counted_parameters=2_837_314,
        counted_multiply_adds=2_833_000,
    )
)

AUTOENCODER_MINI = register(
    ZooNetwork(
        key="autoencoder-mini",
        title="Mini autoencoder",
        year=2006,
        idea="784 pixels through 16 numbers and back, in a minute. Narrow the code to 2 and see what is lost.",
        source=_SOURCE,
        published="The paper's has a code of 30 numbers and 2.8 million weights; this one a twelfth of them.",
        build=partial(build, (128, 16), "relu"),
        data_settings=DataSettings("mnist"),
        training=TrainingSettings(epochs=5),
        family="Generators",
        counted_parameters=205_856,
        counted_multiply_adds=204_800,
        is_small=True,
    )
)
