"""How a network stands in a `.playground` file (see `schema`): its layers, wires, blocks and notes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated, Any, cast

from msgspec import Meta, Struct

from playground.graph.edits import check_id
from playground.graph.model import (
    LONGEST_NAME,
    LONGEST_NOTE,
    Block,
    CycleError,
    Edge,
    Graph,
    GraphError,
    Nested,
    Node,
    Note,
    ParamValue,
)

MOST_NODES, MOST_EDGES = 10_000, 100_000
"""Ten times the largest network anyone has drawn by hand; beyond this a file is not a document but an attack."""

_DEEPEST = 8
"""Dimensions of a tensor written out by hand."""

_LARGEST = sys.float_info.max

Setting = int | float | bool | str | tuple[int | float, ...]
"""A value of a layer's, an optimizer's or a schedule's own settings."""

_Name = Annotated[str, Meta(max_length=LONGEST_NAME)]
_Id = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
_Port = Annotated[int, Meta(ge=0, lt=1000)]
_Place = Annotated[int, Meta(ge=0)]
_Held = tuple[_Name, tuple[_Place, ...]]


class DocumentError(ValueError):
    """What is wrong with the text of a document, and where in it; the message is fit for the user."""


class _Node(Struct, forbid_unknown_fields=True, omit_defaults=True):
    id: _Id
    type: _Id
    params: dict[str, Setting] = {}
    position: tuple[float, float] = (0.0, 0.0)
    name: _Name = ""
    initial: dict[str, Any] = {}
    frozen: tuple[_Name, ...] = ()
    block: _Name = ""
    rate: Annotated[float, Meta(ge=0, le=1000)] = 1.0
    held: tuple[_Held, ...] = ()


class _Edge(Struct, forbid_unknown_fields=True, omit_defaults=True):
    source: _Id
    target: _Id
    source_port: _Port = 0
    target_port: _Port = 0


class _Block(Struct, forbid_unknown_fields=True, omit_defaults=True):
    id: _Id
    name: _Name = ""
    parent: _Name = ""
    position: tuple[float, float] = (0.0, 0.0)
    is_open: bool = False
    kind: _Name = ""


class _Note(Struct, forbid_unknown_fields=True, omit_defaults=True):
    id: _Id
    text: Annotated[str, Meta(max_length=LONGEST_NOTE)] = ""
    position: tuple[float, float] = (0.0, 0.0)
    size: tuple[float, float] = (200.0, 90.0)


class GraphText(Struct, forbid_unknown_fields=True):
    """A `Graph` in a file."""

    nodes: Annotated[tuple[_Node, ...], Meta(max_length=MOST_NODES)]
    edges: Annotated[tuple[_Edge, ...], Meta(max_length=MOST_EDGES)]
    blocks: Annotated[tuple[_Block, ...], Meta(max_length=MOST_NODES)]
    notes: Annotated[tuple[_Note, ...], Meta(max_length=MOST_NODES)]

    @classmethod
    def of(cls, graph: Graph) -> GraphText:
        """As it is written."""
        return cls(
            nodes=tuple(_write_node(node) for node in graph.nodes),
            edges=tuple(_Edge(e.source, e.target, e.source_port, e.target_port) for e in graph.edges),
            blocks=tuple(_Block(b.id, b.name, b.parent, b.position, b.is_open, b.kind) for b in graph.blocks),
            notes=tuple(_Note(n.id, n.text, n.position, n.size) for n in graph.notes),
        )

    def read(self) -> Graph:
        """As it is in memory.

        Raises:
            DocumentError: it is no valid graph.
        """
        nodes = tuple(_read_node(node, f"$.graph.nodes[{index}]") for index, node in enumerate(self.nodes))
        edges = tuple(Edge(e.source, e.target, e.source_port, e.target_port) for e in self.edges)
        blocks = tuple(Block(b.id, b.name, b.parent, b.position, b.is_open, b.kind) for b in self.blocks)
        notes = tuple(Note(n.id, n.text, n.position, n.size) for n in self.notes)
        graph = Graph(nodes, edges, blocks, notes)
        for problem in _problems(graph):
            raise DocumentError(problem)
        try:
            _ = graph.order
        except CycleError as error:
            raise DocumentError(str(error)) from error
        return graph


