"""A small drawing of a network: blocks in their categories' colours, and wires."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.graph.model import Graph
from playground.graph.outline import Outline, outline
from playground.ui.canvas.dress import colour_of
from playground.ui.canvas.look import PORT_Y, WIDTH
from playground.ui.canvas.routing import wire_path
from playground.ui.theme import appearance, translucent

_CARD_HEIGHT = 96.0


class Miniature(QWidget):
    """Shows a graph as it lies on the canvas, scaled to the widget; nothing in it can be touched."""

    def __init__(self, graph: Graph | None = None, height: int = 96, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seen = Outline()
        self.setFixedHeight(height)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        appearance.changed.connect(self.update)
        if graph is not None:
            self.show_graph(graph)

    def show_graph(self, graph: Graph) -> None:
        """Draw another network."""
        self._seen = outline(graph)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        boxes = {card: QRectF(*self._seen.item(card).position, WIDTH, _CARD_HEIGHT) for card in self._seen.cards}
        if not boxes:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF()
        for box in boxes.values():
            rect |= box
        rect.adjust(-36, -6, 36, 6)
        zoom = min(self.width() / rect.width(), self.height() / rect.height(), 0.5)
        painter.translate((self.width() - rect.width() * zoom) / 2, (self.height() - rect.height() * zoom) / 2)
        painter.scale(zoom, zoom)
        painter.translate(-rect.topLeft())
        self._paint_wires(painter, boxes, zoom)
        self._paint_cards(painter, boxes)
        painter.end()

    def _paint_wires(self, painter: QPainter, boxes: Mapping[str, QRectF], zoom: float) -> None:
        painter.setPen(QPen(QColor(appearance.theme.wire), 1.2 / zoom))
        for thread in self._seen.threads:
            start, end = boxes[thread.source].topLeft(), boxes[thread.target].topLeft()
            painter.drawPath(wire_path(start + QPointF(WIDTH, PORT_Y), end + QPointF(0, PORT_Y)))

    def _paint_cards(self, painter: QPainter, boxes: Mapping[str, QRectF]) -> None:
        theme, graph = appearance.theme, self._seen.graph
        painter.setPen(Qt.PenStyle.NoPen)
        for card, box in boxes.items():
            colour = QColor(theme.category[colour_of(graph, graph.members.get(card, (card,)))])
            if card in graph.block_by_id:
                painter.setBrush(translucent(colour.name(), 0.5))
                painter.drawRoundedRect(box.translated(14, 14), 16, 16)
            painter.setBrush(colour)
            painter.drawRoundedRect(box, 16, 16)
