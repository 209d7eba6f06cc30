"""Fully connected layers, and the units from which they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.layers._checks import needs_list
from playground.layers._param import Param
from playground.layers._span import EVERYTHING, Span
from playground.layers._spec import Category, Complaint, LayerType, Params, Shape, Site, Surrogate, register
from playground.layers._text import product_text

if TYPE_CHECKING:
    from torch import nn

UNITS = Param("out_features", "Units", "int", 10, "How many neurons, and so how many numbers come out.")
ONE_UNIT = Param("out_features", "Units", "int", 1, "How many neurons, and so how many numbers come out.")
BIAS = Param("bias", "Bias", "bool", True, "Whether each neuron adds a number of its own.")


class _WeightedSum(LayerType):
    """What layers share whose units weigh every input: counts, captions and complaints."""

    category = Category.DENSE
    capability = "neurons"
    parameter_formula = r"C \cdot M + M"
    multiply_add_formula = r"C \cdot M"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.Linear(inputs[0][0], **params)  # type: ignore[arg-type]

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

    def multiply_add_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> str:
        return product_text((inputs[0][0], output[0]))

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return EVERYTHING


@register
class Dense(_WeightedSum):
    """torch.nn.Linear; the number of inputs follows from the wire."""

    key = "dense"
    title = "Dense"
    stem = "fc"
    formula = r"z_j = b_j + \sum_i w_{j,i}\, x_i"
    explanation = (
        "A layer of neurons, each joined to every input by a weight. A neuron multiplies each input by its weight, "
        "adds everything up, and adds its bias."
    )
    source = "Rosenblatt 1958; lecture: fully connected layers"
    params = (UNITS, BIAS)

    def describe(self, params: Params) -> str:
        units = params["out_features"]
        return f"{units} neuron{'s' if units != 1 else ''}, each joined to every input by a weight."


def _without_threshold(params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
    from torch import nn

    return nn.Linear(inputs[0][0], **params)  # type: ignore[arg-type]


@register
class Perceptron(_WeightedSum):
    """Threshold units: 1 where the weighted sum is positive, else 0."""

    key = "perceptron"
    title = "Perceptron"
    stem = "unit"
    capability = "threshold"
    formula = r"y_j = 1 \;\; \mathrm{if} \;\; b_j + \sum_i w_{j,i}\, x_i > 0, \;\; \mathrm{else} \;\; 0"
    explanation = (
        "A threshold logic unit: it adds up its weighted inputs and fires, 1, if the sum is positive; else it stays "
        "silent, 0. With squared error and plain SGD on one example at a time it learns by the perceptron rule: where "
        "the answer is wrong, the input times the learning rate is added to the weights, or taken off."
    )
    source = "McCulloch & Pitts 1943; Rosenblatt 1958"
    surrogate = Surrogate(
        _without_threshold,
        r"\frac{\partial E}{\partial z_j} = \frac{\partial E}{\partial y_j}",
        "A threshold is flat everywhere but at its jump, so its true gradient is 0 and nothing would ever be learnt. "
        "Backwards it acts as if the weighted sum itself were the output: with squared error that makes the perceptron "
        "rule, Δw = η (t − y) x.",
    )
    params = (ONE_UNIT, BIAS)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.dense_modules import Perceptron as Module

        return Module(inputs[0][0], **params)  # type: ignore[arg-type]

    def describe(self, params: Params) -> str:
        units = params["out_features"]
        return f"{units} unit{'s' if units != 1 else ''} that fire{'' if units != 1 else 's'} or not: 1 or 0."


@register
class Adaline(_WeightedSum):
    """An adaptive linear element: the weighted sum itself is compared with the target, before any threshold."""

    key = "adaline"
    title = "Adaline"
    stem = "adaline"
    formula = r"y_j = b_j + \sum_i w_{j,i}\, x_i"
    explanation = (
        "An adaptive linear element. Unlike a perceptron it compares the weighted sum itself with the target, not what "
        "a threshold makes of it: so it also learns from answers that are right but barely. With squared error its "
        "rule is Δw = η (t − y) x, the delta rule."
    )
    source = "Widrow & Hoff 1960"
    params = (ONE_UNIT, BIAS)

    def describe(self, params: Params) -> str:
        units = params["out_features"]
        return f"{units} linear unit{'s' if units != 1 else ''}, to be compared with the target by squared error."


@register
class RadialBasis(LayerType):
    """Squared distances from learnt prototypes."""

    key = "rbf"
    title = "RBF"
    stem = "rbf"
    category = Category.DENSE
    capability = "prototypes"
    parameter_formula = multiply_add_formula = r"C \cdot M"
    formula = r"y_j = \sum_i (x_i - w_{j,i})^2"
    explanation = (
        "Each unit has a prototype, a list of numbers as long as the input, and says how far the input lies from it: "
        "the squared differences, added up. Small means alike. LeNet-5 of 1998 ends so, with a drawing of each digit "
        "as its prototype."
    )
    source = "LeCun et al. 1998, Gradient-based learning applied to document recognition"
    params = (Param("out_features", "Units", "int", 10, "How many prototypes, and so how many distances come out."),)

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.dense_modules import RadialBasis as Module

        return Module(inputs[0][0], **params)  # type: ignore[arg-type]

    def describe(self, params: Params) -> str:
        units = params["out_features"]
        return f"The squared distance from {units} learnt prototype{'s' if units != 1 else ''}."

    def caption(self, params: Params) -> str:
        return str(params["out_features"])

    def complain(self, site: Site) -> Complaint | None:
        return needs_list(site)

    def parameter_arithmetic(self, params: Params, inputs: tuple[Shape, ...]) -> str:
        units, features = int(params["out_features"]), inputs[0][0]  # type: ignore[arg-type]
        return f"{features}·{units} = {features * units:,}"

    def multiply_adds(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> int:
        return inputs[0][0] * output[0]

    def multiply_add_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> str:
        return product_text((inputs[0][0], output[0]))

    def span(self, params: Params, inputs: tuple[Shape, ...], output: Shape, port: int = 0) -> Span:
        return EVERYTHING
