"""The colours of the plane: of numbers by sign and size, of classes, of points. Pixels are made off the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from playground.ui.theme import Theme

Pixels = NDArray[np.uint32]
"""0xffRRGGBB, as Qt's Format_RGB32 has it."""

_LEVELS = 255
"""Steps from the most negative to the most positive colour."""


@dataclass(frozen=True)
class Inks:
    """The colours of a theme as plain numbers, fit for another thread."""

    signed: Pixels
    zero: tuple[float, float, float]
    classes: tuple[tuple[float, float, float], ...]


def class_colours(theme: Theme, count: int) -> tuple[str, ...]:
    """A colour for each class: the first two are those of negative and positive numbers."""
    kinds = theme.category
    names = ("normalise", "regularise", "activation", "dense", "pooling", "gates", "loss")
    further = tuple(kinds[key] for key in names)
    known = (theme.negative, theme.positive, *further)
    return tuple(known[number % len(known)] for number in range(count))


def inks_of(theme: Theme, classes: int) -> Inks:
    """What is needed to colour maps of a network with so many classes."""
    negative, zero, positive = (_channels(colour) for colour in (theme.negative, theme.zero, theme.positive))
    steps = np.linspace(-1, 1, _LEVELS)[:, np.newaxis]
    ends = np.where(steps < 0, np.array(negative), np.array(positive))
    mixed = np.array(zero) + np.abs(steps) * (ends - np.array(zero))
    colours = tuple(_channels(colour) for colour in class_colours(theme, classes))
    return Inks(_packed(mixed), zero, colours)


def signed_pixels(values: NDArray[np.float32], scale: float, inks: Inks, discrete: bool) -> Pixels:
    """Numbers by their sign and size, full at ±scale; of a `discrete` picture by their sign alone."""
    middle = (_LEVELS - 1) / 2
    if discrete:
        levels = np.where(values >= 0, np.float32(_LEVELS - 1), np.float32(0))
    else:
        levels = values * np.float32(middle / scale)
        levels += np.float32(middle + 0.5)
        np.clip(levels, 0, _LEVELS - 1, out=levels)
        if np.isnan(levels.sum()):
            np.nan_to_num(levels, copy=False, nan=middle)
    return inks.signed.take(levels.astype(np.uint8))


def class_pixels(chances: NDArray[np.float32], inks: Inks, discrete: bool) -> Pixels:
    """The colour of the likeliest class, the stronger, the surer it is. `chances` is (classes, rows, columns)."""
    if len(chances) == 2:
        return signed_pixels(chances[1] - chances[0], 1.0, inks, discrete)
    with np.errstate(invalid="ignore"):
        named, sure = chances.argmax(0), chances.max(0)
        strength = np.ones_like(sure) if discrete else (sure - 1 / len(chances)) / (1 - 1 / len(chances))
    strength = np.nan_to_num(strength)[..., np.newaxis]
    full = np.array(inks.classes)[named]
    return _packed(np.array(inks.zero) + strength * (full - np.array(inks.zero)))


def image_of(pixels: Pixels) -> QImage:
    """A picture of these pixels (rows, columns), with a copy of them."""
    rows, columns = pixels.shape
    whole = np.ascontiguousarray(pixels)
    return QImage(whole.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()


def _channels(colour: str) -> tuple[float, float, float]:
    found = QColor(colour)
    return found.red(), found.green(), found.blue()


def _packed(channels: NDArray[np.float64] | Sequence[Sequence[float]]) -> Pixels:
    red, green, blue = np.moveaxis(np.rint(np.asarray(channels)).astype(np.uint32), -1, 0)
    packed: Pixels = (np.uint32(0xFF000000) | (red << np.uint32(16)) | (green << np.uint32(8)) | blue).astype(np.uint32)
    return packed
