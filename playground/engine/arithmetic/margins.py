"""Losses of a lead: hinge, which asks for a margin; and the output that is itself what is made small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import of, worked_out
from playground.engine.arithmetic._loss_parts import (
    TARGET_PORT,
    Parts,
    answer,
    every_index,
    mean_over_examples,
    names_classes,
    target_of,
    wanted,
)
from playground.engine.arithmetic._spec import Explanation, Factor, Index, Namer, Term, unnamed
from playground.engine.arithmetic._text import MOST_TERMS, plain, sum_of_symbols, times

if TYPE_CHECKING:
    from playground.engine.trace import Frame

ONE = Factor("1", 1.0)


def missing(frame: Frame, names: Namer, value: float) -> Parts:
    """What is missing from each lead to the margin."""
    del value
    if _compares_classes(frame):
        terms = [
            Term((answer(frame, (n, j), names, "s"), _true_score(frame, n, names), _margin(frame)), "lag")
            for n, true in enumerate(target_of(frame))
            for j in range(frame.inputs[0].shape[1])
            if j != int(true)
        ]
        long = r"\sum_{n} \sum_{j \neq y} \max\left(0,\; s_{j}^{(n)} - s_{y}^{(n)} + m\right)"
        words = "The true class should lead every other by the margin. "
    else:
        terms = [
            Term((answer(frame, index, names, "s"), _sign(frame, index, names), _margin(frame)), "margin")
            for index in every_index(frame)
        ]
        long = r"\sum \max\left(0,\; m - t \cdot s\right)"
        words = "Every output should lie on its side of zero, by the margin at least. "
    unpaid = sum(term.value > 0 for term in terms)
    words += f"Of {times(len(terms), 'lead')}, {unpaid:,} {'is' if unpaid == 1 else 'are'} too small; what is missing "
    words += "there adds up."
    if not unpaid:
        words = "Every lead is at least as large as the margin, so there is nothing to improve."
    formula = sum_of_symbols(terms) if 0 < len(terms) <= MOST_TERMS else long
    return Parts(terms or [Term((Factor("0", 0.0),))], formula, words, mean_over_examples(frame))


def blame_of_missing(frame: Frame, port: int, index: Index, names: Namer) -> Parts:
    """1 for each lead that is too small, with its sign."""
    scale = mean_over_examples(frame)
    if _compares_classes(frame):
        terms, words = _blame_of_score(frame, index, names)
    else:
        term = Term((answer(frame, index, names, "s"), _sign(frame, index, names), _margin(frame)), "margin")
        other = term.factors[0] if port == TARGET_PORT else term.factors[1]
        short = _lacks(_margin(frame).value - term.factors[0].value * term.factors[1].value)
        terms = [Term((other,), negative=True)] if short else [Term((Factor("0", 0.0),))]
        words = "The lead is too small, so a push towards the right side takes the same amount off the error."
        if not short:
            words = "The lead is large enough, so there is no blame."
    return Parts(terms, sum_of_symbols(terms), words, scale)


def _blame_of_score(frame: Frame, index: Index, names: Namer) -> tuple[list[Term], str]:
    example, chosen = index
    true = int(target_of(frame)[example])
    others = [j for j in range(frame.inputs[0].shape[1]) if j != true]
    if chosen == true:
        terms = [Term((_is_short(frame, example, j, names),), negative=True) for j in others]
        short = sum(term.value != 0 for term in terms)
        words = (
            f"This is the true class. {times(short, 'class').replace('classs', 'classes')} come too close to it, and "
            "raising its score helps against each of them at once."
        )
        return terms or [Term((Factor("0", 0.0),))], words
    term = Term((_is_short(frame, example, chosen, names),))
    if term.value:
        return [term], "This wrong class comes too close to the true one, so its score should sink."
    return [term], "The true class leads this one by more than the margin, so there is no blame."


def margin_terms(frame: Frame, index: Index) -> Term:
    """What one number of the answer is charged; nothing for the true class, which the others are measured by."""
    score = answer(frame, index, unnamed, "s")
    if not _compares_classes(frame):
        return Term((score, _sign(frame, index, unnamed), _margin(frame)), "margin")
    if int(target_of(frame)[index[0]]) == index[1]:
        return Term((Factor("0", 0.0),))
    return Term((score, _true_score(frame, index[0], unnamed), _margin(frame)), "lag")


def explain_lead(frame: Frame, index: Index) -> Explanation:
    """What `margin_terms` takes the larger of, beside 0: s − s_y + m of a wrong class, or t · s of a number on its own.

    Of the true class, which is compared with none, that it is charged nothing.
    """
    score = answer(frame, index, unnamed, "s")
    if not _compares_classes(frame):
        terms = [Term((_sign(frame, index, unnamed), score))]
        words = "Positive where the output lies on its side of zero; the margin is what it should be at least."
        return worked_out("How far it is on its side", r"t \cdot s", sum_of_symbols(terms), terms, words)
    true = _true_score(frame, index[0], unnamed)
    if int(target_of(frame)[index[0]]) == index[1]:
        words = "This is the true class: the others are measured by it, and it is charged nothing itself."
        return worked_out("The true class", "0", "0", [Term((Factor("0", 0.0),))], words)
    terms = [Term((score,)), Term((true,), negative=True)]
    words = "How much is missing from the lead of the true class to the margin; below 0 nothing is."
    formula = f"{sum_of_symbols(terms)} + m"
    return worked_out("What is missing", "d", formula, terms, words, offset=_margin(frame))


def _is_short(frame: Frame, example: int, other: int, names: Namer) -> Factor:
    """1 if the true class leads the other by less than the margin, else 0."""
    score, true = answer(frame, (example, other), names, "s"), _true_score(frame, example, names)
    value = 1.0 if _lacks(score.value - true.value + _margin(frame).value) else 0.0
    return Factor(rf"\left[s_{{{other + 1}}} - s_{{y}} + m > 0\right]", value, written=f"{value:g}")


def _lacks(amount: float) -> bool:
    """Whether something is missing; torch takes a lead that is exactly the margin for too small."""
    return amount >= 0


def _compares_classes(frame: Frame) -> bool:
    return names_classes(frame) and frame.inputs[0].shape[1] > 1


def _true_score(frame: Frame, example: int, names: Namer) -> Factor:
    return answer(frame, (example, int(target_of(frame)[example])), names, "s")


def _margin(frame: Frame) -> Factor:
    value = frame.params["margin"]
    assert isinstance(value, float)
    return Factor("m", value)


def _sign(frame: Frame, index: Index, names: Namer) -> Factor:
    """The target as ±1; a class 0 means −1."""
    aim = wanted(frame, index, names)
    if not names_classes(frame):
        return aim

    def explain() -> Explanation:
        terms = [Term((Factor("2", 2.0), Factor("y", aim.value)))]
        words = f"Class {plain(aim.value)} as a sign: class 1 is +1, class 0 is −1."
        return worked_out("The class as a sign", aim.symbol, r"2 \cdot y - 1", terms, words, offset=Factor("-1", -1.0))

    return of(explain, aim.symbol)


def outputs(frame: Frame, names: Namer, value: float) -> Parts:
    """The outputs added up, a mean over the examples."""
    del value
    terms = [Term((answer(frame, index, names, "o"),)) for index in every_index(frame)]
    formula = sum_of_symbols(terms) if len(terms) <= MOST_TERMS else r"\sum_{n,j} o_{j}^{(n)}"
    return Parts(terms, formula, "The output itself is what is to be made small.", mean_over_examples(frame))


def blame_of_output(frame: Frame, port: int, index: Index, names: Namer) -> Parts:
    """1: the error is the output."""
    del port, index, names
    words = "The error is the output itself, so it grows exactly as much as the output does."
    return Parts([Term((ONE,))], "1", words, mean_over_examples(frame))
