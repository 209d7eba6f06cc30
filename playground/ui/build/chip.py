"""What can be dragged from the palette onto the canvas."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy

from playground.ui.canvas.view import LAYER_MIME
from playground.ui.fonts import font
from playground.ui.theme import appearance

_CHIP_HEIGHT, _NARROWEST = 26, 80


class Chip(QAbstractButton):
    """One layer type or block. Drag it onto the canvas; double click or Enter adds it behind the selected card.

    `key` is what the canvas is given, `words` what a search finds it by, `colour` the role of its category.
    """

    chosen = Signal(str)

    def __init__(
        self, key: str, title: str, explanation: str, colour: str, words: str = "", *, is_block: bool = False
    ) -> None:
        super().__init__()
        self.key = key
        self.words = f"{title} {key} {words}".casefold()
        self._colour, self._is_block = colour, is_block
        self.setText(title)
        self.setFont(font("body"))
        self.setToolTip(f"<b>{title}</b><p>{explanation}</p><p>Drag it onto the canvas, or press Enter.</p>")
        self.setAccessibleDescription(explanation)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._pressed_at: QPoint | None = None
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 19, _CHIP_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(_NARROWEST, self.sizeHint().width()), _CHIP_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = appearance.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(box, 6, 6)
        painter.fillPath(shape, QColor(theme.button_hover if self.underMouse() else theme.raised))
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(QRectF(0, 0, 3, self.height()), QColor(theme.category[self._colour]))
        if self._is_block:
            painter.fillRect(QRectF(5, 0, 1.5, self.height()), QColor(theme.category[self._colour]))
        painter.restore()
        painter.setPen(QPen(QColor(theme.focus if self.hasFocus() else theme.border), 1))
        painter.drawPath(shape)
        painter.setPen(QColor(theme.text))
        room = self.rect().adjusted(11, 0, -6, 0)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room.adjusted(0, 0, 6, 0), Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None:
            return
        distance = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if distance >= QApplication.startDragDistance():
            grip, self._pressed_at = self._pressed_at, None
            self._drag(grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = None
        self.chosen.emit(self.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.key)
        else:
            super().keyPressEvent(event)

    def _drag(self, grip: QPoint) -> None:
        data = QMimeData()
        data.setData(LAYER_MIME, self.key.encode())
        drag = QDrag(self)
        drag.setMimeData(data)
        picture = QPixmap(self.size() * self.devicePixelRatioF())
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        picture.fill(Qt.GlobalColor.transparent)
        self.render(picture)
        drag.setPixmap(picture)
        drag.setHotSpot(grip)
        drag.exec(Qt.DropAction.CopyAction)
