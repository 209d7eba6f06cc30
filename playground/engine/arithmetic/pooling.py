"""Which pixel a window of max pooling keeps, and what the numbers of layers with windows are called."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic import area
from playground.engine.arithmetic._spec import ExplanationError, Factor, Index, Place, value_at
from playground.engine.arithmetic._text import of_example

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def winner(frame: Frame, index: Index) -> tuple[int, int]:
    """The pixel (row, column) that gave max pooling's output at `index` (example, channel, row, column).

    Where several pixels are equally large, torch takes the first, row by row.
    """
    value_at(frame, Place(frame.node, "output", index))
    row, column = area.winner(frame, index)[2:]
    return row, column


def switches(frame: Frame, example: int, channel: int) -> np.ndarray:
    """The winners of a whole map of max pooling: (rows, columns, 2) of pixel row and pixel column.

    Raises:
        ExplanationError: the layer is no max pooling.
    """
    if frame.type != "max_pool2d":
        raise ExplanationError(f"{frame.node} does not choose a largest pixel.")
    rows, columns = frame.output.shape[2:]
    return np.array(
        [[winner(frame, (example, channel, row, column)) for column in range(columns)] for row in range(rows)]
    )


def share_of(count: int) -> Factor:
    """1 / count, written as a fraction."""
    return area.fraction(Fraction(1, count))


def title(frame: Frame, index: Index) -> str:
    """Which number of the output this is, in words."""
    example, channel, *place = index
    where = f" · row {place[0]}, column {place[1]}" if place else ""
    noun = "filter" if frame.type == "conv2d" else "map"
    return (
        f"{frame.node} · {noun} {channel + 1} of {frame.output.shape[1]}{where}{of_example(len(frame.output), example)}"
    )


def pixel_title(frame: Frame, index: Index) -> str:
    """Whose blame this is, in words."""
    example, channel, row, column = index
    return (
        f"Blame of channel {channel + 1}, row {row}, column {column} before {frame.node}"
        f"{of_example(len(frame.output), example)}"
    )
