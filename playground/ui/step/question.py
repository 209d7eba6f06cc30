"""A question about the next number: what is known of it, in a form that a person can work out. No Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from playground.ui.microscopes.number_text import term_text, written
from playground.ui.step.sum_parts import Part, parts_of

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place, Term

MOST_TERMS = 10
"""A sum of more numbers than this nobody works out in front of a class; products with 0 do not count."""


@dataclass(frozen=True)
class Question:
    """`numbers` is what is to be worked out, without its result; `value` the result.

    `place` is the number that it is about, at the moment `station` of the round. `symbols` is LaTeX, without the value.
    """

    place: Place
    station: int
    title: str
    prompt: str
    symbols: str
    numbers: str
    value: float
    note: str = ""


def questions_about(explanation: Explanation, place: Place, station: int, *, by_term: bool) -> tuple[Question, ...]:
    """One question about a number, or one about each step of its sum; none where nobody could work it out."""
    terms = [term for term in explanation.terms if term.value != 0.0]
    if not _is_workable(explanation, terms):
        return ()
    left_out = len(explanation.terms) - len(terms)
    note = f"{left_out} products with 0 are left out." if left_out > 1 else ""
    if explanation.combine == "max":
        terms, note = list(explanation.terms), ""
    shorter = replace(explanation, terms=tuple(terms), chosen=_chosen(explanation, terms))
    symbols = explanation.symbols
    whole = Question(
        place, station, explanation.title, _prompt(explanation), symbols, _numbers(shorter), explanation.value, note
    )
    parts = parts_of(shorter)
    if not by_term or explanation.combine == "max" or len(parts) < 2:
        return (whole,)
    first = 1 if _is_bare(shorter.terms[0]) else 0
    return tuple(_step(whole, parts, index) for index in range(first, len(parts)))


def _is_bare(term: Term) -> bool:
    """Whether a term is a single number, with nothing to work out."""
    return len(term.factors) == 1 and not term.function


def _is_workable(explanation: Explanation, terms: list[Term]) -> bool:
    """Whether there is something to work out, and not too much of it."""
    if not math.isfinite(explanation.value) or not terms:
        return False
    count = len(explanation.terms) if explanation.combine != "sum" else len(terms)
    if count > MOST_TERMS or any(len(term.factors) > 4 for term in terms):
        return False
    first = terms[0]
    handed_on = len(explanation.terms) == 1 and len(first.factors) == 1 and not first.function
    return not handed_on or explanation.scale is not None or explanation.offset is not None or first.negative


def _chosen(explanation: Explanation, terms: list[Term]) -> int | None:
    if explanation.chosen is None:
        return None
    chosen = explanation.terms[explanation.chosen]
    return next((place for place, term in enumerate(terms) if term is chosen), 0)


def _prompt(explanation: Explanation) -> str:
    if explanation.combine == "max":
        return "Which one wins? Type the largest."
    if explanation.combine == "share":
        return "What share is it?"
    return "What comes out?"


def _numbers(explanation: Explanation) -> str:
    """The formula with its numbers put in, as one would write it down."""
    texts = [_one(term) for term in explanation.terms]
    match explanation.combine:
        case "max":
            body = f"max({',  '.join(texts)})"
        case "share":
            assert explanation.chosen is not None
            body = f"{texts[explanation.chosen]} / ({_joined(texts)})"
        case "sum":
            body = _joined(texts)
    if explanation.scale is not None:
        scale = explanation.scale.written or written(explanation.scale.value)
        body = f"{scale} · ({body})" if len(texts) > 1 or body.startswith("−") else f"{scale} · {body}"
    if explanation.offset is not None:
        body = _joined([body, written(explanation.offset.value)])
    return body


def _one(term: Term) -> str:
    text = term_text(term).replace("_", " ")
    return (f"−({text})" if text.startswith("−") else f"−{text}") if term.negative else text


def _joined(texts: list[str]) -> str:
    body = ""
    for text in texts:
        body += text if not body else f" − {text[1:]}" if text.startswith("−") else f" + {text}"
    return body


def _step(whole: Question, parts: tuple[Part, ...], index: int) -> Question:
    """The sum as it stands after one more part."""
    part = parts[index]
    before = written(parts[index - 1].running) if index else ""
    if index == 0:
        numbers = f"−{part.text}" if part.sign == "−" else part.text
    elif part.sign in ("+", "−"):
        numbers = f"{before} {part.sign} {part.text}"
    elif part.sign == "·":
        numbers = f"{before} · {part.text}"
    else:
        numbers = part.text.replace("(all of it)", f"({before})" if before.startswith("−") else before)
    last = index == len(parts) - 1
    prompt = "And the last step: what comes out?" if last else "How far is the sum now?" if index else "The first term?"
    title = f"{whole.title} · step {index + 1} of {len(parts)}"
    return replace(whole, title=title, prompt=prompt, numbers=numbers, value=part.running, note="")
