"""The network as an immutable value: nodes (layers), edges (wires), blocks (named groups) and the graph they make.

Nothing here is ever changed in place. An edit (see `edits`) takes a graph and returns another one, so undo is a
list of graphs, a worker can hold one without a lock, and two graphs can be compared by `==`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

ParamValue = int | float | bool | str | tuple[int, ...] | tuple[float, ...]
"""One hyperparameter's value: `kernel_size=(5, 5)`, `negative_slope=0.01`, `bias=True`."""

Nested = float | tuple["Nested", ...]
"""A tensor written out by hand: a number, or a tuple of tensors of one dimension less."""

LONGEST_NAME = 100
"""Characters of an id or a name."""

LONGEST_NOTE = 10_000
"""Characters of a note."""

Held = tuple[str, tuple[int, ...]]
"""A single number of a layer's parameter: the parameter's name, and where in it the number stands."""

_NAMED = 6
"""So many layers of a circle are named in its message."""


class GraphError(ValueError):
    """An edit that would not leave a graph; the message is fit for the user."""


class CycleError(GraphError):
    """The wires lead in a circle; `nodes` are the ids on it."""

    def __init__(self, nodes: tuple[str, ...]) -> None:
        self.nodes = nodes
        more = f" and {len(nodes) - _NAMED:,} more" if len(nodes) > _NAMED else ""
        super().__init__(
            f"The wires lead in a circle through {', '.join(nodes[:_NAMED])}{more}. "
            "A network computes from input to output, so one of these wires has to go."
        )


@dataclass(frozen=True)
class Node:
    """One layer of the network.

    `params` holds the hyperparameters that were set; what is missing has the layer type's default.
    `initial` gives starting values by hand, keyed by torch's parameter name (`weight`, `bias`); what is missing is
    drawn from the seed. `frozen` names the parameters that training leaves alone, and the running averages
    (`running_mean`, `running_var`) that it does not move; `held` are single numbers of the others that it leaves alone.
    `position` is the card's top left corner on the canvas, in pixels at zoom 1. `block` is the innermost block that it
    belongs to; empty: none. The layer learns with `rate` times the learning rate.
    """

    id: str
    type: str
    params: Mapping[str, ParamValue] = field(default_factory=dict[str, ParamValue])
    position: tuple[float, float] = (0.0, 0.0)
    name: str = ""
    initial: Mapping[str, Nested] = field(default_factory=dict[str, Nested])
    frozen: tuple[str, ...] = ()
    block: str = ""
    rate: float = 1.0
    held: tuple[Held, ...] = ()

    @property
    def title(self) -> str:
        """The name the user gave, or the id."""
        return self.name or self.id


@dataclass(frozen=True)
class Edge:
    """A wire from an output port of `source` to an input port of `target` (ports count from 0)."""

    source: str
    target: str
    source_port: int = 0
    target_port: int = 0


@dataclass(frozen=True)
class Block:
    """A named group of layers that the canvas can show as one card.

    Its layers say that they belong to it (`Node.block`), and a block within another names that as `parent`; its ports
    are the wires that cross its border. To the engine blocks do not exist.

    Attributes:
        position: the top left corner of its card while it is closed, and of its frame's contents when it opens.
        is_open: whether the canvas shows its contents.
        kind: the template it was made from ("basic_block"), empty for one of the user's own.
    """

    id: str
    name: str = ""
    parent: str = ""
    position: tuple[float, float] = (0.0, 0.0)
    is_open: bool = False
    kind: str = ""

    @property
    def title(self) -> str:
        """The name the user gave, or the id."""
        return self.name or self.id


@dataclass(frozen=True)
class Note:
    """Some words on the canvas; `position` and `size` in pixels at zoom 1."""

    id: str
    text: str = ""
    position: tuple[float, float] = (0.0, 0.0)
    size: tuple[float, float] = (200.0, 90.0)


