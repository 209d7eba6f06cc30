"""Convolutions on paper: a patch times a window, a vertical edge, and what padding and stride do to sizes."""

from __future__ import annotations

from playground.graph.circuit import DESCENT, given_data
from playground.graph.experiment import DataSettings
from playground.graph.model import Graph
from playground.zoo._published import Publication, Published
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register_worked

Rows = tuple[tuple[float, ...], ...]

LECTURE = "lecture “Convolutional neural networks” (chapter 3)"

# ---- one patch and one window

SIGNAL: Rows = (
    (1, 0, -1, 0, 2, 1),
    (1, -2, 0, 1, 0, -1),
    (0, 1, 1, -1, 2, 0),
    (2, 0, -1, 1, 0, 1),
    (0, 1, 2, 0, -2, 1),
    (1, -1, 0, 2, 1, 0),
)
"""The patch in the upper left corner is the lecture's, which leaves the other cells blank; those are our own."""

WINDOW: Rows = ((2, 3, -9), (0, 5, 0), (0, 6, 0))
BIAS = 0.5


def patch() -> Graph:
    """6 × 6 ⋆ 3 × 3 with a bias, and ReLU."""
    net = Sketch((1, 6, 6))
    net.add("conv2d", "conv1", initial={"weight": ((WINDOW,),), "bias": (BIAS,)}, out_channels=1, kernel_size=3)
    net.add("relu", "relu1")
    net.add("output_loss", "loss")
    return net.graph()


def _row(numbers: tuple[float, ...]) -> str:
    return " ".join(f"{number:g}" for number in numbers)


_NINE = (
    "The sum beside the picture has −1 × 4 as its third product, but its window has −9 there. Only −9 gives the 7.5 "
    "that is printed; with 4 the sum would be −5.5, and ReLU would make it 0."
)

PATCH = register_worked(
    ZooNetwork(
        key="convolution-6x6",
        title="6 × 6 ⋆ 3 × 3 convolution",
        year=1994,
        idea="One patch of 3 × 3, multiplied number by number with one window of 3 × 3, added up, plus a bias, cut off "
        "at 0 by ReLU. That is all a convolution does, at every place.",
        source=f"{LECTURE[0].upper()}{LECTURE[1:]}, after Y. LeCun 1994",
        published="7.5 for the patch in the upper left corner; its printed sum has a slip in the third product.",
        build=patch,
        data_settings=given_data([number for row in SIGNAL for number in row], (1, 6, 6)),
        training=DESCENT,
        counted_parameters=10,
        counted_multiply_adds=144,
        publication=Publication(
            source=LECTURE,
            numbers=(
                *(
                    Published(f"x, row {r + 1}", _row(SIGNAL[r][:3]), "input", "output", (0, r), count=3)
                    for r in range(3)
                ),
                *(
                    Published(f"w, row {r + 1}", _row(row), "conv1", "weight", (0, 0, r), "weight")
                    for r, row in enumerate(WINDOW)
                ),
                Published("the third w in the sum", "4", "conv1", "weight", (0, 0, 0, 2), "weight", note=_NINE),
                Published("bias", "0.5", "conv1", "weight", (0,), "bias"),
                Published("feature map", "4 × 4", "conv1", "size"),
                Published("z = ReLU(x·w + b)", "7.5", "relu1", "output", (0, 0, 0)),
            ),
            remark="The lecture fills the chosen patch only. The other 27 numbers of the 6 × 6 are our own.",
        ),
    )
)

# ---- a vertical edge

PICTURE: Rows = (
    (3, 0, 1, 2, 7, 4),
    (1, 5, 8, 9, 3, 1),
    (2, 7, 2, 5, 1, 3),
    (0, 1, 3, 1, 7, 8),
    (4, 2, 1, 6, 2, 8),
    (2, 4, 5, 2, 3, 9),
)
EDGE: Rows = ((1, 0, -1),) * 3
ANSWER: Rows = ((-5, -4, 0, 8), (-10, -2, 2, 3), (0, -2, -4, -7), (-3, -2, -3, -16))
"""What the course writes down for them."""


def vertical_edge() -> Graph:
    """6 × 6 ⋆ 3 × 3, no bias."""
    net = Sketch((1, 6, 6))
    net.add("conv2d", "conv1", initial={"weight": ((EDGE,),)}, out_channels=1, kernel_size=3, bias=False)
    net.add("output_loss", "loss")
    return net.graph()


