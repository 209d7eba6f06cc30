"""Layers with generated settings and inputs, for tests that take every registered layer type.

Nothing is listed by name: settings are drawn from each layer's own parameters, input shapes from lists, sequences,
pictures and volumes, and what the layer itself or the engine complains about is drawn again.
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
from playground.layers import LayerType, Param, Shape, all_layer_types, layer_type

LAYER = "layer"
SEEDS = range(4)
BATCH = 3
_ATTEMPTS, _CANDIDATES = 800, 8
_RANKS, _OF_ITS_RANK = (3, 1, 2, 4), 40
"""Each seed first tries inputs with so many dimensions."""


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
    """Several cases of each type, so many that every choice is taken; fewer where only the input's shape can vary."""
    for kind in all_layer_types():
        choices = max((len(param.choices) for param in kind.params), default=0)
        for seed in range(max(len(SEEDS), choices)) if kind.params else SEEDS[:2]:
            yield kind, seed


@lru_cache(maxsize=2048)
def case(kind: LayerType, seed: int) -> Case:
    """The case of that seed: the layer's defaults for seed 0, else the richest of several draws.

    Raises:
        AssertionError: nothing that was drawn suits the layer.
    """
    rng = np.random.default_rng([seed, len(kind.key), *kind.key.encode()])
    found: list[Case] = []
    for attempt in range(_ATTEMPTS):
        params = {param.key: drawn(param, rng, seed) for param in kind.params if seed}
        if attempt > _ATTEMPTS // 2:  # a layer that cannot have all of them on or off at once
            params |= {param.key: bool(rng.random() < 0.5) for param in kind.params if seed and param.kind == "bool"}
        rank = _RANKS[seed % len(_RANKS)] if attempt < _OF_ITS_RANK else int(rng.choice(_RANKS))
        analysis = analyse(_network(kind, params, drawn_shape(rng, rank), rng))
        if LAYER in analysis.layers and not analysis.errors:
            found.append(Case(kind, seed, analysis))
            if len(found) == _CANDIDATES:
                break
    if not found:
        raise AssertionError(f"No settings and inputs found that {kind.key} accepts.")
    return max(found, key=_richness)


def _richness(found: Case) -> int:
    """How many settings differ from their default (those that are on or off do not count), less the sizes of 1."""
    settings = sum(
        found.report.params[param.key] != param.default for param in found.kind.params if param.kind != "bool"
    )
    return settings - sum(extent == 1 for shape in found.inputs for extent in shape)


@lru_cache(maxsize=2048)
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
    shape, answer = found.analysis.input_shape, found.analysis.output_shape or (1,)
    assert shape is not None
    x = rng.normal(size=(BATCH, *shape))
    losses = [found.analysis.graph.node(loss) for loss in found.analysis.losses]
    assert losses
    as_classes = any(loss.type == "cross_entropy" for loss in losses) or found.seed // 2 % 2
    return x, target_for(answer, rng) if as_classes and len(answer) == 1 else rng.normal(size=(BATCH, *answer))


def target_for(answer: Shape, rng: np.random.Generator, batch: int = BATCH) -> np.ndarray:
    """What a loss may compare an answer of that shape with: class numbers if it is a list, else values."""
    return rng.integers(answer[0], size=batch) if len(answer) == 1 else rng.normal(size=(batch, *answer))


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
        case "pair" | "triple":
            return tuple(int(rng.integers(low, high + 1)) for _ in range(2 if param.kind == "pair" else 3))
        case "padding":
            if rng.random() < 0.3:
                return "same"
            count = (param.lengths or (2,))[0]
            return param.check([int(rng.integers(low, high + 1)) for _ in range(count)])
        case "numbers":
            return _drawn_numbers(param, rng)
        case _:
            return _drawn_sizes(param, rng)


