"""Adaptive pooling: the size of the result is chosen, and the areas follow from it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from playground.layers._checks import needs_picture, needs_sequence
from playground.layers._param import Param
from playground.layers._span import EVERYTHING, Reach, Span
from playground.layers._spec import Category, Complaint, LayerType, Params, Shape, Site, register
from playground.layers._text import extents, size

if TYPE_CHECKING:
    from torch import nn

_HELP = "The input is cut into so many areas of (nearly) equal size."
_SIZES = (Param("output_size", "Size after", "pair", (2, 2), f"Height and width of the result. {_HELP}", maximum=1024),)
_LENGTH = (Param("output_size", "Length after", "int", 2, f"Length of the result. {_HELP}", maximum=65_536),)


class _AdaptivePool(LayerType):
    """What they share. Place i of m covers the positions ⌊i n / m⌋ to ⌈(i + 1) n / m⌉ − 1 of n."""

    category = Category.POOLING
    capability = "area"
    stem = "adaptive"
    source = "He et al. 2014, Spatial pyramid pooling (fixed sizes from pictures of any size)"

    def caption(self, params: Params) -> str:
        return f"to {size(extents(params['output_size'], 1))}"

    def complain(self, site: Site) -> Complaint | None:
        return needs_sequence(site) if self.key.endswith("1d") else needs_picture(site)

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"{size(inputs[0])} → {size(output)}",)

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        if all(extent == 1 for extent in output[1:]):
            return EVERYTHING
        return Span(reaches=tuple(_area(n, m) for n, m in zip(inputs[0][1:], output[1:], strict=True)))


def _area(extent: int, places: int) -> Reach:
    """Bounds that hold for every area along one dimension; where areas differ in size, some are a little smaller."""
    step = Fraction(extent, places)
    firsts = [place * extent // places - step * place for place in range(places)]
    lasts = [-(-(place + 1) * extent // places) - 1 - step * place for place in range(places)]
    return Reach(step, min(firsts), max(lasts))


@register
class AdaptiveAvgPool2d(_AdaptivePool):
    """torch.nn.AdaptiveAvgPool2d."""

    key = "adaptive_avg_pool2d"
    title = "Adaptive average"
    formula = r"y_{k,r,c} = \frac{1}{n}\sum_{i,j \in A_{r,c}} x_{k,i,j}"
    shape_formula = r"k \times h \times w \to k \times m_h \times m_w"
    explanation = (
        "Cuts every feature map into a grid of as many areas as you ask for and keeps the mean of each. Pictures of "
        "any size come out in the same size, so that dense layers behind it always fit."
    )
    params = _SIZES

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.AdaptiveAvgPool2d(**params)  # type: ignore[arg-type]


@register
class AdaptiveMaxPool2d(_AdaptivePool):
    """torch.nn.AdaptiveMaxPool2d."""

    key = "adaptive_max_pool2d"
    title = "Adaptive maximum"
    formula = r"y_{k,r,c} = \max_{i,j \in A_{r,c}}\; x_{k,i,j}"
    shape_formula = r"k \times h \times w \to k \times m_h \times m_w"
    explanation = (
        "Cuts every feature map into a grid of as many areas as you ask for and keeps the strongest answer of each. "
        "Pictures of any size come out in the same size."
    )
    params = _SIZES

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.AdaptiveMaxPool2d(**params)  # type: ignore[arg-type]


@register
class AdaptiveAvgPool1d(_AdaptivePool):
    """torch.nn.AdaptiveAvgPool1d."""

    key = "adaptive_avg_pool1d"
    title = "Adaptive average 1D"
    formula = r"y_{k,t} = \frac{1}{n}\sum_{i \in A_{t}} x_{k,i}"
    shape_formula = r"k \times l \to k \times m"
    explanation = (
        "Cuts a sequence into as many stretches as you ask for and keeps the mean of each. Sequences of any length "
        "come out in the same length."
    )
    params = _LENGTH

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.AdaptiveAvgPool1d(**params)  # type: ignore[arg-type]


@register
class AdaptiveMaxPool1d(_AdaptivePool):
    """torch.nn.AdaptiveMaxPool1d."""

    key = "adaptive_max_pool1d"
    title = "Adaptive maximum 1D"
    formula = r"y_{k,t} = \max_{i \in A_{t}}\; x_{k,i}"
    shape_formula = r"k \times l \to k \times m"
    explanation = (
        "Cuts a sequence into as many stretches as you ask for and keeps the strongest answer of each. Sequences of "
        "any length come out in the same length."
    )
    params = _LENGTH

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.AdaptiveMaxPool1d(**params)  # type: ignore[arg-type]
