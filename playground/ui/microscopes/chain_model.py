"""A small network of dense layers as one picture: its columns of neurons, and what everything in it is called. No Qt.

Names are Mazur's: i1, i2 … for inputs, h1 … for hidden and o1 … for output neurons, w1 … and b1 … through all layers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from playground.layers import layer_type
from playground.ui.microscopes.base import SHOWN

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place
    from playground.engine.trace import Frame, Trace

MOST_UNITS = 24
"""Layers of up to so many units are drawn as neurons."""
MOST_COLUMNS = 7


@dataclass(frozen=True)
class Column:
    """A column of neurons: the dense layer that feeds it and the activation that follows; the inputs have neither."""

    names: tuple[str, ...]
    dense: str = ""
    activation: str = ""
    first_weight: int = 0
    first_bias: int = 0
    shared_bias: bool = False
    """All biases of the layer are the same and frozen, so they are drawn and named as one."""

    @property
    def size(self) -> int:
        return len(self.names)

    @property
    def last(self) -> str:
        """The node whose output the neurons give."""
        return self.activation or self.dense


@dataclass(frozen=True)
class Target:
    """What is being looked at: a neuron, a weight into it (`source` is the neuron it comes from), or its bias."""

    kind: Literal["neuron", "weight", "bias"]
    column: int
    unit: int
    source: int = 0


@dataclass(frozen=True)
class Chain:
    """The whole network; column 0 holds the inputs."""

    input: str
    columns: tuple[Column, ...]
    loss: str = ""

    def column_of(self, node: str) -> int:
        """The column that a layer belongs to; the loss belongs to the last."""
        for number, column in enumerate(self.columns):
            if node in (column.dense, column.activation) or (number == 0 and node == self.input):
                return number
        return len(self.columns) - 1

    def weights_of(self, number: int) -> list[Target]:
        """The weights into a column, and its biases unless they are one that is frozen, by name."""
        column, before = self.columns[number], self.columns[number - 1]
        found = [Target("weight", number, unit, source) for unit in range(column.size) for source in range(before.size)]
        if not column.shared_bias and column.first_bias:
            found += [Target("bias", number, unit) for unit in range(column.size)]
        return found

    def name(self, target: Target) -> str:
        """What a thing is called: "h1", "w5", "b2"."""
        column = self.columns[target.column]
        if target.kind == "neuron":
            return column.names[target.unit]
        if target.kind == "weight":
            before = self.columns[target.column - 1]
            return f"w{column.first_weight + target.unit * before.size + target.source}"
        return f"b{column.first_bias + (0 if column.shared_bias else target.unit)}"

    def symbol(self, target: Target) -> str:
        """The same in LaTeX: "w_{5}"."""
        name = self.name(target)
        return f"{name[0]}_{{{name[1:]}}}"

    def place(self, target: Target, kind: Literal["weight", "grad_weight", "updated"] = "weight") -> Place:
        """Where a weight or a bias stands in the recording."""
        from playground.engine.arithmetic import Place

        column = self.columns[target.column]
        if target.kind == "bias":
            return Place(column.dense, kind, (target.unit,), name="bias")
        return Place(column.dense, kind, (target.unit, target.source), name="weight")

    def names(self, place: Place) -> str:
        """A `Namer`: what the numbers of the recording are called in formulas."""
        if place.kind == "weight" and place.name in ("weight", "bias"):
            kind = "weight" if place.name == "weight" else "bias"
            target = Target(kind, self.column_of(place.node), place.index[0], place.index[-1])
            return self.symbol(target)
        if place.kind in ("output", "input") and len(place.index) == 2 and place.index[0] == SHOWN:
            return self._flowing(place)
        if place.kind == "target" and len(place.index) == 2:
            return rf"target_{{{self.columns[-1].names[place.index[1]]}}}"
        return ""

    def _flowing(self, place: Place) -> str:
        unit, node = place.index[1], place.node
        if place.kind == "input":
            node = self._before(place.node)
        number = self.column_of(node)
        if number == 0:
            return f"i_{{{unit + 1}}}"
        column = self.columns[number]
        word = "out" if column.activation and node == column.activation else "net"
        return f"{word}_{{{column.names[unit]}}}"

    def _before(self, node: str) -> str:
        """The layer that feeds another one."""
        if node == self.loss:
            return self.columns[-1].last
        number = self.column_of(node)
        column = self.columns[number]
        if node == column.activation:
            return column.dense
        return self.columns[number - 1].last if number > 1 else self.input


def chain_of(trace: Trace) -> Chain | None:
    """The recorded network as a chain of small dense layers; None if it is something else."""
    graph, order = trace.graph, list(trace.frames)
    is_line = all(graph.sources(node) == (order[place],) for place, node in enumerate(order[1:]))
    first = trace.frames[order[0]]
    if not is_line or first.output.ndim != 2 or first.output.shape[1] > MOST_UNITS:
        return None
    groups: list[tuple[str, str]] = []
    loss = ""
    for node in order[1:]:
        frame = trace.frames[node]
        capability = layer_type(frame.type).capability
        if frame.type == "dense" and frame.output.shape[1] <= MOST_UNITS:
            groups.append((node, ""))
        elif capability == "curve" and groups and not groups[-1][1]:
            groups[-1] = (groups[-1][0], node)
        elif node == order[-1] and groups and _is_plain_loss(frame):
            loss = node
        else:
            return None
    if not groups or len(groups) + 1 > MOST_COLUMNS:
        return None
    return Chain(order[0], tuple(_columns(trace, first.output.shape[1], groups)), loss)


def _is_plain_loss(frame: Frame) -> bool:
    """Whether the costs beside the output neurons can be written: squared error or cross-entropy, as they are."""
    target, params = frame.target, frame.params
    answer, *wired = frame.inputs
    if frame.type not in ("squared_error", "cross_entropy") or target is None or wired:
        return False
    as_it_is = params["weight"] == 1 and not params.get("label_smoothing")
    return as_it_is and (answer.shape[1] > 1 or not np.issubdtype(target.dtype, np.integer))


def _columns(trace: Trace, inputs: int, groups: list[tuple[str, str]]) -> list[Column]:
    columns = [Column(tuple(f"i{i + 1}" for i in range(inputs)))]
    hidden, weights, biases = 1, 1, 1
    for number, (dense, activation) in enumerate(groups):
        frame = trace.frames[dense]
        units, features = frame.weights["weight"].shape
        bias = frame.weights.get("bias")
        shared = bias is not None and "bias" in frame.frozen and bool(np.all(bias == bias[0]))
        is_last = number == len(groups) - 1
        start = 1 if is_last else hidden
        names = tuple(f"{'o' if is_last else 'h'}{start + unit}" for unit in range(units))
        columns.append(Column(names, dense, activation, weights, biases if bias is not None else 0, shared))
        hidden += 0 if is_last else units
        weights += units * features
        biases += 0 if bias is None else 1 if shared else units
    return columns
