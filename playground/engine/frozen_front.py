"""Where a network that is partly frozen can be cut in two: what never changes while it learns, and the rest."""

from __future__ import annotations

import operator
from dataclasses import dataclass

from torch import fx

from playground.engine.compile import Network
from playground.layers import Shape, layer_type

WORTHWHILE = 100_000
"""Multiply-adds for an example below which it is not worth keeping what the front gives."""


@dataclass(frozen=True)
class Cut:
    """`front(x)` gives what layer `node` gives for examples; `rest(that, target)` gives (prediction, loss).

    Both share their modules with the network. Nothing in the front learns, draws masks or measures the batch, so that
    it gives the same for an example as long as its weights are not replaced. `shape` is that of one example there.
    """

    node: str
    shape: Shape
    front: fx.GraphModule
    rest: fx.GraphModule


def cut_behind_frozen(network: Network) -> Cut | None:
    """The network cut behind its frozen layers; None if nothing is gained by that or they end at several places."""
    analysis, graph = network.analysis, network.analysis.graph
    if network.module is None or analysis.input is None:
        return None
    needed = frozenset[str]().union(*(graph.ancestors(loss) for loss in analysis.losses))
    still = {analysis.input}
    for node_id in network.names:
        if node_id in needed and _never_changes(network, node_id) and still.issuperset(graph.sources(node_id)):
            still.add(node_id)
    moving = [key for key in network.names if key not in still and (key in needed or key in analysis.losses)]
    ends = {source for key in moving for source in graph.sources(key) if source in still and graph.sources(source)}
    if any(analysis.input in graph.sources(key) for key in moving) or len(ends) != 1:
        return None
    work = sum(analysis.layers[key].multiply_adds for key in still & needed)
    if work < WORTHWHILE or analysis.prediction in still:
        return None
    node = ends.pop()
    return Cut(node, analysis.layers[node].output, _front(network, still, node), _rest(network, moving, node))


def _never_changes(network: Network, node_id: str) -> bool:
    """Whether the layer gives the same for the same input all through a training."""
    node, layer = network.analysis.graph.node(node_id), network.children[node_id]
    kind = layer_type(node.type)
    if (kind.draws_chance or kind.looks_at_the_batch) and node_id not in network.at_rest:
        return False
    return all(name in node.frozen for name, _ in layer.named_parameters())


def _front(network: Network, still: set[str], end: str) -> fx.GraphModule:
    """x → what the last frozen layer gives."""
    assert network.module is not None
    assert network.analysis.input is not None
    code, graph = fx.Graph(), network.analysis.graph
    x = code.placeholder("x")
    values = {network.analysis.input: x}
    wanted = graph.ancestors(end) | {end}
    for key, name in network.names.items():
        if key in still and key in wanted:
            values[key] = code.call_module(name, tuple(values[source] for source in graph.sources(key)) or (x,))
    code.output(values[end])
    return fx.GraphModule(network.module, code, "Front")


def _rest(network: Network, moving: list[str], start: str) -> fx.GraphModule:
    """(what the front gives, target) → (prediction, sum of all losses), as the whole network has it."""
    assert network.module is not None
    analysis, graph = network.analysis, network.analysis.graph
    assert analysis.prediction is not None
    code = fx.Graph()
    x, target = code.placeholder("x"), code.placeholder("target")
    values: dict[str, fx.Node] = {start: x}
    total: fx.Node | None = None
    for key in moving:
        for source in graph.sources(key):
            if source not in values:  # a constant, which looks at the examples only to count them
                values[source] = code.call_module(network.names[source], (x,))
        sources = tuple(values[source] for source in graph.sources(key))
        if key in analysis.losses:
            given = sources if len(sources) > 1 else (*sources, target)
            found = code.call_module(network.names[key], given)
            total = found if total is None else code.call_function(operator.add, (total, found))
        else:
            values[key] = code.call_module(network.names[key], sources or (x,))
    code.output((values[analysis.prediction], total))
    return fx.GraphModule(network.module, code, "Rest")
