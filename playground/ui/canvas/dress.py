"""What each card shows: put together from the node, its report, its problem and its output on the example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.graph.model import Graph, Node
from playground.layers import LayerType, ParamError, UnknownLayerType, layer_type
from playground.ui.canvas.look import CardLook
from playground.ui.canvas.thumbnails import thumbnails
from playground.ui.widgets.numbers import count, shape_text

if TYPE_CHECKING:
    from playground.engine.shapes import Analysis, Problem
    from playground.ui.session import Session


def card_look(session: Session, node: Node, output: np.ndarray | None) -> CardLook:
    """The look of one card as things stand, `output` being what the layer gives for the shown example."""
    kind = kind_of(node)
    if kind is None:
        return CardLook(node.title, f"unknown: {node.type}", "merge", state="problem")
    analysis = session.analysis
    report = analysis.layers.get(node.id) if analysis is not None else None
    problem = first_problem(analysis, node.id)
    state = "ok"
    if problem is not None:
        state = "unfinished" if problem.is_unfinished else "warning" if problem.is_warning else "problem"
    left, right = "", ""
    if report is not None:
        left = shape_text(report.output) if kind.has_output else "one number"
        right = count(report.parameters) if report.parameters or (kind.has_output and node.type != "input") else ""
    elif analysis is not None and node.id in analysis.graph:
        left = _why_unknown(session, kind, problem)
    return CardLook(
        title=node.title,
        caption=_caption(session, node, kind),
        category=kind.category.value,
        left=left,
        right=right,
        pictures=() if output is None else thumbnails(output),
        is_strip=output is not None and output.ndim == 1,
        large=output is not None and output.ndim == 3 and node.type == "input",
        browsable=output is not None and node.type == "input" and session.example_count > 1,
        ports=port_count(session.graph, node, kind),
        state=state,
    )


def kind_of(node: Node) -> LayerType | None:
    """The node's layer type; None for one this version does not know."""
    try:
        return layer_type(node.type)
    except UnknownLayerType:
        return None


def port_count(graph: Graph, node: Node, kind: LayerType) -> int:
    """Input ports on the card: for a merge always one more than wired, so that there is a free one."""
    if kind.max_inputs <= 1:
        return kind.max_inputs
    used = max((edge.target_port for edge in graph.incoming(node.id)), default=-1) + 1
    return min(kind.max_inputs, max(kind.min_inputs, used + 1))


def first_problem(analysis: Analysis | None, node_id: str) -> Problem | None:
    """The gravest problem of a node."""
    problems = [] if analysis is None else [p for p in analysis.problems if p.node == node_id]
    return min(problems, key=lambda problem: (problem.is_warning, problem.is_unfinished), default=None)


def _caption(session: Session, node: Node, kind: LayerType) -> str:
    if node.type == "input":
        data = session.data_set
        if session.example_count > 1:
            return f"{data.title} · {session.example_index + 1}"
        return data.title
    try:
        settings = kind.caption(kind.complete(node.params))
    except ParamError:
        settings = ""
    return f"{kind.title} · {settings}" if settings else kind.title


def _why_unknown(session: Session, kind: LayerType, problem: Problem | None) -> str:
    if problem is None:
        return "waits for its input"
    if problem.is_unfinished:
        return "not wired yet"
    if not kind.has_output:
        data = session.data_set
        return f"{len(data.classes) or int(np.prod(data.target_shape))} expected"
    return "cannot run"
