"""Where the numbers of pooling layers come from: the winner, or the mean, of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic._compose import compose, gradient_symbol, indexed, input_factor, upstream
from playground.engine.arithmetic._spec import (
    Explanation,
    ExplanationError,
    Factor,
    Index,
    Namer,
    Place,
    Term,
    value_at,
)
from playground.engine.arithmetic._text import blame, of_example, plain, times
from playground.engine.arithmetic.sliding import sliding

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def winner(frame: Frame, index: Index) -> tuple[int, int]:
    """The pixel (row, column) that gave max pooling's output at `index` (example, channel, row, column).

    Where several pixels are equally large, torch takes the first, row by row.
    """
    value_at(frame, Place(frame.node, "output", index))
    example, channel, row, column = index
    picture = frame.inputs[0][example, channel]
    pixels = [(y, x) for _, _, y, x in sliding(frame).inside(row, column)]
    return max(pixels, key=lambda pixel: picture[pixel])


def explain_max(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = max x over the window; padding never wins."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    example, channel, row, column = index
    pixels = [(y, x) for _, _, y, x in sliding(frame).inside(row, column)]
    terms = [Term((input_factor(frame, 0, (example, channel, y, x), names),)) for y, x in pixels]
    best = winner(frame, index)
    return compose(
        frame,
        place,
        title=title(frame, index),
        symbol=names(place) or indexed("y", frame.output, index),
        formula=r"\max_{i,j}\; x_{k,\,r s+i,\,c s+j}",
        terms=terms,
        combine="max",
        chosen=pixels.index(best),
        words=(
            f"The largest of {times(len(pixels), 'number')} in the window is {plain(float(frame.output[index]))}, "
            f"at row {best[0]}, column {best[1]} of the input. The others are forgotten."
        ),
    )


def explain_average(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = 1/n Σ x over the window; padding counts as zeros."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    example, channel, row, column = index
    geometry = sliding(frame)
    count = geometry.kernel[0] * geometry.kernel[1]
    pixels = [(y, x) for _, _, y, x in geometry.inside(row, column)]
    terms = [Term((input_factor(frame, 0, (example, channel, y, x), names),)) for y, x in pixels]
    padding = count - len(pixels)
    note = f" Of these, {padding} on padding count as zero." if padding else ""
    return compose(
        frame,
        place,
        title=title(frame, index),
        symbol=names(place) or indexed("y", frame.output, index),
        formula=rf"\frac{{1}}{{{count}}} \sum_{{i,j}} x_{{k,\,r s+i,\,c s+j}}",
        terms=terms,
        scale=share_of(count),
        words=f"The mean of the {times(count, 'number')} in the window.{note}",
    )


def explain_global(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y_k = 1/(h w) Σ x_k over the whole picture."""
    place = Place(frame.node, "output", index)
    value = value_at(frame, place)
    example, channel = index
    height, width = frame.inputs[0].shape[2:]
    terms = [
        Term((input_factor(frame, 0, (example, channel, y, x), names),)) for y in range(height) for x in range(width)
    ]
    return compose(
        frame,
        place,
        title=title(frame, index),
        symbol=names(place) or indexed("y", frame.output, index),
        formula=rf"\frac{{1}}{{{height} \cdot {width}}} \sum_{{r,c}} x_{{{channel + 1},r,c}}",
        terms=terms,
        scale=share_of(height * width),
        words=f"The mean of all {times(height * width, 'number')} of map {channel + 1} is {plain(value)}.",
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x: of max pooling, from the windows that this pixel won; of a mean, an equal share from each window."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    match frame.type:
        case "max_pool2d":
            terms, words = _from_wins(frame, index, names)
            formula, scale = rf"\sum_{{\mathrm{{won}}}} {blame('y_{k,r,c}')}", None
        case "avg_pool2d":
            geometry = sliding(frame)
            covering = [(row, column) for row, column, _, _ in geometry.covering(*index[2:])]
            terms = [Term((upstream(frame, (*index[:2], row, column), names),)) for row, column in covering]
            scale = share_of(geometry.kernel[0] * geometry.kernel[1])
            formula = rf"{scale.symbol} \sum_{{r,c}} {blame('y_{k,r,c}')}"
            words = f"{times(len(terms), 'window')} covered this pixel. Each hands it an equal share of its blame."
        case _:
            height, width = frame.inputs[0].shape[2:]
            terms = [Term((upstream(frame, index[:2], names),))]
            scale = share_of(height * width)
            formula = rf"{scale.symbol} \cdot {terms[0].factors[0].symbol}"
            words = f"All {times(height * width, 'pixel')} of the map took part equally, so each takes an equal share."
    return compose(
        frame,
        place,
        title=pixel_title(frame, index),
        symbol=gradient_symbol(frame, place, names),
        formula=formula,
        terms=terms,
        scale=scale,
        words=words,
    )


def _from_wins(frame: Frame, index: Index, names: Namer) -> tuple[list[Term], str]:
    pixel = index[2:]
    windows = [(*index[:2], row, column) for row, column, _, _ in sliding(frame).covering(pixel[0], pixel[1])]
    wins = [window for window in windows if winner(frame, window) == pixel]
    terms = [Term((upstream(frame, window, names),)) for window in wins]
    if not windows:
        return terms, "No window covers this pixel, so it has no part in the error."
    if not wins:
        return terms, "This pixel was not the largest of any window, so it had no influence and takes no blame."
    return terms, f"This pixel won {times(len(wins), 'window')} and takes the whole blame of each."


def share_of(count: int) -> Factor:
    """1 / count, written as a fraction."""
    text = rf"\frac{{1}}{{{count}}}"
    return Factor(text, 1 / count, written=text)


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
