"""Going about the canvas by keys: which card comes next along the wires, or above and below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.graph.model import Graph

if TYPE_CHECKING:
    from playground.ui.canvas.card import Card
    from playground.ui.canvas.scene import GraphScene

_ASIDE = 3.0
"""A card straight above is taken before one that is nearer but so much further to the side."""


def along(scene: GraphScene, step: int) -> str | None:
    """The card behind (1) or before (−1) the selected ones along the wires; without any the first of the network."""
    selected = [key for key in scene.selected_ids if key in scene.cards]
    if not selected:
        return next(iter(scene.seen.cards), None)
    ends = [(thread.source, thread.target) for thread in scene.wires]
    if step > 0:
        found = [target for source, target in ends if source == selected[-1]]
    else:
        found = [source for source, target in ends if target == selected[0]]
    return next((key for key in found if key not in selected), found[0] if found else None)


def beside(scene: GraphScene, step: int) -> str | None:
    """The nearest card above (−1) or below (1) the selected one; without any the first of the network."""
    selected = [key for key in scene.selected_ids if key in scene.cards]
    if not selected:
        return next(iter(scene.seen.cards), None)
    here = scene.cards[selected[-1]]
    found = {key: far for key, card in scene.cards.items() if (far := _distance(here, card, step)) is not None}
    return min(found, key=lambda key: found[key], default=None)


def _distance(here: Card, other: Card, step: int) -> float | None:
    """How far off a card is in one direction; None where it lies in another."""
    way = other.pos() - here.pos()
    down = way.y() * step
    return None if other is here or down < 20 else down + _ASIDE * abs(way.x())


def can_feed(scene: GraphScene, source: str) -> list[str]:
    """The cards that a wire from this card can lead to, those next in the drawing first."""
    seen, graph = scene.seen, scene.seen.graph
    here = scene.cards[source]
    before = _shown_ancestors(scene, source)
    found = [key for key, card in scene.cards.items() if card.has_input and key != source and key not in before]
    fed = {edge.target for node in _nodes(graph, source) for edge in graph.outgoing(node)}
    fed_cards = {seen.stands_for[node] for node in fed}

    def far(key: str) -> tuple[bool, float]:
        way = scene.cards[key].pos() - here.pos()
        return key in fed_cards, abs(way.x()) + abs(way.y())

    return sorted(found, key=far)


def _nodes(graph: Graph, card: str) -> tuple[str, ...]:
    return graph.members[card] if card in graph.block_by_id else (card,)


def _shown_ancestors(scene: GraphScene, card: str) -> set[str]:
    """The cards that this one depends on: a wire to them would lead in a circle."""
    graph = scene.seen.graph
    return {scene.seen.stands_for[node] for inner in _nodes(graph, card) for node in graph.ancestors(inner)}
