"""Putting an explanation together from its parts, and the factors that occur in every layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic._spec import (
    Combine,
    Explanation,
    Factor,
    Index,
    Namer,
    Place,
    Term,
    recorded,
    value_at,
)
from playground.engine.arithmetic._text import blame, equation, put_in, subscript

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def compose(
    frame: Frame,
    place: Place,
    *,
    title: str,
    symbol: str,
    formula: str,
    terms: Sequence[Term],
    words: str,
    combine: Combine = "sum",
    scale: Factor | None = None,
    offset: Factor | None = None,
    chosen: int | None = None,
) -> Explanation:
    """The explanation of the recorded number at `place`; `formula` is the right-hand side in symbols (LaTeX).

    Raises:
        ExplanationError: there is no number at that place.
    """
    value = value_at(frame, place)
    return Explanation(
        title=title,
        symbol=symbol,
        symbols=equation(symbol, formula),
        numbers=put_in(symbol, terms, value, combine, scale, offset, chosen),
        terms=tuple(terms),
        value=value,
        words=words,
        combine=combine,
        scale=scale,
        offset=offset,
        chosen=chosen,
        place=place,
    )


def worked_out(
    title: str,
    symbol: str,
    formula: str,
    terms: Sequence[Term],
    words: str = "",
    *,
    combine: Combine = "sum",
    scale: Factor | None = None,
    offset: Factor | None = None,
    chosen: int | None = None,
) -> Explanation:
    """The explanation of a number that was worked out on the way and stands in no recorded array."""
    draft = Explanation(title, symbol, "", "", tuple(terms), 0.0, words, combine, scale, offset, chosen)
    value = draft.total()
    numbers = put_in(symbol, terms, value, combine, scale, offset, chosen)
    return replace(draft, symbols=equation(symbol, formula), numbers=numbers, value=value)


def indexed(letter: str, array: np.ndarray, index: Index, prefix: str = "") -> str:
    """The usual symbol of a number in an array that leads with the batch: x_{3}, x_{2,6,18}, x_{3}^{(2)}.

    Features and channels count from 1, rows and columns from 0; the example is written only if there are several.
    `prefix` stands before the indices.
    """
    example, first, *places = index
    inner = subscript(letter, f"{prefix}{first + 1}", *places)
    return f"{inner}^{{({example + 1})}}" if len(array) > 1 else inner


def where(array: np.ndarray, index: Index) -> str:
    """The place of a number in words: "unit 3 of 10", "map 2 of 6, row 3, column 4", with the example if several."""
    example, first, *rest = index
    axes = {1: ("position",), 2: ("row", "column"), 3: ("slice", "row", "column")}.get(len(rest), ())
    inner = "".join(f", {axis} {position}" for axis, position in zip(axes, rest, strict=True))
    text = f"{'map' if rest else 'unit'} {first + 1} of {array.shape[1]}{inner}"
    return f"{text} · example {example + 1} of {len(array)}" if len(array) > 1 else text


def read(frame: Frame, place: Place, symbol: str, names: Namer) -> Factor:
    """The factor at a place, under the microscope's name for it, or else under `symbol`."""
    return Factor(names(place) or symbol, value_at(frame, place), place)


def input_factor(frame: Frame, port: int, index: Index, names: Namer, letter: str = "x") -> Factor:
    """A number of an input; where there are several inputs, its symbol begins with that of the port: x_{2;1,0,3}."""
    place = Place(frame.node, "input", index, port)
    return read(frame, place, indexed(letter, frame.inputs[port], index, _port_prefix(frame, port)), names)


def _port_prefix(frame: Frame, port: int) -> str:
    return f"{port + 1};" if len(frame.inputs) > 1 else ""


def output_factor(frame: Frame, index: Index, names: Namer, letter: str = "y") -> Factor:
    """A number of the output."""
    place = Place(frame.node, "output", index)
    return read(frame, place, indexed(letter, frame.output, index), names)


def upstream(frame: Frame, index: Index, names: Namer, letter: str = "y") -> Factor:
    """The gradient that arrives at a number of the output: ∂E/∂y.

    Raises:
        ExplanationError: the pass went forward only.
    """
    place = Place(frame.node, "grad_output", index)
    output = names(Place(frame.node, "output", index)) or indexed(letter, frame.output, index)
    return read(frame, place, blame(output), names)


def gradient_symbol(frame: Frame, place: Place, names: Namer, letter: str = "x") -> str:
    """∂E/∂x for a number of an input, ∂E/∂w for a number of a parameter, under the microscope's names."""
    if place.kind == "grad_input":
        port = place.port
        usual = indexed(letter, recorded(frame, place), place.index, _port_prefix(frame, port))
        return names(place) or blame(names(Place(frame.node, "input", place.index, port)) or usual)
    usual = subscript(letter, *(position + 1 for position in place.index))
    return names(place) or blame(names(Place(frame.node, "weight", place.index, name=place.name)) or usual)


def of(explain: Callable[[], Explanation], symbol: str) -> Factor:
    """A factor that was worked out on the way; how is told when asked."""
    return Factor(symbol, explain().value, None, explain)
