"""Pooling over sequences: windows that slide along one dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.layers._checks import needs_sequence
from playground.layers._param import Param
from playground.layers._pooling_checks import window_does_not_fit
from playground.layers._span import Span, sliding
from playground.layers._spec import Category, Complaint, LayerType, Params, Shape, Site, register
from playground.layers._window import window, window_line
from playground.layers.pooling import COUNT_PADDING, ROUND_UP, SHAPE_FORMULA

if TYPE_CHECKING:
    from torch import nn

_WINDOW = (
    Param("kernel_size", "Window", "int", 2, "Length of the window.", maximum=65_536),
    Param("stride", "Stride", "int", 2, "How far the window moves; as large as the window, they do not overlap."),
    Param("padding", "Padding", "int", 0, "Places added at each end of the sequence.", minimum=0, maximum=32_768),
    ROUND_UP,
)


class _Pool1d(LayerType):
    """What all pooling over sequences shares."""

    category = Category.POOLING
    capability = "area"
    stem = "pool"
    shape_formula = SHAPE_FORMULA

    def caption(self, params: Params) -> str:
        parts = [str(params["kernel_size"])]
        if params["stride"] != params["kernel_size"]:
            parts.append(f"stride {params['stride']}")
        if params["padding"]:
            parts.append(f"pad {params['padding']}")
        return " · ".join([*parts, *(["rounded up"] if params["ceil_mode"] else [])])

    def complain(self, site: Site) -> Complaint | None:
        return needs_sequence(site) or window_does_not_fit(site)

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return window_line(params, inputs[0], output)

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return sliding(window(params, inputs[0]))


@register
class MaxPool1d(_Pool1d):
    """torch.nn.MaxPool1d."""

    key = "max_pool1d"
    title = "Max pool 1D"
    formula = r"y_{k,t} = \max_{i}\; x_{k,\,t s+i}"
    explanation = (
        "Keeps the strongest answer of each stretch of a sequence and forgets the rest. The sequence gets shorter, and "
        "a feature may come a little earlier or later without changing the result."
    )
    source = "Lecture: max pooling"
    params = _WINDOW

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.MaxPool1d(**params)  # type: ignore[arg-type]


@register
class AvgPool1d(_Pool1d):
    """torch.nn.AvgPool1d."""

    key = "avg_pool1d"
    title = "Average pool 1D"
    formula = r"y_{k,t} = \frac{1}{n}\sum_{i} x_{k,\,t s+i}"
    explanation = (
        "Replaces each stretch of a sequence by its mean. The sequence gets shorter and smoother. Backwards, every "
        "number of the stretch receives an equal share of the gradient."
    )
    source = "Lecture: average pooling"
    params = (*_WINDOW, COUNT_PADDING)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.AvgPool1d(**params)  # type: ignore[arg-type]
