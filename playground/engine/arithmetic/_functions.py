"""The functions that a term may apply to its factors: their values, and how they are written (LaTeX)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """`compute` takes the factors' values; `write` their symbols, or their numbers in LaTeX."""

    compute: Callable[..., float]
    write: Callable[..., str]


def enclosed(text: str) -> str:
    """Text in brackets, written so that the typesetter keeps them as high as what they enclose.

    It would draw those around a sum with limits enormous, and space a minus sign in front as if it were between two
    numbers.
    """
    text = re.sub(r"\\sum(_\{[^{}]*\})?", r"{\\textstyle\g<0>}", text)
    return rf"\left({{-}}{text[1:]}\right)" if text.startswith("-") else rf"\left({text}\right)"


def bracketed(text: str) -> str:
    """Text in brackets if it begins with a minus sign, so that it can follow an operator."""
    return enclosed(text) if text.startswith("-") else text


def power_base(text: str) -> str:
    """Text in brackets unless it can be raised to a power as it is."""
    return enclosed(text) if text.startswith(("-", r"\frac")) or "^" in text or " " in text else text


def _exp_of_sum(*exponents: float) -> float:
    return math.exp(sum(exponents))


def _write_exp(*exponents: str) -> str:
    first, *others = exponents
    rest = "".join(f" - {other[1:]}" if other.startswith("-") else f" + {other}" for other in others)
    return f"e^{{{first}{rest}}}"


def _logistic(x: float) -> float:
    """1 / (1 + e^−x), without overflow for large negative x."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _write_logistic(x: str) -> str:
    return rf"\frac{{1}}{{1 + e^{{-{bracketed(x)}}}}}"


def _write_tanh(x: str) -> str:
    return rf"\tanh\left({x}\right)"


def _square(x: float) -> float:
    return x * x


def _write_square(x: str) -> str:
    return rf"{power_base(x)}^{{2}}"


def _squared_difference(first: float, second: float) -> float:
    return (first - second) ** 2


def _write_squared_difference(first: str, second: str) -> str:
    return rf"{enclosed(f'{first} - {bracketed(second)}')}^{{2}}"


def _half_square(first: float, second: float) -> float:
    return 0.5 * (first - second) ** 2


def _write_half_square(first: str, second: str) -> str:
    return rf"\frac{{1}}{{2}}{_write_squared_difference(first, second)}"


def _surprise(score: float, *scores: float) -> float:
    """−log of the probability that softmax gives the first score among the others: log Σ e^z − z."""
    top = max(scores)
    return top + math.log(math.fsum(math.exp(other - top) for other in scores)) - score


def _write_surprise(score: str, *scores: str) -> str:
    shown = scores if len(scores) <= 3 else (scores[0], scores[1], r"\dots", scores[-1])
    powers = " + ".join(item if item == r"\dots" else f"e^{{{item}}}" for item in shown)
    return rf"\log{enclosed(powers)} - {bracketed(score)}"


FUNCTIONS: Mapping[str, Function] = {
    "exp": Function(_exp_of_sum, _write_exp),
    "logistic": Function(_logistic, _write_logistic),
    "tanh": Function(math.tanh, _write_tanh),
    "square": Function(_square, _write_square),
    "squared_difference": Function(_squared_difference, _write_squared_difference),
    "half_square": Function(_half_square, _write_half_square),
    "surprise": Function(_surprise, _write_surprise),
}
"""By the name that `Term.function` gives."""
