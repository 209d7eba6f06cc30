"""Layers with several inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from playground.layers._agreement import cannot_join_numbers, cannot_stand_behind_each_other
from playground.layers._param import Param
from playground.layers._spec import Category, Complaint, LayerType, Params, Shape, Site, register

if TYPE_CHECKING:
    from torch import nn

_MOST_INPUTS = 64
_FITTING = (
    "The inputs have equal shapes, or one is used again and again: a list with one number for each channel, a single "
    "map, or a single number."
)


class _NumberByNumber(LayerType):
    """What the layers share that join the numbers at the same place of every input."""

    category = Category.MERGE
    capability = "merge"
    min_inputs = 2
    max_inputs = _MOST_INPUTS
    done: ClassVar[str]
    """What happens to the inputs: "added"."""

    def complain(self, site: Site) -> Complaint | None:
        return cannot_join_numbers(site, self.done)


@register
class Add(_NumberByNumber):
    """Elementwise sum."""

    key = "add"
    title = "Add"
    stem = "add"
    done = "added"
    formula = r"y = x_1 + x_2 + \dots"
    explanation = (
        "Adds its inputs number by number. Backwards it is a distributor: it hands the whole gradient on to every "
        f"input, and so a residual connection carries gradients past many layers. {_FITTING}"
    )
    source = "He et al. 2015, Deep residual learning; Stanford cs231n: the add gate distributes"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.merge_modules import Add as AddModule

        return AddModule()


@register
class Multiply(_NumberByNumber):
    """Elementwise product."""

    key = "multiply"
    title = "Multiply"
    stem = "multiply"
    done = "multiplied"
    formula = r"y = x_1 \cdot x_2 \cdots"
    explanation = (
        "Multiplies its inputs number by number, as when a gate between 0 and 1 decides how much of a channel passes. "
        "Backwards it is a switcher: each input receives the gradient times the other input, so a small factor on one "
        f"side means little learning on the other. {_FITTING}"
    )
    source = "Hu et al. 2017, Squeeze-and-excitation; Stanford cs231n: the multiply gate switches"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.merge_modules import Multiply as MultiplyModule

        return MultiplyModule()


@register
class Maximum(_NumberByNumber):
    """Elementwise maximum; inputs that are equally large share the gradient."""

    key = "maximum"
    title = "Maximum"
    stem = "maximum"
    done = "compared"
    formula = r"y = \max(x_1, x_2, \dots)"
    explanation = (
        "Keeps the largest of its inputs at each place. Backwards it is a router: the whole gradient goes to the input "
        f"that won, and the others get nothing; inputs that are equally large share it. {_FITTING}"
    )
    source = "Goodfellow et al. 2013, Maxout networks; Stanford cs231n: the max gate routes"

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.merge_modules import Maximum as MaximumModule

        return MaximumModule()


@register
class Average(_NumberByNumber):
    """Elementwise mean, in training over the inputs that drop-path leaves (at least one)."""

    key = "average"
    title = "Average"
    stem = "average"
    done = "averaged"
    draws_chance = True
    formula = r"y = \frac{1}{n}\left(x_1 + x_2 + \dots + x_n\right)"
    explanation = (
        "Takes the mean of its inputs number by number; each receives an equal part of the gradient. With drop-path, "
        "training leaves out inputs by chance, for each example anew but never all of them, so that every branch "
        f"learns to do without the others. {_FITTING}"
    )
    source = "Larsson et al. 2016, FractalNet"
    params = (
        Param(
            "drop_path",
            "Drop-path",
            "float",
            0.0,
            "The probability that an input is left out while training. In use all take part.",
            minimum=0.0,
            maximum=0.99,
        ),
    )

    def build(self, params: Params, inputs: tuple[Shape, ...]) -> nn.Module:
        from playground.layers.merge_modules import Average as AverageModule

        return AverageModule(**params)  # type: ignore[arg-type]

    def caption(self, params: Params) -> str:
        return f"drop-path {params['drop_path']:g}" if params["drop_path"] else ""


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
        from playground.layers.merge_modules import Concat as ConcatModule

        return ConcatModule()

    def complain(self, site: Site) -> Complaint | None:
        return cannot_stand_behind_each_other(site)

    def shape_arithmetic(self, params: Params, inputs: tuple[Shape, ...], output: Shape) -> tuple[str, ...]:
        return (f"{' + '.join(str(shape[0]) for shape in inputs)} = {output[0]}",)
