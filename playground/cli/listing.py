"""`zoo` and `summary`: what ships, and what a network consists of."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from playground.cli.failure import Failure, one_line
from playground.cli.sources import open_source, title_of
from playground.zoo import all_zoo_networks

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis


def print_zoo(as_json: bool) -> int:
    """The names of the networks that ship; without JSON, with year, data set and title."""
    networks = all_zoo_networks()
    if as_json:
        print(json.dumps([network.key for network in networks]))
        return 0
    heading = ("name", "year", "data", "title")
    print_table([heading, *((n.key, str(n.year), n.data, n.title) for n in networks)])
    return 0


def print_summary(source: str, as_json: bool) -> int:
    """Shapes, parameters and multiply-adds of each layer and of the whole network.

    Raises:
        Failure: there is no such network, or it has an error that keeps it from computing.
    """
    experiment = open_source(source).experiment

    from playground.data import DataError, data_set
    from playground.engine.shapes import analyse

    analysis = analyse(experiment.graph)
    if not experiment.graph.nodes:
        raise Failure(f"{title_of(source)} has no layers.")
    if analysis.errors:
        more = len(analysis.errors) - 1
        rest = f" (And {more} more problem{'s' if more > 1 else ''}.)" if more else ""
        raise Failure(f"{title_of(source)} cannot compute: {analysis.errors[0].message}{rest}")
    try:
        problems = analyse(experiment.graph, data_set(experiment.data.name)).problems
    except DataError as error:
        print(f"note: {one_line(error)}", file=sys.stderr)
    else:
        for problem in problems:
            print(f"note: {one_line(problem.message)}", file=sys.stderr)
    print(json.dumps(_summary(analysis))) if as_json else _print_summary(title_of(source), analysis)
    return 0


def _summary(analysis: Analysis) -> dict[str, Any]:
    from playground.engine.summary import summarise

    found = summarise(analysis)
    return {
        "parameters": analysis.parameters,
        "multiply_adds": analysis.multiply_adds,
        "activation_bytes": found.activation,
        "input_shape": analysis.input_shape,
        "output_shape": analysis.output_shape,
        "layers": [
            {
                "id": row.id,
                "type": analysis.graph.node(row.id).type,
                "blocks": row.outer,
                "output_shape": row.output,
                "parameters": row.parameters,
                "multiply_adds": row.multiply_adds,
                "activation_bytes": row.activation,
                "receptive_field": "all" if row.field.is_everything else row.field.sizes,
            }
            for row in found.layers
        ],
    }


def _print_summary(title: str, analysis: Analysis) -> None:
    from playground.engine.summary import COLUMNS, cells, summarise

    found = summarise(analysis)
    rows: list[Sequence[str]] = [COLUMNS]
    for row in found.rows:
        name, *rest = cells(row, found)
        rows.append(("  " * len(row.outer) + name, *rest))
    totals = f"{found.parameters:,}", f"{found.multiply_adds:,}", f"{found.activation:,} B"
    rows.append(("together", "", "", *totals, ""))
    print(title)
    print_table(rows, right=(3, 4, 5, 6))


def print_table(rows: Sequence[Sequence[str]], right: tuple[int, ...] = ()) -> None:
    """Rows of text in columns as wide as they need to be; those in `right` are aligned there."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (
            text.rjust(width) if column in right else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join(cells).rstrip())
