"""What each layer of a graph would give: shapes, parameters and multiply-adds, or a problem in plain words.

Shapes come from torch itself: each layer is built on the `meta` device, which allocates nothing, and run there if it
is large, outright on zeros if it is small. Equal layers on equal inputs are measured once, so repeated blocks and
repeated edits are nearly free.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from math import prod

import torch

from playground.engine.memory import physical_memory, readable
from playground.graph.edits import append, disconnect, fresh_id, remove, update
from playground.graph.model import CycleError, Edge, Graph, Nested, Node, ParamValue
from playground.layers import (
    Category,
    Complaint,
    DataSpec,
    LayerType,
    ParamError,
    Repair,
    Shape,
    Site,
    UnknownLayerType,
    layer_type,
)

SMALL = 20_000_000
"""Multiply-adds up to which a layer is run outright: the meta device imports for two seconds before its first shape."""
BYTES = 4
"""Of one float32."""


@dataclass(frozen=True)
class LayerReport:
    """What is known of one layer. `tensors` are the shapes of its parameters by torch's names."""

    params: Mapping[str, ParamValue]
    inputs: tuple[Shape, ...]
    output: Shape
    tensors: Mapping[str, Shape]
    multiply_adds: int

    @property
    def parameters(self) -> int:
        """How many numbers the layer learns."""
        return sum(prod(shape) for shape in self.tensors.values())


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
        """The id of the loss, if there is exactly one."""
        ids = _losses(self.graph)
        return ids[0] if len(ids) == 1 else None

    @cached_property
    def prediction(self) -> str | None:
        """The id of the layer whose output is the network's answer: the one before the loss, else the last."""
        if self.loss is not None and (sources := self.graph.sources(self.loss)):
            return sources[0] if sources[0] in self.layers else None
        ends = [key for key in self.layers if not self.graph.outgoing(key)]
        return next((key for key in reversed(ends) if layer_type(self.graph.node(key).type).has_output), None)

    @property
    def input_shape(self) -> Shape | None:
        """The shape of one example."""
        return None if self.input is None or self.input not in self.layers else self.layers[self.input].output

    @property
    def output_shape(self) -> Shape | None:
        """The shape of the network's answer to one example."""
        return None if self.prediction is None else self.layers[self.prediction].output

    @property
    def parameters(self) -> int:
        """Of all layers together."""
        return sum(report.parameters for report in self.layers.values())

    @property
    def multiply_adds(self) -> int:
        """Of all layers together, for one example."""
        return sum(report.multiply_adds for report in self.layers.values())

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the network from running: neither warnings nor layers that merely lie aside."""
        used = self.graph.ancestors(self.loss) if self.loss is not None else frozenset[str]()
        return tuple(
            problem
            for problem in self.problems
            if not problem.is_warning and not (problem.is_unfinished and problem.node not in used | {self.loss})
        )

    @property
    def can_compute(self) -> bool:
        """Whether an example can be sent through."""
        return not self.errors and self.input in self.layers and self.prediction is not None

    @property
    def can_train(self) -> bool:
        """Whether there is also a loss to learn from."""
        return self.can_compute and self.loss in self.layers


def analyse(graph: Graph, data: DataSpec | None = None) -> Analysis:
    """Shapes and problems of the whole network. Never raises for anything a graph can hold.

    Args:
        graph: the network, complete or not.
        data: the data set it is meant for; without one nothing is compared with it.
    """
    try:
        order = graph.order
    except CycleError as error:
        problems = [Problem(str(error), node=error.nodes[0], edge=_edge_on(graph, error.nodes))]
        return Analysis(graph, {}, tuple(problems))
    layers: dict[str, LayerReport] = {}
    problems: list[Problem] = []
    for node_id in order:
        report, found = _examine(graph, graph.node(node_id), layers, data)
        problems += found
        if report is not None:
            layers[node_id] = report
    problems += _whole_network(graph, layers, data)
    return Analysis(graph, layers, tuple(problems))


def _examine(
    graph: Graph, node: Node, layers: Mapping[str, LayerReport], data: DataSpec | None
) -> tuple[LayerReport | None, list[Problem]]:
    """The report on one layer, if it can be given, and its problems."""
    try:
        kind = layer_type(node.type)
        params = kind.complete(node.params)
    except (UnknownLayerType, ParamError) as error:
        return None, [Problem(f"{node.title}: {error}", node.id)]
    if (unwired := _unwired(graph, node, kind)) is not None:
        return None, [unwired]
    sources = graph.sources(node.id)
    if any(source not in layers for source in sources):
        return None, []
    inputs = tuple(layers[source].output for source in sources)
    complaint = kind.complain(Site(graph, node, params, inputs, data))
    problems = [] if complaint is None else [_at(graph, node, complaint)]
    if complaint is not None and not complaint.is_warning and complaint.port is not None:
        return None, problems
    try:
        output, tensors = _measure(node.type, tuple(params.items()), inputs)
    except (RuntimeError, ValueError, TypeError, IndexError, OverflowError, MemoryError) as error:
        reason = str(error).split("\n")[0]
        return None, problems or [Problem(f"{node.title} cannot be built with these settings: {reason}", node.id)]
    report = LayerReport(params, inputs, output, tensors, kind.multiply_adds(params, inputs, output))
    too_large = _too_large(node, report)
    problems += too_large + _given_values(node, tensors)
    return (None if too_large else report), problems


@lru_cache(maxsize=8192)
def _measure(
    key: str, params: tuple[tuple[str, ParamValue], ...], inputs: tuple[Shape, ...]
) -> tuple[Shape, Mapping[str, Shape]]:
    """Output shape and parameter shapes of one layer, from running it with a batch of two."""
    kind, settings = layer_type(key), dict(params)
    if kind.category == Category.DATA:
        shape = settings["shape"]
        assert isinstance(shape, tuple)
        return shape, {}
    if not kind.has_output:
        return (), {}
    with torch.device("meta"), torch.no_grad():
        module = kind.build(settings, inputs).eval()
        tensors = {name: tuple(parameter.shape) for name, parameter in module.named_parameters()}
        if kind.keeps_shape:
            return inputs[0], tensors
    device = "cpu" if _is_small(tensors, settings, inputs) else "meta"
    module = module.to_empty(device=device)
    with torch.no_grad():
        for tensor in (*module.parameters(), *module.buffers()):
            tensor.zero_()
        output: torch.Tensor = module(*(torch.zeros(2, *shape, device=device) for shape in inputs))
    return tuple(output.shape[1:]), tensors


def _is_small(tensors: Mapping[str, Shape], settings: Mapping[str, ParamValue], inputs: tuple[Shape, ...]) -> bool:
    """Whether the layer can be run outright in a millisecond or so.

    At most it takes as many steps as it has weights (one for each channel without), at each place of the padded input.
    """
    padding = settings.get("padding", 0)
    border = 2 * max(padding) if isinstance(padding, tuple) else 0
    places = max(prod(extent + border for extent in shape[1:]) for shape in inputs)
    steps = sum(prod(shape) for shape in tensors.values()) + sum(shape[0] for shape in inputs)
    return places * steps <= SMALL


def _unwired(graph: Graph, node: Node, kind: LayerType) -> Problem | None:
    """The problem of an input port without a wire."""
    ports = [edge.target_port for edge in graph.incoming(node.id)]
    for edge in graph.incoming(node.id):
        if _is_loss(graph.node(edge.source)):
            return _behind_a_loss(graph, edge)
    if kind.min_inputs <= len(ports) <= kind.max_inputs and ports == list(range(len(ports))):
        return None
    if len(ports) > kind.max_inputs:
        last = graph.incoming(node.id)[-1]
        most = {0: "no input", 1: "one input"}.get(kind.max_inputs, f"at most {kind.max_inputs} inputs")
        message = f"{node.title} takes {most}, but {len(ports)} wire{'s end' if len(ports) > 1 else ' ends'} there."
        source = graph.node(last.source).title
        repair = Repair(f"Remove the wire from {source}", lambda before: disconnect(before, last))
        return Problem(message, node.id, last, (repair,))
    if kind.max_inputs == 1:
        return Problem(f"{node.title} has nothing to work on yet: draw a wire into it.", node.id, is_unfinished=True)
    message = f"{node.title} joins at least {kind.min_inputs} inputs, but has {len(ports)}: draw another wire into it."
    return Problem(message, node.id, is_unfinished=True)


def _behind_a_loss(graph: Graph, edge: Edge) -> Problem:
    source, target = graph.node(edge.source).title, graph.node(edge.target).title
    repair = Repair(f"Remove the wire from {source}", lambda before: disconnect(before, edge))
    message = f"{source} is a loss, the end of the network, so {target} cannot be wired behind it."
    return Problem(message, edge.target, edge, (repair,))


def _at(graph: Graph, node: Node, complaint: Complaint) -> Problem:
    """The complaint as a problem, standing on the wire it concerns."""
    edge = None
    if complaint.port is not None:
        edge = next(edge for edge in graph.incoming(node.id) if edge.target_port == complaint.port)
    return Problem(complaint.message, node.id, edge, complaint.repairs, complaint.is_warning)


def _too_large(node: Node, report: LayerReport) -> list[Problem]:
    """A layer whose weights or output would not fit the machine's memory."""
    memory = physical_memory()
    for amount, what in ((report.parameters, "weights"), (prod(report.output), "output for one example")):
        if (needed := amount * BYTES) > memory:
            text = f"{node.title} would need {readable(needed)} of memory for its {what}; this machine has "
            text += f"{readable(memory)}. Make the layer or its input smaller."
            return [Problem(text, node.id, memory=needed)]
    return []


