"""From what a layer answers to pictures: maps as they are, signals as curves, everything else as cells in rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.ui.widgets.numbers import count, short
from playground.ui.widgets.tensor_image import Kind, limits_of

MOST = 256
"""Pictures made at once."""
_SIGNAL_FROM = 24
"""A row of so many numbers or more is drawn as a curve."""
_CURVE = (44, 66)
"""Height and width of the picture of a curve."""
_ZERO = 0.25


@dataclass(frozen=True, eq=False)
class FeaturePictures:
    """The answers of a layer as pictures (count, height, width), or one in colour (1, 3, height, width).

    `scale` is the number at full colour, None where each picture has its own. `words` say what is seen and `key` what
    the colours mean; `title` names one picture, and `read(index, row, column)` says what is at a place of it.
    """

    pictures: np.ndarray
    kind: Kind
    scale: float | None
    words: str
    key: str
    title: str
    read: Callable[[int, int, int], str]


def feature_pictures(output: np.ndarray, is_input: bool, each: bool) -> FeaturePictures | None:
    """The pictures of one answer (channels, height, width) or (channels, time); None where it is no such thing.

    Args:
        output: what the layer makes of one example.
        is_input: it is the example itself, so that three channels are red, green and blue.
        each: every picture is as bright as it can be, else they share one scale.
    """
    if output.ndim >= 3 and output.size:
        return _colour(output) if is_input and output.ndim == 3 and len(output) == 3 else _maps(output, each)
    if output.ndim == 2 and output.shape[1] >= _SIGNAL_FROM:
        return _curves(output, each)
    return None


def example_picture(x: np.ndarray) -> tuple[np.ndarray, Kind]:
    """An example as one picture: in colour, in grey, as a curve, or its numbers in rows."""
    if x.ndim == 3 and x.shape[0] == 3:
        return x, "colour"
    if x.ndim == 3 and x.shape[0] == 1:
        return x[0], "signed" if np.nanmin(x, initial=0.0) < 0 else "grey"
    if x.ndim >= 3:
        return x.reshape(-1, x.shape[-1]), "signed"
    if x.ndim == 2 and len(x) <= 2 and x.shape[1] >= _SIGNAL_FROM:
        return curve(x[0], 56, 112, float(x[0].min()), float(x[0].max())), "grey"
    if x.ndim == 2:
        return x, "signed"
    return in_rows(x.reshape(-1), int(np.ceil(np.sqrt(x.size)))), "signed"


def in_rows(numbers: np.ndarray, columns: int) -> np.ndarray:
    """A list broken into rows; NaN fills the last."""
    return np.pad(numbers, (0, -len(numbers) % max(1, columns)), constant_values=np.nan).reshape(-1, max(1, columns))


def curve(values: np.ndarray, height: int, width: int, low: float, high: float) -> np.ndarray:
    """A curve from left to right as a picture (height, width): 1 where it runs, a little where 0 lies, 0 elsewhere.

    `low` lies at the bottom and `high` at the top; what falls into one column is joined by an upright line.
    """
    picture = np.zeros((height, width), np.float32)
    finite = np.nan_to_num(np.asarray(values, np.float64), nan=low, posinf=high, neginf=low)
    span = high - low if high > low else 1.0

    def rows_of(numbers: np.ndarray) -> np.ndarray:
        return np.clip(np.rint((high - numbers) / span * (height - 1)), 0, height - 1).astype(int)

    if low <= 0 <= high:
        picture[rows_of(np.zeros(1))[0]] = _ZERO
    places = np.linspace(0, len(finite) - 1, 4 * width)
    rows = rows_of(np.interp(places, np.arange(len(finite)), finite)).reshape(width, 4)
    last = rows[0, 0]
    for column, part in enumerate(rows):
        picture[min(part.min(), last) : max(part.max(), last) + 1, column] = 1.0
        last = part[-1]
    return picture


def _colour(output: np.ndarray) -> FeaturePictures:
    def read(_: int, row: int, column: int) -> str:
        numbers = " · ".join(short(float(value), 3) for value in output[:, row, column])
        return f"row {row + 1}, column {column + 1}: {numbers}"

    return FeaturePictures(output[np.newaxis], "colour", 1.0, "The picture", "", "Input", read)


def _maps(output: np.ndarray, each: bool) -> FeaturePictures:
    maps = output.reshape(-1, *output.shape[-2:])
    shown = maps[:MOST]
    kind: Kind = "signed" if np.nanmin(maps, initial=0.0) < 0 else "grey"
    high = limits_of(shown, kind)[1]
    key = "" if each else f"{'full colour is ±' if kind == 'signed' else 'white is '}{short(high, 3)}"

    def read(index: int, row: int, column: int) -> str:
        return f"row {row + 1}, column {column + 1}: {short(float(shown[index, row, column]), 5)}"

    return FeaturePictures(shown, kind, None if each else high, _number_of("maps", len(maps)), key, "Map", read)


def _curves(output: np.ndarray, each: bool) -> FeaturePictures:
    shown = output[:MOST]
    low, high = float(np.nanmin(shown, initial=0.0)), float(np.nanmax(shown, initial=0.0))
    ends = [(min(0.0, float(row.min())), max(0.0, float(row.max()))) if each else (low, high) for row in shown]
    pictures = np.stack([curve(row, *_CURVE, *end) for row, end in zip(shown, ends, strict=True)])

    def read(index: int, _: int, column: int) -> str:
        place = round(column / (_CURVE[1] - 1) * (shown.shape[1] - 1))
        return f"place {count(place + 1)} of {count(shown.shape[1])}: {short(float(shown[index, place]), 5)}"

    key = "" if each else f"from {short(low, 3)} at the bottom to {short(high, 3)} at the top"
    return FeaturePictures(pictures, "grey", 1.0, _number_of("signals", len(output)), key, "Signal", read)


def _number_of(what: str, total: int) -> str:
    if total > MOST:
        return f"The first {count(MOST)} of {count(total)} {what}"
    return f"1 {what[:-1]}" if total == 1 else f"{count(total)} {what}"
