"""The gradient measured: nudge one weight, see how the loss moves, compare with what backpropagation says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from playground.engine.compile import Network, compile_network
from playground.engine.trace import record
from playground.layers import layer_type

AGREEMENT = 1e-2
"""Largest relative error that passes; cs231n: above 1e-2 the gradient is probably wrong."""
NOISE = 1e-9
"""Differences below this are rounding."""


@dataclass(frozen=True)
class GradientCheck:
    """∂E/∂w by backpropagation, and measured as (E(w + ε) − E(w − ε)) / 2ε.

    `stand_in` names a layer between the weight and the loss that does not hand back its true gradient (a threshold,
    see `playground.layers.Surrogate`), so that the two need not agree; empty where there is none.
    """

    backprop: float
    measured: float
    epsilon: float
    stand_in: str = ""

    @property
    def relative_error(self) -> float:
        """|backprop − measured| over the larger of the two; 0 where both are zero."""
        largest = max(abs(self.backprop), abs(self.measured))
        return abs(self.backprop - self.measured) / largest if largest else 0.0

    @property
    def agrees(self) -> bool:
        """Whether the two are the same but for the curvature of the loss within ε, and rounding."""
        return not self.is_above_noise or self.relative_error < AGREEMENT

    @property
    def is_above_noise(self) -> bool:
        """Whether the difference is larger than rounding makes it."""
        return abs(self.backprop - self.measured) >= NOISE


def check_gradient(
    network: Network,
    x: np.ndarray,
    target: np.ndarray,
    node: str,
    name: str,
    index: tuple[int, ...],
    epsilon: float = 1e-3,
    training: bool = True,
    seed: int = 0,
) -> GradientCheck:
    """Check one element of one parameter.

    All of it happens in a twin of the network in float64, so the network itself is not touched.

    Args:
        network: the compiled network, with a loss.
        x: (batch, *input shape).
        target: (batch,) class indices or (batch, values).
        node: the layer's id.
        name: the parameter's torch name.
        index: the element.
        epsilon: how far the weight is nudged, up and down.
        training: whether dropout and batch norm behave as in training.
        seed: of the dropout masks, the same for all three passes.

    Raises:
        CompileError: the network has no loss, or the batch cannot be sent through.
        KeyError: the network has no such layer or parameter.
        IndexError: the parameter has no such element.
        ValueError: epsilon is not positive.
    """
    if not epsilon > 0:
        raise ValueError(f"The nudge must be greater than 0, not {epsilon:g}.")
    twin = compile_network(network.analysis, 0, network.state(), torch.float64)
    parameter = dict(twin.children[node].named_parameters())[name]
    start = float(parameter.detach()[index])
    backprop = float(record(twin, x, target, training=training, seed=seed).frames[node].grad_weights[name][index])
    losses: list[float] = []
    for nudged in (start + epsilon, start - epsilon):
        with torch.no_grad():
            parameter[index] = nudged
        loss = record(twin, x, target, training=training, seed=seed).loss
        assert loss is not None
        losses.append(loss)
    return GradientCheck(backprop, (losses[0] - losses[1]) / (2 * epsilon), epsilon, stand_in_after(network, node))


def stand_in_after(network: Network, node: str) -> str:
    """A layer from that node on that has a stand-in for its gradient; empty if there is none."""
    graph = network.analysis.graph
    for found in graph:
        is_threshold = found.id in network.children and layer_type(found.type).surrogate is not None
        if is_threshold and (found.id == node or node in graph.ancestors(found.id)):
            return found.title
    return ""
