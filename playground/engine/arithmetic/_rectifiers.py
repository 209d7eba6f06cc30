"""The curves of the rectifiers, of their smooth kin, and of the identity and the square."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from playground.engine.arithmetic._compose import worked_out
from playground.engine.arithmetic._curve import ONE, ZERO, Array, Curve, Recipe, applied, logistic, one_minus, written
from playground.engine.arithmetic._functions import FUNCTIONS, enclosed
from playground.engine.arithmetic._spec import Factor, Term
from playground.engine.arithmetic._text import number, plain, sum_of_symbols

_PASSES = "is positive, so it passes unchanged."
_STRAIGHT = 20.0
"""βx from which torch draws softplus as a straight line."""


def each(function: str, x: Array) -> Array:
    """A function of `FUNCTIONS` applied to every number."""
    return np.array([FUNCTIONS[function].compute(float(value)) for value in np.ravel(x)]).reshape(np.shape(x))


class ReLU(Curve):
    """max(0, x)."""

    def value(self, x: Array) -> Array:
        return np.maximum(x, 0)

    def slope(self, x: Array, y: Array) -> Array:
        return np.where(x > 0, 1.0, 0.0)

    def origin(self, x: Factor) -> Recipe:
        formula = rf"\max\left(0,\; {x.symbol}\right)"
        return Recipe([Term((ZERO,)), Term((x,))], formula, "max", chosen=1 if x.value > 0 else 0)

    def words(self, x: float, y: float) -> str:
        return f"{plain(x)} {_PASSES}" if x > 0 else f"{plain(x)} is not positive, so it becomes zero."


@dataclass(frozen=True)
class LeakyReLU(Curve):
    """max(0, x) + a min(0, x); `a` is set (leaky) or learnt (PReLU)."""

    a: Factor

    def value(self, x: Array) -> Array:
        return np.where(x > 0, x, self.a.value * x)

    def slope(self, x: Array, y: Array) -> Array:
        return np.where(x > 0, 1.0, self.a.value)

    def origin(self, x: Factor) -> Recipe:
        symbol = self.a.symbol
        formula = rf"\max\left(0,\; {x.symbol}\right) + {symbol} \cdot \min\left(0,\; {x.symbol}\right)"
        return Recipe([Term((x,) if x.value > 0 else (self.a, x))], formula)

    def slope_origin(self, x: Factor, y: Factor) -> Recipe:
        if x.value > 0 or self.a.place is None:
            return super().slope_origin(x, y)
        return Recipe([Term((self.a,))], rf"{self.a.symbol} \quad \left({self.piece(x)}\right)")

    def words(self, x: float, y: float) -> str:
        if x > 0:
            return f"{plain(x)} {_PASSES}"
        if self.a.place is not None:
            return f"{plain(x)} is not positive, so it is multiplied by the learnt slope {plain(self.a.value)}."
        return f"{plain(x)} is not positive, so only {plain(self.a.value)} of it is left."


@dataclass(frozen=True)
class ELU(Curve):
    """x above 0, α (e^x − 1) below."""

    alpha: Factor

    def value(self, x: Array) -> Array:
        return np.where(x > 0, x, self.alpha.value * np.expm1(np.minimum(x, 0)))

    def slope(self, x: Array, y: Array) -> Array:
        return np.where(x > 0, 1.0, self.alpha.value * np.exp(np.minimum(x, 0)))

    def origin(self, x: Factor) -> Recipe:
        power = enclosed(rf"e^{{{x.symbol}}} - 1")
        formula = rf"\max\left(0,\; {x.symbol}\right) + \min\left(0,\; {self.alpha.symbol} {power}\right)"
        if x.value > 0:
            return Recipe([Term((x,))], formula)
        terms = [Term((x,), "exp"), Term((ONE,), negative=True)]
        because = Factor(
            power, math.expm1(x.value), None, lambda: worked_out("The bend", "b", sum_of_symbols(terms), terms)
        )
        return Recipe([Term((self.alpha, because))], formula)

    def slope_origin(self, x: Factor, y: Factor) -> Recipe:
        if x.value > 0:
            return super().slope_origin(x, y)
        power = applied("exp", x, "The power of e", rf"e^{{{x.symbol}}}")
        term = Term((self.alpha, power))
        return Recipe([term], rf"{sum_of_symbols([term])} \quad \left({self.piece(x)}\right)")

    def words(self, x: float, y: float) -> str:
        if x > 0:
            return f"{plain(x)} {_PASSES}"
        least = plain(-self.alpha.value)
        return f"{plain(x)} is not positive, so it is bent to {plain(y)}; it can come no lower than {least}."


class GELU(Curve):
    """x Φ(x), with slope Φ(x) + x φ(x)."""

    def value(self, x: Array) -> Array:
        return x * each("normal_below", x)

    def slope(self, x: Array, y: Array) -> Array:
        return each("normal_below", x) + x * each("bell", x)

    def origin(self, x: Factor) -> Recipe:
        term = Term((x, self._chance(x)))
        return Recipe([term], sum_of_symbols([term]))

    def slope_origin(self, x: Factor, y: Factor) -> Recipe:
        bell = applied("bell", x, "The bell curve", rf"\varphi\left({x.symbol}\right)")
        terms = [Term((self._chance(x),)), Term((x, bell))]
        return Recipe(terms, sum_of_symbols(terms))

    def words(self, x: float, y: float) -> str:
        share = plain(100 * FUNCTIONS["normal_below"].compute(x), 3)
        return f"{plain(x)} is larger than {share} % of normally distributed numbers: so much of it passes."

    @staticmethod
    def _chance(x: Factor) -> Factor:
        return applied("normal_below", x, "The chance of a smaller number", rf"\Phi\left({x.symbol}\right)")


class SiLU(Curve):
    """x σ(x), with slope σ + x σ (1 − σ)."""

    def value(self, x: Array) -> Array:
        return x * each("logistic", x)

    def slope(self, x: Array, y: Array) -> Array:
        gate = each("logistic", x)
        return gate + x * gate * (1 - gate)

    def origin(self, x: Factor) -> Recipe:
        term = Term((x, logistic(x)))
        return Recipe([term], sum_of_symbols([term]))

    def slope_origin(self, x: Factor, y: Factor) -> Recipe:
        gate = logistic(x)
        terms = [Term((gate,)), Term((x, gate, one_minus(gate)))]
        return Recipe(terms, sum_of_symbols(terms))

    def words(self, x: float, y: float) -> str:
        gate = FUNCTIONS["logistic"].compute(x)
        return f"The gate of {plain(x)} is its own sigmoid, {plain(gate)}: so much of the number passes."


class Hardswish(Curve):
    """x clip((x + 3) / 6)."""

    def value(self, x: Array) -> Array:
        return x * np.clip(x + 3, 0, 6) / 6

    def slope(self, x: Array, y: Array) -> Array:
        return np.where(x <= -3, 0.0, np.where(x < 3, x / 3 + 0.5, 1.0))

    def origin(self, x: Factor) -> Recipe:
        formula = rf"{x.symbol} \cdot \frac{{\min(\max(0,\, {x.symbol} + 3),\, 6)}}{{6}}"
        if abs(x.value) >= 3:
            return Recipe([Term((x,) if x.value > 0 else (ZERO,))], formula)
        gate = Factor(
            rf"\frac{{{x.symbol} + 3}}{{6}}", (x.value + 3) / 6, written=rf"\frac{{{number(x.value)} + 3}}{{6}}"
        )
        return Recipe([Term((x, gate))], formula)

    def piece(self, x: Factor) -> str:
        return rf"{x.symbol} \geq 3" if x.value > 0 else rf"{x.symbol} \leq -3"

    def slope_origin(self, x: Factor, y: Factor) -> Recipe:
        if abs(x.value) >= 3:
            return super().slope_origin(x, y)
        third, half = Factor(r"\frac{1}{3}", 1 / 3, written=r"\frac{1}{3}"), Factor(r"\frac{1}{2}", 0.5)
        terms = [Term((third, x)), Term((half,))]
        return Recipe(terms, sum_of_symbols(terms))

    def words(self, x: float, y: float) -> str:
        if x >= 3:
            return f"{plain(x)} is at least 3, so it passes unchanged."
        if x <= -3:
            return f"{plain(x)} is −3 or less, so it becomes zero."
        return f"{plain(x)} lies between −3 and 3: it is multiplied by (x + 3) / 6 = {plain((x + 3) / 6)}."


class ReLU6(Curve):
    """min(max(0, x), 6)."""

    def value(self, x: Array) -> Array:
        return np.clip(x, 0, 6)

    def slope(self, x: Array, y: Array) -> Array:
        return np.where((x > 0) & (x < 6), 1.0, 0.0)

    def origin(self, x: Factor) -> Recipe:
        kept = x if 0 < x.value < 6 else ZERO if x.value <= 0 else Factor("6", 6.0)
        return Recipe([Term((kept,))], rf"\min\left(\max\left(0,\; {x.symbol}\right),\; 6\right)")

    def piece(self, x: Factor) -> str:
        return (
            rf"{x.symbol} \geq 6" if x.value >= 6 else rf"0 < {x.symbol} < 6" if x.value > 0 else rf"{x.symbol} \leq 0"
        )

    def words(self, x: float, y: float) -> str:
        if x >= 6:
            return f"{plain(x)} is 6 or more, so it is cut to 6."
        return f"{plain(x)} {_PASSES}" if x > 0 else f"{plain(x)} is not positive, so it becomes zero."


@dataclass(frozen=True)
class Softplus(Curve):
    """log(1 + e^βx) / β; like torch, x itself from βx = 20 on."""

    beta: Factor

    def value(self, x: Array) -> Array:
        steep = self.beta.value * x
        return np.where(steep > _STRAIGHT, x, np.logaddexp(0, steep) / self.beta.value)

    def slope(self, x: Array, y: Array) -> Array:
        steep = self.beta.value * x
        return np.where(steep > _STRAIGHT, 1.0, each("logistic", steep))

    def origin(self, x: Factor) -> Recipe:
        steep, share = self._steep(x), rf"\frac{{1}}{{{self.beta.symbol}}}"
        formula = rf"{share} {written('log_one_plus_exp', steep.symbol)}"
        if steep.value > _STRAIGHT:
            return Recipe([Term((x,))], formula)
        scale = Factor(share, 1 / self.beta.value, written=rf"\frac{{1}}{{{number(self.beta.value)}}}")
        return Recipe([Term((steep,), "log_one_plus_exp")], formula, scale=scale)

    def slope_origin(self, x: Factor, y: Factor) -> Recipe:
        steep = self._steep(x)
        if steep.value > _STRAIGHT:
            return super().slope_origin(x, y)
        term = Term((steep,), "logistic")
        return Recipe([term], sum_of_symbols([term]))

    def piece(self, x: Factor) -> str:
        return rf"{self._steep(x).symbol} > 20"

    def words(self, x: float, y: float) -> str:
        if self.beta.value * x > _STRAIGHT:
            return f"{plain(x)} lies so far to the right that the curve is a straight line there: it passes unchanged."
        return f"The rounded corner makes {plain(y)} of {plain(x)}; ReLU would give {plain(max(x, 0.0))}."

    def _steep(self, x: Factor) -> Factor:
        """β x."""
        term = Term((self.beta, x))
        symbol = rf"{self.beta.symbol} {x.symbol}"
        return Factor(symbol, term.value, None, lambda: worked_out("Scaled", symbol, sum_of_symbols([term]), [term]))


class Identity(Curve):
    """x."""

    def value(self, x: Array) -> Array:
        return x

    def slope(self, x: Array, y: Array) -> Array:
        return np.ones_like(x, dtype=np.float64)

    def origin(self, x: Factor) -> Recipe:
        return Recipe([Term((x,))], x.symbol)

    def slope_origin(self, x: Factor, y: Factor) -> Recipe:
        return Recipe([Term((ONE,))], "1")

    def words(self, x: float, y: float) -> str:
        return f"{plain(x)} passes as it is."


class Square(Curve):
    """x²."""

    def value(self, x: Array) -> Array:
        return x * x

    def slope(self, x: Array, y: Array) -> Array:
        return 2.0 * x

    def origin(self, x: Factor) -> Recipe:
        term = Term((x,), "square")
        return Recipe([term], sum_of_symbols([term]))

    def slope_origin(self, x: Factor, y: Factor) -> Recipe:
        term = Term((Factor("2", 2.0), x))
        return Recipe([term], sum_of_symbols([term]))

    def words(self, x: float, y: float) -> str:
        return f"{plain(x)} times itself is {plain(y)}; its sign is forgotten."

    def slope_words(self, slope: float) -> str:
        return f"The slope is twice the number, {plain(slope)}, so the blame is multiplied by that."
