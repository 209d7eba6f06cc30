"""Where a loss and its gradient come from. A loss is the mean over the examples of the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic._compose import compose, gradient_symbol, input_factor, of, read, worked_out
from playground.engine.arithmetic._functions import enclosed
from playground.engine.arithmetic._spec import (
    Explanation,
    ExplanationError,
    Factor,
    Index,
    Namer,
    Place,
    Term,
    value_at,
)
from playground.engine.arithmetic._text import MOST_TERMS, of_example, plain, sum_of_symbols, times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.engine.trace import Frame

SIGMA = r"\sum"
LARGEST_POWER = 300.0
"""Scores beyond ± this are moved before e is raised to them: e^709 is the largest number a computer writes."""
SHIFTED = " The largest score is subtracted from all first, so that the powers stay in range; the shares do not change."


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """The loss of the batch; index is ()."""
    place = Place(frame.node, "output", index)
    value = value_at(frame, place)
    if frame.target is None:
        raise ExplanationError(f"{frame.node} has nothing to compare with: this pass was made without a target.")
    batch = len(frame.inputs[0])
    match frame.type:
        case "cross_entropy":
            terms, formula, words = _surprises(frame, names, value)
            scale = _mean_of(batch)
        case "squared_error":
            terms, formula, words = _squares(frame, names, value)
            scale = _mean_of(frame.inputs[0].size if _is_mean(frame) else batch)
        case _:
            raise ExplanationError(f"There is no explanation for losses of type “{frame.type}” yet.")
    if scale is not None:
        formula = f"{scale.symbol} {formula if formula.startswith(SIGMA) else enclosed(formula)}"
    return compose(
        frame,
        place,
        title=f"{frame.node}" + (f" · mean over {batch} examples" if batch > 1 else ""),
        symbol=names(place) or "E",
        formula=formula,
        terms=terms,
        scale=scale,
        words=words,
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂o of one prediction or score; index is (example, class or value). Here the way back begins."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    example, position = index
    if frame.type == "cross_entropy":
        share = of(lambda: _share(frame, index, names), f"p_{{{position + 1}}}")
        terms = _difference(share, _target(frame, index, names, "y"))
        scale, letter = _mean_of(len(frame.inputs[0])), "z"
        words = _surplus_in_words(share.value, terms)
    elif frame.type == "squared_error":
        prediction = input_factor(frame, 0, index, names, "o")
        terms = _difference(prediction, _target(frame, index, names, "t"))
        batch, features = frame.inputs[0].shape
        scale = _over(2, batch * features) if _is_mean(frame) else _mean_of(batch)
        letter, words = "o", _distance_in_words(terms, scaled=scale is not None)
    else:
        raise ExplanationError(f"There is no explanation for losses of type “{frame.type}” yet.")
    difference = sum_of_symbols(terms)
    formula = difference if scale is None else f"{scale.symbol} {enclosed(difference)}"
    return compose(
        frame,
        place,
        title=f"Blame of output {position + 1}{of_example(len(frame.inputs[0]), example)}",
        symbol=gradient_symbol(frame, place, names, letter),
        formula=formula,
        terms=terms,
        scale=scale,
        words=words,
    )


def powers_of(scores: Sequence[Factor]) -> tuple[list[Term], bool]:
    """e^z for each score; if some would be too large or too small to write, e^{z − max z}, and True."""
    top = max(score.value for score in scores)
    if abs(top) <= LARGEST_POWER:
        return [Term((score,), "exp") for score in scores], False
    shift = Factor(r"-\max_{k} z_{k}", -top)
    return [Term((score, shift), "exp") for score in scores], True


def probability(frame: Frame, index: Index) -> float:
    """What softmax would make of one of cross-entropy's scores; index is (example, class)."""
    scores = frame.inputs[0][index[0]].astype(np.float64)
    powers = np.exp(scores - scores.max())
    return float(powers[index[1]] / powers.sum())


def _share(frame: Frame, index: Index, names: Namer) -> Explanation:
    example, chosen = index
    scores = [input_factor(frame, 0, (example, k), names, "z") for k in range(frame.inputs[0].shape[1])]
    terms, shifted = powers_of(scores)
    below = sum_of_symbols(terms) if len(terms) <= MOST_TERMS else r"\sum_{k} e^{z_{k}}"
    return worked_out(
        f"The probability of class {chosen + 1}{of_example(len(frame.inputs[0]), example)}",
        f"p_{{{chosen + 1}}}",
        rf"\frac{{e^{{{scores[chosen].symbol}}}}}{{{below}}}",
        terms,
        "Softmax: the share of this power in the sum of all." + (SHIFTED if shifted else ""),
        combine="share",
        chosen=chosen,
    )


