"""Where the features of a point in the plane come from, and how blame goes back to its two coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import (
    compose,
    gradient_symbol,
    indexed,
    input_factor,
    of,
    upstream,
    worked_out,
)
from playground.engine.arithmetic._spec import Capability, Explanation, Factor, Index, Namer, Place, Term, value_at
from playground.engine.arithmetic._text import of_example, sum_of_symbols
from playground.layers.plane import FEATURES, chosen

if TYPE_CHECKING:
    from playground.engine.trace import Frame

_TWO = Factor("2", 2.0)


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y is the feature of x₁ and x₂; index is (example, number of the feature among those switched on)."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    example, number = index
    key = chosen(frame.params)[number]
    first, second = (input_factor(frame, 0, (example, i), names) for i in range(2))
    term = _worth(key, first, second)
    name, words = FEATURES[key]
    return compose(
        frame,
        place,
        title=f"{frame.node} · {name}{of_example(len(frame.output), example)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=sum_of_symbols([term]),
        terms=[term],
        words=words,
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x = Σ ∂y/∂x · ∂E/∂y over the features that use this coordinate."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    example, coordinate = index
    x = [input_factor(frame, 0, (example, i), names) for i in range(2)]
    terms: list[Term] = []
    for number, key in enumerate(chosen(frame.params)):
        arriving = upstream(frame, (example, number), names)
        term = _blame(key, coordinate, x[0], x[1], arriving)
        if term is not None:
            terms.append(term)
    written = "x₁" if coordinate == 0 else "x₂"
    words = f"Every feature that is made of {written} hands back its slope times the blame that arrives at it."
    if not terms:
        words = f"No feature is made of {written}, so no blame comes back to it."
    return compose(
        frame,
        place,
        title=f"Blame of {written} before {frame.node}{of_example(len(frame.output), example)}",
        symbol=gradient_symbol(frame, place, names),
        formula=sum_of_symbols(terms) if terms else "0",
        terms=terms,
        words=words,
    )


def _worth(key: str, first: Factor, second: Factor) -> Term:
    """A feature as a term."""
    match key:
        case "x1":
            return Term((first,))
        case "x2":
            return Term((second,))
        case "x1_squared":
            return Term((first, first))
        case "x2_squared":
            return Term((second, second))
        case "x1_x2":
            return Term((first, second))
        case "sin_x1":
            return Term((first,), "sine")
        case _:
            return Term((second,), "sine")


def _blame(key: str, coordinate: int, first: Factor, second: Factor, arriving: Factor) -> Term | None:
    """A feature's slope along a coordinate times the blame that arrives; None if it is not made of that one."""
    own, other = (first, second) if coordinate == 0 else (second, first)
    mine = "x1" if coordinate == 0 else "x2"
    if key == mine:
        return Term((arriving,))
    if key == f"{mine}_squared":
        return Term((_TWO, own, arriving))
    if key == "x1_x2":
        return Term((other, arriving))
    if key == f"sin_{mine}":
        return Term((_cosine(own), arriving))
    return None


def _cosine(x: Factor) -> Factor:
    """The slope of the sine, with the way to it."""
    term, symbol = Term((x,), "cosine"), rf"\cos\left({x.symbol}\right)"

    def why() -> Explanation:
        words = "The slope of a sine is the cosine."
        return worked_out("Slope of the sine", symbol, sum_of_symbols([term]), [term], words)

    return of(why, symbol)


CAPABILITY = Capability(explain_output, explain_grad_input)
