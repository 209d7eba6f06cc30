"""A transfer thought through on the worker thread: the places where a base can be cut, and what would come of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.data import DataError, DataSet, all_data_sets, data_set
from playground.data.archives import is_here
from playground.graph.experiment import Experiment
from playground.graph.model import Graph
from playground.ui.build.transfer_sources import Offer, OpenNetwork, read
from playground.ui.widgets.numbers import count, million

if TYPE_CHECKING:
    from playground.engine.transfer import Source, Transfer, Wish

_MOST_NAMED = 4


@dataclass(frozen=True)
class Request:
    """What the dialog asks for. `keeps_network`: the open network takes weights over, layer by layer."""

    offer: Offer
    keeps_network: bool
    data: str
    cut: str
    frozen: str
    rate: float
    enlarge: int


@dataclass(frozen=True, eq=False)
class Plan:
    """What is known of a request. `places` are where the base can be cut, and up to where it can be frozen, in words.

    `source` is None if the base cannot be read; `transfer` if it cannot be used so, and `problem` then says why.
    """

    request: Request
    source: Source | None = None
    places: tuple[tuple[str, str], ...] = ()
    suggested: str = ""
    data_sets: tuple[tuple[str, str], ...] = ()
    transfer: Transfer | None = None
    problem: str = ""


def plan(request: Request, opened: OpenNetwork, known: Source | None) -> Plan:
    """Read the base unless it is known, and see what would come of the request."""
    from playground.assets import MissingAsset
    from playground.engine.pretrained import PretrainedError
    from playground.engine.transfer import TransferError, default_cut, take_over, use_as_base
    from playground.graph.files import FileError

    try:
        source = known or read(request.offer, opened)
    except (TransferError, FileError, PretrainedError, MissingAsset) as error:
        return Plan(request, problem=str(error))
    graph = opened.experiment.graph if request.keeps_network else source.experiment.graph
    places, suggested, problem, transfer = (), "", "", None
    try:
        suggested = "" if request.keeps_network else default_cut(graph)
        places = tuple((key, title_of(graph, key)) for key in _places(graph, suggested))
        if request.keeps_network:
            transfer = take_over(opened.experiment, source, request.frozen, request.rate)
        else:
            transfer = use_as_base(source, _wish(request, places), opened.experiment)
    except (TransferError, DataError) as error:
        problem = str(error)
    return Plan(request, source, places, suggested, _data_sets(source.experiment, opened), transfer, problem)


def _wish(request: Request, places: Iterable[tuple[str, str]]) -> Wish:
    from playground.engine.transfer import Wish

    known = {key for key, _ in places}
    cut = request.cut if request.cut in known else ""
    frozen = request.frozen if request.frozen in {"all", "none", *known} else "all"
    return Wish(request.data, cut, frozen, request.rate, request.enlarge)


def _places(graph: Graph, suggested: str) -> list[str]:
    """Of the layers behind which the base can be cut those that end a block or stand in none."""
    from playground.engine.transfer import cuts

    ways = cuts(graph)
    return [
        key
        for key, following in zip(ways, (*ways[1:], ""), strict=True)
        if not graph.node(key).block or key == suggested or _outermost(graph, key) != _outermost(graph, following)
    ]


def _outermost(graph: Graph, key: str) -> str:
    around = graph.enclosing(key) if key in graph else ()
    return around[-1] if around else ""


def title_of(graph: Graph, key: str) -> str:
    """How a place is called: by its block, where it ends one."""
    outermost = _outermost(graph, key)
    if not outermost:
        return graph.node(key).title
    following = {_outermost(graph, edge.target) for edge in graph.outgoing(key)}
    block = graph.block(outermost).title
    return block if outermost not in following else f"{block}: {graph.node(key).title}"


def _data_sets(base: Experiment, opened: OpenNetwork) -> tuple[tuple[str, str], ...]:
    """The sets to learn from whose examples are of the base's kind, the open document's among them."""
    shapes = [node.params.get("shape") for node in base.graph if node.type == "input"]
    rank = len(shapes[0]) if shapes and isinstance(shapes[0], tuple) else 3
    fitting = [each for each in all_data_sets() if _is_to_learn(each) and len(each.sample_shape) == rank]
    try:
        own = data_set(opened.experiment.data.name)
    except DataError:
        own = None
    if own is not None and own not in fitting and _is_to_learn(own) and len(own.sample_shape) == rank:
        fitting.insert(0, own)
    return tuple((each.key, each.title) for each in fitting)


def _is_to_learn(data: DataSet) -> bool:
    return not data.is_gallery and is_here(data.key) and data.group != "Worked examples"


def in_words(transfer: Transfer, title: str) -> str:
    """What begins with the base's weights, what learns, and what an example costs."""
    graph, taken = transfer.experiment.graph, len(transfer.taken)
    lines = [f"{taken} layer{'s' if taken != 1 else ''} with weights begin{'s' if taken == 1 else ''} as in {title}."]
    fresh = transfer.fresh
    if fresh:
        named = [name if why == "new" else f"{name} ({why})" for name, why in fresh[:_MOST_NAMED]]
        more = f" and {len(fresh) - _MOST_NAMED} more" if len(fresh) > _MOST_NAMED else ""
        lines.append(f"Drawn anew: {', '.join(named)}{more}.")
    learning, frozen = transfer.learning, transfer.frozen
    lines.append(f"{count(learning)} weights learn, {count(frozen)} are frozen.")
    shape = transfer.analysis.input_shape or ()
    steps = million(transfer.analysis.multiply_adds)
    if len(shape) == 3 and transfer.enlarge > 1:
        seen = "×".join(str(transfer.enlarge * side) for side in shape[1:])
        lines.append(f"Pictures of {shape[1]}×{shape[2]} are enlarged to {seen}: {steps} multiply-adds for each.")
    else:
        lines.append(f"{steps} multiply-adds for each example.")
    held = [node for node in graph if node.frozen]
    if held and frozen > learning:
        lines.append("What is frozen computes each example only once: after the first epoch training is fast.")
    return "\n".join(lines)
