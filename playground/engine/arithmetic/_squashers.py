"""The curves that keep their outputs within bounds: sigmoid and tanh in several forms, the step, the sine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.engine.arithmetic._compose import worked_out
from playground.engine.arithmetic._curve import ONE, ZERO, Array, Curve, Recipe, applied, one_minus
from playground.engine.arithmetic._functions import enclosed
from playground.engine.arithmetic._spec import Factor, Term
from playground.engine.arithmetic._text import number, plain, sum_of_symbols

AMPLITUDE, STRETCH = 1.7159, 2 / 3
"""Of the scaled tanh (LeCun et al. 1998)."""


def squashed(x: float, y: float, low: float, high: float) -> str:
    """Whether a number lies on a flat end of a curve between two bounds."""
    nearest = high if y > (low + high) / 2 else low
    if abs(y - nearest) < 0.05 * (high - low):
        return f"{plain(x)} lies far out, where the curve is flat: the unit is saturated at nearly {plain(nearest)}."
    return f"{plain(x)} is squashed to {plain(y)}, between {plain(low)} and {plain(high)}."


class Sigmoid(Curve):
    """1 / (1 + e^−x), with slope y (1 − y)."""

    def value(self, x: Array) -> Array:
        # ½(1 + tanh ½x) is 1 / (1 + e^−x), and overflows nowhere.
        return 0.5 * (1 + np.tanh(0.5 * x))

    def slope(self, x: Array, y: Array) -> Array:
        return y * (1 - y)

    def origin(self, x: Factor) -> Recipe:
        term = Term((x,), "logistic")
        return Recipe([term], sum_of_symbols([term]))

    def slope_origin(self, x: Factor, y: Factor) -> Recipe:
        rest = one_minus(y)
        return Recipe([Term((y, rest))], f"{y.symbol} {rest.symbol}")

    def words(self, x: float, y: float) -> str:
        return squashed(x, y, 0.0, 1.0)


class Hardsigmoid(Curve):
    """clip(x / 6 + ½)."""

    def value(self, x: Array) -> Array:
        return np.clip(x + 3, 0, 6) / 6

    def slope(self, x: Array, y: Array) -> Array:
        return np.where((x > -3) & (x < 3), 1 / 6, 0.0)

    def origin(self, x: Factor) -> Recipe:
        formula = rf"\frac{{\min(\max(0,\, {x.symbol} + 3),\, 6)}}{{6}}"
        if abs(x.value) >= 3:
            return Recipe([Term((ONE if x.value > 0 else ZERO,))], formula)
        sixth = Factor(r"\frac{1}{6}", 1 / 6, written=r"\frac{1}{6}")
        return Recipe([Term((sixth, x)), Term((Factor(r"\frac{1}{2}", 0.5),))], formula)

    def piece(self, x: Factor) -> str:
        if abs(x.value) < 3:
            return rf"-3 < {x.symbol} < 3"
        return rf"{x.symbol} \geq 3" if x.value > 0 else rf"{x.symbol} \leq -3"

    def words(self, x: float, y: float) -> str:
        if abs(x) >= 3:
            return f"{plain(x)} lies beyond the ramp from −3 to 3, so it becomes {plain(y)}."
        return f"{plain(x)} lies on the ramp from −3 to 3: a sixth of it plus a half is {plain(y)}."


class Tanh(Curve):
    """tanh x, with slope 1 − y²."""

    def value(self, x: Array) -> Array:
        return np.tanh(x)

    def slope(self, x: Array, y: Array) -> Array:
        return 1 - y * y

    def origin(self, x: Factor) -> Recipe:
        term = Term((x,), "tanh")
        return Recipe([term], sum_of_symbols([term]))

    def slope_origin(self, x: Factor, y: Factor) -> Recipe:
        return Recipe([Term((ONE,)), Term((y,), "square", negative=True)], f"1 - {y.symbol}^{{2}}")

    def words(self, x: float, y: float) -> str:
        return squashed(x, y, -1.0, 1.0)


class ScaledTanh(Curve):
    """1.7159 tanh(⅔ x), with slope 1.7159 · ⅔ · (1 − tanh²(⅔ x))."""

    def value(self, x: Array) -> Array:
        return AMPLITUDE * np.tanh(STRETCH * x)

    def slope(self, x: Array, y: Array) -> Array:
        return AMPLITUDE * STRETCH * (1 - np.tanh(STRETCH * x) ** 2)

    def origin(self, x: Factor) -> Recipe:
        term, scale = Term((self._stretched(x),), "tanh"), Factor("1.7159", AMPLITUDE)
        return Recipe([term], rf"1.7159 \cdot {sum_of_symbols([term])}", scale=scale)

    def slope_origin(self, x: Factor, y: Factor) -> Recipe:
        inner = applied("tanh", self._stretched(x), "Before it is made larger", "t")
        terms = [Term((ONE,)), Term((inner,), "square", negative=True)]
        text = r"1.7159 \cdot \frac{2}{3}"
        scale = Factor(text, AMPLITUDE * STRETCH, written=text)
        return Recipe(terms, rf"{text} \cdot {enclosed(sum_of_symbols(terms))}", scale=scale)

    def words(self, x: float, y: float) -> str:
        return squashed(x, y, -AMPLITUDE, AMPLITUDE)

    @staticmethod
    def _stretched(x: Factor) -> Factor:
        term = Term((Factor(r"\frac{2}{3}", STRETCH, written=r"\frac{2}{3}"), x))
        symbol = rf"\frac{{2}}{{3}} {x.symbol}"
        return Factor(symbol, term.value, None, lambda: worked_out("Two thirds", "u", sum_of_symbols([term]), [term]))


@dataclass(frozen=True)
class Step(Curve):
    """1 where x > 0, else 0. Its slope is that of what stands in for it: `straight_through`, `clipped` or `zero`."""

    stand_in: str

    def value(self, x: Array) -> Array:
        return np.where(x > 0, 1.0, 0.0)

    def slope(self, x: Array, y: Array) -> Array:
        match self.stand_in:
            case "straight_through":
                return np.ones_like(x, dtype=np.float64)
            case "clipped":
                return np.where(np.abs(x) < 1, 1.0, 0.0)
            case _:
                return np.zeros_like(x, dtype=np.float64)

    def origin(self, x: Factor) -> Recipe:
        fires = x.value > 0
        formula = rf"{number(float(fires))} \quad \left({self.piece(x)}\right)"
        return Recipe([Term((ONE if fires else ZERO,))], formula)

    def slope_origin(self, x: Factor, y: Factor) -> Recipe:
        slope = float(self.slope(np.array(x.value), np.array(y.value)))
        condition = ""
        if self.stand_in == "clipped":
            place = (
                rf"-1 < {x.symbol} < 1" if slope else rf"{x.symbol} \geq 1" if x.value > 0 else rf"{x.symbol} \leq -1"
            )
            condition = rf" \quad \left({place}\right)"
        return Recipe([Term((ONE if slope else ZERO,))], f"{number(slope)}{condition}")

    def words(self, x: float, y: float) -> str:
        return f"{plain(x)} is positive: it fires, 1." if x > 0 else f"{plain(x)} is not positive: it stays silent, 0."

    def slope_words(self, slope: float) -> str:
        match self.stand_in:
            case "straight_through":
                return (
                    "A step is flat: its true slope is 0. It pretends to be the line y = x, so the blame passes whole."
                )
            case "clipped" if slope:
                return (
                    "A step is flat. Between −1 and 1 it pretends to be the line y = x, so the blame passes unchanged."
                )
            case "clipped":
                return "A step is flat. Only between −1 and 1 it pretends otherwise, so here the blame ends."
            case _:
                return "A step is flat: its slope is 0, so all blame ends here and nothing before it learns."


class Sine(Curve):
    """sin x, with slope cos x."""

    def value(self, x: Array) -> Array:
        return np.sin(x)

    def slope(self, x: Array, y: Array) -> Array:
        return np.cos(x)

    def origin(self, x: Factor) -> Recipe:
        term = Term((x,), "sine")
        return Recipe([term], sum_of_symbols([term]))

    def slope_origin(self, x: Factor, y: Factor) -> Recipe:
        term = Term((x,), "cosine")
        return Recipe([term], sum_of_symbols([term]))

    def words(self, x: float, y: float) -> str:
        return f"The wave stands at {plain(y)} where x is {plain(x)}."
