"""The volume of the cs231n convolution demo: small enough that every product can be checked by hand."""

from __future__ import annotations

from playground.graph.circuit import DESCENT, given_data
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register

VOLUME = (
    ("00112", "00211", "11222", "12210", "20001"),
    ("11100", "22122", "02102", "02200", "22110"),
    ("01012", "12202", "22111", "20220", "11021"),
)
"""Three maps of 5 × 5, row by row: numbers from 0 to 2, as the demo draws them."""

FILTERS = (
    (
        ("+00", "-0+", "0-0"),
        ("--0", "0--", "000"),
        ("--0", "-+-", "+0+"),
    ),
    (
        ("+00", "0-+", "+0-"),
        ("0++", "+-+", "0--"),
        ("--+", "+-+", "0++"),
    ),
)
"""Two filters, of each three maps of 3 × 3: a sign is 1 or −1."""

BIASES = (1.0, 0.0)
"""As in the demo."""

_SIGN = {"-": -1.0, "0": 0.0, "+": 1.0}


def build() -> Graph:
    """Padded by 1 to 7 × 7, two filters of 3 × 3 go over the three maps in steps of 2."""
    net = Sketch((3, 5, 5))
    weight = tuple(tuple(tuple(tuple(_SIGN[sign] for sign in row) for row in map_) for map_ in one) for one in FILTERS)
    initial = {"weight": weight, "bias": BIASES}
    net.add("conv2d", "conv1", initial=initial, out_channels=2, kernel_size=3, stride=2, padding=1)
    net.add("output_loss", "loss")
    return net.graph()


CS231N_CONVOLUTION = register(
    ZooNetwork(
        key="cs231n-convolution",
        title="cs231n convolution demo",
        year=2016,
        idea="Three maps of 5 × 5, padded to 7 × 7, and two filters of 3 × 3 that go over them in steps of 2. All "
        "numbers are whole and small, so each of the 18 results can be checked by hand.",
        source="Stanford cs231n, Convolutional networks (convolution demo), 2016",
        published="The demo draws its numbers anew each time, so none are published; these were drawn by its rule "
        "(input 0 to 2, weights −1 to 1, biases 1 and 0).",
        build=build,
        data_settings=given_data([float(n) for map_ in VOLUME for row in map_ for n in row], (3, 5, 5)),
        training=DESCENT,
        family="Worked examples",
        counted_parameters=56,
        counted_multiply_adds=486,
        is_small=True,
    )
)
