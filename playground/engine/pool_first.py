"""A shortcut of training: max pooling goes before the ReLU in front of it, which then has a quarter of the work.

max(ReLU(a), ReLU(b)) = ReLU(max(a, b)), for ReLU never falls. So are the gradients: the winner of a window is the
same, and where it is not above zero, ReLU lets nothing through on either way. Outputs and gradients are equal bit for
bit, but the two layers' own outputs are not what they are in the network as it was drawn: where those are looked at,
this is not used.
"""

from __future__ import annotations

from torch import fx, nn


def pool_first(module: fx.GraphModule) -> fx.GraphModule:
    """The same function, on the same torch modules, with every ReLU that only a max pooling reads moved behind it."""
    graph = fx.Graph()
    graph.output(graph.graph_copy(module.graph, {}))
    for relu in list(graph.nodes):
        if not _is(module, relu, nn.ReLU) or len(relu.users) != 1:
            continue
        pool = next(iter(relu.users))
        if not _is(module, pool, nn.MaxPool2d):
            continue
        for reader in list(pool.users):
            reader.replace_input_with(pool, relu)
        pool.args, relu.args = relu.args, (pool,)
        pool.append(relu)
    graph.lint()
    return fx.GraphModule(module, graph)


def _is(module: fx.GraphModule, node: fx.Node, kind: type[nn.Module]) -> bool:
    return node.op == "call_module" and isinstance(module.get_submodule(str(node.target)), kind)
