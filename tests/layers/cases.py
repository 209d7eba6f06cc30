"""Layers with generated settings and inputs, for tests that take every registered layer type.

Nothing is listed by name: settings are drawn from each layer's own parameters, input shapes from pictures and lists,
and what the layer itself or the engine complains about is drawn again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from playground.engine.compile import Network, compile_network
from playground.engine.shapes import Analysis, LayerReport, analyse
from playground.engine.trace import Frame, Trace, record
from playground.graph.edits import add, append, connect
from playground.graph.model import Edge, Graph, Node, ParamValue
from playground.layers import LayerType, Param, Shape, all_layer_types

LAYER = "layer"
SEEDS = range(4)
BATCH = 3
_ATTEMPTS, _CANDIDATES = 400, 8


@dataclass(frozen=True)
class Case:
    """A layer under test within the smallest network that runs it: the node `LAYER` of `analysis.graph`."""

    kind: LayerType
    seed: int
    analysis: Analysis

    @property
    def report(self) -> LayerReport:
        return self.analysis.layers[LAYER]

    @property
    def inputs(self) -> tuple[Shape, ...]:
        return self.report.inputs


def every_case() -> Iterator[tuple[LayerType, int]]:
    """Several cases of each type; fewer where only the input's shape can vary."""
    for kind in all_layer_types():
        for seed in SEEDS if kind.params else SEEDS[:2]:
            yield kind, seed


@lru_cache(maxsize=256)
def case(kind: LayerType, seed: int) -> Case:
    """The case of that seed: the layer's defaults for seed 0, else the richest of several draws.

    Raises:
        AssertionError: nothing that was drawn suits the layer.
    """
    rng = np.random.default_rng([seed, len(kind.key), *kind.key.encode()])
    found: list[Case] = []
    for _ in range(_ATTEMPTS):
        params = {param.key: drawn(param, rng, seed) for param in kind.params if seed}
        analysis = analyse(_network(kind, params, rng))
        if LAYER in analysis.layers and not analysis.errors:
            found.append(Case(kind, seed, analysis))
            if len(found) == _CANDIDATES:
                break
    if not found:
        raise AssertionError(f"No settings and inputs found that {kind.key} accepts.")
    return max(found, key=_richness)


def _richness(found: Case) -> int:
    """How many settings differ from their default (those that are on or off do not count), and sizes from 1."""
    settings = sum(
        found.report.params[param.key] != param.default for param in found.kind.params if param.kind != "bool"
    )
    return settings + sum(extent > 1 for shape in found.inputs for extent in shape)


@lru_cache(maxsize=256)
def traced(kind: LayerType, seed: int, training: bool) -> Trace:
    """The case run forward and backward in float64; random weights everywhere, also where torch starts with ones."""
    found, rng = case(kind, seed), np.random.default_rng(seed)
    network = compile_network(found.analysis, seed, dtype=torch.float64)
    _shake(network, rng)
    x, target = batch_for(found, rng)
    return record(network, x, target, training=training, seed=seed)


def frame_of(kind: LayerType, seed: int, training: bool) -> Frame:
    return traced(kind, seed, training).frames[LAYER]


def batch_for(found: Case, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Random examples and targets: class numbers, or values where the loss takes them, two seeds of each."""
    shape, width = found.analysis.input_shape, (found.analysis.output_shape or (1,))[0]
    assert shape is not None
    x = rng.normal(size=(BATCH, *shape))
    loss = found.analysis.loss
    assert loss is not None
    as_classes = found.analysis.graph.node(loss).type == "cross_entropy" or found.seed // 2 % 2
    return x, rng.integers(width, size=BATCH) if as_classes else rng.normal(size=(BATCH, width))


def drawn(param: Param, rng: np.random.Generator, seed: int) -> ParamValue:
    """A small valid value; sometimes the default. The seeds take all choices in turn, and on and off."""
    if param.kind == "choice":
        return param.choices[seed % len(param.choices)]
    if param.kind == "bool":
        return seed % 2 == 1
    if rng.random() < 0.2:
        return param.default
    low, high = int(np.ceil(param.minimum)), int(min(param.maximum, param.minimum + 3))
    match param.kind:
        case "int":
            return int(rng.integers(low, high + 1))
        case "float":
            return float(rng.uniform(param.minimum, min(param.maximum, param.minimum + 1)))
        case "pair":
            return (int(rng.integers(low, high + 1)), int(rng.integers(low, high + 1)))
        case _:
            return drawn_shape(rng)


def drawn_shape(rng: np.random.Generator) -> Shape:
    if rng.random() < 0.3:
        return (int(rng.integers(2, 6)),)
    channels, height, width = rng.integers((1, 3, 3), (5, 8, 8))
    return int(channels), int(height), int(width)


def _network(kind: LayerType, params: dict[str, ParamValue], rng: np.random.Generator) -> Graph:
    """input → the layer → loss; several inputs come through layers of their own, a picture is flattened at the end."""
    if kind.max_inputs == 0:
        graph = add(Graph(), Node(LAYER, kind.key, params))
        return _closed(graph, LAYER)
    shape = drawn_shape(rng)
    graph = add(Graph(), Node("start", "input", {"shape": shape}))
    if kind.max_inputs == 1:
        graph = append(graph, Node(LAYER, kind.key, params), "start")
    else:
        graph = add(graph, Node(LAYER, kind.key, params))
        for port in range(int(rng.integers(kind.min_inputs, min(kind.max_inputs, 4) + 1))):
            width = int(rng.integers(2, 4))
            branch = (
                Node(f"branch{port}", "dense", {"out_features": width})
                if len(shape) == 1
                else Node(f"branch{port}", "conv2d", {"out_channels": width, "kernel_size": (1, 1)})
            )
            graph = connect(append(graph, branch, "start"), Edge(branch.id, LAYER, 0, port))
    return _closed(graph, LAYER) if kind.has_output else graph


def _closed(graph: Graph, last: str) -> Graph:
    report = analyse(graph).layers.get(last)
    if report is not None and len(report.output) == 3:
        graph, last = append(graph, Node("flat", "flatten"), last), "flat"
    return append(graph, Node("end", "squared_error"), last)


def _shake(network: Network, rng: np.random.Generator) -> None:
    state = network.state()
    for key, array in state.items():
        if array.dtype == np.float64:
            away = rng.normal(scale=0.5, size=array.shape)
            state[key] = np.abs(array + away) + 0.1 if key.endswith("running_var") else array + away
    network.load(state)
