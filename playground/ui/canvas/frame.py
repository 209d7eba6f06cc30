"""An open block on the canvas: a frame with a title bar around its cards."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.ui.canvas.detail import Detail
from playground.ui.fonts import font
from playground.ui.theme import appearance, mix, translucent

TITLE_HEIGHT = 34.0
PADDING = 24.0
_BUTTON = 20.0


class Frame(QGraphicsItem):
    """The picture of one open block. Its title bar is what can be pressed; inside it the canvas goes on."""

    def __init__(self, block_id: str, depth: int, detail: Detail) -> None:
        super().__init__()
        self.item_id = block_id
        self._detail = detail
        self._depth = depth
        self._title, self._caption = "", ""
        self._box = QRectF()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setZValue(-100 + depth)

    def surround(self, contents: QRectF) -> None:
        """Stand around these cards, given in scene coordinates."""
        box = contents.adjusted(-PADDING, -PADDING - TITLE_HEIGHT, PADDING, PADDING)
        if box != self._box:
            self.prepareGeometryChange()
            self._box = box

    def set_texts(self, title: str, caption: str) -> None:
        """Its name, and what it holds."""
        if (title, caption) != (self._title, self._caption):
            self._title, self._caption = title, caption
            self.update()

    @property
    def box(self) -> QRectF:
        """The whole frame, in scene coordinates."""
        return self._box

    @property
    def title_bar(self) -> QRectF:
        """The bar along the top."""
        return QRectF(self._box.left(), self._box.top(), self._box.width(), TITLE_HEIGHT)

    @property
    def close_button(self) -> QRectF:
        """What folds the block into one card again."""
        bar = self.title_bar
        return QRectF(bar.right() - _BUTTON - 8, bar.top() + (TITLE_HEIGHT - _BUTTON) / 2, _BUTTON, _BUTTON)

    def boundingRect(self) -> QRectF:
        return self._box.adjusted(-4, -4, 4, 4)

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(self.title_bar)
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme = appearance.theme
        is_far = self._detail.is_far
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not is_far)
        outline = theme.focus if self.isSelected() else theme.border_strong
        painter.setPen(QPen(QColor(outline), 1.6 if self.isSelected() else 1))
        if self._detail.is_far:  # the poster lies below, and would look washed out
            painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            painter.setBrush(translucent(theme.raised, 0.35))
        if is_far:  # round corners would be as small as a pixel, and there may be hundreds of frames
            painter.drawRect(self._box)
            return
        painter.drawRoundedRect(self._box, 12, 12)
        self._paint_title(painter)

    def _paint_title(self, painter: QPainter) -> None:
        theme, bar = appearance.theme, self.title_bar
        title, small = font("body", QFont.Weight.DemiBold), font("small")
        room = bar.width() - 3 * _BUTTON
        text = QFontMetricsF(title).elidedText(self._title, Qt.TextElideMode.ElideRight, room)
        painter.setFont(title)
        painter.setPen(QColor(theme.text))
        painter.drawText(bar.adjusted(14, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
        used = QFontMetricsF(title).horizontalAdvance(text) + 26
        painter.setFont(small)
        painter.setPen(QColor(theme.muted))
        caption = QFontMetricsF(small).elidedText(self._caption, Qt.TextElideMode.ElideRight, max(0.0, room - used))
        painter.drawText(bar.adjusted(used, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, caption)
        button = self.close_button
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mix(theme.button, theme.raised, 0.7)))
        painter.drawRoundedRect(button, 5, 5)
        painter.setPen(QPen(QColor(theme.text), 1.6))
        middle = button.center()
        painter.drawLine(middle - QPointF(5, 0), middle + QPointF(5, 0))
