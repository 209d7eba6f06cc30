"""Where numbers come from that no layer computed: from the data, from the settings, or from learning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import compose, gradient_symbol, indexed, read, upstream, where
from playground.engine.arithmetic._spec import Capability, Explanation, Factor, Index, Namer, Place, Term, value_at
from playground.engine.arithmetic._text import MOST_TERMS, blame, subscript, sum_of_symbols

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """x is given; index is (example, …)."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    symbol = indexed("x", frame.output, index)
    factor = read(frame, place, symbol, names)
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=factor.symbol,
        formula=r"\mathrm{given}",
        terms=[Term((factor,))],
        words="This number is part of the example itself: it comes from the data set.",
    )


def explain_constant(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = c."""
    place = Place(frame.node, "output", index)
    factor = Factor(subscript("c", index[1] + 1, *index[2:]), value_at(frame, place), place)
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=factor.symbol,
        terms=[Term((factor,))],
        words="This number is fixed: it stands in the layer's settings, the same for every example.",
    )


def explain_parameter(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = w, for every example alike."""
    place, held = Place(frame.node, "output", index), Place(frame.node, "weight", index[1:], name="weight")
    value_at(frame, place)
    term = Term((read(frame, held, subscript("w", *(position + 1 for position in index[1:])), names),))
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=sum_of_symbols([term]),
        terms=[term],
        words="This number is learnt: training adjusts it. It is the same for every example.",
    )


def explain_grad_parameter(frame: Frame, name: str, index: Index, names: Namer) -> Explanation:
    """∂E/∂w = Σ_n ∂E/∂y over the examples n of the batch."""
    place = Place(frame.node, "grad_weight", index, name=name)
    value_at(frame, place)
    batch = len(frame.output)
    terms = [Term((upstream(frame, (example, *index), names),)) for example in range(batch)]
    formula = sum_of_symbols(terms)
    if batch > MOST_TERMS:
        symbol = subscript("y", index[0] + 1, *index[1:])
        formula = rf"\sum_{{n=1}}^{{{batch}}} " + blame(rf"{symbol}^{{(n)}}")
    words = "The number goes out as it is, so it takes the whole blame of what it became."
    if batch > 1:
        words += f" The parts of all {batch} examples of the batch add up."
    return compose(
        frame,
        place,
        title=f"Blame of the number {index[0] + 1} of {frame.node}",
        symbol=gradient_symbol(frame, place, names, "w"),
        formula=formula,
        terms=terms,
        words=words,
    )


CAPABILITY = Capability(explain_output)
CONSTANT = Capability(explain_constant)
PARAMETER = Capability(explain_parameter, grad_weight=explain_grad_parameter)
