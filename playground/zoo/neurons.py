"""The first networks: threshold units and adaptive linear elements, on points in the plane."""

from __future__ import annotations

from functools import partial

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register

_ONE_BY_ONE = TrainingSettings(optimizer="sgd", learning_rate=0.01, momentum=0.0, batch_size=1, epochs=10)
"""As they learnt then: one example, one correction."""


def build(unit: str) -> Graph:
    """Two inputs, one unit, and squared error against 0 (orange) or 1 (blue)."""
    net = Sketch((2,))
    net.add(unit, "unit", out_features=1)
    net.add("squared_error", "loss")
    return net.graph()


def madaline(units: int = 8) -> Graph:
    """Adalines side by side, each with a threshold, and one more that weighs their votes."""
    net = Sketch((2,))
    net.add("adaline", "adalines", out_features=units)
    net.add("step", "thresholds", backward="clipped")
    net.add("adaline", "vote", out_features=1)
    net.add("squared_error", "loss")
    return net.graph()


PERCEPTRON = register(
    ZooNetwork(
        key="perceptron",
        title="Perceptron",
        year=1958,
        idea="One threshold unit: it fires or does not. Whenever it is wrong, the input is added to its weights or "
        "taken off, and if a straight line can part the classes, it is found after a finite number of corrections.",
        source="Rosenblatt 1958, The perceptron: a probabilistic model for information storage and organization in "
        "the brain",
        published="Rosenblatt's machine, the Mark I, had 400 photocells and 512 units, wired at random to eight such "
        "outputs. The proof that the rule ends is Novikoff's, 1962.",
        build=partial(build, "perceptron"),
        data_settings=DataSettings("gauss"),
        training=_ONE_BY_ONE,
        counted_parameters=3,
        counted_multiply_adds=2,
        is_small=True,
    )
)

ADALINE = register(
    ZooNetwork(
        key="adaline",
        title="Adaline",
        year=1960,
        idea="One linear unit whose weighted sum itself is compared with the target, so that it is corrected even when "
        "it is right but barely. It was the first use of the rule that all networks learn by today: down the gradient "
        "of the squared error.",
        source="Widrow and Hoff 1960, Adaptive switching circuits",
        published="Built with electroplated resistors, it told apart letters of 4 × 4 switches. Its targets were −1 "
        "and 1; here they are 0 and 1.",
        build=partial(build, "adaline"),
        data_settings=DataSettings("gauss"),
        training=_ONE_BY_ONE,
        counted_parameters=3,
        counted_multiply_adds=2,
        is_small=True,
    )
)

MADALINE = register(
    ZooNetwork(
        key="madaline",
        title="MADALINE",
        year=1962,
        idea="Many Adalines: each draws a line, a threshold turns it into a vote, and one more unit weighs the votes. "
        "Two layers can part what no line can, here the quarters of XOR.",
        source="Widrow 1962, Generalization and information storage in networks of Adaline neurons; Winter and Widrow "
        "1988, Madaline rule II",
        published="The original's output was fixed (majority, and, or), and only the Adaline nearest to changing its "
        "mind was corrected. Here the output learns too, and the gradient passes the thresholds as if they were lines.",
        build=madaline,
        data_settings=DataSettings("xor", noise=0.0),
        training=TrainingSettings(optimizer="adam", learning_rate=0.01, batch_size=10, epochs=60),
        counted_parameters=33,
        counted_multiply_adds=24,
        is_small=True,
    )
)
