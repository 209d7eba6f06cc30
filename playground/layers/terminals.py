"""Where data enters the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.graph.edits import set_params
from playground.layers._param import Param
from playground.layers._spec import Category, Complaint, LayerType, Params, Repair, Shape, Site, register
from playground.layers._text import size

if TYPE_CHECKING:
    from torch import nn


@register
class Input(LayerType):
    """The place where an example enters; what arrives leaves unchanged."""

    key = "input"
    title = "Input"
    stem = "input"
    category = Category.DATA
    min_inputs = 0
    max_inputs = 0
    capability = "input"
    formula = r"x"
    explanation = (
        "The example enters here: a picture as channels × height × width, or a plain list of features. "
        "Choose the data set and look through its examples."
    )
    params = (
        Param(
            "shape",
            "Size of one example",
            "shape",
            (1, 28, 28),
            "Channels, height and width of a picture, or the number of features of a list. "
            "Choosing a data set fills this in.",
            maximum=100_000,
        ),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.Identity()

    def caption(self, params: Params) -> str:
        shape = params["shape"]
        assert isinstance(shape, tuple)
        return size(shape)

    def complain(self, site: Site) -> Complaint | None:
        data, shape = site.data, site.params["shape"]
        if data is None or shape == data.sample_shape:
            return None
        assert isinstance(shape, tuple)
        node_id, wanted = site.node.id, data.sample_shape
        repair = Repair(
            f"Set the input to {size(wanted)}", lambda graph: set_params(graph, node_id, {"shape": wanted})
        )
        message = f"{site.node.title} expects {size(shape)}, but one example of {data.title} is {size(wanted)}."
        return Complaint(message, (repair,), port=None)
