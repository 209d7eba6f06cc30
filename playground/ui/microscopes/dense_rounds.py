"""A recorded network taken on for thousands of rounds more. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.graph.freezing import held_within
from playground.ui.microscopes.base import SHOWN

if TYPE_CHECKING:
    from playground.engine.dense_rounds import DenseRounds
    from playground.engine.trace import Trace
    from playground.ui.microscopes.chain_model import Chain


def rounds_of(trace: Trace, chain: Chain) -> DenseRounds | None:
    """The recorded network, ready to go on from its weights before the recorded step; None if it is of another kind."""
    from playground.engine.dense_rounds import CURVES, DenseLayer, DenseRounds

    rule, loss = trace.rule, trace.frames.get(chain.loss)
    if rule is None or not rule.is_plain or loss is None:
        return None
    if loss.type != "squared_error" or loss.params.get("reduction") != "half_sum" or len(trace.x) != 1:
        return None
    if loss.target is None or not np.issubdtype(loss.target.dtype, np.floating):
        return None
    layers: list[DenseLayer] = []
    for column in chain.columns[1:]:
        frame = trace.frames[column.dense]
        curve = trace.frames[column.activation].type if column.activation else ""
        if curve not in CURVES or frame.rate != 1.0:
            return None
        weight = frame.weights["weight"].astype(np.float64)
        bias = frame.weights.get("bias")
        held = np.zeros(len(weight)) if bias is None else bias.astype(np.float64)
        learns_bias = bias is not None and "bias" not in frame.frozen
        layer = DenseLayer(weight, held, curve, "weight" not in frame.frozen, learns_bias)
        layer.held_weights = held_within(trace.graph.node(column.dense), "weight", weight.shape)
        layer.held_biases = held_within(trace.graph.node(column.dense), "bias", held.shape)
        layers.append(layer)
    x, target = trace.x[SHOWN].astype(np.float64), loss.target[SHOWN].astype(np.float64)
    return DenseRounds(layers, x, target, rule.learning_rate)
