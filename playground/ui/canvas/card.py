"""One layer on the canvas, painted once into a pixmap and drawn from there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from itertools import count
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.ui.canvas.detail import Detail
from playground.ui.canvas.look import PORT_PITCH, PORT_Y, WIDTH, CardLook, paint_block, paint_card, port_colour
from playground.ui.theme import appearance

GRID = 10.0
PORT_RADIUS = 4.0
_HALO = 8.0
_KEPT_PIXMAPS = 600


class _PixmapShelf:
    """The cards' pixmaps, the least recently drawn ones dropped."""

    def __init__(self) -> None:
        self._pixmaps: OrderedDict[tuple[int, float, bool], QPixmap] = OrderedDict()

    def get(self, key: tuple[int, float, bool]) -> QPixmap | None:
        pixmap = self._pixmaps.get(key)
        if pixmap is not None:
            self._pixmaps.move_to_end(key)
        return pixmap

    def put(self, key: tuple[int, float, bool], pixmap: QPixmap) -> None:
        self._pixmaps[key] = pixmap
        while len(self._pixmaps) > _KEPT_PIXMAPS:
            self._pixmaps.popitem(last=False)

    def clear(self) -> None:
        self._pixmaps.clear()


shelf = _PixmapShelf()
_keys = count()


class Card(QGraphicsItem):
    """The picture of one node or closed block. It holds no truth: the scene tells it how to look and where to stand."""

    def __init__(self, item_id: str, look: CardLook, detail: Detail, moved: Callable[[Card], None]) -> None:
        """`moved` is called whenever the card has a new place, so that its wires can follow."""
        super().__init__()
        self._moved, self._detail = moved, detail
        self._key = next(_keys)
        self.item_id = item_id
        self.look = look
        self._hovered_port: tuple[str, int] | None = None
        self._bounds = self._find_bounds()
        self.setFlags(
            QGraphicsItem.GraphicsItemFlag.ItemIsMovable
            | QGraphicsItem.GraphicsItemFlag.ItemIsSelectable
            | QGraphicsItem.GraphicsItemFlag.ItemSendsGeometryChanges
        )
        self.setZValue(1)

    def set_look(self, look: CardLook) -> bool:
        """Show something else; returns whether anything is different."""
        if look is self.look or look == self.look:
            return False
        if look.size != self.look.size:
            self.prepareGeometryChange()
        self.look = look
        self._bounds = self._find_bounds()
        self._key = next(_keys)
        self.update()
        return True

    def hover_port(self, port: tuple[str, int] | None) -> None:
        """Light up ("in", 0), ("out", 0), … or none."""
        if port != self._hovered_port:
            self._hovered_port = port
            self.update()

    @property
    def box(self) -> QRectF:
        """The card's rectangle, in its own coordinates."""
        return QRectF(0, 0, *self.look.size)

    def input_point(self, port: int) -> QPointF:
        """Where a wire into that port ends, in scene coordinates."""
        return self.pos() + QPointF(0, PORT_Y + PORT_PITCH * port)

    def output_point(self, port: int = 0) -> QPointF:
        """Where wires out of that port begin, in scene coordinates."""
        return self.pos() + QPointF(WIDTH, PORT_Y + PORT_PITCH * port)

    @property
    def has_input(self) -> bool:
        """Whether a wire can end here."""
        return self.look.ports > 0

    @property
    def has_output(self) -> bool:
        """Whether a wire can begin here."""
        return self.look.outputs > 0

    def ports(self) -> list[tuple[str, int, QPointF]]:
        """All ports: ("in" or "out", number, place in scene coordinates)."""
        found = [("in", port, self.input_point(port)) for port in range(self.look.ports)]
        return [*found, *(("out", port, self.output_point(port)) for port in range(self.look.outputs))]

    def _find_bounds(self) -> QRectF:
        return self.box.adjusted(-_HALO, -_HALO, _HALO, _HALO)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._detail.is_far:  # there is a poster instead
            return
        pixmap = self._pixmap()
        if pixmap is None:
            paint_block(painter, self.look)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self._detail.is_zooming)
        painter.drawPixmap(QPointF(-_HALO, -_HALO), pixmap)
        if self._hovered_port is not None:
            self._paint_ports(painter, self._hovered_port)

    def _paint_ports(self, painter: QPainter, hovered: tuple[str, int] | None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(appearance.theme.raised), 1))
        for side, number, point in self.ports():
            is_hovered = hovered == (side, number)
            painter.setBrush(port_colour(is_hovered))
            radius = PORT_RADIUS + (2 if is_hovered else 0)
            painter.drawEllipse(point - self.pos(), radius, radius)

    def _pixmap(self) -> QPixmap | None:
        """The card's pixmap for the present zoom; None when it does not exist and this frame has no time for it."""
        sharpness = self._detail.sharpness
        key = (self._key, sharpness, self.isSelected())
        pixmap = shelf.get(key)
        if pixmap is None and self._detail.has_time:
            pixmap = QPixmap((self._bounds.size() * sharpness).toSize())
            pixmap.setDevicePixelRatio(sharpness)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.translate(_HALO, _HALO)
            paint_card(painter, self.look, self.isSelected())
            self._paint_ports(painter, None)
            painter.end()
            shelf.put(key, pixmap)
        return pixmap

    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: Any) -> Any:
        if change == QGraphicsItem.GraphicsItemChange.ItemPositionHasChanged:
            self._moved(self)
        return super().itemChange(change, value)
