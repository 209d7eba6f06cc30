"""Layers that only move numbers, as one table: from where each number of the output came, and where each went."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic._spec import ExplanationError, Index

if TYPE_CHECKING:
    from playground.engine.trace import Frame

NOWHERE = -1
"""In the table: this number came from nowhere, as the zeros of padding."""
MOVERS = (
    "flatten",
    "reshape",
    "permute",
    "slice",
    "channel_shuffle",
    "pixel_permutation",
    "pad",
    "crop2d",
    "center_crop2d",
    "pixel_shuffle",
)
"""The layer types that have such a table."""


@dataclass(frozen=True, eq=False)
class Moves:
    """`origin` has the shape of one example's output, and holds positions in its flattened input, or `NOWHERE`."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    origin: np.ndarray

    @cached_property
    def left_out(self) -> int:
        """How many numbers of the input went nowhere."""
        return int(np.prod(self.before)) - len(np.unique(self.origin[self.origin != NOWHERE]))

    def came_from(self, place: Index) -> Index | None:
        """Where in the input a number of the output came from (both without the example); None for nowhere."""
        position = int(self.origin[place])
        return None if position == NOWHERE else _index(position, self.before)

    def went_to(self, place: Index) -> tuple[Index, ...]:
        """All places of the output at which a number of the input is found."""
        position = int(np.ravel_multi_index(place, self.before))
        return tuple(_index(int(found), self.after) for found in np.flatnonzero(self.origin == position))


def _index(position: int, shape: tuple[int, ...]) -> Index:
    return tuple(int(at) for at in np.unravel_index(position, shape))


def moves_of(frame: Frame) -> Moves:
    """The table of a recorded layer.

    Raises:
        ExplanationError: the layer does more than move numbers.
    """
    before, after = frame.inputs[0].shape[1:], frame.output.shape[1:]
    numbers = np.arange(int(np.prod(before))).reshape(before)
    match frame.type:
        case "flatten" | "reshape":
            moved = numbers.reshape(after)
        case "permute":
            moved = numbers.transpose([int(axis) for axis in _tuple(frame, "order")])
        case "slice":
            start = _whole(frame, "start")
            moved = numbers[start : start + after[0]]
        case "channel_shuffle":
            groups = _whole(frame, "groups")
            moved = numbers.reshape(groups, before[0] // groups, -1).swapaxes(0, 1).reshape(after)
        case "pixel_permutation":
            order = frame.buffers["order"].astype(np.int64)
            moved = numbers[order] if len(before) == 1 else numbers.reshape(before[0], -1)[:, order].reshape(after)
        case "pad":
            moved = _padded(frame, numbers)
        case "crop2d":
            top, left = _whole(frame, "top"), _whole(frame, "left")
            moved = numbers[:, top : top + after[1], left : left + after[2]]
        case "center_crop2d":
            top, left = (before[1] - after[1]) // 2, (before[2] - after[2]) // 2
            moved = numbers[:, top : top + after[1], left : left + after[2]]
        case "pixel_shuffle":
            s = _whole(frame, "upscale_factor")
            blocks = numbers.reshape(after[0], s, s, before[1], before[2])
            moved = blocks.transpose(0, 3, 1, 4, 2).reshape(after)
        case _:
            raise ExplanationError(f"{frame.node} does more than move numbers.")
    return Moves(before, after, moved)


def _padded(frame: Frame, numbers: np.ndarray) -> np.ndarray:
    left, right, top, bottom = (int(side) for side in _tuple(frame, "padding"))
    sides = ((0, 0), (top, bottom), (left, right))
    mode = frame.params["mode"]
    if mode == "zeros":
        return np.pad(numbers, sides, constant_values=NOWHERE)
    return np.pad(numbers, sides, mode="reflect" if mode == "reflect" else "edge")


def _tuple(frame: Frame, key: str) -> tuple[int | float, ...]:
    value = frame.params[key]
    assert isinstance(value, tuple)
    return value


def _whole(frame: Frame, key: str) -> int:
    value = frame.params[key]
    assert isinstance(value, int)
    return value
