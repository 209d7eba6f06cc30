"""Convolutions whose kernel is given, not learnt: the filters of classical image processing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from playground.graph.edits import set_params
from playground.graph.model import Node
from playground.layers._checks import needs_picture
from playground.layers._convolution import padding_param, stride_param
from playground.layers._param import Param
from playground.layers._span import Span, sliding
from playground.layers._spec import Category, Complaint, LayerType, Params, Repair, Shape, Site, layer_type, register
from playground.layers._text import count, pair, product_text, short_pair, size
from playground.layers._window import kernel_too_large, window, window_line

if TYPE_CHECKING:
    from torch import nn

Rows = tuple[tuple[float, ...], ...]

_THREE_BY_THREE: Mapping[str, Rows] = {
    "edge": ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
    "sobel_x": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "sobel_y": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "laplace": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "emboss": ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
}


def _blur(height: int, width: int) -> Rows:
    """The plain mean of the window."""
    return tuple((1 / (height * width),) * width for _ in range(height))


def _gaussian(height: int, width: int) -> Rows:
    """A bell, weights together 1; its width follows from the window as in OpenCV: σ = 0.3·((k − 1)/2 − 1) + 0.8."""
    sides: list[list[float]] = []
    for extent in (height, width):
        sigma = 0.3 * ((extent - 1) / 2 - 1) + 0.8
        bell = [math.exp(-((i - (extent - 1) / 2) ** 2) / (2 * sigma**2)) for i in range(extent)]
        sides.append([value / math.fsum(bell) for value in bell])
    return tuple(tuple(row * column for column in sides[1]) for row in sides[0])


def _gabor(height: int, width: int) -> Rows:
    """Upright stripes under a bell, weights together 0: σ is a quarter of the window and λ half of it (plus one)."""
    y0, x0 = (height - 1) / 2, (width - 1) / 2
    rows = [
        [
            math.exp(-8 * ((i - y0) / (height + 1)) ** 2 - 8 * ((j - x0) / (width + 1)) ** 2)
            * math.cos(4 * math.pi * (j - x0) / (width + 1))
            for j in range(width)
        ]
        for i in range(height)
    ]
    mean = math.fsum(value for row in rows for value in row) / (height * width)
    return tuple(tuple(value - mean for value in row) for row in rows)


_ANY_SIZE: Mapping[str, Callable[[int, int], Rows]] = {"blur": _blur, "gaussian": _gaussian, "gabor": _gabor}
KERNELS = ("edge", "sobel_x", "sobel_y", "laplace", "blur", "gaussian", "sharpen", "emboss", "gabor", "own")
_WORDS = {
    "edge": "edges in every direction",
    "sobel_x": "how much brighter the picture gets towards the right",
    "sobel_y": "how much brighter the picture gets downwards",
    "laplace": "where the picture is brighter or darker than around",
    "blur": "the plain mean of each window",
    "gaussian": "a soft mean of each window, its middle weighing most",
    "sharpen": "the picture with its edges raised",
    "emboss": "the picture as if pressed in metal and lit from the side",
    "gabor": "upright stripes, as cells of the visual cortex do",
    "own": "what your own numbers bring out",
}


def kernel_rows(params: Params) -> Rows:
    """The kernel that the settings name, row by row.

    Raises:
        ValueError: it does not fill the window exactly.
    """
    height, width = pair(params["kernel_size"])
    name, values = str(params["kernel"]), params["values"]
    assert isinstance(values, tuple)
    if name in _ANY_SIZE:
        return _ANY_SIZE[name](height, width)
    numbers = [number for row in _THREE_BY_THREE[name] for number in row] if name in _THREE_BY_THREE else values
    if len(numbers) != height * width:
        raise ValueError(f"{len(numbers)} numbers do not fill a {height}×{width} kernel.")
    return tuple(tuple(numbers[row * width : (row + 1) * width]) for row in range(height))


@register
class FixedConv2d(LayerType):
    """A given kernel that slides over each channel alone; it learns nothing."""

    key = "fixed_conv2d"
    title = "Fixed kernel"
    stem = "kernel"
    category = Category.CONVOLUTION
    capability = "window"
    formula = r"z_{k,r,c} = \sum_{i,j} w_{i,j}\; x_{k,\,r s+i,\,c s+j}"
    shape_formula = r"\left\lfloor\frac{n + 2p - k}{s}\right\rfloor + 1"
    multiply_add_formula = r"h' \cdot w' \cdot C \cdot k_h \cdot k_w"
    explanation = (
        "A convolution whose few weights are known beforehand: they find edges, blur, or sharpen. It acts on each "
        "channel alone and learns nothing. Compare it with the filters that a trained network has found by itself."
    )
    source = "Sobel & Feldman 1968; Gabor 1946; lecture: convolution with given kernels"
    params = (
        Param(
            "kernel", "Kernel", "choice", "edge", "What it brings out; own takes the numbers below.", choices=KERNELS
        ),
        Param(
            "kernel_size",
            "Window",
            "pair",
            (3, 3),
            "Height and width of the kernel: 3×3, or any for blur, gaussian, gabor and own numbers.",
            maximum=255,
        ),
        Param(
            "values",
            "Own numbers",
            "numbers",
            (0.0, -1.0, 0.0, -1.0, 5.0, -1.0, 0.0, -1.0, 0.0),
            "The weights of your own kernel, row by row; used when the kernel is own.",
            minimum=-1_000_000,
        ),
        stride_param(2),
        padding_param(2),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.convolution_modules import FixedConv2d as FixedConv2dModule
        from playground.layers.convolution_modules import border

        found = window(params, inputs[0])
        return FixedConv2dModule(kernel_rows(params), pair(found.stride), border(found.before, found.after))

    def describe(self, params: Params) -> str:
        return f"Shows {_WORDS[str(params['kernel'])]}. Its weights are given and do not change."

    def caption(self, params: Params) -> str:
        parts = [f"{str(params['kernel']).replace('_', ' ')} {size(pair(params['kernel_size']))}"]
        if params["stride"] != (1, 1):
            parts.append(f"stride {short_pair(params['stride'])}")
        if params["padding"] == "same":
            parts.append("same")
        elif params["padding"] not in ("valid", (0, 0)):
            parts.append(f"pad {short_pair(params['padding'])}")
        return " · ".join(parts)

    def complain(self, site: Site) -> Complaint | None:
        return needs_picture(site) or _wrong_window(site) or _wrong_count(site) or kernel_too_large(site)

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return window_line(params, inputs[0], output)

    def multiply_adds(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> int:
        height, width = pair(params["kernel_size"])
        return count(output) * height * width

    def multiply_add_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> str:
        return product_text((*output[1:], output[0], *pair(params["kernel_size"])))

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return sliding(window(params, inputs[0]))


def kernel_numbers(node: Node) -> tuple[float, ...]:
    """The kernel of such a layer, row after row."""
    rows = kernel_rows(layer_type(node.type).complete(node.params))
    return tuple(float(number) for row in rows for number in row)


def with_kernel_number(node: Node, index: tuple[int, ...], value: float) -> Node:
    """The layer with one number of its kernel changed, which makes the kernel one's own."""
    numbers = list(kernel_numbers(node))
    numbers[_place(node, index)] = value
    return replace(node, params={**node.params, "kernel": "own", "values": tuple(numbers)})


