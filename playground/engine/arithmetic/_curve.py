"""What the arithmetic knows of one activation function: its values, its slope, and how both are explained."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.engine.arithmetic._compose import worked_out
from playground.engine.arithmetic._functions import FUNCTIONS
from playground.engine.arithmetic._spec import Combine, Factor, Term
from playground.engine.arithmetic._text import number, plain, sum_of_symbols

Array = np.ndarray[Any, Any]

ZERO, ONE = Factor("0", 0.0), Factor("1", 1.0)


@dataclass(frozen=True)
class Recipe:
    """How one number is put together: terms, and the formula in symbols (LaTeX)."""

    terms: Sequence[Term]
    formula: str
    combine: Combine = "sum"
    scale: Factor | None = None
    chosen: int | None = None


class Curve(ABC):
    """One activation function, with its settings; `x` and `y` are numpy arrays of any shape, or factors."""

    @abstractmethod
    def value(self, x: Array) -> Array:
        """f(x)."""

    @abstractmethod
    def slope(self, x: Array, y: Array) -> Array:
        """What the gradient is multiplied by on its way back: f′(x), at a kink as torch has it."""

    @abstractmethod
    def origin(self, x: Factor) -> Recipe:
        """Where y comes from."""

    @abstractmethod
    def words(self, x: float, y: float) -> str:
        """A sentence about this x and its y."""

    def slope_origin(self, x: Factor, y: Factor) -> Recipe:
        """Where the slope comes from; here that of a straight piece: a number, and where it holds."""
        slope = float(self.slope(np.array(x.value), np.array(y.value)))
        return Recipe([Term((Factor(number(slope), slope),))], rf"{number(slope)} \quad \left({self.piece(x)}\right)")

    def piece(self, x: Factor) -> str:
        """Which piece of the curve x lies on, as a condition in LaTeX."""
        return rf"{x.symbol} > 0" if x.value > 0 else rf"{x.symbol} \leq 0"

    def slope_words(self, slope: float) -> str:
        """A sentence about what the slope does to the blame."""
        if slope == 0:
            return "The curve is flat here, so nothing of the blame comes through."
        if math.isclose(slope, 1):
            return "The slope is 1 here, so the blame passes unchanged."
        if slope < 0:
            return f"The curve falls here (slope {plain(slope)}), so the blame comes through with the opposite sign."
        part = "hardly anything" if abs(slope) < 0.01 else f"{plain(slope)}"
        return f"The slope of the curve is {plain(slope)} here, so {part} of the blame comes through."


def applied(function: str, x: Factor, title: str, symbol: str) -> Factor:
    """A factor that is a function (of `FUNCTIONS`) of another number, with its own explanation."""
    term = Term((x,), function)
    return Factor(symbol, term.value, None, lambda: worked_out(title, symbol, sum_of_symbols([term]), [term]))


def logistic(x: Factor) -> Factor:
    """σ(x)."""
    return applied("logistic", x, "Its sigmoid", rf"\sigma\left({x.symbol}\right)")


def one_minus(factor: Factor) -> Factor:
    """1 − a factor, as a factor."""
    value = 1 - factor.value
    inner = factor.written or number(factor.value)
    return Factor(rf"\left(1 - {factor.symbol}\right)", value, written=rf"\left(1 - {inner}\right)")


def written(function: str, x: str) -> str:
    """A function of a symbol in LaTeX."""
    return FUNCTIONS[function].write(x)
