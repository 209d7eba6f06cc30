"""Where the numbers of Flatten come from: from elsewhere, unchanged."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import compose, gradient_symbol, indexed, input_factor, upstream, where
from playground.engine.arithmetic._spec import Capability, Explanation, Index, Namer, Place, Term, value_at
from playground.engine.arithmetic._text import sum_of_symbols, times

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def picture_index(frame: Frame, index: Index) -> Index:
    """Where a number of the list (example, position) stands in the input."""
    example, rest = index
    inner: list[int] = []
    for extent in reversed(frame.inputs[0].shape[1:]):
        rest, position = divmod(rest, extent)
        inner.append(position)
    return example, *reversed(inner)


def list_index(frame: Frame, index: Index) -> Index:
    """Where a number of the input stands in the list: (example, position)."""
    position = 0
    for place, extent in zip(index[1:], frame.inputs[0].shape[1:], strict=True):
        position = position * extent + place
    return index[0], position


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y_{(k h + r) w + c} = x_{k,r,c}; index is (example, position)."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    source = picture_index(frame, index)
    term = Term((input_factor(frame, 0, source, names),))
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=sum_of_symbols([term]),
        terms=[term],
        words=_order_in_words(frame, source, index[1]),
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x = ∂E/∂y of the place in the list that the number went to."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    term = Term((upstream(frame, list_index(frame, index), names),))
    return compose(
        frame,
        place,
        title=f"Blame before {frame.node} · {where(frame.inputs[0], index)}",
        symbol=gradient_symbol(frame, place, names),
        formula=sum_of_symbols([term]),
        terms=[term],
        words="Nothing was computed, so the blame of the number in the list is the blame of the number in the picture.",
    )


def _order_in_words(frame: Frame, source: Index, position: int) -> str:
    shape = frame.inputs[0].shape[1:]
    if len(shape) != 3:
        return "The input is a list already, so nothing changes."
    channel, row, column = source[1:]
    return (
        f"Map after map, row after row: before it come {times(channel, 'whole map')} of {prod(shape[1:])} numbers, "
        f"{times(row, 'whole row')} of {shape[2]} and {column} more, so it is number {position + 1} of the list."
    )


CAPABILITY = Capability(explain_output, explain_grad_input)
