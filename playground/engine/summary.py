"""The summary of a network: one row for each layer and block, in an order that keeps blocks together; as text too."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from math import prod

from playground.engine.analysis import Analysis, LayerReport
from playground.engine.receptive_field import Field, receptive_fields
from playground.graph.model import Graph
from playground.layers import Shape, layer_type

COLUMNS = ("layer", "type", "output", "parameters", "multiply-adds", "activation memory", "receptive field")
NUMBER_BYTES = 4
"""A number in float32."""


@dataclass(frozen=True)
class Row:
    """One layer, or one block with the sums over its layers.

    Attributes:
        id: of the node or block.
        outer: the ids of the blocks around it, the outermost first.
        output: the shape of what it gives; () for a loss.
        activation: bytes of the outputs for one example.
        layers: how many layers it stands for.
    """

    id: str
    title: str
    type: str
    output: Shape
    parameters: int
    multiply_adds: int
    activation: int
    field: Field
    outer: tuple[str, ...] = ()
    layers: int = 1
    is_block: bool = False


@dataclass(frozen=True)
class Summary:
    """All rows in the network's order, each block's before those of what it holds; and the sums over the layers.

    `extents` is the size of the input behind its channels, and `blocks` gives the titles of the blocks.
    """

    rows: tuple[Row, ...] = ()
    extents: Shape = ()
    parameters: int = 0
    multiply_adds: int = 0
    activation: int = 0
    blocks: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def layers(self) -> tuple[Row, ...]:
        """The rows of layers alone."""
        return tuple(row for row in self.rows if not row.is_block)

    def unfolded(self, folded: Collection[str]) -> tuple[Row, ...]:
        """The rows without those inside the folded blocks."""
        hidden = set(folded)
        return tuple(row for row in self.rows if hidden.isdisjoint(row.outer))

    def ordered(self, column: int, descending: bool = False) -> tuple[Row, ...]:
        """The layers (no blocks: they would count twice) by a column; equal ones in the network's order."""
        key = _KEYS[column]
        return tuple(sorted(self.layers, key=lambda row: key(self, row), reverse=descending))


_KEYS: tuple[Callable[[Summary, Row], int | str], ...] = (
    lambda _, row: row.title.casefold(),
    lambda _, row: row.type.casefold(),
    lambda _, row: prod(row.output),
    lambda _, row: row.parameters,
    lambda _, row: row.multiply_adds,
    lambda _, row: row.activation,
    lambda summary, row: row.field.area(summary.extents),
)


def summarise(analysis: Analysis) -> Summary:
    """The summary of all layers that could be analysed."""
    graph, fields = analysis.graph, receptive_fields(analysis)
    layers: dict[str, Row] = {}
    inside: dict[str, list[str]] = {"": []}
    members: dict[str, list[Row]] = {}
    for node_id, report in analysis.layers.items():
        outer = tuple(reversed(graph.enclosing(node_id)))
        row = layers[node_id] = _layer_row(graph, node_id, report, fields[node_id], outer)
        for depth, block in enumerate(outer):
            if block not in members:
                members[block], inside[block] = [], []
                inside[outer[depth - 1] if depth else ""].append(block)
            members[block].append(row)
        inside[outer[-1] if outer else ""].append(node_id)
    leaving = _last_leaving(analysis)
    rows = layers | {
        block: _block_row(graph, block, held, layers[leaving.get(block, held[-1].id)])
        for block, held in members.items()
    }
    ordered: list[Row] = []
    _append(ordered, "", rows, inside)
    activation = sum(row.activation for row in layers.values())
    titles = {block.id: block.title for block in graph.blocks}
    extents = (analysis.input_shape or ())[1:]
    return Summary(tuple(ordered), extents, analysis.parameters, analysis.multiply_adds, activation, titles)


def _append(ordered: list[Row], block: str, rows: dict[str, Row], inside: dict[str, list[str]]) -> None:
    for key in inside[block]:
        ordered.append(rows[key])
        if rows[key].is_block:
            _append(ordered, key, rows, inside)


def _last_leaving(analysis: Analysis) -> dict[str, str]:
    """Of every block, the last of its layers whose value leaves it."""
    graph, found = analysis.graph, dict[str, str]()
    for node_id in analysis.layers:
        around = graph.enclosing(node_id)
        targets = [graph.enclosing(edge.target) for edge in graph.outgoing(node_id)]
        for block in around:
            if not targets or any(block not in target for target in targets):
                found[block] = node_id
    return found


def _layer_row(graph: Graph, node_id: str, report: LayerReport, seen: Field, outer: tuple[str, ...]) -> Row:
    node = graph.node(node_id)
    return Row(
        id=node_id,
        title=node.title,
        type=layer_type(node.type).title,
        output=report.output,
        parameters=report.parameters,
        multiply_adds=report.multiply_adds,
        activation=NUMBER_BYTES * prod(report.output),
        field=seen,
        outer=outer,
    )


def _block_row(graph: Graph, block_id: str, held: Sequence[Row], exit_: Row) -> Row:
    return Row(
        id=block_id,
        title=graph.block_by_id[block_id].title,
        type=f"{len(held)} layer{'s' if len(held) > 1 else ''}",
        output=exit_.output,
        parameters=sum(row.parameters for row in held),
        multiply_adds=sum(row.multiply_adds for row in held),
        activation=sum(row.activation for row in held),
        field=exit_.field,
        outer=tuple(reversed(graph.enclosing(block_id))),
        layers=len(held),
        is_block=True,
    )


# As text.


def shape_text(shape: Shape) -> str:
    """6×28×28; a loss gives one number."""
    return "×".join(map(str, shape)) or "one number"


def cells(row: Row, summary: Summary) -> tuple[str, ...]:
    """What stands in the columns, every digit written out; "–" for what there is none of."""
    counts = (f"{number:,}" if number else "–" for number in (row.parameters, row.multiply_adds))
    seen = row.field.text(summary.extents)
    return row.title, row.type, shape_text(row.output), *counts, f"{row.activation:,} B", seen


def markdown(rows: Sequence[Row], summary: Summary) -> str:
    """A table for a text in Markdown, with the sums below. What is inside a block is indented."""
    lines = [_line(COLUMNS), "|---|---|---|---:|---:|---:|---:|"]
    shown = {row.id for row in rows}
    for row in rows:
        title, *rest = cells(row, summary)
        depth = sum(block in shown for block in row.outer)
        title = f"**{title}**" if row.is_block else title
        lines.append(_line(("&emsp;" * depth + title, *rest)))
    numbers = f"{summary.parameters:,}", f"{summary.multiply_adds:,}", f"{summary.activation:,} B"
    lines.append(_line(("**together**", "", "", *numbers, "")))
    return "\n".join(lines) + "\n"


def _line(texts: Sequence[str]) -> str:
    return f"| {' | '.join(text.replace('|', '&#124;') for text in texts)} |"


def csv_text(rows: Sequence[Row], summary: Summary) -> str:
    """Comma-separated values: one line for each layer, numbers as they are, so that a spreadsheet can add them up.

    Blocks have no line of their own, since their layers would then count twice; a column says where each layer stands.
    The receptive field is that of an input without edges.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("layer", "block", *COLUMNS[1:5], "activation memory (bytes)", "receptive field"))
    for row in rows:
        if not row.is_block:
            path = " / ".join(summary.blocks[block] for block in row.outer)
            seen = "all" if row.field.is_everything else "×".join(map(str, row.field.sizes))
            numbers = row.parameters, row.multiply_adds, row.activation
            writer.writerow((row.title, path, row.type, shape_text(row.output), *numbers, seen))
    return out.getvalue()
