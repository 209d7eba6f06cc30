"""Activation functions: the same curve applied to every number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.layers._checks import needs_list
from playground.layers._param import Param
from playground.layers._spec import Category, Complaint, LayerType, Params, Shape, Site, register

if TYPE_CHECKING:
    from torch import nn


class _Activation(LayerType):
    """What the elementwise curves share."""

    category = Category.ACTIVATION
    capability = "curve"
    keeps_shape = True


@register
class ReLU(_Activation):
    """torch.nn.ReLU."""

    key = "relu"
    title = "ReLU"
    stem = "relu"
    formula = r"y = \max(0, x)"
    explanation = (
        "Lets positive numbers through and turns negative ones into zero. Its slope is 1 or 0, so gradients pass "
        "without shrinking; a unit that is always negative learns nothing more: it is dead."
    )
    source = "Nair & Hinton 2010"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.ReLU()


@register
class LeakyReLU(_Activation):
    """torch.nn.LeakyReLU."""

    key = "leaky_relu"
    title = "Leaky ReLU"
    stem = "leaky"
    formula = r"y = \max(0, x) + a \min(0, x)"
    explanation = (
        "Like ReLU, but negative numbers keep a small part of themselves, so no unit ever stops learning altogether."
    )
    source = "Maas et al. 2013"
    params = (
        Param(
            "negative_slope",
            "Negative slope",
            "float",
            0.01,
            "The slope a for negative numbers.",
            minimum=0.0,
            maximum=1.0,
        ),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.LeakyReLU(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        return f"slope {params['negative_slope']:g}"


@register
class Sigmoid(_Activation):
    """torch.nn.Sigmoid."""

    key = "sigmoid"
    title = "Sigmoid"
    stem = "sigmoid"
    formula = r"y = \frac{1}{1 + e^{-x}}"
    explanation = (
        "Squashes any number into the range 0 to 1. Far from zero the curve is flat: the unit is saturated, and almost "
        "no gradient comes through. The slope is y(1 − y), at most a quarter."
    )
    source = "Lecture: the logistic function"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.Sigmoid()


@register
class Tanh(_Activation):
    """torch.nn.Tanh."""

    key = "tanh"
    title = "Tanh"
    stem = "tanh"
    formula = r"y = \tanh(x) = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}"
    explanation = (
        "Squashes any number into the range −1 to 1, with zero staying zero. Its slope is 1 − y²: one in the middle, "
        "nearly nothing far out."
    )
    source = "LeCun et al. 1998, Efficient backprop"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.Tanh()


@register
class Softmax(LayerType):
    """torch.nn.Softmax over the features."""

    key = "softmax"
    title = "Softmax"
    stem = "softmax"
    category = Category.ACTIVATION
    capability = "distribution"
    keeps_shape = True
    formula = r"p_j = \frac{e^{z_j}}{\sum_k e^{z_k}}"
    explanation = (
        "Turns any list of scores into probabilities: all positive, together 1. A score one larger means a "
        "probability e ≈ 2.7 times as large."
    )
    source = "Bridle 1990"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.Softmax(dim=1)

    def complain(self, site: Site) -> Complaint | None:
        return needs_list(site)
