"""Densely connected blocks: every layer sees the maps of all layers before it."""

from __future__ import annotations

from playground.zoo._sketch import Sketch
from playground.zoo._template import Template, register_template
from playground.zoo.templates._style import PLAIN

BOTTLENECK = 4
"""The 1×1 convolution of a dense layer gives four times as many maps as the layer adds."""


def dense_layer(sketch: Sketch, growth: int) -> str:
    """Norm, ReLU, 1×1 to four times the growth; norm, ReLU, 3×3 to `growth` maps, put behind those that arrived."""
    entry = sketch.last
    PLAIN.prepare(sketch, "1")
    PLAIN.convolve(sketch, "1", BOTTLENECK * growth, 1)
    PLAIN.prepare(sketch, "2")
    new = PLAIN.convolve(sketch, "2", growth, 3)
    return sketch.add("concat", "concat", (entry, new))


def dense_block(sketch: Sketch, layers: int, growth: int) -> str:
    """So many dense layers, each a block; the maps grow by `growth` with each."""
    for number in range(1, layers + 1):
        with sketch.block(f"layer{number}", f"Dense layer {number}", kind="dense_layer"):
            dense_layer(sketch, growth)
    return sketch.last


def transition(sketch: Sketch, out: int) -> str:
    """Norm, ReLU, 1×1 to `out` maps, then means of 2×2 pixels."""
    PLAIN.prepare(sketch, "")
    PLAIN.convolve(sketch, "", out, 1)
    return sketch.add("avg_pool2d", "pool", kernel_size=2, stride=2)


_SOURCE = "Huang, Liu, van der Maaten and Weinberger 2016, Densely connected convolutional networks"

DENSE_LAYER = register_template(
    Template(
        key="dense_layer",
        title="Dense layer",
        family="Dense connections",
        idea="Computes 32 new feature maps and puts them behind those that it was given, so later layers see them all.",
        source=_SOURCE,
        draw=lambda sketch, shape: dense_layer(sketch, 32),
    )
)

DENSE_BLOCK = register_template(
    Template(
        key="dense_block",
        title="Dense block",
        family="Dense connections",
        idea="Six dense layers in a row: each adds 32 maps to the pile that all the following ones read.",
        source=_SOURCE,
        draw=lambda sketch, shape: dense_block(sketch, 6, 32),
    )
)

TRANSITION = register_template(
    Template(
        key="transition",
        title="Transition",
        family="Dense connections",
        idea="Between two dense blocks: a 1×1 convolution halves the number of maps, and average pooling their size.",
        source=_SOURCE,
        draw=lambda sketch, shape: transition(sketch, max(1, shape[0] // 2)),
        shape=(256, 32, 32),
    )
)
