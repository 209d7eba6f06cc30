"""Which numbers of the input one number of the output was made from, and with what shares, and the other way round.

For layers that pool, enlarge, pad or crop: they learn nothing, so settings and sizes (and, for unpooling, where the
largest numbers stood) say all. Shares are exact fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from playground.engine.arithmetic._spec import ExplanationError, Index

if TYPE_CHECKING:
    import numpy as np

    from playground.engine.trace import Frame

Reached = list[tuple[Index, Fraction]]
"""Places in an array, each with its share, in the array's order."""

Cells = Sequence[tuple[int, Fraction]]
"""Positions along one dimension, each with its share."""

Rule = Callable[["Frame", int, int], Cells]
"""(frame, dimension, place): what a place of the output is made from along one dimension. Channels are dimension 0."""

_ONE = Fraction(1)


def sources(frame: Frame, index: Index) -> Reached:
    """The numbers of the (first) input that `frame.output[index]` is made from. Padding is left out.

    Raises:
        ExplanationError: the layer is none of those described above.
    """
    match frame.type:
        case "pixel_shuffle":
            return [(_unshuffled(frame, index), _ONE)]
        case "max_unpool2d":
            return _windows_won(frame, index)
        case _:
            rule = rule_of(frame)
            inner = (*index[1:], *(0,) * (frame.inputs[0].ndim - len(index)))
            return _crossed(index[0], [rule(frame, axis, place) for axis, place in enumerate(inner)])


def sinks(frame: Frame, index: Index, port: int = 0) -> Reached:
    """The numbers of the output in which `frame.inputs[port][index]` has a part.

    Raises:
        ExplanationError: the layer is none of those described above.
    """
    match frame.type:
        case "pixel_shuffle":
            return [(_shuffled(frame, index), _ONE)]
        case "max_unpool2d":
            return [((*index[:2], *switch(frame, index)), _ONE)] if port == 0 else []
        case _:
            rule, extents = (
                rule_of(frame),
                (*frame.output.shape[1:], *(1,) * (frame.inputs[0].ndim - frame.output.ndim)),
            )
            along = [
                [
                    (place, share)
                    for place in range(extent)
                    for position, share in rule(frame, axis, place)
                    if position == index[1 + axis]
                ]
                for axis, extent in enumerate(extents)
            ]
            return [(out[: frame.output.ndim], share) for out, share in _crossed(index[0], along)]


def rule_of(frame: Frame) -> Rule:
    """How output and input belong together along each dimension; where the output has fewer, it has one place there.

    Raises:
        ExplanationError: none is known for this layer.
    """
    rule = _RULES.get(frame.type)
    if rule is None:
        raise ExplanationError(f"There is no explanation for layers of type “{frame.type}” yet.")
    return rule


def setting(frame: Frame, key: str, axis: int, default: int = 1) -> int:
    """A setting along one dimension (1 the first after the channels); one number serves all."""
    value = frame.params.get(key, default)
    value = value[axis - 1] if isinstance(value, tuple) else value
    assert isinstance(value, int | float)
    return int(value)


def largest(values: Sequence[float]) -> int:
    """The position of the largest as torch's pooling finds it: the first of equal ones; what is not a number wins."""
    best = 0
    for position, value in enumerate(values):
        if value > values[best] or value != value:
            best = position
    return best


def _crossed(example: int, along: Sequence[Cells]) -> Reached:
    """All dimensions together: positions combine, shares multiply."""
    shares = [{share for _, share in cells} for cells in along]
    if all(len(different) == 1 for different in shares):  # as nearly always, and much faster
        common = prod((share for different in shares for share in different), start=_ONE)
        return [((example, *index), common) for index in product(*([at for at, _ in cells] for cells in along))]
    return [
        ((example, *(at for at, _ in cells)), prod((share for _, share in cells), start=_ONE))
        for cells in product(*along)
    ]


# Along one dimension.


def _apart(rule: Rule) -> Rule:
    """Every channel by itself, the rule along the other dimensions."""

    def apply(frame: Frame, axis: int, place: int) -> Cells:
        return rule(frame, axis, place) if axis else [(place, _ONE)]

    return apply


def _window(frame: Frame, axis: int, source: np.ndarray, place: int) -> range:
    """The positions of the input under a sliding window at a place, without those on padding."""
    kernel, stride, padding = (setting(frame, key, axis, 0) for key in ("kernel_size", "stride", "padding"))
    dilation, extent = setting(frame, "dilation", axis), source.shape[1 + axis]
    start = place * stride - padding
    first = start if start >= 0 else start % dilation
    return range(first, max(first, min(extent, start + kernel * dilation)), dilation)


def _slide(frame: Frame, axis: int, place: int) -> Cells:
    """Of sums, largest numbers and norms: all positions under the window."""
    return [(position, _ONE) for position in _window(frame, axis, frame.inputs[0], place)]


def _slide_mean(frame: Frame, axis: int, place: int) -> Cells:
    """Of means: what the window covers beyond the padding never counts, padding itself only if the settings say so."""
    window, padding = _window(frame, axis, frame.inputs[0], place), setting(frame, "padding", axis, 0)
    start, end = place * setting(frame, "stride", axis) - padding, frame.inputs[0].shape[1 + axis] + padding
    counted = min(start + setting(frame, "kernel_size", axis), end) - start
    if not frame.params.get("count_include_pad", True):
        counted = len(window)
    return [(position, Fraction(1, counted)) for position in window]


