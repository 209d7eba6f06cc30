"""One wire on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.graph.model import Edge
from playground.graph.outline import Thread
from playground.ui.canvas.detail import Detail
from playground.ui.canvas.routing import wire_corners, wire_path
from playground.ui.fonts import font
from playground.ui.theme import appearance

_SMOOTH = 0.6
"""Below this zoom wires are painted without antialiasing, which costs most of a frame and is not seen."""


class Wire(QGraphicsItem):
    """The picture of one thread; red where a problem stands on it, labelled with the shape it carries on hover."""

    def __init__(self, thread: Thread, detail: Detail) -> None:
        super().__init__()
        self._detail = detail
        self.thread = thread
        self.label = ""
        self.is_wrong = False
        self.is_target = False
        self._is_hovered = False
        self._path = QPainterPath()
        self._bounds = QRectF()
        self.ends = (QPointF(), QPointF())
        self._lane: float | None = None
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setAcceptHoverEvents(True)
        self.setZValue(0)

    def lead(self, start: QPointF, end: QPointF, lane: float | None = None) -> None:
        """Run from one port to another, past the cards between them at the height of a lane."""
        if (self.ends, self._lane) == ((start, end), lane):
            return
        self.prepareGeometryChange()
        self.ends, self._lane = (start, end), lane
        self._path = wire_path(start, end, lane)
        self._bounds = self._path.boundingRect().adjusted(-30, -14, 30, 14)

    def set_state(self, label: str, is_wrong: bool) -> bool:
        """The shape it carries, and whether a problem stands on it; returns whether that is news."""
        if (label, is_wrong) == (self.label, self.is_wrong):
            return False
        self.label, self.is_wrong = label, is_wrong
        self.update()
        return True

    def set_target(self, is_target: bool) -> None:
        """Whether a layer held over it would be inserted here."""
        if is_target != self.is_target:
            self.is_target = is_target
            self.update()

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The edges that it stands for: several where they enter one port of a closed block."""
        return self.thread.edges

    @property
    def middle(self) -> QPointF:
        """Half way along."""
        return self._path.pointAtPercent(0.5)

    @property
    def reach(self) -> QRectF:
        """The rectangle around its line, in scene coordinates."""
        return self._path.boundingRect()

    @property
    def corners(self) -> list[QPointF]:
        """The points of a line with the same way, for a look from afar."""
        return wire_corners(*self.ends, self._lane)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        stroker = QPainterPathStroker()
        stroker.setWidth(14)
        return stroker.createStroke(self._path)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._detail.is_far:  # there is a poster instead
            return
        theme = appearance.theme
        zoom = self._detail.zoom
        colour = theme.danger_border if self.is_wrong else theme.wire
        if self.isSelected() or self._is_hovered or self.is_target:
            colour = theme.focus if not self.is_wrong else theme.danger
        pen = QPen(QColor(colour), 3.0 if self.is_target or self.isSelected() else 2.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, zoom > _SMOOTH)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        if self.label and (self._is_hovered or self.isSelected() or zoom > 1.6):
            self._paint_label(painter)

    def _paint_label(self, painter: QPainter) -> None:
        theme, face = appearance.theme, font("mono_small")
        width = QFontMetricsF(face).horizontalAdvance(self.label) + 12
        box = QRectF(self.middle.x() - width / 2, self.middle.y() - 10, width, 20)
        painter.setPen(QPen(QColor(theme.border_strong), 1))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(QColor(theme.text))
        painter.setFont(face)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.label)

    def hoverEnterEvent(self, event: object) -> None:
        self._is_hovered = True
        self.update()

    def hoverLeaveEvent(self, event: object) -> None:
        self._is_hovered = False
        self.update()
