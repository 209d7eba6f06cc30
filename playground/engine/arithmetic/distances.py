"""Losses that measure how far the answer lies from the target: squares, plain distances, and Huber's mixture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic._compose import where
from playground.engine.arithmetic._loss_parts import (
    TARGET_PORT,
    Parts,
    answer,
    every_index,
    mean_over_all,
    mean_over_examples,
    wanted,
)
from playground.engine.arithmetic._spec import Factor, Index, Namer, Term
from playground.engine.arithmetic._text import MOST_TERMS, plain, sum_of_symbols, times

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def squares(frame: Frame, names: Namer, value: float) -> Parts:
    """½(t − o)² for every number, or (t − o)² with their mean."""
    is_mean = frame.params.get("reduction") == "mean"
    pairs = [(wanted(frame, index, names), answer(frame, index, names, "o")) for index in every_index(frame)]
    terms = [Term(pair, "squared_difference" if is_mean else "half_square") for pair in pairs]
    half = "" if is_mean else r"\frac{1}{2}"
    long = rf"\sum_{{n,j}} {half}\left(t_{{j}}^{{(n)}} - o_{{j}}^{{(n)}}\right)^{{2}}"
    scale = mean_over_all(frame) if is_mean else mean_over_examples(frame)
    return Parts(terms, _short_or(long, terms), _worst_in_words(frame, terms, value), scale)


def distances(frame: Frame, names: Namer, value: float) -> Parts:
    """|t − o| for every number, and their mean."""
    terms = [
        Term((wanted(frame, index, names), answer(frame, index, names, "o")), "distance")
        for index in every_index(frame)
    ]
    long = r"\sum_{n,j} \left|t_{j}^{(n)} - o_{j}^{(n)}\right|"
    return Parts(terms, _short_or(long, terms), _worst_in_words(frame, terms, value), mean_over_all(frame))


def bounded_squares(frame: Frame, names: Namer, value: float) -> Parts:
    """½d² up to |d| = δ and δ(|d| − ½δ) beyond, for every number, and their mean."""
    delta = _delta(frame)
    terms = [
        Term((answer(frame, index, names, "o"), wanted(frame, index, names), delta), "huber")
        for index in every_index(frame)
    ]
    beyond = sum(abs(term.factors[0].value - term.factors[1].value) > delta.value for term in terms)
    words = _worst_in_words(frame, terms, value)
    words += f" Of {times(len(terms), 'output')}, {beyond:,} {'is' if beyond == 1 else 'are'} off by more than "
    words += f"{plain(delta.value)}: such an error grows in a straight line instead of being squared."
    long = r"\sum_{n,j} h_{\delta}\left(o_{j}^{(n)} - t_{j}^{(n)}\right)"
    return Parts(terms, _short_or(long, terms), words, mean_over_all(frame))


def blame_of_square(frame: Frame, port: int, index: Index, names: Namer) -> Parts:
    """o − t, times 2 / N for a mean; t − o for the target's own blame."""
    terms = _difference(frame, port, index, names)
    is_mean = frame.params.get("reduction") == "mean"
    scale = mean_over_all(frame, 2) if is_mean else mean_over_examples(frame)
    return Parts(terms, sum_of_symbols(terms), _distance_in_words(terms, port, scaled=scale is not None), scale)


def blame_of_distance(frame: Frame, port: int, index: Index, names: Namer) -> Parts:
    """The sign of o − t: 1, −1 or 0."""
    terms = _difference(frame, port, index, names)
    sign = float(np.sign(_total(terms)))
    factor = Factor(rf"\mathrm{{sign}}\left({sum_of_symbols(terms)}\right)", sign, written=f"{sign:g}")
    words = "Only the direction of the miss counts here, not its size: every output that is off gets the same blame."
    if sign == 0:
        words = "This output is exactly what it should be, so there is no blame."
    return Parts([Term((factor,))], factor.symbol, words, mean_over_all(frame))


def blame_of_bounded_square(frame: Frame, port: int, index: Index, names: Namer) -> Parts:
    """o − t up to δ, and ± δ beyond."""
    terms = _difference(frame, port, index, names)
    miss, delta, scale = _total(terms), _delta(frame), mean_over_all(frame)
    if abs(miss) <= delta.value:
        words = _distance_in_words(terms, port, scaled=scale is not None)
        return Parts(terms, sum_of_symbols(terms), f"This miss is a small one. {words}", scale)
    bound = Term((delta,), negative=miss < 0)
    words = (
        f"{plain(abs(miss))} is more than δ = {plain(delta.value)}, so the blame is bounded: it does not grow any "
        "further with the miss."
    )
    return Parts([bound], sum_of_symbols([bound]), words, scale)


def _delta(frame: Frame) -> Factor:
    value = frame.params["delta"]
    assert isinstance(value, float)
    return Factor(r"\delta", value)


def _difference(frame: Frame, port: int, index: Index, names: Namer) -> list[Term]:
    """o − t; t − o where the target is blamed."""
    have, aim = answer(frame, index, names, "o"), wanted(frame, index, names)
    first, second = (aim, have) if port == TARGET_PORT else (have, aim)
    return [Term((first,)), Term((second,), negative=True)]


def _total(terms: list[Term]) -> float:
    return sum(term.value for term in terms)


def _short_or(long: str, terms: list[Term]) -> str:
    return sum_of_symbols(terms) if len(terms) <= MOST_TERMS else long


def _worst_in_words(frame: Frame, terms: list[Term], value: float) -> str:
    if value == 0 and all(term.value == 0 for term in terms):
        return "Every output is exactly what it should be."
    array = frame.inputs[0]
    worst = max(range(len(terms)), key=lambda i: terms[i].value)
    index = tuple(int(i) for i in np.unravel_index(worst, array.shape))
    example = f" of example {index[0] + 1} of {len(array)}" if len(array) > 1 else ""
    which = f"Output {index[1] + 1}" if len(index) == 2 else f"The output at {where(array[:1], (0, *index[1:]))},"
    share = 100 * terms[worst].value / max(sum(term.value for term in terms), 1e-300)
    return (
        f"{times(len(terms), 'output')} compared with what should have come out. {which}{example} is furthest off and "
        f"makes up {plain(share, 3)} % of the error."
    )


def _distance_in_words(terms: list[Term], port: int, *, scaled: bool) -> str:
    first, second = (term.factors[0].value for term in terms)
    have, aim = (second, first) if port == TARGET_PORT else (first, second)
    if have == aim:
        return "This output is exactly what it should be, so there is no blame."
    direction = "much" if have > aim else "little"
    text = f"{plain(have)} came out where {plain(aim)} was wanted: too {direction}, by {plain(abs(have - aim))}. "
    if port == TARGET_PORT:
        return f"{text}The target is to blame as much as the output, the other way round."
    return f"{text}The blame {'grows with' if scaled else 'is as large as'} the miss."
