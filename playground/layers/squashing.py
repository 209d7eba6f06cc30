"""Activation functions whose outputs stay within bounds: sigmoids, tanh, softmax, the threshold, the sine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.layers._checks import needs_list
from playground.layers._param import Param
from playground.layers._span import EVERYTHING, Span
from playground.layers._spec import Category, Complaint, LayerType, Params, Shape, Site, Surrogate, register
from playground.layers.activation import Activation

if TYPE_CHECKING:
    from torch import nn


@register
class Sigmoid(Activation):
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
class Hardsigmoid(Activation):
    """torch.nn.Hardsigmoid, but with a slope that is exact in double precision too."""

    key = "hardsigmoid"
    title = "Hard sigmoid"
    stem = "hsigmoid"
    formula = r"y = \frac{\min(\max(0,\, x + 3),\, 6)}{6}"
    explanation = (
        "A sigmoid made of three straight pieces: 0 below −3, 1 above 3, a ramp between. It costs next to nothing, "
        "but beyond the ramp no gradient at all comes through."
    )
    source = "Courbariaux et al. 2015; Howard et al. 2019, Searching for MobileNetV3"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.elementwise_modules import Hardsigmoid as HardsigmoidModule

        return HardsigmoidModule()


@register
class Tanh(Activation):
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
class ScaledTanh(Activation):
    """1.7159 tanh(⅔ x)."""

    key = "scaled_tanh"
    title = "Scaled tanh"
    stem = "tanh"
    formula = r"y = 1.7159 \tanh\left(\tfrac{2}{3}\, x\right)"
    explanation = (
        "LeNet-5's tanh, stretched so that 1 stays 1 and −1 stays −1. At those two places, where the targets lie, the "
        "curve bends most and is still far from flat."
    )
    source = "LeCun et al. 1998, Gradient-based learning applied to document recognition, appendix A"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.elementwise_modules import ScaledTanh as ScaledTanhModule

        return ScaledTanhModule()


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

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return EVERYTHING


def _stand_in(params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
    """The function whose gradient the threshold hands back."""
    del inputs
    from torch import nn

    from playground.layers.elementwise_modules import Constant

    return {"straight_through": nn.Identity, "clipped": nn.Hardtanh, "zero": Constant}[str(params["backward"])]()


@register
class Step(Activation):
    """1 where x > 0, else 0 (Heaviside's step, with 0 at 0 as in the lecture)."""

    key = "step"
    title = "Step"
    stem = "step"
    formula = r"y = \left(1 \;\mathrm{if}\; x > 0,\; \mathrm{else}\; 0\right)"
    explanation = (
        "Fires or does not: 1 for a positive number, 0 for any other. The oldest activation, and the hardest to learn "
        "through: it is flat, so no gradient would pass. Backwards something else stands in for it; the setting "
        "“Backwards” chooses what."
    )
    source = "McCulloch & Pitts 1943; backwards: Bengio et al. 2013, Courbariaux et al. 2016"
    surrogate = Surrogate(
        _stand_in,
        r"\frac{\partial E}{\partial x} = \frac{\partial E}{\partial y}",
        "A step is flat everywhere but at its jump, so its true gradient is 0 and nothing before it would ever learn. "
        "Backwards it acts as if it were the line y = x (straight_through), that line between −1 and 1 only (clipped), "
        "or keeps its true slope (zero), so that you can see that learning stops.",
    )
    params = (
        Param(
            "backward",
            "Backwards",
            "choice",
            "straight_through",
            "What stands in for the slope, which is truly 0. straight_through: the gradient passes as it is; clipped: "
            "only where x lies between −1 and 1; zero: the truth, and nothing before this layer learns.",
            choices=("straight_through", "clipped", "zero"),
        ),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.elementwise_modules import Step as StepModule

        return StepModule(str(params["backward"]))

    def caption(self, params: Params) -> str:
        return "" if params["backward"] == "straight_through" else f"{params['backward']} gradient"


@register
class Sine(Activation):
    """sin x."""

    key = "sine"
    title = "Sine"
    stem = "sine"
    formula = r"y = \sin(x)"
    explanation = (
        "A wave: every number between −1 and 1 comes back again and again. Networks of sines can draw fine detail, "
        "such as a whole picture from its coordinates; the slope is the cosine."
    )
    source = "Sitzmann et al. 2020, Implicit neural representations with periodic activation functions"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.elementwise_modules import Sine as SineModule

        return SineModule()
