"""A problem as it stands on the canvas: what is wrong in plain words, and its repairs as buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPalette,
    QPen,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import (
    QGraphicsObject,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from playground.ui.fonts import font
from playground.ui.theme import appearance, mix

if TYPE_CHECKING:
    from playground.engine.shapes import Problem

WIDTH = 290.0
_PADDING = 11.0
_BUTTON = 24.0


class Bubble(QGraphicsObject):
    """A rounded box; `repair_chosen` sends the index of the repair that was clicked."""

    repair_chosen = Signal(object, int)

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem
        self._hovered = -1
        self._document = QTextDocument()
        self._document.setDocumentMargin(0)
        self._document.setDefaultFont(font("body"))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        self._document.setDefaultTextOption(option)
        self._document.setPlainText(problem.message)
        self._document.setTextWidth(WIDTH - 2 * _PADDING)
        self._buttons = self._lay_out_buttons()
        self.setAcceptHoverEvents(True)
        self.setZValue(3)

    def _lay_out_buttons(self) -> list[QRectF]:
        metrics = QFontMetricsF(font("small", QFont.Weight.Medium))
        top = _PADDING + self._document.size().height() + 8
        boxes: list[QRectF] = []
        for repair in self.problem.repairs:
            width = min(metrics.horizontalAdvance(repair.label) + 22, WIDTH - 2 * _PADDING)
            boxes.append(QRectF(_PADDING, top, width, _BUTTON))
            top += _BUTTON + 6
        return boxes

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        bottom = self._buttons[-1].bottom() if self._buttons else _PADDING + self._document.size().height()
        return WIDTH, bottom + _PADDING

    def button_centre(self, index: int) -> QPointF:
        """The middle of a repair's button, in scene coordinates."""
        return self.mapToScene(self._buttons[index].center())

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, *self.size).adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme = appearance.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.danger_border), 1))
        painter.setBrush(QColor(theme.danger_ground))
        painter.drawRoundedRect(QRectF(0.5, 0.5, self.size[0] - 1, self.size[1] - 1), 8, 8)
        painter.save()
        painter.translate(_PADDING, _PADDING)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, QColor(theme.text))
        self._document.documentLayout().draw(painter, context)
        painter.restore()
        for index, (box, repair) in enumerate(zip(self._buttons, self.problem.repairs, strict=True)):
            painter.setPen(QPen(QColor(theme.danger_border), 1))
            share = 0.55 if index == self._hovered else 0.3
            painter.setBrush(QColor(mix(theme.danger_ground, theme.danger_border, share)))
            painter.drawRoundedRect(box, 12, 12)
            painter.setPen(QColor(theme.text))
            painter.setFont(font("small", QFont.Weight.Medium))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, repair.label)

    def _button_at(self, point: QPointF) -> int:
        return next((index for index, box in enumerate(self._buttons) if box.contains(point)), -1)

    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        hovered = self._button_at(event.pos())
        if hovered != self._hovered:
            self._hovered = hovered
            self.setCursor(Qt.CursorShape.PointingHandCursor if hovered >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self._hovered = -1
        self.update()

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        index = self._button_at(event.pos())
        if index >= 0:
            self.repair_chosen.emit(self.problem, index)
