"""Where the numbers of an activation come from: a point of a curve forward, the slope of its tangent backward."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic import _rectifiers, _squashers
from playground.engine.arithmetic._compose import (
    compose,
    gradient_symbol,
    indexed,
    input_factor,
    of,
    output_factor,
    read,
    upstream,
    where,
    worked_out,
)
from playground.engine.arithmetic._curve import Curve
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
from playground.engine.arithmetic._text import blame, partial, subscript, sum_of_symbols, times

if TYPE_CHECKING:
    from playground.engine.trace import Frame


@dataclass(frozen=True, eq=False)
class CurveSamples:
    """An activation drawn: `y` (count,) at `x` (count,), and its slope there."""

    x: np.ndarray
    y: np.ndarray
    slope: np.ndarray


def curve_samples(
    frame: Frame, low: float = -6.0, high: float = 6.0, count: int = 241, channel: int = 0
) -> CurveSamples:
    """The curve of an activation layer between two inputs; of PReLU that of one channel (or feature)."""
    curve = curve_of(frame, channel)
    x = np.linspace(low, high, count)
    y = curve.value(x)
    return CurveSamples(x, y, curve.slope(x, y))


def slope_at(frame: Frame, index: Index) -> float:
    """What blame is multiplied by at one recorded number: how far the output moves for a small move of the input.

    Where a layer has a stand-in backwards (the step), it is the stand-in's slope.
    """
    x, y = value_at(frame, Place(frame.node, "input", index)), value_at(frame, Place(frame.node, "output", index))
    return float(curve_of(frame, index[1]).slope(np.array(x), np.array(y)))


def slope_factor(frame: Frame, index: Index, names: Namer = unnamed) -> Factor:
    """∂y/∂x at one recorded number, with its own explanation."""
    x, y = input_factor(frame, 0, index, names), output_factor(frame, index, names)
    curve, symbol = curve_of(frame, index[1], names), partial(y.symbol, x.symbol)

    def explain() -> Explanation:
        recipe = curve.slope_origin(x, y)
        words = curve.slope_words(float(curve.slope(np.array(x.value), np.array(y.value))))
        title = f"Slope of {frame.node}"
        return worked_out(title, symbol, recipe.formula, recipe.terms, words, scale=recipe.scale)

    return of(explain, symbol)


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = f(x); index is (example, …) as in the input."""
    place = Place(frame.node, "output", index)
    y = value_at(frame, place)
    x, curve = input_factor(frame, 0, index, names), curve_of(frame, index[1], names)
    recipe = curve.origin(x)
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=recipe.formula,
        terms=recipe.terms,
        combine=recipe.combine,
        scale=recipe.scale,
        chosen=recipe.chosen,
        words=curve.words(x.value, y),
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
        words=curve_of(frame, index[1]).slope_words(slope.value),
    )


def explain_grad_weight(frame: Frame, name: str, index: Index, names: Namer) -> Explanation:
    """∂E/∂a = Σ x · ∂E/∂y over the numbers that were not positive, for PReLU's slope; index is (channel,) or (0,)."""
    place = Place(frame.node, "grad_weight", index, name=name)
    value_at(frame, place)
    members = list(_bent(frame, index[0]))
    terms = [Term((input_factor(frame, 0, at, names), upstream(frame, at, names))) for at in members]
    whose = f"channel {index[0] + 1} of {frame.node}" if len(frame.weights[name]) > 1 else frame.node
    words = (
        f"The slope served {times(len(members), 'number')} that {'was' if len(members) == 1 else 'were'} not positive. "
        "Each blames it by its own size times the blame that arrives there."
    )
    if not members:
        words = "Every number was positive, so the slope served none of them and takes no blame."
    return compose(
        frame,
        place,
        title=f"Blame of the slope of {whose}",
        symbol=gradient_symbol(frame, place, names, "a"),
        formula=rf"\sum_{{x \leq 0}} x \cdot {blame('y')}",
        terms=terms,
        words=words,
    )


def _bent(frame: Frame, channel: int) -> Iterator[Index]:
    """The numbers that a PReLU multiplied by the slope of that channel, or by its only one."""
    numbers, shared = frame.inputs[0], len(frame.weights["weight"]) == 1
    for found in np.argwhere(numbers <= 0):
        if shared or found[1] == channel:
            yield tuple(int(position) for position in found)


def curve_of(frame: Frame, channel: int = 0, names: Namer = unnamed) -> Curve:
    """The curve of an activation layer; of PReLU that of one channel (or feature).

    Raises:
        ExplanationError: the layer is no activation with a curve.
    """
    if frame.type == "prelu":
        count = len(frame.weights["weight"])
        place = Place(frame.node, "weight", (channel if count > 1 else 0,), name="weight")
        symbol = subscript("a", channel + 1) if count > 1 else "a"
        return _rectifiers.LeakyReLU(read(frame, place, symbol, names))
    if frame.type not in _CURVES:
        raise ExplanationError(f"{frame.node} is no activation with a curve.")
    return _CURVES[frame.type](frame)


def _setting(frame: Frame, key: str, symbol: str) -> Factor:
    value = frame.params[key]
    assert isinstance(value, float)
    return Factor(symbol, value)


_CURVES: Mapping[str, Callable[[Frame], Curve]] = {
    "relu": lambda frame: _rectifiers.ReLU(),
    "leaky_relu": lambda frame: _rectifiers.LeakyReLU(_setting(frame, "negative_slope", "a")),
    "elu": lambda frame: _rectifiers.ELU(_setting(frame, "alpha", r"\alpha")),
    "gelu": lambda frame: _rectifiers.GELU(),
    "silu": lambda frame: _rectifiers.SiLU(),
    "hardswish": lambda frame: _rectifiers.Hardswish(),
    "relu6": lambda frame: _rectifiers.ReLU6(),
    "softplus": lambda frame: _rectifiers.Softplus(_setting(frame, "beta", r"\beta")),
    "identity": lambda frame: _rectifiers.Identity(),
    "square": lambda frame: _rectifiers.Square(),
    "sigmoid": lambda frame: _squashers.Sigmoid(),
    "hardsigmoid": lambda frame: _squashers.Hardsigmoid(),
    "tanh": lambda frame: _squashers.Tanh(),
    "scaled_tanh": lambda frame: _squashers.ScaledTanh(),
    "step": lambda frame: _squashers.Step(str(frame.params["backward"])),
    "sine": lambda frame: _squashers.Sine(),
}
"""By layer type; PReLU, whose slope is a weight, apart."""


CAPABILITY = Capability(explain_output, explain_grad_input, explain_grad_weight)
