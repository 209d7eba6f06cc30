"""The modules of Inception v4: one kind for each size of the maps, all of them uniform."""

from __future__ import annotations

from collections.abc import Callable

from playground.zoo._sketch import Sketch
from playground.zoo._template import Template, register_template
from playground.zoo.templates.conv_unit import Kernel, average_unit, conv_unit, conv_units
from playground.zoo.templates.inception_v3 import HALF, VALID, Fit, fitted

SOURCE = "Szegedy et al. 2016, Inception-v4, Inception-ResNet and the impact of residual connections on learning"


def _published(filters: int) -> int:
    return filters


def module_a(sketch: Sketch, fit: Fit = _published) -> str:
    """Figure 4, for 35×35 maps: 384 channels in, 384 out."""
    start, out, inner = sketch.last, fit(96), fit(64)
    ends = [conv_unit(sketch, "one", out, after=start)]
    ends.append(conv_units(sketch, "three", ((inner, 1), (out, 3)), start))
    ends.append(conv_units(sketch, "double", ((inner, 1), (out, 3), (out, 3)), start))
    ends.append(average_unit(sketch, "project", out, start))
    return sketch.add("concat", "concat", ends)


def module_b(sketch: Sketch, fit: Fit = _published) -> str:
    """Figure 5, for 17×17 maps: 1,024 channels in, 1,024 out."""
    start, inner = sketch.last, fit(192)
    ends = [conv_unit(sketch, "one", fit(384), after=start)]
    ends.append(conv_units(sketch, "seven", ((inner, 1), (fit(224), (1, 7)), (fit(256), (7, 1))), start))
    steps: tuple[tuple[int, Kernel], ...] = (
        (inner, 1),
        (inner, (7, 1)),
        (fit(224), (1, 7)),
        (fit(224), (7, 1)),
        (fit(256), (1, 7)),
    )
    ends.append(conv_units(sketch, "double", steps, start))
    ends.append(average_unit(sketch, "project", fit(128), start))
    return sketch.add("concat", "concat", ends)


def module_c(sketch: Sketch, fit: Fit = _published) -> str:
    """Figure 6, for 8×8 maps: 1,536 channels in, 1,536 out."""
    start, out, inner = sketch.last, fit(256), fit(384)
    ends = [conv_unit(sketch, "one", out, after=start)]
    middle = conv_unit(sketch, "three1", inner, after=start)
    ends.append(conv_unit(sketch, "three2a", out, (1, 3), after=middle))
    ends.append(conv_unit(sketch, "three2b", out, (3, 1), after=middle))
    middle = conv_units(sketch, "double", ((inner, 1), (fit(448), (3, 1)), (fit(512), (1, 3))), start)
    ends.append(conv_unit(sketch, "double4a", out, (1, 3), after=middle))
    ends.append(conv_unit(sketch, "double4b", out, (3, 1), after=middle))
    ends.append(average_unit(sketch, "project", out, start))
    return sketch.add("concat", "concat", ends)


def reduction_a(sketch: Sketch, widths: tuple[int, int, int, int], padding: int = VALID) -> str:
    """Figure 7, from 35×35 to 17×17; `widths` are k, l, m and n of the paper's table 1."""
    start, (k, l, m, n) = sketch.last, widths  # noqa: E741 (the paper's letters)
    ends = [conv_unit(sketch, "three", n, 3, after=start, stride=2, padding=padding)]
    middle = conv_units(sketch, "double", ((k, 1), (l, 3)), start)
    ends.append(conv_unit(sketch, "double3", m, 3, after=middle, stride=2, padding=padding))
    ends.append(sketch.add("max_pool2d", "pool", start, kernel_size=3, stride=2, padding=padding))
    return sketch.add("concat", "concat", ends)


def reduction_b(sketch: Sketch, padding: int = VALID, fit: Fit = _published) -> str:
    """Figure 8, from 17×17 to 8×8: 1,024 channels in, 1,536 out."""
    start, small, large = sketch.last, fit(192), fit(320)
    middle = conv_unit(sketch, "three1", small, after=start)
    ends = [conv_unit(sketch, "three2", small, 3, after=middle, stride=2, padding=padding)]
    middle = conv_units(sketch, "seven", ((fit(256), 1), (fit(256), (1, 7)), (large, (7, 1))), start)
    ends.append(conv_unit(sketch, "seven4", large, 3, after=middle, stride=2, padding=padding))
    ends.append(sketch.add("max_pool2d", "pool", start, kernel_size=3, stride=2, padding=padding))
    return sketch.add("concat", "concat", ends)


def _draw_a(sketch: Sketch, shape: tuple[int, ...]) -> None:
    module_a(sketch, fitted(shape[0], 384))


def _draw_b(sketch: Sketch, shape: tuple[int, ...]) -> None:
    module_b(sketch, fitted(shape[0], 1024))


def _draw_c(sketch: Sketch, shape: tuple[int, ...]) -> None:
    module_c(sketch, fitted(shape[0], 1536))


def _draw_reduction_a(sketch: Sketch, shape: tuple[int, ...]) -> None:
    fit = fitted(shape[0], 384)
    reduction_a(sketch, (fit(192), fit(224), fit(256), fit(384)), HALF)


def _draw_reduction_b(sketch: Sketch, shape: tuple[int, ...]) -> None:
    reduction_b(sketch, HALF, fitted(shape[0], 1024))


def _template(
    key: str, title: str, idea: str, draw: Callable[[Sketch, tuple[int, ...]], None], shape: tuple[int, int, int]
) -> Template:
    return register_template(Template(key, title, "Inception", idea, SOURCE, draw, shape))


MODULE_A = _template(
    "inception_v4_a",
    "Inception v4 A",
    "Four branches of equal width, with 3×3 filters only. As many channels go out as came in, so that it can be "
    "repeated at will.",
    _draw_a,
    (384, 35, 35),
)
MODULE_B = _template(
    "inception_v4_b",
    "Inception v4 B",
    "For maps of middling size: flat 1×7 and tall 7×1 filters, once in one branch and twice in another.",
    _draw_b,
    (1024, 17, 17),
)
MODULE_C = _template(
    "inception_v4_c",
    "Inception v4 C",
    "For the smallest maps: two of its branches part into a flat 1×3 and a tall 3×1 at their end.",
    _draw_c,
    (1536, 8, 8),
)
REDUCTION_A = _template(
    "inception_v4_reduction_a",
    "Inception v4, halving A",
    "Halves the picture by two convolutions of stride 2 and a pooling side by side. All networks of this paper share "
    "it, with other widths.",
    _draw_reduction_a,
    (384, 35, 35),
)
REDUCTION_B = _template(
    "inception_v4_reduction_b",
    "Inception v4, halving B",
    "Halves the smaller maps further in, with a 7×7 filter taken apart in one branch.",
    _draw_reduction_b,
    (1024, 17, 17),
)