def _given_values(node: Node, tensors: Mapping[str, Shape]) -> list[Problem]:
    """Starting values given by hand that do not have the shape of the layer's tensors."""
    for name, values in node.initial.items():
        given, wanted = nested_shape(values), tensors.get(name)
        if wanted is None or given != wanted:
            form = "rows of different lengths" if given is None else f"shape {given}"
            needs = f"needs shape {wanted}" if wanted else f"has nothing called {name}"
            message = f"The starting values given for {name} of {node.title} have {form}, but the layer {needs}."
            return [Problem(message, node.id, repairs=(_without_given(node, name),))]
    return []


def _without_given(node: Node, name: str) -> Repair:
    kept = {key: values for key, values in node.initial.items() if key != name}
    return Repair("Draw them at random instead", lambda graph: update(graph, replace(node, initial=kept)))


def nested_shape(values: Nested) -> Shape | None:
    """The shape of a tensor written out by hand; None when its rows differ in length."""
    if not isinstance(values, tuple):
        return ()
    inner = {nested_shape(item) for item in values}
    first = inner.pop() if len(inner) == 1 else None
    return None if first is None else (len(values), *first)


def _whole_network(graph: Graph, layers: Mapping[str, LayerReport], data: DataSpec | None) -> list[Problem]:
    """Problems of no single layer: inputs and losses missing or in excess, layers that lead nowhere, total size."""
    if not graph.nodes:
        return []
    problems: list[Problem] = []
    inputs = [node for node in graph if node.type == "input"]
    if not inputs:
        problems.append(Problem("There is no Input layer yet: put one at the beginning.", is_unfinished=True))
    problems += [_one_too_many(node, inputs[0]) for node in inputs[1:]]
    losses = [graph.node(key) for key in _losses(graph)]
    problems += [_one_too_many(node, losses[0]) for node in losses[1:]]
    if not losses:
        problems.append(_no_loss(graph, layers, data))
    elif losses[0].id in layers:
        problems += _leading_nowhere(graph, layers, losses[0].id)
    total = sum(report.parameters for report in layers.values()) * BYTES
    if total > physical_memory():
        text = f"The weights together would need {readable(total)} of memory; this machine has "
        problems.append(Problem(f"{text}{readable(physical_memory())}. Make the network smaller."))
    return problems


