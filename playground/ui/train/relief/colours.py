"""The colours of heights and of the tracks on them, from the roles of the theme in force."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage

from playground.train.relief.surfaces import Floats
from playground.ui.theme import Theme, mix

METHOD_ROLES = {
    "sgd": "text",
    "momentum": "activation",
    "nesterov": "normalise",
    "rmsprop": "regularise",
    "adagrad": "pooling",
    "adam": "loss",
}
"""The colour of each method of a race."""


def colour_of(theme: Theme, role: str) -> QColor:
    """The colour of a role of the theme, or of a category of layers."""
    return QColor(theme.category[role] if role in theme.category else getattr(theme, role))


def ramp(theme: Theme) -> np.ndarray:
    """(256, 3) the colours from the lowest to the highest: low is like the ground, high stands out, all of one hue."""
    if theme.is_dark:
        stops = (mix(theme.canvas, theme.positive, 0.1), mix(theme.canvas, theme.positive, 0.5), theme.positive)
        stops = (*stops[:2], mix(theme.positive, theme.text, 0.45))
    else:
        stops = (mix(theme.raised, theme.positive, 0.04), mix(theme.raised, theme.positive, 0.38))
        stops = (*stops, mix(theme.positive, theme.text, 0.4))
    colours = [QColor(stop) for stop in stops]
    known = np.array([(colour.red(), colour.green(), colour.blue()) for colour in colours], dtype=np.float64)
    places = np.linspace(0, 1, 256)
    columns = [np.interp(places, np.linspace(0, 1, len(stops)), known[:, channel]) for channel in range(3)]
    return np.stack(columns, axis=1)


def picture(theme: Theme, heights: Floats) -> QImage:
    """Heights from 0 to 1 (rows, columns), row 0 at the bottom, as a picture of so many pixels."""
    colours = ramp(theme)[np.clip(heights * 255, 0, 255).round().astype(np.int64)]
    pixels = np.full((*heights.shape, 4), 255, dtype=np.uint8)
    pixels[..., :3] = colours[::-1].round()
    rows, columns = heights.shape
    return QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGBA8888).copy()
