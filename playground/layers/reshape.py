"""Layers that only rearrange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.layers._spec import Category, LayerType, Params, Shape, register

if TYPE_CHECKING:
    from torch import nn


@register
class Flatten(LayerType):
    """torch.nn.Flatten."""

    key = "flatten"
    title = "Flatten"
    stem = "flatten"
    category = Category.MERGE
    capability = "reshape"
    formula = r"y_{(k\,h + r)\,w + c} = x_{k,r,c}"
    shape_formula = r"k \cdot h \cdot w"
    explanation = (
        "Lays all numbers of a picture in one long row: map after map, row after row. Nothing is computed; it is how "
        "feature maps meet a dense layer."
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from torch import nn

        return nn.Flatten()

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"{'·'.join(str(extent) for extent in inputs[0])} = {output[0]:,}",)
