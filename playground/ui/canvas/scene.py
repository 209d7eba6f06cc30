"""The network as items: redrawn from the difference of two graphs, whoever made it — an edit, undo, or a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from playground.graph.diff import diff
from playground.graph.experiment import Experiment
from playground.graph.model import Edge, Graph, Node
from playground.ui.canvas.bubble import Bubble
from playground.ui.canvas.card import Card, shelf
from playground.ui.canvas.detail import Detail
from playground.ui.canvas.dress import card_look, kind_of
from playground.ui.canvas.poster import Poster
from playground.ui.canvas.wire import Wire
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.widgets.numbers import shape_text

if TYPE_CHECKING:
    from playground.engine.shapes import Problem

MOST_BUBBLES = 6
_DOT_PITCH = 24
_MARGIN = 2000.0
_NO_CONTENTS = QGraphicsItem.GraphicsItemFlag.ItemHasNoContents


class GraphScene(QGraphicsScene):
    """Cards, wires and bubbles of the session's network. Reads the session; edits nothing itself."""

    selected_nodes_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.cards: dict[str, Card] = {}
        self.wires: dict[Edge, Wire] = {}
        self.bubbles: list[Bubble] = []
        self._shown = Graph()
        self._is_following = True
        self.detail = Detail()
        self._poster = Poster()
        session.experiment_changed.connect(self._on_experiment)
        session.analysis_changed.connect(self._on_analysis)
        session.example_changed.connect(self.dress)
        session.activations_changed.connect(self.dress)
        appearance.changed.connect(self._on_theme)
        self.selectionChanged.connect(self.selected_nodes_changed)
        self.selectionChanged.connect(self._on_selection)
        self._show(session.graph)

    # ---- reading

    @property
    def selected_ids(self) -> list[str]:
        """Ids of the selected cards, in the order of the graph."""
        return [node.id for node in self._shown if node.id in self.cards and self.cards[node.id].isSelected()]

    @property
    def selected_edges(self) -> list[Edge]:
        """The selected wires."""
        return [edge for edge, wire in self.wires.items() if wire.isSelected()]

    def select(self, ids: Collection[str]) -> None:
        """Select just these cards."""
        self.blockSignals(True)
        self.clearSelection()
        for node_id in ids:
            if node_id in self.cards:
                self.cards[node_id].setSelected(True)
        self.blockSignals(False)
        self.selectionChanged.emit()

    def card_at(self, point: QPointF) -> Card | None:
        """The topmost card under a scene point."""
        return next((card for card in self.cards.values() if card.box.translated(card.pos()).contains(point)), None)

    def port_at(self, point: QPointF, reach: float = 14.0) -> tuple[Card, str, int] | None:
        """The nearest port within reach of a scene point: (card, "in" or "out", number)."""
        near: tuple[float, Card, str, int] | None = None
        for card in self.cards.values():
            if not card.boundingRect().translated(card.pos()).adjusted(-reach, -reach, reach, reach).contains(point):
                continue
            for side, number, place in card.ports():
                distance = (place - point).manhattanLength()
                if distance <= reach and (near is None or distance < near[0]):
                    near = (distance, card, side, number)
        return None if near is None else near[1:]

    def wire_at(self, point: QPointF, reach: float = 10.0) -> Wire | None:
        """A wire that passes within reach of a scene point."""
        probe = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        for wire in self.wires.values():
            if wire.boundingRect().intersects(probe) and wire.shape().intersects(probe):
                return wire
        return None

    @property
    def network_rect(self) -> QRectF:
        """The rectangle around everything that is drawn."""
        rect = QRectF()
        for wire in self.wires.values():
            rect |= wire.reach
        for card in self.cards.values():
            rect |= card.box.translated(card.pos())
        for bubble in self.bubbles:
            rect |= bubble.boundingRect().translated(bubble.pos())
        return rect

    # ---- following the document

    def _on_experiment(self, before: Experiment, after: Experiment) -> None:
        self._show(after.graph)
        if before.data != after.data:
            self.dress()

    def _show(self, graph: Graph) -> None:
        """Draw what differs from what is drawn."""
        change = diff(self._shown, graph)
        self._shown = graph
        self._is_following = False
        for edge in change.wires_removed:
            self.removeItem(self.wires.pop(edge))
        for node_id in change.removed:
            self.removeItem(self.cards.pop(node_id))
        for node in change.added:
            self._add_card(node)
        for node in change.changed:
            self.cards[node.id].setPos(*node.position)
        for edge in change.wires_added:
            self.wires[edge] = Wire(edge, self.detail)
            self.wires[edge].setFlag(_NO_CONTENTS, self.detail.is_far)
            self.addItem(self.wires[edge])
        self._is_following = True
        touched = {edge.target for edge in (*change.wires_added, *change.wires_removed)}
        self._dress(node for node in (*change.added, *change.changed) if node.id in self.cards)
        self._dress(graph.node(key) for key in touched if key in self.cards)
        self._lead(self.wires.values())
        if change.removed:
            self._drop_bubbles(change.removed)
        if change.added or change.removed or change.changed:
            self.setSceneRect(self.network_rect.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN))

    def _add_card(self, node: Node) -> None:
        kind = kind_of(node)
        has_input = kind is None or kind.max_inputs > 0
        has_output = kind is None or kind.has_output
        card = Card(node.id, card_look(self.session, node, None), has_input, has_output, self.detail, self._follow)
        card.setFlag(_NO_CONTENTS, self.detail.is_far)
        card.setPos(*node.position)
        self.cards[node.id] = card
        self.addItem(card)

    def _follow(self, card: Card) -> None:
        """A card moved under the pointer: its wires move with it."""
        if self._is_following and card.node_id in self._shown:
            edges = (*self._shown.incoming(card.node_id), *self._shown.outgoing(card.node_id))
            self._lead(self.wires[edge] for edge in edges if edge in self.wires)

    def _lead(self, wires: Iterable[Wire]) -> None:
        self._poster.invalidate()
        for wire in wires:
            source, target = self.cards[wire.edge.source], self.cards[wire.edge.target]
            wire.lead(source.output_point(), target.input_point(wire.edge.target_port))

    # ---- following what is computed

    def _on_analysis(self) -> None:
        self.dress()
        self._show_problems()

    def dress(self) -> None:
        """Bring every card and wire up to date with the session."""
        self._dress(self._shown.nodes)
        analysis = self.session.analysis
        if analysis is None:
            return
        wrong = {problem.edge for problem in analysis.problems if problem.edge is not None and not problem.is_warning}
        for edge, wire in self.wires.items():
            report = analysis.layers.get(edge.source)
            wire.set_state("" if report is None else shape_text(report.output), edge in wrong)

    def _dress(self, nodes: Iterable[Node]) -> None:
        self._poster.invalidate()
        activations = self.session.activations
        for node in nodes:
            self.cards[node.id].set_look(card_look(self.session, node, activations.get(node.id)))

    def _show_problems(self) -> None:
        """A bubble for each problem that stands somewhere and is more than unfinished work."""
        analysis = self.session.analysis
        assert analysis is not None
        shown = [
            problem
            for problem in analysis.problems
            if problem.node in self.cards and not problem.is_warning and not problem.is_unfinished
        ][:MOST_BUBBLES]
        if [bubble.problem.message for bubble in self.bubbles] == [problem.message for problem in shown]:
            for bubble, problem in zip(self.bubbles, shown, strict=True):
                bubble.problem = problem
            return
        self._drop_bubbles(None)
        for problem in shown:
            bubble = Bubble(problem)
            bubble.setPos(self._place_for(problem, bubble))
            bubble.repair_chosen.connect(self._repair)
            self.bubbles.append(bubble)
            self.addItem(bubble)

    def _place_for(self, problem: Problem, bubble: Bubble) -> QPointF:
        """Below the card it concerns, its right end under the card's, clear of other cards and bubbles."""
        assert problem.node is not None
        card = self.cards[problem.node]
        width, height = bubble.size
        box = QRectF(card.pos() + QPointF(card.look.size[0] - width, card.look.size[1] + 14), QSizeF(width, height))
        taken = [other.box.translated(other.pos()) for other in self.cards.values()]
        taken += [other.boundingRect().translated(other.pos()) for other in self.bubbles]
        while (hit := next((other for other in taken if other.intersects(box)), None)) is not None:
            box.moveTop(hit.bottom() + 14)
        return box.topLeft()

    def _drop_bubbles(self, nodes: Collection[str] | None) -> None:
        for bubble in list(self.bubbles):
            if nodes is None or bubble.problem.node in nodes:
                self.removeItem(bubble)
                self.bubbles.remove(bubble)

    def _repair(self, problem: Problem, index: int) -> None:
        repair = problem.repairs[index]
        self.session.edit(repair.label, repair.apply(self.session.graph))

    # ---- painting

    def set_zoom(self, zoom: float) -> None:
        """From afar one poster is painted in place of all cards and wires, which can still be pointed at."""
        was_far, self.detail.zoom = self.detail.is_far, zoom
        if self.detail.is_far != was_far:
            for item in (*self.cards.values(), *self.wires.values()):
                item.setFlag(_NO_CONTENTS, self.detail.is_far)

    def _on_selection(self) -> None:
        if self.detail.is_far:
            self._poster.invalidate()
            self.update()

    def _on_theme(self) -> None:
        shelf.clear()
        self.dress()
        self.update()

    def drawBackground(self, painter: QPainter, rect: QRectF | object) -> None:
        assert isinstance(rect, QRectF)
        theme = appearance.theme
        painter.fillRect(rect, QColor(theme.canvas))
        if self.detail.is_far:
            self._poster.paint(painter, self.cards.values(), self.wires.values())
            return
        painter.setPen(QColor(theme.canvas_dot))
        left, top = int(rect.left()) // _DOT_PITCH * _DOT_PITCH, int(rect.top()) // _DOT_PITCH * _DOT_PITCH
        points = [
            QPointF(x, y)
            for x in range(left, int(rect.right()) + _DOT_PITCH, _DOT_PITCH)
            for y in range(top, int(rect.bottom()) + _DOT_PITCH, _DOT_PITCH)
        ]
        painter.drawPoints(points)
