"""LeNet."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._chain import Layer, chain
from playground.zoo._spec import ZooNetwork, register


def build() -> Graph:
    """Two convolutions with pooling, then three dense layers: 61,706 parameters."""
    layers: list[Layer] = [
        ("input", "input", {"shape": (1, 28, 28)}),
        ("conv1", "conv2d", {"out_channels": 6, "kernel_size": (5, 5), "padding": (2, 2)}),
        ("relu1", "relu", {}),
        ("pool1", "max_pool2d", {"kernel_size": (2, 2), "stride": (2, 2)}),
        ("conv2", "conv2d", {"out_channels": 16, "kernel_size": (5, 5)}),
        ("relu2", "relu", {}),
        ("pool2", "max_pool2d", {"kernel_size": (2, 2), "stride": (2, 2)}),
        ("flatten", "flatten", {}),
        ("fc1", "dense", {"out_features": 120}),
        ("relu3", "relu", {}),
        ("fc2", "dense", {"out_features": 84}),
        ("relu4", "relu", {}),
        ("fc3", "dense", {"out_features": 10}),
        ("loss", "cross_entropy", {}),
    ]
    return chain(layers)


LENET_5 = register(
    ZooNetwork(
        key="lenet-5",
        title="LeNet-5",
        year=1998,
        idea="The first convolutional network in daily use: small filters find strokes, pooling keeps what matters, "
        "dense layers decide. It reads handwritten digits after a minute of training.",
        source="LeCun, Bottou, Bengio and Haffner 1998, Gradient-based learning applied to document recognition",
        published="The paper reports 0.95 % errors on the MNIST test digits. This is the form taught today: ReLU, max "
        "pooling and cross-entropy where the paper has scaled tanh, trained subsampling and distances to prototypes.",
        build=build,
        data_settings=DataSettings("mnist"),
        training=TrainingSettings(batch_size=32, weight_decay=3e-4, epochs=15),
    )
)
