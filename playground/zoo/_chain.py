"""Building architectures: chains of layers, laid out in rows as a page is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import cast

from playground.graph.model import Edge, Graph, Node, ParamValue

COLUMN = 200.0
"""From one card's left edge to the next, in pixels; a card is 150 wide."""

ROW = 220.0
"""From one row's top to the next, where cards carry pictures of feature maps and a wire runs back between the rows."""

LOW_ROW = 180.0
"""The same for rows of plain lists, whose cards are lower."""

_LISTS = ("dense", "flatten", "global_avg_pool2d")
"""From such a layer on, what flows are lists and no pictures."""

Layer = tuple[str, str, Mapping[str, ParamValue]]
"""Id, layer type, hyperparameters."""


def row(layers: Iterable[Layer], column: float = 0, y: float = 0.0) -> tuple[Node, ...]:
    """The layers as cards side by side, the first in that column, their upper edges at `y` pixels."""
    return tuple(
        Node(key, kind, dict(params), ((column + place) * COLUMN, y))
        for place, (key, kind, params) in enumerate(layers)
    )


def rows(layers: Sequence[Layer], columns: int = 4, y: float = 0.0) -> tuple[Node, ...]:
    """The layers as cards in rows of so many, each row from left to right."""
    nodes: list[Node] = []
    for start in range(0, len(layers), columns):
        nodes += row(layers[start : start + columns], y=y)
        y += LOW_ROW if any(map(_gives_list, layers[: start + 1])) else ROW
    return tuple(nodes)


def _gives_list(layer: Layer) -> bool:
    _, kind, params = layer
    return kind in _LISTS or (kind == "input" and len(cast("tuple[int, ...]", params["shape"])) == 1)


def wires(*ids: str) -> tuple[Edge, ...]:
    """Wires from each to the next."""
    return tuple(Edge(source, target) for source, target in pairwise(ids))


def chain(layers: Sequence[Layer], columns: int = 4) -> Graph:
    """Layers one after the other, in rows."""
    return Graph(rows(layers, columns), wires(*(key for key, _, _ in layers)))
