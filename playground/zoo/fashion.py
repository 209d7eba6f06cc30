"""Convolutional networks for clothing."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register


def build() -> Graph:
    """Two convolutions with batch norm, average and max pooling, dropout before the dense layers."""
    net = Sketch((1, 28, 28))
    for number, (filters, pool) in enumerate(((16, "avg_pool2d"), (32, "max_pool2d")), start=1):
        net.add("conv2d", f"conv{number}", out_channels=filters, kernel_size=3, padding=1, bias=False)
        net.add("batch_norm2d", f"norm{number}")
        net.add("relu", f"relu{number}")
        net.add(pool, f"pool{number}", kernel_size=2, stride=2)
    net.add("flatten", "flatten")
    net.add("dropout", "dropout1", p=0.25)
    net.add("dense", "fc1", out_features=64)
    net.add("relu", "relu3")
    net.add("dropout", "dropout2", p=0.5)
    net.add("dense", "fc2", out_features=10)
    net.add("cross_entropy", "loss")
    return net.graph()


FASHION_CNN = register(
    ZooNetwork(
        key="fashion-cnn",
        title="Fashion CNN",
        year=2017,
        idea="A convolutional network with the usual means against overfitting: batch norm after each convolution, "
        "dropout before each dense layer. Take them out and watch the curves part.",
        source="Data: Xiao, Rasul and Vollgraf 2017, Fashion-MNIST; batch norm: Ioffe and Szegedy 2015; "
        "dropout: Srivastava et al. 2014",
        published="The benchmark list of Fashion-MNIST has 87.6 to 93.4 % for small convolutional networks trained on "
        "all 60,000 pictures; here a third of them ships.",
        build=build,
        data_settings=DataSettings("fashion_mnist"),
        training=TrainingSettings(epochs=10),
        counted_parameters=105_914,
        counted_multiply_adds=1_117_056,
        is_small=True,
    )
)
