"""What the canvas shows of a graph: closed blocks are one card each, open ones a frame around their contents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from playground.graph.model import Block, Edge, Graph, Node


@dataclass(frozen=True)
class Thread:
    """One wire as it is drawn: between two cards, standing for all edges that run between the same ports there.

    On a closed block the ports count its `Outline.inputs` and `Outline.outputs`, on a layer the layer's own.
    """

    source: str
    target: str
    source_port: int
    target_port: int
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Entrance:
    """An input port of a closed block: the node outside that feeds it ("" for none yet) and where it leads inside."""

    source: str
    ends: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Outline:
    """The visible part of a graph.

    Attributes:
        cards: ids of the nodes and closed blocks on show, in the order of the graph's nodes.
        frames: ids of the open blocks on show, outer ones first.
        threads: the wires between cards; wires within a closed block are not on show.
        stands_for: the card that shows each node.
        inputs, outputs: the ports of each closed block on show; an output is one of its nodes whose value leaves it,
            or leads nowhere yet.
    """

    graph: Graph = field(default_factory=Graph)
    cards: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    threads: tuple[Thread, ...] = ()
    stands_for: Mapping[str, str] = field(default_factory=dict[str, str])
    inputs: Mapping[str, tuple[Entrance, ...]] = field(default_factory=dict[str, tuple[Entrance, ...]])
    outputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def item(self, card: str) -> Node | Block:
        """What a card or frame stands for."""
        return self.graph.by_id.get(card) or self.graph.block_by_id[card]


def outline(
    graph: Graph,
    takes_input: Callable[[Node], bool] = lambda node: True,
    gives_output: Callable[[Node], bool] = lambda node: True,
) -> Outline:
    """What is to be seen of a graph, given which of its blocks are open.

    Args:
        graph: the network.
        takes_input: whether a node without a wire waits for one; a closed block shows a free port for it.
        gives_output: whether a wire can lead out of a node; a closed block has no port for one that gives nothing.
    """
    stands_for = {node.id: _card_of(graph, node) for node in graph.nodes}
    cards = tuple(dict.fromkeys(stands_for.values()))
    inputs: dict[str, dict[str, list[tuple[str, int]]]] = {card: {} for card in cards if card in graph.block_by_id}
    outputs: dict[str, dict[str, int]] = {card: {} for card in inputs}
    edges: dict[tuple[str, str, int, int], list[Edge]] = {}
    for edge in graph.edges:
        source, target = stands_for[edge.source], stands_for[edge.target]
        if source == target:
            continue
        source_port, target_port = edge.source_port, edge.target_port
        if source in outputs:
            source_port = outputs[source].setdefault(edge.source, len(outputs[source]))
        if target in inputs:
            inputs[target].setdefault(edge.source, []).append((edge.target, edge.target_port))
            target_port = list(inputs[target]).index(edge.source)
        edges.setdefault((source, target, source_port, target_port), []).append(edge)
    entrances = {
        card: [Entrance(source, tuple(ends)) for source, ends in found.items()] for card, found in inputs.items()
    }
    for node in graph.nodes:
        card = stands_for[node.id]
        if card in entrances:
            if not graph.incoming(node.id) and takes_input(node):
                entrances[card].append(Entrance("", ((node.id, 0),)))
            if not graph.outgoing(node.id) and gives_output(node):
                outputs[card].setdefault(node.id, len(outputs[card]))
    shown = [block.id for block in graph.blocks if block.is_open and _is_on_show(graph, block.id)]
    return Outline(
        graph=graph,
        cards=cards,
        frames=tuple(sorted(shown, key=lambda block: len(graph.enclosing(block)))),
        threads=tuple(Thread(*ends, tuple(found)) for ends, found in edges.items()),
        stands_for=stands_for,
        inputs={card: tuple(found) for card, found in entrances.items()},
        outputs={card: tuple(found) for card, found in outputs.items()},
    )


def _card_of(graph: Graph, node: Node) -> str:
    """The node itself, or the outermost closed block around it."""
    if not node.block:
        return node.id
    closed = [block for block in graph.enclosing(node.id) if not graph.block_by_id[block].is_open]
    return closed[-1] if closed else node.id


def _is_on_show(graph: Graph, block_id: str) -> bool:
    return all(graph.block_by_id[outer].is_open for outer in graph.enclosing(block_id))
