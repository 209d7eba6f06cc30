"""The branches that meet in a layer: where they part, what lies on each, and what they are called. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.graph.model import Graph


@dataclass(frozen=True)
class Branches:
    """`fork` is the layer that all branches come from, if there is one; `ways` the layers on each, by port."""

    fork: str | None
    ways: tuple[tuple[str, ...], ...]


def branches_of(graph: Graph, node: str) -> Branches:
    """The branches into a layer: back from each input to the last layer that all of them come from."""
    sources = graph.sources(node)
    reach = [{source, *graph.ancestors(source)} for source in sources]
    common = set[str].intersection(*reach) if reach else set[str]()
    fork = next((found for found in reversed(graph.order) if found in common), None)
    return Branches(fork, tuple(_way(graph, source, fork) for source in sources))


def _way(graph: Graph, source: str, fork: str | None) -> tuple[str, ...]:
    """The layers from behind the fork to the source."""
    way: list[str] = []
    current: str | None = source
    while current is not None and current != fork and current not in way:
        way.append(current)
        before = graph.sources(current)
        leading = [each for each in before if fork is not None and (each == fork or fork in graph.ancestors(each))]
        current = (leading or list(before) or [None])[0]
    return tuple(reversed(way))


PATTERNS = {
    "add": ("+", "distributor", "the same gradient goes to every branch"),
    "multiply": ("×", "switcher", "each branch gets the gradient times the other's number"),
    "maximum": ("max", "router", "the gradient goes to the branch that was largest"),
    "average": ("mean", "sharer", "every branch gets an equal part of the gradient"),
    "concat": ("join", "splitter", "each branch gets back the gradient of its own numbers"),
}
"""By layer type: what stands in the gate, what it is called on the way back, and what it does."""
