"""Where the numbers of an activation come from: a point of a curve forward, the slope of its tangent backward."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic._compose import (
    compose,
    gradient_symbol,
    indexed,
    input_factor,
    of,
    output_factor,
    upstream,
    where,
    worked_out,
)
from playground.engine.arithmetic._functions import enclosed
from playground.engine.arithmetic._spec import (
    Capability,
    Explanation,
    ExplanationError,
    Factor,
    Index,
    Namer,
    Place,
    Term,
    unnamed,
    value_at,
)
from playground.engine.arithmetic._text import number, partial, plain, sum_of_symbols

if TYPE_CHECKING:
    from playground.engine.trace import Frame

ZERO = Factor("0", 0.0)


@dataclass(frozen=True, eq=False)
class CurveSamples:
    """An activation drawn: `y` (count,) at `x` (count,), and its slope there."""

    x: np.ndarray
    y: np.ndarray
    slope: np.ndarray


def curve_samples(frame: Frame, low: float = -6.0, high: float = 6.0, count: int = 241) -> CurveSamples:
    """The curve of an activation layer between two inputs."""
    x = np.linspace(low, high, count)
    y = _curve(frame, x)
    return CurveSamples(x, y, _slope(frame, x, y))


def slope_at(frame: Frame, index: Index) -> float:
    """The slope of the curve at one recorded number: how far the output moves for a small move of the input."""
    x, y = value_at(frame, Place(frame.node, "input", index)), value_at(frame, Place(frame.node, "output", index))
    return float(_slope(frame, np.array(x), np.array(y)))


def slope_factor(frame: Frame, index: Index, names: Namer = unnamed) -> Factor:
    """∂y/∂x at one recorded number, with its own explanation."""
    x, y = input_factor(frame, 0, index, names), output_factor(frame, index, names)
    return of(lambda: _explain_slope(frame, x, y), partial(y.symbol, x.symbol))


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = f(x); index is (example, …) as in the input."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    x = input_factor(frame, 0, index, names)
    chosen = None
    match frame.type:
        case "relu":
            terms, combine = [Term((ZERO,)), Term((x,))], "max"
            chosen = 1 if x.value > 0 else 0
            formula = rf"\max\left(0,\; {x.symbol}\right)"
        case "leaky_relu":
            steep = Factor("1" if x.value > 0 else "a", 1.0 if x.value > 0 else _negative_slope(frame))
            terms, combine = [Term((steep, x) if x.value <= 0 else (x,))], "sum"
            formula = rf"\max\left(0,\; {x.symbol}\right) + a \cdot \min\left(0,\; {x.symbol}\right)"
        case "sigmoid" | "tanh":
            terms, combine = [Term((x,), "logistic" if frame.type == "sigmoid" else "tanh")], "sum"
            formula = sum_of_symbols(terms)
        case _:
            raise ExplanationError(f"There is no explanation for layers of type “{frame.type}” yet.")
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=formula,
        terms=terms,
        combine=combine,
        chosen=chosen,
        words=_in_words(frame, index, x.value),
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x = ∂y/∂x · ∂E/∂y."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    slope, arriving = slope_factor(frame, index, names), upstream(frame, index, names)
    term = Term((slope, arriving))
    return compose(
        frame,
        place,
        title=f"Blame before {frame.node} · {where(frame.output, index)}",
        symbol=gradient_symbol(frame, place, names),
        formula=sum_of_symbols([term]),
        terms=[term],
        words=_slope_in_words(slope.value),
    )


def _negative_slope(frame: Frame) -> float:
    slope = frame.params["negative_slope"]
    assert isinstance(slope, float)
    return slope


def _curve(frame: Frame, x: np.ndarray) -> np.ndarray:
    match frame.type:
        case "relu":
            return np.maximum(x, 0)
        case "leaky_relu":
            return np.where(x > 0, x, _negative_slope(frame) * x)
        case "sigmoid":
            # ½(1 + tanh ½x) is 1 / (1 + e^−x), and overflows nowhere.
            return 0.5 * (1 + np.tanh(0.5 * x))
        case "tanh":
            return np.tanh(x)
        case _:
            raise ExplanationError(f"{frame.node} is no activation with a curve.")


def _slope(frame: Frame, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """f′(x); at the kink of ReLU the slope to its left, as torch has it."""
    match frame.type:
        case "relu":
            return np.where(x > 0, 1.0, 0.0)
        case "leaky_relu":
            return np.where(x > 0, 1.0, _negative_slope(frame))
        case "sigmoid":
            return y * (1 - y)
        case _:
            return 1 - y * y


def _explain_slope(frame: Frame, x: Factor, y: Factor) -> Explanation:
    symbol, title = partial(y.symbol, x.symbol), f"Slope of {frame.node}"
    if frame.type == "sigmoid":
        rest = Factor(enclosed(f"1 - {y.symbol}"), 1 - y.value, written=enclosed(f"1 - {number(y.value)}"))
        words = _slope_in_words(y.value * rest.value)
        return worked_out(title, symbol, f"{y.symbol} {rest.symbol}", [Term((y, rest))], words)
    if frame.type == "tanh":
        square = Term((y,), "square", negative=True)
        one = Factor("1", 1.0)
        return worked_out(
            title, symbol, f"1 - {y.symbol}^{{2}}", [Term((one,)), square], _slope_in_words(1 - y.value**2)
        )
    slope = float(_slope(frame, np.array(x.value), np.array(y.value)))
    sign = rf"{x.symbol} > 0" if x.value > 0 else rf"{x.symbol} \leq 0"
    formula = rf"{number(slope)} \quad \left({sign}\right)"
    return worked_out(title, symbol, formula, [Term((Factor(number(slope), slope),))], _slope_in_words(slope))


def _in_words(frame: Frame, index: Index, x: float) -> str:
    y = float(frame.output[index])
    match frame.type:
        case "relu" if x > 0:
            return f"{plain(x)} is positive, so it passes unchanged."
        case "relu":
            return f"{plain(x)} is not positive, so it becomes zero."
        case "leaky_relu" if x > 0:
            return f"{plain(x)} is positive, so it passes unchanged."
        case "leaky_relu":
            return f"{plain(x)} is not positive, so only {plain(_negative_slope(frame))} of it is left."
        case "sigmoid":
            ends = (0.0, 1.0)
        case _:
            ends = (-1.0, 1.0)
    low, high = ends
    nearest = high if y > (low + high) / 2 else low
    if abs(y - nearest) < 0.05 * (high - low):
        return f"{plain(x)} lies far out, where the curve is flat: the unit is saturated at nearly {plain(nearest)}."
    return f"{plain(x)} is squashed to {plain(y)}, between {plain(low)} and {plain(high)}."


def _slope_in_words(slope: float) -> str:
    if slope == 0:
        return "The curve is flat here, so nothing of the blame comes through."
    if math.isclose(slope, 1):
        return "The slope is 1 here, so the blame passes unchanged."
    part = "hardly anything" if abs(slope) < 0.01 else f"{plain(slope)}"
    return f"The slope of the curve is {plain(slope)} here, so {part} of the blame comes through."


CAPABILITY = Capability(explain_output, explain_grad_input)
