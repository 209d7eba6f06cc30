"""Depthwise separable convolution: first space, then channels."""

from __future__ import annotations

from playground.zoo._sketch import Sketch
from playground.zoo._template import Template, register_template

SOURCE = "Chollet 2016, Xception: deep learning with depthwise separable convolutions"

NORM_EPS = 1e-3


def separable(sketch: Sketch, name: str, filters: int, after: str | None = None) -> str:
    """A closed block: 3×3 on each channel alone, 1×1 across channels, batch norm; no bias, no ReLU between them."""
    with sketch.block(name, f"Separable 3×3 conv, {filters}"):
        sketch.add("depthwise_conv2d", "depthwise", after, kernel_size=3, padding=1, bias=False)
        sketch.add("conv2d", "pointwise", out_channels=filters, kernel_size=1, bias=False)
        return sketch.add("batch_norm2d", "norm", eps=NORM_EPS)


def xception_module(sketch: Sketch, filters: int) -> str:
    """Three times ReLU and separable convolution, added to the input, which has as many channels."""
    start = sketch.last
    for number in (1, 2, 3):
        sketch.add("relu", f"relu{number}")
        separable(sketch, f"separable{number}", filters)
    return sketch.add("add", "add", (start, sketch.last))


def _draw(sketch: Sketch, shape: tuple[int, ...]) -> None:
    xception_module(sketch, shape[0])


XCEPTION = register_template(
    Template(
        key="xception",
        title="Xception module",
        family="Inception",
        idea="Inception taken to its extreme: every channel is looked at alone by a 3×3 filter, and a 1×1 convolution "
        "then mixes the channels. Three such steps are added to what came in.",
        source=SOURCE,
        draw=_draw,
        shape=(728, 19, 19),
    )
)
