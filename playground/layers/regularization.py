"""Layers that act only while training, against overfitting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.layers._checks import use_instead
from playground.layers._param import Param
from playground.layers._spec import Category, Complaint, LayerType, Params, Shape, Site, register
from playground.layers._text import words

if TYPE_CHECKING:
    from torch import nn


class _Mask(LayerType):
    """What the layers that multiply by random zeros and ones share."""

    category = Category.REGULARISE
    capability = "mask"
    draws_chance = True
    keeps_shape = True

    def caption(self, params: Params) -> str:
        return f"p {params['p']:.3g}"


@register
class Dropout(_Mask):
    """torch.nn.Dropout (inverted scaling)."""

    key = "dropout"
    title = "Dropout"
    stem = "dropout"
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


@register
class Dropout2d(_Mask):
    """torch.nn.Dropout2d, or its one- and three-dimensional siblings, as the input demands: whole channels."""

    key = "dropout2d"
    title = "Spatial dropout"
    stem = "dropout"
    formula = r"y_c = \frac{m_c\, x_c}{1 - p}, \quad m_c \sim \mathrm{Bernoulli}(1 - p)"
    explanation = (
        "While training, sets whole channels to zero, each with probability p, and scales the rest up by 1 / (1 − p). "
        "Neighbouring pixels tell nearly the same, so dropping single ones would hide nothing. In use it does nothing."
    )
    source = "Tompson et al. 2014, Efficient object localization using convolutional networks"
    params = (Param("p", "Part dropped", "float", 0.5, "The probability that a channel is set to zero.", 0.0, 0.99),)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return {2: nn.Dropout1d, 3: nn.Dropout2d, 4: nn.Dropout3d}[len(inputs[0])](**params)  # type: ignore[arg-type]

    def complain(self, site: Site) -> Complaint | None:
        if len(site.inputs[0]) > 1:
            return None
        message = f"{self.title} drops whole channels, but {site.source().title} gives {words(site.inputs[0])}."
        return Complaint(message, (use_instead(site, "dropout"),))


@register
class StochasticDepth(_Mask):
    """All numbers of an example at once (torchvision's StochasticDepth in mode "row")."""

    key = "stochastic_depth"
    title = "Stochastic depth"
    stem = "depth"
    formula = r"y = \frac{m\, x}{1 - p}, \quad m \sim \mathrm{Bernoulli}(1 - p)\;\mathrm{for\ each\ example}"
    explanation = (
        "Put at the end of a residual branch, before the addition. While training, it silences the whole branch for an "
        "example with probability p, so that only the shortcut is left, and scales it up by 1 / (1 − p) otherwise: the "
        "network is trained at many depths at once. In use it does nothing."
    )
    source = "Huang et al. 2016, Deep networks with stochastic depth"
    params = (Param("p", "Part dropped", "float", 0.2, "The probability that a branch is silenced.", 0.0, 0.99),)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.elementwise_modules import StochasticDepth as StochasticDepthModule

        return StochasticDepthModule(**params)  # type: ignore[arg-type]
