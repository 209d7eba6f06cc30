"""Thousands of training rounds of a small dense network on one example, by hand-derived steps in numpy. No Qt.

The same arithmetic as the recorded step (a test compares them), in some 30 µs a round: gradient descent without
momentum on the sum of half squares, as in Mazur's example.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.ui.microscopes.base import SHOWN

if TYPE_CHECKING:
    from playground.engine.trace import Trace
    from playground.ui.microscopes.chain_model import Chain

Array = np.ndarray[Any, np.dtype[np.float64]]
_CURVES = ("", "sigmoid", "tanh", "relu")


@dataclass
class _Layer:
    weight: Array
    bias: Array
    curve: str
    learns_weight: bool
    learns_bias: bool


class DenseRounds:
    """A network that goes on learning; `losses[n]` is the error after n updates, `output` its answer now."""

    def __init__(self, layers: list[_Layer], x: Array, target: Array, rate: float) -> None:
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
                layer.weight = layer.weight - self._rate * np.outer(delta, outs[number])
            if layer.learns_bias:
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


def rounds_of(trace: Trace, chain: Chain) -> DenseRounds | None:
    """The recorded network, ready to go on from its weights before the recorded step; None if it is of another kind."""
    rule, loss = trace.rule, trace.frames.get(chain.loss)
    if rule is None or not rule.is_plain or loss is None:
        return None
    if loss.type != "squared_error" or loss.params.get("reduction") != "half_sum" or len(trace.x) != 1:
        return None
    if loss.target is None or not np.issubdtype(loss.target.dtype, np.floating):
        return None
    layers: list[_Layer] = []
    for column in chain.columns[1:]:
        frame = trace.frames[column.dense]
        curve = trace.frames[column.activation].type if column.activation else ""
        if curve not in _CURVES:
            return None
        weight = frame.weights["weight"].astype(np.float64)
        bias = frame.weights.get("bias")
        held = np.zeros(len(weight)) if bias is None else bias.astype(np.float64)
        learns_bias = bias is not None and "bias" not in frame.frozen
        layers.append(_Layer(weight, held, curve, "weight" not in frame.frozen, learns_bias))
    x, target = trace.x[SHOWN].astype(np.float64), loss.target[SHOWN].astype(np.float64)
    return DenseRounds(layers, x, target, rule.learning_rate)
