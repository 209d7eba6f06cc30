"""The filters of a convolution: which channels each sees, and the numbers it multiplies them by.

Filters are mostly the layer's own weights. A fixed kernel is a given buffer, the same for every channel; standardised
filters are worked out from the weights (see `standardised`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic import standardised
from playground.engine.arithmetic._compose import read
from playground.engine.arithmetic._spec import Factor, Index, Namer, Place
from playground.engine.arithmetic._text import of_example, subscript

if TYPE_CHECKING:
    from playground.engine.trace import Frame

CONVOLUTIONS = ("conv1d", "conv2d", "conv3d", "depthwise_conv2d", "ws_conv2d", "fixed_conv2d")
"""The layer types whose output is a sum of pixels × filter over a window."""
LETTERS = {1: ("i",), 2: ("i", "j"), 3: ("h", "i", "j")}
"""What the places within a window are called in formulas."""
PLACES = {1: ("t",), 2: ("r", "c"), 3: ("q", "r", "c")}
"""What the places of the window are called in formulas."""
_AXES = {1: ("place",), 2: ("row", "column"), 3: ("slice", "row", "column")}


def is_convolution(frame: Frame) -> bool:
    """Whether the layer's output is a sum of pixels × filter over a window."""
    return frame.type in CONVOLUTIONS


def kernels(frame: Frame) -> np.ndarray:
    """The numbers that the pixels are multiplied by: (filters, channels that each sees, kernel …)."""
    if frame.type == "fixed_conv2d":
        kernel = frame.buffers["kernel"]
        return np.broadcast_to(kernel, (frame.output.shape[1], 1, *kernel.shape))
    return standardised.weights(frame) if frame.type == "ws_conv2d" else frame.weights["weight"]


def groups(frame: Frame) -> int:
    """Into how many groups the channels are split; depthwise and fixed: each channel is its own."""
    count = frame.params.get("groups", frame.inputs[0].shape[1])
    assert isinstance(count, int)
    return count


def channels_under(frame: Frame, chosen: int) -> range:
    """The input channels that a filter sees: all, or those of its group."""
    width = frame.inputs[0].shape[1] // groups(frame)
    group = chosen // (frame.output.shape[1] // groups(frame))
    return range(group * width, (group + 1) * width)


def filters_over(frame: Frame, channel: int) -> range:
    """The filters that see an input channel."""
    size = frame.output.shape[1] // groups(frame)
    group = channel // (frame.inputs[0].shape[1] // groups(frame))
    return range(group * size, (group + 1) * size)


def filter_factor(frame: Frame, index: Index, names: Namer) -> Factor:
    """A number of a filter; `index` is (filter, channel within those it sees, place in the window …)."""
    match frame.type:
        case "fixed_conv2d":
            place = Place(frame.node, "buffer", index[2:], name="kernel")
            return read(frame, place, subscript("w", *index[2:]), names)
        case "ws_conv2d":
            return standardised.weight(frame, index, names)
        case _:
            place = Place(frame.node, "weight", index, name="weight")
            return read(frame, place, subscript("w", index[0] + 1, index[1] + 1, *index[2:]), names)


def window_symbol(frame: Frame, chosen: int) -> str:
    """The sum over a window in symbols: Σ w · x."""
    letters = LETTERS[frame.output.ndim - 2]
    places = PLACES[len(letters)]
    inner = r",\,".join(f"{place} s+{letter}" for place, letter in zip(places, letters, strict=True))
    shown = ",".join(letters)
    many = len(channels_under(frame, chosen)) > 1
    if frame.type == "fixed_conv2d":
        return rf"\sum_{{{shown}}} w_{{{shown}}} \cdot x_{{{chosen + 1},\,{inner}}}"
    letter = r"\hat{w}" if frame.type == "ws_conv2d" else "w"
    over = r"\sum_{k} " if many else ""
    return rf"{over}\sum_{{{shown}}} {letter}_{{{chosen + 1},k,{shown}}} \cdot x_{{k,\,{inner}}}"


def at_place(place: Index) -> str:
    """Row 3, column 4."""
    return ", ".join(f"{axis} {position}" for axis, position in zip(_AXES[len(place)], place, strict=True))


def title(frame: Frame, index: Index) -> str:
    """Which number of the output this is, in words."""
    example, chosen, *place = index
    which = f"filter {chosen + 1} of {frame.output.shape[1]} · {at_place(tuple(place))}"
    return f"{frame.node} · {which}{of_example(len(frame.output), example)}"


def pixel_title(frame: Frame, index: Index) -> str:
    """Whose blame this is, in words."""
    example, channel, *place = index
    where = f"channel {channel + 1}, {at_place(tuple(place))}"
    return f"Blame of {where} before {frame.node}{of_example(len(frame.output), example)}"


def weight_title(frame: Frame, name: str, index: Index) -> str:
    """Whose blame this is, in words."""
    if name == "bias":
        return f"Blame of the bias of filter {index[0] + 1} of {frame.node}"
    where = at_place(index[2:])
    return f"Blame of the weight at {where} of filter {index[0] + 1}, channel {index[1] + 1}, of {frame.node}"
