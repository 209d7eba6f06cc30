"""A small drawing of a network: blocks in their categories' colours, and wires."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.graph.model import Graph
from playground.ui.canvas.dress import kind_of
from playground.ui.canvas.look import PORT_Y, WIDTH
from playground.ui.canvas.routing import wire_path
from playground.ui.theme import appearance

_CARD_HEIGHT = 96.0


class Miniature(QWidget):
    """Shows a graph as it lies on the canvas, scaled to the widget; nothing in it can be touched."""

    def __init__(self, graph: Graph, height: int = 96, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._graph = graph
        self.setFixedHeight(height)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(240, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF()
        for node in self._graph:
            rect |= QRectF(QPointF(*node.position), QPointF(node.position[0] + WIDTH, node.position[1] + _CARD_HEIGHT))
        rect.adjust(-36, -6, 36, 6)
        zoom = min(self.width() / rect.width(), self.height() / rect.height(), 0.5)
        painter.translate(0, (self.height() - rect.height() * zoom) / 2)
        painter.scale(zoom, zoom)
        painter.translate(-rect.left(), -rect.top())
        self._paint_wires(painter, zoom)
        self._paint_cards(painter)
        painter.end()

    def _paint_wires(self, painter: QPainter, zoom: float) -> None:
        painter.setPen(QPen(QColor(appearance.theme.wire), 1.2 / zoom))
        for edge in self._graph.edges:
            start, end = (QPointF(*self._graph.node(key).position) for key in (edge.source, edge.target))
            painter.drawPath(wire_path(start + QPointF(WIDTH, PORT_Y), end + QPointF(0, PORT_Y)))

    def _paint_cards(self, painter: QPainter) -> None:
        theme = appearance.theme
        painter.setPen(Qt.PenStyle.NoPen)
        for node in self._graph:
            kind = kind_of(node)
            painter.setBrush(QColor(theme.category[kind.category.value if kind is not None else "merge"]))
            painter.drawRoundedRect(QRectF(*node.position, WIDTH, _CARD_HEIGHT), 16, 16)
