"""The modules of Inception v3: large filters taken apart into small and into flat ones."""

from __future__ import annotations

from collections.abc import Callable

from playground.zoo._sketch import Sketch
from playground.zoo._template import Template, register_template
from playground.zoo.templates.conv_unit import Kernel, average_unit, conv_unit, conv_units, share

SOURCE = "Szegedy et al. 2015, Rethinking the Inception architecture for computer vision"

Fit = Callable[[int], int]
"""What becomes of the published number of filters; the networks take it as it is, templates scale it."""

VALID, HALF = 0, 1
"""Padding of the 3×3 filters of stride 2: none as published, or as much as makes the size exactly half, rounded up."""


def _published(filters: int) -> int:
    return filters


def module_a(sketch: Sketch, pool: int, is_small: bool = False, fit: Fit = _published) -> str:
    """Figure 5, for 35×35 maps.

    `is_small` takes two 3×3 for the 5×5 of the second branch too, as drawn in the paper; the released network kept it.
    """
    start = sketch.last
    ends = [conv_unit(sketch, "one", fit(64), after=start)]
    large: tuple[tuple[int, Kernel], ...] = ((fit(64), 3), (fit(64), 3)) if is_small else ((fit(64), 5),)
    ends.append(conv_units(sketch, "five", ((fit(48), 1), *large), start))
    ends.append(conv_units(sketch, "double", ((fit(64), 1), (fit(96), 3), (fit(96), 3)), start))
    ends.append(average_unit(sketch, "project", fit(pool), start))
    return sketch.add("concat", "concat", ends)


def module_b(sketch: Sketch, width: int, fit: Fit = _published) -> str:
    """Figure 6, for 17×17 maps: 7×7 filters as a flat 1×7 and a tall 7×1."""
    start, inner, out = sketch.last, fit(width), fit(192)
    ends = [conv_unit(sketch, "one", out, after=start)]
    ends.append(conv_units(sketch, "seven", ((inner, 1), (inner, (1, 7)), (out, (7, 1))), start))
    steps: tuple[tuple[int, Kernel], ...] = (
        (inner, 1),
        (inner, (7, 1)),
        (inner, (1, 7)),
        (inner, (7, 1)),
        (out, (1, 7)),
    )
    ends.append(conv_units(sketch, "double", steps, start))
    ends.append(average_unit(sketch, "project", out, start))
    return sketch.add("concat", "concat", ends)


def module_c(sketch: Sketch, fit: Fit = _published) -> str:
    """Figure 7, for 8×8 maps: the last layers lie side by side, so that the network grows wider before it decides."""
    start, side = sketch.last, fit(384)
    ends = [conv_unit(sketch, "one", fit(320), after=start)]
    inner = conv_unit(sketch, "three1", side, after=start)
    ends += _split(sketch, "three2", side, inner)
    inner = conv_units(sketch, "double", ((fit(448), 1), (side, 3)), start)
    ends += _split(sketch, "double3", side, inner)
    ends.append(average_unit(sketch, "project", fit(192), start))
    return sketch.add("concat", "concat", ends)


def _split(sketch: Sketch, name: str, filters: int, after: str) -> list[str]:
    """1×3 and 3×1 side by side on the same maps."""
    return [
        conv_unit(sketch, f"{name}a", filters, (1, 3), after=after),
        conv_unit(sketch, f"{name}b", filters, (3, 1), after=after),
    ]


def reduction_a(sketch: Sketch, padding: int = VALID, fit: Fit = _published) -> str:
    """From 35×35 to 17×17."""
    start = sketch.last
    ends = [conv_unit(sketch, "three", fit(384), 3, after=start, stride=2, padding=padding)]
    inner = conv_units(sketch, "double", ((fit(64), 1), (fit(96), 3)), start)
    ends.append(conv_unit(sketch, "double3", fit(96), 3, after=inner, stride=2, padding=padding))
    ends.append(sketch.add("max_pool2d", "pool", start, kernel_size=3, stride=2, padding=padding))
    return sketch.add("concat", "concat", ends)


def reduction_b(sketch: Sketch, padding: int = VALID, fit: Fit = _published) -> str:
    """From 17×17 to 8×8."""
    start, inner_width = sketch.last, fit(192)
    inner = conv_unit(sketch, "three1", inner_width, after=start)
    ends = [conv_unit(sketch, "three2", fit(320), 3, after=inner, stride=2, padding=padding)]
    steps: tuple[tuple[int, Kernel], ...] = ((inner_width, 1), (inner_width, (1, 7)), (inner_width, (7, 1)))
    inner = conv_units(sketch, "seven", steps, start)
    ends.append(conv_unit(sketch, "seven4", inner_width, 3, after=inner, stride=2, padding=padding))
    ends.append(sketch.add("max_pool2d", "pool", start, kernel_size=3, stride=2, padding=padding))
    return sketch.add("concat", "concat", ends)


def fitted(channels: int, published: int) -> Fit:
    """Filters in the proportions of a module that has `published` channels coming in."""
    return lambda filters: share(channels, filters, published)


def _draw_a(sketch: Sketch, shape: tuple[int, ...]) -> None:
    module_a(sketch, pool=64, is_small=True, fit=fitted(shape[0], 288))


def _draw_b(sketch: Sketch, shape: tuple[int, ...]) -> None:
    module_b(sketch, 160, fitted(shape[0], 768))


def _draw_c(sketch: Sketch, shape: tuple[int, ...]) -> None:
    module_c(sketch, fitted(shape[0], 2048))


def _draw_reduction_a(sketch: Sketch, shape: tuple[int, ...]) -> None:
    reduction_a(sketch, HALF, fitted(shape[0], 288))


def _draw_reduction_b(sketch: Sketch, shape: tuple[int, ...]) -> None:
    reduction_b(sketch, HALF, fitted(shape[0], 768))


def _template(
    key: str, title: str, idea: str, draw: Callable[[Sketch, tuple[int, ...]], None], shape: tuple[int, int, int]
) -> Template:
    return register_template(Template(key, title, "Inception", idea, SOURCE, draw, shape))


MODULE_A = _template(
    "inception_v3_a",
    "Inception v3 A",
    "Every 5×5 filter is taken apart into two 3×3: the same view with 18 weights instead of 25, and one more ReLU.",
    _draw_a,
    (288, 35, 35),
)
MODULE_B = _template(
    "inception_v3_b",
    "Inception v3 B",
    "A 7×7 filter is taken apart into a flat 1×7 and a tall 7×1: 14 weights instead of 49. It does best on maps of "
    "middling size.",
    _draw_b,
    (768, 17, 17),
)
MODULE_C = _template(
    "inception_v3_c",
    "Inception v3 C",
    "On the smallest maps the 1×3 and 3×1 filters lie side by side, so that there are many features to choose from "
    "just before the decision.",
    _draw_c,
    (2048, 8, 8),
)
REDUCTION_A = _template(
    "inception_v3_reduction_a",
    "Inception v3, halving A",
    "Halves the picture without a bottleneck: convolutions and pooling of stride 2 side by side, so that nothing is "
    "thrown away before it was looked at.",
    _draw_reduction_a,
    (288, 35, 35),
)
REDUCTION_B = _template(
    "inception_v3_reduction_b",
    "Inception v3, halving B",
    "The same for the smaller maps further in, with a 7×7 filter taken apart in one branch.",
    _draw_reduction_b,
    (768, 17, 17),
)
