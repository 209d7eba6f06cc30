"""The network as items: redrawn from the difference of two graphs, whoever made it — an edit, undo, or a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, QSizeF, QTimer, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from playground.graph.diff import diff
from playground.graph.experiment import Experiment
from playground.graph.lanes import lanes
from playground.graph.model import Edge, Graph, Note
from playground.graph.outline import Outline, Thread, outline
from playground.ui.canvas import commands
from playground.ui.canvas.bubble import Bubble
from playground.ui.canvas.card import Card, shelf
from playground.ui.canvas.detail import Detail
from playground.ui.canvas.dress import block_look, card_look, contents, takes_input
from playground.ui.canvas.frame import Frame
from playground.ui.canvas.look import CardLook
from playground.ui.canvas.note import NoteItem
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
    """Cards, frames, wires and bubbles of the session's network. Reads the session; edits nothing itself."""

    selected_nodes_changed = Signal()
    shown_changed = Signal()
    """Something was added, removed or moved."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.cards: dict[str, Card] = {}
        self.frames: dict[str, Frame] = {}
        self.wires: dict[Thread, Wire] = {}
        self.bubbles: list[Bubble] = []
        self.notes: dict[str, NoteItem] = {}
        self.seen = Outline()
        self._wires_of: dict[str, list[Wire]] = {}
        self._is_following = True
        self._arrange_soon = QTimer(self, singleShot=True)
        self._arrange_soon.timeout.connect(self._arrange)
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
        self._show_notes()

    # ---- reading

    @property
    def items_by_id(self) -> dict[str, Card | Frame | NoteItem]:
        """Cards, frames and notes: everything that can be selected, moved and copied."""
        return {**self.cards, **self.frames, **self.notes}

    @property
    def selected_ids(self) -> list[str]:
        """Ids of the selected layers, blocks and notes, in the order of the graph."""
        return [key for key, item in self.items_by_id.items() if item.isSelected()]

    @property
    def selected_edges(self) -> list[Edge]:
        """The edges of the selected wires."""
        return [edge for wire in self.wires.values() if wire.isSelected() for edge in wire.edges]

    def select(self, ids: Collection[str]) -> None:
        """Select just these cards and frames."""
        self.blockSignals(True)
        self.clearSelection()
        items = self.items_by_id
        for key in ids:
            if key in items:
                items[key].setSelected(True)
        self.blockSignals(False)
        self.selectionChanged.emit()

    def card_of(self, node_id: str) -> str | None:
        """The id of the card that shows a node: its own, or that of the closed block around it."""
        return node_id if node_id in self.frames else self.seen.stands_for.get(node_id)

    def card_at(self, point: QPointF) -> Card | None:
        """The topmost card under a scene point."""
        return next((card for card in self.cards.values() if card.box.translated(card.pos()).contains(point)), None)

    def frame_at(self, point: QPointF, title_only: bool = False) -> Frame | None:
        """The innermost frame whose title bar, or any part, is under a scene point."""
        hits = (f for f in reversed(self.frames.values()) if (f.title_bar if title_only else f.box).contains(point))
        return next(hits, None)

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

    def wire_into(self, card_id: str, port: int) -> Wire | None:
        """The wire that ends at an input port."""
        found = (wire for key, wire in self.wires.items() if (key.target, key.target_port) == (card_id, port))
        return next(found, None)

    @property
    def network_rect(self) -> QRectF:
        """The rectangle around everything that is drawn."""
        rect = QRectF()
        for wire in self.wires.values():
            rect |= wire.reach
        for card in self.cards.values():
            rect |= card.box.translated(card.pos())
        for frame in self.frames.values():
            rect |= frame.box
        for note in self.notes.values():
            rect |= note.box.translated(note.pos())
        for bubble in self.bubbles:
            rect |= bubble.boundingRect().translated(bubble.pos())
        return rect

    # ---- following the document

    def _on_experiment(self, before: Experiment, after: Experiment) -> None:
        self._show(after.graph)
        if before.graph.notes != after.graph.notes:
            self._show_notes()
        if before.data != after.data:
            self.dress()

    def _show(self, graph: Graph) -> None:
        """Draw what differs from what is drawn."""
        seen = outline(graph, takes_input)
        change = diff(self.seen, seen)
        self.seen = seen
        if not change:
            return
        self._is_following = False
        for thread in change.wires_removed:
            self.removeItem(self.wires.pop(thread))
        for key in change.cards_removed:
            self.removeItem(self.cards.pop(key))
        for key in change.frames_removed:
            self.removeItem(self.frames.pop(key))
        for key in change.cards_added:
            self._add_card(key)
        for key in change.frames_added:
            self._add(self.frames, key, Frame(key, len(graph.enclosing(key)), self.detail))
        for key in change.changed:
            if key in self.cards:
                self.cards[key].setPos(*seen.item(key).position)
        for thread in change.wires_added:
            self._add(self.wires, thread, Wire(thread, self.detail))
        self._is_following = True
        touched = {thread.target for thread in (*change.wires_added, *change.wires_removed)}
        self._dress({*change.changed, *touched} & self.cards.keys() - set(change.cards_added))
        self._wires_of = {}
        for wire in self.wires.values():
            for end in (wire.thread.source, wire.thread.target):
                self._wires_of.setdefault(end, []).append(wire)
        self._arrange()
        if change.cards_removed:
            self._drop_bubbles(change.cards_removed)
        self.setSceneRect(self.network_rect.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN))
        self.shown_changed.emit()

    def _show_notes(self) -> None:
        notes = self.session.graph.note_by_id
        for key in self.notes.keys() - notes.keys():
            self.removeItem(self.notes.pop(key))
        for key, note in notes.items():
            if key in self.notes:
                self.notes[key].show_note(note)
            else:
                self.notes[key] = NoteItem(note, self._change_note)
                self.addItem(self.notes[key])
        self.shown_changed.emit()

    def _change_note(self, note: Note) -> None:
        if note.id in self.session.graph.note_by_id:
            commands.change_note(self.session, note)

    def _add_card(self, key: str) -> None:
        card = Card(key, self._look(key), self.detail, self._follow)
        card.setPos(*self.seen.item(key).position)
        self._add(self.cards, key, card)

    def _add(self, shelf_: dict[Any, Any], key: object, item: Card | Wire | Frame) -> None:
        if not isinstance(item, Frame):
            item.setFlag(_NO_CONTENTS, self.detail.is_far)
        shelf_[key] = item
        self.addItem(item)

    def _follow(self, card: Card) -> None:
        """A card moved under the pointer: its wires move with it at once, frames and lanes when there is time."""
        if self._is_following:
            self._poster.invalidate()
            for wire in self._wires_of.get(card.item_id, ()):
                wire.lead(*self._ends(wire.thread))
            self._arrange_soon.start()

    def _ends(self, thread: Thread) -> tuple[QPointF, QPointF]:
        start = self.cards[thread.source].output_point(thread.source_port)
        return start, self.cards[thread.target].input_point(thread.target_port)

    def _arrange(self) -> None:
        """Frames stand around their contents, and every wire gets its lane past the cards."""
        self._poster.invalidate()
        self._frame()
        wires = list(self.wires.values())
        ends = [self._ends(wire.thread) for wire in wires]
        found = lanes(
            [((start.x(), start.y()), (end.x(), end.y())) for start, end in ends],
            [(card.x(), card.y(), *card.look.size) for card in self.cards.values()],
            [frame.box.getRect() for frame in self.frames.values()],  # type: ignore[misc]
        )
        for wire, (start, end), lane in zip(wires, ends, found, strict=True):
            wire.lead(start, end, lane)

    def _frame(self) -> None:
        """Every frame stands around its contents, inner ones first."""
        if not self.frames:
            return
        around: dict[str, QRectF] = {}
        graph = self.seen.graph

        def widen(inner: str, box: QRectF) -> None:
            outer = graph.enclosing(inner)
            if outer:
                around[outer[0]] = around.get(outer[0], QRectF()) | box

        for key, card in self.cards.items():
            widen(key, card.box.translated(card.pos()))
        for key in reversed(self.seen.frames):
            self.frames[key].surround(around.get(key, QRectF()))
            widen(key, self.frames[key].box)
            self.frames[key].set_texts(graph.block_by_id[key].title, contents(graph, key))

    # ---- following what is computed

    def _on_analysis(self) -> None:
        self.dress()
        self._show_problems()

    def dress(self) -> None:
        """Bring every card and wire up to date with the session."""
        self._dress(self.cards)
        analysis = self.session.analysis
        if analysis is None:
            return
        wrong = {problem.edge for problem in analysis.problems if problem.edge is not None and not problem.is_warning}
        for thread, wire in self.wires.items():
            report = analysis.layers.get(thread.edges[0].source)
            is_wrong = bool(wrong) and not wrong.isdisjoint(thread.edges)
            wire.set_state("" if report is None else shape_text(report.output), is_wrong)

    def _dress(self, keys: Iterable[str]) -> None:
        self._poster.invalidate()
        for key in keys:
            self.cards[key].set_look(self._look(key))

    def _look(self, key: str) -> CardLook:
        node = self.seen.graph.by_id.get(key)
        if node is None:
            return block_look(self.session, self.seen, key)
        output, example = self.session.activations.get(key), self.session.example
        if output is None and node.type == "input" and example is not None:
            output = example.x  # the network is too large to be run at every edit, but its input can be seen
        return card_look(self.session, node, output)

    def _show_problems(self) -> None:
        """A bubble for each problem that stands somewhere and is more than unfinished work."""
        analysis = self.session.analysis
        assert analysis is not None
        shown = [
            problem
            for problem in analysis.problems
            if problem.node in self.seen.stands_for and not problem.is_warning and not problem.is_unfinished
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
        card = self.cards[self.seen.stands_for[problem.node]]
        width, height = bubble.size
        box = QRectF(card.pos() + QPointF(card.look.size[0] - width, card.look.size[1] + 14), QSizeF(width, height))
        taken = [other.box.translated(other.pos()) for other in self.cards.values()]
        taken += [other.boundingRect().translated(other.pos()) for other in self.bubbles]
        while (hit := next((other for other in taken if other.intersects(box)), None)) is not None:
            box.moveTop(hit.bottom() + 14)
        return box.topLeft()

    def _drop_bubbles(self, cards: Collection[str] | None) -> None:
        for bubble in list(self.bubbles):
            if cards is None or self.seen.stands_for.get(bubble.problem.node or "") not in self.cards:
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

    def paint_poster(self, painter: QPainter) -> None:
        """Paint the network as blocks and lines, in scene coordinates."""
        self._poster.paint(painter, self.cards.values(), self.wires.values())

    def _on_theme(self) -> None:
        shelf.clear()
        for note in self.notes.values():
            note.update()
        self.dress()
        self.update()

    def drawBackground(self, painter: QPainter, rect: QRectF | object) -> None:
        assert isinstance(rect, QRectF)
        theme = appearance.theme
        painter.fillRect(rect, QColor(theme.canvas))
        if self.detail.is_far:
            self.paint_poster(painter)
            return
        painter.setPen(QColor(theme.canvas_dot))
        left, top = int(rect.left()) // _DOT_PITCH * _DOT_PITCH, int(rect.top()) // _DOT_PITCH * _DOT_PITCH
        points = [
            QPointF(x, y)
            for x in range(left, int(rect.right()) + _DOT_PITCH, _DOT_PITCH)
            for y in range(top, int(rect.bottom()) + _DOT_PITCH, _DOT_PITCH)
        ]
        painter.drawPoints(points)
