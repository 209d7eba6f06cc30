"""Residual blocks: basic, bottleneck, wide, and those of ResNeXt; activation after the sum, or before each weight."""

from __future__ import annotations

from collections.abc import Callable

from playground.zoo._sketch import Sketch
from playground.zoo._template import Template, register_template
from playground.zoo.templates._style import PLAIN, Style

Attention = Callable[[Sketch, int], object]
"""Draws layers behind the branch's last one, told the number of its channels: squeeze-and-excitation and the like."""

EXPANSION = 4
"""A bottleneck gives four times as many channels as its 3×3 convolution has."""


def padded_skip(sketch: Sketch, entry: str, stride: int, is_doubled: bool, window: int = 1) -> str:
    """A shortcut without weights: every `stride`-th pixel (or means of windows), and zeros for the new channels.

    Option A of He et al. 2015; returns the id of its end.
    """
    end = entry
    if stride > 1:
        end = sketch.add("avg_pool2d", "skip_pool", end, kernel_size=window, stride=stride)
    if is_doubled:
        zeros = sketch.add("scale", "skip_zeros", end, factor=0.0)
        end = sketch.add("concat", "skip_concat", (end, zeros))
    return end


def projected_skip(sketch: Sketch, entry: str, channels: int, stride: int, style: Style = PLAIN) -> str:
    """A shortcut of a 1×1 convolution and its normalisation: option B of He et al. 2015; returns the id of its end."""
    return style.conv_norm(sketch, "_skip", channels, 1, stride, after=entry, has_activation=False)


def join(sketch: Sketch, skip: str, branch: str, style: Style | None = PLAIN) -> str:
    """The sum of both ways, and the activation after it where the style is given; returns the id of the last."""
    sketch.add("add", "add", (skip, branch))
    return style.activate(sketch, "_sum") if style is not None else sketch.last


def basic_block(
    sketch: Sketch,
    channels: int,
    out: int,
    stride: int = 1,
    attention: Attention | None = None,
    drop: float = 0.0,
    pooled_skip: int = 0,
) -> str:
    """Two 3×3 convolutions and a shortcut around them (He et al. 2015, figure 5 left).

    Args:
        sketch: its last layer gives `channels` channels.
        channels: those that arrive.
        out: those that leave.
        stride: of the first convolution.
        attention: what is drawn behind the second convolution.
        drop: the probability of leaving the branch out while training.
        pooled_skip: the pooling window of a shortcut without weights; 0 for a projection.
    """
    entry = sketch.last
    PLAIN.conv_norm(sketch, "1", out, 3, stride)
    PLAIN.conv_norm(sketch, "2", out, 3, has_activation=False)
    branch = _finish_branch(sketch, out, attention, drop)
    if pooled_skip:
        skip = padded_skip(sketch, entry, stride, out > channels, pooled_skip)
    else:
        skip = _skip(sketch, entry, channels, out, stride)
    return join(sketch, skip, branch)


def bottleneck(
    sketch: Sketch,
    channels: int,
    width: int,
    out: int,
    stride: int = 1,
    groups: int = 1,
    stride_in: int = 1,
    attention: Attention | None = None,
) -> str:
    """1×1 down to `width`, 3×3, 1×1 up to `out`, and a shortcut around them (He et al. 2015, figure 5 right).

    Args:
        sketch: its last layer gives `channels` channels.
        channels: those that arrive.
        width: those of the 3×3 convolution.
        out: those that leave.
        stride: of the block.
        groups: of the 3×3 convolution: the cardinality of ResNeXt.
        stride_in: which convolution has the stride: the first in He et al. 2015, the second in ResNeXt.
        attention: what is drawn behind the last convolution.
    """
    entry = sketch.last
    PLAIN.conv_norm(sketch, "1", width, 1, stride if stride_in == 1 else 1)
    PLAIN.conv_norm(sketch, "2", width, 3, stride if stride_in == 2 else 1, groups)
    PLAIN.conv_norm(sketch, "3", out, 1, has_activation=False)
    branch = _finish_branch(sketch, out, attention)
    return join(sketch, _skip(sketch, entry, channels, out, stride), branch)


def _finish_branch(sketch: Sketch, channels: int, attention: Attention | None, drop: float = 0.0) -> str:
    if attention is not None:
        attention(sketch, channels)
    if drop:
        sketch.add("stochastic_depth", "drop", p=drop)
    return sketch.last


def _skip(sketch: Sketch, entry: str, channels: int, out: int, stride: int) -> str:
    is_identity = channels == out and stride == 1
    return entry if is_identity else projected_skip(sketch, entry, out, stride)


