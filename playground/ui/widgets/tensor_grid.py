"""Many small maps side by side, one of them chosen: the filters of a layer, its feature maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.painted_ahead import PaintedAhead
from playground.ui.widgets.tensor_image import BLACK, Kind, image_of, limits_of, pixels_between, pixels_of
from playground.ui.widgets.tensor_view import cell_size

Scaling = Literal["shared", "each"]

_CAPTION_HEIGHT = 16


class TensorGrid(PaintedAhead):
    """Maps of shape (count, height, width), or (count, 3, height, width) in colour, as square tiles that wrap.

    `current_changed` sends the index that the user chose (mouse, or arrows, Home and End); `hovered` the index under
    the pointer, or −1. The widget's height follows from its width.
    """

    current_changed = Signal(int)
    hovered = Signal(int)

    def __init__(self, tile: int = 56, gap: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tile, self._gap = tile, gap
        self._maps: np.ndarray | None = None
        self._kind: Kind = "signed"
        self._scaling: Scaling | float = "shared"
        self._captions: tuple[str, ...] = ()
        self._limits: tuple[float, float] | None = None
        self._pixmaps: dict[int, QPixmap] = {}
        self._current = -1
        self._hovered = -1
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        appearance.changed.connect(self._recolour)

    def set_maps(
        self,
        maps: np.ndarray | None,
        kind: Kind = "signed",
        scaling: Scaling | float = "shared",
        captions: Sequence[str] = (),
    ) -> None:
        """Show `maps`. `scaling`: one colour scale for all ("shared"), one for each ("each"), or a given magnitude."""
        if maps is not None and maps.ndim != (4 if kind == "colour" else 3):
            raise ValueError(f"Tiles of kind {kind} cannot be made of an array of shape {maps.shape}.")
        before = (len(self), bool(self._captions))
        self._maps, self._kind, self._scaling, self._captions = maps, kind, scaling, tuple(captions)
        if self._current >= len(self):
            self._current = -1
        if before != (len(self), bool(self._captions)):
            self.updateGeometry()
        self._recolour()

    def __len__(self) -> int:
        return 0 if self._maps is None else len(self._maps)

    def __bool__(self) -> bool:
        return True  # a widget without maps is still a widget

    @property
    def maps(self) -> np.ndarray | None:
        """What is shown."""
        return self._maps

    @property
    def current(self) -> int:
        """The index of the chosen map, −1 for none."""
        return self._current

    def set_current(self, index: int) -> None:
        """Choose a map without sending `current_changed`; −1 for none. Raises IndexError where there is no such map."""
        if not -1 <= index < len(self):
            raise IndexError(f"There are {len(self)} maps; number {index} is not among them.")
        self._current = index
        self.update()

    def set_tile(self, tile: int) -> None:
        """The side of a tile in device-independent pixels."""
        self._tile = tile
        self._pixmaps.clear()
        self.updateGeometry()
        self.update()

    def tile_rect(self, index: int) -> QRect:
        """Where tile `index` lies in the widget, without its caption."""
        row, column = divmod(index, self._columns(self.width()))
        return QRect(column * (self._tile + self._gap), row * self._pitch(), self._tile, self._tile)

    def index_at(self, position: QPoint) -> int:
        """The tile under a point, −1 for none."""
        return next((i for i in range(len(self)) if self.tile_rect(i).contains(position)), -1)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self) // self._columns(width))
        return max(1, rows * self._pitch() - self._gap)

    def sizeHint(self) -> QSize:
        columns = min(max(1, len(self)), 6)
        width = columns * (self._tile + self._gap) - self._gap
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._tile, self._tile)

    def _columns(self, width: int) -> int:
        return max(1, (width + self._gap) // (self._tile + self._gap))

    def _pitch(self) -> int:
        return self._tile + self._gap + (_CAPTION_HEIGHT if self._captions else 0)

    def _recolour(self) -> None:
        """All pictures are made anew: each when it comes in sight, on the scale of all."""
        self._pixmaps.clear()
        self._limits = None
        if self._maps is not None and self._maps.size and self._scaling != "each":
            scale = None if self._scaling == "shared" else float(self._scaling)
            self._limits = limits_of(self._maps, self._kind, scale)
        self.update()

    def _make_pixmaps(self, indexes: list[int]) -> None:
        """The pictures of some tiles at the size at which they are shown; on a shared scale coloured in one go."""
        assert self._maps is not None
        ratio, limits, room = self.devicePixelRatioF(), self._limits, self._tile - 6
        if limits is not None:
            coloured = list(pixels_between(self._maps[indexes], self._kind, limits))
        else:
            coloured = [pixels_of(self._maps[index], self._kind) for index in indexes]
        for index, pixels in zip(indexes, coloured, strict=True):
            rows, columns = pixels.shape
            side = cell_size(rows, columns, room, room, ratio)
            size = QSize(max(1, round(columns * side * ratio)), max(1, round(rows * side * ratio)))
            smooth = size.width() < columns
            mode = Qt.TransformationMode.SmoothTransformation if smooth else Qt.TransformationMode.FastTransformation
            scaled = image_of(pixels).scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
            pixmap = QPixmap.fromImage(scaled)
            pixmap.setDevicePixelRatio(ratio)
            self._pixmaps[index] = pixmap

    def paint_contents(self, event: QPaintEvent) -> None:
        if self._maps is None or not self._maps.size:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("tiny"))
        columns, pitch = self._columns(self.width()), self._pitch()
        first, last = event.rect().top() // pitch * columns, (event.rect().bottom() // pitch + 1) * columns
        if columns >= len(self):  # a single row: only the tiles in sight
            side = self._tile + self._gap
            first, last = event.rect().left() // side, event.rect().right() // side + 1
        tiles = {index: self.tile_rect(index) for index in range(max(0, first), min(len(self), last))}
        shown = [i for i, rect in tiles.items() if rect.adjusted(0, 0, 0, _CAPTION_HEIGHT).intersects(event.rect())]
        if missing := [index for index in shown if index not in self._pixmaps]:
            self._make_pixmaps(missing)
        for index in shown:
            self._paint_tile(painter, index, tiles[index])
        painter.end()

    def _paint_tile(self, painter: QPainter, index: int, rect: QRect) -> None:
        theme = appearance.theme
        chosen = index == self._current
        outline = theme.focus if chosen else theme.border_strong if index == self._hovered else theme.border
        width = 2.0 if chosen else 1.0
        inset = width / 2
        painter.setPen(QPen(QColor(outline), width))
        painter.setBrush(QColor(theme.zero if self._kind == "signed" else BLACK))
        painter.drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), 5, 5)
        pixmap = self._pixmaps[index]
        size = pixmap.deviceIndependentSize()
        left = rect.left() + round((rect.width() - size.width()) / 2)
        top = rect.top() + round((rect.height() - size.height()) / 2)
        painter.drawPixmap(left, top, pixmap)
        if chosen and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.highlight), 1.5))
            painter.drawRoundedRect(QRectF(rect).adjusted(2.75, 2.75, -2.75, -2.75), 3, 3)
        if index < len(self._captions):
            below = QRect(rect.left(), rect.bottom() + 2, rect.width(), _CAPTION_HEIGHT)
            text = painter.fontMetrics().elidedText(self._captions[index], Qt.TextElideMode.ElideRight, below.width())
            painter.setPen(QColor(theme.text if chosen else theme.muted))
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.index_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.update()
            self.hovered.emit(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._choose(index)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns, last = self._columns(self.width()), len(self) - 1
        targets = {
            Qt.Key.Key_Left: self._current - 1,
            Qt.Key.Key_Right: self._current + 1,
            Qt.Key.Key_Up: self._current - columns,
            Qt.Key.Key_Down: self._current + columns,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        target = targets.get(Qt.Key(event.key()))
        if target is None or last < 0:
            super().keyPressEvent(event)
        elif self._current < 0:
            self._choose(0)
        elif 0 <= target <= last:
            self._choose(target)

    def _choose(self, index: int) -> None:
        if index == self._current:
            return
        self._current = index
        name = self._captions[index] if index < len(self._captions) else ""
        self.setAccessibleDescription(f"{index + 1} of {len(self)}" + (f": {name}" if name else ""))
        self.update()
        self.current_changed.emit(index)
