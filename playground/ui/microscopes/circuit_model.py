"""A graph of single numbers as one picture: its gates, what feeds them, and where each stands. No Qt.

Rows and columns are those of the cs231n notes' figures: numbers from outside in the first column, every gate one column
behind the last of its inputs and halfway between them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from playground.layers import layer_type
from playground.ui.widgets.numbers import short

if TYPE_CHECKING:
    from playground.engine.trace import Frame, Trace

MOST_LAYERS = 600
"""Graphs of up to so many layers are drawn whole: every expression that can be typed."""

_ONE_NUMBER = ("gate", "merge", "curve")
_SOURCES = ("constant", "parameter", "input")
_SYMBOLS = {
    "add": "+",
    "multiply": "×",
    "maximum": "max",
    "average": "mean",
    "negate": "×−1",
    "reciprocal": "1/x",
    "exp": "exp",
    "log": "ln",
    "square": "x²",
    "sigmoid": "σ",
    "sine": "sin",
    "softplus": "soft+",
}
_PLAIN_NAME = re.compile(r"([A-Za-z])_?(\d+)")


@dataclass(frozen=True)
class Spot:
    """A number from outside, or a gate; `sources` are the nodes that feed it, by port.

    `name` is what the user calls it; empty for gates that have only the name they were given by number.
    """

    node: str
    kind: Literal["leaf", "gate"]
    symbol: str
    name: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wire:
    """From one spot to an input of another, through the free `rows` of the columns between."""

    source: str
    target: str
    port: int
    rows: tuple[float, ...] = ()


@dataclass(frozen=True)
class Circuit:
    """The whole graph, in the order of computation. `input` is hidden where slices show its numbers."""

    spots: tuple[Spot, ...]
    input: str
    loss: str

    @cached_property
    def by_node(self) -> Mapping[str, Spot]:
        return {spot.node: spot for spot in self.spots}

    @cached_property
    def result(self) -> str:
        """The last gate."""
        return self.spots[-1].node

    @cached_property
    def users(self) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """Where each number goes: gates and their ports."""
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for spot in self.spots:
            for port, source in enumerate(spot.sources):
                found[source].append((spot.node, port))
        return {spot.node: tuple(found[spot.node]) for spot in self.spots}

    @cached_property
    def columns(self) -> Mapping[str, int]:
        depth: dict[str, int] = {}
        for spot in self.spots:
            depth[spot.node] = 1 + max((depth[source] for source in spot.sources), default=-1)
        return depth

    @cached_property
    def placed(self) -> tuple[Mapping[str, float], tuple[Wire, ...]]:
        """The row of each spot, from 0, and the wires."""
        return _place(self)

    def title(self, node: str) -> str:
        """What to call a number in words: its name, or its gate's id."""
        spot = self.by_node.get(node)
        return spot.name or node if spot is not None else node

    def latex(self, node: str) -> str:
        """The same in formulas: w0 as w with a small 0."""
        title = self.title(node)
        match = _PLAIN_NAME.fullmatch(title)
        if match:
            return f"{match[1]}_{{{match[2]}}}"
        return title if len(title) == 1 else rf"\mathrm{{{title.replace('_', ' ')}}}"


def circuit_of(trace: Trace) -> Circuit | None:
    """The recorded network as a graph of gates; None if it is something else."""
    graph, frames = trace.graph, trace.frames
    if not 3 <= len(frames) <= MOST_LAYERS:
        return None
    loss = list(frames)[-1]
    if frames[loss].type != "output_loss" or len(graph.sources(loss)) != 1:
        return None
    input_, inside = next(iter(frames)), list(frames)[1:-1]
    is_hidden = frames[input_].output.shape[1:] != (1,) or not graph.outgoing(input_)
    if is_hidden and any(frames[edge.target].type != "slice" for edge in graph.outgoing(input_)):
        return None
    if not all(_is_scalar(frames[node], is_hidden) for node in inside):
        return None
    drawn = inside if is_hidden else [input_, *inside]
    spots = [_spot(trace, node, is_hidden) for node in drawn]
    end = graph.sources(loss)[0]
    if end not in drawn or not any(spot.kind == "gate" for spot in spots):
        return None
    spots.sort(key=lambda spot: spot.node == end)
    if any(end in spot.sources for spot in spots):
        return None
    return Circuit(tuple(spots), input_, loss)


def _is_scalar(frame: Frame, is_hidden: bool) -> bool:
    """Whether a layer gives a single number and is one of those that can be drawn."""
    if frame.output.shape[1:] != (1,):
        return False
    capability = layer_type(frame.type).capability
    return capability in (*_ONE_NUMBER, *_SOURCES) or (frame.type == "slice" and is_hidden)


