"""Losses that ask for probabilities: cross-entropy over classes, and over single answers of yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic._compose import of, worked_out
from playground.engine.arithmetic._functions import enclosed
from playground.engine.arithmetic._loss_parts import (
    TARGET_PORT,
    Parts,
    answer,
    every_index,
    fraction,
    mean_over_all,
    mean_over_examples,
    names_classes,
    target_of,
    wanted,
)
from playground.engine.arithmetic._spec import Explanation, Factor, Index, Namer, Term, unnamed
from playground.engine.arithmetic._text import MOST_TERMS, number, of_example, plain, sum_of_symbols

if TYPE_CHECKING:
    from playground.engine.trace import Frame

LARGEST_POWER = 300.0
"""Scores beyond ± this are moved before e is raised to them: e^709 is the largest number a computer writes."""
SHIFTED = " The largest score is subtracted from all first, so that the powers stay in range; the shares do not change."


def powers_of(scores: Sequence[Factor]) -> tuple[list[Term], bool]:
    """e^z for each score; if some would be too large or too small to write, e^{z − max z}, and True."""
    top = max(score.value for score in scores)
    if abs(top) <= LARGEST_POWER:
        return [Term((score,), "exp") for score in scores], False
    shift = Factor(r"-\max_{k} z_{k}", -top)
    return [Term((score, shift), "exp") for score in scores], True


def shares(scores: np.ndarray) -> np.ndarray:
    """Softmax of a list of scores."""
    powers: np.ndarray = np.exp(scores - scores.max())
    return powers / powers.sum()


def probability(frame: Frame, index: Index) -> float:
    """What softmax would make of one of cross-entropy's scores; index is (example, class)."""
    return float(shares(frame.inputs[0][index[0]].astype(np.float64))[index[1]])


# Cross-entropy.


def of_classes(frame: Frame, names: Namer, value: float) -> Parts:
    """−log p of the true class, an example each; or −Σ y log p where y is shared out among several classes."""
    batch, scale = len(frame.inputs[0]), mean_over_examples(frame)
    if not names_classes(frame) or _smoothing(frame):
        terms = [
            Term((_share_wanted(frame, (n, k), names), _surprise(scores[k], scores)))
            for n in range(batch)
            for scores in [_scores(frame, n, names)]
            for k in range(len(scores))
        ]
        words = "The surprise at each class, weighted by the probability that it should have got."
        return Parts(terms, r"\sum_{k} y_{k} \cdot \left(-\log p_{k}\right)", words, scale)
    true = [int(label) for label in target_of(frame)]
    rows = [_scores(frame, n, names) for n in range(batch)]
    terms = [Term((scores[label], *scores), "surprise") for scores, label in zip(rows, true, strict=True)]
    if batch > 1:
        words = f"For each of the {batch} examples: how surprised is the network by the true class? This is the mean."
        return Parts(terms, r"\sum_{n} " + enclosed(r"-\log p_{t}^{(n)}"), words, scale)
    certain, blind = probability(frame, (0, true[0])), float(np.log(len(rows[0])))
    words = (
        f"The network gives the true class a probability of {plain(100 * certain, 3)} %; its surprise, "
        f"−log {plain(certain)}, is {plain(terms[0].value)}. "
        f"Guessing blindly among {len(rows[0])} classes would cost {plain(blind)}."
    )
    if scale is not None:
        words += f" The loss counts {number(scale.value)} times, so {plain(value)} is added to the total."
    score = terms[0].factors[0].symbol
    formula = rf"-\log p_{{{true[0] + 1}}} = -{score} + \log \sum_{{k}} e^{{z_{{k}}}}"
    return Parts(terms, formula if scale is None else rf"-\log p_{{{true[0] + 1}}}", words, scale)


