"""Small experiments that train in a moment, and what several tests do with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from playground.data import Split
from playground.graph.edits import add, append
from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.graph.model import Graph, Node, ParamValue
from playground.train import BatchDone, BatchesDone, Event, Finished, Steering, train


def node(node_id: str, key: str, **params: ParamValue) -> Node:
    return Node(node_id, key, params)


def chain(*nodes: Node) -> Graph:
    graph = add(Graph(), nodes[0])
    for before, after in pairwise(nodes):
        graph = append(graph, after, before.id)
    return graph


def points(**training: Any) -> Experiment:
    """A small dense network on the circle: 250 training points, 25 of them for validation."""
    graph = chain(
        node("input", "input", shape=(2,)),
        node("fc1", "dense", out_features=8),
        node("tanh1", "tanh"),
        node("fc2", "dense", out_features=2),
        node("loss", "cross_entropy"),
    )
    settings = TrainingSettings(learning_rate=0.01, batch_size=32, epochs=3, device="cpu")
    return Experiment(graph, DataSettings("circle"), replace(settings, **training))


def pictures(**training: Any) -> Experiment:
    """Everything that has a state of its own: convolution, batch norm, dropout; on small random pictures."""
    graph = chain(
        node("input", "input", shape=(1, 28, 28)),
        node("conv1", "conv2d", out_channels=3, kernel_size=(5, 5), stride=(4, 4)),
        node("norm1", "batch_norm2d"),
        node("relu1", "relu"),
        node("dropout1", "dropout", p=0.3),
        node("flatten", "flatten"),
        node("fc1", "dense", out_features=10),
        node("loss", "cross_entropy"),
    )
    settings = TrainingSettings(learning_rate=0.01, batch_size=16, epochs=2, device="cpu")
    return Experiment(graph, DataSettings("mnist"), replace(settings, **training))


@lru_cache(maxsize=1)
def noise() -> Split:
    """70 training, 20 validation and 30 test pictures that mean nothing."""
    rng = np.random.default_rng(0)

    def some(count: int) -> tuple[np.ndarray, np.ndarray]:
        return rng.random((count, 1, 28, 28), dtype=np.float32), rng.integers(0, 10, count)

    return Split(*some(70), *some(20), *some(30))


def run(experiment: Experiment, split: Split, **options: Any) -> list[Event]:
    """All events of a whole run."""
    return list(train(experiment, split, **options))


def one_by_one(events: Iterable[Event]) -> list[Event]:
    """The events, and those of batches that were told together each for itself."""
    return [one for event in events for one in (event.each() if isinstance(event, BatchesDone) else (event,))]


def losses(events: list[Event]) -> list[float]:
    """The loss of every batch."""
    return [event.loss for event in events if isinstance(event, BatchDone)]


def finished(events: list[Event]) -> Finished:
    assert isinstance(events[-1], Finished)
    return events[-1]


def stopping_after(step: int, experiment: Experiment, split: Split, **options: Any) -> list[Event]:
    """The events of a run that is told to stop once `step` batches are done."""
    steering = Steering()
    events: list[Event] = []
    for event in train(experiment, split, steering=steering, **options):
        events.append(event)
        if getattr(event, "step", 0) >= step:
            steering.stop()
    return events
