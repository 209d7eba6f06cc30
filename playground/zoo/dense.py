"""Networks of dense layers on pictures."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._chain import Layer, chain
from playground.zoo._spec import ZooNetwork, register


def build() -> Graph:
    """784-128-64-10 with ReLU: 109,386 parameters."""
    layers: list[Layer] = [
        ("input", "input", {"shape": (1, 28, 28)}),
        ("flatten", "flatten", {}),
        ("fc1", "dense", {"out_features": 128}),
        ("relu1", "relu", {}),
        ("fc2", "dense", {"out_features": 64}),
        ("relu2", "relu", {}),
        ("fc3", "dense", {"out_features": 10}),
        ("loss", "cross_entropy", {}),
    ]
    return chain(layers)


MLP = register(
    ZooNetwork(
        key="mlp",
        title="Multilayer perceptron",
        year=1986,
        idea="Dense layers only: every pixel is joined to every neuron, and nothing tells the network which pixels are "
        "neighbours. Compare its parameters and its accuracy with those of LeNet-5.",
        source="Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors",
        published="LeCun et al. 1998 report 3.05 % errors on MNIST for a network 784-300-100-10 of the same kind.",
        build=build,
        data_settings=DataSettings("mnist"),
        training=TrainingSettings(epochs=10),
    )
)
