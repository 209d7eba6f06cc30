"""How many weights convolutions have, and what a 1 × 1 convolution before a larger one saves: the lectures' sums."""

from __future__ import annotations

from playground.graph.experiment import DataSettings
from playground.graph.model import Graph
from playground.zoo._published import Publication, Published
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register_worked

SIDE = 12
"""Of the photograph, in pixels. How many weights a convolution has does not depend on it."""


def build() -> Graph:
    """256 maps, and each convolution of the lectures once directly and once through a bottleneck of 64 maps."""
    net = Sketch((3, SIDE, SIDE))
    net.add("conv2d", "few", out_channels=4, kernel_size=3, padding=1, bias=False)
    maps = net.add("conv2d", "maps", after="input", out_channels=256, kernel_size=3, padding=1)
    net.rename(maps, "256 maps")
    for letter, (title, chain) in _CHAINS.items():
        net.last = maps
        with net.block(letter.lower(), f"{letter}: {title}"):
            for number, (channels, size) in enumerate(chain, start=1):
                name = net.add(
                    "conv2d",
                    f"conv{number}",
                    out_channels=channels,
                    kernel_size=size,
                    padding=size // 2,
                    bias=False,
                )
                net.rename(name, f"{letter}{number}: {size}×{size}")
    return net.graph()


_CHAINS = {
    "A": ("5 × 5 directly", ((64, 5),)),
    "B": ("1 × 1, then 5 × 5", ((64, 1), (64, 5))),
    "C": ("3 × 3 directly", ((192, 3),)),
    "D": ("1 × 1, then 3 × 3", ((64, 1), (192, 3))),
    "E": ("3 × 3 on 256 maps", ((256, 3),)),
    "F": ("bottleneck", ((64, 1), (64, 3), (256, 1))),
}
"""By letter: what it is, and (maps, window) of its convolutions one after the other."""


def _count(label: str, printed: str, *layers: str, note: str = "", unit: float = 1.0) -> Published:
    return Published(label, printed, layers[0], "parameters", also=layers[1:], note=note, unit=unit)


_ROUGH = "Printed as about 600K; 256 · 256 · 3 · 3 = 589,824."
_CUT = "64 · 64 · 3 · 3 = 36,864, which is nearer to 37K: the lecture cut the rest off."

NUMBERS = (
    _count("few: 3·3·3·4", "108", "few"),
    _count("A: (5·5·256) · 64", "409,600", "a_conv1"),
    _count("B1: (256·1) · 64", "16,384", "b_conv1"),
    _count("B: B1 + (5·5·64) · 64", "118,784", "b_conv1", "b_conv2"),
    _count("C: 3·3·256·192", "442,368", "c_conv1"),
    _count("D: 256·64 + 3·3·64·192", "126,976", "d_conv1", "d_conv2"),
    _count("E: 256·256·3·3", "600K", "e_conv1", note=_ROUGH, unit=1e3),
    _count("F1: 256·64·1·1", "16K", "f_conv1", unit=1e3),
    _count("F2: 64·64·3·3", "36K", "f_conv2", note=_CUT, unit=1e3),
    _count("F3: 64·256·1·1", "16K", "f_conv3", unit=1e3),
    _count("F: total", "70K", "f_conv1", "f_conv2", "f_conv3", unit=1e3),
)

COUNTS = register_worked(
    ZooNetwork(
        key="bottleneck-counts",
        title="What a 1 × 1 convolution saves",
        year=2014,
        idea="Three large convolutions, each once directly and once behind a 1 × 1 convolution that first brings 256 "
        "maps down to 64. The pairs give equally many maps from a fraction of the weights.",
        source="Lin and others 2014, Network in network; Szegedy and others 2015; He and others 2016; sums printed in "
        "three of the lectures",
        published="409,600 against 118,784 weights; 442,368 against 126,976; about 600K against 70K.",
        build=build,
        data_settings=DataSettings("imagenet"),
        counted_parameters=1_764_460,
        counted_multiply_adds=254_045_376,
        publication=Publication(
            source="lectures on transfer learning, key points of week 2, and deep learning and tools (p. 125)",
            numbers=NUMBERS,
            remark="Weights without biases, as the lectures count them. A convolution does so many multiplications for "
            "every pixel of its result.",
        ),
    )
)
