"""Where the numbers of Add and Concat come from: sums, and numbers put behind each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import compose, gradient_symbol, indexed, input_factor, upstream, where
from playground.engine.arithmetic._spec import (
    Capability,
    Explanation,
    ExplanationError,
    Index,
    Namer,
    Place,
    Term,
    value_at,
)
from playground.engine.arithmetic._text import sum_of_symbols, times

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = x₁ + x₂ + …, or y = the number of the input in whose stretch it lies."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    if frame.type == "add":
        terms = [Term((input_factor(frame, port, index, names),)) for port in range(len(frame.inputs))]
        words = f"The numbers at this place of all {times(len(terms), 'input')} are added."
    elif frame.type == "concat":
        port, inner = source_of(frame, index)
        terms = [Term((input_factor(frame, port, inner, names),))]
        words = f"This is number {inner[1] + 1} of input {port + 1}, unchanged: the inputs stand behind each other."
    else:
        raise ExplanationError(f"There is no explanation for layers of type “{frame.type}” yet.")
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=sum_of_symbols(terms),
        terms=terms,
        words=words,
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x = ∂E/∂y at the place that the number went to."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    if frame.type == "add":
        out = index
        words = "Adding hands the whole blame on to every input alike: its slope is 1 for each."
    else:
        out = (index[0], index[1] + _offset(frame, port), *index[2:])
        words = "The number was only put somewhere else, so its blame comes back whole."
    term = Term((upstream(frame, out, names),))
    return compose(
        frame,
        place,
        title=f"Blame of input {port + 1} before {frame.node} · {where(frame.inputs[port], index)}",
        symbol=gradient_symbol(frame, place, names),
        formula=sum_of_symbols([term]),
        terms=[term],
        words=words,
    )


def source_of(frame: Frame, index: Index) -> tuple[int, Index]:
    """The input port, and the index in it, that a number of a concatenation came from."""
    position = index[1]
    for port, array in enumerate(frame.inputs):
        if position < array.shape[1]:
            return port, (index[0], position, *index[2:])
        position -= array.shape[1]
    raise ExplanationError(f"{frame.node} has no number at {index}.")


def _offset(frame: Frame, port: int) -> int:
    return sum(array.shape[1] for array in frame.inputs[:port])


CAPABILITY = Capability(explain_output, explain_grad_input)
