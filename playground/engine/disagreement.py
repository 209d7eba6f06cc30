"""Backpropagation checked throughout a network: which gradients differ most from what is measured, and why."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch

from playground.engine.chance import chance_from
from playground.engine.compile import CompileError, Network, compile_network
from playground.engine.gradient_check import GradientCheck, stand_in_after
from playground.engine.trace import record, to_tensor

Reason = Literal["", "stand-in", "kink", "unknown"]
"""Why backpropagation and measurement differ: they do not; a layer hands back something else on purpose; a corner of
the loss lies within ε (a smaller ε agrees); or none of these."""

FINER = 1e-2
"""A difference is looked at again with ε times this."""
_EVERY = 0.1


@dataclass(frozen=True)
class Disagreement:
    """One element of one parameter, and both gradients."""

    node: str
    name: str
    index: tuple[int, ...]
    check: GradientCheck
    reason: Reason = ""


@dataclass(frozen=True)
class Survey:
    """How far the checking has come. `worst` begins with the largest relative error; `differ` of all differ."""

    checked: int
    to_check: int
    total: int
    worst: tuple[Disagreement, ...]
    differ: int
    is_done: bool = False

    @property
    def is_sample(self) -> bool:
        """Whether some of the parameters were, or will be, left out."""
        return self.to_check < self.total or (self.is_done and self.checked < self.total)


@dataclass(frozen=True)
class _Spot:
    node: str
    name: str
    index: tuple[int, ...]


def survey_gradients(
    network: Network,
    x: np.ndarray,
    target: np.ndarray,
    epsilon: float = 1e-5,
    most: int = 2_000,
    seconds: float = 60.0,
    keep: int = 12,
    training: bool = True,
    seed: int = 0,
) -> Iterator[Survey]:
    """Check every parameter element, or of large networks a fair sample: as many of each tensor, drawn at random.

    All of it happens in a twin of the network in float64, with the same dropout masks throughout.

    Args:
        network: the compiled network, with a loss.
        x: (batch, *input shape).
        target: (batch,) class indices or (batch, values).
        epsilon: how far each weight is nudged, up and down.
        most: so many elements are checked at most.
        seconds: after that time no further ones are begun.
        keep: the length of the list of the worst.
        training: whether dropout and batch norm behave as in training.
        seed: of the dropout masks.

    Raises:
        CompileError: the network has no loss, or the batch cannot be sent through.
        ValueError: epsilon is not positive.
    """
    if not epsilon > 0:
        raise ValueError(f"The nudge must be greater than 0, not {epsilon:g}.")
    twin = compile_network(network.analysis, 0, network.state(), torch.float64)
    trace = record(twin, x, target, training=training, seed=seed)
    measured = _Measured(twin, x, target, training, seed)
    spots = _chosen(twin, most)
    total = sum(parameter.numel() for _, parameter in twin.named_parameters())
    worst: list[Disagreement] = []
    differ, checked = 0, 0
    last = time.monotonic()
    end = last + seconds
    for checked, spot in enumerate(spots, start=1):
        frame = trace.frames.get(spot.node)
        if frame is not None and spot.name in frame.grad_weights:
            found = _look(measured, spot, float(frame.grad_weights[spot.name][spot.index]), epsilon)
            differ += bool(found.reason)
            worst.append(found)
            worst.sort(key=_how_bad, reverse=True)
            del worst[keep:]
        now = time.monotonic()
        if now - last > _EVERY:
            last = now
            yield Survey(checked, len(spots), total, tuple(worst), differ)
        if now > end:
            break
    yield Survey(checked, len(spots), total, tuple(worst), differ, is_done=True)


def _how_bad(found: Disagreement) -> tuple[bool, float, float]:
    """Those that differ come first; below that, what is smaller than rounding counts as nothing."""
    check = found.check
    share = check.relative_error if check.is_above_noise else 0.0
    return bool(found.reason), share, abs(check.backprop - check.measured)


def _look(measured: _Measured, spot: _Spot, backprop: float, epsilon: float) -> Disagreement:
    """Check one element, and where the two differ find out why."""
    check = GradientCheck(backprop, measured.slope(spot, epsilon), epsilon)
    found = Disagreement(spot.node, spot.name, spot.index, check)
    if check.agrees:
        return found
    stand_in = stand_in_after(measured.network, spot.node)
    if stand_in:
        return replace(found, check=replace(check, stand_in=stand_in), reason="stand-in")
    finer = GradientCheck(backprop, measured.slope(spot, epsilon * FINER), epsilon * FINER)
    return replace(found, reason="kink" if finer.agrees else "unknown")


def _chosen(network: Network, most: int) -> list[_Spot]:
    """Elements to check, the tensors taking turns, so that any beginning of the list is fair to all of them."""
    chance = np.random.default_rng(0)
    tensors = [
        (node, name, parameter)
        for node, layer in network.children.items()
        for name, parameter in layer.named_parameters()
    ]
    each = max(1, most // max(1, len(tensors)))
    total = sum(parameter.numel() for _, _, parameter in tensors)
    picks: list[list[_Spot]] = []
    for node, name, parameter in tensors:
        size = parameter.numel()
        wanted = size if total <= most else min(size, each)
        flat = np.arange(size) if wanted == size else np.sort(chance.choice(size, wanted, replace=False))
        places = chance.permutation(flat)
        picks.append([_Spot(node, name, _unravelled(int(at), tuple(parameter.shape))) for at in places])
    longest = max((len(pick) for pick in picks), default=0)
    return [pick[turn] for turn in range(longest) for pick in picks if turn < len(pick)]


def _unravelled(at: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(place) for place in np.unravel_index(at, shape))


class _Measured:
    """The loss of a network whose weights can be nudged; everything else stays as it was recorded."""

    def __init__(self, network: Network, x: np.ndarray, target: np.ndarray, training: bool, seed: int) -> None:
        self.network = network
        self._x, self._target = to_tensor(x, network.dtype), to_tensor(target, network.dtype)
        self._seed = seed
        self._parameters = {
            (node, name): parameter
            for node, layer in network.children.items()
            for name, parameter in layer.named_parameters()
        }
        network.train(training)
        buffers = (buffer for layer in network.children.values() for buffer in layer.buffers())
        self._buffers = [(buffer, buffer.detach().clone()) for buffer in buffers]

    def slope(self, spot: _Spot, epsilon: float) -> float:
        """(E(w + ε) − E(w − ε)) / 2ε."""
        parameter = self._parameters[spot.node, spot.name]
        with torch.no_grad():
            start = float(parameter[spot.index])
            losses: list[float] = []
            for nudged in (start + epsilon, start - epsilon):
                parameter[spot.index] = nudged
                losses.append(self._loss())
            parameter[spot.index] = start
        return (losses[0] - losses[1]) / (2 * epsilon)

    def _loss(self) -> float:
        module = self.network.module
        if module is None:
            raise CompileError("There is no loss yet, so there is nothing to measure.")
        with chance_from(self._seed):
            loss: torch.Tensor = module(self._x, self._target)[1]
        for buffer, kept in self._buffers:  # batch norm's running averages
            buffer.copy_(kept)
        return loss.item()
