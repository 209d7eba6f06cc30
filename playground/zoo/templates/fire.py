"""The fire module of SqueezeNet: squeeze the channels, then expand them."""

from __future__ import annotations

from playground.zoo._sketch import Sketch
from playground.zoo._template import Template, register_template

SOURCE = "Iandola et al. 2016, SqueezeNet: AlexNet-level accuracy with 50× fewer parameters and <0.5 MB model size"


def fire(sketch: Sketch, squeeze: int, expand1: int, expand3: int) -> str:
    """1×1 down to `squeeze` maps, then 1×1 and 3×3 side by side; ReLU after each, put behind each other."""
    sketch.add("conv2d", "squeeze", out_channels=squeeze, kernel_size=1)
    squeezed = sketch.add("relu", "squeeze_relu")
    sketch.add("conv2d", "expand1x1", squeezed, out_channels=expand1, kernel_size=1)
    one = sketch.add("relu", "expand1x1_relu")
    sketch.add("conv2d", "expand3x3", squeezed, out_channels=expand3, kernel_size=3, padding=1)
    three = sketch.add("relu", "expand3x3_relu")
    return sketch.add("concat", "concat", (one, three))


def _draw(sketch: Sketch, shape: tuple[int, ...]) -> None:
    """As many channels out as come in (two at least), squeezed to an eighth, half of them from each kind of filter."""
    one = max(1, shape[0] // 2)
    fire(sketch, max(1, shape[0] // 8), one, max(1, shape[0] - one))


FIRE = register_template(
    Template(
        key="fire",
        title="Fire",
        family="SqueezeNet",
        idea="A 1×1 convolution squeezes the channels to an eighth; cheap 1×1 and dear 3×3 filters then expand them. "
        "The 3×3 filters cost so little because so few channels reach them.",
        source=SOURCE,
        draw=_draw,
        shape=(128, 56, 56),
    )
)
