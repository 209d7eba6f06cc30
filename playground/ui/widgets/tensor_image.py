"""Numbers into colours, whole arrays at a time: signed (negative … zero … positive), grey, and colour pictures.

All functions return 32-bit pixels ``0xffRRGGBB`` of the theme in force, in the shape of the array (colour pictures lose
their channel axis). They read the theme and touch no widget, so they may run on any thread.
"""

from __future__ import annotations

import math
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
    found = _finite_ends(array)
    return 0.0 if found is None else max(abs(found[0]), abs(found[1]))


def limits_of(array: np.ndarray, kind: Kind, scale: float | None = None) -> tuple[float, float]:
    """The numbers that get the first and the last colour where `array` is shown on one scale: see `pixels_of`."""
    values = np.asarray(array, dtype=np.float32)
    if kind == "signed":
        largest = magnitude(values) if scale is None else float(scale)
        return -largest, largest
    if scale is not None:
        return 0.0, scale
    low, high = _finite_ends(values) or (0.0, 1.0)
    return min(0.0, low), high


def signed_pixels(array: np.ndarray, scale: float | None = None) -> Pixels:
    """Zero neutral, `scale` (default: the largest magnitude) and beyond at full colour; NaN in its own colour."""
    values = np.asarray(array, dtype=np.float32)
    largest = magnitude(values) if scale is None else float(scale)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        steps = np.empty_like(values)  # one array for all that follows: large maps are limited by memory
        if largest > 0:
            np.multiply(values, np.float32(_STEPS / largest), out=steps)
        else:
            np.multiply(np.sign(values), np.float32(_STEPS), out=steps)
        np.clip(steps, -_STEPS, _STEPS, out=steps)
        np.rint(steps, out=steps)
        np.add(steps, np.float32(_STEPS), out=steps)
        np.copyto(steps, np.float32(_NAN), where=np.isnan(steps))
        index = steps.astype(np.intp)
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


def pixels_between(array: np.ndarray, kind: Kind, limits: tuple[float, float]) -> Pixels:
    """The pixels of a part of an array on the scale of the whole, whose `limits_of` these are."""
    if kind == "signed":
        return signed_pixels(array, limits[1])
    return (grey_pixels if kind == "grey" else colour_pixels)(array, *limits)


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
        found = _finite_ends(values) or (0.0, 1.0)
        low = min(0.0, found[0]) if low is None else low
        high = found[1] if high is None else high
    span = high - low
    with np.errstate(invalid="ignore", over="ignore"):
        level = np.empty_like(values)
        if span > 0:
            np.subtract(values, np.float32(low), out=level)
            np.divide(level, np.float32(span), out=level)
        else:
            np.copyto(level, values > low)
        np.clip(level, 0.0, 1.0, out=level)
        np.multiply(level, np.float32(255), out=level)
        np.rint(level, out=level)
        np.copyto(level, np.float32(256), where=np.isnan(values))
        return level.astype(np.intp)


def _finite_ends(array: np.ndarray) -> tuple[float, float] | None:
    """The smallest and the largest finite value; None if there is none."""
    if not array.size:
        return None
    with np.errstate(invalid="ignore"):
        low, high = float(array.min()), float(array.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        finite = array[np.isfinite(array)]
        return (float(finite.min()), float(finite.max())) if finite.size else None
    return low, high


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
