"""Pooling: windows that summarise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.layers._checks import needs_picture
from playground.layers._param import Param
from playground.layers._spec import Category, Complaint, LayerType, Params, Shape, Site, register
from playground.layers._text import pair, short_pair, size
from playground.layers._window import kernel_too_large, padding_too_large, window_line

if TYPE_CHECKING:
    from torch import nn

_SHAPE_FORMULA = r"\left\lfloor\frac{n + 2p - k}{s}\right\rfloor + 1"
_PARAMS = (
    Param("kernel_size", "Window", "pair", (2, 2), "Height and width of the window, in pixels.", maximum=1024),
    Param("stride", "Stride", "pair", (2, 2), "How far the window moves; as large as the window, they do not overlap."),
    Param("padding", "Padding", "pair", (0, 0), "Rows and columns added around the picture.", minimum=0, maximum=512),
)


class _Pool2d(LayerType):
    """What max and average pooling share."""

    category = Category.POOLING
    capability = "window"
    stem = "pool"
    shape_formula = _SHAPE_FORMULA
    params = _PARAMS

    def caption(self, params: Params) -> str:
        parts = [size(pair(params["kernel_size"]))]
        if params["stride"] != params["kernel_size"]:
            parts.append(f"stride {short_pair(params['stride'])}")
        if params["padding"] != (0, 0):
            parts.append(f"pad {short_pair(params['padding'])}")
        return " · ".join(parts)

    def complain(self, site: Site) -> Complaint | None:
        return needs_picture(site) or padding_too_large(site) or kernel_too_large(site)

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return window_line(params, inputs[0], output)


@register
class MaxPool2d(_Pool2d):
    """torch.nn.MaxPool2d."""

    key = "max_pool2d"
    title = "Max pool"
    formula = r"y_{k,r,c} = \max_{i,j}\; x_{k,\,r s+i,\,c s+j}"
    explanation = (
        "Keeps the strongest answer of each window and forgets the rest. The picture gets smaller, and a feature may "
        "move a little without changing the result. Backwards, only the winner receives the gradient."
    )
    source = "Lecture: max pooling"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.MaxPool2d(**params)  # type: ignore[arg-type]


@register
class AvgPool2d(_Pool2d):
    """torch.nn.AvgPool2d; padding counts as zeros in the average, as torch does by default."""

    key = "avg_pool2d"
    title = "Average pool"
    formula = r"y_{k,r,c} = \frac{1}{n}\sum_{i,j} x_{k,\,r s+i,\,c s+j}"
    explanation = (
        "Replaces each window by its mean. The picture gets smaller and smoother. Backwards, every pixel of the window "
        "receives an equal share of the gradient."
    )
    source = "LeCun et al. 1998 (subsampling)"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.AvgPool2d(**params)  # type: ignore[arg-type]


@register
class GlobalAvgPool2d(LayerType):
    """The mean of each channel, as a plain list."""

    key = "global_avg_pool2d"
    title = "Global average"
    stem = "gap"
    category = Category.POOLING
    capability = "window"
    formula = r"y_k = \frac{1}{h\,w}\sum_{r,c} x_{k,r,c}"
    shape_formula = r"k \times h \times w \to k"
    explanation = (
        "Replaces each whole feature map by its mean: how much of this feature is there, wherever it is? It turns a "
        "picture into a list and needs no weights, where Flatten and a dense layer would need very many."
    )
    source = "Lin et al. 2013, Network in network"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.modules import GlobalAveragePool2d

        return GlobalAveragePool2d()

    def complain(self, site: Site) -> Complaint | None:
        return needs_picture(site)

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        channels, height, width = inputs[0]
        return (f"{channels} maps of {height}×{width} → {channels} means",)
