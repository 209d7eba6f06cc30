"""One training step of the experiment on one example, recorded. For the worker thread; imports torch when called."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.graph.freezing import holds_averages
from playground.layers import layer_type

if TYPE_CHECKING:
    import torch

    from playground.engine.compile import Network
    from playground.engine.shapes import Analysis
    from playground.engine.trace import Trace
    from playground.graph.experiment import Experiment

Arrays = Mapping[str, np.ndarray]

EXACT_PARAMETERS = 1_000_000
EXACT_MULTIPLY_ADDS = 20_000_000
"""Networks up to this size (both limits, the multiply-adds for the whole batch) are stepped in float64, so that what is
on screen can be checked digit by digit; larger ones in float32, as they train."""

COMPANIONS = 15
"""Other examples sent along where a network has batch norm, whose statistics need a batch; of large networks fewer."""

LARGEST_BATCH = 64
COMPANION_BYTES, BATCH_BYTES = 300_000_000, 1_000_000_000
"""How much memory the recorded numbers of all examples may take: of those sent along, and of those asked for."""


@dataclass(frozen=True)
class Request:
    """What to record: the weights before the step, and what the optimizer remembers of earlier rounds.

    `epochs` is how far training has come and `batches` how many steps an epoch has: a schedule wants to know.
    """

    analysis: Analysis
    experiment: Experiment
    x: np.ndarray
    target: np.ndarray
    state: Arrays
    number: int = 1
    memory: Arrays = field(default_factory=dict[str, np.ndarray])
    epochs: float = 0.0
    batches: int = 1


@dataclass(frozen=True)
class Round:
    """A recorded round of training: `start` are the weights before it and `after` those behind it."""

    number: int
    request: Request
    trace: Trace
    after: Arrays
    memory: Arrays

    @cached_property
    def bytes(self) -> int:
        """How much memory the recorded arrays take; those that lie in the same memory count once."""
        arrays = [*self.after.values(), *self.memory.values()]
        for frame in self.trace.frames.values():
            arrays += [*frame.inputs, frame.output, *frame.grad_inputs, *frame.weights.values()]
            arrays += [*frame.grad_weights.values(), *frame.updated.values(), *frame.buffers.values()]
            arrays += [array for array in (frame.grad_output, frame.mask) if array is not None]
            arrays += [array for held in frame.memory.values() for array in held.values()]
        return sum({array.__array_interface__["data"][0]: array.nbytes for array in arrays}.values())

    def following(self) -> Request:
        """The request for the round after this one."""
        old = self.request
        return replace(old, state=self.after, number=self.number + 1, memory=self.memory)


def needs_companions(analysis: Analysis) -> bool:
    """Whether the network looks at several examples together."""
    nodes = (analysis.graph.node(key) for key in analysis.layers)
    return any(layer_type(node.type).looks_at_the_batch and not holds_averages(node) for node in nodes)


def bytes_per_example(analysis: Analysis) -> int:
    """How much memory one example's recorded numbers take, in float32: every output, and its gradient."""
    return max(1, 8 * sum(prod(report.output) for report in analysis.layers.values()))