def blame_of_class(frame: Frame, port: int, index: Index, names: Namer) -> Parts:
    """p − y for a score; the surprise for a probability that came in as the target."""
    example, chosen = index
    scores = _scores(frame, example, names)
    if port == TARGET_PORT:
        term = Term((_surprise(scores[chosen], scores),))
        words = "The more probability was wanted for this class, the more its surprise would count."
        keeping = Factor(enclosed(r"1 - \epsilon"), 1 - _smoothing(frame))
        terms = [Term((keeping, *term.factors))] if _smoothing(frame) else [term]
        return Parts(terms, sum_of_symbols(terms), words, mean_over_examples(frame))
    share = of(lambda: _share(frame, index, names), f"p_{{{chosen + 1}}}")
    aim = _share_wanted(frame, index, names)
    everything = [_share_wanted(frame, (example, k), names) for k in range(len(scores))]
    terms = [Term((share,)), Term((aim,), negative=True)]
    words = _surplus_in_words(share.value, aim.value)
    if not names_classes(frame) and abs(sum(factor.value for factor in everything) - 1) > 1e-12:
        terms = [*(Term((share, factor)) for factor in everything), terms[1]]
        words = (
            "What was wanted does not add up to 1, so the share of the class counts as many times as it adds up to. "
            "From that what the class should have got is subtracted."
        )
    return Parts(terms, sum_of_symbols(terms), words, mean_over_examples(frame))


def charge_of_class(frame: Frame, index: Index) -> Term:
    """y · (−log p): what one class is charged; index is (example, class)."""
    scores = _scores(frame, index[0], unnamed)
    return Term((_share_wanted(frame, index, unnamed), _surprise(scores[index[1]], scores)))


def explain_share(frame: Frame, index: Index) -> Explanation:
    """p: what softmax makes of one of cross-entropy's scores."""
    return _share(frame, index, unnamed)


def explain_power(frame: Frame, index: Index) -> Explanation:
    """e^z of one score, moved first where it would be too large to write."""
    scores = _scores(frame, index[0], unnamed)
    term = powers_of(scores)[0][index[1]]
    symbol = f"e^{{{scores[index[1]].symbol}}}"
    words = "The exponential makes every score positive, and the larger ones much larger."
    return worked_out(f"The power of score {index[1] + 1}", symbol, sum_of_symbols([term]), [term], words)


def explain_wanted(frame: Frame, index: Index) -> Explanation:
    """What a class should have got, with label smoothing; without, 1 for the true class and 0 for the others."""
    factor = _share_wanted(frame, index, unnamed)
    if factor.because is not None:
        return factor.because()
    words = "It comes from the data set: 1 for the true class, 0 for all others."
    title = f"What class {index[1] + 1} should have got"
    return Explanation(title, factor.symbol, factor.symbol, "", (), factor.value, words, place=factor.place)


def explain_surplus(frame: Frame, index: Index) -> Explanation:
    """p − y: the blame of a score before the mean over the batch."""
    parts = blame_of_class(frame, 0, index, unnamed)
    return worked_out(f"What class {index[1] + 1} got too much", r"p - y", parts.formula, parts.terms, parts.words)


def _scores(frame: Frame, example: int, names: Namer) -> list[Factor]:
    return [answer(frame, (example, k), names, "z") for k in range(frame.inputs[0].shape[1])]


def _smoothing(frame: Frame) -> float:
    value = frame.params.get("label_smoothing", 0.0)
    assert isinstance(value, float)
    return value


def _share_wanted(frame: Frame, index: Index, names: Namer) -> Factor:
    """What the class should have got: y, or with label smoothing (1 − ε)·y + ε / K."""
    plain_share = wanted(frame, index, names, "y" if names_classes(frame) else "t")
    smoothing, classes = _smoothing(frame), frame.inputs[0].shape[1]
    if not smoothing:
        return plain_share
    symbol = rf"\tilde{{y}}_{{{index[1] + 1}}}"
    keeping = Factor(enclosed(r"1 - \epsilon"), 1 - smoothing)
    everyone = Factor(rf"\frac{{\epsilon}}{{{classes}}}", smoothing / classes)

    def explain() -> Explanation:
        return worked_out(
            f"What class {index[1] + 1} should have got",
            symbol,
            rf"{keeping.symbol} \cdot {plain_share.symbol} + {everyone.symbol}",
            [Term((keeping, plain_share))],
            f"Label smoothing shares {plain(100 * smoothing, 3)} % out among all {classes} classes.",
            offset=everyone,
        )

    return of(explain, symbol)


