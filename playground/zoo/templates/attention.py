"""Small branches that weigh channels and places: squeeze-and-excitation, CBAM and ECA."""

from __future__ import annotations

from math import log2

from playground.zoo._sketch import Sketch
from playground.zoo._template import Template, register_template

REDUCTION = 16
"""The gate of a channel is computed from sixteen times fewer numbers (SE and CBAM)."""


def squeeze_excite(sketch: Sketch, channels: int, squeezed: int, activation: str = "relu") -> str:
    """The mean of each channel, two dense layers, a sigmoid: a gate for each channel; returns the id of the product."""
    entry = sketch.last
    sketch.add("global_avg_pool2d", "gap")
    sketch.add("dense", "fc1", out_features=squeezed)
    sketch.add(activation, activation)
    sketch.add("dense", "fc2", out_features=channels)
    gate = sketch.add("sigmoid", "sigmoid")
    return sketch.add("multiply", "multiply", (entry, gate))


def squeeze_excite_block(sketch: Sketch, channels: int, squeezed: int, activation: str = "relu") -> str:
    """The same as a block of its own."""
    with sketch.block("se", "Squeeze and excite", kind="squeeze_excite"):
        return squeeze_excite(sketch, channels, squeezed, activation)


def channel_attention(sketch: Sketch, channels: int, squeezed: int) -> str:
    """A gate for each channel from its mean and its maximum (Woo et al. 2018, equation 2); returns the product's id.

    One small network judges both lists and the two answers are added. To share its weights the lists are laid side by
    side as two columns, over which 1×1 convolutions run; the mean of the columns times 2 is their sum.
    """
    entry = sketch.last
    rows: list[str] = []
    for which in ("avg", "max"):
        sketch.add(f"global_{which}_pool2d", f"{which}_pool", entry)
        rows.append(sketch.add("reshape", f"{which}_row", shape=(1, -1)))
    sketch.add("concat", "concat", tuple(rows))
    sketch.add("permute", "columns", order=(1, 0))
    sketch.add("conv1d", "shared1", out_channels=squeezed, kernel_size=1)
    sketch.add("relu", "relu")
    sketch.add("conv1d", "shared2", out_channels=channels, kernel_size=1)
    sketch.add("global_avg_pool1d", "mean")
    sketch.add("scale", "sum", factor=2.0)
    gate = sketch.add("sigmoid", "sigmoid")
    return sketch.add("multiply", "multiply", (entry, gate))


def spatial_attention(sketch: Sketch) -> str:
    """A gate for each place from the maximum and the mean over the channels there; returns the product's id.

    The 7×7 convolution is followed by a batch norm, as in the authors' code (the paper does not mention it).
    """
    entry = sketch.last
    strongest = sketch.add("channel_pool", "max", entry, mode="max")
    mean = sketch.add("channel_pool", "mean", entry, mode="mean")
    sketch.add("concat", "concat", (strongest, mean))
    sketch.add("conv2d", "conv", out_channels=1, kernel_size=7, padding=3, bias=False)
    sketch.add("batch_norm2d", "norm", momentum=0.01)
    gate = sketch.add("sigmoid", "sigmoid")
    return sketch.add("multiply", "multiply", (entry, gate))


def cbam(sketch: Sketch, channels: int, squeezed: int) -> str:
    """Channel attention, then spatial attention, each a block; returns the id of the last layer."""
    with sketch.block("channel", "Channel attention"):
        channel_attention(sketch, channels, squeezed)
    with sketch.block("spatial", "Spatial attention"):
        return spatial_attention(sketch)


def cbam_block(sketch: Sketch, channels: int, squeezed: int) -> str:
    """The same as a block of its own."""
    with sketch.block("cbam", "CBAM", kind="cbam"):
        return cbam(sketch, channels, squeezed)


def eca_kernel(channels: int) -> int:
    """How many neighbouring channels the gate of one looks at: log₂(C)/2 + ½, made odd (Wang et al. 2020, equation 12).

    >>> [eca_kernel(channels) for channels in (64, 256, 512, 1024, 2048)]
    [3, 5, 5, 5, 7]
    """
    reach = int(abs(log2(channels) / 2 + 0.5))
    return reach if reach % 2 else reach + 1


def eca(sketch: Sketch, kernel: int) -> str:
    """The means of the channels as a row, one 1-D convolution along it, a sigmoid; returns the id of the product."""
    entry = sketch.last
    sketch.add("global_avg_pool2d", "gap")
    sketch.add("reshape", "row", shape=(1, -1))
    sketch.add("conv1d", "conv", out_channels=1, kernel_size=kernel, padding=kernel // 2, bias=False)
    sketch.add("sigmoid", "sigmoid")
    gate = sketch.add("flatten", "flatten")
    return sketch.add("multiply", "multiply", (entry, gate))


def eca_block(sketch: Sketch, kernel: int) -> str:
    """The same as a block of its own."""
    with sketch.block("eca", "ECA", kind="eca"):
        return eca(sketch, kernel)


def _squeezed(channels: int) -> int:
    return max(1, channels // REDUCTION)


SQUEEZE_EXCITE = register_template(
    Template(
        key="squeeze_excite",
        title="Squeeze and excite",
        family="Attention",
        idea="Sums up each feature map in one number, lets two small dense layers decide how much each map matters for "
        "this picture, and scales the maps by that.",
        source="Hu, Shen and Sun 2017, Squeeze-and-excitation networks",
        draw=lambda sketch, shape: squeeze_excite(sketch, shape[0], _squeezed(shape[0])),
    )
)

CBAM = register_template(
    Template(
        key="cbam",
        title="CBAM",
        family="Attention",
        idea="First decides which feature maps matter, from the mean and the maximum of each; then which places do, "
        "from the mean and the maximum over the maps.",
        source="Woo, Park, Lee and Kweon 2018, CBAM: convolutional block attention module",
        draw=lambda sketch, shape: cbam(sketch, shape[0], _squeezed(shape[0])),
    )
)

ECA = register_template(
    Template(
        key="eca",
        title="ECA",
        family="Attention",
        idea="Like squeeze and excite, with a handful of weights: the gate of a feature map looks at its few "
        "neighbours' means only.",
        source="Wang, Wu, Zhu, Li, Zuo and Hu 2020, ECA-Net: efficient channel attention",
        draw=lambda sketch, shape: eca(sketch, eca_kernel(shape[0])),
    )
)