def _spot(trace: Trace, node: str, is_hidden: bool) -> Spot:
    frame, shown = trace.frames[node], trace.graph.node(node)
    kind = layer_type(frame.type)
    if frame.type == "constant":
        return Spot(node, "leaf", "", short(float(frame.output[0, 0]), 3))
    if kind.capability in _SOURCES or (frame.type == "slice" and is_hidden):
        return Spot(node, "leaf", "", shown.title)
    numbered = re.fullmatch(rf"{kind.stem}_?\d*", shown.title) is not None
    name = "" if numbered or re.fullmatch(rf"{frame.type}_?\d*", shown.title) else shown.title
    return Spot(node, "gate", symbol_of(frame), name, trace.graph.sources(node))


def symbol_of(frame: Frame) -> str:
    """What stands in the circle of a gate."""
    if frame.type == "scale":
        return f"×{short(frame.params['factor'], 3)}"  # type: ignore[arg-type]
    if frame.type == "shift":
        return short(frame.params["amount"], 3, plus=True)  # type: ignore[arg-type]
    return _SYMBOLS.get(frame.type, layer_type(frame.type).stem)


# ---- places


def _place(circuit: Circuit) -> tuple[dict[str, float], tuple[Wire, ...]]:
    columns, users = circuit.columns, circuit.users
    wanted, turn = _reading_order(circuit)
    rows: dict[str, float] = {}
    free: dict[tuple[str, int], float] = {}
    for column in range(max(columns.values()) + 1):
        items: list[_Item] = []
        for spot in circuit.spots:
            node = spot.node
            if columns[node] == column:
                arriving = [free.get((source, column - 1), rows.get(source, 0.0)) for source in spot.sources]
                wish = sum(arriving) / len(arriving) if arriving else wanted[node]
                items.append(_Item(wish, min((turn[node, *use] for use in users[node]), default=0), 0.5, node, True))
            elif later := [turn[node, *use] for use in users[node] if columns[node] < column < columns[use[0]]]:
                items.append(_Item(free.get((node, column - 1), rows[node]), min(later), 0.22, node, False))
        items.sort()
        for item, row in zip(items, _spread(items), strict=True):
            if item.is_spot:
                rows[item.node] = row
            else:
                free[item.node, column] = row
    top = min([*rows.values(), *free.values()])
    wires = tuple(
        Wire(node, user, port, tuple(free[node, c] - top for c in range(columns[node] + 1, columns[user])))
        for node, gone in users.items()
        for user, port in gone
    )
    return {node: row - top for node, row in rows.items()}, wires


@dataclass(frozen=True, order=True)
class _Item:
    """What wants a place in a column: a spot, or a wire that passes through."""

    wish: float
    turn: int
    half: float
    node: str
    is_spot: bool


def _reading_order(circuit: Circuit) -> tuple[dict[str, float], dict[tuple[str, str, int], int]]:
    """Rows for the numbers from outside in the order in which they are read, and of each wire the turn it has."""
    rows: dict[str, float] = {}
    turn: dict[tuple[str, str, int], int] = {}
    seen: set[str] = set()
    waiting = [(spot.node, "", 0) for spot in circuit.spots if not circuit.users[spot.node]]
    while waiting:
        wire = waiting.pop()
        turn[wire] = len(turn)
        node = wire[0]
        if node in seen:
            continue
        seen.add(node)
        sources = circuit.by_node[node].sources
        if not sources:
            rows[node] = float(len(rows))
        waiting += reversed([(source, node, port) for port, source in enumerate(sources)])
    return rows, turn


def _spread(items: Sequence[_Item]) -> list[float]:
    """Rows as near as can be to those wanted, with room for half heights; items are sorted by wanted row."""
    groups: list[tuple[list[float], list[float]]] = []  # (offsets within the group, wanted rows less offset)
    sizes = [item.half for item in items]
    for place, item in enumerate(items):
        groups.append(([0.0], [item.wish]))
        while len(groups) > 1:
            (before, wishes), (after, more) = groups[-2], groups[-1]
            first = place - len(after) + 1
            gap = sizes[first - 1] + sizes[first]
            start, end = sum(more) / len(more), sum(wishes) / len(wishes) + before[-1]
            if start >= end + gap - 1e-9:
                break
            shift = before[-1] + gap
            joined = [*before, *(offset + shift for offset in after)]
            groups[-2:] = [(joined, [*wishes, *(wish_ - shift for wish_ in more)])]
    return [sum(wishes) / len(wishes) + offset for offsets, wishes in groups for offset in offsets]
