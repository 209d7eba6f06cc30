"""Blocks for small machines: depthwise separable convolutions and inverted residuals."""

from __future__ import annotations

from playground.zoo._sketch import Sketch
from playground.zoo._template import Template, register_template
from playground.zoo.templates._style import PLAIN, Style
from playground.zoo.templates.attention import squeeze_excite_block

RELU6 = Style(activation="relu6", is_same=True, norm_settings={"eps": 1e-3})
"""MobileNet v2 as its authors' TensorFlow code has it."""


def separable(sketch: Sketch, out: int, stride: int = 1, style: Style = PLAIN) -> str:
    """A 3×3 convolution of each channel by itself, then a 1×1 that mixes them; both with norm and activation."""
    style.depthwise(sketch, "", 3, stride)
    style.prepare(sketch, "1")
    return style.conv_norm(sketch, "2", out, 1)


def inverted_residual(
    sketch: Sketch,
    channels: int,
    out: int,
    kernel: int = 3,
    stride: int = 1,
    expansion: int = 6,
    squeezed: int = 0,
    style: Style = RELU6,
    drop: float = 0.0,
) -> str:
    """Widen by a 1×1, work on each channel by itself, narrow by a 1×1 without activation; a shortcut where it fits.

    Args:
        sketch: its last layer gives `channels` channels.
        channels: those that arrive.
        out: those that leave.
        kernel: of the depthwise convolution.
        stride: of the depthwise convolution.
        expansion: how many times wider the middle is; with 1 there is no widening convolution.
        squeezed: units in the middle of squeeze and excite; 0 for none.
        style: the layers it is made of.
        drop: the probability of leaving the branch out while training, where there is a shortcut.
    """
    entry, wide = sketch.last, channels * expansion
    if expansion > 1:
        style.conv_norm(sketch, "1", wide, 1)
    style.depthwise(sketch, "", kernel, stride)
    style.prepare(sketch, "2")
    if squeezed:
        squeeze_excite_block(sketch, wide, squeezed, style.activation)
    style.conv_norm(sketch, "3", out, 1, has_activation=False)
    if stride > 1 or channels != out:
        return sketch.last
    if drop:
        sketch.add("stochastic_depth", "drop", p=drop)
    return sketch.add("add", "add", (entry, sketch.last))


SWISH = Style(activation="silu", is_same=True, norm_settings={"eps": 1e-3, "momentum": 0.01})

SEPARABLE = register_template(
    Template(
        key="depthwise_separable",
        title="Depthwise separable",
        family="Mobile",
        idea="One filter for each channel looks around, then 1×1 filters mix the channels. That is eight to nine times "
        "cheaper than a 3×3 convolution that does both at once.",
        source="Howard et al. 2017, MobileNets: efficient convolutional neural networks for mobile vision applications",
        draw=lambda sketch, shape: separable(sketch, shape[0]),
    )
)

INVERTED_RESIDUAL = register_template(
    Template(
        key="inverted_residual",
        title="Inverted residual",
        family="Mobile",
        idea="The bottleneck turned inside out: narrow at both ends, six times wider between, where each channel is "
        "filtered by itself. Its last convolution has no activation, so that the narrow end loses nothing.",
        source="Sandler, Howard, Zhu, Zhmoginov and Chen 2018, MobileNetV2: inverted residuals and linear bottlenecks",
        draw=lambda sketch, shape: inverted_residual(sketch, shape[0], shape[0]),
        shape=(24, 32, 32),
    )
)

MBCONV = register_template(
    Template(
        key="mbconv",
        title="MBConv with SE",
        family="Mobile",
        idea="An inverted residual with swish for ReLU6 and squeeze and excite in the middle: what EfficientNet is "
        "made of.",
        source="Tan and Le 2019, EfficientNet: rethinking model scaling for convolutional neural networks",
        draw=lambda sketch, shape: inverted_residual(
            sketch, shape[0], shape[0], squeezed=max(1, shape[0] // 4), style=SWISH
        ),
        shape=(24, 32, 32),
    )
)
