"""The modules of Inception-ResNet: a small Inception module computes what is added to its own input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playground.zoo._sketch import Sketch
from playground.zoo._template import Template, register_template
from playground.zoo.templates.conv_unit import Kernel, conv_unit, conv_units
from playground.zoo.templates.inception_v3 import HALF, VALID, fitted
from playground.zoo.templates.inception_v4 import SOURCE

Steps = tuple[tuple[int, Kernel], ...]
"""The (filters, kernel) of a branch, in its order."""


@dataclass(frozen=True)
class Kind:
    """One kind of module: its branches, and the factor on what they compute before it is added."""

    branches: tuple[Steps, ...]
    scale: float


A1 = Kind((((32, 1),), ((32, 1), (32, 3)), ((32, 1), (32, 3), (32, 3))), 0.17)
"""Inception-ResNet-A of version 1, figure 10. The factors are the released network's; the paper says 0.1 to 0.3."""
B1 = Kind((((128, 1),), ((128, 1), (128, (1, 7)), (128, (7, 1)))), 0.1)
C1 = Kind((((192, 1),), ((192, 1), (192, (1, 3)), (192, (3, 1)))), 0.2)

A2 = Kind((((32, 1),), ((32, 1), (32, 3)), ((32, 1), (48, 3), (64, 3))), 0.17)
"""Inception-ResNet-A of version 2, figure 16; B and C are figures 17 and 19."""
B2 = Kind((((192, 1),), ((128, 1), (160, (1, 7)), (192, (7, 1)))), 0.1)
C2 = Kind((((192, 1),), ((192, 1), (224, (1, 3)), (256, (3, 1)))), 0.2)


def inception_resnet(sketch: Sketch, kind: Kind, channels: int, has_relu: bool = True) -> str:
    """The input plus a fraction of what the branches make of it, then ReLU.

    The branches' maps are brought back to the input's `channels` by a 1×1 convolution with bias and without batch norm
    or ReLU. Nothing is normalised after the sum.
    """
    start = sketch.last
    ends = [conv_units(sketch, f"branch{n}_", steps, start) for n, steps in enumerate(kind.branches, start=1)]
    sketch.add("concat", "concat", ends)
    sketch.add("conv2d", "up", out_channels=channels, kernel_size=1)
    if kind.scale != 1:
        sketch.add("scale", "scale", factor=kind.scale)
    added = sketch.add("add", "add", (start, sketch.last))
    return sketch.add("relu", "relu") if has_relu else added


def reduction_b(sketch: Sketch, widths: tuple[Steps, Steps, Steps], padding: int = VALID) -> str:
    """Figures 13 and 18, from 17×17 to 8×8: three branches, the last convolution of each with stride 2, and pooling."""
    start = sketch.last
    ends: list[str] = []
    for number, steps in enumerate(widths, start=1):
        inner = conv_units(sketch, f"branch{number}_", steps[:-1], start)
        filters, kernel = steps[-1]
        name = f"branch{number}_{len(steps)}"
        ends.append(conv_unit(sketch, name, filters, kernel, after=inner, stride=2, padding=padding))
    ends.append(sketch.add("max_pool2d", "pool", start, kernel_size=3, stride=2, padding=padding))
    return sketch.add("concat", "concat", ends)


REDUCTION_B1: tuple[Steps, Steps, Steps] = (
    ((256, 1), (384, 3)),
    ((256, 1), (256, 3)),
    ((256, 1), (256, 3), (256, 3)),
)
REDUCTION_B2: tuple[Steps, Steps, Steps] = (
    ((256, 1), (384, 3)),
    ((256, 1), (288, 3)),
    ((256, 1), (288, 3), (320, 3)),
)


def _drawing(kind: Kind, published: int) -> Callable[[Sketch, tuple[int, ...]], None]:
    """The module with its widths in proportion to the channels coming in."""

    def draw(sketch: Sketch, shape: tuple[int, ...]) -> None:
        fit = fitted(shape[0], published)
        branches = tuple(tuple((fit(filters), kernel) for filters, kernel in steps) for steps in kind.branches)
        inception_resnet(sketch, Kind(branches, kind.scale), shape[0])

    return draw


def _draw_reduction(sketch: Sketch, shape: tuple[int, ...]) -> None:
    fit = fitted(shape[0], 1088)
    one, two, three = (tuple((fit(filters), kernel) for filters, kernel in steps) for steps in REDUCTION_B2)
    reduction_b(sketch, (one, two, three), HALF)


def _template(
    key: str, title: str, idea: str, draw: Callable[[Sketch, tuple[int, ...]], None], shape: tuple[int, int, int]
) -> Template:
    return register_template(Template(key, title, "Inception", idea, SOURCE, draw, shape))


MODULE_A = _template(
    "inception_resnet_a",
    "Inception-ResNet A",
    "Three branches work out a change, which is scaled down and added to what came in. Scaled by 0.1 to 0.3, very wide "
    "networks of this kind learn steadily.",
    _drawing(A2, 320),
    (320, 35, 35),
)
MODULE_B = _template(
    "inception_resnet_b",
    "Inception-ResNet B",
    "For maps of middling size: a 1×1 and a 7×7 taken apart work out what is added to the input.",
    _drawing(B2, 1088),
    (1088, 17, 17),
)
MODULE_C = _template(
    "inception_resnet_c",
    "Inception-ResNet C",
    "For the smallest maps: a 1×1 and a 3×3 taken apart work out what is added to the input.",
    _drawing(C2, 2080),
    (2080, 8, 8),
)
REDUCTION_B = _template(
    "inception_resnet_reduction_b",
    "Inc-ResNet, halving B",
    "Halves the picture by three branches of 3×3 filters and a pooling side by side.",
    _draw_reduction,
    (1088, 17, 17),
)
