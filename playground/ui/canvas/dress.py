"""What each card shows: put together from the node, its report, its problem and its output on the example."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from playground.graph.freezing import is_frozen
from playground.graph.model import Graph, Node
from playground.graph.outline import Outline
from playground.layers import Category, LayerType, ParamError, Params, UnknownLayerType, layer_type
from playground.ui.canvas.look import CardLook
from playground.ui.canvas.thumbnails import thumbnails
from playground.ui.widgets.numbers import count, million, shape_text

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis, Problem
    from playground.ui.session import Session

_SHORT = {
    "Average pool": "Avg pool",
    "Conv 2D": "Conv",
    "Depthwise conv": "Depthwise",
    "Local response norm": "LRN",
    "Stochastic depth": "Stoch. depth",
    "Transposed conv 1D": "Transposed",
    "Transposed conv 2D": "Transposed",
    "Standardised conv": "Std. conv",
}
"""Shorter names of layer types, for cards on which the whole caption does not fit."""


def card_look(session: Session, node: Node, output: np.ndarray | None) -> CardLook:
    """The look of one card as things stand, `output` being what the layer gives for the shown example."""
    kind = kind_of(node)
    if kind is None:
        return CardLook(node.title, f"unknown: {node.type}", "merge", state="problem")
    analysis = session.analysis
    report = analysis.layers.get(node.id) if analysis is not None else None
    problem = first_problem(analysis, node.id)
    state = state_of(problem)
    checked = report if analysis is not None and analysis.graph.by_id.get(node.id) is node else None
    captions = _captions(session, node, kind, None if checked is None else checked.params)
    left, right = "", ""
    if report is not None:
        left = shape_text(report.output) if kind.has_output else "one number"
        right = _count(report.parameters) if report.parameters or (kind.has_output and node.type != "input") else ""
    elif analysis is not None and node.id in analysis.graph:
        left = _why_unknown(session, kind, problem)
    return CardLook(
        title=short_title(node),
        caption=captions[0],
        category=kind.category.value,
        shorter=captions[1:],
        left=left,
        right=right,
        pictures=() if output is None else thumbnails(output),
        is_strip=output is not None and output.ndim == 1,
        large=output is not None and output.ndim == 3 and node.type == "input",
        browsable=output is not None and node.type == "input" and session.example_count > 1,
        ports=port_count(session.graph, node, kind),
        outputs=int(kind.has_output or bool(session.graph.outgoing(node.id))),
        is_frozen=analysis is not None and is_frozen(node, analysis.freezable(node.id)),
        rate=_rate(node.rate) if report is not None and report.tensors else "",
        state=state,
    )


def short_title(node: Node) -> str:
    """What the card says: within a block the name that the block's own name need not precede."""
    return node.name or node.id.removeprefix(f"{node.block}_")


def block_look(session: Session, seen: Outline, block_id: str) -> CardLook:
    """The look of a closed block: what it holds, what comes out of it, and the gravest state within."""
    graph, analysis = seen.graph, session.analysis
    members, block = graph.members[block_id], graph.block_by_id[block_id]
    reports = [] if analysis is None else [analysis.layers[key] for key in members if key in analysis.layers]
    outputs = seen.outputs[block_id]
    last = analysis.layers.get(outputs[-1]) if analysis is not None and outputs else None
    problems = [problem for key in members if (problem := first_problem(analysis, key)) is not None]
    states = {state_of(problem) for problem in problems}
    output = session.activations.get(outputs[-1]) if outputs else None
    return CardLook(
        title=block.title,
        caption=contents(graph, block_id),
        category=colour_of(graph, members),
        left="" if last is None else shape_text(last.output),
        right=_count(sum(report.parameters for report in reports)) if len(reports) == len(members) else "",
        pictures=() if output is None else thumbnails(output),
        is_strip=output is not None and output.ndim == 1,
        ports=len(seen.inputs[block_id]),
        outputs=len(outputs),
        is_block=True,
        is_frozen=analysis is not None and all_frozen(analysis, graph, members),
        rate=_common_rate(analysis, graph, members),
        state=next((state for state in ("problem", "unfinished", "warning") if state in states), "ok"),
    )


