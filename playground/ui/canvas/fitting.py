"""Which layers could follow another one, the likeliest first."""

from __future__ import annotations

from playground.graph import edits
from playground.graph.model import Edge, Node
from playground.layers import Category, LayerType, ParamError, Site, all_layer_types
from playground.ui.canvas.dress import kind_of
from playground.ui.session import Session

_NEXT: dict[Category, tuple[Category, ...]] = {
    Category.DATA: (Category.CONVOLUTION, Category.DENSE),
    Category.CONVOLUTION: (Category.NORMALISE, Category.ACTIVATION, Category.POOLING),
    Category.NORMALISE: (Category.ACTIVATION, Category.CONVOLUTION),
    Category.ACTIVATION: (Category.CONVOLUTION, Category.POOLING, Category.DENSE, Category.REGULARISE),
    Category.POOLING: (Category.CONVOLUTION, Category.MERGE, Category.DENSE),
    Category.DENSE: (Category.ACTIVATION, Category.LOSS, Category.REGULARISE),
    Category.REGULARISE: (Category.DENSE, Category.CONVOLUTION),
    Category.MERGE: (Category.DENSE, Category.ACTIVATION, Category.CONVOLUTION),
}
"""What mostly comes after a layer of each category in the networks of the lectures."""


def followers(session: Session, source: str) -> tuple[LayerType, ...]:
    """The layer types that a wire from this node can lead to without complaint, the likeliest first.

    Those that could be made to fit by a repair come last; those that cannot are left out. While the shape is not known
    all layers with an input are offered.
    """
    kinds = [kind for kind in all_layer_types() if kind.max_inputs > 0]
    report = None if session.analysis is None else session.analysis.layers.get(source)
    here = kind_of(session.graph.node(source))
    wanted = () if here is None else _NEXT.get(here.category, ())
    places = {category: place for place, category in enumerate(wanted)}
    if report is None:
        fits = dict.fromkeys(kinds, 0)
    else:
        fits = {kind: fit for kind in kinds if (fit := _fit(session, source, kind, report.output)) is not None}
    return tuple(sorted(fits, key=lambda kind: (fits[kind], places.get(kind.category, len(places)))))


def _fit(session: Session, source: str, kind: LayerType, shape: tuple[int, ...]) -> int | None:
    """0: as it is; 1: after a repair; None: not at all."""
    node = Node("_trial", kind.key)
    graph = edits.append(session.graph, node, source)
    inputs = (shape,) * max(1, kind.min_inputs)
    for port in range(1, len(inputs)):
        graph = edits.connect(graph, Edge(source, node.id, 0, port))
    try:
        complaint = kind.complain(Site(graph, node, kind.complete({}), inputs, session.data_set))
    except ParamError:
        return None
    if complaint is None or complaint.is_warning:
        return 0
    return 1 if complaint.repairs else None
