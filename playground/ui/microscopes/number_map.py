"""One map of numbers, enlarged: cells with their numbers where they are readable, one of them chosen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.cells import cell_rect, cell_under, format_for, frame_pen, paint_frozen, paint_lit
from playground.ui.microscopes.slide_paint import paint_picture, shows_numbers
from playground.ui.theme import appearance, mix, translucent
from playground.ui.widgets.copying import offer_copy
from playground.ui.widgets.numbers import exact, short
from playground.ui.widgets.painted_ahead import PaintedAhead
from playground.ui.widgets.tensor_image import Kind, pixels_of

_LARGEST = 60.0
_LINE = 21.0


class NumberMap(PaintedAhead):
    """Shows (rows, columns). `clicked` sends row, column and place on the screen; `hovered` (row, column) or None."""

    clicked = Signal(int, int, QPoint)
    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: np.ndarray[Any, Any] | None = None
        self._kind: Kind = "signed"
        self._scale: float | None = None
        self._chosen: tuple[int, int] | None = None
        self._linked: tuple[int, int] | None = None
        self._outlined: frozenset[tuple[int, int]] = frozenset()
        self._border: list[tuple[int, int, int, int]] = []
        self._lit: Mapping[tuple[int, int], str] = {}
        self._frozen: tuple[tuple[int, int], ...] = ()
        self._hover: tuple[int, int] | None = None
        self._touched: tuple[tuple[int, int], ...] = ()
        self._shown_cells: int | None = None
        self._written = QRectF()
        self._count: int | None = None
        self._colours: np.ndarray[Any, Any] | None = None
        self._picture: QPixmap | None = None
        self._title, self._caption, self._note = "", "", ""
        self._alignment = Qt.AlignmentFlag.AlignLeft
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        appearance.changed.connect(self._redraw)

    def align(self, alignment: Qt.AlignmentFlag) -> None:
        """Put the picture at the left (the default), in the middle or at the right of the widget."""
        self._alignment = alignment

    def show_map(
        self,
        values: np.ndarray,
        kind: Kind = "signed",
        scale: float | None = None,
        count: int | None = None,
        colours: np.ndarray | None = None,
    ) -> None:
        """The numbers; `scale` is the magnitude at full colour, `count` how many cells are numbers, not empty.

        `colours`, (3, rows, columns) from 0 to 1, is a photograph to show in place of the numbers' own colours.
        """
        self._values, self._kind, self._scale, self._count, self._colours = values, kind, scale, count, colours
        self._hover, self._touched, self._shown_cells = None, (), None
        self._outlined, self._border = frozenset(), []
        self._lit, self._frozen = {}, ()
        self._redraw()

    def freeze(self, cells: Iterable[tuple[int, int]]) -> None:
        """Put the sign of a frozen number on cells, until another map is shown."""
        self._frozen = tuple(cells)
        self.update()

    @property
    def frozen(self) -> tuple[tuple[int, int], ...]:
        """The cells that bear the sign of a frozen number."""
        return self._frozen

    def touch(self, cells: Iterable[tuple[int, int]]) -> None:
        """Light the cells that belong to the number under the pointer; none ends it."""
        self._touched = tuple(cells)
        self.update()

    @property
    def touched(self) -> tuple[tuple[int, int], ...]:
        """The cells that belong to the number under the pointer."""
        return self._touched

    def reveal(self, cells: int) -> None:
        """Only so many cells, row after row, are worked out yet; until another map is shown."""
        self._shown_cells = cells
        self.update()

    def light(self, cells: Mapping[tuple[int, int], str]) -> None:
        """Frame cells (row, column), each in a role of the theme; none of them ends it."""
        if self._lit or cells:
            self._lit = dict(cells)
            self.update()

    @property
    def lit(self) -> Mapping[tuple[int, int], str]:
        """The cells that are framed, and in which roles."""
        return self._lit

    def choose(self, cell: tuple[int, int] | None, linked: tuple[int, int] | None = None) -> None:
        """Frame a cell in gold; `linked` with a dashed line."""
        self._chosen, self._linked = cell, linked
        self.update()

    def outline(self, cells: Iterable[tuple[int, int]]) -> None:
        """Draw a line around all these cells together, until another map is shown."""
        self._outlined = frozenset(cells)
        self._border = [
            side
            for row, column in self._outlined
            for neighbour, side in (
                ((row - 1, column), (row, column, row, column + 1)),
                ((row + 1, column), (row + 1, column, row + 1, column + 1)),
                ((row, column - 1), (row, column, row + 1, column)),
                ((row, column + 1), (row, column + 1, row + 1, column + 1)),
            )
            if neighbour not in self._outlined
        ]
        self.update()

    def set_title(self, title: str) -> None:
        """What stands above the picture."""
        self._title = title
        self.update()

    def set_caption(self, caption: str) -> None:
        """What stands below the picture."""
        self._caption = caption
        self.setAccessibleDescription(caption)
        self.update()

    @property
    def caption(self) -> str:
        return self._caption

    @property
    def values(self) -> np.ndarray[Any, Any] | None:
        return self._values

    @property
    def outlined(self) -> frozenset[tuple[int, int]]:
        return self._outlined

    @property
    def chosen(self) -> tuple[int, int] | None:
        return self._chosen

    def picture_rect(self) -> QRectF:
        """Where the cells lie."""
        if self._values is None:
            return QRectF()
        rows, columns = self._values.shape
        exact = max(0.05, min(self.width() / columns, (self.height() - 2 * _LINE) / rows, _LARGEST))
        side = math.floor(exact) if exact >= 4 and math.floor(exact) >= 0.85 * exact else exact
        width = side * columns
        spare = {Qt.AlignmentFlag.AlignRight: 1.0, Qt.AlignmentFlag.AlignHCenter: 0.5}.get(self._alignment, 0.0)
        left = (self.width() - width) * spare
        return QRectF(math.floor(left), _LINE, width, side * rows)

    def cell_center(self, row: int, column: int) -> QPointF:
        """The middle of a cell in the widget's coordinates."""
        assert self._values is not None
        return cell_rect(self.picture_rect(), self._shape, row, column).center()

    @property
    def _shape(self) -> tuple[int, int]:
        assert self._values is not None
        return int(self._values.shape[0]), int(self._values.shape[1])

    def sizeHint(self) -> QSize:
        return QSize(380, 380)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 60)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._redraw()

    def _redraw(self) -> None:
        """The picture is another one: it is drawn when it is next seen, however often it changes until then."""
        self._picture = None
        self.update()

    def _drawn(self, values: np.ndarray, rect: QRectF) -> QPixmap:
        """The cells with their numbers, as they stay until there are others."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap((QSizeF(rect.width() + 1, rect.height() + 1) * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        local = QRectF(QPointF(0, 0), rect.size())
        if self._colours is not None:
            pixels = pixels_of(self._colours, "colour", 1.0)
        else:
            pixels = pixels_of(values, self._kind, self._scale)
        written = format_for(values)
        paint_picture(painter, local, values, pixels, written, grey=self._kind == "grey")
        self._note = written.note if shows_numbers(rect.width() / values.shape[1]) else ""
        if self._count is not None:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            for place in range(self._count, values.size):
                painter.fillRect(
                    cell_rect(local, self._shape, *divmod(place, self._shape[1])), Qt.GlobalColor.transparent
                )
        painter.end()
        return picture

    def paint_contents(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = self.picture_rect()
        if self._values is not None and not rect.isEmpty():
            if self._picture is None:
                self._picture = self._drawn(self._values, rect)
            painter.drawPixmap(rect.topLeft(), self._picture)
            self._paint_touched(painter, rect)
            paint_frozen(painter, (cell_rect(rect, self._shape, *cell) for cell in self._frozen))
            self._paint_texts(painter, rect)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if self._hover is not None:
                painter.setPen(QPen(translucent(appearance.theme.highlight, 0.8), 1.2, Qt.PenStyle.DashLine))
                painter.drawRect(cell_rect(rect, self._shape, *self._hover))
            if self._linked is not None:
                painter.setPen(QPen(translucent(appearance.theme.highlight, 0.9), 1.4, Qt.PenStyle.DashLine))
                painter.drawRect(self._frame(rect, self._linked))
            painter.setPen(QPen(translucent(appearance.theme.highlight, 0.9), 1.4))
            width, height = rect.width() / self._shape[1], rect.height() / self._shape[0]
            corner = rect.topLeft()
            painter.drawLines(
                [
                    QLineF(corner + QPointF(x0 * width, y0 * height), corner + QPointF(x1 * width, y1 * height))
                    for y0, x0, y1, x1 in self._border
                ]
            )
            if self._chosen is not None:
                painter.setPen(frame_pen())
                painter.drawRect(self._frame(rect, self._chosen))
            paint_lit(painter, ((self._frame(rect, cell), role) for cell, role in self._lit.items()))
        painter.end()

    def _paint_touched(self, painter: QPainter, rect: QRectF) -> None:
        """The cells that are not worked out yet are empty; those that belong to the pointer's are golden."""
        theme, (rows, columns) = appearance.theme, self._shape
        count = rows * columns if self._count is None else self._count
        if self._shown_cells is not None and self._shown_cells < count:
            empty = QColor(mix(theme.canvas, theme.raised, 0.5 if theme.is_dark else 0.8))
            (top, left), (bottom, end) = divmod(self._shown_cells, columns), divmod(count - 1, columns)
            parts = [(top, left, top, columns - 1), (top + 1, 0, bottom - 1, columns - 1), (bottom, 0, bottom, end)]
            for first, start, last, stop in parts if top < bottom else [(top, left, top, end)]:
                if first <= last:
                    corner = cell_rect(rect, self._shape, first, start)
                    painter.fillRect(corner.united(cell_rect(rect, self._shape, last, stop)), empty)
        for cell in self._touched:
            painter.fillRect(cell_rect(rect, self._shape, *cell), translucent(theme.highlight, 0.4))

    def caption_rect(self) -> QRectF:
        """Where the number in focus is written below the picture; empty where none is."""
        chosen, values = self._chosen, self._values
        if chosen is None or values is None or chosen[0] >= values.shape[0] or chosen[1] >= values.shape[1]:
            return QRectF()
        return self._written if self._caption.endswith(short(values[chosen], 6)) else QRectF()

    def _paint_texts(self, painter: QPainter, rect: QRectF) -> None:
        painter.setFont(font("small"))
        painter.setPen(QColor(appearance.theme.muted))
        width = max(rect.width(), min(300.0, float(self.width())))
        left = min(rect.left(), self.width() - width)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if rect.width() < width and self._alignment == Qt.AlignmentFlag.AlignRight:
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        metrics = painter.fontMetrics()
        title = f"{self._title}   {self._note}" if self._note else self._title
        for text, top in ((title, 0.0), (self._caption, rect.bottom() + 2)):
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(width))
            room = QRectF(left, top, width, _LINE - 2)
            painter.drawText(room, flags, shown)
        self._written = painter.boundingRect(room, int(flags), shown)

    def _frame(self, rect: QRectF, cell: tuple[int, int]) -> QRectF:
        frame = cell_rect(rect, self._shape, *cell)
        if frame.width() >= 8:
            return frame.adjusted(0.5, 0.5, -1.5, -1.5)
        return frame.adjusted(-2, -2, 2, 2)

    def _cell_at(self, point: QPointF) -> tuple[int, int] | None:
        if self._values is None:
            return None
        cell = cell_under(self.picture_rect(), self._shape, point)
        there = [number for number in (self._count, self._shown_cells) if number is not None]
        if cell is not None and there and cell[0] * self._shape[1] + cell[1] >= min(there):
            return None
        return cell

    def _number_at(self, point: QPointF) -> tuple[int, int] | None:
        """The cell under a point, also where its number is written below the picture."""
        return self._chosen if self.caption_rect().contains(point) else self._cell_at(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell, number = self._cell_at(event.position()), self._number_at(event.position())
        tip = "" if number is None or self._values is None else exact(self._values[number])
        if tip != self.toolTip():
            self.setToolTip(tip)
            self.setCursor(Qt.CursorShape.PointingHandCursor if tip else Qt.CursorShape.ArrowCursor)
        if cell != self._hover:
            self._hover = cell
            self.update()
            self.hovered.emit(cell)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        cell = self._number_at(QPointF(event.pos()))
        if cell is None or self._values is None:
            super().contextMenuEvent(event)
        else:
            offer_copy(self, self._values[cell], event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()
        self.hovered.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._number_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(*cell, event.globalPosition().toPoint())
        else:
            super().mousePressEvent(event)


def as_grid(numbers: np.ndarray) -> tuple[np.ndarray[Any, Any], int]:
    """A list laid out in rows, about square, and how many cells of it are numbers; maps stay as they are.

    The slices of a volume (depth, height, width) stand under each other.
    """
    if numbers.ndim == 2:
        return numbers, int(numbers.size)
    if numbers.ndim == 3:
        return numbers.reshape(-1, numbers.shape[2]), int(numbers.size)
    count = int(numbers.size)
    columns = _columns(count)
    rows = math.ceil(count / columns)
    laid = np.zeros(rows * columns, dtype=numbers.dtype)
    laid[:count] = numbers.reshape(-1)
    return laid.reshape(rows, columns), count


def map_grids(maps: np.ndarray) -> np.ndarray[Any, Any]:
    """The maps (or sequences, or volumes) of one example, each laid out by `as_grid`: (maps, rows, columns)."""
    if maps.ndim == 3:
        return maps
    grids: np.ndarray[Any, Any] = np.stack([as_grid(one)[0] for one in maps])
    return grids


def place_of(cell: tuple[int, int], extents: tuple[int, ...]) -> tuple[int, ...]:
    """Where the number in a cell of `as_grid` stands in the array of these extents."""
    row, column = cell
    if len(extents) == 1:
        return (min(row * _columns(extents[0]) + column, extents[0] - 1),)
    return (*divmod(row, extents[1]), column) if len(extents) == 3 else (row, column)


def cell_of(place: tuple[int, ...], extents: tuple[int, ...]) -> tuple[int, int]:
    """The cell of `as_grid` in which the number at a place of an array of these extents lies."""
    if len(extents) == 1:
        return divmod(place[0], _columns(extents[0]))
    return (place[0] * extents[1] + place[1], place[2]) if len(extents) == 3 else (place[0], place[1])


def _columns(count: int) -> int:
    """How many columns a list of so many numbers is laid out in."""
    return max(1, min(count, 4)) if count <= 12 else math.ceil(math.sqrt(count))
