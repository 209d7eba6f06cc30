"""What each layer of a graph would give: shapes, parameters and multiply-adds, or a problem in plain words.

Shapes come from torch itself: each layer is built on the `meta` device, which allocates nothing, and run there if it
is large, outright on zeros if it is small. Equal layers on equal inputs are measured once, so repeated blocks and
repeated edits are nearly free.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache, reduce
from math import prod

import torch
from torch import nn

from playground.engine.acquaintance import Finding, acquaintance
from playground.engine.analysis import Analysis, LayerReport, Problem, is_loss
from playground.engine.memory import physical_memory, readable
from playground.engine.whole_network import BYTES, problems_of_the_whole
from playground.graph.edits import disconnect, update
from playground.graph.model import CycleError, Edge, Graph, Nested, Node, ParamValue
from playground.layers import (
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

__all__ = ["Analysis", "LayerReport", "Problem", "analyse", "nested_shape"]

SMALL = 20_000_000
"""Multiply-adds up to which a layer is run outright: the meta device imports for two seconds before its first shape."""

SMALL_TENSOR = 2_000_000
"""Numbers up to which weights and the output of a batch of two are made for their shapes alone: 8 MB."""


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
    problems += problems_of_the_whole(graph, layers, data)
    return Analysis(graph, layers, tuple(problems))


def _examine(
    graph: Graph, node: Node, layers: Mapping[str, LayerReport], data: DataSpec | None
) -> tuple[LayerReport | None, list[Problem]]:
    """The report on one layer, if it can be given, and its problems."""
    try:
        known = acquaintance(node)
    except (UnknownLayerType, ParamError) as error:
        return None, [Problem(f"{node.title}: {error}", node.id)]
    incoming = graph.incoming(node.id)
    if (unwired := _unwired(graph, node, known.kind, incoming)) is not None:
        return None, [unwired]
    try:
        inputs = tuple([layers[edge.source].output for edge in incoming])
    except KeyError:
        return None, []  # it waits for a broken layer before it
    complaint = known.kind.complain(Site(graph, node, known.params, inputs, data))
    problems = [] if complaint is None else [_at(graph, node, complaint)]
    if complaint is not None and not complaint.is_warning and complaint.port is not None:
        return None, problems
    finding = known.findings.get(inputs)
    if finding is None:
        try:
            finding = known.keep(inputs, _report(node, known.kind, known.params, inputs))
        except (RuntimeError, ValueError, TypeError, IndexError, OverflowError, MemoryError) as error:
            reason = str(error).split("\n")[0]
            return None, problems or [Problem(f"{node.title} cannot be built with these settings: {reason}", node.id)]
    report, found = finding
    if report is not None and 0 in report.output:
        text = f"Nothing is left of the input of {node.title}: its output would have the size "
        return None, problems or [Problem(f"{text}{'×'.join(map(str, report.output))}.", node.id)]
    return report, [*problems, *found]


def _report(node: Node, kind: LayerType, params: Mapping[str, ParamValue], inputs: tuple[Shape, ...]) -> Finding:
    """What the layer gives for these inputs, unless it is too large, and what is wrong with its size or values."""
    output, tensors = _measure(node.type, tuple(params.items()), inputs)
    report = LayerReport(params, inputs, output, tensors, kind.multiply_adds(params, inputs, output))
    too_large = _too_large(node, report)
    return (None if too_large else report), (*too_large, *_given_values(node, tensors))


@lru_cache(maxsize=8192)
def _measure(
    key: str, params: tuple[tuple[str, ParamValue], ...], inputs: tuple[Shape, ...]
) -> tuple[Shape, Mapping[str, Shape]]:
    """Output shape and parameter shapes of one layer, from running it with a batch of two."""
    kind, settings = layer_type(key), dict(params)
    if key == "input":
        shape = settings["shape"]
        assert isinstance(shape, tuple)
        return tuple(int(extent) for extent in shape), {}
    if not kind.has_output:
        return (), {}
    with torch.device("meta"), torch.no_grad():
        module = kind.build(settings, inputs).eval()
        tensors = {name: tuple(parameter.shape) for name, parameter in module.named_parameters()}
        if kind.keeps_shape:
            return inputs[0], tensors
    device = "cpu" if _is_small(tensors, settings, inputs) else "meta"
    if device == "cpu":
        _give_zeros(module)
    with torch.no_grad():
        # What has no inputs is called with some example, to learn how many there are.
        output: torch.Tensor = module(*(_zeros((2, *shape), device) for shape in inputs or ((1,),)))
    return tuple(output.shape[1:]), tensors


def _give_zeros(module: nn.Module) -> None:
    """Zeros in place of the tensors on the meta device.

    `Module.to_empty` would do, but on a tensor of the meta device it imports sympy, for a quarter of a second.
    """
    for part in module.modules():
        for name, parameter in part.named_parameters(recurse=False):
            zeros = torch.zeros(parameter.shape, dtype=parameter.dtype)
            setattr(part, name, nn.Parameter(zeros, requires_grad=False))
        for name, buffer in part.named_buffers(recurse=False):
            setattr(part, name, torch.zeros(buffer.shape, dtype=buffer.dtype))


def _zeros(shape: Shape, device: str) -> torch.Tensor:
    """Zeros of that shape that all lie in one place of memory, as large as one number."""
    return torch.zeros((), device=device).expand(shape)


def _is_small(tensors: Mapping[str, Shape], settings: Mapping[str, ParamValue], inputs: tuple[Shape, ...]) -> bool:
    """Whether the layer can be run outright in a millisecond or so, and in a few megabytes.

    At most it takes as many steps as it has weights (without: one for each channel and pixel of the window), at each
    place of the padded input; layers that enlarge take them at each place of their output.
    """
    padding = settings.get("padding", 0)
    border = 2 * max(0, _largest(padding))
    if padding == "same" or "output_padding" in settings:
        border += _largest(settings.get("kernel_size", 1)) * _largest(settings.get("dilation", 1))
    places = max((prod(extent + border for extent in shape[1:]) for shape in inputs), default=1)
    growth = _product(settings.get("stride", 1)) if "output_padding" in settings else 1
    growth *= _product(settings.get("scale_factor", 1))
    places = max(places * growth, _product(settings.get("output_size", 1)))
    window = 1 if tensors else _product(settings.get("kernel_size", 1))
    channels = sum(shape[0] for shape in inputs)
    weights = sum(prod(shape) for shape in tensors.values())
    widest = max((extent for shape in tensors.values() for extent in shape[:2]), default=channels)
    return places * (weights + channels * window) <= SMALL and max(weights, 2 * places * widest) <= SMALL_TENSOR


def _largest(value: ParamValue) -> int:
    """Of a setting for each dimension, or for all of them; of one in words 0."""
    return int(max(value)) if isinstance(value, tuple) else value if isinstance(value, int) else 0


def _product(value: ParamValue) -> int:
    """Of a setting for each dimension, or for all of them."""
    return int(prod(value)) if isinstance(value, tuple) else value if isinstance(value, int) else 1


def _unwired(graph: Graph, node: Node, kind: LayerType, incoming: tuple[Edge, ...]) -> Problem | None:
    """The problem of an input port without a wire."""
    for edge in incoming:
        if is_loss(graph.node(edge.source)):
            return _behind_a_loss(graph, edge)
    count = len(incoming)
    if kind.min_inputs <= count <= kind.max_inputs and all(
        edge.target_port == port for port, edge in enumerate(incoming)
    ):
        return None
    if count > kind.max_inputs:
        last = incoming[-1]
        most = {0: "no input", 1: "one input"}.get(kind.max_inputs, f"at most {kind.max_inputs} inputs")
        message = f"{node.title} takes {most}, but {count} wire{'s end' if count > 1 else ' ends'} there."
        source = graph.node(last.source).title
        repair = Repair(f"Remove the wire from {source}", lambda before: disconnect(before, last))
        return Problem(message, node.id, last, (repair,))
    if kind.min_inputs == 1:
        message = f"{node.title} has nothing to work on yet: draw a wire into it."
        if count:
            message = f"{node.title} has nothing to work on yet: draw a wire into its first input."
        return Problem(message, node.id, is_unfinished=True)
    message = f"{node.title} joins at least {kind.min_inputs} inputs, but has {count}: draw another wire into it."
    return Problem(message, node.id, is_unfinished=True)


def _behind_a_loss(graph: Graph, edge: Edge) -> Problem:
    source, target = graph.node(edge.source).title, graph.node(edge.target).title
    wires = [other for other in graph.incoming(edge.target) if other.source == edge.source]

    def remove_all(before: Graph) -> Graph:
        return reduce(disconnect, wires, before)

    repair = Repair(f"Remove the wire{'s' if len(wires) > 1 else ''} from {source}", remove_all)
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


def _edge_on(graph: Graph, circle: tuple[str, ...]) -> Edge | None:
    return next((edge for edge in graph.edges if edge.source in circle and edge.target in circle), None)
