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


def _sine(x: float) -> float:
    return math.sin(x) if math.isfinite(x) else math.nan


def _cosine(x: float) -> float:
    return math.cos(x) if math.isfinite(x) else math.nan


def _write_sine(x: str) -> str:
    return rf"\sin\left({x}\right)"


def _write_cosine(x: str) -> str:
    return rf"\cos\left({x}\right)"


def _normal_below(x: float) -> float:
    """Φ(x): the chance that a normally distributed number is smaller; by erfc, which stays exact far to the left."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _write_normal_below(x: str) -> str:
    return rf"\frac{{1}}{{2}}\left(1 + \mathrm{{erf}}\,\frac{{{x}}}{{\sqrt{{2}}}}\right)"


def _bell(x: float) -> float:
    """φ(x) = e^(−x²/2) / √(2π), the height of the bell curve."""
    return math.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def _write_bell(x: str) -> str:
    return rf"\frac{{1}}{{\sqrt{{2 \pi}}}}\, e^{{-{power_base(x)}^{{2}} / 2}}"


def _log_one_plus_exp(x: float) -> float:
    """log(1 + e^x), without overflow."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _write_log_one_plus_exp(x: str) -> str:
    return rf"\log\left(1 + e^{{{x}}}\right)"


def _write_power(base: str, exponent: str) -> str:
    return rf"{power_base(base)}^{{{exponent}}}"


def _write_log(x: str) -> str:
    return rf"\ln\left({x}\right)"


def _reciprocal(x: float) -> float:
    """1 / x; infinite at 0, with its sign."""
    return 1 / x if x else math.copysign(math.inf, x)


def _write_reciprocal(x: str) -> str:
    return rf"\frac{{1}}{{{x}}}"


def _square(x: float) -> float:
    return x * x


def _write_square(x: str) -> str:
    return rf"{power_base(x)}^{{2}}"


def _squared_difference(first: float, second: float) -> float:
    return (first - second) ** 2


def _write_squared_difference(first: str, second: str) -> str:
    return rf"{enclosed(f'{first} - {bracketed(second)}')}^{{2}}"


def _size_of(text: str) -> str:
    """|x|; a minus sign stands close to its number."""
    return rf"\left|{{-}}{text[1:]}\right|" if text.startswith("-") else rf"\left|{text}\right|"


def _norm(power: float, *values: float) -> float:
    """(Σ |x|^p)^(1/p), without overflow."""
    largest = max((abs(value) for value in values), default=0.0)
    if largest == 0 or not math.isfinite(largest):
        return largest
    return largest * math.fsum((abs(value) / largest) ** power for value in values) ** (1 / power)


def _write_norm(power: str, *values: str) -> str:
    shown = values if len(values) <= 4 else (values[0], values[1], r"\dots", values[-1])
    powers = " + ".join(item if item == r"\dots" else f"{_size_of(item)}^{{{power}}}" for item in shown)
    return rf"{enclosed(powers or '0')}^{{1 / {power}}}"


def _norm_slope(power: float, value: float, norm: float) -> float:
    """± (|x| / y)^(p−1): how much the norm y grows with x. Of a window of zeros it is taken as 0."""
    if value == 0 or norm == 0:
        return 0.0
    return math.copysign((abs(value) / norm) ** (power - 1), value)


def _write_norm_slope(power: str, value: str, norm: str) -> str:
    sign = "-" if value.startswith("-") else ""
    return rf"{sign}\left(\frac{{{_size_of(value)}}}{{{norm}}}\right)^{{{power} - 1}}"


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


def _binary_surprise(score: float, wanted: float) -> float:
    """log(1 + e^z) − t·z, without overflow: −t log p − (1 − t) log(1 − p) of p = 1 / (1 + e^−z)."""
    return _log_one_plus_exp(score) - wanted * score


def _write_binary_surprise(score: str, wanted: str) -> str:
    return rf"{_write_log_one_plus_exp(score)} - {bracketed(wanted)} \cdot {bracketed(score)}"


def _distance(first: float, second: float) -> float:
    return abs(first - second)


def _write_distance(first: str, second: str) -> str:
    return rf"\left|{first} - {bracketed(second)}\right|"


def _huber(output: float, wanted: float, delta: float) -> float:
    """½d² up to |d| = δ, δ(|d| − ½δ) beyond."""
    miss = abs(output - wanted)
    return 0.5 * miss * miss if miss <= delta else delta * (miss - 0.5 * delta)


def _write_huber(output: str, wanted: str, delta: str) -> str:
    return rf"h_{{{delta}}}\left({output} - {bracketed(wanted)}\right)"


def _lag(score: float, true: float, margin: float) -> float:
    return max(0.0, score - true + margin)


def _write_lag(score: str, true: str, margin: str) -> str:
    return rf"\max\left(0,\; {score} - {bracketed(true)} + {margin}\right)"


def _missing_margin(score: float, sign: float, margin: float) -> float:
    return max(0.0, margin - sign * score)


def _write_missing_margin(score: str, sign: str, margin: str) -> str:
    return rf"\max\left(0,\; {margin} - {bracketed(sign)} \cdot {bracketed(score)}\right)"


def _step(x: float) -> float:
    return 1.0 if x > 0 else 0.0


def _write_step(x: str) -> str:
    return rf"\mathrm{{step}}\left({x}\right)"


FUNCTIONS: Mapping[str, Function] = {
    "exp": Function(_exp_of_sum, _write_exp),
    "logistic": Function(_logistic, _write_logistic),
    "tanh": Function(math.tanh, _write_tanh),
    "sine": Function(_sine, _write_sine),
    "cosine": Function(_cosine, _write_cosine),
    "normal_below": Function(_normal_below, _write_normal_below),
    "bell": Function(_bell, _write_bell),
    "log_one_plus_exp": Function(_log_one_plus_exp, _write_log_one_plus_exp),
    "power": Function(math.pow, _write_power),
    "log": Function(math.log, _write_log),
    "reciprocal": Function(_reciprocal, _write_reciprocal),
    "square": Function(_square, _write_square),
    "squared_difference": Function(_squared_difference, _write_squared_difference),
    "norm": Function(_norm, _write_norm),
    "norm_slope": Function(_norm_slope, _write_norm_slope),
    "half_square": Function(_half_square, _write_half_square),
    "step": Function(_step, _write_step),
    "surprise": Function(_surprise, _write_surprise),
    "binary_surprise": Function(_binary_surprise, _write_binary_surprise),
    "distance": Function(_distance, _write_distance),
    "huber": Function(_huber, _write_huber),
    "lag": Function(_lag, _write_lag),
    "margin": Function(_missing_margin, _write_missing_margin),
}
"""By the name that `Term.function` gives."""
