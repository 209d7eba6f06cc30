"""A small panel that opens beside a point of the window, and closes at a click elsewhere or with Escape.

Where it lies over what it speaks of, it can be dragged aside by its ground.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from playground.ui.widgets.formula import Formula

_GAP, _EDGE = 14, 8
_AWAY = 26  # from the point that was clicked: so much of the number around it stays free


class PopupPanel(QFrame):
    """The panel within its `host`, as wide as `width`; subclasses fill it and then call `appear`."""

    def __init__(self, host: QWidget, width: int) -> None:
        super().__init__(host)
        self.hide()
        self._position = QPoint()
        self._had_keyboard: QWidget | None = None
        self._grip: QPoint | None = None
        self._is_moved = False
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(width)

    def appear(self) -> None:
        """Take the size that the contents need, beside `_position` (of the screen), within the host."""
        self.adjustSize()
        host = self.parentWidget()
        assert host is not None
        if self._is_moved:
            self._move_to(self.pos())
        else:
            self.move(_beside(host.mapFromGlobal(self._position), self.size(), host.size()))
        if not self.isVisible():
            app = QApplication.instance()
            assert app is not None
            app.installEventFilter(self)
            self._had_keyboard = QApplication.focusWidget()
            self.show()
        self.raise_()

    def hide(self) -> None:
        """Close the panel; the keyboard goes back to where it was."""
        had_it = self.isVisible() and self.holds_keyboard
        super().hide()
        if had_it and self._had_keyboard is not None and isValid(self._had_keyboard):
            self._had_keyboard.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def holds_keyboard(self) -> bool:
        """Whether what is typed goes to the panel."""
        focus = QApplication.focusWidget()
        return focus is not None and (focus is self or self.isAncestorOf(focus))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the keyboard, as in a dialog."""
        button = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(button, QAbstractButton):
            button.click()
        else:
            super().keyPressEvent(event)

    # ---- dragged aside

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position().toPoint()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._move_to(self.mapToParent(event.position().toPoint() - self._grip))
            self._is_moved = True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        event.accept()

    def _move_to(self, corner: QPoint) -> None:
        """As far as it stays within the host whole."""
        host = self.parentWidget()
        assert host is not None
        right, bottom = host.width() - self.width() - _EDGE, host.height() - self.height() - _EDGE
        self.move(max(_EDGE, min(corner.x(), right)), max(_EDGE, min(corner.y(), bottom)))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._grip, self._is_moved = None, False
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click elsewhere closes the panel (and does what it does there); so does Escape."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            if not self._belongs(watched):
                self.hide()
        elif event.type() == QEvent.Type.ShortcutOverride and _is_escape(event):
            self.hide()
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def _belongs(self, widget: QWidget) -> bool:
        """Whether it is the panel, lies in it, or is a menu or a list that was opened from it."""
        found: QWidget | None = widget
        while found is not None and found is not self:
            found = found.parentWidget()
        return found is self


def _beside(at: QPoint, size: QSize, room: QSize) -> QPoint:
    """Where a panel goes: to the right of the point, else to the left, below or above; over it as a last resort."""
    right, left = at.x() + _AWAY, at.x() - _AWAY - size.width()
    below, above = at.y() + _AWAY, at.y() - _AWAY - size.height()
    top = max(_EDGE, min(at.y() + _GAP, room.height() - size.height() - _EDGE))
    across = max(_EDGE, min(at.x() - size.width() // 2, room.width() - size.width() - _EDGE))
    if right + size.width() <= room.width() - _EDGE:
        return QPoint(right, top)
    if left >= _EDGE:
        return QPoint(left, top)
    if below + size.height() <= room.height() - _EDGE:
        return QPoint(across, below)
    if above >= _EDGE:
        return QPoint(across, above)
    return QPoint(max(_EDGE, room.width() - size.width() - _EDGE), top)


def _is_escape(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape


class FormulaWell(QFrame):
    """Formulas under each other on a ground of their own; wider ones than the panel can be scrolled to."""

    def __init__(self, *formulas: Formula) -> None:
        super().__init__()
        self.setProperty("well", True)
        self.formulas = formulas
        column = QVBoxLayout(self)
        column.setContentsMargins(3, 3, 3, 3)
        self._scrolling = _Scrolling(*formulas)
        column.addWidget(self._scrolling)

    def fit(self) -> None:
        """Give the formulas, which are set by and by, the size that they have now."""
        for formula in self.formulas:
            formula.setVisible(bool(formula.latex))
            formula.setFixedSize(formula.sizeHint())
        self._scrolling.updateGeometry()
        self.layout().activate()  # type: ignore[union-attr]

    def holds(self, latex: str) -> bool:
        """Whether that formula stands here."""
        return any(formula.latex == latex for formula in self.formulas)


class _Scrolling(QScrollArea):
    def __init__(self, *formulas: Formula) -> None:
        super().__init__()
        self._formulas = formulas
        inside = QWidget()
        inside.setAutoFillBackground(False)
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(10)
        for formula in formulas:
            column.addWidget(formula, 0, Qt.AlignmentFlag.AlignLeft)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        shown = [formula for formula in self._formulas if formula.latex]
        height = sum(formula.sizeHint().height() for formula in shown) + 10 * (len(shown) - 1) + 20 + 16
        return QSize(300, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, self.sizeHint().height())
