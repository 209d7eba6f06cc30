"""The mini-map: the whole network in a corner of the canvas, with the part that is in view; press to go there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QWidget

from playground.ui.canvas.scene import GraphScene
from playground.ui.canvas.view import GraphView
from playground.ui.theme import appearance, translucent

_SIZE = (196, 122)
_MARGIN, _INSET = 14, 7
_LATER_MS = 60


class MiniMap(QWidget):
    """Shown only while a part of the network lies outside the view."""

    def __init__(self, scene: GraphScene, view: GraphView) -> None:
        super().__init__(view)
        self._scene, self._view = scene, view
        self._picture: QPixmap | None = None
        self.setFixedSize(*_SIZE)
        self.setAccessibleName("Map of the whole network")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._soon = QTimer(self, singleShot=True, interval=_LATER_MS)
        self._soon.timeout.connect(self._follow)
        scene.shown_changed.connect(self._forget)
        scene.selected_nodes_changed.connect(self._forget)
        appearance.changed.connect(self._forget)
        view.looked_elsewhere.connect(self._soon.start)
        self._follow()

    def _forget(self) -> None:
        self._picture = None
        self._soon.start()

    def _follow(self) -> None:
        """Stand in the lower right corner; hide when everything is in view."""
        self.move(self._view.width() - self.width() - _MARGIN, self._view.height() - self.height() - _MARGIN)
        whole = self._scene.network_rect
        is_needed = not whole.isEmpty() and not self._in_view().adjusted(-1, -1, 1, 1).contains(whole)
        has_room = self._view.width() > 2.2 * self.width() and self._view.height() > 2.2 * self.height()
        self.setVisible(is_needed and has_room)
        self.update()

    def _in_view(self) -> QRectF:
        return self._view.mapToScene(self._view.viewport().rect()).boundingRect()

    def _transform(self) -> QTransform:
        """From the scene to the map."""
        whole = self._scene.network_rect
        room = QRectF(self.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET)
        scale = min(room.width() / max(1.0, whole.width()), room.height() / max(1.0, whole.height()))
        transform = QTransform()
        transform.translate(room.center().x(), room.center().y())
        transform.scale(scale, scale)
        transform.translate(-whole.center().x(), -whole.center().y())
        return transform

    def _draw(self) -> QPixmap:
        picture = QPixmap(self.size() * self.devicePixelRatioF())
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setTransform(self._transform(), combine=True)
        self._scene.paint_poster(painter)
        painter.end()
        return picture

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None or self._picture.devicePixelRatio() != self.devicePixelRatioF():
            self._picture = self._draw()
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.border_strong), 1))
        painter.setBrush(translucent(theme.panel, 0.94))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.drawPixmap(0, 0, self._picture)
        seen = self._transform().mapRect(self._in_view()) & QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(QPen(QColor(theme.focus), 1.4))
        painter.setBrush(translucent(theme.focus, 0.12))
        painter.drawRoundedRect(seen, 3, 3)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def _go(self, place: QPointF) -> None:
        inverse, _ = self._transform().inverted()
        self._view.look_at(inverse.map(place))
