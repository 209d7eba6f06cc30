"""The counts of a layer in words, for someone who meets them for the first time."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from playground.engine.analysis import LayerReport
from playground.engine.receptive_field import Field
from playground.layers import Category, LayerType

_SIDES = {1: "the sequence", 2: "each side of the picture", 3: "each side of the volume"}


def shape_words(kind: LayerType, report: LayerReport) -> str:
    """How the size of the output comes about."""
    if not kind.has_output:
        return "A loss gives one number: how wrong the answer is."
    if not report.inputs:
        return "This is the size of one example, as the layer is set."
    if "kernel_size" in report.params and r"\lfloor" in kind.shape_formula:
        return _window_words(kind, report)
    if kind.category == Category.DENSE and len(report.output) == 1:
        return f"One number for each unit: {_some(report.output[0], 'unit')}."
    if report.output == report.inputs[0]:
        return "The layer works on each number where it stands, so the size stays what it was."
    return kind.describe(report.params)


def _window_words(kind: LayerType, report: LayerReport) -> str:
    side = _SIDES[len(report.output) - 1]
    maps = f"{report.output[0]} filters give {report.output[0]} maps"
    if report.output[0] == 1:
        maps = "One filter gives one map"
    if kind.category == Category.POOLING or report.output[0] == report.inputs[0][0]:
        maps = f"{_some(report.output[0], 'map')} come in and as many go out"
    if report.params.get("padding") == "same":
        return f"Zeros are added until {side} gives its length divided by the stride, rounded up. {maps}."
    return (
        f"Along {side}: the length n with the padding p at both ends, less the window k, is how far the window can "
        f"move. In steps of s that makes so many places, and one more for where it starts. {maps}."
    )


def parameter_words(kind: LayerType, report: LayerReport) -> str:
    """What the parameters are."""
    if not report.parameters:
        return "Nothing here is learnt: the layer has no parameters."
    if kind.category == Category.CONVOLUTION:
        each = report.parameters - (_biases(report) or 0)
        text = f"Each filter has a weight for every place of its window and every channel it sees: {each:,} weights."
        return f"{text} {_bias_words(report, 'filter')} How large the input is does not matter."
    if kind.capability == "recurrent":
        return (
            "Each gate (G of them) weighs the C numbers that come in and the H that are remembered, with two biases "
            "for each unit, as PyTorch counts them. How long the sequence is does not matter."
        )
    if kind.category == Category.DENSE:
        return f"Each unit has a weight for every number that comes in. {_bias_words(report, 'unit')}".strip()
    if kind.category == Category.NORMALISE:
        return "A scale γ and a shift β are learnt. Running means and variances are measured, not learnt: not counted."
    return "So many numbers are learnt."


def _biases(report: LayerReport) -> int | None:
    return prod(report.tensors["bias"]) if "bias" in report.tensors else None


def _bias_words(report: LayerReport, noun: str) -> str:
    biases = _biases(report)
    if biases is None:
        return "There are no biases."
    return f"Then comes one bias for each {noun}: {biases:,}."


def multiply_add_words(kind: LayerType, report: LayerReport) -> str:
    """What the multiplications are."""
    if not report.multiply_adds:
        return "No weights are multiplied here. As in the papers, only multiplications with weights are counted."
    after = "A multiplication and the addition after it count as one; biases and activations are left out."
    if kind.capability == "transposed":
        return f"Every number that comes in is multiplied by every weight of the windows it paints. {after}"
    if kind.category == Category.CONVOLUTION:
        return f"At every place of every map, each weight of the filter is used once. {after}"
    if kind.capability == "recurrent":
        return f"At each of the n places of the sequence every weight is used once. {after}"
    return f"Every weight is used once. {after}"


def receptive_words(own: Field, extents: Sequence[int]) -> str:
    """What the receptive field says."""
    if own.is_everything:
        return "Each number here depends on the whole input: some layer on the way looks at everything."
    if not own.sizes:
        return "The input is a list without places, or the layer needs no input: there is nothing to see of a picture."
    text = "So many pixels of the input can change one number of this layer. A window of k on windows of r that lie j "
    text += "pixels apart (j is the product of all strides before) sees (k − 1)·j pixels more."
    if any(size > extent for size, extent in zip(own.sizes, extents, strict=True)):
        text += f" On a picture without edges it would be {'×'.join(map(str, own.sizes))}."
    return text


def _some(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' if number != 1 else ''}"
