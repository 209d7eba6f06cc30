"""Numbers into colours, whole arrays at a time: signed (negative … zero … positive), grey, and colour pictures.

All functions return 32-bit pixels ``0xffRRGGBB`` of the theme in force, in the shape of the array (colour pictures lose
their channel axis). They read the theme and touch no widget, so they may run on any thread.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from playground.ui.theme import Theme, appearance

Kind = Literal["signed", "grey", "colour"]
Pixels = NDArray[np.uint32]

BLACK, WHITE = "#141414", "#f4f4f4"  # the ends of grey pictures
_STEPS = 255  # colours on either side of zero
_NAN = 2 * _STEPS + 1  # the entry of the table that stands for NaN


def magnitude(array: np.ndarray) -> float:
    """The largest finite |value| of `array`, the default scale of its colours; 0 if there is none."""
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) if finite.size else 0.0


def signed_pixels(array: np.ndarray, scale: float | None = None) -> Pixels:
    """Zero neutral, `scale` (default: the largest magnitude) and beyond at full colour; NaN in its own colour."""
    values = np.asarray(array, dtype=np.float32)
    largest = magnitude(values) if scale is None else float(scale)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        steps = values * np.float32(_STEPS / largest) if largest > 0 else np.sign(values) * _STEPS
        index = np.rint(np.clip(steps, -_STEPS, _STEPS)) + _STEPS
        index = np.where(np.isnan(index), _NAN, index).astype(np.intp)
    return _signed_table(appearance.theme)[index]


def grey_pixels(array: np.ndarray, low: float | None = None, high: float | None = None) -> Pixels:
    """Black at `low` (default: 0, or the smallest value if that is negative) to white at `high` (default: the largest).

    A picture looks the same in both themes; NaN has a colour of its own.
    """
    values = np.asarray(array, dtype=np.float32)
    level = _levels(values, low, high)
    return _grey_table(appearance.theme)[level]


def colour_pixels(array: np.ndarray, low: float | None = None, high: float | None = None) -> Pixels:
    """(…, 3, height, width) → (…, height, width): red, green and blue from `low` to `high`, as for grey."""
    values = np.asarray(array, dtype=np.float32)
    if values.ndim < 3 or values.shape[-3] != 3:
        raise ValueError(f"A colour picture has the shape (3, height, width); this has {values.shape}.")
    level = _levels(values, low, high).astype(np.uint32)
    undefined = (level == 256).any(axis=-3)
    red, green, blue = (level[..., channel, :, :] & 0xFF for channel in range(3))
    pixels = np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue
    return np.where(undefined, np.uint32(_rgb(appearance.theme.not_a_number)), pixels).astype(np.uint32)


def pixels_of(array: np.ndarray, kind: Kind, scale: float | None = None) -> Pixels:
    """The pixels of `array` by `kind`. For grey and colour a `scale` means the range 0 … scale."""
    if kind == "signed":
        return signed_pixels(array, scale)
    low = None if scale is None else 0.0
    return (grey_pixels if kind == "grey" else colour_pixels)(array, low, scale)


def image_of(pixels: Pixels) -> QImage:
    """A picture of two-dimensional `pixels`, one pixel for each."""
    if pixels.ndim != 2:
        raise ValueError(f"A picture has rows and columns; these pixels have the shape {pixels.shape}.")
    flat = np.ascontiguousarray(pixels)
    height, width = flat.shape
    return QImage(flat.data, width, height, width * 4, QImage.Format.Format_RGB32).copy()


def signed_image(array: np.ndarray, scale: float | None = None) -> QImage:
    """The picture of a (height, width) array: positive, zero and negative in the theme's colours."""
    return image_of(signed_pixels(array, scale))


def grey_image(array: np.ndarray, low: float | None = None, high: float | None = None) -> QImage:
    """The picture of a (height, width) array from black to white."""
    return image_of(grey_pixels(array, low, high))


def colour_image(array: np.ndarray, low: float | None = None, high: float | None = None) -> QImage:
    """The picture of a (3, height, width) array as red, green and blue."""
    return image_of(colour_pixels(array, low, high))


def signed_colour(value: float, scale: float = 1.0) -> QColor:
    """The colour of one number where `scale` is full strength; the same that `signed_image` gives it."""
    return QColor.fromRgb(int(signed_pixels(np.array([[value]], dtype=np.float32), scale)[0, 0]))


def _levels(values: NDArray[np.float32], low: float | None, high: float | None) -> NDArray[np.intp]:
    """Each value as 0 … 255, and 256 for NaN."""
    if low is None or high is None:
        finite = values[np.isfinite(values)]
        low = (min(0.0, float(finite.min())) if finite.size else 0.0) if low is None else low
        high = (float(finite.max()) if finite.size else 1.0) if high is None else high
    span = high - low
    with np.errstate(invalid="ignore", over="ignore"):
        share = (values - np.float32(low)) / np.float32(span) if span > 0 else np.where(values > low, 1.0, 0.0)
        level = np.rint(np.clip(share, 0.0, 1.0) * 255)
        return np.where(np.isnan(values), 256, level).astype(np.intp)


def _rgb(colour: str) -> int:
    return 0xFF000000 | int(colour[1:], 16)


def _ramp(first: str, last: str, steps: int) -> Pixels:
    ends = [np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64) for colour in (first, last)]
    share = np.linspace(0.0, 1.0, steps)[:, None]
    red, green, blue = np.rint(ends[0] + (ends[1] - ends[0]) * share).astype(np.uint32).T
    return np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue


@lru_cache(maxsize=8)
def _table(negative: str, zero: str, positive: str, undefined: str) -> Pixels:
    left, right = _ramp(negative, zero, _STEPS + 1), _ramp(zero, positive, _STEPS + 1)
    return np.concatenate([left, right[1:], np.array([_rgb(undefined)], dtype=np.uint32)])


def _signed_table(theme: Theme) -> Pixels:
    return _table(theme.negative, theme.zero, theme.positive, theme.not_a_number)


@lru_cache(maxsize=8)
def _greys(undefined: str) -> Pixels:
    return np.concatenate([_ramp(BLACK, WHITE, 256), np.array([_rgb(undefined)], dtype=np.uint32)])


def _grey_table(theme: Theme) -> Pixels:
    return _greys(theme.not_a_number)
