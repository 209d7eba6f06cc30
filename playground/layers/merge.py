"""Layers with several inputs."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from playground.layers._checks import width_setters
from playground.layers._spec import Category, Complaint, LayerType, Params, Shape, Site, register
from playground.layers._text import words

if TYPE_CHECKING:
    from torch import nn

_MOST_INPUTS = 64


@register
class Add(LayerType):
    """Elementwise sum."""

    key = "add"
    title = "Add"
    stem = "add"
    category = Category.MERGE
    capability = "merge"
    min_inputs = 2
    max_inputs = _MOST_INPUTS
    formula = r"y = x_1 + x_2 + \dots"
    explanation = (
        "Adds its inputs number by number; they must have the same shape. Backwards it hands the whole gradient on to "
        "every input: this is how a residual connection carries gradients past many layers."
    )
    source = "He et al. 2015, Deep residual learning"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.modules import Add as AddModule

        return AddModule()

    def complain(self, site: Site) -> Complaint | None:
        first = site.inputs[0]
        for port, shape in enumerate(site.inputs):
            if shape != first:
                repairs = ()
                if shape[1:] == first[1:]:
                    repairs = tuple(
                        chain(width_setters(site, port, first[0]), width_setters(site, 0, shape[0])),
                    )
                message = (
                    f"Only equal shapes can be added: {site.source(0).title} gives {words(first)}, "
                    f"{site.source(port).title} gives {words(shape)}."
                )
                return Complaint(message, repairs, port)
        return None


@register
class Concat(LayerType):
    """Inputs behind each other along the channels (or features)."""

    key = "concat"
    title = "Concat"
    stem = "concat"
    category = Category.MERGE
    capability = "merge"
    min_inputs = 2
    max_inputs = _MOST_INPUTS
    formula = r"y = [\,x_1;\; x_2;\; \dots]"
    shape_formula = r"k_1 + k_2 + \dots"
    explanation = (
        "Puts its inputs behind each other: the channels (or features) of the first, then those of the second. "
        "Height and width must agree. Nothing is mixed; the next layer decides what to use."
    )
    source = "Szegedy et al. 2014; Huang et al. 2016"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.modules import Concat as ConcatModule

        return ConcatModule()

    def complain(self, site: Site) -> Complaint | None:
        first = site.inputs[0]
        for port, shape in enumerate(site.inputs):
            if shape[1:] != first[1:]:
                message = (
                    "Inputs can be joined only where all but the number of channels agrees: "
                    f"{site.source(0).title} gives {words(first)}, {site.source(port).title} gives {words(shape)}."
                )
                return Complaint(message, (), port)
        return None

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"{' + '.join(str(shape[0]) for shape in inputs)} = {output[0]}",)
