"""The result of analysing a graph: a report on each layer, problems, and what follows from both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod

from playground.graph.freezing import RUNNING, frozen_numbers
from playground.graph.model import Edge, Graph, Node, ParamValue
from playground.layers import Category, Repair, Shape, UnknownLayerType, layer_type


@dataclass(frozen=True)
class LayerReport:
    """What is known of one layer. `tensors` are the shapes of its parameters by torch's names."""

    params: Mapping[str, ParamValue]
    inputs: tuple[Shape, ...]
    output: Shape
    tensors: Mapping[str, Shape]
    multiply_adds: int

    @cached_property
    def parameters(self) -> int:
        """How many numbers the layer learns."""
        return sum(map(prod, self.tensors.values()))


@dataclass(frozen=True)
class Problem:
    """What keeps the network (or, for a warning, should keep the user) from running it, and ways out.

    `node` and `edge` say where it stands; both None: it concerns the whole network. `is_unfinished`: nothing is wrong,
    something is merely not there yet, such as a wire. `memory` is how many bytes would be needed, where that is more
    than the machine has.
    """

    message: str
    node: str | None = None
    edge: Edge | None = None
    repairs: tuple[Repair, ...] = ()
    is_warning: bool = False
    is_unfinished: bool = False
    memory: int = 0


@dataclass(frozen=True)
class Analysis:
    """The result of `analyse`. Layers that wait for a broken one before them are absent from `layers`."""

    graph: Graph
    layers: Mapping[str, LayerReport] = field(default_factory=dict[str, LayerReport])
    problems: tuple[Problem, ...] = ()

    @cached_property
    def input(self) -> str | None:
        """The id of the input, if there is exactly one."""
        ids = [node.id for node in self.graph if node.type == "input"]
        return ids[0] if len(ids) == 1 else None

    @cached_property
    def loss(self) -> str | None:
        """The id of the main loss, if there is exactly one loss that is not auxiliary."""
        ids = [node.id for node in self.graph if is_loss(node) and not is_auxiliary(node)]
        return ids[0] if len(ids) == 1 else None

    @cached_property
    def losses(self) -> tuple[str, ...]:
        """The ids of all losses that can be computed, auxiliary ones included. What training lowers is their sum."""
        return tuple(key for key in self.layers if is_loss(self.graph.node(key)))

    @cached_property
    def prediction(self) -> str | None:
        """The id of the layer whose output is the network's answer: the one before the main loss, else the last."""
        if self.loss is not None and (sources := self.graph.sources(self.loss)):
            return sources[0] if sources[0] in self.layers else None
        ends = ends_of(self.graph, self.layers, self.input)
        return ends[-1] if ends else None

    def freezable(self, node_id: str) -> tuple[str, ...]:
        """What there is to freeze in a layer: its parameters, and the averages that a batch norm keeps."""
        report, node = self.layers.get(node_id), self.graph.by_id.get(node_id)
        if report is None or node is None:
            return ()
        return (*report.tensors, *(RUNNING if layer_type(node.type).looks_at_the_batch else ()))

    def frozen_parameters(self, graph: Graph) -> int:
        """How many weights of these layers training leaves alone, as `graph` (the same network) says."""
        there = ((graph.by_id[key], report) for key, report in self.layers.items() if key in graph)
        return sum(frozen_numbers(node, report.tensors) for node, report in there if node.frozen or node.held)

    @property
    def input_shape(self) -> Shape | None:
        """The shape of one example."""
        return None if self.input is None or self.input not in self.layers else self.layers[self.input].output

    @property
    def output_shape(self) -> Shape | None:
        """The shape of the network's answer to one example."""
        return None if self.prediction is None else self.layers[self.prediction].output

    @property
    def names_classes(self) -> bool:
        """Whether the answer can be compared with a class: a list that the main loss compares with the data's target.

        False for an autoencoder, say, whose loss compares with the picture that came in.
        """
        report = self.layers.get(self.loss or "")
        if self.loss is None or report is None or not layer_type(self.graph.node(self.loss).type).has_target:
            return False
        return len(report.inputs) == 1 and len(report.inputs[0]) == 1

    @cached_property
    def parameters(self) -> int:
        """Of all layers together."""
        return sum(report.parameters for report in self.layers.values())

    @cached_property
    def multiply_adds(self) -> int:
        """Of all layers together, for one example."""
        return sum(report.multiply_adds for report in self.layers.values())

    @cached_property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the network from running: neither warnings nor layers that merely lie aside."""
        grave = [problem for problem in self.problems if not problem.is_warning]
        if not any(problem.is_unfinished for problem in grave):
            return tuple(grave)
        used: frozenset[str | None] = frozenset({None})
        if self.loss is not None:
            used = self.graph.ancestors(self.loss) | {self.loss}
        return tuple(problem for problem in grave if not problem.is_unfinished or problem.node in used)

    @cached_property
    def gravest(self) -> Mapping[str, Problem]:
        """Of each layer that has problems, the gravest."""
        found: dict[str, Problem] = {}
        for problem in sorted(self.problems, key=lambda problem: (problem.is_warning, problem.is_unfinished)):
            if problem.node is not None:
                found.setdefault(problem.node, problem)
        return found

    @property
    def can_compute(self) -> bool:
        """Whether an example can be sent through."""
        return not self.errors and self.input in self.layers and self.prediction is not None

    @property
    def can_train(self) -> bool:
        """Whether there is also a main loss to learn from."""
        return self.can_compute and self.loss in self.layers


def is_loss(node: Node) -> bool:
    """Whether the layer is a loss; layers of unknown types are none."""
    try:
        return layer_type(node.type).category == Category.LOSS
    except UnknownLayerType:
        return False


def is_auxiliary(node: Node) -> bool:
    """Whether a loss only helps another: it is added to the total, but does not say what the network's answer is."""
    return node.params.get("auxiliary", False) is True


def ends_of(graph: Graph, layers: Mapping[str, LayerReport], start: str | None) -> list[str]:
    """The layers whose output nothing uses; those that depend on the input, if there are any."""
    ends = [key for key in layers if not graph.outgoing(key) and layer_type(graph.node(key).type).has_output]
    if len(ends) < 2 or start is None:
        return ends
    reached = graph.descendants(start) | {start}
    return [key for key in ends if key in reached] or ends