def kernel_number(node: Node, index: tuple[int, ...]) -> float:
    """The number at a row and column of the kernel of such a layer."""
    return kernel_numbers(node)[_place(node, index)]


def _place(node: Node, index: tuple[int, ...]) -> int:
    row, column = index
    return row * pair(layer_type(node.type).complete(node.params)["kernel_size"])[1] + column


def _wrong_window(site: Site) -> Complaint | None:
    """Kernels that exist in one size only, and stripes that need room."""
    name, (height, width), node_id = str(site.params["kernel"]), pair(site.params["kernel_size"]), site.node.id
    if name in _THREE_BY_THREE and (height, width) != (3, 3):
        fitting, message = (3, 3), f"The kernel {name.replace('_', ' ')} is 3×3, not {height}×{width}."
    elif name == "gabor" and width < 3:
        fitting = (height, 3)
        message = f"A Gabor kernel needs a window at least 3 pixels wide for its stripes; this one is {height}×{width}."
    else:
        return None
    repair = Repair(f"Set window to {size(fitting)}", lambda g: set_params(g, node_id, {"kernel_size": fitting}))
    return Complaint(message, (repair,), port=None)


def _wrong_count(site: Site) -> Complaint | None:
    """Own numbers, but not as many as the window has places."""
    values, (height, width), node_id = site.params["values"], pair(site.params["kernel_size"]), site.node.id
    assert isinstance(values, tuple)
    wanted, given = height * width, len(values)
    if site.params["kernel"] != "own" or given == wanted:
        return None
    filled = (*values, *(0.0,) * (wanted - given))[:wanted]
    label = f"Fill up with zeros to {wanted}" if given < wanted else f"Keep the first {wanted}"
    repairs = [Repair(label, lambda graph: set_params(graph, node_id, {"values": filled}))]
    side = math.isqrt(given)
    if side * side == given and side <= 255:
        square = (side, side)
        repairs.insert(
            0, Repair(f"Set window to {size(square)}", lambda g: set_params(g, node_id, {"kernel_size": square}))
        )
    message = (
        f"A {height}×{width} kernel has {wanted:,} number{'s' if wanted != 1 else ''}, but {given:,} "
        f"{'are' if given != 1 else 'is'} given."
    )
    return Complaint(message, tuple(repairs), port=None)
