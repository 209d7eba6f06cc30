"""Where the numbers of a channel's own scale and shift come from: y = γ x + β."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import (
    compose,
    gradient_symbol,
    indexed,
    input_factor,
    read,
    upstream,
    where,
)
from playground.engine.arithmetic._spec import Capability, Explanation, Factor, Index, Namer, Place, Term, value_at
from playground.engine.arithmetic._text import blame, plain, subscript, sum_of_symbols, times
from playground.engine.arithmetic._together import PLACES

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = γ x + β of the channel; index is (example, channel, …)."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    x, gain = input_factor(frame, 0, index, names), _parameter(frame, "weight", index[1], names)
    shift, term = _parameter(frame, "bias", index[1], names), Term((gain, x))
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=f"{sum_of_symbols([term])} + {shift.symbol}",
        terms=[term],
        offset=shift,
        words=f"{plain(x.value)} times the scale {plain(gain.value)} plus the shift {plain(shift.value)}.",
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x = γ ∂E/∂y."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    gain = _parameter(frame, "weight", index[1], names)
    term = Term((gain, upstream(frame, index, names)))
    return compose(
        frame,
        place,
        title=f"Blame before {frame.node} · {where(frame.output, index)}",
        symbol=gradient_symbol(frame, place, names),
        formula=sum_of_symbols([term]),
        terms=[term],
        words=f"The number was multiplied by {plain(gain.value)}, so the blame is too.",
    )


def explain_grad_weight(frame: Frame, name: str, index: Index, names: Namer) -> Explanation:
    """∂E/∂γ = Σ x ∂E/∂y and ∂E/∂β = Σ ∂E/∂y over the numbers of the channel; index is (channel,)."""
    place = Place(frame.node, "grad_weight", index, name=name)
    value_at(frame, place)
    batch, _, *extents = frame.inputs[0].shape
    terms: list[Term] = []
    for at in product(range(batch), index, *(range(extent) for extent in extents)):
        arriving = upstream(frame, at, names)
        terms.append(Term((arriving,) if name == "bias" else (input_factor(frame, 0, at, names), arriving)))
    letter, noun = (r"\beta", "shift") if name == "bias" else (r"\gamma", "scale")
    taken = "the whole blame of each" if name == "bias" else "the blame of each times the number itself"
    places = PLACES[len(extents)]
    delta = blame(f"y_{{{index[0] + 1}{places}}}")
    inner = delta if name == "bias" else rf"x_{{{index[0] + 1}{places}}} \cdot {delta}"
    return compose(
        frame,
        place,
        title=f"Blame of the {noun} of channel {index[0] + 1} of {frame.node}",
        symbol=gradient_symbol(frame, place, names, letter),
        formula=rf"\sum_{{n{places}}} {inner}",
        terms=terms,
        words=f"This {noun} served {times(len(terms), 'number')} of its channel, so it collects {taken}.",
    )


def _parameter(frame: Frame, name: str, channel: int, names: Namer) -> Factor:
    letter = r"\beta" if name == "bias" else r"\gamma"
    return read(frame, Place(frame.node, "weight", (channel,), name=name), subscript(letter, channel + 1), names)


CAPABILITY = Capability(explain_output, explain_grad_input, explain_grad_weight)
