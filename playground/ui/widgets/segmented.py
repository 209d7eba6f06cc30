"""A row of segments of which one is chosen: the switch between Build, Step, Train and Explain."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance

_PADDING = 16
_INSET = 3


class SegmentedSwitch(QWidget):
    """Shows `items`; `currentChanged` sends the index when another one is chosen by mouse, keyboard or program.

    Left and Right (Home, End) move the choice; Tab reaches the chosen segment.
    """

    currentChanged = Signal(int)

    def __init__(self, items: Sequence[str] = (), name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._segments: list[_Segment] = []
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(self._on_toggled)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(_INSET, _INSET, _INSET, _INSET)
        self._row.setSpacing(2)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)
        self.set_items(items)

    def set_items(self, items: Sequence[str]) -> None:
        """Replace the segments; the first one is chosen, without a signal."""
        for segment in self._segments:
            self._group.removeButton(segment)
            self._row.removeWidget(segment)
            segment.deleteLater()
        self._segments = [_Segment(text, self) for text in items]
        self._group.blockSignals(True)
        for index, segment in enumerate(self._segments):
            self._group.addButton(segment, index)
            self._row.addWidget(segment)
            segment.setChecked(index == 0)
        self._group.blockSignals(False)
        self._let_tab_reach(0)

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(segment.text() for segment in self._segments)

    @property
    def current(self) -> int:
        """The index of the chosen segment, −1 where there is none."""
        return self._group.checkedId()

    def set_current(self, index: int) -> None:
        """Choose a segment. Raises IndexError where there is none."""
        if not 0 <= index < len(self._segments):
            raise IndexError(f"There are {len(self._segments)} segments; number {index} is not among them.")
        self._segments[index].setChecked(True)

    def set_item_enabled(self, index: int, enabled: bool, why: str = "") -> None:
        """Let a segment be chosen or not; `why` is the tooltip that says what is missing."""
        self._segments[index].setEnabled(enabled)
        self._segments[index].setToolTip(why)

    def _on_toggled(self, index: int, checked: bool) -> None:
        if checked:
            self._let_tab_reach(index)
            self.currentChanged.emit(index)

    def _let_tab_reach(self, index: int) -> None:
        for number, segment in enumerate(self._segments):
            chosen = number == index
            segment.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        usable = [index for index, segment in enumerate(self._segments) if segment.isEnabled()]
        if not usable:
            super().keyPressEvent(event)
            return
        if event.key() == Qt.Key.Key_Home:
            target = usable[0]
        elif event.key() == Qt.Key.Key_End:
            target = usable[-1]
        elif step is not None:
            beyond = [index for index in usable if (index - self.current) * step > 0]
            target = min(beyond, key=lambda index: abs(index - self.current)) if beyond else self.current
        else:
            super().keyPressEvent(event)
            return
        self.set_current(target)
        self._segments[target].setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        theme = appearance.theme
        painter.setBrush(QColor(theme.canvas if theme.is_dark else theme.button))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        painter.end()


class _Segment(QAbstractButton):
    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFont(font("control", QFont.Weight.Normal))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        bold = QFontMetrics(font("control"))  # the width of the chosen look, so that nothing moves
        return QSize(bold.horizontalAdvance(self.text()) + 2 * _PADDING, 28)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # the switch moves the choice
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        rect = QRectF(self.rect())
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selection if theme.is_dark else theme.raised))
            painter.drawRoundedRect(rect, 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.focus), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.75, 0.75, -0.75, -0.75), 5.5, 5.5)
        bright = chosen or self.underMouse()
        colour = theme.disabled if not self.isEnabled() else theme.text if bright else theme.muted
        painter.setFont(font("control") if chosen else self.font())
        painter.setPen(QColor(colour))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()
