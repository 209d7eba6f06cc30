"""Where the numbers of batch norm come from (Ioffe & Szegedy 2015), in training and in use, forward and backward."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic._compose import (
    compose,
    gradient_symbol,
    indexed,
    input_factor,
    of,
    read,
    upstream,
    where,
    worked_out,
)
from playground.engine.arithmetic._functions import enclosed
from playground.engine.arithmetic._spec import (
    Capability,
    Explanation,
    Factor,
    Index,
    Namer,
    Place,
    Term,
    value_at,
)
from playground.engine.arithmetic._text import blame, number, plain, subscript, times
from playground.engine.arithmetic.pooling import share_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playground.engine.trace import Frame

NORMALISED = r"\hat{x}"


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = γ (x − μ) / √(σ² + ε) + β; index is (example, channel, row, column)."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    channel = index[1]
    x, scale = input_factor(frame, 0, index, names), _parameter(frame, "weight", r"\gamma", channel, names)
    factors = (_centred(frame, x, channel), _one_over_deviation(frame, channel))
    terms = [Term((scale, *factors) if scale else factors)]
    above = rf"{x.symbol} - \mu"
    fraction = rf"\frac{{{above}}}{{\sqrt{{\sigma^{{2}} + \epsilon}}}}"
    shift = _parameter(frame, "bias", r"\beta", channel, names)
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=(rf"{scale.symbol} \cdot " if scale else "") + fraction + (f" + {shift.symbol}" if shift else ""),
        terms=terms,
        offset=shift,
        words=_in_words(frame, x, channel),
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """In training ∂E/∂x = γ/√(σ² + ε) · (g − mean g − x̂ · mean(g x̂)), since every number of the channel moves μ and σ.

    In use μ and σ stand still, and only the first part remains.
    """
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    channel = index[1]
    arriving = upstream(frame, index, names)
    terms, formula = [Term((arriving,))], arriving.symbol
    words = "In use mean and variance stand still, so batch norm is a mere scaling, backwards too."
    if frame.training:
        normalised = _normalised(frame, index, names)
        mean = of(lambda: _mean_gradient(frame, channel, names), r"\bar{g}")
        along = of(lambda: _mean_gradient_along(frame, channel, names), r"\overline{g \hat{x}}")
        terms += [Term((mean,), negative=True), Term((normalised, along), negative=True)]
        formula = enclosed(rf"{arriving.symbol} - {mean.symbol} - {normalised.symbol} \cdot {along.symbol}")
        words = (
            "Moving one number also moves the mean and the variance of its whole channel. So what all of them are "
            "blamed for together is taken off, and what would only stretch the channel as well."
        )
    return compose(
        frame,
        place,
        title=f"Blame before {frame.node} · {where(frame.output, index)}",
        symbol=gradient_symbol(frame, place, names),
        formula=rf"\frac{{\gamma}}{{\sqrt{{\sigma^{{2}} + \epsilon}}}} \cdot {formula}",
        terms=terms,
        scale=_slope(frame, channel, names),
        words=words,
    )


def explain_grad_weight(frame: Frame, name: str, index: Index, names: Namer) -> Explanation:
    """∂E/∂γ = Σ x̂ ∂E/∂y and ∂E/∂β = Σ ∂E/∂y over the numbers of the channel; index is (channel,)."""
    place = Place(frame.node, "grad_weight", index, name=name)
    value_at(frame, place)
    is_shift, channel = name == "bias", index[0]
    terms = [
        Term((upstream(frame, at, names),) if is_shift else (_normalised(frame, at, names), upstream(frame, at, names)))
        for at in _members(frame, channel)
    ]
    delta = blame(f"y_{{{channel + 1},r,c}}")
    letter, noun = (r"\beta", "shift") if is_shift else (r"\gamma", "scale")
    taken = "the whole blame of each" if is_shift else "the blame of each times its normalised value"
    return compose(
        frame,
        place,
        title=f"Blame of the {noun} of channel {channel + 1} of {frame.node}",
        symbol=gradient_symbol(frame, place, names, letter),
        formula=r"\sum_{n,r,c} " + (delta if is_shift else rf"{NORMALISED}_{{{channel + 1},r,c}} \cdot {delta}"),
        terms=terms,
        words=f"This {noun} served {times(len(terms), 'number')} of its channel, so it collects {taken}.",
    )


def statistics(frame: Frame, channel: int) -> tuple[float, float]:
    """The mean and variance with which a channel was normalised: the batch's in training, the running ones in use."""
    if frame.training:
        numbers = frame.inputs[0][:, channel].astype(np.float64)
        return float(numbers.mean()), float(numbers.var())
    return float(frame.buffers["running_mean"][channel]), float(frame.buffers["running_var"][channel])


def _members(frame: Frame, channel: int) -> Iterator[Index]:
    batch, _, height, width = frame.inputs[0].shape
    for n in range(batch):
        for y in range(height):
            for x in range(width):
                yield n, channel, y, x


def _parameter(frame: Frame, name: str, letter: str, channel: int, names: Namer) -> Factor | None:
    if name not in frame.weights:
        return None
    return read(frame, Place(frame.node, "weight", (channel,), name=name), subscript(letter, channel + 1), names)


