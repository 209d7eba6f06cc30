"""The branches that meet in a layer: where they part, what lies on each, and what each is handed back. No Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Index
    from playground.engine.trace import Frame
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


def slope_for(frame: Frame, port: int, index: Index) -> float:
    """How far the number of the result at a place moves for each 1 that the input's number there moves."""
    from playground.engine.arithmetic import source_index, source_of

    if frame.type == "concat":
        return 1.0 if source_of(frame, index)[0] == port else 0.0
    values = [float(array[source_index(frame, each, index)]) for each, array in enumerate(frame.inputs)]
    match frame.type:
        case "add":
            return 1.0
        case "multiply":
            return math.prod(value for each, value in enumerate(values) if each != port)
        case "maximum":
            winners = values.count(max(values))
            return 1 / winners if values[port] == max(values) else 0.0
        case _:
            kept = [each for each in range(len(values)) if frame.mask is None or frame.mask[index[0], each]]
            return 1 / len(kept) if port in kept else 0.0


def explain_share(frame: Frame, port: int, index: Index) -> Explanation:
    """What an input is handed back from one place of the result alone: local slope × what arrives there."""
    from playground.engine.arithmetic import Factor, Place, Term, value_at
    from playground.engine.arithmetic._compose import worked_out

    place = Place(frame.node, "grad_output", index)
    y = r"\frac{\partial E}{\partial y}"
    slope = Factor(r"\frac{\partial y}{\partial x}", slope_for(frame, port, index))
    terms = [Term((slope, Factor(y, value_at(frame, place), place)))]
    formula = rf"{slope.symbol} \cdot {y}"
    words = "Local slope times what arrives at this place. The number is used at other places too; all of it adds up."
    return worked_out(f"Handed back to input {port + 1} from this place", "g", formula, terms, words)


PATTERNS = {
    "add": ("+", "distributor", "the same gradient goes to every branch"),
    "multiply": ("×", "switcher", "each branch gets the gradient times the other's number"),
    "maximum": ("max", "router", "the gradient goes to the branch that was largest"),
    "average": ("mean", "sharer", "every branch gets an equal part of the gradient"),
    "concat": ("join", "splitter", "each branch gets back the gradient of its own numbers"),
}
"""By layer type: what stands in the gate, what it is called on the way back, and what it does."""
