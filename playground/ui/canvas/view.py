"""The window onto the scene: pointer, wheel, keys and drops, each handed to a gesture or a command."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView

from playground.graph.model import Edge
from playground.layers import LayerType, layer_type
from playground.ui.canvas import commands
from playground.ui.canvas.card import GRID, Card
from playground.ui.canvas.commands import Clip
from playground.ui.canvas.gestures import DropGesture, WireGesture
from playground.ui.canvas.input_controls import InputControls
from playground.ui.canvas.menus import card_menu, ground_menu, wire_menu
from playground.ui.canvas.quick_add import QuickAdd
from playground.ui.canvas.rename_field import RenameField
from playground.ui.canvas.scene import GraphScene

LAYER_MIME = "application/x-neural-network-playground-layer"
_SMALLEST, _LARGEST = 0.05, 4.0
_MARGIN = 26.0


class GraphView(QGraphicsView):
    """Shows the network and lets it be edited. Everything it does is also in `commands`, for keys and menus."""

    hint_changed = Signal(str)
    """What the pointer could do here, for the status line."""

    def __init__(self, scene: GraphScene) -> None:
        super().__init__(scene)
        self._graph_scene = scene  # a view does not own its scene: keep it alive
        self._session = scene.session
        self._wire_gesture: WireGesture | None = None
        self._drop_gesture: DropGesture | None = None
        self._pan_from: QPoint | None = None
        self._is_press_taken = False
        self._pressed_at: dict[str, QPointF] = {}
        self._lit: Card | None = None
        self._clip = Clip((), ())
        self._is_fitted = True
        self._input_controls = InputControls(scene, self)
        self._rename = RenameField(self)
        self._quick_add = QuickAdd(self)
        self.setAccessibleName("Canvas")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.RubberBandDrag)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self._session.document_opened.connect(self.fit)

    # ---- looking

    @property
    def zoom(self) -> float:
        """1 is actual size."""
        return self.transform().m11()

    def set_zoom(self, zoom: float) -> None:
        """Zoom about the pointer, within limits."""
        wanted = min(_LARGEST, max(_SMALLEST, zoom))
        self._is_fitted = False
        self.scale(wanted / self.zoom, wanted / self.zoom)
        self._graph_scene.set_zoom(self.zoom)

    def fit(self) -> None:
        """The whole network, at most at actual size, in the middle."""
        self._is_fitted = True
        rect = self._graph_scene.network_rect
        if rect.isEmpty():
            rect = QRectF(0, 0, 10, 10)
        rect = rect.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        room = self.viewport().rect()
        zoom = min(1.0, room.width() / rect.width(), room.height() / rect.height())
        self.resetTransform()
        self.scale(max(_SMALLEST, zoom), max(_SMALLEST, zoom))
        self._graph_scene.set_zoom(self.zoom)
        self.centerOn(rect.center())

    def reveal(self, node_id: str) -> None:
        """Select a card and bring it into view."""
        if node_id in self._graph_scene.cards:
            self._graph_scene.select([node_id])
            self.ensureVisible(self._graph_scene.cards[node_id], 60, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._graph_scene.detail.device_ratio = self.devicePixelRatioF()
        self._graph_scene.detail.begin_frame()
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_fitted:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel zooms; two fingers on a touchpad pan; with Ctrl either zooms."""
        touchpad = not event.pixelDelta().isNull()
        if touchpad and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._pan(event.pixelDelta())
        else:
            self.set_zoom(self.zoom * 1.0015 ** event.angleDelta().y())
        event.accept()

    def _pan(self, by: QPoint) -> None:
        self._is_fitted = False
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - by.x())
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() - by.y())

    # ---- pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = self.mapToScene(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pan_from = event.position().toPoint()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        if event.button() == Qt.MouseButton.LeftButton:
            port = self._graph_scene.port_at(point)
            if port is not None:
                self._wire_gesture = WireGesture(self._graph_scene, *port)
                return
            self._is_press_taken = self._input_controls.press(point, event.globalPosition().toPoint())
            if self._is_press_taken:
                return
        super().mousePressEvent(event)
        self._pressed_at = {key: card.pos() for key, card in self._graph_scene.cards.items() if card.isSelected()}

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = self.mapToScene(event.position().toPoint())
        if self._pan_from is not None:
            self._pan(event.position().toPoint() - self._pan_from)
            self._pan_from = event.position().toPoint()
        elif self._wire_gesture is not None:
            self._wire_gesture.move(point)
        else:
            if not event.buttons():
                self._hover(point)
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pan_from is not None:
            self._pan_from = None
            self.unsetCursor()
            return
        if self._wire_gesture is not None:
            self._wire_gesture.move(self.mapToScene(event.position().toPoint()))
            gesture, self._wire_gesture = self._wire_gesture, None
            loose_end = gesture.finish()
            if loose_end is not None:
                self._offer_layers(event.globalPosition().toPoint(), *loose_end)
            return
        if self._is_press_taken:
            self._is_press_taken = False
            return
        super().mouseReleaseEvent(event)
        event.accept()
        self._commit_moves()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = self.mapToScene(event.position().toPoint())
        card = self._graph_scene.card_at(point)
        if card is None and self._graph_scene.wire_at(point) is None:
            self.quick_add(event.globalPosition().toPoint())
        elif card is not None:
            self.rename()

    def _commit_moves(self) -> None:
        cards = self._graph_scene.cards
        moved = {
            key: (round(cards[key].x() / GRID) * GRID, round(cards[key].y() / GRID) * GRID)
            for key, start in self._pressed_at.items()
            if key in cards and cards[key].pos() != start
        }
        self._pressed_at = {}
        if moved:
            for key, place in moved.items():
                cards[key].setPos(*place)
            commands.move(self._session, moved)

    def _hover(self, point: QPointF) -> None:
        port = self._graph_scene.port_at(point)
        if self._lit is not None and (port is None or port[0] is not self._lit):
            self._lit.hover_port(None)
            self._lit = None
        if port is not None:
            self._lit = port[0]
            self._lit.hover_port((port[1], port[2]))
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        elif self._input_controls.part_at(point) is not None:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.viewport().unsetCursor()

    # ---- dropping layers from the palette

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(LAYER_MIME):
            key = bytes(event.mimeData().data(LAYER_MIME).data()).decode()
            self._drop_gesture = DropGesture(self._graph_scene, key)
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._drop_gesture is not None:
            self._drop_gesture.move(self.mapToScene(event.position().toPoint()))
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        if self._drop_gesture is not None:
            self._drop_gesture.cancel()
            self._drop_gesture = None

    def dropEvent(self, event: QDropEvent) -> None:
        if self._drop_gesture is None:
            event.ignore()
            return
        gesture, self._drop_gesture = self._drop_gesture, None
        event.acceptProposedAction()
        self._is_fitted = False
        self._graph_scene.select([gesture.finish(self.mapToScene(event.position().toPoint()))])
        self.setFocus()

    # ---- adding, by search

    def quick_add(self, place: QPoint | None = None) -> None:
        """Offer all layers; the chosen one follows the selected card, or stands where the pointer was."""
        selected = self._graph_scene.selected_ids
        if place is None:
            place = self.viewport().mapToGlobal(self.viewport().rect().center() - QPoint(115, 150))
            after = selected[-1] if len(selected) == 1 else None
        else:
            after = None
        self._open_quick_add(place, lambda kind: True, after, True)

    def _offer_layers(self, place: QPoint, node_id: str, is_source: bool) -> None:
        """A wire was dropped in the open: offer what it could lead to."""
        if is_source:
            self._open_quick_add(place, lambda kind: kind.max_inputs > 0, node_id, True)
        else:
            self._open_quick_add(place, lambda kind: kind.has_output, node_id, False)

    def offer_insertion(self, place: QPoint, edge: Edge) -> None:
        """Offer the layers that could go into a wire."""
        self._quick_add.open_at(
            place,
            lambda kind: kind.max_inputs > 0 and kind.has_output,
            lambda key: self._graph_scene.select([commands.insert(self._session, key, edge)]),
        )

    def _open_quick_add(
        self, place: QPoint, fits: Callable[[LayerType], bool], node_id: str | None, is_source: bool
    ) -> None:
        position = self.mapToScene(self.viewport().mapFromGlobal(place))
        self._quick_add.open_at(
            place, fits, lambda key: self._add_chosen(key, (position.x(), position.y()), node_id, is_source)
        )

    def _add_chosen(self, key: str, position: tuple[float, float], node_id: str | None, is_source: bool) -> None:
        if node_id is None:
            added = commands.add_free(self._session, key, position)
        elif is_source:
            added = commands.add_after(self._session, key, node_id)
        else:
            added = commands.add_before(self._session, key, node_id, (position[0] - 150, position[1]))
        self._graph_scene.select([added])
        self.setFocus()

    def add_layer(self, key: str) -> None:
        """Add a layer behind the selected card, or in the middle of what is seen."""
        selected = self._graph_scene.selected_ids
        if len(selected) == 1 and self._can_follow(selected[0], key):
            added = commands.add_after(self._session, key, selected[0])
        else:
            middle = self.mapToScene(self.viewport().rect().center())
            place = (round(middle.x() / GRID) * GRID, round(middle.y() / GRID) * GRID)
            added = commands.add_free(self._session, key, place)
        self.reveal(added)

    def _can_follow(self, node_id: str, key: str) -> bool:
        return self._graph_scene.cards[node_id].has_output and layer_type(key).max_inputs > 0

    # ---- editing what is selected

    @property
    def can_paste(self) -> bool:
        """Whether anything was copied."""
        return bool(self._clip.nodes)

    def take_out(self, node_id: str) -> None:
        """Remove a card and join its neighbours."""
        commands.take_out(self._session, node_id)

    def delete_selected(self) -> None:
        """Remove the selected cards and wires."""
        ids, wires = self._graph_scene.selected_ids, self._graph_scene.selected_edges
        if ids or wires:
            commands.delete(self._session, ids, wires)

    def delete_wire(self, edge: Edge) -> None:
        """Remove one wire."""
        commands.delete(self._session, [], [edge])

    def copy(self) -> None:
        """Keep the selected cards for pasting."""
        if self._graph_scene.selected_ids:
            self._clip = commands.clip(self._session, self._graph_scene.selected_ids)

    def paste(self) -> None:
        """Add what was copied."""
        self._graph_scene.select(commands.paste(self._session, self._clip))

    def duplicate(self) -> None:
        """Add a copy of the selected cards."""
        clip = commands.clip(self._session, self._graph_scene.selected_ids)
        self._graph_scene.select(commands.paste(self._session, clip, "Duplicate"))

    def select_all(self) -> None:
        """Select every card."""
        self._graph_scene.select([node.id for node in self._session.graph])

    def rename(self) -> None:
        """Edit the selected card's name in place."""
        selected = self._graph_scene.selected_ids
        if len(selected) == 1:
            card = self._graph_scene.cards[selected[0]]
            node = self._session.graph.node(selected[0])
            box = self.mapFromScene(card.mapRectToScene(QRectF(5, 8, 140, 22))).boundingRect()
            self._rename.edit(box, node.title, lambda name: commands.rename(self._session, node.id, name))

    # ---- keys and menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        neighbour = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_selected()
        elif event.key() == Qt.Key.Key_Escape:
            self._cancel()
        elif event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Insert) and not event.modifiers():
            self.quick_add()
        elif neighbour is not None:
            self._walk(neighbour)
        else:
            super().keyPressEvent(event)

    def _cancel(self) -> None:
        if self._wire_gesture is not None:
            self._wire_gesture.cancel()
            self._wire_gesture = None
        else:
            self._graph_scene.select([])

    def _walk(self, direction: int) -> None:
        """Go along the wires to the next or previous card."""
        graph, selected = self._session.graph, self._graph_scene.selected_ids
        if not selected:
            if graph.nodes:
                self.reveal(graph.nodes[0].id)
            return
        ends: Sequence[str] = (
            [edge.target for edge in graph.outgoing(selected[-1])] if direction > 0 else graph.sources(selected[0])
        )
        if ends:
            self.reveal(ends[0])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        point = self.mapToScene(event.pos())
        card, wire = self._graph_scene.card_at(point), self._graph_scene.wire_at(point)
        if card is not None and not card.isSelected():
            self._graph_scene.select([card.node_id])
        if card is not None:
            menu = card_menu(self, card)
        elif wire is not None:
            menu = wire_menu(self, wire, event.globalPos())
        else:
            menu = ground_menu(self, event.globalPos())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())