def all_frozen(analysis: Analysis, graph: Graph, ids: Iterable[str]) -> bool:
    """Whether of some layers all that have anything to learn are frozen, and there are such."""
    learning = [(graph.by_id[key], names) for key in ids if (names := analysis.freezable(key))]
    return bool(learning) and all(is_frozen(node, names) for node, names in learning)


def _common_rate(analysis: Analysis | None, graph: Graph, ids: Iterable[str]) -> str:
    """The rate of the layers among some that learn, where it is the same for all of them."""
    if analysis is None:
        return ""
    learning = [graph.by_id[key] for key in ids if analysis.freezable(key)]
    rates = {node.rate for node in learning if not is_frozen(node, analysis.freezable(node.id))}
    return _rate(rates.pop()) if len(rates) == 1 else ""


def _rate(rate: float) -> str:
    return "" if rate == 1.0 else f"×{rate:g}"


def contents(graph: Graph, block_id: str) -> str:
    """What a block holds, in short: "36 blocks · 324 layers"."""
    inner = len(graph.blocks_in.get(block_id, ()))
    layers = len(graph.members[block_id])
    text = f"{layers:,} layer{'s' if layers != 1 else ''}"
    blocks = f"{inner} block{'s' if inner != 1 else ''}"
    says_it = blocks in graph.block_by_id[block_id].title or f"{inner} ×" in graph.block_by_id[block_id].title
    return f"{blocks} · {text}" if inner and not says_it else text


def colour_of(graph: Graph, members: Iterable[str]) -> str:
    """The category that says most about some layers: convolution before dense, else the most frequent one."""
    kinds = [kind for key in members if (kind := kind_of(graph.by_id[key])) is not None]
    found = Counter(kind.category for kind in kinds)
    for telling in (Category.CONVOLUTION, Category.DENSE):
        if telling in found:
            return telling.value
    return found.most_common(1)[0][0].value if found else Category.MERGE.value


def gives_output(node: Node) -> bool:
    """Whether a wire can lead out of the node."""
    kind = kind_of(node)
    return kind is None or kind.has_output


def takes_input(node: Node) -> bool:
    """Whether a wire can lead into the node."""
    kind = kind_of(node)
    return kind is None or kind.max_inputs > 0


def kind_of(node: Node) -> LayerType | None:
    """The node's layer type; None for one this version does not know."""
    try:
        return layer_type(node.type)
    except UnknownLayerType:
        return None


def port_count(graph: Graph, node: Node, kind: LayerType) -> int:
    """Input ports on the card: for a merge always one more than wired, so that there is a free one."""
    used = max((edge.target_port for edge in graph.incoming(node.id)), default=-1) + 1
    if kind.max_inputs <= 1:
        return max(kind.max_inputs, used)
    return min(kind.max_inputs, max(kind.min_inputs, used + 1))


def state_of(problem: Problem | None) -> str:
    """How a card looks with this as its gravest problem."""
    if problem is None:
        return "ok"
    return "unfinished" if problem.is_unfinished else "warning" if problem.is_warning else "problem"


def first_problem(analysis: Analysis | None, node_id: str) -> Problem | None:
    """The gravest problem of a node."""
    return None if analysis is None else analysis.gravest.get(node_id)


def _captions(session: Session, node: Node, kind: LayerType, params: Params | None) -> tuple[str, ...]:
    """What the card says below its title, and the same in fewer and fewer words; `params` if they are complete."""
    if node.type == "input":
        data = session.data_set
        if session.example_count > 1:
            return (f"{data.title} · {session.example_index + 1}",)
        return (data.title,)
    try:
        settings = kind.caption(kind.complete(node.params) if params is None else params)
    except ParamError:
        settings = ""
    if not settings:
        return (kind.title,)
    return f"{kind.title} · {settings}", f"{_SHORT.get(kind.title, kind.title)} · {settings}", settings


def _count(parameters: int) -> str:
    """All digits, up to a million."""
    return count(parameters) if parameters < 1_000_000 else million(parameters)


def _why_unknown(session: Session, kind: LayerType, problem: Problem | None) -> str:
    if problem is None:
        return "waits for its input"
    if problem.is_unfinished:
        return "not wired yet"
    if not kind.has_output:
        data = session.data_set
        return f"{len(data.classes) or int(np.prod(data.target_shape))} expected"
    return "cannot run"
