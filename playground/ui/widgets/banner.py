"""A strip across a window or panel that says something without stopping the user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from playground.ui.theme import appearance
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.icons import icon, paint_icon

Severity = Literal["info", "success", "warning", "error"]

# severity: roles of the ground, the outline and the sign, and the name of the sign's icon
_LOOKS: dict[Severity, tuple[str, str, str, str]] = {
    "info": ("raised", "border_strong", "link", "info"),
    "success": ("success_ground", "success_border", "success", "success"),
    "warning": ("warning_ground", "warning_border", "warning", "warning"),
    "error": ("danger_ground", "danger_border", "danger", "error"),
}
_SIGN = 18


class Banner(QWidget):
    """Hidden until `show_message`; closed by its button, by Escape, or by `close_message`. `closed` is sent then."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._severity: Severity = "info"
        self._on_action: Callable[[], object] | None = None
        self._text = TextLabel(wrap=True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._action = QPushButton()
        self._action.clicked.connect(self._act)
        self._close = QToolButton()
        self._close.setIcon(icon("close", "muted"))
        self._close.setIconSize(QSize(14, 14))
        self._close.setToolTip("Close this message")
        self._close.setAccessibleName("Close this message")
        self._close.clicked.connect(self.close_message)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12 + _SIGN + 10, 7, 8, 7)
        row.setSpacing(10)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        row.addWidget(self._close)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        appearance.changed.connect(self.update)
        self.hide()

    def show_message(
        self,
        text: str,
        severity: Severity = "info",
        action: str = "",
        on_action: Callable[[], object] | None = None,
    ) -> None:
        """Say `text` in place of what was said before; `action` is the text of a button that calls `on_action`."""
        self._severity, self._on_action = severity, on_action
        self._text.setText(text)
        self.setAccessibleName(f"{severity.capitalize()}: {text}")
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.show()
        self._make_room()
        self.update()

    @property
    def label(self) -> QLabel:
        return self._text

    @property
    def action_button(self) -> QPushButton:
        return self._action

    @property
    def close_button(self) -> QToolButton:
        return self._close

    def close_message(self) -> None:
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def _act(self) -> None:
        on_action = self._on_action
        self.close_message()
        if on_action is not None:
            on_action()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """A message is never cut off: the least height is that of its lines at this width."""
        self._row.invalidate()
        self.setMinimumHeight(max(0, self._row.heightForWidth(self.width())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_message()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        ground, outline, sign, name = _LOOKS[self._severity]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(getattr(theme, outline)), 1))
        painter.setBrush(QColor(getattr(theme, ground)))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        top = (self.height() - _SIGN) / 2
        paint_icon(painter, name, QRectF(12, top, _SIGN, _SIGN), getattr(theme, sign))
        painter.end()
