"""Where numbers enter the network: the data, and numbers of the network's own."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from playground.graph.edits import set_params
from playground.layers._param import Param
from playground.layers._spec import Category, Complaint, LayerType, Params, Repair, Shape, Site, register
from playground.layers._text import extents, size

if TYPE_CHECKING:
    from torch import nn

_MOST_NUMBERS = 2**40


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
        return size(extents(params["shape"], 1))

    def complain(self, site: Site) -> Complaint | None:
        data, shape = site.data, extents(site.params["shape"], 1)
        if data is None or data.fits(shape):
            return None
        node_id, wanted = site.node.id, data.sample_shape
        repair = Repair(f"Set the input to {size(wanted)}", lambda graph: set_params(graph, node_id, {"shape": wanted}))
        message = f"{site.node.title} expects {size(shape)}, but one example of {data.title} is {size(wanted)}."
        return Complaint(message, (repair,), port=None)


class _FromNowhere(LayerType):
    """What the layers share that bring numbers of their own, the same for every example."""

    category = Category.DATA
    min_inputs = 0
    max_inputs = 0

    def complain(self, site: Site) -> Complaint | None:
        shape, node_id = extents(site.params["shape"], 1), site.node.id
        if prod(shape) <= _MOST_NUMBERS:
            return None
        less = self.short_list(site.params)
        repair = Repair(f"Make it a list of {less[0]:,}", lambda graph: set_params(graph, node_id, {"shape": less}))
        message = (
            f"{site.node.title} of size {size(shape)} would hold {prod(shape):.0e} numbers, more than any machine."
        )
        return Complaint(message, (repair,), port=None)

    def short_list(self, params: Params) -> Shape:
        """The size offered in place of one that is far too large."""
        return extents(params["shape"], 1)[:1]


@register
class Constant(_FromNowhere):
    """Numbers that never change."""

    key = "constant"
    title = "Constant"
    stem = "constant"
    capability = "constant"
    formula = r"y = c"
    explanation = (
        "Fixed numbers, the same for every example and never learnt, such as the 1 in 1 + e⁻ˣ. Wire it to a layer with "
        "several inputs."
    )
    source = "Stanford cs231n: backpropagation, intuitions"
    params = (
        Param(
            "value",
            "Value",
            "numbers",
            (1.0,),
            "One number for every place, or as many as there are places, row after row.",
            minimum=-1e6,
            maximum=1e6,
        ),
        Param("shape", "Size", "shape", (1,), "How many numbers: of a list, or as channels, height and width."),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.gate_modules import Constant as ConstantModule

        value, shape = params["value"], extents(params["shape"], 1)
        assert isinstance(value, tuple)
        return ConstantModule(tuple(float(number) for number in value), shape)

    def caption(self, params: Params) -> str:
        value, shape = params["value"], extents(params["shape"], 1)
        assert isinstance(value, tuple)
        text = ", ".join(f"{number:g}".replace("-", "−") for number in value[:3]) + (" …" if len(value) > 3 else "")
        return text if shape == (len(value),) else f"{text} · {size(shape)}"

    def complain(self, site: Site) -> Complaint | None:
        value, shape = site.params["value"], extents(site.params["shape"], 1)
        assert isinstance(value, tuple)
        places = prod(shape)
        if (complaint := super().complain(site)) is not None or len(value) in (1, places):
            return complaint
        node_id, count, first = site.node.id, (len(value),), (value[0],)
        message = (
            f"{site.node.title} has {places:,} places ({size(shape)}), but {len(value):,} numbers are given: "
            "give one for every place, or a single number for all."
        )
        repairs = (
            Repair(f"Set the size to {len(value)}", lambda graph: set_params(graph, node_id, {"shape": count})),
            Repair(f"Use {first[0]:g} everywhere", lambda graph: set_params(graph, node_id, {"value": first})),
        )
        return Complaint(message, repairs, port=None)

    def short_list(self, params: Params) -> Shape:
        value = params["value"]
        assert isinstance(value, tuple)
        return (len(value),)


@register
class Parameter(_FromNowhere):
    """Numbers that are learnt, the same for every example."""

    key = "parameter"
    title = "Parameter"
    stem = "parameter"
    parameter_formula = r"n_1 \cdot n_2 \cdots"
    capability = "parameter"
    formula = r"y = w"
    explanation = (
        "Numbers of the network's own that training adjusts, like the weights inside other layers, but out in the "
        "open: wire them to a layer with several inputs. Every example sees the same numbers, so their gradients are "
        "added up over the batch."
    )
    source = "PyTorch: nn.Parameter"
    params = (
        Param("shape", "Size", "shape", (1,), "How many numbers: of a list, or as channels, height and width."),
        Param(
            "init",
            "Starts as",
            "choice",
            "normal",
            "How the numbers begin: drawn by chance (mean 0, standard deviation 1), all 0, or all 1.",
            choices=("normal", "zeros", "ones"),
        ),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.gate_modules import Parameter as ParameterModule

        return ParameterModule(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        shape = extents(params["shape"], 1)
        return size(shape) if params["init"] == "normal" else f"{size(shape)} · {params['init']}"

    def parameter_arithmetic(self, params: Params, inputs: tuple[Shape, ...]) -> str:
        shape = extents(params["shape"], 1)
        return f"{'·'.join(str(extent) for extent in shape)} = {prod(shape):,}"
