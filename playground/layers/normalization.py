"""Normalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.layers._checks import needs_picture
from playground.layers._param import Param
from playground.layers._spec import Category, Complaint, LayerType, Params, Shape, Site, register

if TYPE_CHECKING:
    from torch import nn


@register
class BatchNorm2d(LayerType):
    """torch.nn.BatchNorm2d."""

    key = "batch_norm2d"
    title = "Batch norm"
    stem = "norm"
    category = Category.NORMALISE
    capability = "normalisation"
    keeps_shape = True
    formula = r"y = \gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta"
    explanation = (
        "Shifts and scales each channel so that over the batch its mean is 0 and its variance 1, then lets the network "
        "choose another scale γ and shift β. In use, running averages of mean and variance take the batch's place."
    )
    source = "Ioffe & Szegedy 2015, algorithm 1"
    params = (
        Param("eps", "Epsilon", "float", 1e-5, "Added to the variance, so that nothing is divided by 0.", 1e-12, 1.0),
        Param("momentum", "Momentum", "float", 0.1, "How fast the running averages follow each batch.", 0.0, 1.0),
        Param("affine", "Scale and shift", "bool", True, "Whether γ and β are learnt."),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.BatchNorm2d(inputs[0][0], **params)  # type: ignore[arg-type]

    def complain(self, site: Site) -> Complaint | None:
        return needs_picture(site)

    def parameter_arithmetic(self, params: Params, inputs: tuple[Shape, ...]) -> str:
        channels = inputs[0][0]
        return f"{channels} scales γ + {channels} shifts β = {2 * channels:,}" if params["affine"] else ""
