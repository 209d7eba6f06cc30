"""Problems of no single layer: inputs and losses missing or in excess, layers that lead nowhere, the total size."""

from __future__ import annotations

from collections.abc import Mapping

from playground.engine.analysis import LayerReport, Problem, ends_of, is_auxiliary, is_loss
from playground.engine.memory import physical_memory, readable
from playground.graph.edits import append, fresh_id, remove, set_params
from playground.graph.model import Graph, Node
from playground.layers import DataSpec, Repair, layer_type

BYTES = 4
"""Of one float32."""
AUXILIARY_WEIGHT = 0.3
"""What a second loss counts for, where it is made auxiliary: as in GoogLeNet (Szegedy et al. 2014)."""


def problems_of_the_whole(graph: Graph, layers: Mapping[str, LayerReport], data: DataSpec | None) -> list[Problem]:
    """What is wrong with a network whose layers were looked at one by one."""
    if not graph.nodes:
        return []
    problems: list[Problem] = []
    inputs = [node for node in graph if node.type == "input"]
    if not inputs:
        problems.append(Problem("There is no Input layer yet: put one at the beginning.", is_unfinished=True))
    problems += [_second_input(node, inputs[0]) for node in inputs[1:]]
    problems += _losses(graph, layers, data)
    total = sum(report.parameters for report in layers.values()) * BYTES
    if total > physical_memory():
        text = f"The weights together would need {readable(total)} of memory; this machine has "
        problems.append(Problem(f"{text}{readable(physical_memory())}. Make the network smaller."))
    return problems


def _second_input(node: Node, first: Node) -> Problem:
    message = f"A network has one input, but {first.title} and {node.title} both are one. Remove one of them."
    return Problem(message, node.id, repairs=(_removal(node),))


def _losses(graph: Graph, layers: Mapping[str, LayerReport], data: DataSpec | None) -> list[Problem]:
    losses = [node for node in graph if is_loss(node)]
    if not losses:
        return [_no_loss(graph, layers, data)]
    main = [node for node in losses if not is_auxiliary(node)]
    if not main:
        return [_only_auxiliary(losses)]
    problems = [_second_main_loss(node, main[0]) for node in main[1:]]
    present = [node.id for node in losses if node.id in layers]
    return problems + _leading_nowhere(graph, layers, present) if main[0].id in present else problems


def _second_main_loss(node: Node, first: Node) -> Problem:
    def make_auxiliary(graph: Graph) -> Graph:
        return set_params(graph, node.id, {"auxiliary": True, "weight": AUXILIARY_WEIGHT})

    message = (
        f"A network has one main loss, which decides what its answer is, but {first.title} and {node.title} both are "
        "one. An auxiliary loss only helps it to learn."
    )
    repair = Repair(f"Make {node.title} auxiliary (weight {AUXILIARY_WEIGHT:g})", make_auxiliary)
    return Problem(message, node.id, repairs=(repair, _removal(node)))


def _only_auxiliary(losses: list[Node]) -> Problem:
    def make_main(node: Node) -> Repair:
        label = f"Make {node.title} the main loss"
        return Repair(label, lambda graph: set_params(graph, node.id, {"auxiliary": False}))

    names = " and ".join(node.title for node in losses[:3])
    message = f"There is no main loss yet: {names} only {'helps' if len(losses) == 1 else 'help'} one."
    repairs = tuple(make_main(node) for node in losses[:3])
    return Problem(message, losses[0].id, repairs=repairs, is_warning=True)


def _removal(node: Node) -> Repair:
    return Repair(f"Remove {node.title}", lambda graph: remove(graph, [node.id]))


def _leading_nowhere(graph: Graph, layers: Mapping[str, LayerReport], losses: list[str]) -> list[Problem]:
    used = frozenset(losses).union(*(graph.ancestors(loss) for loss in losses))
    ends = [graph.node(key) for key in layers if key not in used and not graph.outgoing(key)]
    noun = "the loss does" if len(losses) == 1 else "the losses do"
    return [
        Problem(f"{node.title} leads nowhere: {noun} not depend on it.", node.id, is_warning=True)
        for node in ends
        if node.type != "input" and layer_type(node.type).has_output
    ]


def _no_loss(graph: Graph, layers: Mapping[str, LayerReport], data: DataSpec | None) -> Problem:
    start = next((node.id for node in graph if node.type == "input"), None)
    ends = ends_of(graph, layers, start)
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
