"""Writing an architecture down: layers one after the other, branches and blocks; positions come at the end."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from playground.graph import edits
from playground.graph.layout import arrange
from playground.graph.model import Block, Edge, Graph, GraphError, Nested, Node, ParamValue

_PAIRS = ("kernel_size", "stride", "padding", "dilation", "output_padding", "output_size", "scale_factor")
"""Settings of two-dimensional layers that one number stands for twice."""


@dataclass
class Sketch:
    """An architecture in the making.

    `add` appends a layer to what was added last, or to the layers named by `after`; within `with sketch.block(…)` the
    layers belong to that block and their ids begin with its id. `last` is the id of the newest layer: set it to go on
    from another one.

    >>> net = Sketch((1, 28, 28))
    >>> with net.block("stage1", "Stage 1"):
    ...     skip = net.add("conv2d", "conv1", out_channels=8, kernel_size=3, padding=1)
    ...     net.add("relu", "relu1")
    ...     net.add("add", "add", after=(skip, net.last))
    >>> graph = net.graph()
    """

    shape: tuple[int, ...] | None = None
    last: str = ""
    _nodes: dict[str, Node] = field(default_factory=dict[str, Node])
    _edges: list[Edge] = field(default_factory=list[Edge])
    _blocks: dict[str, Block] = field(default_factory=dict[str, Block])
    _open: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        if self.shape is not None:
            self.add("input", "input", shape=self.shape)

    def add(
        self,
        kind: str,
        name: str = "",
        after: str | Sequence[str] | None = None,
        *,
        initial: Mapping[str, Nested] | None = None,
        frozen: tuple[str, ...] = (),
        **params: ParamValue,
    ) -> str:
        """Append a layer of that type; returns its id.

        Args:
            kind: the layer type's key.
            name: the id, which the id of the block around it precedes; without one the type's key and a number.
            after: the ids that feed it, by port; by default `last`, and () for none.
            initial: starting values by hand, as in `Node`.
            frozen: parameters that training leaves alone.
            params: the layer type's hyperparameters.

        Raises:
            GraphError: the id is taken, or `after` names what is not there.
        """
        node_id = self._fresh(name or kind)
        if after is None:
            after = (self.last,) if self.last else ()
        sources = (after,) if isinstance(after, str) else tuple(after)
        for port, source in enumerate(sources):
            if source not in self._nodes:
                raise GraphError(f"There is no layer “{source}” to put {node_id} behind.")
            self._edges.append(Edge(source, node_id, 0, port))
        settings = {key: self._full(kind, key, value) for key, value in params.items()}
        block = self._open[-1] if self._open else ""
        self._nodes[node_id] = Node(node_id, kind, settings, initial=initial or {}, frozen=frozen, block=block)
        self.last = node_id
        return node_id

    @contextmanager
    def block(self, block_id: str, name: str = "", kind: str = "") -> Generator[str]:
        """A closed block for the layers added meanwhile; yields its full id."""
        block_id = self._fresh(block_id)
        self._blocks[block_id] = Block(block_id, name, self._open[-1] if self._open else "", kind=kind)
        self._open.append(block_id)
        try:
            yield block_id
        finally:
            self._open.pop()

    def graph(self) -> Graph:
        """What was sketched, with every card in its place."""
        blocks = tuple(self._blocks.values())
        return arrange(Graph(tuple(self._nodes.values()), tuple(self._edges), blocks))

    def rename(self, node_id: str, name: str) -> None:
        """Show a layer under another name."""
        self._nodes[node_id] = replace(self._nodes[node_id], name=name)

    def _fresh(self, name: str) -> str:
        """The name behind the id of the block around; with a number where that is taken."""
        wanted = f"{self._open[-1]}_{name}" if self._open else name
        edits.check_id(wanted)
        found, number = wanted, 1
        while found in self._nodes or found in self._blocks:
            number += 1
            found = f"{wanted}{number}" if not wanted[-1].isdigit() else f"{wanted}_{number}"
        return found

    @staticmethod
    def _full(kind: str, key: str, value: ParamValue) -> ParamValue:
        if isinstance(value, int) and not isinstance(value, bool) and key in _PAIRS and kind.endswith("2d"):
            return value, value
        return value
