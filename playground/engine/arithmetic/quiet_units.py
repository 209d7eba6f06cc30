"""Which numbers an activation lets no blame through to: those on flat pieces of its curve, and units that are dead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.engine.arithmetic.curve import curve_of

if TYPE_CHECKING:
    from playground.engine.trace import Frame

FLAT = 0.01
"""A slope of less than this, up or down, is called flat: hardly anything of the blame comes through."""

_CAN_BE_SILENT = ("relu", "relu6", "hardswish", "hardsigmoid", "step")
_NEVER_SATURATED = ("sine", "square", "step")
"""Their flat places are no ends that a number is driven to."""


@dataclass(frozen=True)
class Counted:
    """Some of a layer's numbers, or of its maps, and the rule that they were found by.

    `name` is what they are called: "silent", "saturated", "flat" or "dead". `where` is shaped as one example; `noun`
    says what was counted, "number", "unit" or "map", and it is `found` of `total` of them.
    """

    name: str
    rule: str
    where: np.ndarray
    found: int
    total: int
    noun: str


def slopes(frame: Frame) -> np.ndarray[Any, Any]:
    """The slope at every recorded number, shaped as the output: what blame is multiplied by."""
    x, y = frame.inputs[0], frame.output
    if frame.type != "prelu" or len(frame.weights["weight"]) == 1:
        return curve_of(frame).slope(x, y)
    found = np.empty(x.shape, dtype=np.float64)
    for channel in range(x.shape[1]):
        found[:, channel] = curve_of(frame, channel).slope(x[:, channel], y[:, channel])
    return found


def quiet_units(frame: Frame, example: int = 0) -> tuple[Counted, ...]:
    """Numbers that are 0 for this example, those on a flat piece, and units that are flat for the whole batch."""
    y = frame.output
    flat = np.abs(slopes(frame)) < FLAT
    batch = len(y)
    found: list[Counted] = []
    silent = y[example] == 0
    if frame.type == "relu" or (np.array_equal(silent, flat[example]) and silent.any()):
        found.append(_numbers("silent", "give 0, with a slope of 0, for this example", silent))
    else:
        if silent.any() and frame.type in _CAN_BE_SILENT:
            found.append(_numbers("silent", "give 0 for this example", silent))
        name = "flat" if frame.type in _NEVER_SATURATED else "saturated"
        found.append(_numbers(name, f"have a slope below {FLAT:g} for this example", flat[example]))
    places = tuple(axis for axis in range(y.ndim) if axis != 1)
    whole = np.asarray(flat.all(axis=places))
    where = np.broadcast_to(whole.reshape(-1, *(1,) * (y.ndim - 2)), y.shape[1:])
    every = f"for all {batch} examples" if batch > 1 else "for this example, the only one of the batch"
    if y.ndim > 2:
        rule, noun = f"have a slope below {FLAT:g} everywhere, {every}", "map"
        found.append(Counted("dead", rule, where, int(whole.sum()), whole.size, noun))
    elif batch > 1:
        rule = f"have a slope below {FLAT:g} {every}"
        found.append(Counted("dead", rule, where, int(whole.sum()), whole.size, "unit"))
    return tuple(found)


def _numbers(name: str, rule: str, where: np.ndarray) -> Counted:
    noun = "number" if where.ndim > 1 else "unit"
    return Counted(name, rule, where, int(np.count_nonzero(where)), int(where.size), noun)
