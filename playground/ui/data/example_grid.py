"""Examples as tiles that scroll: only those in sight are painted, however many there are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from playground.ui.data.example_painter import form_of, paint_example
from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.tensor_image import BLACK

_GAP, _CAPTION, _INSET = 8, 16, 3
_SIZES = {"picture": QSize(72, 72), "curve": QSize(152, 72), "list": QSize(152, 56)}
_MOST_PIXMAPS = 400
"""Painted tiles that are kept: some screens full."""


class ExampleGrid(QAbstractScrollArea):
    """`current_changed` sends the place (in the list that is shown) of the tile that was chosen by mouse or keys."""

    current_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._x = np.zeros((0, 1), np.float32)
        self._shown: Sequence[int] = ()
        self._caption: Callable[[int], str] = str
        self._is_marked: Callable[[int], bool] = lambda _place: False
        self._pixmaps: OrderedDict[int, QPixmap] = OrderedDict()
        self._current = -1
        self._tile = _SIZES["picture"]
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Examples")
        self.setMinimumSize(240, 160)
        self.viewport().setMouseTracking(True)
        appearance.changed.connect(self._recolour)

    def show_examples(
        self,
        x: np.ndarray,
        shown: Sequence[int],
        caption: Callable[[int], str],
        is_marked: Callable[[int], bool] = lambda _place: False,
    ) -> None:
        """Show the examples of `x` at the positions `shown`; caption and mark are asked by place among those shown."""
        self._x, self._shown, self._caption, self._is_marked = x, shown, caption, is_marked
        self._tile = _SIZES[form_of(x.shape[1:])]
        self._current = -1
        self.verticalScrollBar().setValue(0)
        self._recolour()
        self._set_range()

    @property
    def current(self) -> int:
        """The place of the chosen tile, −1 for none."""
        return self._current

    def choose(self, place: int) -> None:
        """Choose a tile and bring it into sight."""
        if not 0 <= place < len(self._shown):
            return
        self._current = place
        self._bring_into_sight(place)
        self.setAccessibleDescription(f"{place + 1} of {len(self._shown)}: {self._caption(place)}")
        self.viewport().update()
        self.current_changed.emit(place)

    # ---- places

    @property
    def columns(self) -> int:
        """How many tiles stand side by side."""
        return max(1, (self.viewport().width() + _GAP) // (self._tile.width() + _GAP))

    @property
    def _pitch(self) -> int:
        return self._tile.height() + _CAPTION + _GAP

    def tile_rect(self, place: int) -> QRect:
        """Where a tile lies in the viewport, without its caption."""
        row, column = divmod(place, self.columns)
        top = row * self._pitch - self.verticalScrollBar().value()
        return QRect(QPoint(column * (self._tile.width() + _GAP), top), self._tile)

    def place_at(self, position: QPoint) -> int:
        """The tile under a point of the viewport, −1 for none."""
        row = (position.y() + self.verticalScrollBar().value()) // self._pitch
        column = position.x() // (self._tile.width() + _GAP)
        place = row * self.columns + column
        inside = 0 <= column < self.columns and 0 <= place < len(self._shown)
        return place if inside and self.tile_rect(place).contains(position) else -1

    def _set_range(self) -> None:
        rows = -(-len(self._shown) // self.columns)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, rows * self._pitch - self.viewport().height()))
        bar.setSingleStep(self._pitch // 2)
        bar.setPageStep(self.viewport().height())

    def _bring_into_sight(self, place: int) -> None:
        rect, bar = self.tile_rect(place), self.verticalScrollBar()
        if rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif rect.bottom() + _CAPTION > self.viewport().height():
            bar.setValue(bar.value() + rect.bottom() + _CAPTION - self.viewport().height())

    # ---- painting

    def _recolour(self) -> None:
        self._pixmaps.clear()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_range()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("tiny"))
        offset = self.verticalScrollBar().value()
        first = (offset + event.rect().top()) // self._pitch * self.columns
        last = ((offset + event.rect().bottom()) // self._pitch + 1) * self.columns
        for place in range(max(0, first), min(len(self._shown), last)):
            self._paint_tile(painter, place)
        painter.end()

    def _paint_tile(self, painter: QPainter, place: int) -> None:
        theme, rect = appearance.theme, self.tile_rect(place)
        chosen, marked = place == self._current, self._is_marked(place)
        outline = theme.focus if chosen else theme.danger_border if marked else theme.border
        width = 2.0 if chosen or marked else 1.0
        is_picture = form_of(self._x.shape[1:]) == "picture"
        painter.setPen(QPen(QColor(outline), width))
        painter.setBrush(QColor(BLACK if is_picture else theme.field))
        inset = width / 2
        painter.drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), 5, 5)
        painter.drawPixmap(rect.topLeft() + QPoint(_INSET, _INSET), self._pixmap(place))
        below = QRect(rect.left(), rect.bottom() + 2, rect.width(), _CAPTION)
        text = painter.fontMetrics().elidedText(self._caption(place), Qt.TextElideMode.ElideRight, below.width())
        painter.setPen(QColor(theme.danger if marked else theme.text if chosen else theme.muted))
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)

    def _pixmap(self, place: int) -> QPixmap:
        found = self._pixmaps.get(place)
        if found is None:
            ratio = self.devicePixelRatioF()
            room = self._tile - QSize(2 * _INSET, 2 * _INSET)
            found = QPixmap(room * ratio)
            found.setDevicePixelRatio(ratio)
            found.fill(Qt.GlobalColor.transparent)
            painter = QPainter(found)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_example(painter, QRectF(0, 0, room.width(), room.height()), self._x[self._shown[place]])
            painter.end()
            self._pixmaps[place] = found
            while len(self._pixmaps) > _MOST_PIXMAPS:
                self._pixmaps.popitem(last=False)
        return found

    # ---- mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self.choose(place)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.place_at(event.pos())
            QToolTip.showText(event.globalPos(), self._caption(place) if place >= 0 else "", self.viewport())
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns, last = self.columns, len(self._shown) - 1
        page = max(1, self.viewport().height() // self._pitch) * columns
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -last - 1,
            Qt.Key.Key_End: last + 1,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or last < 0:
            super().keyPressEvent(event)
        else:
            self.choose(0 if self._current < 0 else min(last, max(0, self._current + step)))