def _mean(frame: Frame, channel: int) -> Factor:
    """μ: worked out from the batch in training, read from the running averages in use."""
    value = statistics(frame, channel)[0]
    if not frame.training:
        return Factor(r"\mu", value, Place(frame.node, "buffer", (channel,), name="running_mean"))

    def explain() -> Explanation:
        terms = [Term((_x(frame, at),)) for at in _members(frame, channel)]
        formula = rf"\frac{{1}}{{m}} \sum_{{n,r,c}} x_{{{channel + 1},r,c}}"
        return worked_out(
            f"Mean of channel {channel + 1} over the batch", r"\mu", formula, terms, scale=share_of(len(terms))
        )

    return Factor(r"\mu", value, None, explain)


def _variance(frame: Frame, channel: int) -> Factor:
    mean, value = statistics(frame, channel)
    if not frame.training:
        return Factor(r"\sigma^{2}", value, Place(frame.node, "buffer", (channel,), name="running_var"))

    def explain() -> Explanation:
        centre = Factor(r"\mu", mean, None, _mean(frame, channel).because)
        terms = [Term((_x(frame, at), centre), "squared_difference") for at in _members(frame, channel)]
        formula = rf"\frac{{1}}{{m}} \sum_{{n,r,c}} \left(x_{{{channel + 1},r,c}} - \mu\right)^{{2}}"
        title = f"Variance of channel {channel + 1} over the batch"
        return worked_out(title, r"\sigma^{2}", formula, terms, scale=share_of(len(terms)))

    return Factor(r"\sigma^{2}", value, None, explain)


def _x(frame: Frame, index: Index) -> Factor:
    place = Place(frame.node, "input", index)
    return Factor(indexed("x", frame.inputs[0], index), float(frame.inputs[0][index]), place)


def _centred(frame: Frame, x: Factor, channel: int) -> Factor:
    mean, symbol = _mean(frame, channel), rf"{x.symbol} - \mu"
    terms = [Term((x,)), Term((mean,), negative=True)]
    return of(lambda: worked_out("Distance from the mean", "d", symbol, terms), enclosed(symbol))


def _one_over_deviation(frame: Frame, channel: int) -> Factor:
    symbol = r"\frac{1}{\sqrt{\sigma^{2} + \epsilon}}"
    variance, epsilon = _variance(frame, channel), _epsilon(frame)
    value = 1 / math.sqrt(variance.value + epsilon)
    inner = rf"{number(variance.value)} + {number(epsilon)}"
    return Factor(symbol, value, None, variance.because, written=rf"\frac{{1}}{{\sqrt{{{inner}}}}}")


def _slope(frame: Frame, channel: int, names: Namer) -> Factor:
    """γ / √(σ² + ε)."""
    scale, rest = _parameter(frame, "weight", r"\gamma", channel, names), _one_over_deviation(frame, channel)
    if scale is None:
        return rest
    return Factor(rf"{scale.symbol} \cdot {rest.symbol}", scale.value * rest.value, None, rest.because)


def _normalised(frame: Frame, index: Index, names: Namer) -> Factor:
    """x̂ = (x − μ) / √(σ² + ε)."""
    symbol = indexed(NORMALISED, frame.inputs[0], index)

    def explain() -> Explanation:
        x = input_factor(frame, 0, index, names)
        factors = (_centred(frame, x, index[1]), _one_over_deviation(frame, index[1]))
        formula = rf"\frac{{{x.symbol} - \mu}}{{\sqrt{{\sigma^{{2}} + \epsilon}}}}"
        return worked_out("Normalised", symbol, formula, [Term(factors)])

    mean, variance = statistics(frame, index[1])
    value = (float(frame.inputs[0][index]) - mean) / math.sqrt(variance + _epsilon(frame))
    return Factor(symbol, value, None, explain)


def _mean_gradient(frame: Frame, channel: int, names: Namer) -> Explanation:
    terms = [Term((upstream(frame, at, names),)) for at in _members(frame, channel)]
    return _average("Mean of the blame over the channel", r"\bar{g}", lambda: blame("y"), terms)


def _mean_gradient_along(frame: Frame, channel: int, names: Namer) -> Explanation:
    terms = [Term((_normalised(frame, at, names), upstream(frame, at, names))) for at in _members(frame, channel)]
    title = "Mean of blame × normalised value over the channel"
    return _average(title, r"\overline{g \hat{x}}", lambda: rf"\hat{{x}} \cdot {blame('y')}", terms)


def _average(title: str, symbol: str, formula: Callable[[], str], terms: list[Term]) -> Explanation:
    text = rf"\frac{{1}}{{m}} \sum_{{n,r,c}} {formula()}"
    return worked_out(title, symbol, text, terms, scale=share_of(len(terms)))


def _epsilon(frame: Frame) -> float:
    epsilon = frame.params["eps"]
    assert isinstance(epsilon, float)
    return epsilon


def _in_words(frame: Frame, x: Factor, channel: int) -> str:
    mean, variance = statistics(frame, channel)
    deviation = math.sqrt(variance)
    whose = "this batch" if frame.training else "the running averages"
    start = f"In {whose} channel {channel + 1} has mean {plain(mean)} and standard deviation {plain(deviation)}."
    if deviation < 1e-6:
        return f"{start} Its numbers are all alike, so nothing but the shift is left."
    away = (x.value - mean) / deviation
    side = "above" if away >= 0 else "below"
    return f"{start} {plain(x.value)} lies {plain(abs(away), 3)} standard deviations {side} the mean."


CAPABILITY = Capability(explain_output, explain_grad_input, explain_grad_weight)
