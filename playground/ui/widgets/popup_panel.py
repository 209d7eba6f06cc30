"""A small panel that opens beside a point of the window, and closes at a click elsewhere or with Escape."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from playground.ui.widgets.formula import Formula

_GAP, _EDGE = 14, 8


class PopupPanel(QFrame):
    """The panel within its `host`, as wide as `width`; subclasses fill it and then call `appear`."""

    def __init__(self, host: QWidget, width: int) -> None:
        super().__init__(host)
        self.hide()
        self._position = QPoint()
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(width)

    def appear(self) -> None:
        """Take the size that the contents need, beside `_position` (of the screen), within the host."""
        self.adjustSize()
        host = self.parentWidget()
        assert host is not None
        at = host.mapFromGlobal(self._position)
        corner = at + QPoint(_GAP, _GAP)
        if corner.x() + self.width() > host.width() - _EDGE:
            corner.setX(at.x() - self.width() - _GAP)
        if corner.y() + self.height() > host.height() - _EDGE:
            corner.setY(host.height() - self.height() - _EDGE)
        self.move(max(_EDGE, corner.x()), max(_EDGE, corner.y()))
        if not self.isVisible():
            app = QApplication.instance()
            assert app is not None
            app.installEventFilter(self)
            self.show()
        self.raise_()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click elsewhere closes the panel (and does what it does there); so does Escape."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            if watched is not self and not self.isAncestorOf(watched):
                self.hide()
        elif event.type() == QEvent.Type.ShortcutOverride and _is_escape(event):
            self.hide()
            event.accept()
            return True
        return super().eventFilter(watched, event)


def _is_escape(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape


class FormulaWell(QFrame):
    """Formulas under each other on a ground of their own; wider ones than the panel can be scrolled to."""

    def __init__(self, *formulas: Formula) -> None:
        super().__init__()
        self.setProperty("well", True)
        self.formulas = formulas
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
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
