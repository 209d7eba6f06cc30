"""Small networks on points in the plane, in the manner of TensorFlow Playground."""

from __future__ import annotations

from functools import partial

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register

_SOURCE = "Smilkov, Carter et al. 2017, Direct-manipulation visualization of deep networks (TensorFlow Playground)"


def build(*hidden: int, outputs: int = 2, loss: str = "cross_entropy") -> Graph:
    """2-…-2 with tanh after each hidden layer and one output for each of the classes, or for the value."""
    net = Sketch((2,))
    for number, units in enumerate(hidden, start=1):
        net.add("dense", f"fc{number}", out_features=units)
        net.add("tanh", f"tanh{number}")
    net.add("dense", f"fc{len(hidden) + 1}", out_features=outputs)
    net.add(loss, "loss")
    return net.graph()


LINE = register(
    ZooNetwork(
        key="line",
        title="A straight line",
        year=1958,
        idea="One dense layer and nothing else: it can only part the plane by a straight line. Two clouds are no "
        "trouble; give it the circle and it fails.",
        source="Rosenblatt 1958, The perceptron; Cox 1958, The regression analysis of binary sequences",
        published="With cross-entropy this is what statisticians call logistic regression.",
        build=partial(build),
        data_settings=DataSettings("gauss"),
        training=TrainingSettings(learning_rate=0.01, batch_size=10, epochs=20),
        counted_parameters=6,
        counted_multiply_adds=4,
        is_small=True,
    )
)

XOR = register(
    ZooNetwork(
        key="xor",
        title="XOR",
        year=1969,
        idea="The smallest problem that no straight line solves. Each of the eight hidden neurons draws one, and the "
        "output layer puts them together.",
        source="Minsky and Papert 1969, Perceptrons; " + _SOURCE,
        published="Minsky and Papert proved that a single layer cannot do it.",
        build=partial(build, 8),
        data_settings=DataSettings("xor", noise=0.0),
        training=TrainingSettings(learning_rate=0.01, batch_size=10, epochs=60),
        counted_parameters=42,
        counted_multiply_adds=32,
        is_small=True,
    )
)

CIRCLE = register(
    ZooNetwork(
        key="circle",
        title="Circle",
        year=2017,
        idea="A disc in a ring: the hidden neurons draw lines around the disc, and together they close. Watch the "
        "loss fall when they do.",
        source=_SOURCE,
        published="TensorFlow Playground opens with this network (2-4-2, tanh), but for a second output.",
        build=partial(build, 4, 2),
        data_settings=DataSettings("circle"),
        training=TrainingSettings(learning_rate=0.01, batch_size=10, epochs=60),
        counted_parameters=28,
        counted_multiply_adds=20,
        is_small=True,
    )
)

SPIRAL = register(
    ZooNetwork(
        key="spiral",
        title="Spiral",
        year=2017,
        idea="Two arms wound around each other: the hardest of the sets. Two layers of twelve neurons can follow them, "
        "but need their time.",
        source=_SOURCE,
        published="TensorFlow Playground offers sin x₁ and sin x₂ as further inputs for it; here it goes without.",
        build=partial(build, 12, 12),
        data_settings=DataSettings("spiral", noise=0.0),
        training=TrainingSettings(learning_rate=0.01, batch_size=10, epochs=150),
        counted_parameters=218,
        counted_multiply_adds=192,
        is_small=True,
    )
)

THREE_SPIRALS = register(
    ZooNetwork(
        key="three-spirals",
        title="Three spirals",
        year=2017,
        idea="Three classes, so three outputs: softmax makes their scores probabilities that add up to one. The plane "
        "falls into three regions, each wound around the middle.",
        source=_SOURCE + "; the arms are those of cs231n, Minimal neural network case study",
        published="cs231n's network has 100 hidden neurons and gets 98 % of its training points right.",
        build=partial(build, 16, 16, outputs=3),
        data_settings=DataSettings("three_spirals", noise=0.2, samples=600),
        training=TrainingSettings(learning_rate=0.01, batch_size=10, epochs=60),
        counted_parameters=371,
        counted_multiply_adds=336,
        is_small=True,
    )
)

HILLS = register(
    ZooNetwork(
        key="hills",
        title="Hills and hollows",
        year=2017,
        idea="Regression in the plane: the network learns the height of a landscape at each point. Three hills and "
        "three hollows come out as it trains, the flat land between them last.",
        source=_SOURCE,
        published="TensorFlow Playground calls this set multi-Gaussian.",
        build=partial(build, 16, 16, outputs=1, loss="squared_error"),
        data_settings=DataSettings("hills", noise=0.0, samples=1000),
        training=TrainingSettings(learning_rate=0.01, batch_size=10, epochs=100),
        counted_parameters=337,
        counted_multiply_adds=304,
        is_small=True,
    )
)
