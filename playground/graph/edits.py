"""Every edit of a graph, as a pure function from graph to graph. Each raises `GraphError` instead of breaking it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from playground.graph.model import LONGEST_NAME, Edge, Graph, GraphError, Node, ParamValue

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def check_id(node_id: str) -> None:
    """Whether a node may have this id: it becomes the name of a torch module.

    Raises:
        GraphError: it is not a plain identifier, or too long.
    """
    if not _IDENTIFIER.match(node_id) or len(node_id) > LONGEST_NAME:
        raise GraphError(
            f"“{node_id}” cannot name a layer: use letters, digits and _ (at most {LONGEST_NAME}), "
            "and start with a letter."
        )


def fresh_id(graph: Graph, stem: str) -> str:
    """The first of stem1, stem2, … that the graph does not use yet."""
    number = 1
    while graph.is_taken(f"{stem}{number}"):
        number += 1
    return f"{stem}{number}"


def add(graph: Graph, node: Node) -> Graph:
    """The graph with one more node.

    Raises:
        GraphError: the id is taken, or not a plain identifier.
    """
    if graph.is_taken(node.id):
        raise GraphError(f"There is already a layer “{node.id}”.")
    check_id(node.id)
    return replace(graph, nodes=(*graph.nodes, node))


def remove(graph: Graph, ids: Collection[str]) -> Graph:
    """The graph without these nodes and the wires that touch them; a block that is left empty goes too."""
    gone = set(ids)
    left = replace(
        graph,
        nodes=tuple(node for node in graph.nodes if node.id not in gone),
        edges=tuple(edge for edge in graph.edges if edge.source not in gone and edge.target not in gone),
    )
    return replace(left, blocks=tuple(block for block in left.blocks if left.members[block.id]))


def connect(graph: Graph, edge: Edge) -> Graph:
    """The graph with one more wire. A wire that already ends at the same input port gives way.

    Raises:
        GraphError: an end does not exist, both ends are the same node, or the wire would close a circle.
    """
    source, target = graph.node(edge.source), graph.node(edge.target)
    if edge.source == edge.target:
        raise GraphError(f"{source.title} cannot feed itself.")
    if edge.source in graph.descendants(edge.target):
        raise GraphError(
            f"A wire from {source.title} to {target.title} would lead in a circle: "
            f"{source.title} already depends on {target.title}."
        )
    kept = tuple(e for e in graph.edges if (e.target, e.target_port) != (edge.target, edge.target_port))
    return replace(graph, edges=(*kept, edge))


def disconnect(graph: Graph, edge: Edge) -> Graph:
    """The graph without that wire."""
    return replace(graph, edges=tuple(other for other in graph.edges if other != edge))


def update(graph: Graph, node: Node) -> Graph:
    """The graph with the node of the same id replaced by this one."""
    graph.node(node.id)
    return replace(graph, nodes=tuple(node if other.id == node.id else other for other in graph.nodes))


def set_params(graph: Graph, node_id: str, params: Mapping[str, ParamValue]) -> Graph:
    """The graph with these hyperparameters of one node set; the others stay."""
    node = graph.node(node_id)
    return update(graph, replace(node, params={**node.params, **params}))


def rename(graph: Graph, node_id: str, name: str) -> Graph:
    """The graph with a node or block shown under another name. An empty name shows the id again.

    Raises:
        GraphError: there is no such node, another node is already shown under that name, or it is too long.
    """
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise GraphError(f"A name has at most {LONGEST_NAME} characters; this one has {len(name):,}.")
    if node_id in graph.block_by_id:
        named = "" if name == node_id else name
        return replace(graph, blocks=tuple(replace(b, name=named) if b.id == node_id else b for b in graph.blocks))
    node = graph.node(node_id)
    taken = next((other for other in graph if other.id != node_id and other.title == name), None)
    if taken is not None:
        raise GraphError(f"Another layer is already called “{name}”.")
    return update(graph, replace(node, name="" if name == node.id else name))


def insert_on_edge(graph: Graph, node: Node, *edges: Edge) -> Graph:
    """The graph with a new node in the wires from one source, which now feeds it, while it feeds their ends."""
    for edge in edges:
        graph = disconnect(graph, edge)
    graph = connect(add(graph, node), Edge(edges[0].source, node.id, edges[0].source_port, 0))
    for edge in edges:
        graph = connect(graph, Edge(node.id, edge.target, 0, edge.target_port))
    return graph


def append(graph: Graph, node: Node, after: str, target_port: int = 0) -> Graph:
    """The graph with a new node fed by `after`."""
    return connect(add(graph, node), Edge(after, node.id, 0, target_port))


def bridge(graph: Graph, node_id: str) -> Graph:
    """The graph with the node unwired, what fed its first input wired on to everything it fed."""
    incoming, outgoing = graph.incoming(node_id), graph.outgoing(node_id)
    graph = replace(graph, edges=tuple(edge for edge in graph.edges if node_id not in (edge.source, edge.target)))
    for edge in outgoing if incoming else ():
        graph = connect(graph, Edge(incoming[0].source, edge.target, incoming[0].source_port, edge.target_port))
    return graph


def remove_and_bridge(graph: Graph, node_id: str) -> Graph:
    """The graph without the node, what fed its first input wired on to everything it fed."""
    return remove(bridge(graph, node_id), [node_id])
