"""The network as items: redrawn from the difference of two graphs, whoever made it — an edit, undo, or a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QTimer, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsScene

from playground.graph.diff import diff
from playground.graph.experiment import Experiment
from playground.graph.lanes import lanes
from playground.graph.model import Edge, Graph, Note
from playground.graph.outline import Outline, Thread, outline
from playground.ui.canvas import commands
from playground.ui.canvas.bubble import Bubble
from playground.ui.canvas.card import Card, shelf
from playground.ui.canvas.curtain import Curtain
from playground.ui.canvas.detail import Detail
from playground.ui.canvas.dress import block_look, contents, gives_output, takes_input
from playground.ui.canvas.frame import Frame
from playground.ui.canvas.grid import dots
from playground.ui.canvas.look import CardLook
from playground.ui.canvas.note import NoteItem
from playground.ui.canvas.poster import Poster
from playground.ui.canvas.problem_bubbles import ProblemBubbles
from playground.ui.canvas.wardrobe import Wardrobe
from playground.ui.canvas.wire import Wire
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.widgets.numbers import shape_text

_MARGIN = 2000.0


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
        self.notes: dict[str, NoteItem] = {}
        self.seen = Outline()
        self._wires_of: dict[str, list[Wire]] = {}
        self._is_following, self._has_pictures = True, False
        self._arrange_soon = QTimer(self, singleShot=True)
        self._arrange_soon.timeout.connect(self._arrange)
        self.detail = Detail()
        self.curtain = Curtain(self, self.detail)
        self._poster = Poster()
        self._wardrobe = Wardrobe()
        self._problems = ProblemBubbles(self)
        self._extent: QRectF | None = None
        session.experiment_changed.connect(self._on_experiment)
        session.analysis_changed.connect(self._on_analysis)
        session.example_changed.connect(self._on_example)
        session.activations_changed.connect(self._on_activations)
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
    def bubbles(self) -> list[Bubble]:
        """The problems that are shown on the canvas."""
        return self._problems.shown

    @property
    def network_rect(self) -> QRectF:
        """The rectangle around everything that is drawn."""
        if self._extent is None:
            self._extent = self._find_extent()
        return QRectF(self._extent)

    def _find_extent(self) -> QRectF:
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
        seen = outline(graph, takes_input, gives_output)
        before, change = self.seen, diff(self.seen, seen)
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
        touched = {end for t in (*change.wires_added, *change.wires_removed) for end in (t.source, t.target)}
        self._dress({*change.changed, *touched} & self.cards.keys() - set(change.cards_added))
        if change.is_of_parts or any(_stands_elsewhere(before, seen, key) for key in change.changed):
            self._rearrange()
        else:
            self._name_frames()

    def _rearrange(self) -> None:
        """Cards or wires have come, gone or moved."""
        self._wires_of = {}
        for wire in self.wires.values():
            for end in (wire.thread.source, wire.thread.target):
                self._wires_of.setdefault(end, []).append(wire)
        self._arrange()
        self._problems.drop_orphans()
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
        self._extent = None
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
            self.curtain.hang(item)
        shelf_[key] = item
        self.addItem(item)

    def _follow(self, card: Card) -> None:
        """A card moved under the pointer: its wires move with it at once, frames and lanes when there is time."""
        if self._is_following:
            self._extent = None
            self._poster.invalidate()
            for wire in self._wires_of.get(card.item_id, ()):
                wire.lead(*self._ends(wire.thread))
            self._arrange_soon.start()

    def _ends(self, thread: Thread) -> tuple[QPointF, QPointF]:
        start = self.cards[thread.source].output_point(thread.source_port)
        return start, self.cards[thread.target].input_point(thread.target_port)

    def _arrange(self) -> None:
        """Frames stand around their contents, and every wire gets its lane past the cards."""
        self._extent = None
        self._poster.invalidate()
        self._frame()
        self._name_frames()
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

    def _name_frames(self) -> None:
        graph = self.seen.graph
        for key, frame in self.frames.items():
            frame.set_texts(graph.block_by_id[key].title, contents(graph, key))

    # ---- following what is computed

    def _on_analysis(self) -> None:
        self.dress()
        if self.session.analysis is not None:
            self._problems.show(self.session.analysis)
            self._extent = None

    def _on_example(self) -> None:
        self._dress([node.id for node in self.seen.graph if node.type == "input" and node.id in self.cards])

    def _on_activations(self) -> None:
        if self._has_pictures or self.session.activations:  # else the network is too large to be run at every edit
            self._dress(self.cards)
        self._has_pictures = bool(self.session.activations)

    def dress(self) -> None:
        """Bring every card and wire up to date with the session."""
        self._dress(self.cards)
        analysis = self.session.analysis
        if analysis is None:
            return
        wrong = {problem.edge for problem in analysis.problems if problem.edge is not None and not problem.is_warning}
        is_news = False
        for thread, wire in self.wires.items():
            report = analysis.layers.get(thread.edges[0].source)
            is_wrong = bool(wrong) and not wrong.isdisjoint(thread.edges)
            is_news |= wire.set_state("" if report is None else shape_text(report.output), is_wrong)
        if is_news:
            self._repaint_poster()

    def _dress(self, keys: Iterable[str]) -> None:
        is_changed = is_resized = False
        for key in keys:
            card = self.cards[key]
            size = card.look.size
            if card.set_look(self._look(key)):
                is_changed = True
                is_resized = is_resized or card.look.size != size
        if is_changed:
            self._repaint_poster()
        if is_resized:  # frames stand around the new sizes, and lanes keep clear of them
            self._arrange_soon.start()

    def _look(self, key: str) -> CardLook:
        node = self.seen.graph.by_id.get(key)
        if node is None:
            return block_look(self.session, self.seen, key)
        output = self.session.activations.get(key)
        if output is None and node.type == "input" and (example := self.session.example) is not None:
            output = example.x  # the network is too large to be run at every edit, but its input can be seen
        return self._wardrobe.look(self.session, node, output)

    # ---- painting

    def set_zoom(self, zoom: float, shown: QRectF) -> None:
        """From afar one poster is painted in place of all cards and wires, which can still be pointed at.

        `shown` is what the view now shows of the scene.
        """
        was_far = self.detail.is_far
        self.detail.zoom, self.detail.crowd = zoom, len(self.cards)
        if self.detail.is_far != was_far:
            self.curtain.turn((*self.cards.values(), *self.wires.values()), shown)
            self.detail.spend_frame()

    def _on_selection(self) -> None:
        if self.detail.is_far:
            self._repaint_poster()

    def _repaint_poster(self) -> None:
        self._poster.invalidate()
        if self.detail.is_far:
            self.update()

    def paint_poster(self, painter: QPainter) -> None:
        """Paint the network as blocks and lines, in scene coordinates."""
        self._poster.paint(painter, self.cards.values(), self.wires.values())

    def _on_theme(self) -> None:
        shelf.clear()
        self._wardrobe.clear()
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
        painter.drawPoints(dots(rect, self.detail.zoom))


def _stands_elsewhere(before: Outline, after: Outline, key: str) -> bool:
    """Whether a card or frame has moved, or gone into another block."""
    is_moved = before.item(key).position != after.item(key).position
    return is_moved or before.graph.enclosing(key) != after.graph.enclosing(key)
