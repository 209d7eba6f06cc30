"""Where the numbers of the normalisation layers come from, in training and in use, forward and backward.

Batch norm (Ioffe & Szegedy 2015), layer norm (Ba et al. 2016), instance norm (Ulyanov et al. 2016), group norm (Wu & He
2018): the same formulas, over other sets of numbers (see `_together.region`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import compose, gradient_symbol, indexed, input_factor, upstream, where
from playground.engine.arithmetic._functions import enclosed
from playground.engine.arithmetic._spec import Capability, Explanation, Factor, Index, Namer, Place, Term, value_at
from playground.engine.arithmetic._text import blame, plain, times
from playground.engine.arithmetic._together import NORMALISED, PLACES, Together

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = γ (x − μ) / √(σ² + ε) + β; index is (example, channel, row, column)."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    together = Together(frame, index, names)
    x, gain, shift = input_factor(frame, 0, index, names), together.gain(index), together.shift(index)
    factors = (together.centred(x), together.one_over_deviation())
    fraction = rf"\frac{{{x.symbol} - \mu}}{{\sqrt{{\sigma^{{2}} + \epsilon}}}}"
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=(rf"{gain.symbol} \cdot " if gain else "") + fraction + (f" + {shift.symbol}" if shift else ""),
        terms=[Term((gain, *factors) if gain else factors)],
        offset=shift,
        words=_in_words(together, x),
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x = 1/√(σ² + ε) · (h − mean h − x̂ · mean(h x̂)) with h = γ ∂E/∂y, since every number moves μ and σ.

    Where γ is the same for all the numbers taken together it stands before the bracket. In use batch norm's μ and σ
    stand still, and only the first part remains.
    """
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    together = Together(frame, index, names)
    gain, rest = together.gain(index), together.one_over_deviation()
    gain_outside = gain if together.has_one_gain else None

    def weighted(at: Index) -> tuple[Factor, ...]:
        inner = None if together.has_one_gain else together.gain(at)
        arriving = upstream(frame, at, names)
        return (inner, arriving) if inner else (arriving,)

    terms, letter = [Term(weighted(index))], "g" if together.has_one_gain else "h"
    formula = r" \cdot ".join(factor.symbol for factor in terms[0].factors)
    words = "In use mean and variance stand still, so batch norm is a mere scaling, backwards too."
    if together.is_measured:
        inner = blame("y") if together.has_one_gain else rf"\gamma \cdot {blame('y')}"
        normalised = together.normalised(index)
        arriving = together.arriving()
        mean = together.average(
            "Mean of their blame", rf"\bar{{{letter}}}", inner, arriving, lambda at: Term(weighted(at))
        )
        along = together.average(
            "Mean of blame × normalised value",
            rf"\overline{{{letter} \hat{{x}}}}",
            rf"{NORMALISED} \cdot {inner}",
            arriving * together.all_normalised(),
            lambda at: Term((together.normalised(at), *weighted(at))),
        )
        terms += [Term((mean,), negative=True), Term((normalised, along), negative=True)]
        formula = enclosed(rf"{formula} - {mean.symbol} - {normalised.symbol} \cdot {along.symbol}")
        words = _backward_words(frame)
    scale = rest
    if gain_outside is not None:
        scale = Factor(
            rf"{gain_outside.symbol} \cdot {rest.symbol}", gain_outside.value * rest.value, None, rest.because
        )
    above = r"\gamma" if gain_outside is not None else "1"
    return compose(
        frame,
        place,
        title=f"Blame before {frame.node} · {where(frame.output, index)}",
        symbol=gradient_symbol(frame, place, names),
        formula=rf"\frac{{{above}}}{{\sqrt{{\sigma^{{2}} + \epsilon}}}} \cdot {formula}",
        terms=terms,
        scale=scale,
        words=words,
    )


def explain_grad_weight(frame: Frame, name: str, index: Index, names: Namer) -> Explanation:
    """∂E/∂γ = Σ x̂ ∂E/∂y and ∂E/∂β = Σ ∂E/∂y over the numbers that it served.

    index is (channel,); for layer norm it is that of a number within an example.
    """
    place = Place(frame.node, "grad_weight", index, name=name)
    value_at(frame, place)
    is_shift = name == "bias"
    together = _by_example(frame, index[0], names)
    terms: list[Term] = []
    for at in _served(frame, index):
        arriving = upstream(frame, at, names)
        terms.append(Term((arriving,) if is_shift else (together[at[0]].normalised(at), arriving)))
    places = "" if frame.type == "layer_norm" else PLACES[frame.inputs[0].ndim - 2]
    numbers = [str(part) for part in (index[0] + 1, *index[1:])]
    inner = ",".join(numbers) + places
    letter, noun = (r"\beta", "shift") if is_shift else (r"\gamma", "scale")
    taken = "the whole blame of each" if is_shift else "the blame of each times its normalised value"
    owner = "number" if frame.type == "layer_norm" else "channel" if frame.inputs[0].ndim > 2 else "feature"
    delta = blame(f"y_{{{inner}}}")
    return compose(
        frame,
        place,
        title=f"Blame of the {noun} of {owner} {', '.join(numbers)} of {frame.node}",
        symbol=gradient_symbol(frame, place, names, letter),
        formula=rf"\sum_{{n{places}}} " + (delta if is_shift else rf"{NORMALISED}_{{{inner}}} \cdot {delta}"),
        terms=terms,
        words=f"This {noun} served {times(len(terms), 'number')} of its {owner}, so it collects {taken}.",
    )


def _served(frame: Frame, index: Index) -> Iterator[Index]:
    """The numbers that a γ or β served: those of its channel, or at its place, in every example."""
    places = [range(position, position + 1) for position in index]
    if frame.type != "layer_norm":
        places += [range(extent) for extent in frame.inputs[0].shape[2:]]
    yield from product(range(len(frame.inputs[0])), *places)


def _by_example(frame: Frame, channel: int, names: Namer) -> list[Together]:
    """What a channel's numbers were normalised with, for each example."""
    return [Together(frame, (example, channel), names) for example in range(len(frame.inputs[0]))]


def _backward_words(frame: Frame) -> str:
    owner = {"layer_norm": "example", "group_norm": "group", "instance_norm2d": "map"}.get(frame.type)
    owner = owner or ("channel" if frame.inputs[0].ndim > 2 else "feature")
    return (
        f"Moving one number also moves the mean and the variance of its whole {owner}. So what all of them are "
        f"blamed for together is taken off, and what would only stretch the {owner} as well."
    )


def _in_words(together: Together, x: Factor) -> str:
    deviation = math.sqrt(together.variance_value)
    start = f"{together.whose()} has mean {plain(together.mean_value)} and standard deviation {plain(deviation)}."
    if deviation < 1e-6:
        return f"{start} Its numbers are all alike, so nothing but the shift is left."
    away = (x.value - together.mean_value) / deviation
    side = "above" if away >= 0 else "below"
    return f"{start} {plain(x.value)} lies {plain(abs(away), 3)} standard deviations {side} the mean."


CAPABILITY = Capability(explain_output, explain_grad_input, explain_grad_weight)