def preactivation_bottleneck(
    sketch: Sketch,
    channels: int,
    out: int,
    stride: int = 1,
    stride_in: int = 1,
    style: Style = PLAIN,
    is_prepared: bool = False,
) -> str:
    """Normalisation and activation before each of the three convolutions, nothing after the sum (He et al. 2016).

    Where the shape changes, the shortcut is a 1×1 convolution of what the first activation gives.

    Args:
        sketch: its last layer gives `channels` channels.
        channels: those that arrive.
        out: those that leave; the 3×3 convolution has a quarter of them.
        stride: of the block.
        stride_in: which convolution has the stride.
        style: the layers it is made of.
        is_prepared: what arrives was normalised and activated already: the first block behind the stem.
    """
    entry, width = sketch.last, out // EXPANSION
    ready = entry if is_prepared else style.prepare(sketch, "1")
    style.convolve(sketch, "1", width, 1, stride if stride_in == 1 else 1)
    style.prepare(sketch, "2")
    style.convolve(sketch, "2", width, 3, stride if stride_in == 2 else 1)
    style.prepare(sketch, "3")
    branch = style.convolve(sketch, "3", out, 1)
    if channels != out or stride > 1:
        entry = style.convolve(sketch, "_skip", out, 1, stride, after=ready)
    return join(sketch, entry, branch, None)


def preactivation_block(sketch: Sketch, channels: int, out: int, stride: int = 1, dropout: float = 0.0) -> str:
    """The same with two 3×3 convolutions; `dropout` between them, as in wide residual networks."""
    entry = sketch.last
    ready = PLAIN.prepare(sketch, "1")
    PLAIN.convolve(sketch, "1", out, 3, stride)
    PLAIN.prepare(sketch, "2")
    if dropout:
        sketch.add("dropout", "dropout", p=dropout)
    branch = PLAIN.convolve(sketch, "2", out, 3)
    if channels != out or stride > 1:
        entry = PLAIN.convolve(sketch, "_skip", out, 1, stride, after=ready)
    return join(sketch, entry, branch, None)


def _quarter(channels: int) -> int:
    return max(1, channels // EXPANSION)


def _draw_preactivation(sketch: Sketch, shape: tuple[int, ...]) -> str:
    """For a channel count that four does not divide, too: the block gives what it was given."""
    entry, width = sketch.last, _quarter(shape[0])
    PLAIN.prepare(sketch, "1")
    PLAIN.convolve(sketch, "1", width, 1)
    PLAIN.prepare(sketch, "2")
    PLAIN.convolve(sketch, "2", width, 3)
    PLAIN.prepare(sketch, "3")
    return join(sketch, entry, PLAIN.convolve(sketch, "3", shape[0], 1), None)


def _draw_resnext(sketch: Sketch, shape: tuple[int, ...]) -> str:
    """Half as many channels in 32 groups, as in the paper; with few channels, as many groups as have one each."""
    groups = min(32, max(1, shape[0] // 2))
    width = max(1, shape[0] // 2 // groups) * groups
    return bottleneck(sketch, shape[0], width, shape[0], groups=groups, stride_in=2)


_HE_2015 = "He, Zhang, Ren and Sun 2015, Deep residual learning for image recognition"

BASIC = register_template(
    Template(
        key="basic_block",
        title="Basic block",
        family="Residual",
        idea="Two 3×3 convolutions that only learn what to add to their input. The shortcut carries the rest, and the "
        "gradient, past them unchanged.",
        source=_HE_2015,
        draw=lambda sketch, shape: basic_block(sketch, shape[0], shape[0]),
    )
)

BOTTLENECK = register_template(
    Template(
        key="bottleneck",
        title="Bottleneck",
        family="Residual",
        idea="A 1×1 convolution narrows the channels to a quarter, a 3×3 works there, and another 1×1 widens them "
        "again. With 256 channels that takes 70 thousand weights instead of 590 thousand for one 3×3.",
        source=_HE_2015,
        draw=lambda sketch, shape: bottleneck(sketch, shape[0], _quarter(shape[0]), shape[0]),
        shape=(256, 32, 32),
    )
)

PREACTIVATION = register_template(
    Template(
        key="preactivation",
        title="Pre-activation block",
        family="Residual",
        idea="Batch norm and ReLU come before each convolution, so nothing at all stands in the way of the shortcut. "
        "Networks of a thousand layers train with it.",
        source="He, Zhang, Ren and Sun 2016, Identity mappings in deep residual networks",
        draw=_draw_preactivation,
        shape=(256, 32, 32),
    )
)

WIDE = register_template(
    Template(
        key="wide_block",
        title="Wide block",
        family="Residual",
        idea="A pre-activation block of two 3×3 convolutions with dropout between them. Few wide ones do as well as "
        "very many narrow ones, and train faster.",
        source="Zagoruyko and Komodakis 2016, Wide residual networks",
        draw=lambda sketch, shape: preactivation_block(sketch, shape[0], shape[0], dropout=0.3),
        shape=(160, 32, 32),
    )
)

RESNEXT = register_template(
    Template(
        key="resnext_block",
        title="ResNeXt block",
        family="Residual",
        idea="A bottleneck whose 3×3 convolution is split into 32 groups that do not mix. For the same price it can be "
        "twice as wide.",
        source="Xie, Girshick, Dollár, Tu and He 2016, Aggregated residual transformations for deep neural networks",
        draw=_draw_resnext,
        shape=(256, 32, 32),
    )
)