VERTICAL_EDGE = register_worked(
    ZooNetwork(
        key="vertical-edge",
        title="Vertical edge detector",
        year=2017,
        idea="A window that adds what lies on its left and takes off what lies on its right. Where both sides are "
        "equally bright it answers 0; the more they differ, the farther from 0.",
        source="A. Ng, Convolutional neural networks, week 1 (deeplearning.ai), 2017",
        published="The 16 results, −5 in the upper left corner to −16 in the lower right one.",
        build=vertical_edge,
        data_settings=given_data([number for row in PICTURE for number in row], (1, 6, 6)),
        training=DESCENT,
        counted_parameters=9,
        counted_multiply_adds=144,
        publication=Publication(
            source="A. Ng, Convolutional neural networks, week 1, 2017",
            numbers=(
                Published("size of the result", "4 × 4", "conv1", "size"),
                *(Published(f"result, row {r + 1}", _row(ANSWER[r]), "conv1", "output", (0, r)) for r in range(4)),
            ),
        ),
    )
)

# ---- stride

SEVEN: Rows = (
    (0, 0, 0, 0, 0, 0, 0),
    (0, 1, 1, 1, 1, 1, 0),
    (0, 0, 0, 0, 1, 0, 0),
    (0, 0, 0, 1, 0, 0, 0),
    (0, 0, 1, 0, 0, 0, 0),
    (0, 1, 0, 0, 0, 0, 0),
    (0, 0, 0, 0, 0, 0, 0),
)
"""A seven, to have something to slide over: the lecture gives sizes only."""

SLANT: Rows = ((-1, 0, 1), (0, 1, 0), (1, 0, -1))


def stride() -> Graph:
    """The same window over the same 7 × 7, in steps of 1 and in steps of 2."""
    net = Sketch((1, 7, 7))
    initial = {"weight": ((SLANT,),)}
    ends: list[str] = []
    for step in (1, 2):
        net.add(
            "conv2d",
            f"stride{step}",
            after="input",
            initial=initial,
            out_channels=1,
            kernel_size=3,
            stride=step,
            bias=False,
        )
        ends.append(net.add("flatten", f"flatten{step}"))
    net.add("concat", "concat", after=ends)
    net.add("output_loss", "loss")
    return net.graph()


STRIDE = register_worked(
    ZooNetwork(
        key="stride-7x7",
        title="Stride 1 and stride 2",
        year=2016,
        idea="The same 3 × 3 window goes over the same 7 × 7 picture, once cell by cell and once in steps of 2. The "
        "steps decide how many places it stops at, and so how large the result is.",
        source=f"A. Deshpande, A beginner's guide to understanding CNNs, part 2, 2016; printed in the {LECTURE}",
        published="5 × 5 with stride 1 and 3 × 3 with stride 2.",
        build=stride,
        data_settings=given_data([number for row in SEVEN for number in row], (1, 7, 7)),
        training=DESCENT,
        counted_parameters=18,
        counted_multiply_adds=306,
        publication=Publication(
            source=LECTURE,
            numbers=(
                Published("input volume", "7 x 7", "input", "size"),
                Published("output, stride 1", "5 x 5", "stride1", "size"),
                Published("output, stride 2", "3 x 3", "stride2", "size"),
            ),
            remark="Sizes only are printed; the picture and the window are our own.",
        ),
    )
)

# ---- padding


def padding() -> Graph:
    """Windows of 5 × 5 over a photograph of 32 × 32, with a border of two zeros and without."""
    net = Sketch((3, 32, 32))
    net.add("conv2d", "padded", out_channels=3, kernel_size=5, padding=2)
    net.add("conv2d", "unpadded", after="input", out_channels=3, kernel_size=5)
    net.add("conv2d", "again", out_channels=3, kernel_size=5)
    return net.graph()


PADDING = register_worked(
    ZooNetwork(
        key="padding-32x32",
        title="With and without padding",
        year=2021,
        idea="A border of zeros lets a window reach the rim, so that the result is as large as the picture. Without it "
        "every 5 × 5 window costs four rows and four columns: 32 become 28, and those 24.",
        source=f"{LECTURE[0].upper()}{LECTURE[1:]}; and R. Chamchong, Deep learning and tools, 2021, p. 89",
        published="32 × 32 × 3, padded to 36 × 36 × 3, stays 32 × 32 × 3; 28 × 28 without padding becomes 24 × 24.",
        build=padding,
        data_settings=DataSettings("imagenet"),
        counted_parameters=684,
        counted_multiply_adds=536_400,
        publication=Publication(
            source=f"{LECTURE}, and lecture on deep learning and tools, p. 89",
            numbers=(
                Published("input volume", "32 x 32 x 3", "input", "size"),
                Published("padded by 2", "36 x 36 x 3", "padded", "padded_size"),
                Published("filter", "5 x 5 x 3", "padded", "weight_size"),
                Published("output volume", "32 x 32 x 3", "padded", "size"),
                Published("2nd example, W, H", "28, 28", "unpadded", "size"),
                Published("(28 − 5 + 2·0) / 1 + 1", "24, 24", "again", "size"),
            ),
            remark="Sizes only are printed, so the weights are drawn at random.",
        ),
    )
)