@dataclass(frozen=True)
class Graph:
    """Nodes and the wires between them; blocks group the nodes, notes stand beside them.

    A valid graph has unique ids (over nodes, blocks and notes), wires only between its own nodes, and blocks that form
    trees; whether it makes a network that can run is the engine's question, not this class's.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    blocks: tuple[Block, ...] = ()
    notes: tuple[Note, ...] = ()

    @cached_property
    def block_by_id(self) -> Mapping[str, Block]:
        """The blocks by id."""
        return {block.id: block for block in self.blocks}

    @cached_property
    def note_by_id(self) -> Mapping[str, Note]:
        """The notes by id."""
        return {note.id: note for note in self.notes}

    def block(self, block_id: str) -> Block:
        """The block of that id.

        Raises:
            GraphError: there is none.
        """
        try:
            return self.block_by_id[block_id]
        except KeyError:
            raise GraphError(f"There is no block “{block_id}” in this network.") from None

    def enclosing(self, item_id: str) -> tuple[str, ...]:
        """The ids of the blocks around a node or block, the innermost first."""
        inner = self.by_id[item_id].block if item_id in self.by_id else self.block_by_id[item_id].parent
        found: list[str] = []
        while inner:
            found.append(inner)
            inner = self.block_by_id[inner].parent
        return tuple(found)

    @cached_property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """Of every block, the nodes within it and within the blocks inside it, in the order of `nodes`."""
        found: dict[str, list[str]] = {block.id: [] for block in self.blocks}
        for node in self.nodes:
            for block_id in self.enclosing(node.id):
                found[block_id].append(node.id)
        return {key: tuple(ids) for key, ids in found.items()}

    @cached_property
    def blocks_in(self) -> Mapping[str, tuple[str, ...]]:
        """Of every block that has any, the blocks directly in it; of "" those in none."""
        found: dict[str, list[str]] = {}
        for block in self.blocks:
            found.setdefault(block.parent, []).append(block.id)
        return {key: tuple(ids) for key, ids in found.items()}

    def is_taken(self, item_id: str) -> bool:
        """Whether a node, block or note bears this id."""
        return item_id in self.by_id or item_id in self.block_by_id or item_id in self.note_by_id

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """The nodes by id, in the order they were added."""
        return {node.id: node for node in self.nodes}

    def node(self, node_id: str) -> Node:
        """The node of that id.

        Raises:
            GraphError: there is none.
        """
        try:
            return self.by_id[node_id]
        except KeyError:
            raise GraphError(f"There is no layer “{node_id}” in this network.") from None

    def __contains__(self, node_id: object) -> bool:
        return node_id in self.by_id

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def _incoming(self) -> Mapping[str, tuple[Edge, ...]]:
        wires: dict[str, list[Edge]] = {node.id: [] for node in self.nodes}
        for edge in self.edges:
            wires[edge.target].append(edge)
        return {key: tuple(sorted(edges, key=lambda edge: edge.target_port)) for key, edges in wires.items()}

    @cached_property
    def _outgoing(self) -> Mapping[str, tuple[Edge, ...]]:
        wires: dict[str, list[Edge]] = {node.id: [] for node in self.nodes}
        for edge in self.edges:
            wires[edge.source].append(edge)
        return {key: tuple(edges) for key, edges in wires.items()}

    def incoming(self, node_id: str) -> tuple[Edge, ...]:
        """The wires that end at the node, by input port."""
        return self._incoming[node_id]

    def outgoing(self, node_id: str) -> tuple[Edge, ...]:
        """The wires that start at the node."""
        return self._outgoing[node_id]

    def sources(self, node_id: str) -> tuple[str, ...]:
        """The ids of the nodes that feed this one, by input port."""
        return tuple(edge.source for edge in self.incoming(node_id))

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All ids so that every node comes after those that feed it; ties in the order of `nodes`.

        Raises:
            CycleError: the wires lead in a circle.
        """
        missing = {node.id: len(self._incoming[node.id]) for node in self.nodes}
        ready = deque(node.id for node in self.nodes if not missing[node.id])
        done: list[str] = []
        while ready:
            current = ready.popleft()
            done.append(current)
            for edge in self._outgoing[current]:
                missing[edge.target] -= 1
                if not missing[edge.target]:
                    ready.append(edge.target)
        if len(done) < len(self.nodes):
            raise CycleError(self._circle(set(missing) - set(done)))
        return tuple(done)

    def _circle(self, suspects: set[str]) -> tuple[str, ...]:
        """One circle among nodes that could not be ordered: walk backwards until a node comes again."""
        current = next(node.id for node in self.nodes if node.id in suspects)
        path: dict[str, None] = {}
        while current not in path:
            path[current] = None
            current = next(source for source in self.sources(current) if source in suspects)
        walked = list(path)
        return tuple(reversed(walked[walked.index(current) :]))

    def ancestors(self, node_id: str) -> frozenset[str]:
        """Every node that the node's value depends on, itself excluded."""
        return self._reach(node_id, lambda current: (edge.source for edge in self._incoming[current]))

    def descendants(self, node_id: str) -> frozenset[str]:
        """Every node that depends on the node, itself excluded (unless it lies on a circle)."""
        return self._reach(node_id, lambda current: (edge.target for edge in self._outgoing[current]))

    @staticmethod
    def _reach(start: str, neighbours: Callable[[str], Iterable[str]]) -> frozenset[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            for other in neighbours(todo.pop()):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        return frozenset(seen)
