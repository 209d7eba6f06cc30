"""Layers that act only while training, against overfitting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.layers._param import Param
from playground.layers._spec import Category, LayerType, Params, Shape, register

if TYPE_CHECKING:
    from torch import nn


@register
class Dropout(LayerType):
    """torch.nn.Dropout (inverted scaling)."""

    key = "dropout"
    title = "Dropout"
    stem = "dropout"
    category = Category.REGULARISE
    capability = "mask"
    keeps_shape = True
    formula = r"y = \frac{m\, x}{1 - p}, \quad m \sim \mathrm{Bernoulli}(1 - p)"
    explanation = (
        "While training, sets a random part p of the numbers to zero and scales the others up by 1 / (1 − p), so that "
        "the network cannot lean on any single unit. In use it does nothing."
    )
    source = "Srivastava et al. 2014"
    params = (Param("p", "Part dropped", "float", 0.5, "The probability that a number is set to zero.", 0.0, 0.99),)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.Dropout(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        return f"p {params['p']:g}"
