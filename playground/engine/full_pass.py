"""What the network would have said with nothing dropped: the same step's forward pass with every mask left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from playground.engine.compile import compile_network
from playground.engine.trace import MASKING, Trace, record

if TYPE_CHECKING:
    from playground.engine.analysis import Analysis


@dataclass(frozen=True)
class FullPass:
    """`answer` (batch, ...) is what the main loss looks at, `loss` that of the batch; None without a target."""

    answer: np.ndarray
    loss: float | None


def answer_of(trace: Trace) -> np.ndarray:
    """What the network said in a recorded step: what the main loss was given, or the last layer's output."""
    for frame in reversed(list(trace.frames.values())):
        is_loss = frame.target is not None or (frame.output.ndim == 0 and frame.inputs)
        if is_loss and not frame.params.get("auxiliary"):
            return frame.inputs[0]
    return list(trace.frames.values())[-1].output


def without_masks(trace: Trace, analysis: Analysis) -> FullPass:
    """The recorded step's examples through the same weights, with dropout and stochastic depth doing nothing.

    Batch norm still measures the batch, so that the masks make all the difference.

    Raises:
        CompileError: the batch cannot be sent through.
    """
    state = {
        f"{node}.{name}": array
        for node, frame in trace.frames.items()
        for name, array in {**frame.weights, **frame.buffers}.items()
    }
    dtype = torch.float64 if trace.x.dtype == np.float64 else torch.float32
    network = compile_network(analysis, 0, state, dtype)
    for layer in network.children.values():
        if isinstance(layer, MASKING):
            layer.p = 0.0
    training = next(iter(trace.frames.values())).training
    found = record(network, trace.x, trace.target, training=training)
    return FullPass(answer_of(found), found.loss)