def _everything(frame: Frame, axis: int, place: int) -> Cells:
    """All positions become one."""
    del place
    return _equally(frame, range(frame.inputs[0].shape[1 + axis]))


def _all_channels(frame: Frame, axis: int, place: int) -> Cells:
    return [(place, _ONE)] if axis else _everything(frame, axis, place)


def _adaptive(frame: Frame, axis: int, place: int) -> Cells:
    """Place i of m covers the positions ⌊i n / m⌋ to ⌈(i + 1) n / m⌉ − 1."""
    extent, places = frame.inputs[0].shape[1 + axis], frame.output.shape[1 + axis]
    return _equally(frame, range(place * extent // places, -(-(place + 1) * extent // places)))


def _equally(frame: Frame, positions: range) -> Cells:
    """Equal shares of a mean; whole numbers otherwise."""
    is_mean = "avg" in frame.type or frame.params.get("mode") == "mean"
    share = Fraction(1, len(positions)) if is_mean else _ONE
    return [(position, share) for position in positions]


def _upsample(frame: Frame, axis: int, place: int) -> Cells:
    """Nearest: each position is repeated. Bilinear: the middles of old and new pixels are laid over one another.

    The middle of the new pixel i lies at (i + ½) / s − ½ of the old ones; its neighbours there share it by closeness.
    """
    extent, factor = frame.inputs[0].shape[1 + axis], setting(frame, "scale_factor", axis)
    if frame.params["mode"] == "nearest":
        return [(place // factor, _ONE)]
    middle = max(Fraction(0), Fraction(2 * place + 1 - factor, 2 * factor))
    before = middle.numerator // middle.denominator
    share = middle - before
    if share == 0 or before == extent - 1:
        return [(before, _ONE)]
    return [(before, 1 - share), (before + 1, share)]


def _pad(frame: Frame, axis: int, place: int) -> Cells:
    """The rim is nothing (zeros), or the picture mirrored at its edge pixel (reflect), or that pixel (replicate)."""
    sides = frame.params["padding"]
    assert isinstance(sides, tuple)
    extent = frame.inputs[0].shape[1 + axis]
    position = place - int(sides[2 if axis == 1 else 0])
    if not 0 <= position < extent and frame.params["mode"] == "zeros":
        return []
    if frame.params["mode"] == "reflect":
        position = extent - 1 - abs(extent - 1 - abs(position))
    return [(min(max(position, 0), extent - 1), _ONE)]


def _crop(frame: Frame, axis: int, place: int) -> Cells:
    return [(setting(frame, "top" if axis == 1 else "left", axis) + place, _ONE)]


def _center_crop(frame: Frame, axis: int, place: int) -> Cells:
    return [((frame.inputs[0].shape[1 + axis] - frame.output.shape[1 + axis]) // 2 + place, _ONE)]


_RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("max_pool1d", "max_pool2d", "sum_pool2d", "lp_pool2d"), _apart(_slide)),
    **dict.fromkeys(("avg_pool1d", "avg_pool2d"), _apart(_slide_mean)),
    **dict.fromkeys(
        ("global_avg_pool1d", "global_avg_pool2d", "global_max_pool1d", "global_max_pool2d"), _apart(_everything)
    ),
    **dict.fromkeys(
        ("adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_max_pool1d", "adaptive_max_pool2d"),
        _apart(_adaptive),
    ),
    "channel_pool": _all_channels,
    "upsample2d": _apart(_upsample),
    "pad": _apart(_pad),
    "crop2d": _apart(_crop),
    "center_crop2d": _apart(_center_crop),
}
"""By layer type."""


# Where dimensions mix, or the numbers themselves decide.


def _unshuffled(frame: Frame, index: Index) -> Index:
    """Pixel shuffle: output (k, r, c) is input channel k s² + (r mod s) s + (c mod s), at r / s and c / s."""
    factor = setting(frame, "upscale_factor", 1)
    example, channel, row, column = index
    inner = (row % factor) * factor + column % factor
    return example, channel * factor**2 + inner, row // factor, column // factor


def _shuffled(frame: Frame, index: Index) -> Index:
    factor = setting(frame, "upscale_factor", 1)
    example, channel, row, column = index
    kept, inner = divmod(channel, factor**2)
    return example, kept, row * factor + inner // factor, column * factor + inner % factor


def switch(frame: Frame, index: Index) -> tuple[int, int]:
    """Unpooling: row and column at which the map of input 2 was largest within the window of a value of input 1."""
    example, channel, *places = index
    rows, columns = (_window(frame, 1 + axis, frame.inputs[1], place) for axis, place in enumerate(places))
    pixels = list(product(rows, columns))
    return pixels[largest([float(frame.inputs[1][example, channel, row, column]) for row, column in pixels])]


def _windows_won(frame: Frame, index: Index) -> Reached:
    """Unpooling: the values whose window was won by this pixel of the output."""
    covering = [
        [place for place in range(extent) if index[2 + axis] in _window(frame, 1 + axis, frame.inputs[1], place)]
        for axis, extent in enumerate(frame.inputs[0].shape[2:])
    ]
    places = [(*index[:2], row, column) for row, column in product(*covering)]
    return [(place, _ONE) for place in places if switch(frame, place) == index[2:]]
