"""What the input microscope says of the example."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data import data_set
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.story import Line
from playground.ui.widgets.numbers import count, shape_text, short

Look = Literal["photograph", "picture", "signal", "list", "numbers"]
"""How the example is drawn: in colour or one channel of it, as a curve, as fields, or as cells with numbers."""

_WHAT: dict[Look, str] = {
    "photograph": "To the network a photograph is only numbers: how much red, green and blue there is in each pixel, "
    "from 0 to 1.",
    "picture": "To the network a picture is only numbers: one for each pixel, 0 for paper, 1 for ink.",
    "signal": "To the network a curve is only numbers: its height at one moment after the other.",
    "list": "A list of numbers.",
    "numbers": "Numbers, each in a cell of its own.",
}

_HOW: dict[Look, str] = {
    "photograph": "Click on a cell and type to change its number, or paint with the pen.",
    "picture": "Click on a cell and type to change its number, or paint with the pen.",
    "signal": "Click on a point and type to change its number, or draw another curve with the pen.",
    "list": "Drag a slider, or type a number and press Enter.",
    "numbers": "Click on a cell and type to change its number.",
}


def what_it_is(look: Look) -> str:
    """To the network, and what becomes of it."""
    return f"{_WHAT[look]} They go in here, and every number after this is worked out from them."


def how_to_change(look: Look, changed: int, *, can_change: bool, can_paint: bool) -> str:
    """What the user can do with the numbers."""
    if not can_change:
        return "Point at a cell to read its number, click on it to ask."
    way = _HOW[look] if can_paint or look in ("list", "numbers") else _HOW["numbers"]
    marked = ""
    if changed:
        marked = " What was changed by hand is gold." if look in ("signal", "list") else ""
        marked = marked or " What was changed by hand is outlined in gold."
    return f"{way} Everything after it follows at once; the other examples stay as they are.{marked}"


def number_lines(numbers: np.ndarray, changed: int) -> tuple[Line, ...]:
    """Size, extremes, and how many were changed by hand."""
    lines = [
        Line("size", shape_text(numbers.shape)),
        Line("numbers", count(int(numbers.size))),
        Line("smallest", short(float(numbers.min()), 6)),
        Line("largest", short(float(numbers.max()), 6)),
        Line("not zero", count(int(np.count_nonzero(numbers)))),
    ]
    if changed:
        lines.append(Line("by hand", count(changed), role="highlight"))
    return tuple(lines)


def has_target(scene: Scene) -> bool:
    """Whether a loss compares what comes out with what the data set wants."""
    return any(frame.target is not None for frame in scene.trace.frames.values())


def in_small_numbers(scene: Scene) -> str:
    """What the network is to give for a value that was normalised, since its own unit is not what it sees."""
    target = np.ravel(np.asarray(scene.trace.target[0])) if scene.trace.target is not None else np.zeros(0)
    if len(target) != 1 or not data_set(scene.experiment.data.name).normalisation:
        return ""
    return f", for the network {short(float(target[0]), 4)}"
