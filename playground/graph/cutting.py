"""Cutting a network's end off, and where that can be done."""

from __future__ import annotations

from dataclasses import replace

from playground.graph.edits import remove
from playground.graph.model import Graph


def passages(graph: Graph, end: str) -> tuple[str, ...]:
    """The layers through which everything flows that reaches `end`, in that order, `end` and the inputs left out.

    Behind such a layer the network can be cut in two: no wire leads past it.
    """
    needed = graph.ancestors(end) | {end}
    order = [key for key in graph.order if key in needed]
    sources = [key for key in order if graph.sources(key)]
    place = {key: number for number, key in enumerate(sources)}
    inputs = [node for node in graph if node.type == "input"]
    entered = (place[edge.target] for node in inputs for edge in graph.outgoing(node.id) if edge.target in place)
    farthest, found = max(entered, default=0), list[str]()
    for number, key in enumerate(sources[:-1]):
        if number >= farthest:
            found.append(key)
        ends = (place[edge.target] for edge in graph.outgoing(key) if edge.target in place)
        farthest = max(farthest, *ends)
    return tuple(found)


def cut_behind(graph: Graph, node_id: str) -> Graph:
    """The graph with that layer as its end: of the others only those stay that it depends on."""
    kept = graph.ancestors(node_id) | {node_id}
    return remove(graph, [node.id for node in graph if node.id not in kept])


def without_learning_marks(graph: Graph) -> Graph:
    """The graph in which everything learns alike: nothing is frozen, every rate is 1."""
    return replace(graph, nodes=tuple(replace(node, frozen=(), held=(), rate=1.0) for node in graph.nodes))
