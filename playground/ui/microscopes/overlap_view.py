"""Overlap counts as a heat map, and one row of it taken apart: the stamps, and the windows of the convolution back."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.cells import DARK_INK, LIGHT_INK, cell_font, cell_rect, cell_under, frame_pen
from playground.ui.microscopes.overlap_model import Overlap, convolved_line, transposed_line
from playground.ui.theme import appearance, mix, translucent
from playground.ui.widgets.tensor_image import signed_colour

_TITLE, _LINE, _GAP = 22.0, 20.0, 30.0
_LARGEST, _LARGEST_ROW = 44.0, 42.0
_SMALLEST_NUMBER = 15.0


class OverlapView(QWidget):
    """Shows an `Overlap`. A cell, stamp or window under the pointer lights up what belongs to it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._overlap = Overlap()
        self._hover: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        appearance.changed.connect(self.update)

    def show_overlap(self, overlap: Overlap) -> None:
        """Another example."""
        self._overlap, self._hover = overlap, None
        self.setAccessibleDescription(self.caption())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(900, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(640, 180)

    # ---- where things lie

    def map_rect(self) -> QRectF:
        """The heat map."""
        side = self._overlap.geometry.canvas[0]
        room = min(self.width() * 0.42, self.height() - _TITLE - _LINE - 4)
        cell = math.floor(min(_LARGEST, room / side)) or 1
        return QRectF(0, _TITLE, cell * side, cell * side)

    def _rows_room(self) -> QRectF:
        left = max(self.map_rect().right() + 44, self.width() * 0.4)
        return QRectF(left, 0, self.width() - left, self.height())

    def _row_cell(self) -> float:
        room = self._rows_room()
        across = math.floor(min(_LARGEST_ROW, room.width() / self._overlap.geometry.canvas[0]))
        high = (room.height() - 2 * (_TITLE + _LINE) - _GAP - 8) / (2 * (self._lanes + 1) + 0.6)
        return max(4.0, math.floor(min(across, high)))

    @property
    def _lanes(self) -> int:
        """Stamps that overlap lie in lanes under each other; so many are needed."""
        found = self._overlap
        return min(found.size, max(1, math.ceil(found.kernel / found.stride)))

    def cell_center(self, row: int, column: int) -> QPointF:
        """The middle of a cell of the heat map (of the canvas, with what is cut off)."""
        return cell_rect(self.map_rect(), self._overlap.geometry.canvas, row, column).center()

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_map(painter)
        room = self._rows_room()
        bottom = self._paint_stamps(painter, room.left(), 0.0)
        self._paint_windows(painter, room.left(), bottom + _GAP * 0.6)
        painter.end()

    def _text(self, painter: QPainter, left: float, top: float, text: str, role: str = "muted") -> None:
        painter.setPen(QColor(getattr(appearance.theme, role)))
        room = QRectF(left, top, self.width() - left, _LINE)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, flags, shown)

    def _paint_map(self, painter: QPainter) -> None:
        found, geometry, rect = self._overlap, self._overlap.geometry, self.map_rect()
        painter.setFont(font("small"))
        self._text(painter, 0, 0, f"how many stamps meet at each cell, {found.result} × {found.result}")
        counts, most = geometry.counts, max(1, int(geometry.counts.max()))
        for row in range(geometry.canvas[0]):
            for column in range(geometry.canvas[1]):
                place = cell_rect(rect, geometry.canvas, row, column).adjusted(0, 0, -1, -1)
                self._paint_count(painter, place, int(counts[row, column]), most, geometry.is_cut(row, column))
        if found.extra:
            self._paint_extra(painter, rect)
        if self._hover is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(frame_pen(width=2.0))
            painter.drawRect(cell_rect(rect, geometry.canvas, *self._hover).adjusted(0, 0, -1, -1))
        painter.setFont(font("small"))
        self._text(painter, 0, rect.bottom() + 3, self.caption())

    def _paint_count(self, painter: QPainter, place: QRectF, count: int, most: int, is_cut: bool) -> None:
        theme = appearance.theme
        colour = signed_colour(count, most)
        painter.fillRect(place, colour)
        if is_cut:
            painter.fillRect(place, translucent(theme.canvas, 0.72))
            painter.setPen(QPen(translucent(theme.muted, 0.7), 1.0))
            painter.drawLine(QLineF(place.topLeft(), place.bottomRight()))
            painter.drawLine(QLineF(place.topRight(), place.bottomLeft()))
        elif place.width() >= _SMALLEST_NUMBER:
            light = 0.299 * colour.red() + 0.587 * colour.green() + 0.114 * colour.blue() > 140
            painter.setFont(cell_font(min(14, int(place.width() * 0.5))))
            painter.setPen(DARK_INK if light else LIGHT_INK)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(count))

    def _paint_extra(self, painter: QPainter, rect: QRectF) -> None:
        """Output padding: the rows and columns right and below the dashed line."""
        found, geometry = self._overlap, self._overlap.geometry
        first = found.padding + found.result - found.extra
        cell = rect.width() / geometry.canvas[1]
        start, end = found.padding * cell, (found.padding + found.result) * cell
        line = first * cell - 0.5
        painter.setPen(QPen(QColor(appearance.theme.success), 2.0, Qt.PenStyle.DashLine))
        corner = rect.topLeft()
        painter.drawLine(QLineF(corner + QPointF(start, line), corner + QPointF(end, line)))
        painter.drawLine(QLineF(corner + QPointF(line, start), corner + QPointF(line, end)))

    def _paint_stamps(self, painter: QPainter, left: float, top: float) -> float:
        """One row of the transposed convolution: its stamps, and how many of them meet in each column."""
        found, cell = self._overlap, self._row_cell()
        painter.setFont(font("small"))
        self._text(painter, left, top, "one row: each number paints its kernel, one stride further each time")
        top += _TITLE
        for number in range(found.size):
            start = number * found.stride
            lane = QRectF(left + start * cell, top + number % self._lanes * cell, found.kernel * cell, cell)
            touched = self._hover is not None and start <= self._hover[1] < start + found.kernel
            self._paint_bar(painter, lane, str(number), touched)
        top += self._lanes * cell + 3
        counts = found.geometry.counts_along(1)
        for column, count in enumerate(counts):
            place = QRectF(left + column * cell, top, cell - 1, cell - 1)
            self._paint_count(painter, place, int(count), max(1, int(counts.max())), self._is_cut(column))
        painter.setFont(font("mono"))
        self._text(painter, left, top + cell + 2, f"{found.size} → {found.result}:  {transposed_line(found)}", "text")
        return top + cell + _LINE

    def _is_cut(self, column: int) -> bool:
        return not 0 <= column - self._overlap.padding < self._overlap.result

    def _paint_bar(self, painter: QPainter, lane: QRectF, text: str, touched: bool) -> None:
        theme = appearance.theme
        painter.setPen(QPen(QColor(theme.highlight if touched else theme.border_strong), 2.0 if touched else 1.0))
        painter.setBrush(QColor(mix(theme.canvas, theme.highlight if touched else theme.accent, 0.3)))
        painter.drawRoundedRect(lane.adjusted(1.5, 1.5, -1.5, -1.5), 3, 3)
        if lane.height() >= 13:
            painter.setFont(cell_font(min(12, int(lane.height() * 0.6))))
            painter.setPen(QColor(theme.text))
            painter.drawText(lane, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_windows(self, painter: QPainter, left: float, top: float) -> None:
        """The ordinary convolution with the same settings: its windows over a row of the result, and what is left."""
        found, cell = self._overlap, self._row_cell()
        painter.setFont(font("small"))
        self._text(painter, left, top, "the ordinary convolution back: its windows read where the stamps had painted")
        top += _TITLE
        theme = appearance.theme
        for column in range(found.result + 2 * found.padding):
            place = QRectF(left + column * cell, top, cell - 1, cell - 1)
            inside = not self._is_cut(column)
            unread = inside and column >= found.result + found.padding - found.left_over
            ground = theme.zero if inside else mix(theme.canvas, theme.border, 0.5)
            painter.fillRect(place, QColor(ground))
            if unread:
                painter.fillRect(place, translucent(theme.success, 0.35))
            if cell >= 13:
                painter.setFont(cell_font(min(11, int(cell * 0.45))))
                painter.setPen(QColor(theme.muted))
                text = str(column - found.padding) if inside else ""
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
        top += cell + 2
        for number in range(found.convolved(found.result)):
            start = number * found.stride
            lane = QRectF(left + start * cell, top + number % self._lanes * cell, found.kernel * cell, cell)
            touched = self._hover is not None and start <= self._hover[1] < start + found.kernel
            self._paint_bar(painter, lane, str(number), touched)
        painter.setFont(font("mono"))
        after = f"{found.result} → {found.convolved(found.result)}:  {convolved_line(found, found.result)}"
        more = f"   ({found.left_over} left over)" if found.left_over else ""
        self._text(painter, left, top + self._lanes * cell + 2, after + more, "text")

    # ---- the pointer

    def caption(self) -> str:
        """What is under the pointer, or what the signs mean."""
        found, geometry = self._overlap, self._overlap.geometry
        if self._hover is not None:
            row, column = self._hover
            if geometry.is_cut(row, column):
                return "cut off by padding"
            meetings = geometry.meetings(row, column)
            where = f"row {row - found.padding}, column {column - found.padding}"
            if not meetings:
                return f"{where}: no stamp, only the bias"
            listed = ", ".join(f"({r}, {c})" for r, c, _, _ in meetings[:4])
            more = f" and {len(meetings) - 4} more" if len(meetings) > 4 else ""
            return f"{where}: the stamp{'s' if len(meetings) > 1 else ''} of {listed}{more}"
        parts = ["crossed out: cut off by padding"] if found.padding else []
        parts += ["right of and below the green line: output padding"] if found.extra else []
        return "  ·  ".join(parts) or "point to a cell to see whose stamps meet there"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._touch(cell_under(self.map_rect(), self._overlap.geometry.canvas, event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._touch(None)

    def _touch(self, cell: tuple[int, int] | None) -> None:
        if cell != self._hover:
            self._hover = cell
            self.update()
