"""Fully connected layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.layers._checks import needs_list
from playground.layers._param import Param
from playground.layers._spec import Category, Complaint, LayerType, Params, Shape, Site, register

if TYPE_CHECKING:
    from torch import nn


@register
class Dense(LayerType):
    """torch.nn.Linear; the number of inputs follows from the wire."""

    key = "dense"
    title = "Dense"
    stem = "fc"
    category = Category.DENSE
    capability = "neurons"
    formula = r"z_j = b_j + \sum_i w_{j,i}\, x_i"
    explanation = (
        "A layer of neurons, each joined to every input by a weight. A neuron multiplies each input by its weight, "
        "adds everything up, and adds its bias."
    )
    source = "Rosenblatt 1958; lecture: fully connected layers"
    params = (
        Param("out_features", "Units", "int", 10, "How many neurons, and so how many numbers come out."),
        Param("bias", "Bias", "bool", True, "Whether each neuron adds a number of its own."),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.Linear(inputs[0][0], **params)  # type: ignore[arg-type]

    def describe(self, params: Params) -> str:
        units = params["out_features"]
        return f"{units} neuron{'s' if units != 1 else ''}, each joined to every input by a weight."

    def caption(self, params: Params) -> str:
        return str(params["out_features"]) + ("" if params["bias"] else " · no bias")

    def complain(self, site: Site) -> Complaint | None:
        return needs_list(site)

    def parameter_arithmetic(self, params: Params, inputs: tuple[Shape, ...]) -> str:
        units, features = int(params["out_features"]), inputs[0][0]  # type: ignore[arg-type]
        if not params["bias"]:
            return f"{features}·{units} = {features * units:,}"
        return f"{features}·{units} + {units} = {features * units + units:,}"

    def multiply_adds(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> int:
        return inputs[0][0] * output[0]
