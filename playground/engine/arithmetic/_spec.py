"""What an explanation of one number is made of: places, factors, terms, and how they are put together.

In formulas, things of a list (features, units, classes, channels, filters, examples) count from 1, as in the lectures;
rows and columns count from 0, as in the formulas of the windows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from playground.engine.arithmetic._functions import FUNCTIONS

if TYPE_CHECKING:
    import numpy as np

    from playground.engine.trace import Frame

Index = tuple[int, ...]
"""Where in an array: the example in the batch first, except in a parameter or a buffer, which no batch has."""

Kind = Literal[
    "input",
    "output",
    "weight",
    "buffer",
    "target",
    "mask",
    "grad_input",
    "grad_output",
    "grad_weight",
    "updated",
]
"""Which of a frame's arrays; the names are those of `Frame`, in the singular."""

Combine = Literal["sum", "max", "share"]
"""How terms become one number. share: the chosen term over the sum of all (softmax)."""


class ExplanationError(ValueError):
    """A number that is not there, or whose origin was not recorded; the message is fit for the user."""


@dataclass(frozen=True)
class Place:
    """Where a number stands, so that the window can light it up and follow it on.

    `port` says which input ("input", "grad_input"), `name` which parameter or buffer ("weight", "buffer", …).
    """

    node: str
    kind: Kind
    index: Index
    port: int = 0
    name: str = ""


Namer = Callable[[Place], str]
"""What a microscope calls the number at a place, in LaTeX ("w_5", "net_{o1}"); empty for the usual symbol."""


def unnamed(place: Place) -> str:
    """The namer of a microscope that has no names of its own."""
    del place
    return ""


@dataclass(frozen=True)
class Factor:
    """One number of a term.

    `place` is where it was read, if it stands in a recorded array. A number that was worked out on the way has no
    place; `because`, when called, says how. `written` is how it appears among numbers when a decimal would hide what
    it is: a ninth.
    """

    symbol: str
    value: float
    place: Place | None = None
    because: Callable[[], Explanation] | None = field(default=None, compare=False, repr=False)
    written: str = ""


@dataclass(frozen=True)
class Term:
    """The product of its factors, or `FUNCTIONS[function]` of them; minus that, if `negative`."""

    factors: tuple[Factor, ...]
    function: str = ""
    negative: bool = False

    @property
    def value(self) -> float:
        """The term worked out."""
        values = [factor.value for factor in self.factors]
        value = FUNCTIONS[self.function].compute(*values) if self.function else math.prod(values)
        return -value if self.negative else value


@dataclass(frozen=True)
class Explanation:
    """Where one number comes from.

    The number is `scale` × (the terms put together as `combine` says) + `offset`; without scale or offset that part is
    left out. `value` is what torch recorded, and `total()` what the terms give: they agree.

    Attributes:
        title: which number of which layer this is, in words.
        symbol: its own symbol, in LaTeX.
        symbols: the formula in symbols, in LaTeX; a long sum is written with a sum sign.
        numbers: the same with the numbers put in; of a long sum only the largest terms are written.
        terms: all terms, none left out.
        value: the number itself.
        words: one or two sentences about this case.
        chosen: the winner of a max, or the term whose share is taken.
        place: where the number stands; None for one that was worked out on the way.
    """

    title: str
    symbol: str
    symbols: str
    numbers: str
    terms: tuple[Term, ...]
    value: float
    words: str
    combine: Combine = "sum"
    scale: Factor | None = None
    offset: Factor | None = None
    chosen: int | None = None
    place: Place | None = None

    def total(self) -> float:
        """The terms put together."""
        values = [term.value for term in self.terms]
        match self.combine:
            case "sum":
                total = math.fsum(values)
            case "max":
                total = max(values)
            case "share":
                assert self.chosen is not None
                total = values[self.chosen] / math.fsum(values)
        if self.scale is not None:
            total *= self.scale.value
        return total if self.offset is None else total + self.offset.value


@dataclass(frozen=True)
class Capability:
    """How the layers of one capability (`LayerType.capability`) explain themselves.

    `output(frame, index, names)`, `grad_input(frame, port, index, names)`, `grad_weight(frame, name, index, names)`.
    """

    output: Callable[[Frame, Index, Namer], Explanation]
    grad_input: Callable[[Frame, int, Index, Namer], Explanation] | None = None
    grad_weight: Callable[[Frame, str, Index, Namer], Explanation] | None = None


def recorded(frame: Frame, place: Place) -> np.ndarray:
    """The array of the frame that the place lies in.

    Raises:
        ExplanationError: it was not recorded.
    """
    array: np.ndarray | None = None
    match place.kind:
        case "input" | "grad_input":
            arrays = frame.inputs if place.kind == "input" else frame.grad_inputs
            array = arrays[place.port] if 0 <= place.port < len(arrays) else None
        case "weight":
            array = frame.weights.get(place.name)
        case "buffer":
            array = frame.buffers.get(place.name)
        case "grad_weight":
            array = frame.grad_weights.get(place.name)
        case "updated":
            array = frame.updated.get(place.name)
        case "output":
            array = frame.output
        case "grad_output":
            array = frame.grad_output
        case "target":
            array = frame.target
        case "mask":
            array = frame.mask
    if array is None:
        raise ExplanationError(_missing(frame, place))
    return array


def value_at(frame: Frame, place: Place) -> float:
    """The number at a place.

    Raises:
        ExplanationError: its array was not recorded, or the index lies outside it.
    """
    array, index = recorded(frame, place), place.index
    if len(index) == array.ndim and min(index, default=0) >= 0:
        try:
            return float(array[index])
        except IndexError:
            pass
    raise ExplanationError(f"{frame.node} has no number at {index}: its {_NOUNS[place.kind]} has shape {array.shape}.")


_NOUNS: Mapping[Kind, str] = {
    "input": "input",
    "output": "output",
    "weight": "parameter",
    "buffer": "running average",
    "target": "target",
    "mask": "mask",
    "grad_input": "input",
    "grad_output": "output",
    "grad_weight": "parameter",
    "updated": "parameter",
}


def _missing(frame: Frame, place: Place) -> str:
    if place.kind in ("grad_input", "grad_output", "grad_weight") and frame.grad_output is None:
        return "This pass went forward only, so nothing has flowed back yet. Give it a target to compare with."
    which = f" “{place.name}”" if place.name else f" {place.port + 1}" if place.kind in ("input", "grad_input") else ""
    return f"{frame.node} has no {_NOUNS[place.kind]}{which}."
