"""Pooling that summarises a whole dimension: every map to one number, or all maps to one map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.layers._checks import needs_picture, needs_sequence
from playground.layers._param import Param
from playground.layers._span import EVERYTHING, Span
from playground.layers._spec import Category, Complaint, LayerType, Params, Shape, Site, register
from playground.layers._text import size

if TYPE_CHECKING:
    from torch import nn


class _GlobalPool(LayerType):
    """What they share: (channels, …) → (channels,)."""

    category = Category.POOLING
    _numbers: str

    def complain(self, site: Site) -> Complaint | None:
        return needs_sequence(site) if self.key.endswith("1d") else needs_picture(site)

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        channels, *extents = inputs[0]
        return (f"{channels} maps of {size(tuple(extents))} → {channels} {self._numbers}",)

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return EVERYTHING


@register
class GlobalAvgPool2d(_GlobalPool):
    """The mean of each channel, as a plain list."""

    key = "global_avg_pool2d"
    title = "Global average"
    stem = "gap"
    capability = "window"
    formula = r"y_k = \frac{1}{h\,w}\sum_{r,c} x_{k,r,c}"
    shape_formula = r"k \times h \times w \to k"
    explanation = (
        "Replaces each whole feature map by its mean: how much of this feature is there, wherever it is? It turns a "
        "picture into a list and needs no weights, where Flatten and a dense layer would need very many."
    )
    source = "Lin et al. 2013, Network in network"
    _numbers = "means"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.pooling_modules import GlobalAveragePool

        return GlobalAveragePool()


@register
class GlobalMaxPool2d(_GlobalPool):
    """The largest number of each channel, as a plain list."""

    key = "global_max_pool2d"
    title = "Global maximum"
    stem = "gmp"
    capability = "area"
    formula = r"y_k = \max_{r,c}\; x_{k,r,c}"
    shape_formula = r"k \times h \times w \to k"
    explanation = (
        "Keeps of each whole feature map only its strongest answer: was this feature found anywhere? Backwards, only "
        "the pixel that gave it receives the gradient."
    )
    source = "Oquab et al. 2015, Is object localization for free?"
    _numbers = "largest numbers"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.pooling_modules import GlobalMaxPool

        return GlobalMaxPool()


@register
class GlobalAvgPool1d(_GlobalPool):
    """The mean of each channel of a sequence, as a plain list."""

    key = "global_avg_pool1d"
    title = "Global average 1D"
    stem = "gap"
    capability = "area"
    formula = r"y_k = \frac{1}{l}\sum_{t} x_{k,t}"
    shape_formula = r"k \times l \to k"
    explanation = (
        "Replaces each channel of a sequence by its mean: how much of this feature is there, whenever it comes? "
        "Sequences of any length become lists of the same length."
    )
    source = "Lin et al. 2013, Network in network"
    _numbers = "means"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.pooling_modules import GlobalAveragePool

        return GlobalAveragePool()


@register
class GlobalMaxPool1d(_GlobalPool):
    """The largest number of each channel of a sequence, as a plain list."""

    key = "global_max_pool1d"
    title = "Global maximum 1D"
    stem = "gmp"
    capability = "area"
    formula = r"y_k = \max_{t}\; x_{k,t}"
    shape_formula = r"k \times l \to k"
    explanation = (
        "Keeps of each channel of a sequence only its strongest answer: did this feature occur at any time? Backwards, "
        "only the moment that gave it receives the gradient."
    )
    source = "Collobert et al. 2011, Natural language processing (almost) from scratch"
    _numbers = "largest numbers"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.pooling_modules import GlobalMaxPool

        return GlobalMaxPool()


@register
class ChannelPool(LayerType):
    """Mean or maximum over the channels: (channels, height, width) → (1, height, width)."""

    key = "channel_pool"
    title = "Channel pool"
    stem = "squeeze"
    category = Category.POOLING
    capability = "area"
    formula = r"y_{r,c} = \frac{1}{n}\sum_{k} x_{k,r,c} \quad \mathrm{or} \quad \max_{k}\; x_{k,r,c}"
    shape_formula = r"k \times h \times w \to 1 \times h \times w"
    explanation = (
        "Looks through all feature maps at one pixel and keeps their mean, or the strongest of them. What is left is "
        "one map that tells where something is, no longer what. Spatial attention (CBAM) begins with it."
    )
    source = "Woo et al. 2018, CBAM"
    params = (
        Param(
            "mode",
            "Of the maps",
            "choice",
            "mean",
            "Whether the mean of all maps or the largest number among them is kept at each pixel.",
            choices=("mean", "max"),
        ),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.pooling_modules import ChannelPool as ChannelPoolModule

        return ChannelPoolModule(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        return str(params["mode"])

    def complain(self, site: Site) -> Complaint | None:
        return needs_picture(site)

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"{size(inputs[0])} → {size(output)}",)
