"""A note on the canvas: some words on a sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QAbstractTextDocumentLayout, QColor, QPainter, QPalette, QPen, QTextDocument, QTextOption
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneMouseEvent, QStyleOptionGraphicsItem, QWidget

from playground.graph.model import Note
from playground.ui.fonts import font
from playground.ui.theme import appearance, translucent

PADDING = 12.0
_GRIP = 16.0
_SMALLEST = (120.0, 60.0)
_FOLD = 14.0
_HINT = "Double click to write"


class NoteItem(QGraphicsItem):
    """The picture of one note. Drag it to move it, its lower right corner to change its size."""

    def __init__(self, note: Note, changed: Callable[[Note], None]) -> None:
        """`changed` is called with the note as it should be when it was given another size."""
        super().__init__()
        self.item_id = note.id
        self.note, self._changed = note, changed
        self._size = note.size
        self._is_resizing = False
        self._document = QTextDocument()
        self.setFlags(
            QGraphicsItem.GraphicsItemFlag.ItemIsMovable
            | QGraphicsItem.GraphicsItemFlag.ItemIsSelectable
            | QGraphicsItem.GraphicsItemFlag.ItemSendsGeometryChanges
        )
        self.setZValue(2)
        self.show_note(note)

    def show_note(self, note: Note) -> None:
        """Show it as the document has it."""
        self.note = note
        self.setPos(*note.position)
        self._document.setDocumentMargin(0)
        self._document.setDefaultFont(font("body"))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._document.setDefaultTextOption(option)
        self._document.setPlainText(note.text or _HINT)
        self._set_size(note.size)

    def _set_size(self, size: tuple[float, float]) -> None:
        self.prepareGeometryChange()
        self._size = max(size[0], _SMALLEST[0]), max(size[1], _SMALLEST[1])
        self._document.setTextWidth(self._size[0] - 2 * PADDING)
        self.update()

    @property
    def box(self) -> QRectF:
        """The sheet, in its own coordinates; it grows with its text."""
        return QRectF(0, 0, self._size[0], max(self._size[1], self._document.size().height() + 2 * PADDING))

    @property
    def grip(self) -> QRectF:
        """The corner that changes its size."""
        box = self.box
        return QRectF(box.right() - _GRIP, box.bottom() - _GRIP, _GRIP, _GRIP)

    def boundingRect(self) -> QRectF:
        return self.box.adjusted(-3, -3, 3, 3)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme, box = appearance.theme, self.box
        right, bottom = box.right(), box.bottom()
        fold = [QPointF(right - _FOLD, 0), QPointF(right - _FOLD, _FOLD), QPointF(right, _FOLD)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.focus if self.isSelected() else theme.border_strong), 1))
        painter.setBrush(translucent(theme.warning, 0.14))
        painter.drawPolygon([QPointF(0, 0), fold[0], fold[2], QPointF(right, bottom), QPointF(0, bottom)])
        painter.drawPolyline(fold)
        painter.setPen(QPen(QColor(theme.muted), 1.4))
        for step in (5, 9):
            painter.drawLine(QPointF(right - step, bottom - 3), QPointF(right - 3, bottom - step))
        painter.translate(PADDING, PADDING)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, QColor(theme.text if self.note.text else theme.muted))
        self._document.documentLayout().draw(painter, context)

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        self._is_resizing = self.grip.contains(event.pos())
        if not self._is_resizing:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        if self._is_resizing:
            self._set_size((event.pos().x() + 4, event.pos().y() + 4))
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        if self._is_resizing:
            self._is_resizing = False
            self._changed(replace(self.note, size=self._size))
        else:
            super().mouseReleaseEvent(event)
