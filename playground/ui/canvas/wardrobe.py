"""The looks of cards, made anew only where something that they show is new: an edit leaves most cards as they were."""

from __future__ import annotations

from operator import is_
from typing import TYPE_CHECKING

import numpy as np

from playground.graph.model import Node
from playground.ui.canvas.dress import card_look, first_problem, kind_of, port_count, state_of
from playground.ui.canvas.look import CardLook

if TYPE_CHECKING:
    from playground.ui.session import Session


class Wardrobe:
    """Keeps each card's last look with what it was made from. Reports and outputs are compared by identity."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[tuple[object, ...], tuple[object, ...], CardLook]] = {}

    def look(self, session: Session, node: Node, output: np.ndarray | None) -> CardLook:
        """What `card_look` gives."""
        kind = kind_of(node)
        if kind is None or not kind.has_output or node.type == "input":
            return card_look(session, node, output)  # these also show what the data set is like
        analysis = session.analysis
        report = None if analysis is None else analysis.layers.get(node.id)
        things = node, output, report
        words = state_of(first_problem(analysis, node.id)), port_count(session.graph, node, kind)
        facts = *words, analysis is not None and node.id in analysis.graph
        kept = self._kept.get(node.id)
        if kept is not None and kept[1] == facts and all(map(is_, kept[0], things)):
            return kept[2]
        look = card_look(session, node, output)
        self._kept[node.id] = things, facts, look
        return look

    def clear(self) -> None:
        """Forget all looks: the colours are others now, or the cards are."""
        self._kept.clear()
