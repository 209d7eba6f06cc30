"""Losses: one number that says how wrong the network is.

The target comes from the data set, or over a second wire. Exactly one loss is the main one; auxiliary losses are added
to it, each times its weight.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from playground.graph.edits import remove_and_bridge, update
from playground.layers._checks import needs_list
from playground.layers._loss_places import targets_disagree, unlike_the_data
from playground.layers._param import Param
from playground.layers._spec import Category, Complaint, LayerType, Params, Repair, Shape, Site, register

if TYPE_CHECKING:
    from torch import nn

SHARED = (
    Param(
        "weight",
        "Weight",
        "float",
        1.0,
        "The loss is multiplied by this: how much it counts beside the other losses.",
        minimum=0.0,
        maximum=1000.0,
    ),
    Param(
        "auxiliary",
        "Auxiliary",
        "bool",
        False,
        "Whether the loss only helps another to learn, as on GoogLeNet's side branches. The network's answer is what "
        "the one main loss looks at.",
    ),
)
"""What all losses can be set to."""


class _Loss(LayerType):
    """What losses share."""

    category = Category.LOSS
    capability = "loss"
    stem = "loss"
    max_inputs = 2
    has_output = False
    has_target = True
    params = SHARED

    def caption(self, params: Params) -> str:
        weight, settings = params["weight"], self.settings(params)
        counts = "" if weight == 1 else f"×{weight:g}"
        role = "auxiliary" if params["auxiliary"] else ""
        return " · ".join(part for part in (settings, f"{role} {counts}".strip()) if part)

    def settings(self, params: Params) -> str:
        """The settings of this type alone, for the caption."""
        del params
        return ""

    def complain(self, site: Site) -> Complaint | None:
        return targets_disagree(site) if len(site.inputs) > 1 else unlike_the_data(site)


def _number(params: Params, key: str) -> float:
    value = params[key]
    assert isinstance(value, int | float)
    return float(value)


@register
class CrossEntropy(_Loss):
    """torch.nn.CrossEntropyLoss: softmax and −log of the true class's probability in one."""

    key = "cross_entropy"
    title = "Cross-entropy"
    capability = "distribution"
    takes_scores = True
    formula = r"E = -\log p_t = -z_t + \log\sum_k e^{z_k}"
    explanation = (
        "Asks how surprised the network is by the true class: the scores become probabilities (softmax), and the loss "
        "is −log of the true one. Certain and right costs 0; the more certain and wrong, the dearer. "
        "Its gradient is simply p − y."
    )
    source = "PyTorch CrossEntropyLoss; label smoothing: Szegedy et al. 2015"
    params = (
        Param(
            "label_smoothing",
            "Label smoothing",
            "float",
            0.0,
            "This much of the wanted 100 % is shared out among all classes, so that the network need not be certain.",
            minimum=0.0,
            maximum=1.0,
        ),
        *SHARED,
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.loss_modules import CrossEntropy as Module

        return Module(_number(params, "weight"), _number(params, "label_smoothing"))

    def settings(self, params: Params) -> str:
        return f"smoothing {params['label_smoothing']:g}" if params["label_smoothing"] else ""

    def complain(self, site: Site) -> Complaint | None:
        if complaint := needs_list(site):
            return complaint
        is_wired = len(site.inputs) > 1
        if not is_wired and site.data is not None and not site.data.classes:
            return _values_to_predict(site)
        if complaint := super().complain(site):
            return complaint
        source = site.source()
        if source.type == "softmax":
            repair = Repair(f"Take {source.title} out", lambda graph: remove_and_bridge(graph, source.id))
            message = "Cross-entropy applies softmax itself; with another before it the network learns slowly."
            return Complaint(message, (repair,), is_warning=True)
        return None


def _values_to_predict(site: Site) -> Complaint:
    assert site.data is not None
    node = site.node
    kept = {key: value for key, value in node.params.items() if key in ("weight", "auxiliary")}
    repair = Repair(
        "Use Squared error instead",
        lambda graph: update(graph, replace(node, type="squared_error", params=kept)),
    )
    message = f"Cross-entropy compares with a class, but {site.data.title} has values to predict."
    return Complaint(message, (repair,), port=None)


@register
class BinaryCrossEntropy(_Loss):
    """torch.nn.BCEWithLogitsLoss: every number is a question of its own, to be answered with yes or no."""

    key = "binary_cross_entropy"
    title = "Binary cross-entropy"
    takes_scores = True
    threshold = 0.0
    formula = r"E = \frac{1}{N}\sum \left(\log(1 + e^{z}) - t\,z\right), \quad p = \frac{1}{1 + e^{-z}}"
    explanation = (
        "Takes every number as the score of a question of its own, to be answered with yes (1) or no (0): is this "
        "pixel part of the cell, does this picture show a cat? Sigmoid makes a probability p of the score, and the "
        "loss is −log of what the right answer got. Its gradient is simply p − t."
    )
    source = "PyTorch BCEWithLogitsLoss"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.loss_modules import BinaryCrossEntropy as Module

        return Module(_number(params, "weight"))

    def complain(self, site: Site) -> Complaint | None:
        if complaint := super().complain(site):
            return complaint
        source = site.source()
        if source.type == "sigmoid":
            repair = Repair(f"Take {source.title} out", lambda graph: remove_and_bridge(graph, source.id))
            message = "Binary cross-entropy applies sigmoid itself; with another before it the network learns slowly."
            return Complaint(message, (repair,), is_warning=True)
        return None


@register
class SquaredError(_Loss):
    """Sum of halves ½(t − o)² or mean of squares."""

    key = "squared_error"
    title = "Squared error"
    capability = "distribution"
    formula = r"E = \sum_j \tfrac{1}{2}(t_j - o_j)^2"
    explanation = (
        "Compares each output with its target and squares the difference, so that large errors weigh most. With the "
        "half in front the gradient is simply o − t. A class is compared as a list with a single 1."
    )
    source = "Mazur 2015, A step by step backpropagation example; lecture: J(W, b)"
    params = (
        Param(
            "reduction",
            "Over the outputs",
            "choice",
            "half_sum",
            "half_sum adds up ½(t − o)²; mean takes the average of (t − o)².",
            choices=("half_sum", "mean"),
        ),
        *SHARED,
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.loss_modules import SquaredError as Module

        return Module(_number(params, "weight"), str(params["reduction"]))

    def settings(self, params: Params) -> str:
        return "Σ ½(t−o)²" if params["reduction"] == "half_sum" else "mean (t−o)²"


@register
class MeanAbsoluteError(_Loss):
    """torch.nn.L1Loss."""

    key = "mean_absolute_error"
    title = "Mean absolute error"
    formula = r"E = \frac{1}{N}\sum_j \left|t_j - o_j\right|"
    explanation = (
        "How far the outputs are off, on average. Every error pulls equally hard, however large it is, so a few wild "
        "examples do not decide everything, as they would with squares."
    )
    source = "PyTorch L1Loss"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.loss_modules import MeanAbsoluteError as Module

        return Module(_number(params, "weight"))


@register
class Huber(_Loss):
    """torch.nn.HuberLoss."""

    key = "huber"
    title = "Huber"
    formula = r"h = \tfrac{1}{2}d^2 \; (|d| \leq \delta), \quad \delta\,(|d| - \tfrac{1}{2}\delta) \; (|d| > \delta)"
    explanation = (
        "Squares small errors and counts large ones as they are: gentle near the target, and not to be carried away by "
        "wild examples. Delta says where small ends. The loss is the average over all outputs, with d = o − t."
    )
    source = "Huber 1964; PyTorch HuberLoss"
    params = (
        Param(
            "delta",
            "Delta",
            "float",
            1.0,
            "Errors up to this size are squared; beyond it they grow in a straight line.",
            minimum=0.001,
            maximum=1000.0,
        ),
        *SHARED,
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.loss_modules import Huber as Module

        return Module(_number(params, "weight"), _number(params, "delta"))

    def settings(self, params: Params) -> str:
        return f"delta {params['delta']:g}"


@register
class Hinge(_Loss):
    """The loss of support vector machines, for several classes (cs231n) or for ±1."""

    key = "hinge"
    title = "Hinge"
    threshold = 0.0
    formula = r"E = \sum_{j \neq y} \max(0,\; s_j - s_y + m)"
    explanation = (
        "Asks that the score of the true class lead every other by a margin. Who lags behind, or leads by less, pays "
        "for what is missing; once the lead is large enough nothing is left to improve. A single output is compared "
        "with +1 or −1 instead: it pays for what is missing from t·s to the margin."
    )
    source = "Weston & Watkins 1999; cs231n, multiclass SVM loss"
    params = (
        Param(
            "margin",
            "Margin",
            "float",
            1.0,
            "The lead that is asked for.",
            minimum=0.0,
            maximum=1000.0,
        ),
        *SHARED,
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.loss_modules import Hinge as Module

        return Module(_number(params, "weight"), _number(params, "margin"))

    def settings(self, params: Params) -> str:
        return f"margin {params['margin']:g}"

    def complain(self, site: Site) -> Complaint | None:
        return super().complain(site) if len(site.inputs) > 1 else needs_list(site) or super().complain(site)


@register
class OutputLoss(_Loss):
    """The sum of the outputs, averaged over the batch."""

    key = "output_loss"
    title = "Output as loss"
    max_inputs = 1
    has_target = False
    formula = r"E = \sum_j o_j"
    explanation = (
        "Takes the output itself as the number to be made small; there is no target. In a graph of single gates this "
        "shows how each number acts on the result. Several outputs are added up."
    )
    source = "cs231n, Backpropagation, intuitions"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.loss_modules import OutputLoss as Module

        return Module(_number(params, "weight"))

    def complain(self, site: Site) -> Complaint | None:
        return None
