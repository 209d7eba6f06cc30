"""Curves and losses of small dense networks, with their slopes derived by hand, as lists of numpy calls.

A call is (function, arguments), everything written into arrays that exist already: a batch of ten examples is bound by
the number of calls, not by arithmetic. All arrays are float32; z and what comes out of a curve are (examples, units).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.graph.model import ParamValue

Array = NDArray[np.float32]
Call = tuple[Callable[..., Any], tuple[Any, ...]]
Params = Mapping[str, ParamValue]

_ZERO, _HALF, _ONE = np.float32(0), np.float32(0.5), np.float32(1)


def number_of(params: Params, key: str) -> np.float32:
    """A setting that is a number."""
    value = params[key]
    assert isinstance(value, int | float)
    return np.float32(value)


def _larger(one: Array, other: Array | np.float32, out: Array) -> Call:
    """The larger of two numbers each (numpy wants the place for them by name)."""
    return partial(np.maximum, one, other, out=out), ()


@dataclass(frozen=True)
class Curve:
    """An activation.

    `forward(params, z, a)` writes a = f(z); `backward(params, z, a, blame, spare)` multiplies `blame` by f′(z) in
    place, with `spare` to work in.
    """

    forward: Callable[[Params, Array, Array], list[Call]]
    backward: Callable[[Params, Array, Array, Array, Array], list[Call]]


def _tanh_back(_: Params, z: Array, a: Array, blame: Array, spare: Array) -> list[Call]:
    """f′ = 1 − a²."""
    del z
    return [
        (np.multiply, (a, a, spare)),
        (np.subtract, (_ONE, spare, spare)),
        (np.multiply, (blame, spare, blame)),
    ]


def _sigmoid(_: Params, z: Array, a: Array) -> list[Call]:
    """1 / (1 + e^−z) = ½ + ½ tanh(z / 2), which never overflows."""
    return [(np.multiply, (z, _HALF, a)), (np.tanh, (a, a)), (np.multiply, (a, _HALF, a)), (np.add, (a, _HALF, a))]


def _sigmoid_back(_: Params, z: Array, a: Array, blame: Array, spare: Array) -> list[Call]:
    """f′ = a − a²."""
    del z
    return [
        (np.multiply, (a, a, spare)),
        (np.subtract, (a, spare, spare)),
        (np.multiply, (blame, spare, blame)),
    ]


def _relu_back(_: Params, z: Array, a: Array, blame: Array, spare: Array) -> list[Call]:
    del a
    return [(np.greater, (z, 0, spare)), (np.multiply, (blame, spare, blame))]


def _slope(params: Params) -> np.float32:
    return number_of(params, "negative_slope")


def _leaky_back(params: Params, z: Array, a: Array, blame: Array, spare: Array) -> list[Call]:
    """f′ is 1 or the slope s: s + (1 − s) where z > 0."""
    del a
    slope = _slope(params)
    return [
        (np.greater, (z, 0, spare)),
        (np.multiply, (spare, _ONE - slope, spare)),
        (np.add, (spare, slope, spare)),
        (np.multiply, (blame, spare, blame)),
    ]


CURVES = {
    "identity": Curve(lambda _, z, a: [(np.copyto, (a, z))], lambda _p, _z, _a, _blame, _spare: []),
    "tanh": Curve(lambda _, z, a: [(np.tanh, (z, a))], _tanh_back),
    "sigmoid": Curve(_sigmoid, _sigmoid_back),
    "relu": Curve(lambda _, z, a: [_larger(z, _ZERO, a)], _relu_back),
    "leaky_relu": Curve(lambda p, z, a: [(np.multiply, (z, _slope(p), a)), _larger(z, a, a)], _leaky_back),
    "sine": Curve(
        lambda _, z, a: [(np.sin, (z, a))],
        lambda _, z, a, blame, spare: [(np.cos, (z, spare)), (np.multiply, (blame, spare, blame))],
    ),
    "square": Curve(
        lambda _, z, a: [(np.multiply, (z, z, a))],
        lambda _, z, a, blame, spare: [(np.add, (z, z, spare)), (np.multiply, (blame, spare, blame))],
    ),
}
"""By the key of the layer type."""


@dataclass(frozen=True)
class Loss:
    """How answers o are compared with what is wanted, t; before the weight that the loss has.

    `targets(params, targets, outputs)` lays class numbers or values out as (examples, outputs); `blame(params, o, t,
    blame, spare)` writes the slope of the mean loss over these examples; `of_each(params, o, t)` gives every example's
    own loss, whose mean is the loss.
    """

    targets: Callable[[Params, np.ndarray, int], Array]
    blame: Callable[[Params, Array, Array, Array, Array], list[Call]]
    of_each: Callable[[Params, Array, Array], Array]


def as_values(_: Params, targets: np.ndarray, outputs: int) -> Array:
    """A class number becomes a list with a single 1, or 0 or 1 where there is one output only."""
    if np.issubdtype(targets.dtype, np.floating):
        return targets.reshape(len(targets), outputs).astype(np.float32)
    if outputs == 1:
        return targets.reshape(-1, 1).astype(np.float32)
    return np.eye(outputs, dtype=np.float32)[targets]


def _smoothed(params: Params, targets: np.ndarray, outputs: int) -> Array:
    """Probabilities to be reached: a part ε of the wanted 100 % is shared out among all classes."""
    share = number_of(params, "label_smoothing")
    return as_values(params, targets, outputs) * (_ONE - share) + share / np.float32(outputs)


def _softmax_blame(_: Params, o: Array, t: Array, blame: Array, spare: Array) -> list[Call]:
    """(p − t) / examples with p = softmax(o); sums over classes as a product with ones, which takes one call."""
    classes = o.shape[1]
    ones, largest = np.ones((classes, classes), np.float32), np.empty((len(o), 1), np.float32)
    return [
        (np.maximum.reduce, (o, 1, None, largest, True)),
        (np.subtract, (o, largest, blame)),
        (np.exp, (blame, blame)),
        (blame.dot, (ones, spare)),
        (np.divide, (blame, spare, blame)),
        (np.subtract, (blame, t, blame)),
        (np.multiply, (blame, np.float32(1 / len(o)), blame)),
    ]


def _surprise(_: Params, o: Array, t: Array) -> Array:
    """−Σ t log p."""
    above = o - o.max(1, keepdims=True)
    log_p = above - np.log(np.exp(above).sum(1, keepdims=True))
    return -(t * log_p).sum(1)


def _binary_blame(_: Params, o: Array, t: Array, blame: Array, spare: Array) -> list[Call]:
    """(p − t) / (examples · outputs) with p = 1 / (1 + e^−o)."""
    del spare
    return [
        *_sigmoid({}, o, blame),
        (np.subtract, (blame, t, blame)),
        (np.multiply, (blame, np.float32(1 / o.size), blame)),
    ]


def _difference(factor: Callable[[Params, Array], float]) -> Callable[[Params, Array, Array, Array, Array], list[Call]]:
    def blame_of(params: Params, o: Array, t: Array, blame: Array, spare: Array) -> list[Call]:
        del spare
        return [(np.subtract, (o, t, blame)), (np.multiply, (blame, np.float32(factor(params, o)), blame))]

    return blame_of


def _squared_factor(params: Params, o: Array) -> float:
    """The slope of ½(o − t)², summed over the outputs, is o − t; of the mean of (o − t)² it is 2(o − t) ÷ numbers."""
    return 1 / len(o) if params["reduction"] == "half_sum" else 2 / o.size


def _squares(params: Params, o: Array, t: Array) -> Array:
    squares = np.square(o - t)
    return _HALF * squares.sum(1) if params["reduction"] == "half_sum" else squares.mean(1)


def _absolute_blame(_: Params, o: Array, t: Array, blame: Array, spare: Array) -> list[Call]:
    del spare
    return [
        (np.subtract, (o, t, blame)),
        (np.sign, (blame, blame)),
        (np.multiply, (blame, np.float32(1 / o.size), blame)),
    ]


def _huber_blame(params: Params, o: Array, t: Array, blame: Array, spare: Array) -> list[Call]:
    """d = o − t, cut to ±δ."""
    del spare
    delta = number_of(params, "delta")
    return [
        (np.subtract, (o, t, blame)),
        (np.clip, (blame, -delta, delta, blame)),
        (np.multiply, (blame, np.float32(1 / o.size), blame)),
    ]


def _huber(params: Params, o: Array, t: Array) -> Array:
    delta, off = number_of(params, "delta"), np.abs(o - t)
    each: Array = np.where(off <= delta, _HALF * off * off, delta * (off - _HALF * delta))
    return each.mean(1)


LOSSES = {
    "cross_entropy": Loss(_smoothed, _softmax_blame, _surprise),
    "binary_cross_entropy": Loss(as_values, _binary_blame, lambda _, o, t: (np.logaddexp(0, o) - t * o).mean(1)),
    "squared_error": Loss(as_values, _difference(_squared_factor), _squares),
    "mean_absolute_error": Loss(as_values, _absolute_blame, lambda _, o, t: np.abs(o - t).mean(1)),
    "huber": Loss(as_values, _huber_blame, _huber),
}
"""By the key of the layer type."""