def _leading_nowhere(graph: Graph, layers: Mapping[str, LayerReport], loss: str) -> list[Problem]:
    used = graph.ancestors(loss) | {loss}
    ends = [graph.node(key) for key in layers if key not in used and not graph.outgoing(key)]
    return [
        Problem(f"{node.title} leads nowhere: the loss does not depend on it.", node.id, is_warning=True)
        for node in ends
        if node.type != "input" and layer_type(node.type).has_output
    ]


def _one_too_many(node: Node, first: Node) -> Problem:
    noun = "input" if node.type == "input" else "loss"
    repair = Repair(f"Remove {node.title}", lambda graph: remove(graph, [node.id]))
    message = f"A network has one {noun}, but {first.title} and {node.title} both are one. Remove one of them."
    return Problem(message, node.id, repairs=(repair,))


def _no_loss(graph: Graph, layers: Mapping[str, LayerReport], data: DataSpec | None) -> Problem:
    ends = [key for key in layers if not graph.outgoing(key)]
    repairs: tuple[Repair, ...] = ()
    if len(ends) == 1 and len(layers[ends[0]].output) == 1:
        last = graph.node(ends[0])
        kind = layer_type("cross_entropy" if data is None or data.classes else "squared_error")

        def add_loss(before: Graph) -> Graph:
            place = (last.position[0] + 200.0, last.position[1])
            return append(before, Node(fresh_id(before, kind.stem), kind.key, position=place), last.id)

        repairs = (Repair(f"Add {kind.title} after {last.title}", add_loss),)
    message = "There is no loss yet: the network can compute, but it cannot learn."
    return Problem(message, repairs=repairs, is_warning=True, is_unfinished=True)


def _losses(graph: Graph) -> list[str]:
    return [node.id for node in graph if _is_loss(node)]


def _is_loss(node: Node) -> bool:
    try:
        return layer_type(node.type).category == Category.LOSS
    except UnknownLayerType:
        return False


def _edge_on(graph: Graph, circle: tuple[str, ...]) -> Edge | None:
    return next((edge for edge in graph.edges if edge.source in circle and edge.target in circle), None)
