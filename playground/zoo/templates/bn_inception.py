"""The modules of BN-Inception: batch norm everywhere, and two 3×3 in place of each 5×5."""

from __future__ import annotations

from dataclasses import dataclass

from playground.zoo._sketch import Sketch
from playground.zoo._template import Template, register_template
from playground.zoo.templates.conv_unit import average_unit, conv_unit, conv_units, share

SOURCE = "Ioffe and Szegedy 2015, Batch normalization"


@dataclass(frozen=True)
class Widths:
    """The filters of a module, named as in figure 5 of the paper. `is_max`: pooled by maximum, else by mean."""

    one: int
    reduce3: int
    three: int
    reduce_double: int
    double: int
    pool: int
    is_max: bool = False


def bn_inception(sketch: Sketch, widths: Widths) -> str:
    """1×1, 1×1 → 3×3, 1×1 → 3×3 → 3×3 and pooling → 1×1, all with batch norm, put behind each other."""
    start = sketch.last
    one = conv_unit(sketch, "one", widths.one, after=start)
    three = conv_units(sketch, "three", ((widths.reduce3, 1), (widths.three, 3)), start)
    steps = ((widths.reduce_double, 1), (widths.double, 3), (widths.double, 3))
    double = conv_units(sketch, "double", steps, start)
    if widths.is_max:
        pooled = sketch.add("max_pool2d", "project_pool", start, kernel_size=3, stride=1, padding=1)
        projected = conv_unit(sketch, "project", widths.pool, after=pooled)
    else:
        projected = average_unit(sketch, "project", widths.pool, start)
    return sketch.add("concat", "concat", (one, three, double, projected))


def bn_reduction(sketch: Sketch, widths: tuple[int, int, int, int], is_tensorflow: bool = True) -> str:
    """Halves the picture: 3×3 and double 3×3 of stride 2, and the maxima of all channels passed through.

    Args:
        sketch: the architecture so far.
        widths: 3×3 reduce, 3×3, double 3×3 reduce, double 3×3.
        is_tensorflow: pad the odd row at the bottom and on the right, as the authors did; else on all sides, which
            works for the smallest pictures too.
    """
    start, (reduce3, three, reduce_double, double) = sketch.last, widths
    padding = "same" if is_tensorflow else 1
    inner = conv_unit(sketch, "three1", reduce3, after=start)
    ends = [conv_unit(sketch, "three2", three, 3, after=inner, stride=2, padding=padding)]
    inner = conv_units(sketch, "double", ((reduce_double, 1), (double, 3)), start)
    ends.append(conv_unit(sketch, "double3", double, 3, after=inner, stride=2, padding=padding))
    ends.append(
        sketch.add(
            "max_pool2d",
            "pool",
            start,
            kernel_size=3,
            stride=2,
            padding=0 if is_tensorflow else 1,
            ceil_mode=is_tensorflow,
        )
    )
    return sketch.add("concat", "concat", ends)


def _draw(sketch: Sketch, shape: tuple[int, ...]) -> None:
    """In the proportions of module 3a, which has 192 channels coming in."""
    one, reduce3, three, reduce_double, double, pool = (share(shape[0], part, 192) for part in (64, 64, 64, 64, 96, 32))
    bn_inception(sketch, Widths(one, reduce3, three, reduce_double, double, pool))


def _draw_reduction(sketch: Sketch, shape: tuple[int, ...]) -> None:
    """In the proportions of module 3c, which has 320 channels coming in."""
    reduce3, three, reduce_double, double = (share(shape[0], part, 320) for part in (128, 160, 64, 96))
    bn_reduction(sketch, (reduce3, three, reduce_double, double), is_tensorflow=False)


BN_INCEPTION = register_template(
    Template(
        key="inception_v2",
        title="Inception v2",
        family="Inception",
        idea="Two 3×3 convolutions see as much as one 5×5, with 18 weights where that has 25. Batch norm after every "
        "convolution lets the network learn with larger steps.",
        source=SOURCE,
        draw=_draw,
        shape=(192, 28, 28),
    )
)

BN_REDUCTION = register_template(
    Template(
        key="inception_v2_reduction",
        title="Inception v2, halving",
        family="Inception",
        idea="Halves the picture's height and width while it adds channels: convolutions of stride 2 and a pooling "
        "side by side.",
        source=SOURCE,
        draw=_draw_reduction,
        shape=(320, 28, 28),
    )
)
