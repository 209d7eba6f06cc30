"""The colours of classes where data is looked at: those of the plane in Train."""

from __future__ import annotations

from PySide6.QtGui import QColor

from playground.ui.theme import appearance
from playground.ui.train.plane.colours import class_colours


def class_colour(number: int) -> QColor:
    """The colour of class `number` in the theme in force."""
    return QColor(class_colours(appearance.theme, number + 1)[number])
