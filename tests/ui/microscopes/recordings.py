"""Recorded steps of small networks, made without a window."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from playground.engine.shapes import Analysis, analyse
from playground.engine.trace import Trace
from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.graph.model import Edge, Graph, Node, ParamValue
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.chain_model import Chain
from playground.ui.step.recording import Request, record_round
from playground.zoo import zoo_experiment

Layers = Sequence[tuple[str, str, dict[str, ParamValue]]]


def chain(layers: Layers) -> Graph:
    """Layers one after the other."""
    nodes = tuple(Node(key, kind, params) for key, kind, params in layers)
    return Graph(nodes, tuple(Edge(a.id, b.id) for a, b in pairwise(nodes)))


def scene_of(
    graph: Graph,
    node: str,
    phase: str = "forward",
    target: np.ndarray | None = None,
    training: TrainingSettings | None = None,
    batch: int = 1,
) -> Scene:
    """A network on random numbers, at one of its stations."""
    experiment = Experiment(graph, DataSettings("mnist"), training or TrainingSettings(optimizer="sgd", momentum=0.0))
    analysis = analyse(graph)
    shape = analysis.input_shape
    assert shape is not None
    rng = np.random.default_rng(3)
    x = rng.normal(size=(batch, *shape))
    return at(
        record(experiment, analysis, x, np.zeros(batch, dtype=np.int64) if target is None else target),
        analysis,
        experiment,
        node,
        phase,
    )


def record(experiment: Experiment, analysis: Analysis, x: np.ndarray, target: np.ndarray) -> Trace:
    """One round."""
    return record_round(Request(analysis, experiment, x, target, {})).trace


def at(trace: Trace, analysis: Analysis, experiment: Experiment, node: str, phase: str, label: str = "") -> Scene:
    """The scene of a station; "update" shows the layer's weights."""
    place = next(
        i
        for i, moment in enumerate(trace.moments)
        if moment.phase == phase and (moment.node == node or moment.node is None)
    )
    return Scene(trace, analysis, experiment, place, node, label=label)


@cache
def mazur(node: str = "dense2", phase: str = "backward") -> Scene:
    """Mazur's network."""
    experiment = zoo_experiment("mazur")
    analysis = analyse(experiment.graph)
    x, target = np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])
    return at(record(experiment, analysis, x, target), analysis, experiment, node, phase)


def scope_names(found: Chain, number: int) -> list[str]:
    """The names of the weights and biases into a column."""
    return [found.name(target) for target in found.weights_of(number)]
