"""The elementary gates that a layer opens into: what each makes of its inputs, and how steep it is in each.

The graphs are those of Stanford's cs231n notes ("backpropagation, intuitions"): a gate knows its own slopes only, and
the chain rule multiplies them by what arrives from behind.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from playground.engine.arithmetic import FUNCTIONS, ExplanationError

Kind = Literal[
    "leaf",
    "add",
    "multiply",
    "maximum",
    "minimum",
    "negate",
    "scale",
    "shift",
    "exp",
    "log",
    "reciprocal",
    "square",
    "root",
    "power",
    "normal",
    "sine",
    "sigmoid",
    "tanh",
    "step",
    "pass",
    "more",
]
"""leaf: a number from outside. normal: Φ, the chance of a smaller number. power: |x|^p. more: further uses of a number,
taken together."""

LARGEST_EXPONENT = 700.0
"""e to the power of more is too large to be written."""


@dataclass(frozen=True)
class Worked:
    """What a gate gives, and its slope for each of its inputs."""

    value: float
    slopes: tuple[float, ...]


def work(kind: Kind, values: Sequence[float], constant: float = 0.0, *, shared: bool = False) -> Worked:
    """Work one gate out. Of equally large inputs a max gate takes the first, or shares alike if `shared`.

    Raises:
        ExplanationError: a number on the way is too large, or is none.
    """
    match kind:
        case "add":
            return Worked(math.fsum(values), (1.0,) * len(values))
        case "multiply":
            return Worked(math.prod(values), tuple(_others(values, port) for port in range(len(values))))
        case "maximum" | "minimum":
            best = max(values) if kind == "maximum" else min(values)
            winners = [port for port, value in enumerate(values) if value == best]
            winners = winners if shared else winners[:1]
            return Worked(best, tuple(1 / len(winners) if port in winners else 0.0 for port in range(len(values))))
        case _:
            return _of_one(kind, values[0], constant)


def _others(values: Sequence[float], port: int) -> float:
    return math.prod(value for other, value in enumerate(values) if other != port)


def _of_one(kind: Kind, x: float, constant: float) -> Worked:
    if kind not in _ONE:
        raise ExplanationError(f"There is no gate “{kind}”.")
    _check(kind, x)
    value, slope = _ONE[kind](x, constant)
    return Worked(value, (slope,))


def _check(kind: Kind, x: float) -> None:
    if not math.isfinite(x):
        raise ExplanationError("One of the numbers here is infinite or no number, so there is nothing to open.")
    if kind == "exp" and x > LARGEST_EXPONENT:
        raise ExplanationError(f"e to the power of {x:,.0f} is too large to be written, so this cannot be opened here.")
    if (kind == "reciprocal" and x == 0) or (kind == "log" and x <= 0) or (kind == "root" and x < 0):
        noun = {"reciprocal": "reciprocal", "log": "logarithm", "root": "root"}[kind]
        raise ExplanationError(f"{x:g} has no {noun}, so this cannot be opened here.")


def _exp(x: float, _: float) -> tuple[float, float]:
    return math.exp(x), math.exp(x)


def _reciprocal(x: float, _: float) -> tuple[float, float]:
    return 1 / x, -1 / (x * x)


def _root(x: float, _: float) -> tuple[float, float]:
    return math.sqrt(x), 0.5 / math.sqrt(x) if x else 0.0


def _power(x: float, p: float) -> tuple[float, float]:
    slope = p * abs(x) ** (p - 1) if x or p >= 1 else 0.0
    return abs(x) ** p, -slope if x < 0 else slope if x else 0.0


def _normal(x: float, _: float) -> tuple[float, float]:
    return FUNCTIONS["normal_below"].compute(x), FUNCTIONS["bell"].compute(x)


def _sigmoid(x: float, _: float) -> tuple[float, float]:
    y = FUNCTIONS["logistic"].compute(x)
    return y, y * (1 - y)


_ONE: Mapping[Kind, Callable[[float, float], tuple[float, float]]] = {
    "negate": lambda x, _: (-x, -1.0),
    "scale": lambda x, c: (c * x, c),
    "shift": lambda x, c: (x + c, 1.0),
    "exp": _exp,
    "log": lambda x, _: (math.log(x), 1 / x),
    "reciprocal": _reciprocal,
    "square": lambda x, _: (x * x, 2 * x),
    "root": _root,
    "power": _power,
    "normal": _normal,
    "sine": lambda x, _: (math.sin(x), math.cos(x)),
    "sigmoid": _sigmoid,
    "tanh": lambda x, _: (math.tanh(x), 1 - math.tanh(x) ** 2),
    "step": lambda x, slope: (1.0 if x > 0 else 0.0, slope),
    "pass": lambda x, _: (x, 1.0),
    "more": lambda x, _: (x, 1.0),
}
"""(x, constant) → value and slope. A step's slope is that of its stand-in: its own is 0."""
