"""The small rounded pills: a state ("● CPU · 2 threads"), a link ("Lessons"), a choice ("Layers | Networks")."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance

_HEIGHT = 20
_PADDING = 8
_DOT = 7


class Pill(QAbstractButton):
    """Text in a rounded ground, with a dot in front if `dot` names a role; `clicked` is sent only if `clickable`.

    `role` is the theme's role of the text, `ground` that of the ground. A checkable pill that is checked stands out.
    """

    def __init__(
        self,
        text: str = "",
        *,
        role: str = "muted",
        ground: str = "button",
        dot: str = "",
        clickable: bool = False,
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role, self._ground, self._dot = role, ground, dot
        self._clickable = clickable or checkable
        self.setText(text)
        self.setFont(font("label"))
        self.setCheckable(checkable)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self._clickable else Qt.FocusPolicy.NoFocus)
        if self._clickable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        appearance.changed.connect(self.update)

    def set_look(self, text: str, *, role: str = "muted", ground: str = "button", dot: str = "") -> None:
        """Change text and colours at once."""
        self._role, self._ground, self._dot = role, ground, dot
        self.setText(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        dot = _DOT + 6 if self._dot else 0
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2 * _PADDING + dot, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._clickable:
            super().mousePressEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._clickable and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        radius = rect.height() / 2
        hovered = self._clickable and self.isEnabled() and self.underMouse()
        role, ground = self._role, self._ground
        if self.isChecked():
            role, ground = "text", "selection"
        elif hovered:
            role, ground = "text" if role == "muted" else role, "button_hover" if ground == "button" else ground
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(theme, ground)))
        painter.drawRoundedRect(rect, radius, radius)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.focus), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.75, 0.75, -0.75, -0.75), radius - 0.75, radius - 0.75)
        left = float(_PADDING)
        if self._dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(theme, self._dot)))
            painter.drawEllipse(QRectF(left, (rect.height() - _DOT) / 2, _DOT, _DOT))
            left += _DOT + 6
        painter.setPen(QColor(getattr(theme, role) if self.isEnabled() else theme.disabled))
        painter.setFont(self.font())
        area = rect.adjusted(left, 0, -_PADDING + 2, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.end()