def most_together(analysis: Analysis) -> int:
    """How many examples can be recorded together."""
    least = 2 if needs_companions(analysis) else 1
    return max(least, min(LARGEST_BATCH, BATCH_BYTES // bytes_per_example(analysis)))


def examples_sent(analysis: Analysis, experiment: Experiment) -> int:
    """How many examples go through together: those asked for, and enough for batch norm while the network trains."""
    if experiment.step_batch > 1:
        return min(experiment.step_batch, most_together(analysis))
    if not experiment.step_training or not needs_companions(analysis):
        return 1
    return 1 + max(1, min(COMPANIONS, COMPANION_BYTES // bytes_per_example(analysis) - 1))


def is_exact(analysis: Analysis, batch: int) -> bool:
    """Whether the step is recorded in float64."""
    return analysis.parameters <= EXACT_PARAMETERS and analysis.multiply_adds * batch <= EXACT_MULTIPLY_ADDS


def record_round(request: Request) -> Round:
    """Send the example through, back, and through the update.

    Raises:
        CompileError: the network cannot run, or cannot take this example.
    """
    import torch

    from playground.engine.by_hand import put_in
    from playground.engine.trace import record
    from playground.train.optimizers import make_optimizer, optimizer_arrays, restore_optimizer
    from playground.train.rate_now import rate_now

    analysis, experiment = request.analysis, request.experiment
    exact = is_exact(analysis, len(request.x))
    dtype = torch.float64 if exact else torch.float32
    network = _network(request, dtype)
    put_in(network, experiment.weights_by_hand)
    x, target = (as_written(array) if exact else array for array in (request.x, request.target))
    learning = dict(network.named_parameters(frozen=False))
    optimizer = None
    if analysis.can_train and learning:
        rate = rate_now(experiment.training, request.epochs, request.batches, request.number - 1)
        settings = replace(experiment.training, learning_rate=rate)
        optimizer = make_optimizer(settings, learning, network.rates, network.held)
        restore_optimizer(optimizer, experiment.training.optimizer, learning, request.memory)
    seed = experiment.mask_seed(request.number)
    trace = record(network, x, target if analysis.can_train else None, optimizer, experiment.step_training, seed)
    memory = {} if optimizer is None else optimizer_arrays(optimizer, learning)
    for parameter in learning.values():
        parameter.grad = None
    return Round(request.number, request, trace, _after(trace, network), memory)


_workshop = threading.local()
"""Of each worker thread: the network that it recorded last, so that the next recording need not compile it again."""


@dataclass(frozen=True)
class _Kept:
    """A compiled network, and the weights that it was drawn with, if those are known."""

    network: Network
    origin: tuple[int, object]
    drawn: Arrays | None

    def fits(self, request: Request, dtype: torch.dtype) -> bool:
        """Whether it is the request's network, all of whose tensors are known."""
        if self.network.analysis is not request.analysis or self.network.dtype != dtype:
            return False
        if self.drawn is not None and self.origin == _origin(request):
            return True
        layers = self.network.children.items()
        return all(f"{key}.{name}" in request.state for key, layer in layers for name in layer.state_dict())


def _origin(request: Request) -> tuple[int, object]:
    """What starting weights are drawn from."""
    return request.experiment.seed, request.experiment.training.starting_values


def _network(request: Request, dtype: torch.dtype) -> Network:
    """The network with the request's weights, compiled only if it is another one than the last."""
    from playground.engine.compile import compile_network

    kept: _Kept | None = getattr(_workshop, "kept", None)
    if kept is not None and kept.fits(request, dtype):
        kept.network.load({**(kept.drawn or {}), **request.state})
        return kept.network
    _workshop.kept = None
    seed, initialiser = request.experiment.seed, request.experiment.training.starting_values
    network = compile_network(request.analysis, seed, request.state, dtype, initialiser)
    _workshop.kept = _Kept(network, _origin(request), None if request.state else network.state())
    return network


def _after(trace: Trace, network: Network) -> Arrays:
    """The network's tensors behind the step; parameters are those of the frames, so that each is held once."""
    found: dict[str, np.ndarray] = {}
    for key, layer in network.children.items():
        updated = trace.frames[key].updated if key in trace.frames else {}
        for name, tensor in layer.state_dict().items():
            array = updated.get(name)
            found[f"{key}.{name}"] = tensor.detach().cpu().numpy().copy() if array is None else array
    return found


def as_written(array: np.ndarray) -> np.ndarray[Any, Any]:
    """float32 numbers as the float64 of their decimal writing: 0.05 becomes 0.05, not 0.0500000007450581."""
    if array.dtype != np.float32:
        return array
    return array.astype(str).astype(np.float64)