def _surprises(frame: Frame, names: Namer, value: float) -> tuple[list[Term], str, str]:
    """−log p of the true class, an example each; or −Σ t log p where the targets are probabilities."""
    assert frame.target is not None
    batch, classes = frame.inputs[0].shape
    terms: list[Term] = []
    soft = frame.target.ndim > 1
    for example in range(batch):
        scores = [input_factor(frame, 0, (example, k), names, "z") for k in range(classes)]
        if soft:
            for k in range(classes):
                weight = _target(frame, (example, k), names, "t")
                terms.append(Term((weight, _surprise(scores[k], scores))))
        else:
            terms.append(Term((scores[int(frame.target[example])], *scores), "surprise"))
    if soft:
        return terms, r"-\sum_{k} t_{k} \cdot \log p_{k}", "The surprise at each class, weighted by its probability."
    if batch > 1:
        words = f"For each of the {batch} examples: how surprised is the network by the true class? This is the mean."
        surprise = enclosed(r"-\log p_{t}^{(n)}")
        return terms, f"{SIGMA}_{{n}} {surprise}", words
    true = int(frame.target[0])
    certain = probability(frame, (0, true))
    words = (
        f"The network gives the true class a probability of {plain(100 * certain, 3)} %; its surprise, "
        f"−log {plain(certain)}, is {plain(value)}. "
        f"Guessing blindly among {classes} classes would cost {plain(float(np.log(classes)))}."
    )
    score = terms[0].factors[0].symbol
    return terms, rf"-\log p_{{{true + 1}}} = -{score} + \log \sum_{{k}} e^{{z_{{k}}}}", words


def _surprise(score: Factor, scores: Sequence[Factor]) -> Factor:
    symbol = rf"-\log p_{{{scores.index(score) + 1}}}"
    formula = rf"\log \sum_{{k}} e^{{z_{{k}}}} - {score.symbol}"
    terms = [Term((score, *scores), "surprise")]
    return of(lambda: worked_out("Surprise", symbol, formula, terms), enclosed(symbol))


def _squares(frame: Frame, names: Namer, value: float) -> tuple[list[Term], str, str]:
    batch, features = frame.inputs[0].shape
    function = "squared_difference" if _is_mean(frame) else "half_square"
    terms = [
        Term((_target(frame, (n, j), names, "t"), input_factor(frame, 0, (n, j), names, "o")), function)
        for n in range(batch)
        for j in range(features)
    ]
    formula = sum_of_symbols(terms)
    if len(terms) > MOST_TERMS:
        half = "" if _is_mean(frame) else r"\frac{1}{2}"
        formula = rf"\sum_{{n,j}} {half}\left(t_{{j}}^{{(n)}} - o_{{j}}^{{(n)}}\right)^{{2}}"
    worst = max(range(len(terms)), key=lambda i: terms[i].value)
    words = (
        f"{times(len(terms), 'output')} compared with what should have come out. Output {worst % features + 1}"
        f"{of_example(batch, worst // features).replace(' ·', ' of')} is furthest off and makes up "
        f"{plain(100 * terms[worst].value / max(sum(term.value for term in terms), 1e-300), 3)} % of the error."
    )
    return terms, formula, words if value > 0 else "Every output is exactly what it should be."


def _target(frame: Frame, index: Index, names: Namer, letter: str) -> Factor:
    """What should have come out: a value of the target, or 1 for the true class and 0 for the others."""
    if frame.target is None:
        raise ExplanationError(f"{frame.node} has nothing to compare with: this pass was made without a target.")
    example, position = index
    superscript = f"^{{({example + 1})}}" if len(frame.inputs[0]) > 1 else ""
    symbol = f"{letter}_{{{position + 1}}}{superscript}"
    if np.issubdtype(frame.target.dtype, np.integer):
        return Factor(symbol, 1.0 if int(frame.target[example]) == position else 0.0)
    place = Place(
        frame.node, "target", (example, *(int(i) for i in np.unravel_index(position, frame.target.shape[1:])))
    )
    return read(frame, place, symbol, names)


def _difference(have: Factor, wanted: Factor) -> list[Term]:
    return [Term((have,)), Term((wanted,), negative=True)]


def _is_mean(frame: Frame) -> bool:
    return frame.params.get("reduction") == "mean"


def _mean_of(count: int) -> Factor | None:
    return None if count == 1 else _over(1, count)


def _over(numerator: int, denominator: int) -> Factor:
    text = rf"\frac{{{numerator}}}{{{denominator}}}"
    return Factor(text, numerator / denominator, written=text)


def _surplus_in_words(share: float, terms: list[Term]) -> str:
    wanted = terms[1].factors[0].value
    if wanted == 1:
        return (
            f"This is the true class: it got {plain(100 * share, 3)} % and should have got 100 %, so its score should "
            "rise. The blame is simply p − y."
        )
    if wanted == 0:
        return (
            f"This is a wrong class: it got {plain(100 * share, 3)} % and should have got none, so its score should "
            "sink. The blame is simply p − y."
        )
    return "The blame is simply p − y: what the class got, minus what it should have got."


def _distance_in_words(terms: list[Term], *, scaled: bool) -> str:
    have, wanted = (term.factors[0].value for term in terms)
    if have == wanted:
        return "This output is exactly what it should be, so there is no blame."
    direction = "much" if have > wanted else "little"
    return (
        f"{plain(have)} came out where {plain(wanted)} was wanted: too {direction}, by {plain(abs(have - wanted))}. "
        f"The blame {'grows with' if scaled else 'is as large as'} the miss."
    )