def _write_node(node: Node) -> _Node:
    params: dict[str, Any] = dict(node.params)
    given, frozen = dict(node.initial), tuple(node.frozen)
    rate: dict[str, float] = {} if node.rate == 1.0 else {"rate": node.rate}
    held = tuple(node.held)
    return _Node(node.id, node.type, params, node.position, node.name, given, frozen, node.block, **rate, held=held)


def _problems(graph: Graph) -> Iterator[str]:
    """What keeps nodes and wires from being a graph, with the place of each."""
    seen: dict[str, int] = {}
    for index, node in enumerate(graph.nodes):
        if node.id in seen:
            first = seen[node.id] + 1
            yield f"layers {first} and {index + 1} are both called “{node.id}” - at `$.graph.nodes[{index}].id`"
        seen[node.id] = index
    yield from _block_problems(graph, set(seen))
    taken: set[tuple[str, int]] = set()
    for index, edge in enumerate(graph.edges):
        for end, name in (("source", edge.source), ("target", edge.target)):
            if name not in seen:
                yield f"a wire leads to a layer “{name}” that is not there - at `$.graph.edges[{index}].{end}`"
        if (edge.target, edge.target_port) in taken:
            yield f"two wires end at input {edge.target_port + 1} of “{edge.target}” - at `$.graph.edges[{index}]`"
        taken.add((edge.target, edge.target_port))


def _block_problems(graph: Graph, taken: set[str]) -> Iterator[str]:
    """Blocks and notes whose ids are taken, blocks that are not there, are empty, or lie within themselves."""
    for kind, items in (("blocks", graph.blocks), ("notes", graph.notes)):
        for index, item in enumerate(items):
            if item.id in taken:
                yield f"two things are called “{item.id}” - at `$.graph.{kind}[{index}].id`"
            taken.add(item.id)
    parents = {block.id: block.parent for block in graph.blocks}
    for index, block in enumerate(graph.blocks):
        outer, steps = block.parent, 0
        while outer:
            if outer not in parents or steps > len(parents):
                reason = "lies within itself" if outer in parents else f"lies in a block “{outer}” that is not there"
                yield f"the block “{block.id}” {reason} - at `$.graph.blocks[{index}].parent`"
                return
            outer, steps = parents[outer], steps + 1
    for index, node in enumerate(graph.nodes):
        if node.block and node.block not in parents:
            yield f"“{node.id}” lies in a block “{node.block}” that is not there - at `$.graph.nodes[{index}].block`"
            return
    for index, block in enumerate(graph.blocks):
        if not graph.members[block.id]:
            yield f"the block “{block.id}” is empty - at `$.graph.blocks[{index}]`"


def _read_node(node: _Node, path: str) -> Node:
    try:
        check_id(node.id)
    except GraphError as error:
        raise DocumentError(f"{error} - at `{path}.id`") from error
    params: dict[str, ParamValue] = dict(node.params)
    initial = {name: _read_values(values, f"{path}.initial.{name}") for name, values in node.initial.items()}
    given = (node.id, node.type, params, node.position, node.name, initial, node.frozen, node.block)
    return Node(*given, node.rate, node.held)


def _read_values(values: object, path: str, depth: int = 0) -> Nested:
    """A tensor written out by hand: lists become tuples."""
    if isinstance(values, list) and depth < _DEEPEST:
        return tuple(_read_values(item, path, depth + 1) for item in cast("list[object]", values))
    if isinstance(values, int | float) and not isinstance(values, bool) and abs(values) <= _LARGEST:
        return values
    raise DocumentError(f"starting values must be numbers in at most {_DEEPEST} nested lists - at `{path}`")
