"""Where the numbers of layers with a sliding window come from, and the window itself for the microscope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic import area, convolution, pooling
from playground.engine.arithmetic._spec import (
    Capability,
    Explanation,
    Index,
    Namer,
    Place,
    value_at,
)
from playground.engine.arithmetic.filters import channels_under, is_convolution, kernels
from playground.engine.arithmetic.sliding import Pair, sliding

if TYPE_CHECKING:
    from playground.engine.trace import Frame


@dataclass(frozen=True, eq=False)
class WindowPatch:
    """One place of the window, as arrays (channels under the window, kernel height, kernel width).

    Attributes:
        patch: the pixels; 0 on padding.
        inside: (kernel height, kernel width), False where the window lies on padding.
        kernel: the weights of the filter; None for pooling.
        products: patch × kernel; None for pooling.
        bias: of the filter; 0 without one.
        origin: the pixel (row, column) under the top left corner; negative where it lies on padding.
        rows: the pixel row under each row of the window; `columns` likewise.
        channels: the input channels that the window sees: all, or those of the filter's group, or the pooled one.
        correlation: of patch and kernel, −1 to 1 (Pearson's r); None where one of them is constant, and for pooling.
        winner: the pixel (row, column) that max pooling keeps; None for the others.
        value: the output at this place.
    """

    patch: np.ndarray
    inside: np.ndarray
    kernel: np.ndarray | None
    products: np.ndarray | None
    bias: float
    origin: Pair
    rows: range
    columns: range
    channels: range
    correlation: float | None
    winner: Pair | None
    value: float


def window_patch(frame: Frame, index: Index) -> WindowPatch:
    """The window over the input that gives the output at `index` (example, channel, row, column).

    Raises:
        ExplanationError: the layer has no sliding window, or no such output.
    """
    geometry = sliding(frame)
    value = value_at(frame, Place(frame.node, "output", index))
    example, channel, row, column = index
    rows, columns, channels = geometry.rows(row), geometry.columns(column), _channels(frame, channel)
    patch = np.zeros((len(channels), *geometry.kernel), frame.inputs[0].dtype)
    row_ok = np.array([0 <= y < geometry.picture[0] for y in rows])
    column_ok = np.array([0 <= x < geometry.picture[1] for x in columns])
    inside = row_ok[:, None] & column_ok[None, :]
    ys, xs = np.array(rows)[row_ok], np.array(columns)[column_ok]
    picture = frame.inputs[0][example, channels.start : channels.stop]
    patch[:, inside] = picture[:, ys[:, None], xs[None, :]].reshape(len(channels), -1)
    kernel = kernels(frame)[channel] if is_convolution(frame) else None
    return WindowPatch(
        patch=patch,
        inside=inside,
        kernel=kernel,
        products=None if kernel is None else patch * kernel,
        bias=float(frame.weights["bias"][channel]) if "bias" in frame.weights else 0.0,
        origin=(rows.start, columns.start),
        rows=rows,
        columns=columns,
        channels=channels,
        correlation=None if kernel is None else _correlation(patch, kernel),
        winner=pooling.winner(frame, index) if frame.type == "max_pool2d" else None,
        value=value,
    )


def fed_outputs(frame: Frame, row: int, column: int) -> tuple[Pair, ...]:
    """The places (row, column) of the output whose window covers this pixel."""
    return tuple((y, x) for y, x, _, _ in sliding(frame).covering(row, column))


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """Index is (example, channel, row, column); of global average pooling (example, channel)."""
    family = convolution if is_convolution(frame) else area
    return family.explain_output(frame, index, names)


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x of one pixel; index is (example, channel, row, column)."""
    family = convolution if is_convolution(frame) else area
    return family.explain_grad_input(frame, port, index, names)


def _channels(frame: Frame, channel: int) -> range:
    """The input channels under the window of an output channel."""
    return channels_under(frame, channel) if is_convolution(frame) else range(channel, channel + 1)


def _correlation(patch: np.ndarray, kernel: np.ndarray) -> float | None:
    """Pearson's correlation coefficient of all their numbers."""
    a, b = (array.astype(np.float64) - array.mean(dtype=np.float64) for array in (patch, kernel))
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float((a * b).sum()) / length if length > 1e-12 else None


CAPABILITY = Capability(explain_output, explain_grad_input, convolution.explain_grad_weight)