def _drawn_numbers(param: Param, rng: np.random.Generator) -> tuple[float, ...]:
    """A few small numbers; half of the draws are whole ones."""
    count = int(rng.choice(param.lengths or range(1, 10)))
    low, high = max(param.minimum, -2.0), min(param.maximum, 2.0)
    values = rng.uniform(low, high, count)
    return tuple(float(value) for value in (np.round(values) + 0.0 if rng.random() < 0.5 else values))


def _drawn_sizes(param: Param, rng: np.random.Generator) -> Shape:
    """Sizes of an example; an order where they may be 0; with one left open (−1) where they may be negative."""
    rank = int(rng.choice(param.lengths or _RANKS))
    if param.minimum == 0:
        return tuple(int(position) for position in rng.permutation(rank))
    if param.minimum > 0:
        return drawn_shape(rng, rank)
    sizes = [int(extent) for extent in rng.integers(1, 5, rank)]
    sizes[int(rng.integers(rank))] = -1
    return tuple(sizes)


def drawn_shape(rng: np.random.Generator, rank: int) -> Shape:
    """A list, a sequence, a picture or a volume."""
    low, high = {1: ((2,), (6,)), 2: ((1, 4), (5, 11)), 3: ((1, 3, 3), (5, 8, 8)), 4: ((1, 3, 3, 3), (4, 5, 6, 6))}[
        rank
    ]
    return tuple(int(extent) for extent in rng.integers(low, high))


def _network(kind: LayerType, params: dict[str, ParamValue], shape: Shape, rng: np.random.Generator) -> Graph:
    """input → the layer → loss; several inputs come through layers of their own, all but lists are flattened."""
    if kind.key == "input":
        return _closed(add(Graph(), Node(LAYER, kind.key, params)), LAYER)
    graph = add(Graph(), Node("start", "input", {"shape": shape}))
    if kind.max_inputs == 1:
        graph = append(graph, Node(LAYER, kind.key, params), "start")
    else:
        graph = add(graph, Node(LAYER, kind.key, params))
        most = min(kind.max_inputs, 4)
        for port in range(int(rng.integers(min(kind.min_inputs, most), most + 1))):
            graph = _with_branch(graph, port, len(shape), params, rng)
    if params.get("auxiliary"):
        return append(graph, Node("end", "squared_error"), graph.sources(LAYER)[0])
    return _closed(graph, LAYER) if kind.has_output else graph


_MIXING = {
    1: ("dense", "out_features"),
    2: ("conv1d", "out_channels"),
    3: ("conv2d", "out_channels"),
    4: ("conv3d", "out_channels"),
}


def _with_branch(graph: Graph, port: int, rank: int, params: dict[str, ParamValue], rng: np.random.Generator) -> Graph:
    """A branch into that port: two or three features or channels, sometimes pooled as the layer itself would."""
    key, width = _MIXING[rank]
    settings: dict[str, ParamValue] = {width: int(rng.integers(2, 4))}
    if rank > 1:
        settings["kernel_size"] = layer_type(key).param("kernel_size").check(1)
    last = f"branch{port}"
    graph = append(graph, Node(last, key, settings), "start")
    if rank == 3 and rng.random() < 0.4:
        pool = layer_type(str(rng.choice(["max_pool2d", "global_avg_pool2d"])))
        window = {param.key: params[param.key] for param in pool.params if param.key in params}
        graph, last = append(graph, Node(f"pool{port}", pool.key, window), last), f"pool{port}"
    return connect(graph, Edge(last, LAYER, 0, port))


def _closed(graph: Graph, last: str) -> Graph:
    report = analyse(graph).layers.get(last)
    if report is not None and len(report.output) > 1:
        graph, last = append(graph, Node("flat", "flatten"), last), "flat"
    return append(graph, Node("end", "squared_error"), last)


def _shake(network: Network, rng: np.random.Generator) -> None:
    state = network.state()
    for key, array in state.items():
        if array.dtype == np.float64:
            away = rng.normal(scale=0.5, size=array.shape)
            state[key] = np.abs(array + away) + 0.1 if key.endswith("running_var") else array + away
    network.load(state)
