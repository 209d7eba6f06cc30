"""Small blocks of convolutions: with batch norm, in stages as in VGG, and taken apart to save weights."""

from __future__ import annotations

from playground.zoo._sketch import Sketch
from playground.zoo._template import Template, register_template


def conv_norm_relu(sketch: Sketch, filters: int, kernel: int = 3) -> str:
    """A convolution that keeps the size, batch norm, and ReLU; batch norm makes a bias needless."""
    sketch.add("conv2d", "conv", out_channels=filters, kernel_size=kernel, padding=kernel // 2, bias=False)
    sketch.add("batch_norm2d", "norm")
    return sketch.add("relu", "relu")


def vgg_stage(
    sketch: Sketch, filters: int, count: int = 2, last_kernel: int = 3, has_response_norm: bool = False
) -> str:
    """So many convolutions with ReLU that keep the size, and a pool that halves it."""
    for number in range(1, count + 1):
        kernel = last_kernel if number == count else 3
        sketch.add("conv2d", f"conv{number}", out_channels=filters, kernel_size=kernel, padding=kernel // 2)
        sketch.add("relu", f"relu{number}")
        if has_response_norm:
            sketch.add("local_response_norm", f"norm{number}", size=5, alpha=5e-4, beta=0.75, k=2.0)
    return sketch.add("max_pool2d", "pool", kernel_size=2, stride=2)


def spatially_separable(sketch: Sketch, filters: int, kernel: int = 3) -> str:
    """One row of weights, then one column: 1×3 and 3×1 in place of 3×3."""
    half = kernel // 2
    sketch.add("conv2d", "row", out_channels=filters, kernel_size=(1, kernel), padding=(0, half))
    sketch.add("conv2d", "column", out_channels=filters, kernel_size=(kernel, 1), padding=(half, 0))
    return sketch.add("relu", "relu")


_FAMILY = "Convolution"

CONV_NORM_RELU = register_template(
    Template(
        key="conv_norm_relu",
        title="Conv, norm, ReLU",
        family=_FAMILY,
        idea="The brick of most networks since 2015: a 3×3 convolution, batch norm, and ReLU.",
        source="Ioffe and Szegedy 2015, Batch normalization: accelerating deep network training",
        draw=lambda sketch, shape: conv_norm_relu(sketch, shape[0]),
    )
)

VGG_STAGE = register_template(
    Template(
        key="vgg_stage",
        title="VGG stage",
        family=_FAMILY,
        idea="Two 3×3 convolutions see as much as one of 5×5, with fewer weights and one more ReLU; a pool then halves "
        "the picture.",
        source="Simonyan and Zisserman 2014, Very deep convolutional networks for large-scale image recognition",
        draw=lambda sketch, shape: vgg_stage(sketch, shape[0]),
    )
)

SPATIALLY_SEPARABLE = register_template(
    Template(
        key="spatially_separable",
        title="Spatially separable",
        family=_FAMILY,
        idea="A 1×3 convolution followed by a 3×1 one: six weights where 3×3 has nine, for every pair of channels. It "
        "cannot form every 3×3 filter, but many.",
        source="Szegedy et al. 2015, Rethinking the Inception architecture for computer vision, section 3.2",
        draw=lambda sketch, shape: spatially_separable(sketch, shape[0]),
    )
)
