"""The measure for small networks in the plane: vectorised numpy.

float32, everything allocated before, one product per layer and batch. An epoch trains on every batch, works out both
losses, and every unit's 100 × 100 map.

Reads the name of a network from stdin line by line, and answers each with the seconds that an epoch took, the mean of
as many as fill a while.
"""

from __future__ import annotations

import sys
import time
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

NETWORKS = {"2-4-2-1": (4, 2), "2-8-8-8-8-8-8-1": (8,) * 6}
"""The hidden layers of the two networks, the defaults and about the limit of TensorFlow Playground."""
BATCH, RATE, EXAMPLES = 10, 0.03, 250
GRID, REACH = 100, 6.0
SECONDS = 1.0

Array = NDArray[np.float32]


class Reference:
    """A network of tanh units that learns by plain gradient descent on ½(o − t)²."""

    def __init__(self, hidden: tuple[int, ...], rng: np.random.Generator) -> None:
        sizes = (2, *hidden, 1)
        self.weights = [rng.normal(0, 0.5, (n, m)).astype(np.float32) for n, m in pairwise(sizes)]
        self.biases = [np.full(m, 0.1, np.float32) for m in sizes[1:]]
        self.parts = {rows: _Room(sizes, rows) for rows in (BATCH, EXAMPLES, GRID * GRID)}
        steps = np.linspace(-REACH, REACH, GRID, dtype=np.float32)
        self.grid = np.stack(np.meshgrid(steps, -steps), -1).reshape(-1, 2)

    def forward(self, x: Array, room: _Room) -> Array:
        """What all units say of these places; the last ones' answer."""
        for weight, bias, out in zip(self.weights, self.biases, room.out, strict=True):
            np.matmul(x, weight, out=out)
            np.add(out, bias, out=out)
            np.tanh(out, out=out)
            x = out
        return x

    def learn(self, x: Array, t: Array) -> None:
        """One update."""
        room = self.parts[BATCH]
        blame = room.blame[-1]
        np.subtract(self.forward(x, room), t, out=blame)
        for layer in range(len(self.weights) - 1, -1, -1):
            out, slope, blame = room.out[layer], room.slope[layer], room.blame[layer]
            np.multiply(out, out, out=slope)
            np.subtract(1, slope, out=slope)
            np.multiply(blame, slope, out=blame)
            source = x if layer == 0 else room.out[layer - 1]
            np.matmul(source.T, blame, out=room.weights[layer])
            np.sum(blame, axis=0, out=room.biases[layer])
            if layer:
                np.matmul(blame, self.weights[layer].T, out=room.blame[layer - 1])
            for values, gradient in ((self.weights, room.weights), (self.biases, room.biases)):
                np.multiply(gradient[layer], RATE / BATCH, out=gradient[layer])
                np.subtract(values[layer], gradient[layer], out=values[layer])

    def loss(self, x: Array, t: Array) -> float:
        """The mean of ½(o − t)²."""
        off = self.forward(x, self.parts[EXAMPLES]) - t
        return float(0.5 * np.mean(off * off))

    def epoch(self, train: tuple[Array, Array], test: tuple[Array, Array]) -> tuple[float, float]:
        """All batches, both losses, all maps."""
        for first in range(0, EXAMPLES, BATCH):
            self.learn(train[0][first : first + BATCH], train[1][first : first + BATCH])
        losses = self.loss(*train), self.loss(*test)
        self.forward(self.grid, self.parts[GRID * GRID])
        return losses


class _Room:
    """Arrays for so many places at once."""

    def __init__(self, sizes: tuple[int, ...], rows: int) -> None:
        self.out = [np.empty((rows, size), np.float32) for size in sizes[1:]]
        self.slope = [np.empty_like(out) for out in self.out]
        self.blame = [np.empty_like(out) for out in self.out]
        self.weights = [np.empty((n, m), np.float32) for n, m in pairwise(sizes)]
        self.biases = [np.empty(m, np.float32) for m in sizes[1:]]


def circle(rng: np.random.Generator) -> tuple[Array, Array]:
    """Points in a disc (−1) and a ring around it (1)."""
    radius, angle = rng.uniform(0, 5, EXAMPLES), rng.uniform(0, 2 * np.pi, EXAMPLES)
    x = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1).astype(np.float32)
    return x, np.where(radius < 2.5, -1, 1).astype(np.float32)[:, np.newaxis]


def main() -> None:
    """Answer until stdin ends."""
    rng = np.random.default_rng(0)
    train, test = circle(rng), circle(rng)
    networks = {name: Reference(hidden, rng) for name, hidden in NETWORKS.items()}
    for line in sys.stdin:
        network, epochs, began = networks[line.strip()], 0, time.perf_counter()
        while time.perf_counter() - began < SECONDS:
            network.epoch(train, test)
            epochs += 1
        print((time.perf_counter() - began) / epochs, flush=True)


if __name__ == "__main__":
    main()
