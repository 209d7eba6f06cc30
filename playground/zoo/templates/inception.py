"""The Inception modules of GoogLeNet: several filter sizes side by side."""

from __future__ import annotations

from dataclasses import dataclass

from playground.zoo._sketch import Sketch
from playground.zoo._template import Template, register_template
from playground.zoo.templates.conv_unit import share

SOURCE = "Szegedy et al. 2014, Going deeper with convolutions"


@dataclass(frozen=True)
class Widths:
    """The filters of a module, named as in table 1 of the paper: "#3×3 reduce" is `reduce3`."""

    one: int
    reduce3: int
    three: int
    reduce5: int
    five: int
    pool: int


def conv_relu(sketch: Sketch, name: str, filters: int, kernel: int = 1, after: str | None = None) -> str:
    """A convolution that keeps the picture's size, and its ReLU; returns the ReLU's id."""
    sketch.add("conv2d", name, after, out_channels=filters, kernel_size=kernel, padding=kernel // 2)
    return sketch.add("relu", f"{name}_relu")


def inception(sketch: Sketch, widths: Widths) -> str:
    """Figure 2 (b): 1×1, 1×1 → 3×3, 1×1 → 5×5 and pooling → 1×1 side by side, put behind each other."""
    start = sketch.last
    one = conv_relu(sketch, "conv1x1", widths.one, 1, start)
    three = conv_relu(sketch, "conv3x3", widths.three, 3, conv_relu(sketch, "reduce3x3", widths.reduce3, 1, start))
    five = conv_relu(sketch, "conv5x5", widths.five, 5, conv_relu(sketch, "reduce5x5", widths.reduce5, 1, start))
    pooled = sketch.add("max_pool2d", "pool", start, kernel_size=3, stride=1, padding=1)
    projected = conv_relu(sketch, "project", widths.pool, 1, pooled)
    return sketch.add("concat", "concat", (one, three, five, projected))


def naive_inception(sketch: Sketch, one: int, three: int, five: int) -> str:
    """Figure 2 (a): 1×1, 3×3, 5×5 and pooling side by side, without the 1×1 convolutions that make it affordable."""
    start = sketch.last
    ends = [conv_relu(sketch, f"conv{k}x{k}", filters, k, start) for k, filters in ((1, one), (3, three), (5, five))]
    pooled = sketch.add("max_pool2d", "pool", start, kernel_size=3, stride=1, padding=1)
    return sketch.add("concat", "concat", (*ends, pooled))


def _draw(sketch: Sketch, shape: tuple[int, ...]) -> None:
    """In the proportions of module 3a, which has 192 channels coming in."""
    parts = (share(shape[0], part, 192) for part in (64, 96, 128, 16, 32, 32))
    inception(sketch, Widths(*parts))


def _draw_naive(sketch: Sketch, shape: tuple[int, ...]) -> None:
    """With 192 filters of 3×3 where 256 channels come in, as in the lecture's count."""
    naive_inception(sketch, *(share(shape[0], part, 256) for part in (128, 192, 96)))


INCEPTION = register_template(
    Template(
        key="inception_v1",
        title="Inception",
        family="Inception",
        idea="1×1, 3×3 and 5×5 filters and a pooling look at the same maps side by side; the next layer decides which "
        "size was useful. A 1×1 convolution before the larger ones squeezes the channels, so that they cost less.",
        source=SOURCE,
        draw=_draw,
        shape=(192, 28, 28),
    )
)

NAIVE_INCEPTION = register_template(
    Template(
        key="inception_naive",
        title="Inception, naïve",
        family="Inception",
        idea="The same without the 1×1 convolutions. Compare the parameters: with 256 channels coming in, the 3×3 "
        "branch has 442,368 weights here, and 126,976 if 64 channels are made of them first.",
        source=SOURCE,
        draw=_draw_naive,
        shape=(256, 28, 28),
    )
)
