"""Graph → torch.fx.GraphModule: the network that trains, is stepped through and is exported.

The children of the module bear the nodes' ids, and the generated `forward` is a plain chain of calls, so it runs as
fast as hand-written PyTorch and everything that knows torch modules can work with it.
"""

from __future__ import annotations

import keyword
import operator
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, fx, nn

from playground.engine.chance import chance_from, named_seed
from playground.engine.initialisers import AS_TORCH, Initialiser, draw
from playground.engine.shapes import Analysis, nested_shape
from playground.graph.freezing import held_within, holds_averages, is_frozen
from playground.graph.model import Nested, Node, ParamValue
from playground.layers import ParamError, Shape, layer_type

State = Mapping[str, np.ndarray]
"""Tensors by "node id.torch name" ("conv1.weight", "norm1.running_mean"), float32 unless traced in float64."""

Signature = tuple[str, str, tuple[tuple[str, ParamValue], ...], tuple[Shape, ...], tuple[tuple[str, Nested], ...]]
"""What decides whether a node's tensors still fit: id, type, hyperparameters, input shapes, values given by hand."""


class CompileError(ValueError):
    """The graph has problems that keep it from running; the message names the first."""


@dataclass(frozen=True)
class Network:
    """A runnable network.

    `module(x, target)` gives `(prediction, loss)`, and is None while the network cannot be trained; x is
    (batch, *input shape), target (batch,) class indices or (batch, values), and `loss` the sum of the main loss and the
    auxiliary ones, each times its weight. `predictor(x)` gives the prediction alone. Both share the torch modules in
    `children`, which are in the order of computation; `names` says how a node's module is called inside them.
    """

    analysis: Analysis
    module: fx.GraphModule | None
    predictor: fx.GraphModule
    children: Mapping[str, nn.Module]
    names: Mapping[str, str]
    dtype: torch.dtype

    def named_parameters(self, frozen: bool = True) -> Iterator[tuple[str, nn.Parameter]]:
        """Parameters by "node id.torch name"; without those that the graph freezes unless `frozen`."""
        for node_id, layer in self.children.items():
            held = self.analysis.graph.node(node_id).frozen
            for name, parameter in layer.named_parameters():
                if frozen or name not in held:
                    yield f"{node_id}.{name}", parameter

    @property
    def rates(self) -> dict[str, float]:
        """How many times the learning rate parameters learn with, by "node id.torch name", where that is not 1."""
        learning = ((name, self.analysis.graph.node(name.split(".")[0]).rate) for name, _ in self.named_parameters())
        return {name: rate for name, rate in learning if rate != 1.0}

    @property
    def held(self) -> dict[str, tuple[tuple[int, ...], ...]]:
        """Where parameters have single numbers that training leaves alone, by "node id.torch name", where they do."""
        found: dict[str, tuple[tuple[int, ...], ...]] = {}
        for node_id, layer in self.children.items():
            if (node := self.analysis.graph.node(node_id)).held:
                for name, parameter in layer.named_parameters():
                    if indices := held_within(node, name, tuple(parameter.shape)):
                        found[f"{node_id}.{name}"] = indices
        return found

    def state(self) -> dict[str, np.ndarray]:
        """A copy of every parameter and buffer."""
        return {
            f"{node_id}.{name}": tensor.detach().cpu().numpy().copy()
            for node_id, layer in self.children.items()
            for name, tensor in layer.state_dict().items()
        }

    def load(self, state: State) -> None:
        """Copy tensors in where name and shape agree; others stay."""
        with torch.no_grad():
            for node_id, layer in self.children.items():
                for name, tensor in layer.state_dict(keep_vars=True).items():
                    value = state.get(f"{node_id}.{name}")
                    if value is not None and value.shape == tuple(tensor.shape):
                        tensor.copy_(torch.tensor(value))

    def train(self, mode: bool = True) -> None:
        """Switch dropout and batch norm to training or use.

        Layers that are `at_rest` stay as in use.
        """
        for node_id, layer in self.children.items():
            layer.train(mode and node_id not in self.at_rest)

    @cached_property
    def at_rest(self) -> frozenset[str]:
        """The layers that do in training what they do in use, since what is frozen is used, not trained.

        These are every batch norm whose running averages are frozen (it normalises with them and does not move them),
        and what draws masks between frozen layers only: dropout and stochastic depth are for layers that learn.
        """
        graph, front = self.analysis.graph, {self.analysis.input or ""}
        frozen = set[str]()
        for node_id, layer in self.children.items():
            node, names = graph.node(node_id), [name for name, _ in layer.named_parameters()]
            if front.issuperset(graph.sources(node_id)) and (not names or is_frozen(node, names)):
                front.add(node_id)
                frozen |= {node_id} if names else set[str]()
        between = frozenset[str]().union(*(graph.ancestors(node_id) for node_id in frozen)) & front
        drawing = {key for key in between if layer_type(graph.node(key).type).draws_chance}
        return frozenset(drawing | {key for key in self.children if holds_averages(graph.node(key))})