def _share(frame: Frame, index: Index, names: Namer) -> Explanation:
    example, chosen = index
    scores = _scores(frame, example, names)
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


def _surprise(score: Factor, scores: Sequence[Factor]) -> Factor:
    symbol = rf"-\log p_{{{scores.index(score) + 1}}}"
    formula = rf"\log \sum_{{k}} e^{{z_{{k}}}} - {score.symbol}"
    terms = [Term((score, *scores), "surprise")]
    return of(lambda: worked_out("Surprise", symbol, formula, terms), enclosed(symbol))


def _surplus_in_words(share: float, aim: float) -> str:
    if aim == 1:
        return (
            f"This is the true class: it got {plain(100 * share, 3)} % and should have got 100 %, so its score should "
            "rise. The blame is simply p − y."
        )
    if aim == 0:
        return (
            f"This is a wrong class: it got {plain(100 * share, 3)} % and should have got none, so its score should "
            "sink. The blame is simply p − y."
        )
    return "The blame is simply p − y: what the class got, minus what it should have got."


# Binary cross-entropy.


def of_answers(frame: Frame, names: Namer, value: float) -> Parts:
    """log(1 + e^z) − t·z for every number, which is −t log p − (1 − t) log(1 − p)."""
    del value
    terms = [
        Term((answer(frame, index, names, "z"), wanted(frame, index, names)), "binary_surprise")
        for index in every_index(frame)
    ]
    formula = sum_of_symbols(terms) if len(terms) <= 2 else r"\sum \log\left(1 + e^{z}\right) - t \cdot z"
    words = (
        "Sigmoid makes a probability of each score; the right answer's surprise is −log of what it got. Guessing "
        f"blindly would cost log 2 = {plain(float(np.log(2)))} each."
    )
    return Parts(terms, formula, words, mean_over_all(frame))


def blame_of_answer(frame: Frame, port: int, index: Index, names: Namer) -> Parts:
    """p − t for a score; −z for a target that came in."""
    score, aim = answer(frame, index, names, "z"), wanted(frame, index, names)
    scale = fraction(frame, 1, frame.inputs[0].size)
    if port == TARGET_PORT:
        terms = [Term((score,), negative=True)]
        words = "The higher the score, the less the error if more yes had been wanted."
        return Parts(terms, sum_of_symbols(terms), words, scale)
    share = of(lambda: explain_yes(frame, index, names), score.symbol.replace("z", "p", 1))
    terms = [Term((share,)), Term((aim,), negative=True)]
    words = (
        f"Yes got the probability {plain(share.value, 3)}, and {plain(aim.value, 3)} was wanted: the blame is p − t."
    )
    return Parts(terms, sum_of_symbols(terms), words, scale)


def explain_yes(frame: Frame, index: Index, names: Namer = unnamed) -> Explanation:
    """p: the probability of yes that binary cross-entropy makes of one score, e^z / (e^z + 1) = 1 / (1 + e^−z)."""
    score = answer(frame, index, names, "z")
    terms = [Term((score,), "logistic")]
    symbol = score.symbol.replace("z", "p", 1)
    words = "Sigmoid of the score: its power beside the power of 0, which is 1."
    return worked_out("The probability of yes", symbol, sum_of_symbols(terms), terms, words)


def explain_power_of_yes(frame: Frame, index: Index) -> Explanation:
    """e^z of one score of binary cross-entropy."""
    score = answer(frame, index, unnamed, "z")
    terms = [Term((score,), "exp")]
    words = "The exponential makes the score positive: how much speaks for yes, where 1 speaks for no."
    return worked_out("The power of the score", f"e^{{{score.symbol}}}", sum_of_symbols(terms), terms, words)
