"""Convolutional networks for clothing."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._chain import Layer, chain
from playground.zoo._spec import ZooNetwork, register


def build() -> Graph:
    """Two convolutions with batch norm, average and max pooling, dropout before the dense layers."""
    layers: list[Layer] = [
        ("input", "input", {"shape": (1, 28, 28)}),
        ("conv1", "conv2d", {"out_channels": 16, "kernel_size": (3, 3), "padding": (1, 1), "bias": False}),
        ("norm1", "batch_norm2d", {}),
        ("relu1", "relu", {}),
        ("pool1", "avg_pool2d", {"kernel_size": (2, 2), "stride": (2, 2)}),
        ("conv2", "conv2d", {"out_channels": 32, "kernel_size": (3, 3), "padding": (1, 1), "bias": False}),
        ("norm2", "batch_norm2d", {}),
        ("relu2", "relu", {}),
        ("pool2", "max_pool2d", {"kernel_size": (2, 2), "stride": (2, 2)}),
        ("flatten", "flatten", {}),
        ("dropout1", "dropout", {"p": 0.25}),
        ("fc1", "dense", {"out_features": 64}),
        ("relu3", "relu", {}),
        ("dropout2", "dropout", {"p": 0.5}),
        ("fc2", "dense", {"out_features": 10}),
        ("loss", "cross_entropy", {}),
    ]
    return chain(layers)


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
    )
)
