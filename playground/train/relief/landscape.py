"""The loss landscape: what the loss would be if the weights were elsewhere in a plane through the present ones.

Every point is the real loss of the real network on the same few hundred examples, as it is used (dropout off, batch
norm with the statistics that it has). Penalties such as weight decay are not part of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from playground.data import Split
from playground.engine.compile import State
from playground.graph.experiment import Experiment
from playground.train.bench import Bench, Examples
from playground.train.class_weights import weigh_classes
from playground.train.errors import TrainError
from playground.train.relief.grids import Measured, Part, coarse_first, grid
from playground.train.relief.planes import Arrays, Plane

MOST_EXAMPLES = 5000
MOST_WEIGHTS = 30_000_000
"""A landscape keeps eight copies of the weights that training may change, directions included: 1 GB for so many."""

_CHUNK = 256


class LossInPlane:
    """The network's loss on some examples as a function of two numbers, with its slope.

    Args:
        experiment: network, data and settings.
        split: the examples; `examples` of one part are taken, evenly spread.
        state: the tensors of now; the plane goes through `centre`, those of them that training may change.

    Raises:
        TrainError: the network cannot be trained, is too large, or there are no such examples.
    """

    def __init__(
        self, experiment: Experiment, split: Split, state: State, examples: int = 256, part: Part = "training"
    ) -> None:
        few = _few(split, max(1, min(examples, MOST_EXAMPLES)), part)
        self._bench = Bench(experiment, few, state)
        weigh_classes(self._bench.network, experiment.training.class_weights, torch.tensor(split.y_train))
        self._bench.network.train(False)
        self._parameters = self._bench.parameters
        count = sum(parameter.numel() for parameter in self._parameters.values())
        if count > MOST_WEIGHTS:
            raise TrainError(
                f"This network has {count:,} weights to learn, too many to look around in: up to {MOST_WEIGHTS:,} are "
                "possible. Choose a smaller network, or freeze layers."
            )
        self.examples: int = len(self._bench.training)
        self.centre: Arrays = {
            name: parameter.detach().cpu().numpy().copy() for name, parameter in self._parameters.items()
        }
        self._here, self._gradient = self._lay_in_one_row()
        self._middle = self._here.clone()
        self._axes = (torch.zeros_like(self._here), torch.zeros_like(self._here))
        self._origin = (0.0, 0.0)

    def _lay_in_one_row(self) -> tuple[Tensor, Tensor]:
        """All parameters, and all their gradients, as views of one long vector each: a point is then two additions."""
        total = sum(parameter.numel() for parameter in self._parameters.values())
        here, gradient = (torch.zeros(total, device=self._bench.device) for _ in range(2))
        first = 0
        for parameter in self._parameters.values():
            last = first + parameter.numel()
            here[first:last] = _in_memory_order(parameter.detach()).reshape(-1)
            parameter.data = _as_laid_out(here[first:last], parameter)
            parameter.grad = _as_laid_out(gradient[first:last], parameter)
            first = last
        return here, gradient

    def look_along(self, plane: Plane) -> None:
        """Take the directions of a plane whose centre is that of this network."""
        self._origin = plane.origin
        for axis, direction in zip(self._axes, (plane.first, plane.second), strict=True):
            first = 0
            for name, parameter in self._parameters.items():
                last = first + parameter.numel()
                given = direction.get(name)
                if given is None:
                    axis[first:last] = 0
                else:
                    axis[first:last] = _in_memory_order(torch.tensor(given, device=axis.device)).reshape(-1)
                first = last

    def _go_to(self, x: float, y: float) -> None:
        with torch.no_grad():
            torch.add(self._middle, self._axes[0], alpha=x - self._origin[0], out=self._here)
            self._here.add_(self._axes[1], alpha=y - self._origin[1])

    def value(self, x: float, y: float) -> float:
        """The mean loss there; infinite where it is no number."""
        self._go_to(x, y)
        with torch.no_grad():
            total = sum(float(loss.item()) * count for loss, count in self._losses())
        mean = total / self.examples
        return mean if math.isfinite(mean) else math.inf

    def slope(self, x: float, y: float) -> tuple[float, float, float]:
        """The mean loss there, and how much it grows along either axis: the real gradient, projected."""
        self._go_to(x, y)
        self._gradient.zero_()
        total = 0.0
        for loss, count in self._losses():
            share = loss * (count / self.examples)
            share.backward()
            total += float(share.item())
        right, up = (float(torch.dot(self._gradient, axis).item()) for axis in self._axes)
        return total, right, up

    def _losses(self) -> Iterator[tuple[Tensor, int]]:
        """The mean loss of each chunk of the examples, and how many they are."""
        known: Examples = self._bench.training
        module = self._bench.network.module
        assert module is not None
        for first in range(0, self.examples, _CHUNK):
            x, target = known.x[first : first + _CHUNK], known.target[first : first + _CHUNK]
            yield module(x, target)[1], len(x)


def measure(ground: LossInPlane, plane: Plane, size: int = 41) -> Iterator[Measured]:
    """Measure the loss on a grid over the plane's window, coarsely first; closing the generator ends it.

    Row 0 is the bottom. Deterministic on the CPU.
    """
    ground.look_along(plane)
    xs, ys = grid(plane.window, size)
    for done, (row, column) in enumerate(coarse_first(size), start=1):
        loss = ground.value(float(xs[column]), float(ys[row]))
        yield Measured(row, column, loss, done, size * size)


def _few(split: Split, count: int, part: Part) -> Split:
    """Some examples of one part, evenly spread, in the place of the training examples, and no others."""
    x, y = (split.x_train, split.y_train) if part == "training" else (split.x_validation, split.y_validation)
    if not len(x):
        raise TrainError(
            f"There are no {part} examples. Choose a larger validation part in Train, or look at the other loss."
        )
    chosen = np.linspace(0, len(x) - 1, min(count, len(x))).round().astype(np.int64)
    none = slice(0, 0)
    return replace(
        split,
        x_train=x[chosen],
        y_train=y[chosen],
        x_validation=x[none],
        y_validation=y[none],
        x_test=x[none],
        y_test=y[none],
    )


def _in_memory_order(tensor: Tensor) -> Tensor:
    """Kernels lie channels last in memory (see `train.bench`); the others as they are."""
    return tensor.permute(0, 2, 3, 1) if tensor.ndim == 4 else tensor


def _as_laid_out(row: Tensor, like: Tensor) -> Tensor:
    """A part of the long row with the shape of `like`, kernels channels last."""
    if like.ndim != 4:
        return row.view(like.shape)
    count, channels, height, width = like.shape
    return row.view(count, height, width, channels).permute(0, 3, 1, 2)
