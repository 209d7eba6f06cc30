"""Activation functions that let positive numbers through: the rectifiers and their smooth kin, identity and square."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.layers._param import Param
from playground.layers._spec import Category, LayerType, Params, Shape, register

if TYPE_CHECKING:
    from torch import nn


class Activation(LayerType):
    """What the elementwise curves share."""

    category = Category.ACTIVATION
    capability = "curve"
    keeps_shape = True


@register
class ReLU(Activation):
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
class LeakyReLU(Activation):
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
class PReLU(Activation):
    """torch.nn.PReLU; one slope for all numbers, or one for each channel (or feature)."""

    key = "prelu"
    title = "PReLU"
    stem = "prelu"
    parameter_formula = r"1 \;\; \mathrm{or} \;\; C"
    formula = r"y = \max(0, x) + a \min(0, x)"
    explanation = (
        "A leaky ReLU that learns its own slope a for negative numbers. It begins at a quarter; the slope moves "
        "whenever a negative number passes and the error asks for more or less of it."
    )
    source = "He et al. 2015, Delving deep into rectifiers"
    params = (
        Param(
            "num_parameters",
            "Slopes",
            "choice",
            "shared",
            "shared: one slope for the whole layer; per_channel: each channel (or feature) learns one of its own.",
            choices=("shared", "per_channel"),
        ),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.PReLU(_slopes(params, inputs))

    def caption(self, params: Params) -> str:
        return "slope per channel" if params["num_parameters"] == "per_channel" else "one slope"

    def parameter_arithmetic(self, params: Params, inputs: tuple[Shape, ...]) -> str:
        count = _slopes(params, inputs)
        return f"{count:,} slope{'s' if count > 1 else ''} a = {count:,}"


def _slopes(params: Params, inputs: tuple[Shape, ...]) -> int:
    """How many slopes a PReLU learns."""
    return inputs[0][0] if params["num_parameters"] == "per_channel" else 1


@register
class ELU(Activation):
    """torch.nn.ELU."""

    key = "elu"
    title = "ELU"
    stem = "elu"
    formula = r"y = \max(0, x) + \min\left(0,\; \alpha\,(e^{x} - 1)\right)"
    explanation = (
        "Positive numbers pass unchanged; negative ones bend softly towards −α and come no lower. The outputs lie "
        "about zero, and a negative unit still learns as long as it is not far out."
    )
    source = "Clevert et al. 2015; lecture: common activation functions"
    params = (Param("alpha", "Alpha", "float", 1.0, "How far below zero the curve comes: to −α.", 0.0, 100.0),)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.ELU(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        return f"α {params['alpha']:g}"


@register
class GELU(Activation):
    """torch.nn.GELU in its exact form, with the error function."""

    key = "gelu"
    title = "GELU"
    stem = "gelu"
    formula = r"y = x \cdot \Phi(x), \quad \Phi(x) = \tfrac{1}{2}\left(1 + \mathrm{erf}\,\tfrac{x}{\sqrt{2}}\right)"
    explanation = (
        "Multiplies each number by the chance Φ(x) that a normally distributed random number is smaller. Large numbers "
        "pass whole, very negative ones vanish, and in between the curve bends smoothly, a little below zero."
    )
    source = "Hendrycks & Gimpel 2016"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.GELU()


@register
class SiLU(Activation):
    """torch.nn.SiLU, also called swish."""

    key = "silu"
    title = "SiLU (swish)"
    stem = "silu"
    formula = r"y = x \cdot \sigma(x) = \frac{x}{1 + e^{-x}}"
    explanation = (
        "Multiplies each number by its own sigmoid: a gate that opens the wider, the larger the number. A smooth ReLU "
        "that dips a little below zero. Also called swish."
    )
    source = "Elfwing et al. 2017; Ramachandran et al. 2017, Searching for activation functions"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.SiLU()


@register
class Hardswish(Activation):
    """torch.nn.Hardswish."""

    key = "hardswish"
    title = "Hard swish"
    stem = "hswish"
    formula = r"y = x \cdot \frac{\min(\max(0,\, x + 3),\, 6)}{6}"
    explanation = (
        "Swish made of straight pieces and a parabola, cheap enough for a phone: below −3 nothing passes, above 3 "
        "everything, and between them each number is multiplied by (x + 3) / 6."
    )
    source = "Howard et al. 2019, Searching for MobileNetV3"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.Hardswish()


@register
class ReLU6(Activation):
    """torch.nn.ReLU6."""

    key = "relu6"
    title = "ReLU6"
    stem = "relu"
    formula = r"y = \min(\max(0, x), 6)"
    explanation = (
        "A ReLU with a lid: nothing comes out below 0 or above 6. Bounded numbers can be stored in few bits, which is "
        "why networks for phones use it."
    )
    source = "Krizhevsky 2010; Sandler et al. 2018, MobileNetV2"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.ReLU6()


@register
class Softplus(Activation):
    """torch.nn.Softplus; like torch it goes over to the straight line where β x > 20."""

    key = "softplus"
    title = "Softplus"
    stem = "softplus"
    formula = r"y = \frac{1}{\beta} \log\left(1 + e^{\beta x}\right)"
    explanation = (
        "A ReLU with its corner rounded off: always positive, nearly zero on the left, nearly x on the right. Its "
        "slope is the sigmoid of βx."
    )
    source = "Dugas et al. 2001"
    params = (
        Param("beta", "Beta", "float", 1.0, "How sharp the corner is; the larger, the closer to ReLU.", 0.01, 100),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.Softplus(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        return f"β {params['beta']:g}"


@register
class Identity(Activation):
    """torch.nn.Identity."""

    key = "identity"
    title = "Linear"
    stem = "linear"
    formula = r"y = x"
    explanation = (
        "Lets every number pass as it is. Layers with nothing else between them collapse into one: however deep, such "
        "a network can only draw straight boundaries."
    )
    source = "Lecture: linear activation functions"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.Identity()


@register
class Square(Activation):
    """x²."""

    key = "square"
    title = "Square"
    stem = "square"
    formula = r"y = x^{2}"
    explanation = (
        "Multiplies each number by itself. The slope 2x grows with the number, so large ones learn fast and may run "
        "away; the sign is forgotten."
    )
    source = "Du & Lee 2018, On the power of over-parametrization in neural networks with quadratic activation"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.elementwise_modules import Square as SquareModule

        return SquareModule()
