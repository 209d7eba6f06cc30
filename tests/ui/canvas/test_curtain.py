"""Cards that draw nothing from afar, and draw again from near."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtWidgets import QGraphicsItem
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.graph.model import Edge, Graph, Node
from playground.ui.canvas.scene import GraphScene
from playground.ui.canvas.view import GraphView
from playground.ui.session import Session

_NO_CONTENTS = QGraphicsItem.GraphicsItemFlag.ItemHasNoContents
COUNT = 600
"""More than are seen to at a time."""


def long_chain() -> Graph:
    nodes = [Node("relu0", "input", {"shape": (8,)})]
    nodes += [Node(f"relu{i}", "relu", position=(i % 25 * 200.0, i // 25 * 220.0)) for i in range(1, COUNT)]
    return Graph(tuple(nodes), tuple(Edge(a.id, b.id) for a, b in pairwise(nodes)))


def test_all_draw_nothing_from_afar_and_what_is_seen_draws_at_once_from_near(
    open_session: Callable[[Experiment], Session], qtbot: QtBot
) -> None:
    session = open_session(Experiment(long_chain()))
    scene = GraphScene(session)
    view = GraphView(scene)
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    items = [*scene.cards.values(), *scene.wires.values()]
    view.set_zoom(0.1)
    qtbot.waitUntil(lambda: all(item.flags() & _NO_CONTENTS for item in items))
    view.set_zoom(1.0)
    seen = scene.items(view.mapToScene(view.viewport().rect()).boundingRect())
    cards = [item for item in items if item in seen]
    assert cards
    assert not any(item.flags() & _NO_CONTENTS for item in cards)
    qtbot.waitUntil(lambda: not any(item.flags() & _NO_CONTENTS for item in items))
