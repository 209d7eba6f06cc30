"""Filters brought to mean 0 and variance 1 before they are used (Qiao et al. 2019), forward and backward.

ŵ = (w − μ) / √(σ² + ε), with μ and σ² over all weights of the filter. Since every weight moves μ and σ², the gradient
of one is ∂E/∂w = (g − mean g − ŵ · mean(g ŵ)) / √(σ² + ε), where g = ∂E/∂ŵ.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic._compose import compose, worked_out
from playground.engine.arithmetic._functions import enclosed
from playground.engine.arithmetic._spec import Explanation, Factor, Index, Namer, Place, Term, value_at
from playground.engine.arithmetic._text import blame, number, subscript, times
from playground.engine.arithmetic.area import fraction
from playground.engine.arithmetic.sliding import sliding

if TYPE_CHECKING:
    from playground.engine.trace import Frame

Meetings = Callable[[Index], list[Term]]
"""Of a weight, pixel × blame of every place where it lay on a pixel."""


def weights(frame: Frame) -> np.ndarray:
    """The standardised filters, shaped as the weights."""
    raw = frame.weights["weight"].astype(np.float64)
    axes = tuple(range(1, raw.ndim))
    mean, variance = raw.mean(axis=axes, keepdims=True), raw.var(axis=axes, keepdims=True)
    return (raw - mean) / np.sqrt(variance + _epsilon(frame))


def weight(frame: Frame, index: Index, names: Namer) -> Factor:
    """ŵ of one weight; how it came about is told when asked."""
    raw = _filter(frame, index[0])
    mean, deviation = float(raw.mean()), _deviation(raw, frame)
    symbol = subscript(r"\hat{w}", index[0] + 1, index[1] + 1, *index[2:])

    def explain() -> Explanation:
        own, centre = _raw(frame, index, names), _mean(frame, index[0], names)
        return worked_out(
            "Standardised weight",
            symbol,
            rf"\frac{{{own.symbol} - \mu}}{{\sqrt{{\sigma^{{2}} + \epsilon}}}}",
            [Term((own,)), Term((centre,), negative=True)],
            "The weight less the mean of its filter, over the filter's standard deviation.",
            scale=_one_over_deviation(frame, index[0], names),
        )

    return Factor(symbol, (float(raw[index[1:]]) - mean) / deviation, None, explain)


def explain_grad_weight(frame: Frame, index: Index, names: Namer, meetings: Meetings) -> Explanation:
    """∂E/∂w = (g − mean g − ŵ · mean(g ŵ)) / √(σ² + ε), g = ∂E/∂ŵ; index is (filter, channel, row, column)."""
    place = Place(frame.node, "grad_weight", index, name="weight")
    value_at(frame, place)
    chosen = index[0]
    arriving = arriving_at(frame, chosen)
    own = _gradient(arriving, index, meetings)
    hat = weight(frame, index, names)
    mean = Factor(r"\bar{g}", float(arriving.mean()), None, lambda: _mean_gradient(arriving, chosen, meetings))
    along = Factor(
        r"\overline{g \hat{w}}",
        float((arriving * weights(frame)[chosen]).mean()),
        None,
        lambda: _mean_along(frame, arriving, chosen, names, meetings),
    )
    inner = enclosed(rf"{own.symbol} - {mean.symbol} - {hat.symbol} \cdot {along.symbol}")
    return compose(
        frame,
        place,
        title=(
            f"Blame of the weight at row {index[2]}, column {index[3]} of filter {chosen + 1}, channel {index[1] + 1}, "
            f"of {frame.node}"
        ),
        symbol=names(place) or blame(_raw(frame, index, names).symbol),
        formula=rf"\frac{{1}}{{\sqrt{{\sigma^{{2}} + \epsilon}}}} \cdot {inner}",
        terms=[Term((own,)), Term((mean,), negative=True), Term((hat, along), negative=True)],
        scale=_one_over_deviation(frame, chosen, names),
        words=(
            f"Moving one weight also moves the mean and the variance of the {times(arriving.size, 'weight')} of its "
            "filter. So what all of them are blamed for together is taken off, and what would only make the whole "
            "filter larger."
        ),
    )


def _filter(frame: Frame, chosen: int) -> np.ndarray:
    return frame.weights["weight"][chosen].astype(np.float64)


def _deviation(raw: np.ndarray, frame: Frame) -> float:
    return math.sqrt(float(raw.var()) + _epsilon(frame))


def _epsilon(frame: Frame) -> float:
    epsilon = frame.params["eps"]
    assert isinstance(epsilon, float)
    return epsilon


def _raw(frame: Frame, index: Index, names: Namer) -> Factor:
    place = Place(frame.node, "weight", index, name="weight")
    symbol = names(place) or subscript("w", index[0] + 1, index[1] + 1, *index[2:])
    return Factor(symbol, value_at(frame, place), place)


def _every(frame: Frame, chosen: int) -> list[Index]:
    """The places of all weights of a filter."""
    return [(chosen, *offset) for offset in np.ndindex(frame.weights["weight"].shape[1:])]


def _mean(frame: Frame, chosen: int, names: Namer) -> Factor:
    def explain() -> Explanation:
        terms = [Term((_raw(frame, at, names),)) for at in _every(frame, chosen)]
        formula = rf"\frac{{1}}{{m}} \sum_{{k,i,j}} w_{{{chosen + 1},k,i,j}}"
        return worked_out(f"Mean of filter {chosen + 1}", r"\mu", formula, terms, scale=_share(len(terms)))

    return Factor(r"\mu", float(_filter(frame, chosen).mean()), None, explain)


def _one_over_deviation(frame: Frame, chosen: int, names: Namer) -> Factor:
    variance, epsilon = float(_filter(frame, chosen).var()), _epsilon(frame)

    def explain() -> Explanation:
        mean = _mean(frame, chosen, names)
        terms = [Term((_raw(frame, at, names), mean), "squared_difference") for at in _every(frame, chosen)]
        formula = rf"\frac{{1}}{{m}} \sum_{{k,i,j}} \left(w_{{{chosen + 1},k,i,j}} - \mu\right)^{{2}}"
        title = f"Variance of filter {chosen + 1}"
        return worked_out(title, r"\sigma^{2}", formula, terms, scale=_share(len(terms)))

    inner = rf"{number(variance)} + {number(epsilon)}"
    symbol = r"\frac{1}{\sqrt{\sigma^{2} + \epsilon}}"
    value = 1 / math.sqrt(variance + epsilon)
    return Factor(symbol, value, None, explain, written=rf"\frac{{1}}{{\sqrt{{{inner}}}}}")


def arriving_at(frame: Frame, chosen: int) -> np.ndarray:
    """g = ∂E/∂ŵ of a whole filter, (channels, kernel height, kernel width)."""
    assert frame.grad_output is not None
    geometry, gradient = sliding(frame), frame.grad_output[:, chosen].astype(np.float64)
    width = frame.weights["weight"].shape[1]
    group = chosen // (frame.output.shape[1] // (frame.inputs[0].shape[1] // width))
    maps = frame.inputs[0][:, group * width : (group + 1) * width].astype(np.float64)
    sides = [(before, max(0, after)) for before, after in zip(geometry.padding, geometry.after, strict=True)]
    padded = np.pad(maps, [(0, 0), (0, 0), *sides])
    found = np.zeros((width, *geometry.kernel))
    for i, j in np.ndindex(*geometry.kernel):
        met = tuple(
            slice(offset * d, offset * d + (places - 1) * s + 1, s)
            for offset, d, s, places in zip((i, j), geometry.dilation, geometry.stride, geometry.places, strict=True)
        )
        found[:, i, j] = np.einsum("nkrc,nrc->k", padded[:, :, *met], gradient)
    return found


def _gradient(arriving: np.ndarray, index: Index, meetings: Meetings) -> Factor:
    """g of one weight."""
    symbol = subscript("g", index[0] + 1, index[1] + 1, *index[2:])

    def explain() -> Explanation:
        formula = rf"\sum_{{r,c}} x_{{k,\,r s+{index[2]},\,c s+{index[3]}}} \cdot {blame(f'z_{{{index[0] + 1},r,c}}')}"
        return worked_out("Blame of the standardised weight", symbol, formula, meetings(index))

    return Factor(symbol, float(arriving[index[1:]]), None, explain)


def _mean_gradient(arriving: np.ndarray, chosen: int, meetings: Meetings) -> Explanation:
    terms = [Term((_gradient(arriving, (chosen, *offset), meetings),)) for offset in np.ndindex(arriving.shape)]
    formula = rf"\frac{{1}}{{m}} \sum_{{k,i,j}} g_{{{chosen + 1},k,i,j}}"
    return worked_out("Mean of the blame over the filter", r"\bar{g}", formula, terms, scale=_share(len(terms)))


def _mean_along(frame: Frame, arriving: np.ndarray, chosen: int, names: Namer, meetings: Meetings) -> Explanation:
    terms = [Term((weight(frame, at, names), _gradient(arriving, at, meetings))) for at in _every(frame, chosen)]
    formula = rf"\frac{{1}}{{m}} \sum_{{k,i,j}} \hat{{w}}_{{{chosen + 1},k,i,j}} \cdot g_{{{chosen + 1},k,i,j}}"
    title = "Mean of blame × standardised weight over the filter"
    return worked_out(title, r"\overline{g \hat{w}}", formula, terms, scale=_share(len(terms)))


def _share(count: int) -> Factor:
    return fraction(Fraction(1, count))
