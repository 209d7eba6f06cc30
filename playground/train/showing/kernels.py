"""Weights that are pictures: the kernels of convolutions, and what a dense layer’s units look for in a picture."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np

from playground.engine.shapes import Analysis
from playground.layers import Shape

Look = Literal["colour", "mean", "channel", "filter"]
"""What is shown of kernels on several input channels.

colour: three channels as red, green and blue; mean: the mean over all; channel: what all filters do to one of them;
filter: what one filter does to all of them.
"""


@dataclass(frozen=True)
class KernelLayer:
    """A layer whose weights can be shown: `filters` kernels on `channels` input channels each.

    `size` is (height, width) of a kernel. A kernel in time has a row for each input channel and counts as one picture,
    one in space has the rows of all its slices.
    `is_transposed`: torch keeps the input channels first. `sees_colour`: its input channels are red, green and blue.
    `is_dense`: one kernel for each unit, as large as the picture or the feature maps before it.
    """

    node: str
    filters: int
    channels: int
    size: tuple[int, int]
    is_transposed: bool = False
    groups: int = 1
    sees_colour: bool = False
    is_dense: bool = False

    @property
    def looks(self) -> tuple[Look, ...]:
        """What can be shown, the best first; empty where there is nothing to choose."""
        if self.channels == 1:
            return ()
        return ("colour", "mean", "channel", "filter") if self.sees_colour else ("mean", "channel", "filter")


def kernel_layers(analysis: Analysis) -> tuple[KernelLayer, ...]:
    """The layers of a network whose weights are pictures, in the order of computation."""
    found = (_kernel_layer(analysis, node_id) for node_id in analysis.layers)
    return tuple(layer for layer in found if layer is not None)


def kernels(layer: KernelLayer, weight: np.ndarray) -> np.ndarray:
    """The weights as (filters, channels, height, width).

    Raises:
        ValueError: these are not the weights of this layer.
    """
    if layer.is_transposed:  # (groups × inputs, filters of a group, …) → (groups × filters of a group, inputs, …)
        parts = weight.reshape(layer.groups, -1, *weight.shape[1:]).swapaxes(1, 2)
        weight = parts.reshape(-1, *parts.shape[2:])
    return weight.reshape(layer.filters, layer.channels, *layer.size)


def tiles(layer: KernelLayer, weight: np.ndarray, look: Look, index: int = 0, most: int = 1 << 30) -> np.ndarray:
    """What is shown of the weights, at most so many pictures of it.

    Args:
        layer: whose weights they are.
        weight: the tensor as torch keeps it.
        look: what is shown where there are several input channels.
        index: which channel, or which filter.
        most: the first so many.

    Returns:
        (pictures, height, width), in colour (pictures, 3, height, width).
    """
    all_of_them = kernels(layer, weight)
    if layer.channels == 1:
        return all_of_them[:most, 0]
    if look == "colour":
        return all_of_them[:most]
    if look == "mean":
        return all_of_them[:most].mean(axis=1)
    return all_of_them[:most, index] if look == "channel" else all_of_them[index, :most]


def _kernel_layer(analysis: Analysis, node_id: str) -> KernelLayer | None:
    report, node = analysis.layers[node_id], analysis.graph.node(node_id)
    shape = report.tensors.get("weight", ())
    if len(shape) == 2 and node.type == "dense":
        seen = _seen_by_dense(analysis, node_id, shape[1])
        if seen is None:
            return None
        colour = seen[0] == 3 and seen == analysis.input_shape
        return KernelLayer(node_id, shape[0], seen[0], (seen[1], seen[2]), sees_colour=colour, is_dense=True)
    if len(shape) < 3:
        return None
    groups = report.params.get("groups", 1)
    groups = groups if isinstance(groups, int) else 1
    is_transposed = "transpose" in node.type
    filters, channels = (shape[1] * groups, shape[0] // groups) if is_transposed else (shape[0], shape[1])
    size = (prod(shape[2:-1]), shape[-1])
    if len(shape) == 3:
        channels, size = 1, (channels, shape[-1])
    colour = channels == 3 and len(shape) == 4 and report.inputs[:1] == (analysis.input_shape,)
    return KernelLayer(node_id, filters, channels, size, is_transposed, groups if is_transposed else 1, colour)


def _seen_by_dense(analysis: Analysis, node_id: str, numbers: int) -> Shape | None:
    """The (channels, height, width) that were laid out in a row before a dense layer; None where there was no picture.

    Layers between that keep each number in its place (activations, dropout) do not matter.
    """
    while True:
        sources = analysis.graph.sources(node_id)
        report = analysis.layers[sources[0]] if len(sources) == 1 and sources[0] in analysis.layers else None
        if report is None:
            return None
        node_id = sources[0]
        shape = report.output
        if len(shape) == 3 and prod(shape) == numbers:
            return shape
        if shape != (numbers,) or len(report.inputs) != 1:
            return None
        if report.inputs[0] != shape and analysis.graph.node(node_id).type != "flatten":
            return None
