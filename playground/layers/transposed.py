"""Transposed convolutions: every number paints a whole window of the output, which so grows."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from playground.graph.edits import set_params
from playground.graph.model import ParamValue
from playground.layers._convolution import (
    BIAS,
    GROUPS,
    OUT_CHANNELS,
    Convolution,
    dilation_param,
    groups_do_not_divide,
    kernel_param,
    weights_and_biases,
    whole,
    wrong_dimensions,
)
from playground.layers._param import Kind, Param
from playground.layers._span import Span, painting
from playground.layers._spec import Complaint, Params, Repair, Shape, Site, register
from playground.layers._text import extents, product_text, size
from playground.layers._window import NOUNS, as_setting, labelled, reach_text

if TYPE_CHECKING:
    from torch import nn


def _params(dimensions: int) -> tuple[Param, ...]:
    """The settings, whose defaults double the size: windows of 4 that move by 2."""
    kind: Kind = "int" if dimensions == 1 else "pair"
    one: ParamValue = 1 if dimensions == 1 else (1, 1)
    none: ParamValue = 0 if dimensions == 1 else (0, 0)
    two: ParamValue = 2 if dimensions == 1 else (2, 2)
    noun = NOUNS[dimensions]
    return (
        OUT_CHANNELS,
        kernel_param(dimensions, default=4),
        Param(
            "stride", "Stride", kind, two, "How far apart the painted windows lie: 2 about doubles the size.", 1, 1024
        ),
        Param("padding", "Padding", kind, one, f"What is cut off the painted {noun}, on each side.", 0, 1024),
        Param(
            "output_padding",
            "Output padding",
            kind,
            none,
            "What is added at the end only, to reach a size that stride and window alone do not give.",
            0,
            1024,
        ),
        dilation_param(dimensions),
        GROUPS,
        BIAS,
    )


class _ConvTranspose(Convolution):
    """What the transposed convolutions share."""

    capability = "transposed"
    stem = "deconv"
    shape_formula = r"(n - 1)\,s - 2p + d\,(k-1) + o + 1"
    parameter_formula = r"k_h \cdot k_w \cdot C \cdot \frac{M}{g} + M"
    multiply_add_formula = r"h \cdot w \cdot C \cdot k_h \cdot k_w \cdot \frac{M}{g}"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        plain = nn.ConvTranspose1d if self.dimensions == 1 else nn.ConvTranspose2d
        return plain(inputs[0][0], **params)  # type: ignore[arg-type]

    def describe(self, params: Params) -> str:
        return f"Paints a window for every number that comes in, {params['out_channels']} maps over each other."

    def complain(self, site: Site) -> Complaint | None:
        return (
            wrong_dimensions(site, self.dimensions)
            or groups_do_not_divide(site)
            or _output_padding_too_large(site, self.dimensions)
            or _nothing_left(site, self.dimensions)
        )

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        lines: list[str] = []
        keys = ("kernel_size", "stride", "padding", "output_padding", "dilation")
        settings = [extents(params[key], self.dimensions) for key in keys]
        for n, result, *own in zip(inputs[0][1:], output[1:], *settings, strict=True):
            kernel, stride, padding, extra, dilation = own
            more = f" + {extra}" if extra else ""
            lines.append(f"({n} − 1)·{stride} − 2·{padding} + {reach_text(kernel, dilation)}{more} = {result}")
        return labelled(lines)

    def parameter_arithmetic(self, params: Params, inputs: tuple[Shape, ...]) -> str:
        kernel, filters = extents(params["kernel_size"], self.dimensions), whole(params["out_channels"])
        each = filters // whole(params["groups"])
        return weights_and_biases((*kernel, inputs[0][0], each), filters, params)

    def multiply_adds(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> int:
        kernel = extents(params["kernel_size"], self.dimensions)
        return prod(inputs[0]) * prod(kernel) * (output[0] // whole(params["groups"]))

    def multiply_add_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> str:
        kernel = extents(params["kernel_size"], self.dimensions)
        return product_text((*inputs[0][1:], inputs[0][0], *kernel, output[0] // whole(params["groups"])))

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        keys = ("stride", "kernel_size", "dilation", "padding")
        stride, kernel, dilation, padding = (extents(params[key], self.dimensions) for key in keys)
        reach = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
        return painting(stride, reach, padding)


def _output_padding_too_large(site: Site, dimensions: int) -> Complaint | None:
    """Rows further out than the stride would be reached by no window."""
    keys = ("output_padding", "stride", "dilation")
    extra, stride, dilation = (extents(site.params[key], dimensions) for key in keys)
    most = tuple(max(s, d) - 1 for s, d in zip(stride, dilation, strict=True))
    if all(o <= allowed for o, allowed in zip(extra, most, strict=True)):
        return None
    fitting = tuple(min(o, allowed) for o, allowed in zip(extra, most, strict=True))
    message = (
        f"Output padding must be smaller than the stride or the dilation: at most {size(most)} with stride "
        f"{size(stride)} and dilation {size(dilation)}, not {size(extra)}."
    )
    return Complaint(message, (_set(site, "output_padding", fitting, "output padding"),), port=None)


def _nothing_left(site: Site, dimensions: int) -> Complaint | None:
    """Padding cuts away all that was painted."""
    keys = ("kernel_size", "stride", "padding", "output_padding", "dilation")
    kernel, stride, padding, extra, dilation = (extents(site.params[key], dimensions) for key in keys)
    painted = tuple(
        (n - 1) * s + d * (k - 1) + 1 + o
        for n, s, d, k, o in zip(site.inputs[0][1:], stride, dilation, kernel, extra, strict=True)
    )
    if all(n > 2 * p for n, p in zip(painted, padding, strict=True)):
        return None
    fitting = tuple(min(p, (n - 1) // 2) for n, p in zip(painted, padding, strict=True))
    message = (
        f"Padding {size(padding)} cuts everything away: {size(painted)} is painted, and twice the padding taken off."
    )
    return Complaint(message, (_set(site, "padding", fitting, "padding"),), port=None)


def _set(site: Site, key: str, sizes: Shape, noun: str) -> Repair:
    node_id, value = site.node.id, as_setting(site, key, sizes)
    return Repair(f"Set {noun} to {size(sizes)}", lambda graph: set_params(graph, node_id, {key: value}))


@register
class ConvTranspose1d(_ConvTranspose):
    """torch.nn.ConvTranspose1d; the number of input channels follows from the wire."""

    key = "conv_transpose1d"
    parameter_formula = r"k \cdot C \cdot \frac{M}{g} + M"
    multiply_add_formula = r"n \cdot C \cdot k \cdot \frac{M}{g}"
    title = "Transposed conv 1D"
    dimensions = 1
    formula = r"z_{f,\,t s+i} = b_f + \sum_{k}\sum_{t,i} w_{k,f,i}\; x_{k,t}"
    explanation = (
        "A convolution run backwards: every number of the sequence stamps its filter, weighted by itself, onto a "
        "longer sequence; where stamps overlap they add up. It makes sequences longer, and learns how."
    )
    source = "Dumoulin & Visin 2016, A guide to convolution arithmetic, chapter 4"
    params = _params(1)


@register
class ConvTranspose2d(_ConvTranspose):
    """torch.nn.ConvTranspose2d; the number of input channels follows from the wire."""

    key = "conv_transpose2d"
    title = "Transposed conv 2D"
    formula = r"z_{f,\,r s+i,\,c s+j} = b_f + \sum_{k}\sum_{r,c,i,j} w_{k,f,i,j}\; x_{k,r,c}"
    explanation = (
        "A convolution run backwards: every pixel stamps its filter, weighted by itself, onto a larger picture; where "
        "stamps overlap they add up. It makes pictures larger, and learns how; a window that the stride does not "
        "divide leaves a chequered pattern."
    )
    source = "Zeiler et al. 2010, Deconvolutional networks; Dumoulin & Visin 2016, chapter 4"
    params = _params(2)
