"""Convolutions."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

from playground.graph.edits import set_params
from playground.layers._checks import needs_picture
from playground.layers._param import Param
from playground.layers._spec import Category, Complaint, LayerType, Params, Repair, Shape, Site, register
from playground.layers._text import count, pair, short_pair, size
from playground.layers._window import kernel_too_large, window_line

if TYPE_CHECKING:
    from torch import nn


@register
class Conv2d(LayerType):
    """torch.nn.Conv2d; the number of input channels follows from the wire."""

    key = "conv2d"
    title = "Conv 2D"
    stem = "conv"
    category = Category.CONVOLUTION
    capability = "window"
    formula = r"z_{f,r,c} = b_f + \sum_{k}\sum_{i,j} w_{f,k,i,j}\; x_{k,\,r s+i,\,c s+j}"
    shape_formula = r"\left\lfloor\frac{n + 2p - d\,(k-1) - 1}{s}\right\rfloor + 1"
    explanation = (
        "A filter is a small window of weights. It slides over the picture; at every place the pixels under it are "
        "multiplied by the weights and added up, plus a bias. The same few weights serve every place, so an edge is "
        "found wherever it is. Each filter makes one feature map."
    )
    source = "LeCun et al. 1998, Gradient-based learning applied to document recognition"
    params = (
        Param("out_channels", "Filters", "int", 6, "How many filters, and so how many feature maps come out."),
        Param("kernel_size", "Kernel", "pair", (3, 3), "Height and width of each filter, in pixels.", maximum=1024),
        Param("stride", "Stride", "pair", (1, 1), "How far the window moves from one place to the next.", maximum=1024),
        Param(
            "padding",
            "Padding",
            "pair",
            (0, 0),
            "Rows and columns of zeros put around the picture, on each side.",
            minimum=0,
            maximum=1024,
        ),
        Param(
            "dilation",
            "Dilation",
            "pair",
            (1, 1),
            "Distance between neighbouring pixels under the filter; 2 skips every other one.",
            maximum=1024,
        ),
        Param(
            "groups",
            "Groups",
            "int",
            1,
            "Splits the channels into groups that do not mix; as many groups as channels is a depthwise convolution.",
        ),
        Param("bias", "Bias", "bool", True, "Whether each filter adds a number of its own."),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.Conv2d(inputs[0][0], **params)  # type: ignore[arg-type]

    def describe(self, params: Params) -> str:
        filters = params["out_channels"]
        many = f"{filters} small filters" if filters != 1 else "one small filter"
        return f"Slides {many} over the picture. Each answers “how much does this patch look like me?” at every place."

    def caption(self, params: Params) -> str:
        parts = [size(pair(params["kernel_size"])), str(params["out_channels"])]
        for key, word in (("stride", "stride"), ("padding", "pad"), ("dilation", "dil")):
            if params[key] != self.param(key).default:
                parts.append(f"{word} {short_pair(params[key])}")
        if params["groups"] != 1:
            parts.append(f"groups {params['groups']}")
        return " · ".join(parts)

    def complain(self, site: Site) -> Complaint | None:
        return needs_picture(site) or _groups_do_not_divide(site) or kernel_too_large(site)

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return window_line(params, inputs[0], output)

    def parameter_arithmetic(self, params: Params, inputs: tuple[Shape, ...]) -> str:
        kernel, filters, groups = pair(params["kernel_size"]), int(params["out_channels"]), int(params["groups"])  # type: ignore[arg-type]
        channels = inputs[0][0] // groups
        weights = kernel[0] * kernel[1] * channels * filters
        text = f"{kernel[0]}·{kernel[1]}·{channels}·{filters}"
        if not params["bias"]:
            return f"{text} = {weights:,}"
        return f"{text} + {filters} = {weights + filters:,}"

    def multiply_adds(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> int:
        kernel, groups = pair(params["kernel_size"]), params["groups"]
        assert isinstance(groups, int)
        return count(output) * kernel[0] * kernel[1] * (inputs[0][0] // groups)


def _groups_do_not_divide(site: Site) -> Complaint | None:
    groups, filters, channels = site.params["groups"], site.params["out_channels"], site.inputs[0][0]
    assert isinstance(groups, int)
    assert isinstance(filters, int)
    if channels % groups == 0 and filters % groups == 0:
        return None
    shared = gcd(channels, filters)
    common = max(divisor for divisor in range(1, min(groups, shared) + 1) if shared % divisor == 0)
    node_id = site.node.id
    repair = Repair(f"Set groups to {common}", lambda graph: set_params(graph, node_id, {"groups": common}))
    message = f"{groups} groups do not divide {channels} input channels and {filters} filters evenly."
    return Complaint(message, (repair,), port=None)