def compile_network(
    analysis: Analysis,
    seed: int,
    state: State | None = None,
    dtype: torch.dtype = torch.float32,
    initialiser: Initialiser = AS_TORCH,
) -> Network:
    """The runnable network of an analysed graph; layers with problems, and those that wait for them, are left out.

    Starting values are drawn from the seed and the node's id, so that adding a layer leaves the others as they were,
    as the `initialiser` says; values given by hand (`Node.initial`) come next, and `state` over both.

    Raises:
        CompileError: nothing can be computed, since there is no (single) input; or there is no such initialiser.
    """
    if analysis.input not in analysis.layers:
        raise CompileError(analysis.errors[0].message if analysis.errors else "The network has nothing to compute yet.")
    root = nn.Module()
    names: dict[str, str] = {}
    children: dict[str, nn.Module] = {}
    for node_id in analysis.layers:
        if node_id != analysis.input:
            names[node_id] = _module_name(root, node_id)
            children[node_id] = _build(analysis, analysis.graph.node(node_id), seed, dtype, initialiser)
            root.add_module(names[node_id], children[node_id])
    module = fx.GraphModule(root, _wire_with_loss(analysis, names), "Network") if analysis.can_train else None
    predictor = fx.GraphModule(root, _wire_predictor(analysis, names), "Network")
    network = Network(analysis, module, predictor, children, names, dtype)
    if state is not None:
        network.load(state)
    return network


def signatures(analysis: Analysis) -> dict[str, Signature]:
    """The signature of every node that has tensors or could have."""
    found: dict[str, Signature] = {}
    for node_id, report in analysis.layers.items():
        node = analysis.graph.node(node_id)
        given = tuple(sorted(node.initial.items()))
        found[node_id] = (node_id, node.type, tuple(report.params.items()), report.inputs, given)
    return found


def _build(
    analysis: Analysis, node: Node, seed: int, dtype: torch.dtype, initialiser: Initialiser = AS_TORCH
) -> nn.Module:
    report = analysis.layers[node.id]
    with chance_from(named_seed(seed, node.id)):
        module = layer_type(node.type).build(report.params, report.inputs)
        if report.inputs:  # what stands in the graph as a constant stays what it is
            try:
                draw(module, initialiser)
            except ParamError as error:
                raise CompileError(str(error)) from error
    module.to(dtype)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            values = node.initial.get(name)
            if values is not None and nested_shape(values) == tuple(parameter.shape):
                parameter.copy_(torch.tensor(values, dtype=dtype))
    return module


def _wire_with_loss(analysis: Analysis, names: Mapping[str, str]) -> fx.Graph:
    """(x, target) → (prediction, sum of all losses), through what the losses depend on."""
    assert analysis.prediction is not None
    code, graph = fx.Graph(), analysis.graph
    needed = frozenset[str]().union(*(graph.ancestors(loss) for loss in analysis.losses))
    x, target = code.placeholder("x"), code.placeholder("target")
    values = _chain(code, analysis, names, needed, x)
    total: fx.Node | None = None
    for loss in analysis.losses:
        sources = [values[source] for source in graph.sources(loss)]
        wanted = sources[1] if len(sources) > 1 else target
        found = code.call_module(names[loss], (sources[0], wanted))
        total = found if total is None else code.call_function(operator.add, (total, found))
    code.output((values[analysis.prediction], total))
    return code


def _wire_predictor(analysis: Analysis, names: Mapping[str, str]) -> fx.Graph:
    """x → prediction, through every layer that can compute, so that all of them can be looked at."""
    code = fx.Graph()
    values = _chain(code, analysis, names, set(analysis.layers) - set(analysis.losses), code.placeholder("x"))
    code.output(values[analysis.prediction or list(values)[-1]])
    return code


def _chain(
    code: fx.Graph, analysis: Analysis, names: Mapping[str, str], needed: Container[str], x: fx.Node
) -> dict[str, fx.Node]:
    """A call for each needed layer, in the order of computation.

    Layers without inputs are called with the examples, to learn how many there are.
    """
    assert analysis.input is not None
    values = {analysis.input: x}
    for node_id in names:
        if node_id in needed:
            arguments = tuple(values[source] for source in analysis.graph.sources(node_id))
            values[node_id] = code.call_module(names[node_id], arguments or (x,))
    return values


_TAKEN = ("self", "meta")
"""Names that mean something inside a GraphModule's forward, or that it sets on itself."""


def _module_name(root: nn.Module, node_id: str) -> str:
    """The id, unless Python or torch already means something by it."""
    name = node_id
    while hasattr(root, name) or hasattr(fx.GraphModule, name) or keyword.iskeyword(name) or name in _TAKEN:
        name += "_"
    return name


def to_tensor(array: np.ndarray, dtype: torch.dtype) -> Tensor:
    """Examples or targets as torch wants them: floats in `dtype`, class indices as int64."""
    tensor = torch.tensor(array)
    return tensor.to(dtype) if tensor.is_floating_point() else tensor.long()
