"""What changed between two graphs; the canvas redraws just that, for edits, undo and opening alike."""

from __future__ import annotations

from dataclasses import dataclass

from playground.graph.model import Edge, Graph, Node


@dataclass(frozen=True)
class GraphDiff:
    """`changed` holds nodes that exist in both graphs and differ, as they are in the second."""

    added: tuple[Node, ...]
    removed: tuple[str, ...]
    changed: tuple[Node, ...]
    wires_added: tuple[Edge, ...]
    wires_removed: tuple[Edge, ...]

    def __bool__(self) -> bool:
        return any((self.added, self.removed, self.changed, self.wires_added, self.wires_removed))


def diff(before: Graph, after: Graph) -> GraphDiff:
    """The difference of two graphs. Nodes are the same when their ids are."""
    old, new = before.by_id, after.by_id
    old_wires, new_wires = set(before.edges), set(after.edges)
    return GraphDiff(
        added=tuple(node for key, node in new.items() if key not in old),
        removed=tuple(key for key in old if key not in new),
        changed=tuple(node for key, node in new.items() if key in old and old[key] is not node and old[key] != node),
        wires_added=tuple(edge for edge in after.edges if edge not in old_wires),
        wires_removed=tuple(edge for edge in before.edges if edge not in new_wires),
    )
