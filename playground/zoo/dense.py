"""Networks of dense layers on pictures."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register


def build() -> Graph:
    """784-128-64-10 with ReLU: 109,386 parameters."""
    net = Sketch((1, 28, 28))
    net.add("flatten", "flatten")
    net.add("dense", "fc1", out_features=128)
    net.add("relu", "relu1")
    net.add("dense", "fc2", out_features=64)
    net.add("relu", "relu2")
    net.add("dense", "fc3", out_features=10)
    net.add("cross_entropy", "loss")
    return net.graph()


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
        counted_parameters=109_386,
        counted_multiply_adds=109_184,
        is_small=True,
    )
)
