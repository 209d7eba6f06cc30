"""The window onto the scene: pointer, wheel, keys and drops, each handed to a gesture or a command."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QTimer, Signal
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

from playground.ui.canvas import commands, keyboard
from playground.ui.canvas.actions import CanvasActions
from playground.ui.canvas.card import GRID, Card
from playground.ui.canvas.gestures import DropGesture, FrameGesture, WireGesture
from playground.ui.canvas.input_controls import InputControls
from playground.ui.canvas.menus import card_menu, frame_menu, ground_menu, wire_menu
from playground.ui.canvas.note import NoteItem
from playground.ui.canvas.pieces import is_known
from playground.ui.canvas.scene import GraphScene

LAYER_MIME = "application/x-neural-network-playground-layer"
_SMALLEST, _LARGEST = 0.02, 4.0
_MARGIN = 26.0
_ZOOM_REST_MS = 120
"""So long after the last change of the zoom the cards are painted finely again."""
_ALONG: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_BESIDE: dict[int, int] = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class GraphView(QGraphicsView):
    """Shows the network and hands pointer and keys on. What can be done to the selection is in `actions`."""

    settings_wanted = Signal()
    """Enter on a layer: the keyboard should go to its settings."""
    hint_changed = Signal(str)
    """What the pointer could do here, for the status line."""
    looked_elsewhere = Signal()
    """The view shows another part, or at another zoom."""

    def __init__(self, scene: GraphScene) -> None:
        super().__init__(scene)
        self._graph_scene = scene  # a view does not own its scene: keep it alive
        self._session = scene.session
        self._wire_gesture: WireGesture | None = None
        self._frame_gesture: FrameGesture | None = None
        self._drop_gesture: DropGesture | None = None
        self._pan_from: QPoint | None = None
        self._is_press_taken = False
        self._pressed_at: dict[str, QPointF] = {}
        self._lit: Card | None = None
        self._is_fitted = True
        self._next_frame = QTimer(self, singleShot=True)
        self._next_frame.timeout.connect(self.viewport().update)
        self._zoom_rest = QTimer(self, singleShot=True, interval=_ZOOM_REST_MS)
        self._zoom_rest.timeout.connect(self._end_zooming)
        self._input_controls = InputControls(scene, self)
        self.editing = CanvasActions(self, scene)
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
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(self.looked_elsewhere)

    # ---- looking

    @property
    def zoom(self) -> float:
        """1 is actual size."""
        return self.transform().m11()

    @property
    def _shown(self) -> QRectF:
        """What is seen of the scene."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def set_zoom(self, zoom: float) -> None:
        """Zoom about the pointer, within limits."""
        wanted = min(_LARGEST, max(_SMALLEST, zoom))
        self._is_fitted = False
        self._graph_scene.detail.is_zooming = True
        self._zoom_rest.start()
        self.scale(wanted / self.zoom, wanted / self.zoom)
        self._graph_scene.set_zoom(self.zoom, self._shown)
        self.looked_elsewhere.emit()

    def _end_zooming(self) -> None:
        self._graph_scene.detail.is_zooming = False
        self.viewport().update()

    def look_at(self, point: QPointF) -> None:
        """Bring a point of the scene into the middle."""
        self._is_fitted = False
        self.centerOn(point)

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
        self.centerOn(rect.center())
        self._graph_scene.set_zoom(self.zoom, self._shown)
        self.looked_elsewhere.emit()

    def reveal(self, node_id: str) -> None:
        """Select a layer's or block's card and bring it into view; a layer in a closed block is shown by the block."""
        card = self._graph_scene.card_of(node_id) or node_id
        item = self._graph_scene.items_by_id.get(card)
        if item is not None:
            self._graph_scene.select([card])
            self.ensureVisible(item, 60, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._graph_scene.detail.device_ratio = self.devicePixelRatioF()
        self._graph_scene.curtain.go_on()
        self._graph_scene.detail.begin_frame()
        super().paintEvent(event)
        if self._graph_scene.detail.is_unfinished:
            self._next_frame.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_fitted:
            self.fit()
        self.looked_elsewhere.emit()

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
            self._is_press_taken = self._press(point, event.globalPosition().toPoint())
            if self._is_press_taken:
                return
        super().mousePressEvent(event)
        movable = {**self._graph_scene.cards, **self._graph_scene.notes}
        self._pressed_at = {key: item.pos() for key, item in movable.items() if item.isSelected()}

    def _press(self, point: QPointF, place: QPoint) -> bool:
        """Whether the press met a control on the canvas: one of the input card's, or a frame's."""
        if self._input_controls.press(point, place):
            return True
        card, frame = self._graph_scene.card_at(point), self._graph_scene.frame_at(point, title_only=True)
        if card is not None or frame is None:
            return False
        if frame.close_button.contains(point):
            self.editing.set_open([frame.item_id], is_open=False)
        else:
            self._graph_scene.select([frame.item_id])
            self._frame_gesture = FrameGesture(self._graph_scene, frame, point)
        return True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = self.mapToScene(event.position().toPoint())
        if self._pan_from is not None:
            self._pan(event.position().toPoint() - self._pan_from)
            self._pan_from = event.position().toPoint()
        elif self._wire_gesture is not None:
            self._wire_gesture.move(point)
        elif self._frame_gesture is not None:
            self._frame_gesture.move(point)
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
                self.editing.offer_layers(event.globalPosition().toPoint(), *loose_end)
            return
        if self._is_press_taken:
            gesture_, self._frame_gesture = self._frame_gesture, None
            if gesture_ is not None:
                gesture_.finish()
            self._is_press_taken = False
            return
        super().mouseReleaseEvent(event)
        event.accept()
        self._commit_moves()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = self.mapToScene(event.position().toPoint())
        card, frame = self._graph_scene.card_at(point), self._graph_scene.frame_at(point, title_only=True)
        if card is not None and card.look.is_block:
            self.editing.set_open([card.item_id], is_open=True)
        elif card is not None or frame is not None:
            self.editing.rename()
        elif isinstance(note := self.itemAt(event.position().toPoint()), NoteItem):
            self.editing.write_note(note.item_id)
        elif self._graph_scene.wire_at(point) is None:
            self.editing.quick_add(event.globalPosition().toPoint())

    def _commit_moves(self) -> None:
        items = {**self._graph_scene.cards, **self._graph_scene.notes}
        moved = {
            key: (round(items[key].x() / GRID) * GRID, round(items[key].y() / GRID) * GRID)
            for key, start in self._pressed_at.items()
            if key in items and items[key].pos() != start
        }
        self._pressed_at = {}
        if moved:
            for key, place in moved.items():
                items[key].setPos(*place)
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
            key = bytes(event.mimeData().data(LAYER_MIME).data()).decode("utf-8", "replace")
            if is_known(key):
                self._drop_gesture = DropGesture(self._graph_scene, key)
                event.acceptProposedAction()
                return
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

    # ---- keys and menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, has_shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.editing.delete()
        elif event.key() == Qt.Key.Key_Escape:
            self._cancel()
        elif event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Insert) and not event.modifiers():
            self.editing.quick_add()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._graph_scene.selected_ids:
            self._enter()
        elif key == Qt.Key.Key_C and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            (self.editing.disconnect if has_shift else self.editing.connect)()
        elif key in _ALONG:
            self._walk(keyboard.along(self._graph_scene, _ALONG[key]), has_shift)
        elif key in _BESIDE:
            self._walk(keyboard.beside(self._graph_scene, _BESIDE[key]), has_shift)
        else:
            super().keyPressEvent(event)

    def _cancel(self) -> None:
        if self._wire_gesture is not None:
            self._wire_gesture.cancel()
            self._wire_gesture = None
        else:
            self._graph_scene.select([])

    def _walk(self, to: str | None, is_added: bool) -> None:
        """Select a card, or one more, and bring it into view."""
        if to is not None:
            more = self._graph_scene.selected_ids if is_added else []
            self.reveal(to)
            self._graph_scene.select([*more, to])

    def _enter(self) -> None:
        """A layer's settings get the keyboard; a block opens or closes, a note is written."""
        selected = self._graph_scene.selected_ids
        if len(selected) == 1 and selected[0] in self._session.graph:
            self.settings_wanted.emit()
        else:
            self.editing.enter()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        point = self.mapToScene(event.pos())
        card, wire = self._graph_scene.card_at(point), self._graph_scene.wire_at(point)
        frame = self._graph_scene.frame_at(point, title_only=True)
        item = card or frame
        if item is not None and not item.isSelected():
            self._graph_scene.select([item.item_id])
        if card is not None:
            menu = card_menu(self, card)
        elif frame is not None:
            menu = frame_menu(self, frame)
        elif wire is not None:
            menu = wire_menu(self, wire, event.globalPos())
        else:
            menu = ground_menu(self, event.globalPos())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())
