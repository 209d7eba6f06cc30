"""A photograph under the classical kernels, side by side: what a convolution could see before any was learnt."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from playground.graph.experiment import DataSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register

SIDE = 128
"""Height and width of the photograph, in pixels."""

IDENTITY = (0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0)

KERNELS = {
    "identity": "Identity",
    "edge": "Edges",
    "sobel_x": "Sobel x",
    "sobel_y": "Sobel y",
    "laplace": "Laplace",
    "blur": "Box blur",
    "gaussian": "Gaussian",
    "sharpen": "Sharpen",
    "emboss": "Emboss",
}
"""The kernels by the names of their layer type, and what they are called here."""


def build(channels: int) -> Graph:
    """One photograph, nine kernels of 3 × 3 on each of its channels, padded so that the pictures stay as large."""
    net = Sketch((channels, SIDE, SIDE))
    for kernel, name in KERNELS.items():
        if kernel == "identity":
            added = net.add("fixed_conv2d", kernel, "input", kernel="own", values=IDENTITY, kernel_size=3, padding=1)
        else:
            added = net.add("fixed_conv2d", kernel, "input", kernel=kernel, kernel_size=3, padding=1)
        net.rename(added, name)
    return _in_a_square(net.graph())


_ACROSS, _DOWN = 230.0, 190.0
"""From card to card, in pixels of the canvas."""


def _in_a_square(graph: Graph) -> Graph:
    """The nine cards in three rows of three, the photograph at their left."""
    nodes = [replace(graph.node("input"), position=(0.0, 1.5 * _DOWN))]
    for place, kernel in enumerate(KERNELS):
        row, column = divmod(place, 3)
        nodes.append(replace(graph.node(kernel), position=((1.5 + column) * _ACROSS, row * _DOWN)))
    return replace(graph, nodes=tuple(nodes))


def _network(channels: int, key: str, title: str, idea: str) -> ZooNetwork:
    return register(
        ZooNetwork(
            key=key,
            title=title,
            year=1968,
            idea=idea,
            source="Sobel and Feldman 1968, and the kernels of classical image processing; lecture: convolution and "
            "traditional feature extraction",
            published="The kernels are in every textbook of image processing. Nothing is learnt, so there is no loss.",
            build=partial(build, channels),
            data_settings=DataSettings("imagenet"),
            family="Worked examples",
            counted_multiply_adds=channels * 9 * 9 * SIDE * SIDE,
            is_small=True,
        )
    )


GREY = _network(
    1,
    "photograph-kernels",
    "Photograph, nine kernels",
    "The same nine multiplications at every pixel blur a photograph, sharpen it, or leave nothing but its edges. Step "
    "shows the window going over the picture, with the numbers under it.",
)
COLOUR = _network(
    3,
    "photograph-kernels-colour",
    "Colour photograph, nine kernels",
    "The same kernels on red, green and blue alone, each channel a picture of its own. Where all three agree the "
    "answer is grey, where they differ it has a colour.",
)
