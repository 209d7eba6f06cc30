"""The generator of DCGAN: from a list of random numbers to a picture."""

from __future__ import annotations

from typing import Any

from playground.graph.experiment import DataSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register

FILTERS = (512, 256, 128)


def build() -> Graph:
    """A hundred numbers become 1,024 maps of 4×4, and four transposed convolutions double them to 64×64 in colour."""
    net = Sketch((100,))
    net.add("dense", "project", out_features=1024 * 4 * 4, bias=False)
    net.add("reshape", "reshape", shape=(1024, 4, 4))
    net.add("batch_norm2d", "norm0")
    net.add("relu", "relu0")
    window: dict[str, Any] = {"kernel_size": 5, "stride": 2, "padding": 2, "output_padding": 1}
    for number, filters in enumerate(FILTERS, start=1):
        net.add("conv_transpose2d", f"deconv{number}", out_channels=filters, bias=False, **window)
        net.add("batch_norm2d", f"norm{number}")
        net.add("relu", f"relu{number}")
    net.add("conv_transpose2d", "deconv4", out_channels=3, **window)
    net.add("tanh", "tanh")
    return net.graph()


DCGAN = register(
    ZooNetwork(
        key="dcgan-generator",
        title="DCGAN generator",
        year=2015,
        idea="A hundred random numbers become a picture of 64×64: each transposed convolution doubles the size and "
        "halves the maps. Look through the random lists and see what an untrained generator paints.",
        source="Radford, Metz and Chintala 2015, Unsupervised representation learning with deep convolutional "
        "generative adversarial networks",
        published="Figure 1 of the paper. It learns against a second network that tells its pictures from real ones; "
        "that takes two networks at once, so here it has no loss and cannot be trained.",
        build=build,
        data_settings=DataSettings("random_numbers"),
        family="Generators",
        record=Record(definition="The paper gives no count. Layers before batch norm have no bias here."),
        counted_parameters=18_855_043,
        counted_multiply_adds=640_614_400,
    )
)
