"""How explanations are written: numbers, sums that are not too long, and the sentences that several layers share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from playground.engine.arithmetic._functions import FUNCTIONS, bracketed, enclosed
from playground.engine.arithmetic._spec import Combine, Factor, Term

MOST_TERMS = 6
"""Longer sums are shortened to their largest terms."""
SHOWN_TERMS = 4
DOTS = r"\dots"


def number(value: float, digits: int = 6) -> str:
    """A number in LaTeX, with that many significant digits."""
    if math.isnan(value):
        return r"\mathrm{nan}"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    text = f"{value:.{digits}g}"
    if "e" not in text:
        return "0" if float(text) == 0 else text
    mantissa, exponent = text.split("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"


_chosen: list[int] = [0]


def choose_digits_of_words(digits: int) -> None:
    """Write the numbers within all sentences with so many digits from now on; 0 leaves it to each sentence."""
    _chosen[0] = digits


def plain(value: float, digits: int = 4) -> str:
    """A number within a sentence, with a real minus sign; with as many digits as were chosen, or else `digits`."""
    text = f"{value:.{_chosen[0] or digits}g}"
    if float(text) == 0:
        return "0"
    mantissa, _, exponent = text.partition("e")
    if exponent:
        superscript = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{mantissa} · 10{superscript}".replace("-", "−")
    return text.replace("-", "−")


def factor_number(factor: Factor, digits: int = 6) -> str:
    """The factor's number, or what stands for it."""
    return factor.written or number(factor.value, digits)


Write = Callable[[Factor, int], str]
"""How the number of a factor is written with so many digits: `factor_number`, or the same in a colour."""


def term_number(term: Term, digits: int = 6, write: Write = factor_number) -> str:
    """The term with the numbers put in; begins with a minus sign if it is subtracted or a negative number."""
    texts = [write(factor, digits) for factor in term.factors]
    if term.function:
        body = FUNCTIONS[term.function].write(*texts)
        return f"-{bracketed(body)}" if term.negative else body
    if len(texts) > 1 or term.negative:
        texts = [bracketed(text) for text in texts]
    return ("-" if term.negative else "") + r" \cdot ".join(texts)


def term_symbol(term: Term) -> str:
    """The term in symbols."""
    symbols = [factor.symbol for factor in term.factors]
    body = FUNCTIONS[term.function].write(*symbols) if term.function else r" \cdot ".join(symbols)
    return f"-{body}" if term.negative else body


def joined(parts: Sequence[str]) -> str:
    """Parts added up: a part that begins with a minus sign is subtracted."""
    first, *others = [part for part in parts if part] or ["0"]
    return "".join([first, *(f" - {part[1:]}" if part.startswith("-") else f" + {part}" for part in others)])


def sum_of_numbers(terms: Sequence[Term], digits: int = 6, write: Write = factor_number) -> str:
    """The terms added up, in numbers; of a long sum only the largest, in their order, with dots between."""
    return joined(_shortened(terms, digits, write))


def sum_of_symbols(terms: Sequence[Term]) -> str:
    """The terms added up, in symbols; all of them."""
    return joined([term_symbol(term) for term in terms])


def _shortened(terms: Sequence[Term], digits: int, write: Write) -> list[str]:
    if len(terms) <= MOST_TERMS:
        return [term_number(term, digits, write) for term in terms]
    values = [abs(term.value) for term in terms]
    largest = sorted(sorted(range(len(terms)), key=lambda i: -values[i])[:SHOWN_TERMS])
    parts: list[str] = []
    previous = -1
    for position in largest:
        if position > previous + 1:
            parts.append(DOTS)
        parts.append(term_number(terms[position], max(3, digits - 2), write))
        previous = position
    if previous < len(terms) - 1:
        parts.append(DOTS)
    return parts


def put_in(
    symbol: str,
    terms: Sequence[Term],
    value: float,
    combine: Combine,
    scale: Factor | None,
    offset: Factor | None,
    chosen: int | None,
    digits: int = 6,
    write: Write = factor_number,
) -> str:
    """symbol = the formula with its numbers = value, in LaTeX."""
    match combine:
        case "sum":
            body = sum_of_numbers(terms, digits, write)
            several = len(terms) > 1
        case "max":
            shown = [term_number(term, digits, write) for term in terms]
            if len(shown) > 9:
                shown = [*shown[:3], DOTS, shown[-1]]
            listed = r",\; ".join(shown)
            body, several = rf"\max\left({listed}\right)", False
        case "share":
            assert chosen is not None
            whole = sum_of_numbers(terms, digits, write)
            body, several = rf"\frac{{{term_number(terms[chosen], digits, write)}}}{{{whole}}}", False
    steps = [body]
    if scale is not None:
        inner = enclosed(body) if several else bracketed(body)
        steps = [rf"{write(scale, digits)} \cdot {inner}"]
    if offset is not None:
        steps = [joined([steps[0], write(offset, digits)])]
        if len(terms) > 1:
            steps.append(joined([number(value - offset.value, digits), write(offset, digits)]))
    steps.append(number(value, digits))
    if len(steps) > 1 and steps[-1] == steps[-2]:
        steps.pop()
    return equation(symbol, *steps)


def equation(*sides: str) -> str:
    """Sides = joined = so; a minus sign at the beginning of one is set close to its number."""
    return " = ".join(f"{{-}}{side[1:]}" if side.startswith("-") else side for side in sides)


def partial(of: str, by: str) -> str:
    """∂of / ∂by in LaTeX."""
    return rf"\frac{{\partial {of}}}{{\partial {by}}}"


def blame(symbol: str) -> str:
    """∂E/∂symbol in LaTeX."""
    return partial("E", symbol)


def subscript(letter: str, *indices: int | str) -> str:
    """x_{1,2} in LaTeX."""
    return f"{letter}_{{{','.join(str(index) for index in indices)}}}"


def times(count: int, noun: str) -> str:
    """3 products, 1 product."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def of_example(batch: int, example: int) -> str:
    """· example 2 of 4; nothing when there is only one."""
    return f" · example {example + 1} of {batch}" if batch > 1 else ""
