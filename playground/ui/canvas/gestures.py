"""Gestures as objects: each begins with a press, follows the pointer, shows what would happen, and ends in one edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from playground.ui.canvas import commands
from playground.ui.canvas.card import GRID, Card
from playground.ui.canvas.frame import Frame
from playground.ui.canvas.look import PORT_Y, WIDTH
from playground.ui.canvas.pieces import gives_output, takes_input
from playground.ui.canvas.routing import wire_path
from playground.ui.canvas.wire import Wire
from playground.ui.theme import appearance

if TYPE_CHECKING:
    from playground.ui.canvas.scene import GraphScene

_REACH = 130.0
"""How far right of a card a dropped layer still connects to it; twice as far when the card is selected."""


class _Preview(QGraphicsPathItem):
    """A dashed wire that is not there yet."""

    def __init__(self) -> None:
        super().__init__()
        pen = QPen(QColor(appearance.theme.focus), 2, Qt.PenStyle.DashLine)
        self.setPen(pen)
        self.setZValue(4)

    def lead(self, start: QPointF, end: QPointF) -> None:
        self.setPath(wire_path(start, end))
        self.setVisible(True)


class WireGesture:
    """Drawing a wire from a port. Pulling a wired input loose takes its wire along."""

    def __init__(self, scene: GraphScene, card: Card, side: str, port: int) -> None:
        self._scene = scene
        self._loose = scene.wire_into(card.item_id, port) if side == "in" else None
        self._from_output = side == "out" or self._loose is not None
        self._card, self._port = card, port
        if self._loose is not None:
            thread = self._loose.thread
            self._card, self._port = scene.cards[thread.source], thread.source_port
        self._goal: tuple[Card, int] | None = None
        self._preview = _Preview()
        scene.addItem(self._preview)
        self._lit: Card | None = None

    def move(self, point: QPointF) -> None:
        """The pointer is here now."""
        self._goal = self._find_goal(point)
        self._light(None if self._goal is None else self._goal[0])
        end = point
        if self._goal is not None:
            card, port = self._goal
            end = card.input_point(port) if self._from_output else card.output_point(port)
        if self._from_output:
            self._preview.lead(self._card.output_point(self._port), end)
        else:
            self._preview.lead(end, self._card.input_point(self._port))

    def finish(self) -> tuple[str, int, bool] | None:
        """The button was released. Returns (card id, port, is it the source) for a wire drawn into the open."""
        self.cancel()
        session, loose = self._scene.session, () if self._loose is None else self._loose.edges
        if self._goal is None:
            if loose:
                commands.delete(session, [], loose)
                return None
            return self._card.item_id, self._port, self._from_output
        card, port = self._goal
        if self._loose is not None and (self._loose.thread.target, self._loose.thread.target_port) == (
            card.item_id,
            port,
        ):
            return None
        start, end = (self._card, self._port), (card, port)
        if not self._from_output:
            start, end = end, start
        seen = self._scene.seen
        source = commands.leaving(seen, start[0].item_id, start[1])
        targets = commands.entering(seen, end[0].item_id, end[1])
        commands.reconnect(session, source, targets, loose)
        return None

    def cancel(self) -> None:
        """Leave everything as it was."""
        self._light(None)
        if self._preview.scene() is not None:
            self._scene.removeItem(self._preview)

    def _find_goal(self, point: QPointF) -> tuple[Card, int] | None:
        found = self._scene.port_at(point, reach=22)
        wanted = "in" if self._from_output else "out"
        if found is not None and found[1] == wanted and found[0] is not self._card:
            return found[0], found[2]
        card = self._scene.card_at(point)
        if card is None or card is self._card:
            return None
        if not self._from_output:
            return (card, 0) if card.has_output else None
        return (card, free_port(self._scene, card)) if card.has_input else None

    def _light(self, card: Card | None) -> None:
        if self._lit is not None:
            self._lit.hover_port(None)
        self._lit = card
        if card is not None and self._goal is not None:
            card.hover_port(("in" if self._from_output else "out", self._goal[1]))


class FrameGesture:
    """Dragging an open block by its title bar: everything in it moves along."""

    def __init__(self, scene: GraphScene, frame: Frame, point: QPointF) -> None:
        self._scene, self._frame, self._from = scene, frame, point
        members = scene.seen.graph.members[frame.item_id]
        inside = {scene.seen.stands_for[node] for node in members}
        self._starts = {key: scene.cards[key].pos() for key in inside}
        self.by = QPointF()

    def move(self, point: QPointF) -> None:
        """The pointer is here now."""
        x, y = _snap(point - self._from)
        self.by = QPointF(x, y)
        for key, start in self._starts.items():
            self._scene.cards[key].setPos(start + self.by)

    def finish(self) -> None:
        """The button was released."""
        if not self.by.isNull():
            x, y = self._scene.seen.graph.block_by_id[self._frame.item_id].position
            commands.move(self._scene.session, {self._frame.item_id: (x + self.by.x(), y + self.by.y())})


@dataclass(frozen=True)
class _Drop:
    """Where a layer would go: into a wire, behind a card, or just here."""

    wire: Wire | None = None
    after: Card | None = None


class DropGesture:
    """Dragging a layer from the palette over the canvas."""

    def __init__(self, scene: GraphScene, key: str) -> None:
        self._scene, self._key = scene, key
        self._drop = _Drop()
        self._preview = _Preview()
        self._preview.setVisible(False)
        scene.addItem(self._preview)

    def move(self, point: QPointF) -> None:
        """The pointer is here now."""
        self.unmark()
        self._drop = self._find(point)
        if self._drop.wire is not None:
            self._drop.wire.set_target(True)
        if self._drop.after is not None:
            self._preview.lead(self._drop.after.output_point(), _top_left(point) + QPointF(0, PORT_Y))
        else:
            self._preview.setVisible(False)

    def finish(self, point: QPointF) -> str:
        """Dropped here: returns the id of the new node."""
        self.move(point)
        self.cancel()
        session, place = self._scene.session, _snap(_top_left(point))
        if self._drop.wire is not None:
            return commands.insert(session, self._key, self._drop.wire.edges)
        if self._drop.after is not None:
            source = commands.leaving(self._scene.seen, self._drop.after.item_id, 0)
            return commands.add_after(session, self._key, source, place)
        frame = self._scene.frame_at(point)
        return commands.add_free(session, self._key, place, "" if frame is None else frame.item_id)

    def cancel(self) -> None:
        """Leave everything as it was."""
        self.unmark()
        if self._preview.scene() is not None:
            self._scene.removeItem(self._preview)

    def unmark(self) -> None:
        """Take the mark off the wire that was the target."""
        if self._drop.wire is not None:
            self._drop.wire.set_target(False)

    def _find(self, point: QPointF) -> _Drop:
        if not takes_input(self._key):
            return _Drop()
        wire = self._scene.wire_at(point, reach=16) if gives_output(self._key) else None
        if wire is not None:
            return _Drop(wire=wire)
        best: tuple[float, Card] | None = None
        for card in self._scene.cards.values():
            gap = _top_left(point).x() - card.output_point().x()
            rise = abs(point.y() - card.sceneBoundingRect().center().y())
            reach = _REACH * (2 if card.isSelected() else 1)
            if card.has_output and -20 <= gap <= reach and rise < 70:
                distance = gap - (1000 if card.isSelected() else 0)
                best = (distance, card) if best is None or distance < best[0] else best
        return _Drop(after=None if best is None else best[1])


def free_port(scene: GraphScene, card: Card) -> int:
    """The first input port without a wire; the only one of a single-input layer."""
    used = {thread.target_port for thread in scene.wires if thread.target == card.item_id}
    return next((port for port in range(card.look.ports) if port not in used), 0)


def _top_left(point: QPointF) -> QPointF:
    """A card dropped here is held by the middle of its title."""
    return point - QPointF(WIDTH / 2, 24)


def _snap(point: QPointF) -> tuple[float, float]:
    return round(point.x() / GRID) * GRID, round(point.y() / GRID) * GRID
