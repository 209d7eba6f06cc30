"""Pooling: windows that slide over a picture and summarise what they see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.layers._checks import needs_picture
from playground.layers._param import Param
from playground.layers._pooling_checks import window_does_not_fit
from playground.layers._span import Span, sliding
from playground.layers._spec import Category, Complaint, LayerType, Params, Shape, Site, register
from playground.layers._text import pair, short_pair, size
from playground.layers._window import window, window_line

if TYPE_CHECKING:
    from torch import nn

SHAPE_FORMULA = r"\left\lfloor\frac{n + 2p - k}{s}\right\rfloor + 1"
WINDOW = Param("kernel_size", "Window", "pair", (2, 2), "Height and width of the window, in pixels.", maximum=1024)
STRIDE = Param(
    "stride", "Stride", "pair", (2, 2), "How far the window moves; as large as the window, they do not overlap."
)
PADDING = Param(
    "padding", "Padding", "pair", (0, 0), "Rows and columns added around the picture.", minimum=0, maximum=512
)
ROUND_UP = Param(
    "ceil_mode",
    "Round up",
    "bool",
    False,
    "Whether a last window that reaches over the edge still counts, so that the size is rounded up, not down.",
)
COUNT_PADDING = Param(
    "count_include_pad",
    "Count padding",
    "bool",
    True,
    "Whether the zeros of the padding take part in the mean and make it smaller.",
)


class _Pool2d(LayerType):
    """What all pooling over pictures shares."""

    category = Category.POOLING
    capability = "window"
    stem = "pool"
    shape_formula = SHAPE_FORMULA

    def caption(self, params: Params) -> str:
        parts = [size(pair(params["kernel_size"]))]
        if params["stride"] != params["kernel_size"]:
            parts.append(f"stride {short_pair(params['stride'])}")
        if params["padding"] != (0, 0):
            parts.append(f"pad {short_pair(params['padding'])}")
        if params.get("dilation", (1, 1)) != (1, 1):
            parts.append(f"dil {short_pair(params['dilation'])}")
        return " · ".join([*parts, *(["rounded up"] if params["ceil_mode"] else [])])

    def complain(self, site: Site) -> Complaint | None:
        return needs_picture(site) or window_does_not_fit(site)

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return window_line(params, inputs[0], output)

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return sliding(window(params, inputs[0]))


@register
class MaxPool2d(_Pool2d):
    """torch.nn.MaxPool2d."""

    key = "max_pool2d"
    title = "Max pool"
    formula = r"y_{k,r,c} = \max_{i,j}\; x_{k,\,r s+i,\,c s+j}"
    shape_formula = r"\left\lfloor\frac{n + 2p - d\,(k-1) - 1}{s}\right\rfloor + 1"
    explanation = (
        "Keeps the strongest answer of each window and forgets the rest. The picture gets smaller, and a feature may "
        "move a little without changing the result. Backwards, only the winner receives the gradient."
    )
    source = "Lecture: max pooling"
    params = (
        WINDOW,
        STRIDE,
        PADDING,
        Param(
            "dilation",
            "Dilation",
            "pair",
            (1, 1),
            "Distance between neighbouring pixels under the window; 2 skips every other one.",
            maximum=1024,
        ),
        ROUND_UP,
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.MaxPool2d(**params)  # type: ignore[arg-type]


@register
class AvgPool2d(_Pool2d):
    """torch.nn.AvgPool2d."""

    key = "avg_pool2d"
    title = "Average pool"
    formula = r"y_{k,r,c} = \frac{1}{n}\sum_{i,j} x_{k,\,r s+i,\,c s+j}"
    explanation = (
        "Replaces each window by its mean. The picture gets smaller and smoother. Backwards, every pixel of the window "
        "receives an equal share of the gradient."
    )
    source = "LeCun et al. 1998 (subsampling)"
    params = (WINDOW, STRIDE, PADDING, ROUND_UP, COUNT_PADDING)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.AvgPool2d(**params)  # type: ignore[arg-type]


@register
class SumPool2d(_Pool2d):
    """The sum of each window: average pooling without the division."""

    key = "sum_pool2d"
    title = "Sum pool"
    capability = "area"
    formula = r"y_{k,r,c} = \sum_{i,j} x_{k,\,r s+i,\,c s+j}"
    explanation = (
        "Adds up all numbers of each window: how much of a feature is there altogether? It is average pooling without "
        "the division. Backwards, every pixel of the window receives the whole gradient."
    )
    source = "LeCun et al. 1998 (subsampling adds up four numbers)"
    params = (WINDOW, STRIDE, PADDING, ROUND_UP)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.pooling_modules import SumPool2d as SumPoolModule

        return SumPoolModule(**params)  # type: ignore[arg-type]


@register
class LpPool2d(_Pool2d):
    """torch.nn.LPPool2d with the absolute values of the numbers, so that it is defined for all of them."""

    key = "lp_pool2d"
    title = "Lp pool"
    capability = "area"
    formula = r"y_{k,r,c} = \left({\textstyle\sum_{i,j}} \left|x_{k,\,r s+i,\,c s+j}\right|^{p}\right)^{1/p}"
    explanation = (
        "Takes the length (the p-norm) of the numbers in each window. With p = 1 it adds up their sizes; the larger p, "
        "the more only the largest counts: it lies between sum pooling and max pooling."
    )
    source = "Sermanet et al. 2012, Convolutional neural networks applied to house numbers"
    params = (
        Param("norm_type", "Power p", "float", 2.0, "1 adds up the sizes; a large p all but takes the largest.", 1, 8),
        WINDOW,
        STRIDE,
        PADDING,
        ROUND_UP,
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.pooling_modules import LpPool2d as LpPoolModule

        return LpPoolModule(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        return f"p {params['norm_type']:g} · {super().caption(params)}"
