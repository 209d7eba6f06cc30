"""One training step of the experiment on one example, recorded. For the worker thread; imports torch when called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.layers import layer_type

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis
    from playground.engine.trace import Trace
    from playground.graph.experiment import Experiment

Arrays = Mapping[str, np.ndarray]

EXACT_PARAMETERS = 1_000_000
EXACT_MULTIPLY_ADDS = 20_000_000
"""Networks up to this size (both limits, the multiply-adds for the whole batch) are stepped in float64, so that what is
on screen can be checked digit by digit; larger ones in float32, as they train."""

COMPANIONS = 15
"""Other examples sent along where a network has batch norm, whose statistics need a batch."""


@dataclass(frozen=True)
class Request:
    """What to record: the weights before the step, and what the optimizer remembers of earlier rounds."""

    analysis: Analysis
    experiment: Experiment
    x: np.ndarray
    target: np.ndarray
    state: Arrays
    number: int = 1
    memory: Arrays = field(default_factory=dict[str, np.ndarray])


@dataclass(frozen=True)
class Round:
    """A recorded round of training: `start` are the weights before it and `after` those behind it."""

    number: int
    request: Request
    trace: Trace
    after: Arrays
    memory: Arrays

    @property
    def bytes(self) -> int:
        """How much memory the recorded arrays take, roughly."""
        total = sum(array.nbytes for array in self.after.values())
        for frame in self.trace.frames.values():
            arrays = [*frame.inputs, frame.output, *frame.grad_inputs, *frame.weights.values()]
            arrays += [*frame.grad_weights.values(), *frame.updated.values()]
            total += sum(array.nbytes for array in arrays)
        return total

    def following(self) -> Request:
        """The request for the round after this one."""
        old = self.request
        return Request(old.analysis, old.experiment, old.x, old.target, self.after, self.number + 1, self.memory)


def needs_companions(analysis: Analysis) -> bool:
    """Whether the network looks at several examples together."""
    return any(layer_type(analysis.graph.node(key).type).looks_at_the_batch for key in analysis.layers)


def is_exact(analysis: Analysis, batch: int) -> bool:
    """Whether the step is recorded in float64."""
    return analysis.parameters <= EXACT_PARAMETERS and analysis.multiply_adds * batch <= EXACT_MULTIPLY_ADDS


def record_round(request: Request) -> Round:
    """Send the example through, back, and through the update.

    Raises:
        CompileError: the network cannot run, or cannot take this example.
    """
    import torch

    from playground.engine.compile import compile_network
    from playground.engine.trace import record
    from playground.train.optimizers import make_optimizer, optimizer_arrays, restore_optimizer

    analysis, experiment = request.analysis, request.experiment
    exact = is_exact(analysis, len(request.x))
    dtype = torch.float64 if exact else torch.float32
    network = compile_network(analysis, experiment.seed, request.state, dtype, experiment.training.starting_values)
    x, target = (as_written(array) if exact else array for array in (request.x, request.target))
    learning = dict(network.named_parameters(frozen=False))
    optimizer = None
    if analysis.can_train and learning:
        optimizer = make_optimizer(experiment.training, learning)
        restore_optimizer(optimizer, experiment.training.optimizer, learning, request.memory)
    seed = experiment.seed + request.number
    trace = record(network, x, target if analysis.can_train else None, optimizer, training=True, seed=seed)
    memory = {} if optimizer is None else optimizer_arrays(optimizer, learning)
    return Round(request.number, request, trace, network.state(), memory)


def as_written(array: np.ndarray) -> np.ndarray[Any, Any]:
    """float32 numbers as the float64 of their decimal writing: 0.05 becomes 0.05, not 0.0500000007450581."""
    if array.dtype != np.float32:
        return array
    return array.astype(str).astype(np.float64)
