"""Thousands of training rounds of a small dense network on one example, by hand-derived steps in numpy.

The same arithmetic as the recorded step, in some 30 µs a round: gradient descent without momentum on the sum of half
squares, as in Mazur's example.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]

CURVES = ("", "sigmoid", "tanh", "relu")
"""The activations that can be computed; "" is none."""


@dataclass
class DenseLayer:
    """`weight` is (outputs, inputs), `curve` the activation behind it; what does not learn is left alone.

    `held_weights` and `held_biases` are the places of single numbers that do not.
    """

    weight: Array
    bias: Array
    curve: str
    learns_weight: bool
    learns_bias: bool
    held_weights: tuple[tuple[int, ...], ...] = ()
    held_biases: tuple[tuple[int, ...], ...] = ()


class DenseRounds:
    """A network that goes on learning; `losses[n]` is the error after n updates, `output` its answer now."""

    def __init__(self, layers: list[DenseLayer], x: Array, target: Array, rate: float) -> None:
        self.layers, self._x, self._target, self._rate = layers, x, target, rate
        self.output = self._forward()[-1]
        self.losses: list[float] = [self._loss()]

    def run(self, rounds: int) -> None:
        """So many updates more."""
        for _ in range(rounds):
            self._update(self._forward())
            self.output = self._forward()[-1]
            self.losses.append(self._loss())

    def _loss(self) -> float:
        miss = self._target - self.output
        return 0.5 * float(miss @ miss)

    def _forward(self) -> list[Array]:
        outs = [self._x]
        for layer in self.layers:
            outs.append(_apply(layer.curve, layer.weight @ outs[-1] + layer.bias))
        return outs

    def _update(self, outs: list[Array]) -> None:
        """The chain rule backwards; every gradient is taken before any weight of its layer moves."""
        blame = outs[-1] - self._target
        for number in range(len(self.layers) - 1, -1, -1):
            layer = self.layers[number]
            delta = blame * _slope(layer.curve, outs[number + 1])
            blame = delta @ layer.weight
            if layer.learns_weight:
                slopes = np.outer(delta, outs[number])
                for place in layer.held_weights:
                    slopes[place] = 0.0
                layer.weight = layer.weight - self._rate * slopes
            if layer.learns_bias:
                for place in layer.held_biases:
                    delta[place] = 0.0  # nothing is worked out from it any more
                layer.bias = layer.bias - self._rate * delta


def _apply(curve: str, net: Array) -> Array:
    if curve == "sigmoid":
        return 1.0 / (1.0 + np.exp(-net))
    if curve == "tanh":
        return np.tanh(net)
    return np.maximum(net, 0.0) if curve == "relu" else net


def _slope(curve: str, out: Array) -> Array | float:
    if curve == "sigmoid":
        return out * (1.0 - out)
    if curve == "tanh":
        return 1.0 - out * out
    return (out > 0).astype(np.float64) if curve == "relu" else 1.0
