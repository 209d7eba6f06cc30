"""Every activation written out in elementary gates. At a kink the gates have torch's slope there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from playground.engine.arithmetic import ExplanationError, Factor, Index, Namer, Place, unnamed
from playground.engine.arithmetic.curve import slope_at
from playground.engine.opened.from_terms import sigmoid, softplus, tanh
from playground.engine.opened.gate_builder import Builder

if TYPE_CHECKING:
    from playground.engine.trace import Frame

_STRAIGHT = 20.0
"""βx beyond which torch draws softplus as a straight line."""


def curve_gates(builder: Builder, frame: Frame, index: Index, x: str, names: Namer = unnamed) -> str:
    """The gates of an activation layer behind the number with the key `x`; the key of the result.

    Raises:
        ExplanationError: the layer is no activation with a curve, or a number is too large.
    """
    if frame.type == "prelu":
        return _leaky(builder, x, _learnt_slope(builder, frame, index, names))
    if frame.type == "step":
        return builder.gate("step", x, constant=slope_at(frame, index))
    if frame.type not in _GATES:
        raise ExplanationError(f"There are no gates for layers of type “{frame.type}”.")
    return _GATES[frame.type](builder, frame, x)


def _learnt_slope(builder: Builder, frame: Frame, index: Index, names: Namer) -> str:
    weights = frame.weights["weight"]
    place = Place(frame.node, "weight", (index[1] if len(weights) > 1 else 0,), name="weight")
    symbol = names(place) or (f"a_{{{index[1] + 1}}}" if len(weights) > 1 else "a")
    return builder.leaf(Factor(symbol, float(weights[place.index]), place))


def _set(frame: Frame, key: str) -> float:
    value = frame.params[key]
    assert isinstance(value, float)
    return value


def _relu(builder: Builder, _: Frame, x: str) -> str:
    return builder.gate("maximum", builder.given(0.0), x)


def _leaky(builder: Builder, x: str, slope: str) -> str:
    """max(0, x) + a · min(x, 0). Of equal inputs the first wins, so that the slope at 0 is a."""
    positive = builder.gate("maximum", builder.given(0.0), x)
    negative = builder.gate("minimum", x, builder.given(0.0))
    return builder.add([positive, builder.gate("multiply", slope, negative)])


def _elu(builder: Builder, frame: Frame, x: str) -> str:
    """max(0, x) + α (e^min(x, 0) − 1)."""
    positive = builder.gate("maximum", builder.given(0.0), x)
    bend = builder.shifted(builder.gate("exp", builder.gate("minimum", x, builder.given(0.0))), -1.0)
    return builder.add([positive, builder.scaled(bend, _set(frame, "alpha"))])


def _gelu(builder: Builder, _: Frame, x: str) -> str:
    return builder.gate("multiply", x, builder.gate("normal", x))


def _silu(builder: Builder, _: Frame, x: str) -> str:
    return builder.gate("multiply", x, sigmoid(builder, x))


def _ramp(builder: Builder, x: str) -> str:
    """min(6, max(0, x + 3)) / 6."""
    above = builder.gate("maximum", builder.given(0.0), builder.shifted(x, 3.0))
    return builder.scaled(builder.gate("minimum", builder.given(6.0), above), 1 / 6)


def _relu6(builder: Builder, frame: Frame, x: str) -> str:
    return builder.gate("minimum", builder.given(6.0), _relu(builder, frame, x))


def _softplus(builder: Builder, frame: Frame, x: str) -> str:
    beta = _set(frame, "beta")
    if beta * builder.value(x) > _STRAIGHT:
        return builder.gate("pass", x)
    return builder.scaled(softplus(builder, builder.scaled(x, beta)), 1 / beta)


def _sigmoid(builder: Builder, _: Frame, x: str) -> str:
    return sigmoid(builder, x)


def _tanh(builder: Builder, _: Frame, x: str) -> str:
    return tanh(builder, x)


def _scaled_tanh(builder: Builder, _: Frame, x: str) -> str:
    """1.7159 tanh(⅔ x), of LeCun et al. 1998."""
    return builder.scaled(tanh(builder, builder.scaled(x, 2 / 3)), 1.7159)


_GATES: Mapping[str, Callable[[Builder, Frame, str], str]] = {
    "relu": _relu,
    "leaky_relu": lambda builder, frame, x: _leaky(builder, x, builder.given(_set(frame, "negative_slope"))),
    "elu": _elu,
    "gelu": _gelu,
    "silu": _silu,
    "hardswish": lambda builder, _, x: builder.gate("multiply", x, _ramp(builder, x)),
    "relu6": _relu6,
    "softplus": _softplus,
    "identity": lambda builder, _, x: builder.gate("pass", x),
    "square": lambda builder, _, x: builder.gate("square", x),
    "sigmoid": _sigmoid,
    "hardsigmoid": lambda builder, _, x: _ramp(builder, x),
    "tanh": _tanh,
    "scaled_tanh": _scaled_tanh,
    "sine": lambda builder, _, x: builder.gate("sine", x),
}
"""By layer type; PReLU, whose slope is learnt, and the step apart."""

OPENABLE = frozenset((*_GATES, "prelu", "step"))
"""The layer types whose curve has gates."""
