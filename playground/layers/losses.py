"""Losses: one number that says how wrong the network is. The target comes from the data set."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from playground.graph.edits import remove_and_bridge, update
from playground.layers._checks import needs_list, width_setters
from playground.layers._param import Param
from playground.layers._spec import Category, Complaint, LayerType, Params, Repair, Shape, Site, register

if TYPE_CHECKING:
    from torch import nn


class _Loss(LayerType):
    """What losses share."""

    category = Category.LOSS
    capability = "distribution"
    stem = "loss"
    has_output = False


def _wrong_width(site: Site) -> Complaint | None:
    """As many outputs as the data set has classes (or target values)."""
    data = site.data
    if data is None:
        return None
    have, wanted = site.inputs[0][0], len(data.classes) or prod(data.target_shape)
    if have == wanted:
        return None
    noun = "classes" if data.classes else "target value" + ("s" if wanted != 1 else "")
    message = f"{have} output{'s' if have != 1 else ''}, but {data.title} has {wanted} {noun}."
    return Complaint(message, tuple(width_setters(site, 0, wanted)))


@register
class CrossEntropy(_Loss):
    """torch.nn.CrossEntropyLoss: softmax and −log of the true class's probability in one."""

    key = "cross_entropy"
    title = "Cross-entropy"
    formula = r"E = -\log p_t = -z_t + \log\sum_k e^{z_k}"
    explanation = (
        "Asks how surprised the network is by the true class: the scores become probabilities (softmax), and the loss "
        "is −log of the true one. Certain and right costs 0; the more certain and wrong, the dearer. "
        "Its gradient is simply p − y."
    )
    source = "PyTorch CrossEntropyLoss"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.CrossEntropyLoss()

    def complain(self, site: Site) -> Complaint | None:
        if complaint := needs_list(site) or _wrong_width(site):
            return complaint
        if site.data is not None and not site.data.classes:
            node = site.node
            repair = Repair(
                "Use Squared error instead",
                lambda graph: update(graph, replace(node, type="squared_error", params={})),
            )
            message = f"Cross-entropy compares with a class, but {site.data.title} has values to predict."
            return Complaint(message, (repair,), port=None)
        source = site.source()
        if source.type == "softmax":
            repair = Repair(f"Take {source.title} out", lambda graph: remove_and_bridge(graph, source.id))
            message = "Cross-entropy applies softmax itself; with another before it the network learns slowly."
            return Complaint(message, (repair,), is_warning=True)
        return None


@register
class SquaredError(_Loss):
    """Sum of halves ½(t − o)² or mean of squares."""

    key = "squared_error"
    title = "Squared error"
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
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.modules import SquaredError as SquaredErrorModule

        return SquaredErrorModule(str(params["reduction"]))

    def caption(self, params: Params) -> str:
        return "Σ ½(t−o)²" if params["reduction"] == "half_sum" else "mean (t−o)²"

    def complain(self, site: Site) -> Complaint | None:
        return needs_list(site) or _wrong_width(site)
