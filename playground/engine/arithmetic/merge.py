"""Where the numbers of layers with several inputs come from: sums, products, the largest, means, stretches.

Where an input is smaller than the output, its numbers are used at several places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import compose, gradient_symbol, indexed, input_factor, upstream, where
from playground.engine.arithmetic._spec import (
    Capability,
    Combine,
    Explanation,
    ExplanationError,
    Factor,
    Index,
    Namer,
    Place,
    Term,
    value_at,
)
from playground.engine.arithmetic._text import MOST_TERMS, blame, plain, subscript, sum_of_symbols, times

if TYPE_CHECKING:
    from playground.engine.trace import Frame

ZERO = Factor("0", 0.0)


@dataclass(frozen=True)
class _Parts:
    """Terms put together, and what is said of them."""

    terms: Sequence[Term]
    formula: str
    words: str
    combine: Combine = "sum"
    chosen: int | None = None
    scale: Factor | None = None


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = x₁ + x₂ + …, their product, maximum or mean, or the number of the input in whose stretch it lies."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    match frame.type:
        case "add":
            parts = _sum(frame, index, names)
        case "multiply":
            parts = _product(frame, index, names)
        case "maximum":
            parts = _largest(frame, index, names)
        case "average":
            parts = _mean(frame, index, names)
        case "concat":
            parts = _stretch(frame, index, names)
        case _:
            raise ExplanationError(f"There is no explanation for layers of type “{frame.type}” yet.")
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=parts.formula,
        terms=parts.terms,
        words=parts.words,
        combine=parts.combine,
        chosen=parts.chosen,
        scale=parts.scale,
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x: of every place that the number was used at, the slope there times ∂E/∂y, added up."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    match frame.type:
        case "add":
            parts = _distributed(frame, port, index, names)
        case "multiply":
            parts = _switched(frame, port, index, names)
        case "maximum":
            parts = _routed(frame, port, index, names)
        case "average":
            parts = _shared(frame, port, index, names)
        case _:
            parts = _returned(frame, port, index, names)
    return compose(
        frame,
        place,
        title=f"Blame of input {port + 1} before {frame.node} · {where(frame.inputs[port], index)}",
        symbol=gradient_symbol(frame, place, names),
        formula=parts.formula,
        terms=parts.terms,
        words=parts.words,
        scale=parts.scale,
    )


# Which number of an input is used where.


def source_index(frame: Frame, port: int, index: Index) -> Index:
    """Where in an input the number stands that takes part in `frame.output[index]`, number by number.

    A list beside pictures has one number for each channel; an input of extent 1 is used again and again.
    """
    shape = frame.inputs[port].shape
    return tuple(0 if extent == 1 else position for position, extent in zip(index, shape, strict=False))


def used_at(frame: Frame, port: int, index: Index) -> list[Index]:
    """The places of the output that a number of an input takes part in, row by row."""
    shape = frame.inputs[port].shape
    ranges: list[Sequence[int]] = [(index[0],)]
    for axis, extent in enumerate(frame.output.shape[1:], 1):
        own = shape[axis] if axis < len(shape) else 1
        ranges.append(range(extent) if own == 1 else (index[axis],))
    return list(product(*ranges))


def source_of(frame: Frame, index: Index) -> tuple[int, Index]:
    """The input port, and the index in it, that a number of a concatenation came from."""
    position = index[1]
    for port, array in enumerate(frame.inputs):
        if position < array.shape[1]:
            return port, (index[0], position, *index[2:])
        position -= array.shape[1]
    raise ExplanationError(f"{frame.node} has no number at {index}.")


def _factors(frame: Frame, index: Index, names: Namer) -> list[Factor]:
    """The numbers of all inputs that meet at a place of the output."""
    ports = range(len(frame.inputs))
    return [input_factor(frame, port, source_index(frame, port, index), names) for port in ports]


# Forward.


def _sum(frame: Frame, index: Index, names: Namer) -> _Parts:
    terms = [Term((factor,)) for factor in _factors(frame, index, names)]
    formula = sum_of_symbols(terms) if len(terms) <= MOST_TERMS else rf"\sum_{{i=1}}^{{{len(terms)}}} x_{{i}}"
    words = f"The numbers at this place of {_all(len(terms))} are added.{_used_again(frame)}"
    return _Parts(terms, formula, words)


def _product(frame: Frame, index: Index, names: Namer) -> _Parts:
    term = Term(tuple(_factors(frame, index, names)))
    count = len(term.factors)
    formula = sum_of_symbols([term]) if count <= MOST_TERMS else rf"\prod_{{i=1}}^{{{count}}} x_{{i}}"
    words = f"The numbers at this place of {_all(count)} are multiplied.{_used_again(frame)}"
    if any(factor.value == 0 for factor in term.factors):
        words = "One of the inputs is zero here, so it shuts the gate: the product is zero whatever the others are."
    return _Parts([term], formula, words)


def _largest(frame: Frame, index: Index, names: Namer) -> _Parts:
    factors = _factors(frame, index, names)
    values = [factor.value for factor in factors]
    chosen = values.index(max(values))
    listed = r",\; ".join(factor.symbol for factor in factors) if len(factors) <= MOST_TERMS else r"x_{1},\; \dots"
    words = f"Input {chosen + 1} is the largest here, so its number is passed on; the others are forgotten."
    if (tied := values.count(values[chosen])) > 1:
        words = f"{tied} inputs are equally large here, so it makes no difference which of them is passed on."
    terms = [Term((factor,)) for factor in factors]
    return _Parts(terms, rf"\max\left({listed}\right)", words, "max", chosen)


def _mean(frame: Frame, index: Index, names: Namer) -> _Parts:
    kept, factors = _kept(frame, index[0]), _factors(frame, index, names)
    terms, scale = [Term((factors[port],)) for port in kept], _part(len(kept))
    total = sum_of_symbols(terms) if len(terms) <= MOST_TERMS else rf"\sum_{{i=1}}^{{{len(terms)}}} x_{{i}}"
    words = f"The mean of the numbers at this place of {_all(len(kept))}."
    if (dropped := len(factors) - len(kept)) > 0:
        words = (
            f"The dice of drop-path left out {times(dropped, 'input')} for this example, so this is the mean of the "
            f"{'one that is' if len(kept) == 1 else f'{len(kept)} that are'} left."
        )
    return _Parts(terms, rf"{scale.symbol} \left({total}\right)", words + _used_again(frame), scale=scale)


def _stretch(frame: Frame, index: Index, names: Namer) -> _Parts:
    port, inner = source_of(frame, index)
    term = Term((input_factor(frame, port, inner, names),))
    words = f"This is number {inner[1] + 1} of input {port + 1}, unchanged: the inputs stand behind each other."
    return _Parts([term], sum_of_symbols([term]), words)


# Backward.


def _distributed(frame: Frame, port: int, index: Index, names: Namer) -> _Parts:
    places = used_at(frame, port, index)
    terms = [Term((upstream(frame, place, names),)) for place in places]
    words = "Adding is a distributor: it hands the whole blame on to every input alike, since its slope is 1 for each."
    return _Parts(terms, _summed(frame, terms, blame("y")), words + _collected(places))


def _switched(frame: Frame, port: int, index: Index, names: Namer) -> _Parts:
    places = used_at(frame, port, index)
    terms: list[Term] = []
    for place in places:
        factors = _factors(frame, place, names)
        terms.append(Term((*factors[:port], *factors[port + 1 :], upstream(frame, place, names))))
    others = len(frame.inputs) - 1
    meant = "the other input" if others == 1 else f"the product of the {others} others"
    words = f"Multiplying is a switcher: the slope for one input is {meant}."
    if len(places) == 1:
        slope = Term(terms[0].factors[:-1]).value
        words += f" It is {plain(slope)} here, so {_of_the_blame(slope)}."
    product_ = r" \cdot ".join(subscript("x", other + 1) for other in range(len(frame.inputs)) if other != port)
    product_ = product_ if others < MOST_TERMS else rf"\prod_{{i \neq {port + 1}}} x_{{i}}"
    return _Parts(terms, _summed(frame, terms, rf"{product_} \cdot {blame('y')}"), words + _collected(places))


def _routed(frame: Frame, port: int, index: Index, names: Namer) -> _Parts:
    places, terms, shared = used_at(frame, port, index), list[Term](), False
    for place in places:
        values = [factor.value for factor in _factors(frame, place, names)]
        winners = values.count(max(values))
        if values[port] < max(values):
            continue
        shared = shared or winners > 1
        arriving = upstream(frame, place, names)
        terms.append(Term((_part(winners), arriving) if winners > 1 else (arriving,)))
    words = "The maximum is a router: "
    if len(places) > 1:
        words += "at each place the blame goes to the largest input. This number was used at "
        words += f"{len(places):,} places and was the largest at {len(terms):,}."
    elif not terms:
        words += "this input was not the largest, so nothing of the blame comes its way."
    elif not shared:
        words += "this input was the largest, so the whole blame comes its way."
    if shared:
        words += f"{' Where' if len(places) > 1 else 'where'} inputs are equally large, they share the blame evenly."
    won = terms or [Term((ZERO,))]
    return _Parts(won, _summed(frame, won, blame("y")), words)


def _shared(frame: Frame, port: int, index: Index, names: Namer) -> _Parts:
    kept = _kept(frame, index[0])
    if port not in kept:
        words = "The dice of drop-path left this input out for this example, so it takes no blame."
        return _Parts([Term((ZERO,))], "0", words)
    places, scale = used_at(frame, port, index), _part(len(kept))
    terms = [Term((upstream(frame, place, names),)) for place in places]
    words = f"The mean of {times(len(kept), 'input')} hands each of them an equal part of the blame."
    total = _summed(frame, terms, blame("y"))
    total = rf"\left({total}\right)" if 1 < len(terms) <= MOST_TERMS else total
    return _Parts(terms, rf"{scale.symbol} \cdot {total}", words + _collected(places), scale=scale)


def _returned(frame: Frame, port: int, index: Index, names: Namer) -> _Parts:
    offset = sum(array.shape[1] for array in frame.inputs[:port])
    term = Term((upstream(frame, (index[0], index[1] + offset, *index[2:]), names),))
    words = "The number was only put somewhere else, so its blame comes back whole."
    return _Parts([term], sum_of_symbols([term]), words)


# Words and small parts.


def _kept(frame: Frame, example: int) -> list[int]:
    """The inputs that take part in the mean: all, but for those that drop-path left out."""
    everyone = range(len(frame.inputs))
    return [port for port in everyone if frame.mask is None or frame.mask[example, port]]


def _all(count: int) -> str:
    return "both inputs" if count == 2 else f"all {times(count, 'input')}"


def _part(count: int) -> Factor:
    """One n-th."""
    text = rf"\frac{{1}}{{{count}}}"
    return Factor(text, 1 / count, written=text)


def _summed(frame: Frame, terms: Sequence[Term], general: str) -> str:
    """The terms written out, or if there are many the general one behind a sum sign."""
    if len(terms) <= MOST_TERMS:
        return sum_of_symbols(terms)
    letters = "r,c" if frame.output.ndim == 4 else "i"
    return rf"\sum_{{{letters}}} {general}"


def _used_again(frame: Frame) -> str:
    """Which inputs are smaller than the output, and so used at several places."""
    smaller = [str(port + 1) for port, array in enumerate(frame.inputs) if array.shape != frame.output.shape]
    if not smaller:
        return ""
    if len(smaller) == 1:
        return f" Input {smaller[0]} is smaller than the result, so its numbers are used at several places."
    return f" Inputs {', '.join(smaller)} are smaller than the result, so their numbers are used at several places."


def _collected(places: Sequence[Index]) -> str:
    if len(places) == 1:
        return ""
    return f" This number was used at {len(places):,} places, so it collects the blame of all of them."


def _of_the_blame(slope: float) -> str:
    if slope == 0:
        return "nothing of the blame comes through"
    return f"the blame comes back {plain(slope)} times as large"


CAPABILITY = Capability(explain_output, explain_grad_input)
