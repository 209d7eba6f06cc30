"""Where the numbers of gates come from: one operation forward; backward its slope, times the blame that arrives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
from playground.engine.arithmetic._spec import (
    Capability,
    Explanation,
    ExplanationError,
    Factor,
    Index,
    Namer,
    Place,
    Term,
    value_at,
)
from playground.engine.arithmetic._text import number, partial, plain, sum_of_symbols
from playground.layers.gates import SMALLEST

if TYPE_CHECKING:
    from playground.engine.trace import Frame


@dataclass(frozen=True)
class _Slope:
    """∂y/∂x as a term, and in words."""

    term: Term
    words: str


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = f(x); index is (example, …) as in the input."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    x = input_factor(frame, 0, index, names)
    term, offset, words = _worked(frame, x)
    formula = sum_of_symbols([term]) + (f" + {offset.symbol}" if offset else "")
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=formula,
        terms=[term],
        offset=offset,
        words=words,
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x = ∂y/∂x · ∂E/∂y: the local slope times the blame that arrives."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    x, y = input_factor(frame, 0, index, names), output_factor(frame, index, names)
    slope, symbol = _slope(frame, x, y), partial(y.symbol, x.symbol)

    def why() -> Explanation:
        title = f"Slope of {frame.node}"
        return worked_out(title, symbol, sum_of_symbols([slope.term]), [slope.term], slope.words)

    term = Term((of(why, symbol), upstream(frame, index, names)))
    return compose(
        frame,
        place,
        title=f"Blame before {frame.node} · {where(frame.output, index)}",
        symbol=gradient_symbol(frame, place, names),
        formula=sum_of_symbols([term]),
        terms=[term],
        words=slope.words,
    )


def _worked(frame: Frame, x: Factor) -> tuple[Term, Factor | None, str]:
    """The term that makes the output, what is added to it, and words."""
    match frame.type:
        case "scale":
            factor = _fixed(frame, "factor", "a")
            return Term((factor, x)), None, f"Every number is multiplied by {plain(factor.value)}."
        case "shift":
            amount = _fixed(frame, "amount", "c")
            return Term((x,)), amount, f"{plain(amount.value)} is added to every number."
        case "negate":
            return Term((x,), negative=True), None, "The sign is turned round."
        case "exp":
            return Term((x,), "exp"), None, f"e to the power of {plain(x.value)}: always positive."
        case "reciprocal":
            words = "Zero has no reciprocal." if x.value == 0 else f"One divided by {plain(x.value)}."
            return Term((x,), "reciprocal"), None, words
        case "log" if x.value >= SMALLEST:
            return Term((x,), "log"), None, f"e has to be raised to this power to give {plain(x.value)}."
        case "log":
            words = f"{plain(x.value)} has no logarithm (it is not positive), so that of {plain(SMALLEST)} is taken."
            return Term((Factor(number(SMALLEST), SMALLEST),), "log"), None, words
        case _:
            raise ExplanationError(f"There is no explanation for layers of type “{frame.type}” yet.")


def _slope(frame: Frame, x: Factor, y: Factor) -> _Slope:
    """The local slope of the gate at x."""
    one, zero = Factor("1", 1.0), Factor("0", 0.0)
    match frame.type:
        case "scale":
            factor = _fixed(frame, "factor", "a")
            return _Slope(Term((factor,)), f"The slope is the factor itself, {plain(factor.value)}, for every number.")
        case "shift":
            return _Slope(Term((one,)), "Adding a fixed amount has the slope 1, so the blame passes unchanged.")
        case "negate":
            return _Slope(Term((one,), negative=True), "The slope is −1: the sign of the blame is turned round.")
        case "exp":
            words = f"The slope of e to the power of x is the result itself, {plain(y.value)}."
            return _Slope(Term((y,)), words)
        case "reciprocal":
            slope = Term((y,), "square", negative=True)
            return _Slope(
                slope, f"The slope of 1 / x is −1 / x², that is minus the square of the result: {plain(slope.value)}."
            )
        case _ if x.value < SMALLEST:
            return _Slope(Term((zero,)), "The number has no logarithm, so nothing of the blame comes through.")
        case _:
            slope = Term((x,), "reciprocal")
            return _Slope(slope, f"The slope of the logarithm is 1 / x, that is {plain(slope.value)} here.")


def _fixed(frame: Frame, key: str, symbol: str) -> Factor:
    """A setting of the layer."""
    value = frame.params[key]
    assert isinstance(value, float)
    return Factor(symbol, value)


CAPABILITY = Capability(explain_output, explain_grad_input)
