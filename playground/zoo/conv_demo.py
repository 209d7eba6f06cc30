"""The volume of the cs231n convolution demo: small enough that every product can be checked by hand."""

from __future__ import annotations

from playground.graph.circuit import DESCENT, given_data
from playground.graph.model import Graph
from playground.zoo._published import Publication, Published
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register_worked

VOLUME = (
    ("01222", "20102", "00112", "10220", "21210"),
    ("01022", "01020", "21120", "10000", "02100"),
    ("01212", "20101", "11210", "10210", "20022"),
)
"""Three maps of 5 × 5, row by row: numbers from 0 to 2, as the lecture prints them within their border of zeros."""

FILTERS = (
    (
        ("00+", "+--", "++0"),
        ("0+-", "0+0", "000"),
        ("+0+", "0++", "-+0"),
    ),
    (
        ("-+0", "++-", "0--"),
        ("++-", "+++", "0-+"),
        ("++-", "-0+", "-+-"),
    ),
)
"""Two filters, of each three maps of 3 × 3: a sign is 1 or −1."""

BIASES = (1.0, 0.0)

_SIGN = {"-": -1.0, "0": 0.0, "+": 1.0}
_PRINTED = {"-": "-1", "0": "0", "+": "1"}


def build() -> Graph:
    """Padded by 1 to 7 × 7, two filters of 3 × 3 go over the three maps in steps of 2."""
    net = Sketch((3, 5, 5))
    weight = tuple(tuple(tuple(tuple(_SIGN[sign] for sign in row) for row in map_) for map_ in one) for one in FILTERS)
    initial = {"weight": weight, "bias": BIASES}
    net.add("conv2d", "conv1", initial=initial, out_channels=2, kernel_size=3, stride=2, padding=1)
    net.add("output_loss", "loss")
    return net.graph()


def _printed(signs: str) -> str:
    return " ".join(_PRINTED[sign] for sign in signs)


def _numbers() -> tuple[Published, ...]:
    """Everything on the slide: the volume without its border, the filters and the biases."""
    volume = [
        Published(f"x[:, :, {c}] row {r + 1}", " ".join(row), "input", "output", (c, r))
        for c, map_ in enumerate(VOLUME)
        for r, row in enumerate(map_)
    ]
    filters = [
        Published(f"w{k}[:, :, {c}] row {r + 1}", _printed(row), "conv1", "weight", (k, c, r), "weight")
        for k, one in enumerate(FILTERS)
        for c, map_ in enumerate(one)
        for r, row in enumerate(map_)
    ]
    return (
        Published("volume, padded", "7x7x3", "conv1", "padded_size"),
        Published("filter W0", "3x3x3", "conv1", "weight_size"),
        *volume,
        *filters,
        Published("b0", "1", "conv1", "weight", (0,), "bias"),
        Published("b1", "0", "conv1", "weight", (1,), "bias"),
    )


PUBLICATION = Publication(
    source="lecture on deep learning and tools, p. 86, after the cs231n demo",
    numbers=_numbers(),
    remark="The slide prints the volume, both filters and their biases. The 18 results are not printed in it: the demo "
    "shows them one after the other, and here each can be asked where it comes from.",
)

CS231N_CONVOLUTION = register_worked(
    ZooNetwork(
        key="cs231n-convolution",
        title="cs231n convolution demo",
        year=2016,
        idea="Three maps of 5 × 5, padded to 7 × 7, and two filters of 3 × 3 that go over them in steps of 2. All "
        "numbers are whole and small, so each of the 18 results can be checked by hand.",
        source="Stanford cs231n, Convolutional networks (convolution demo), 2016; printed in the lecture on deep "
        "learning and tools",
        published="The volume, the two filters and the biases 1 and 0 as the lecture prints them; the demo itself "
        "draws new numbers each time.",
        build=build,
        data_settings=given_data([float(n) for map_ in VOLUME for row in map_ for n in row], (3, 5, 5)),
        training=DESCENT,
        counted_parameters=56,
        counted_multiply_adds=486,
        publication=PUBLICATION,
    )
)
