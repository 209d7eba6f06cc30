"""Convolution, batch norm and ReLU as one card: the brick of all Inception networks since the second."""

from __future__ import annotations

from collections.abc import Sequence

from playground.zoo._sketch import Sketch

NORM_EPS = 1e-3
"""What the authors' release adds to the variance in every batch norm."""

Kernel = int | tuple[int, int]


def sides(kernel: Kernel) -> tuple[int, int]:
    """Height and width of a kernel."""
    return (kernel, kernel) if isinstance(kernel, int) else kernel


def keeping(kernel: Kernel) -> tuple[int, int]:
    """The padding with which an odd kernel keeps the picture's size."""
    height, width = sides(kernel)
    return (height // 2, width // 2)


def _padding(kernel: Kernel, padding: Kernel | str | None) -> tuple[int, int] | str:
    if isinstance(padding, str):
        return padding
    return keeping(kernel) if padding is None else sides(padding)


def conv_unit(
    sketch: Sketch,
    name: str,
    filters: int,
    kernel: Kernel = 1,
    *,
    after: str | None = None,
    stride: int = 1,
    padding: Kernel | str | None = None,
) -> str:
    """A closed block of a convolution without bias, batch norm and ReLU; returns the ReLU's id.

    Args:
        sketch: the architecture so far.
        name: the block's id, behind that of the block around it.
        filters: how many maps come out.
        kernel: height and width of the filters.
        after: what feeds it; by default the newest layer.
        stride: 2 halves the picture.
        padding: by default as much as keeps the picture's size; or TensorFlow's "same".
    """
    height, width = sides(kernel)
    with sketch.block(name, f"{height}×{width} conv, {filters}{f', stride {stride}' if stride > 1 else ''}"):
        sketch.add(
            "conv2d",
            "conv",
            after,
            out_channels=filters,
            kernel_size=(height, width),
            stride=stride,
            padding=_padding(kernel, padding),
            bias=False,
        )
        sketch.add("batch_norm2d", "norm", eps=NORM_EPS)
        return sketch.add("relu", "relu")


def conv_units(sketch: Sketch, name: str, steps: Sequence[tuple[int, Kernel]], after: str) -> str:
    """Several units one after the other, each (filters, kernel) and keeping the size; returns the last one's id."""
    for number, (filters, kernel) in enumerate(steps, start=1):
        after = conv_unit(sketch, f"{name}{number}", filters, kernel, after=after)
    return after


def average_unit(sketch: Sketch, name: str, filters: int, after: str) -> str:
    """Mean over 3×3 that leaves padding out of account, and a 1×1 unit behind it: the pooling branch."""
    pooled = sketch.add(
        "avg_pool2d", f"{name}_pool", after, kernel_size=3, stride=1, padding=1, count_include_pad=False
    )
    return conv_unit(sketch, name, filters, after=pooled)


def share(channels: int, part: int, whole: int) -> int:
    """`part` of `whole` of so many channels, rounded, at least 1: how a template fits its widths to its input."""
    return max(1, round(channels * part / whole))
